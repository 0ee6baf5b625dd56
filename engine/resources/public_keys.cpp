#include "engine/resources/public_keys.hpp"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

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

SigningKey make_key(const std::string& region, state::Micros now) {
  const Key key(EVP_RSA_gen(kKeyBits), EVP_PKEY_free);
  if (!key) {
    throw std::runtime_error("OpenSSL cannot make a key");
  }
  // For an RSA key i2d_PublicKey writes PKCS#1's RSAPublicKey (OpenSSL, i2d_PublicKey).
  const std::string public_key =
      encode([&](unsigned char** bytes) { return i2d_PublicKey(key.get(), bytes); });
  const std::string private_key =
      encode([&](unsigned char** bytes) { return i2d_PrivateKey(key.get(), bytes); });
  SigningKey made;
  made.region = region;
  made.fingerprint = hexadecimal(hash(EVP_md5(), public_key).bytes(), kLowerHexDigits);
  made.private_key = base64(private_key);
  made.public_key = base64(public_key);
  // Valid since the beginning of the day: what ended earlier today can be verified, too.
  made.valid_from = now - now % state::kMicrosPerDay;
  made.valid_until = made.valid_from + kKeyValidity;
  return made;
}

std::shared_ptr<const SigningKey> find_valid(const Context& context, state::Micros now) {
  for (const auto& key : context.state().get<SigningKeys>().list({}, context.caller.region)) {
    if (key->valid_from <= now && now < key->valid_until) {
      return key;
    }
  }
  return nullptr;
}

}  // namespace

std::shared_ptr<const SigningKey> find_signing_key(Context& context) {
  const state::Micros now = context.service.clock.now();
  if (auto found = find_valid(context, now)) {
    return found;
  }
  SigningKey made = make_key(context.caller.region, now);  // takes long: before others must wait
  state::Writing writing(context.reading);
  if (auto found = find_valid(context, now)) {
    return found;
  }
  auto key = context.state().get<SigningKeys>().put(writing, std::move(made));
  writing.commit();
  return key;
}

std::string sign(const SigningKey& key, std::string_view text) {
  std::string digits = key.private_key;
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

Result<ListPublicKeysAnswer> list_public_keys(Context& context,
                                              const ListPublicKeysRequest& request) {
  if (request.next_token) {
    return Error{ErrorKind::kInvalidToken, "The NextToken is not valid."};
  }
  const state::Micros now = context.service.clock.now();
  const state::Micros start = request.start_time.value_or(request.end_time.value_or(now));
  const state::Micros end = request.end_time.value_or(std::max(start, now));
  if (start > end) {
    return Error{ErrorKind::kInvalidTimeRange, "StartTime must not be later than EndTime."};
  }
  find_signing_key(context);
  ListPublicKeysAnswer answer;
  for (const auto& key : context.state().get<SigningKeys>().list({}, context.caller.region)) {
    if (key->valid_from <= end && start < key->valid_until) {
      answer.keys.push_back({key});
    }
  }
  return answer;
}

}  // namespace trailpond::engine
