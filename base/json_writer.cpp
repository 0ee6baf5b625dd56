#include "base/json_writer.hpp"

#include <array>
#include <charconv>

namespace trailpond {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

/// Gives the length of the well-formed UTF-8 sequence at the front, 0 where there is none.
std::size_t sequence_length(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = at(0);
  const std::size_t length = lead < 0x80                    ? 1
                             : lead >= 0xC2 && lead <= 0xDF ? 2
                             : (lead & 0xF0) == 0xE0        ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 0;
  if (length == 0 || text.size() < length) {
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0) != 0x80) {
      return 0;
    }
  }
  const bool too_long = (lead == 0xE0 && at(1) < 0xA0) || (lead == 0xF0 && at(1) < 0x90);
  const bool no_scalar = (lead == 0xED && at(1) > 0x9F) || (lead == 0xF4 && at(1) > 0x8F);
  return too_long || no_scalar ? 0 : length;
}

bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\' && byte != 0x7F;
}

void append_escape(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default: {
      constexpr std::string_view kHex = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(c);
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
}

}  // namespace

void JsonWriter::separate() {
  if (comma_) {
    out_.push_back(',');
  }
  comma_ = true;
}

void JsonWriter::open(char bracket) {
  separate();
  out_.push_back(bracket);
  comma_ = false;
}

void JsonWriter::close(char bracket) {
  out_.push_back(bracket);
  comma_ = true;
}

void JsonWriter::key(std::string_view name) {
  text(name);
  out_.push_back(':');
  comma_ = false;
}

void JsonWriter::text(std::string_view value) {
  separate();
  out_.push_back('"');
  while (!value.empty()) {
    std::size_t plain = 0;
    while (plain < value.size() && is_plain(value[plain])) {
      ++plain;
    }
    out_.append(value.substr(0, plain));
    value.remove_prefix(plain);
    if (value.empty()) {
      break;
    }
    if (static_cast<unsigned char>(value[0]) < 0x80) {
      append_escape(out_, value[0]);
      value.remove_prefix(1);
      continue;
    }
    // A client's decoder would refuse the whole answer for one wrong byte.
    const std::size_t length = sequence_length(value);
    out_.append(length == 0 ? kReplacement : value.substr(0, length));
    value.remove_prefix(length == 0 ? 1 : length);
  }
  out_.push_back('"');
}

void JsonWriter::integer(std::int64_t value) {
  separate();
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out_.append(digits.data(), end);
}

void JsonWriter::boolean(bool value) {
  separate();
  out_ += value ? "true" : "false";
}

void JsonWriter::null() {
  separate();
  out_ += "null";
}

void JsonWriter::seconds(std::int64_t micros) {
  separate();
  // Rounded down to the millisecond, also before 1970.
  std::int64_t millis = micros / 1000 - (micros % 1000 < 0 ? 1 : 0);
  if (millis < 0) {
    out_.push_back('-');
    millis = -millis;
  }
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), millis / 1000).ptr;
  out_.append(digits.data(), end);
  const auto rest = static_cast<int>(millis % 1000);
  out_.push_back('.');
  out_.push_back(static_cast<char>('0' + rest / 100));
  out_.push_back(static_cast<char>('0' + rest / 10 % 10));
  out_.push_back(static_cast<char>('0' + rest % 10));
}

void JsonWriter::json(std::string_view value) {
  separate();
  out_.append(value);
}

}  // namespace trailpond
