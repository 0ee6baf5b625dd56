#include "engine/page_tokens.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <charconv>
#include <optional>

#include "base/base64.hpp"
#include "base/hashing.hpp"

namespace trailpond::engine {
namespace {

constexpr std::size_t kCodeBytes = 16;
/// Base 64 with the alphabet for URLs, without padding (RFC 4648, section 5).
std::string encode(std::string_view bytes) {
  std::string text = base64_url(bytes);
  text.resize(std::min(text.find('='), text.size()));
  return text;
}

std::optional<std::string> decode(std::string_view text) {
  auto bytes = from_base64_url(text);
  // Only one spelling of a token is right: what remains must be nothing but zero bits.
  if (bytes && encode(*bytes) != text) {
    return std::nullopt;
  }
  return bytes;
}

}  // namespace

std::string PageTokens::code(std::string_view scope, std::string_view place) const {
  // The length keeps apart what would else run together.
  std::string text = std::to_string(scope.size()) + ":";
  text.append(scope).append(place);
  return std::string(
      hmac(EVP_sha256(), {secret_.data(), secret_.size()}, text).bytes().substr(0, kCodeBytes));
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
