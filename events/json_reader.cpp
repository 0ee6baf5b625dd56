#include "events/json_reader.hpp"

#include <simde/x86/sse2.h>

#include <algorithm>
#include <bit>

#include "base/text.hpp"

namespace trailpond::events {
namespace {

constexpr const char* kUnexpectedEnd = "the JSON text ends too early";
constexpr const char* kTooDeep = "nested deeper than 64 levels";

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

/// Reads four hex digits; -1 where one is none.
int hex4(const char* digits) {
  int value = 0;
  for (int at = 0; at < 4; ++at) {
    const int digit = hexadecimal_digit(digits[at]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

bool is_lead_surrogate(int unit) { return unit >= 0xd800 && unit <= 0xdbff; }
bool is_trail_surrogate(int unit) { return unit >= 0xdc00 && unit <= 0xdfff; }

/// Finds the next byte of a string that is not plain: a quote, a backslash or a control character.
/// Notes in `high` whether a byte above 0x7f was passed.
const char* find_special(const char* at, const char* end, bool& high) {
  const simde__m128i quote = simde_mm_set1_epi8('"');
  const simde__m128i backslash = simde_mm_set1_epi8('\\');
  const simde__m128i last_control = simde_mm_set1_epi8(0x1f);
  for (; end - at >= 16; at += 16) {
    const simde__m128i bytes = simde_mm_loadu_si128(reinterpret_cast<const simde__m128i*>(at));
    const simde__m128i control = simde_mm_cmpeq_epi8(simde_mm_min_epu8(bytes, last_control), bytes);
    const simde__m128i special =
        simde_mm_or_si128(control, simde_mm_or_si128(simde_mm_cmpeq_epi8(bytes, quote),
                                                     simde_mm_cmpeq_epi8(bytes, backslash)));
    const auto stop = static_cast<unsigned>(simde_mm_movemask_epi8(special));
    const auto above = static_cast<unsigned>(simde_mm_movemask_epi8(bytes));
    if (stop != 0) {
      const int first = std::countr_zero(stop);
      high = high || (above & ((1u << first) - 1)) != 0;
      return at + first;
    }
    high = high || above != 0;
  }
  for (; at != end; ++at) {
    const auto byte = static_cast<unsigned char>(*at);
    if (byte == '"' || byte == '\\' || byte < 0x20) return at;
    high = high || byte >= 0x80;
  }
  return at;
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    const std::size_t length = well_formed_length(text.substr(at));
    if (length == 0) return false;
    at += length;
  }
  return true;
}

void JsonReader::skip_spaces() {
  while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) {
    ++at_;
    ++spaces_;
  }
}

bool JsonReader::read_string(RawString& out) {
  const char* start = ++at_;
  bool high = false;
  bool escaped = false;
  for (;;) {
    at_ = find_special(at_, end_, high);
    if (at_ == end_) return fail(kUnexpectedEnd);
    if (*at_ == '"') break;
    if (*at_ != '\\') return fail("a control character inside a string");
    escaped = true;
    if (!check_escape()) return false;
  }
  out.source = {start, static_cast<std::size_t>(at_ - start)};
  out.escaped = escaped;
  ++at_;
  if (high && !is_valid_utf8(out.source)) return fail("invalid UTF-8");
  return true;
}

bool JsonReader::read_plain_string(std::string_view& out) {
  if (at_ == end_ || *at_ != '"') return false;
  const char* start = at_ + 1;
  bool high = false;
  const char* stop = find_special(start, end_, high);
  if (stop == end_ || *stop != '"') return false;
  out = {start, static_cast<std::size_t>(stop - start)};
  if (high && !is_valid_utf8(out)) return false;
  at_ = stop + 1;
  return true;
}

bool JsonReader::check_escape() {
  if (end_ - at_ < 2) return fail(kUnexpectedEnd);
  const char kind = at_[1];
  if (kind != 'u') {
    if (std::string_view("\"\\/bfnrt").find(kind) == std::string_view::npos) {
      return fail("an unknown escape");
    }
    at_ += 2;
    return true;
  }
  if (end_ - at_ < 6) return fail(kUnexpectedEnd);
  const int unit = hex4(at_ + 2);
  if (unit < 0) return fail("an escape \\u without four hexadecimal digits");
  at_ += 6;
  if (is_trail_surrogate(unit)) return fail("half a surrogate pair");
  if (!is_lead_surrogate(unit)) return true;
  if (end_ - at_ < 6 || at_[0] != '\\' || at_[1] != 'u' || !is_trail_surrogate(hex4(at_ + 2))) {
    return fail("half a surrogate pair");
  }
  at_ += 6;
  return true;
}

bool JsonReader::read_number(std::string_view& out) {
  const char* start = at_;
  const auto digits = [&] {
    const char* first = at_;
    while (at_ != end_ && is_digit(*at_)) ++at_;
    return at_ != first;
  };
  if (at_ != end_ && *at_ == '-') ++at_;
  const bool zero = at_ != end_ && *at_ == '0';
  if (!digits() || (zero && at_ - start > (*start == '-' ? 2 : 1))) return fail("not a JSON value");
  if (at_ != end_ && *at_ == '.') {
    ++at_;
    if (!digits()) return fail("a number without digits after its point");
  }
  if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
    ++at_;
    if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
    if (!digits()) return fail("a number without digits in its exponent");
  }
  out = {start, static_cast<std::size_t>(at_ - start)};
  return true;
}

bool JsonReader::read_word(std::string_view word) {
  const std::string_view left(at_, static_cast<std::size_t>(end_ - at_));
  if (!left.starts_with(word)) return fail("not a JSON value");
  at_ += word.size();
  return true;
}

bool JsonReader::skip_value(int depth) {
  RawString text;
  std::string_view number;
  switch (peek()) {
    case '"':
      return read_string(text);
    case '{':
      return skip_members(depth);
    case '[':
      return skip_elements(depth);
    case 't':
      return read_word("true");
    case 'f':
      return read_word("false");
    case 'n':
      return read_word("null");
    default:
      return at_end() ? fail(kUnexpectedEnd) : read_number(number);
  }
}

bool JsonReader::skip_members(int depth) {
  if (depth > kEventDepthLimit) return fail(kTooDeep);
  ++at_;
  if (take('}')) return true;
  do {
    RawString key;
    if (peek() != '"') return fail(at_end() ? kUnexpectedEnd : "a member without a name");
    if (!read_string(key)) return false;
    if (!take(':')) return fail(at_end() ? kUnexpectedEnd : "a member without a colon");
    if (!skip_value(depth + 1)) return false;
  } while (take(','));
  return take('}') || fail(at_end() ? kUnexpectedEnd : "neither a comma nor a closing brace");
}

bool JsonReader::skip_elements(int depth) {
  if (depth > kEventDepthLimit) return fail(kTooDeep);
  ++at_;
  if (take(']')) return true;
  do {
    if (!skip_value(depth + 1)) return false;
  } while (take(','));
  return take(']') || fail(at_end() ? kUnexpectedEnd : "neither a comma nor a closing bracket");
}

void JsonReader::decode(std::string_view source, std::string& out) {
  for (std::size_t at = 0; at < source.size(); ++at) {
    const std::size_t escape = std::min(source.find('\\', at), source.size());
    out.append(source, at, escape - at);
    if (escape == source.size()) return;
    at = escape + 1;
    switch (source[at]) {
      case 'b':
        out.push_back('\b');
        break;
      case 'f':
        out.push_back('\f');
        break;
      case 'n':
        out.push_back('\n');
        break;
      case 'r':
        out.push_back('\r');
        break;
      case 't':
        out.push_back('\t');
        break;
      case 'u': {
        auto point = static_cast<std::uint32_t>(hex4(source.data() + at + 1));
        at += 4;
        if (is_lead_surrogate(static_cast<int>(point))) {
          const auto trail = static_cast<std::uint32_t>(hex4(source.data() + at + 3));
          point = 0x10000 + ((point - 0xd800) << 10) + (trail - 0xdc00);
          at += 6;
        }
        append_utf8(out, point);
        break;
      }
      default:
        out.push_back(source[at]);  // a quote, a backslash or a slash stands for itself
    }
  }
}

void JsonReader::append_compact(std::string_view source, std::string& out) {
  const char* at = source.data();
  const char* end = at + source.size();
  bool high = false;
  while (at != end) {
    if (*at == '"') {
      const char* start = at++;
      for (at = find_special(at, end, high); *at != '"'; at = find_special(at, end, high)) at += 2;
      ++at;
      out.append(start, at);
    } else {
      if (static_cast<unsigned char>(*at) > ' ') out.push_back(*at);
      ++at;
    }
  }
}

}  // namespace trailpond::events
