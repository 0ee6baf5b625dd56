#pragma once
#include <array>
#include <cstddef>
#include <string_view>

struct evp_md_st;      // OpenSSL's EVP_MD
struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX

/// Hashes and message authentication codes, by OpenSSL.
namespace trailpond {

inline constexpr std::size_t kMaxHashBytes = 64;

/// The bytes of one hash.
class Hash {
 public:
  std::string_view bytes() const { return {bytes_.data(), size_}; }

 private:
  friend class Hasher;
  friend Hash hash(const evp_md_st* algorithm, std::string_view text);
  friend Hash hmac(const evp_md_st* algorithm, std::string_view key, std::string_view text);
  std::array<char, kMaxHashBytes> bytes_ = {};
  std::size_t size_ = 0;
};

/// The hash of a text that comes in pieces. Throws std::runtime_error where OpenSSL fails.
class Hasher {
 public:
  explicit Hasher(const evp_md_st* algorithm);
  ~Hasher();
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;
  void add(std::string_view piece);
  Hash finish();

 private:
  evp_md_ctx_st* context_;
};

/// The hash of a text, e.g. by EVP_sha256(). Throws std::runtime_error where OpenSSL fails.
Hash hash(const evp_md_st* algorithm, std::string_view text);
/// The message authentication code of a text (RFC 2104).
Hash hmac(const evp_md_st* algorithm, std::string_view key, std::string_view text);

}  // namespace trailpond
