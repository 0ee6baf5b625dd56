#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

/// UUIDs (RFC 9562) as 128 bits, the first of them highest, and as text of 8-4-4-4-12 digits.
namespace trailpond {

using UuidBits = std::array<std::uint64_t, 2>;
inline constexpr std::size_t kUuidLength = 36;
using UuidText = std::array<char, kUuidLength>;

/// Marks 128 random bits as a UUID of version 4, variant 1 (section 5.4).
UuidBits version_4(UuidBits random);

/// Prints in lower case.
UuidText print_uuid(UuidBits bits);
inline std::string_view view(const UuidText& text) { return {text.data(), text.size()}; }

/// Reads digits of either case; nullopt where the text has not the form of a UUID.
std::optional<UuidBits> parse_uuid(std::string_view text);

}  // namespace trailpond
