#include "engine/page_tokens.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <charconv>
#include <stdexcept>

namespace trailpond::engine {
namespace {

constexpr std::size_t kCodeBytes = 16;
constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Base 64 with the alphabet for URLs, without padding (RFC 4648, section 5).
std::string encode(std::string_view bytes) {
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (count += 8; count >= 6; count -= 6) {
      text.push_back(kDigits[bits >> (count - 6) & 63]);
    }
  }
  if (count > 0) {
    text.push_back(kDigits[bits << (6 - count) & 63]);
  }
  return text;
}

std::optional<std::string> decode(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) {
      return std::nullopt;
    }
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(static_cast<char>(bits >> count & 255));
    }
  }
  // Only one spelling of a token is right: what remains must be nothing but zero bits.
  if (count >= 6 || (bits & ((1U << count) - 1)) != 0) {
    return std::nullopt;
  }
  return bytes;
}

}  // namespace

std::string PageTokens::code(std::string_view scope, std::string_view place) const {
  // The length keeps apart what would else run together.
  std::string text = std::to_string(scope.size()) + ":";
  text.append(scope).append(place);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest = {};
  unsigned int size = 0;
  if (HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
           &size) == nullptr ||
      size < kCodeBytes) {
    throw std::runtime_error("HMAC-SHA256 failed");
  }
  return {reinterpret_cast<const char*>(digest.data()), kCodeBytes};
}

std::string PageTokens::make(std::string_view scope, std::string_view place) const {
  return encode(code(scope, place).append(place));
}

std::optional<std::string> PageTokens::open(std::string_view scope, std::string_view token) const {
  const auto bytes = decode(token);
  if (!bytes || bytes->size() < kCodeBytes) {
    return std::nullopt;
  }
  std::string place = bytes->substr(kCodeBytes);
  const std::string expected = code(scope, place);
  if (CRYPTO_memcmp(expected.data(), bytes->data(), kCodeBytes) != 0) {
    return std::nullopt;
  }
  return place;
}

std::optional<std::int64_t> parse_place_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

}  // namespace trailpond::engine
