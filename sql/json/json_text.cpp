#include "sql/json/json_text.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "sql/values/numbers.hpp"

namespace trailpond::sql {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<std::uint32_t> read_hex4(std::string_view text, std::size_t at) {
  if (at + 4 > text.size()) return std::nullopt;
  std::uint32_t code = 0;
  const auto end = text.data() + at + 4;
  const auto result = std::from_chars(text.data() + at, end, code, 16);
  return result.ptr == end ? std::optional(code) : std::nullopt;
}

}  // namespace

void JsonCursor::skip_blanks() {
  while (at_ < text_.size() &&
         (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
    ++at_;
  }
}

bool JsonCursor::at_end() {
  skip_blanks();
  return at_ >= text_.size();
}

JsonKind JsonCursor::kind() const {
  if (at_ >= text_.size()) return JsonKind::kInvalid;
  const std::string_view rest = text_.substr(at_);
  switch (rest[0]) {
    case '{':
      return JsonKind::kObject;
    case '[':
      return JsonKind::kArray;
    case '"':
      return JsonKind::kString;
    case 't':
      return rest.starts_with("true") ? JsonKind::kTrue : JsonKind::kInvalid;
    case 'f':
      return rest.starts_with("false") ? JsonKind::kFalse : JsonKind::kInvalid;
    case 'n':
      return rest.starts_with("null") ? JsonKind::kNull : JsonKind::kInvalid;
    default:
      return rest[0] == '-' || is_digit(rest[0]) ? JsonKind::kNumber : JsonKind::kInvalid;
  }
}

bool JsonCursor::read_string(std::string* out) {
  if (at_ >= text_.size() || text_[at_] != '"') return fail();
  ++at_;
  while (at_ < text_.size()) {
    const std::size_t stop = text_.find_first_of("\"\\", at_);
    if (stop == std::string_view::npos) return fail();
    if (out != nullptr) out->append(text_, at_, stop - at_);
    at_ = stop + 1;
    if (text_[stop] == '"') {
      skip_blanks();
      return true;
    }
    if (at_ >= text_.size()) return fail();
    const char c = text_[at_++];
    static constexpr std::string_view kMarks = "\"\\/bfnrt";
    static constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
    if (const std::size_t known = kMarks.find(c); known != std::string_view::npos) {
      if (out != nullptr) *out += kMeant[known];
      continue;
    }
    if (c != 'u') return fail();
    auto code = read_hex4(text_, at_);
    if (!code) return fail();
    at_ += 4;
    if (*code >= 0xD800 && *code < 0xDC00 && text_.substr(at_, 2) == "\\u") {
      const auto low = read_hex4(text_, at_ + 2);
      if (low && *low >= 0xDC00 && *low < 0xE000) {
        code = 0x10000 + ((*code - 0xD800) << 10) + (*low - 0xDC00);
        at_ += 6;
      }
    }
    if (*code >= 0xD800 && *code < 0xE000) code = 0xFFFD;  // half of a pair is no character
    if (out != nullptr) append_utf8(*out, *code);
  }
  return fail();
}

std::optional<std::string_view> JsonCursor::read_number() {
  const std::size_t start = at_;
  const auto digits = [&] {
    const std::size_t from = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    return at_ > from;
  };
  if (at_ < text_.size() && text_[at_] == '-') ++at_;
  const std::size_t whole = at_;
  bool good = digits();
  if (good && text_[whole] == '0' && at_ - whole > 1) good = false;
  if (good && at_ < text_.size() && text_[at_] == '.') {
    ++at_;
    good = digits();
  }
  if (good && at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
    ++at_;
    if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
    good = digits();
  }
  if (!good) {
    fail();
    return std::nullopt;
  }
  const std::string_view number = text_.substr(start, at_ - start);
  skip_blanks();
  return number;
}

bool JsonCursor::enter() {
  if (at_ >= text_.size()) return fail();
  ++at_;
  first_ = true;
  skip_blanks();
  return true;
}

bool JsonCursor::next_member(std::string& key) {
  if (failed_ || at_ >= text_.size()) return fail();
  if (text_[at_] == '}') {
    ++at_;
    first_ = false;
    skip_blanks();
    return false;
  }
  if (!first_) {
    if (text_[at_] != ',') return fail();
    ++at_;
    skip_blanks();
  }
  first_ = false;
  key.clear();
  if (!read_string(&key)) return false;
  if (at_ >= text_.size() || text_[at_] != ':') return fail();
  ++at_;
  skip_blanks();
  return true;
}

bool JsonCursor::next_element() {
  if (failed_ || at_ >= text_.size()) return fail();
  if (text_[at_] == ']') {
    ++at_;
    first_ = false;
    skip_blanks();
    return false;
  }
  if (!first_) {
    if (text_[at_] != ',') return fail();
    ++at_;
    skip_blanks();
  }
  first_ = false;
  return true;
}

bool JsonCursor::skip_value() { return skip_value_at(0); }

bool JsonCursor::skip_value_at(int depth) {
  if (depth > kMaxJsonDepth) return fail();
  const auto word = [&](std::size_t length) {
    at_ += length;
    skip_blanks();
    return true;
  };
  switch (kind()) {
    case JsonKind::kNull:
    case JsonKind::kTrue:
      return word(4);
    case JsonKind::kFalse:
      return word(5);
    case JsonKind::kNumber:
      return read_number().has_value();
    case JsonKind::kString:
      return read_string(nullptr);
    case JsonKind::kArray:
      enter();
      while (next_element()) {
        if (!skip_value_at(depth + 1)) return false;
        first_ = false;
      }
      return !failed_;
    case JsonKind::kObject: {
      enter();
      std::string key;
      while (next_member(key)) {
        if (!skip_value_at(depth + 1)) return false;
        first_ = false;
      }
      return !failed_;
    }
    case JsonKind::kInvalid:
      break;
  }
  return fail();
}

void append_json_string(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (byte < 0x20) {
          out += "\\u00";
          out += hexadecimal({&c, 1});
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

void append_json_text(std::string_view text, std::string& out) {
  constexpr unsigned char kFourBytes = 0xF0;
  const std::size_t start = out.size();
  append_json_string(text, out);
  const auto begins_four = [](char c) { return static_cast<unsigned char>(c) >= kFourBytes; };
  if (std::none_of(out.begin() + static_cast<std::ptrdiff_t>(start), out.end(), begins_four))
    return;
  const std::string plain = out.substr(start);
  out.resize(start);
  std::string_view rest = plain;
  while (!rest.empty()) {
    const std::string_view character = take_code_point(rest);
    if (!begins_four(character[0])) {
      out += character;
      continue;
    }
    const std::uint32_t code = code_points_of(character)[0] - 0x10000;
    char escapes[32];
    std::snprintf(escapes, sizeof escapes, "\\u%04X\\u%04X", 0xD800 + (code >> 10),
                  0xDC00 + (code & 0x3FF));
    out += escapes;
  }
}

std::string canonical_number(std::string_view text) {
  if (text == "-0") return "0";  // as Java's long
  if (text.find_first_of(".eE") == std::string_view::npos) return std::string(text);
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  // Beyond the range of a double Trino keeps the words that Java prints.
  if (result.ec == std::errc::result_out_of_range && text.find("e-") == std::string_view::npos &&
      text.find("E-") == std::string_view::npos) {
    return text.starts_with('-') ? "\"-Infinity\"" : "\"Infinity\"";
  }
  return print_double(value);
}

namespace {

bool write_value(JsonCursor& cursor, bool sort_keys, int depth, std::string& out);

bool write_object(JsonCursor& cursor, bool sort_keys, int depth, std::string& out) {
  std::vector<std::pair<std::string, std::string>> members;
  cursor.enter();
  std::string key;
  while (cursor.next_member(key)) {
    std::string value;
    if (!write_value(cursor, sort_keys, depth + 1, value)) return false;
    // The same key twice: the last value counts, at the first one's place.
    const auto same =
        !sort_keys ? members.end() : std::ranges::find_if(members, [&](const auto& member) {
          return member.first == key;
        });
    if (same != members.end()) {
      same->second = std::move(value);
    } else {
      members.emplace_back(key, std::move(value));
    }
  }
  if (cursor.failed()) return false;
  if (sort_keys) {
    std::ranges::stable_sort(members, {}, [](const auto& member) { return member.first; });
  }
  out += '{';
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i > 0) out += ',';
    append_json_text(members[i].first, out);
    out += ':';
    out += members[i].second;
  }
  out += '}';
  return true;
}

bool write_value(JsonCursor& cursor, bool sort_keys, int depth, std::string& out) {
  if (depth > kMaxJsonDepth) return false;
  switch (cursor.kind()) {
    case JsonKind::kNull:
      out += "null";
      return cursor.skip_value();
    case JsonKind::kTrue:
      out += "true";
      return cursor.skip_value();
    case JsonKind::kFalse:
      out += "false";
      return cursor.skip_value();
    case JsonKind::kNumber: {
      const auto number = cursor.read_number();
      if (number) out += canonical_number(*number);
      return number.has_value();
    }
    case JsonKind::kString: {
      std::string text;
      if (!cursor.read_string(&text)) return false;
      append_json_text(text, out);
      return true;
    }
    case JsonKind::kArray: {
      cursor.enter();
      out += '[';
      bool first = true;
      while (cursor.next_element()) {
        if (!first) out += ',';
        first = false;
        if (!write_value(cursor, sort_keys, depth + 1, out)) return false;
      }
      out += ']';
      return !cursor.failed();
    }
    case JsonKind::kObject:
      return write_object(cursor, sort_keys, depth, out);
    case JsonKind::kInvalid:
      break;
  }
  return false;
}

}  // namespace

bool write_canonical_json(std::string_view text, bool sort_keys, std::string& out) {
  JsonCursor cursor(text);
  return write_value(cursor, sort_keys, 0, out) && cursor.at_end();
}

}  // namespace trailpond::sql
