#include "base/hashing.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>

namespace trailpond {
namespace {

static_assert(kMaxHashBytes >= EVP_MAX_MD_SIZE);

unsigned char* writable(std::array<char, kMaxHashBytes>& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

}  // namespace

Hasher::Hasher(const evp_md_st* algorithm) : context_(EVP_MD_CTX_new()) {
  if (context_ == nullptr || EVP_DigestInit_ex(context_, algorithm, nullptr) != 1)
    throw std::runtime_error("OpenSSL cannot hash");
}

Hasher::~Hasher() { EVP_MD_CTX_free(context_); }

void Hasher::add(std::string_view piece) {
  if (EVP_DigestUpdate(context_, piece.data(), piece.size()) != 1)
    throw std::runtime_error("OpenSSL cannot hash");
}

Hash Hasher::finish() {
  Hash made;
  unsigned size = 0;
  if (EVP_DigestFinal_ex(context_, writable(made.bytes_), &size) != 1)
    throw std::runtime_error("OpenSSL cannot hash");
  made.size_ = size;
  return made;
}

Hash hash(const evp_md_st* algorithm, std::string_view text) {
  Hash made;
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), writable(made.bytes_), &size, algorithm, nullptr) != 1)
    throw std::runtime_error("OpenSSL cannot hash");
  made.size_ = size;
  return made;
}

Hash hmac(const evp_md_st* algorithm, std::string_view key, std::string_view text) {
  Hash made;
  unsigned size = 0;
  if (HMAC(algorithm, key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), writable(made.bytes_),
           &size) == nullptr)
    throw std::runtime_error("OpenSSL cannot make a message authentication code");
  made.size_ = size;
  return made;
}

}  // namespace trailpond
