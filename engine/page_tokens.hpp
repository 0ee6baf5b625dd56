#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trailpond::engine {

/// Makes and opens the opaque tokens of paged answers. A token holds the place to go on at and a
/// code (HMAC-SHA256, 16 bytes) over that place and its scope: the operation and everything that
/// must not change from page to page. Altered tokens and those of another scope do not open.
class PageTokens {
 public:
  static constexpr std::size_t kSecretBytes = 32;
  using Secret = std::array<char, kSecretBytes>;
  explicit PageTokens(const Secret& secret) : secret_(secret) {}

  std::string make(std::string_view scope, std::string_view place) const;
  std::optional<std::string> open(std::string_view scope, std::string_view token) const;

 private:
  std::string code(std::string_view scope, std::string_view place) const;
  Secret secret_;
};

/// Reads a place that is a number; empty when it is none.
std::optional<std::int64_t> parse_place_number(std::string_view place);

}  // namespace trailpond::engine
