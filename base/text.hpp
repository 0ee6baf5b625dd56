#pragma once
#include <cstdint>
#include <string>
#include <string_view>

/// Text as UTF-8: code points, blanks, hexadecimal digits.
namespace trailpond {

inline constexpr std::string_view kUpperHexDigits = "0123456789ABCDEF";

/// Answers whether a byte continues a code point that began before it.
inline bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::int64_t count_code_points(std::string_view text);

/// The byte where the code point number `index` (from 0) begins; the end when there are fewer.
std::size_t byte_of(std::string_view text, std::int64_t index);

/// Takes the first code point off a text that is not empty: at least one byte.
std::string_view take_code_point(std::string_view& text);

/// Decodes the code points of a text; a byte that begins none counts as itself.
std::u32string code_points_of(std::string_view text);

/// Drops blanks (U+0020) on both sides.
std::string_view trimmed(std::string_view text);

/// Appends a code point as UTF-8.
void append_utf8(std::string& out, std::uint32_t code);

/// Puts a text in place of every byte that is no part of well-formed UTF-8.
std::string replace_invalid_utf8(std::string_view data, std::string_view with);

/// Upper-case hexadecimal digits, two a byte.
std::string hexadecimal(std::string_view data);

/// The value of a hexadecimal digit; -1 when it is none.
int hexadecimal_digit(char c);

/// Lower and upper case of ASCII letters; other characters stay.
std::string ascii_lower(std::string_view text);
std::string ascii_upper(std::string_view text);

}  // namespace trailpond
