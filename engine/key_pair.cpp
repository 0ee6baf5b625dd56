#include "engine/key_pair.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <memory>
#include <stdexcept>

#include "base/base64.hpp"
#include "base/hashing.hpp"
#include "base/text.hpp"

namespace trailpond::engine {
namespace {

constexpr int kKeyBits = 2048;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

/// The bytes that an encoder of OpenSSL writes. Throws std::runtime_error.
template <class Encode>
std::string encode(Encode&& encode) {
  unsigned char* bytes = nullptr;
  const int size = encode(&bytes);
  if (size <= 0) {
    throw std::runtime_error("OpenSSL cannot print a key");
  }
  std::string text(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return text;
}

KeyPair print_pair(EVP_PKEY* key) {
  // For an RSA key i2d_PublicKey writes PKCS#1's RSAPublicKey (OpenSSL, i2d_PublicKey).
  const std::string public_key =
      encode([&](unsigned char** bytes) { return i2d_PublicKey(key, bytes); });
  const std::string private_key =
      encode([&](unsigned char** bytes) { return i2d_PrivateKey(key, bytes); });
  return {hexadecimal(hash(EVP_md5(), public_key).bytes(), kLowerHexDigits), base64(private_key),
          base64(public_key)};
}

}  // namespace

KeyPair make_key_pair() {
  const Key key(EVP_RSA_gen(kKeyBits), EVP_PKEY_free);
  if (!key) {
    throw std::runtime_error("OpenSSL cannot make a key");
  }
  return print_pair(key.get());
}

trailpond::Result<KeyPair, std::string> read_key_pair(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  const auto no_passphrase = [](char*, int, int, void*) { return -1; };
  const Key key(PEM_read_bio_PrivateKey(text.get(), nullptr, no_passphrase, nullptr),
                EVP_PKEY_free);
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA ||
      EVP_PKEY_get_bits(key.get()) < kKeyBits) {
    return {boost::system::in_place_error,
            "it holds no private RSA key of 2,048 bits or more in PEM without a passphrase"};
  }
  return print_pair(key.get());
}

std::string sign_text(const std::string& private_key, std::string_view text) {
  std::string digits = private_key;
  digits.erase(digits.find_last_not_of('=') + 1);
  const std::string bytes = from_base64(digits).value_or("");
  const auto* next = reinterpret_cast<const unsigned char*>(bytes.data());
  const Key loaded(d2i_AutoPrivateKey(nullptr, &next, static_cast<long>(bytes.size())),
                   EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  const auto* message = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  const bool ready =
      loaded && context &&
      EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, loaded.get()) == 1 &&
      EVP_DigestSign(context.get(), nullptr, &size, message, text.size()) == 1;
  std::string signature(size, '\0');
  if (!ready || EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()),
                               &size, message, text.size()) != 1) {
    throw std::runtime_error("OpenSSL cannot sign");
  }
  signature.resize(size);
  return signature;
}

}  // namespace trailpond::engine
