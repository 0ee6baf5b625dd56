#pragma once
#include <cstdint>
#include <string>
#include <string_view>

/// Text as UTF-8: code points, blanks, quotes, hexadecimal digits, case.
namespace trailpond {

inline constexpr std::string_view kUpperHexDigits = "0123456789ABCDEF";
inline constexpr std::string_view kLowerHexDigits = "0123456789abcdef";

/// Answers whether a byte continues a code point that began before it.
inline bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::int64_t count_code_points(std::string_view text);

/// The byte where the code point number `index` (from 0) begins; the end when there are fewer.
std::size_t byte_of(std::string_view text, std::int64_t index);

/// Takes the first code point off a text that is not empty: at least one byte.
std::string_view take_code_point(std::string_view& text);

/// The length of the code point that begins at `at`, as its first byte says, within the text.
inline std::size_t code_point_length(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  const std::size_t length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
  return length < text.size() - at ? length : text.size() - at;
}

/// Decodes the bytes of one code point.
inline char32_t decode_code_point(std::string_view bytes) {
  const auto first = static_cast<unsigned char>(bytes[0]);
  if (bytes.size() == 1) return first;
  char32_t code = first & (0xFFU >> (bytes.size() + 1));
  for (std::size_t i = 1; i < bytes.size(); ++i)
    code = (code << 6) | (static_cast<unsigned char>(bytes[i]) & 0x3FU);
  return code;
}

/// The length of the well-formed code point at the front of a text that is not empty; 0 where there
/// is none.
std::size_t well_formed_length(std::string_view text);

/// Decodes the code points of a text; a byte that begins none counts as itself.
std::u32string code_points_of(std::string_view text);

/// Drops blanks on both sides.
std::string_view trimmed(std::string_view text, std::string_view blanks = " ");

/// Puts a text between quotes; quotes inside are doubled.
std::string quoted(std::string_view text, char quote);

/// Visits the lines of a text that are not empty, without their newlines.
template <class Visit>
void for_each_line(std::string_view text, Visit&& visit) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (!line.empty()) visit(line);
    text.remove_prefix(line.size() < text.size() ? line.size() + 1 : line.size());
  }
}

/// Appends a code point as UTF-8.
void append_utf8(std::string& out, std::uint32_t code);

/// Puts a text in place of every byte that is no part of well-formed UTF-8.
std::string replace_invalid_utf8(std::string_view data, std::string_view with);

/// Hexadecimal digits, two a byte.
std::string hexadecimal(std::string_view data, std::string_view digits = kUpperHexDigits);

/// The value of a hexadecimal digit; -1 when it is none.
int hexadecimal_digit(char c);

/// Lower and upper case of ASCII letters; other characters stay.
std::string ascii_lower(std::string_view text);
std::string ascii_upper(std::string_view text);

}  // namespace trailpond
