#include "base/text.hpp"

#include <utf8proc.h>

#include <algorithm>

namespace trailpond {

std::int64_t count_code_points(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return !is_continuation(c); });
}

std::size_t byte_of(std::string_view text, std::int64_t index) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (!is_continuation(text[at]) && index-- == 0) break;
  }
  return at;
}

std::string_view take_code_point(std::string_view& text) {
  std::size_t size = 1;
  while (size < text.size() && is_continuation(text[size])) ++size;
  const std::string_view first = text.substr(0, size);
  text.remove_prefix(size);
  return first;
}

std::u32string code_points_of(std::string_view text) {
  std::u32string codes;
  while (!text.empty()) {
    codes += decode_code_point(take_code_point(text));
  }
  return codes;
}

std::string_view trimmed(std::string_view text, std::string_view blanks) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return text.substr(text.size());
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) out += c;
    out += c;
  }
  return out + quote;
}

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
    return;
  }
  if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
  }
  out += static_cast<char>(0x80 | (code & 0x3F));
}

std::size_t well_formed_length(std::string_view text) {
  utf8proc_int32_t code = 0;
  const auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                     static_cast<utf8proc_ssize_t>(text.size()), &code);
  return size > 0 ? static_cast<std::size_t>(size) : 0;
}

std::string replace_invalid_utf8(std::string_view data, std::string_view with) {
  std::string out;
  out.reserve(data.size());
  for (std::size_t at = 0; at < data.size();) {
    if (const std::size_t size = well_formed_length(data.substr(at))) {
      out += data.substr(at, size);
      at += size;
    } else {
      // One replacement for a beginning and what was meant to continue it.
      const auto first = static_cast<unsigned char>(data[at++]);
      int missing = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
      while (missing-- > 0 && at < data.size() && is_continuation(data[at])) ++at;
      out += with;
    }
  }
  return out;
}

std::string hexadecimal(std::string_view data, std::string_view digits) {
  std::string out;
  out.reserve(data.size() * 2);
  for (const char c : data) {
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

int hexadecimal_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

std::string ascii_upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

}  // namespace trailpond
