#include "base/uuid.hpp"

#include "base/text.hpp"

namespace trailpond {
namespace {

constexpr bool is_dash(std::size_t at) { return at == 8 || at == 13 || at == 18 || at == 23; }

}  // namespace

UuidBits version_4(UuidBits random) {
  random[0] = (random[0] & ~std::uint64_t{0xF000}) | 0x4000;
  random[1] = (random[1] & ~(std::uint64_t{3} << 62)) | (std::uint64_t{2} << 62);
  return random;
}

UuidText print_uuid(UuidBits bits) {
  UuidText text;
  std::size_t digit = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_dash(at)) {
      text[at] = '-';
      continue;
    }
    text[at] = kLowerHexDigits[(bits[digit / 16] >> (60 - 4 * (digit % 16))) & 15];
    ++digit;
  }
  return text;
}

std::optional<UuidBits> parse_uuid(std::string_view text) {
  if (text.size() != kUuidLength) return std::nullopt;
  UuidBits bits = {};
  std::size_t digits = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_dash(at)) {
      if (text[at] != '-') return std::nullopt;
      continue;
    }
    const int value = hexadecimal_digit(text[at]);
    if (value < 0) return std::nullopt;
    auto& half = bits[digits++ / 16];
    half = half << 4 | static_cast<std::uint64_t>(value);
  }
  return bits;
}

}  // namespace trailpond
