#include "base/json_writer.hpp"

#include <array>
#include <charconv>

#include "base/text.hpp"

namespace trailpond {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

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
      const auto byte = static_cast<unsigned char>(c);
      out += "\\u00";
      out += kLowerHexDigits[byte >> 4];
      out += kLowerHexDigits[byte & 15];
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
    const std::size_t length = well_formed_length(value);
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
