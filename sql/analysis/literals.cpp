#include <charconv>

#include "base/text.hpp"
#include "sql/analysis/analyser.hpp"
#include "sql/analysis/nodes.hpp"
#include "sql/times/datetime.hpp"
#include "sql/types/kinds.hpp"
#include "sql/types/type_patterns.hpp"
#include "sql/values/decimals.hpp"

/// The analysis of literals, and of the time that stands still.
namespace trailpond::sql::analysis {
namespace {

using ast::ExpressionKind;

/// Reads digits with their sign, or 0x…, 0o…, 0b…; false when 64 bits do not hold the number.
bool read_integer(std::string_view text, std::int64_t& value) {
  int base = 10;
  if (text.size() > 2 && text[0] == '0') {
    const char mark = static_cast<char>(text[1] | 0x20);
    base = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
    if (base != 10) text.remove_prefix(2);
  }
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
}

/// Digits with an optional sign and point: the type has as many digits as are written.
BoundPointer decimal_literal(const std::string& text, Position position) {
  std::string digits;
  std::int32_t scale = 0;
  bool fraction = false;
  for (const char c : text) {
    fraction |= c == '.';
    if (c < '0' || c > '9') continue;
    digits += c;
    if (fraction) ++scale;
  }
  const std::size_t first = std::min(digits.find_first_not_of('0'), digits.size());
  const auto significant = static_cast<std::int32_t>(digits.size() - first);
  const std::int32_t precision = std::max({significant, scale, 1});
  if (precision > kMaxDecimalPrecision) {
    fail(ErrorName::kInvalidLiteral, position, "'" + text + "' is not a valid DECIMAL literal");
  }
  const auto value = rounded(*read_decimal(text), scale, precision);
  return literal_of(Value::of_decimal(*value), decimal_type(precision, scale), position);
}

BoundPointer binary_literal(const ast::Expression& node) {
  std::string bytes;
  std::string digits;
  for (const char c : node.text) {
    if (c != ' ' && c != '\n') digits += c;
  }
  if (digits.size() % 2 != 0) {
    fail(ErrorName::kSyntaxError, node.position,
         "Binary literal must contain an even number of digits");
  }
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    unsigned byte = 0;
    const auto parsed = std::from_chars(digits.data() + i, digits.data() + i + 2, byte, 16);
    if (parsed.ptr != digits.data() + i + 2) {
      fail(ErrorName::kSyntaxError, node.position,
           "Binary literal can only contain hexadecimal digits");
    }
    bytes += static_cast<char>(byte);
  }
  return share(text_literal(std::move(bytes), simple_type(TypeKind::kVarbinary), node.position));
}

[[noreturn]] void refuse_literal(const ast::Expression& node, std::string_view type) {
  fail(ErrorName::kInvalidLiteral, node.position,
       "'" + node.value + "' is not a valid " + ascii_upper(type) + " literal");
}

/// The fraction of a time's literal has at most 12 digits.
void check_precision(const ast::Expression& node) {
  const std::size_t point = node.value.find('.');
  const std::size_t end =
      std::min(node.value.find_first_not_of("0123456789", point + 1), node.value.size());
  if (point != std::string::npos && end - point - 1 > 12) {
    fail(ErrorName::kNumericValueOutOfRange, node.position,
         ascii_upper(node.text) +
             " precision must be in range [0, 12]: " + std::to_string(end - point - 1));
  }
}

BoundPointer timestamp_literal(const ast::Expression& node) {
  const auto parsed = parse_timestamp(node.value, false);
  if (!parsed) refuse_literal(node, "timestamp");
  const int precision = parsed->precision;
  if (!parsed->zone)
    return literal_of(Value::of_moment(parsed->moment), timestamp_type(precision), node.position);
  Moment moment = parsed->moment;
  moment.zone = *parsed->zone;
  return literal_of(Value::of_moment(moment), timestamp_with_time_zone_type(precision),
                    node.position);
}

BoundPointer time_literal(const ast::Expression& node) {
  const auto time = parse_time(node.value);
  if (!time) refuse_literal(node, "time");
  return literal_of(
      Value::of_moment(time->moment),
      time->zoned ? time_with_time_zone_type(time->precision) : time_type(time->precision),
      node.position);
}

BoundPointer typed_decimal(const ast::Expression& node) {
  const bool is_signed = node.value.starts_with('-') || node.value.starts_with('+');
  const std::string_view digits = std::string_view(node.value).substr(is_signed ? 1 : 0);
  if (digits.find_first_not_of("0123456789.") != std::string_view::npos ||
      std::ranges::count(digits, '.') > 1 ||
      digits.find_first_of("0123456789") == std::string_view::npos) {
    refuse_literal(node, "decimal");
  }
  return decimal_literal(node.value, node.position);
}

}  // namespace

BoundPointer Analyser::literal(const ast::Expression& node) {
  switch (node.kind) {
    case ExpressionKind::kNull:
      return literal_of({}, unknown_type(), node.position);
    case ExpressionKind::kBoolean:
      return literal_of(Value::of_boolean(node.text == "TRUE"), boolean_type(), node.position);
    case ExpressionKind::kInteger: {
      std::int64_t value = 0;
      if (!read_integer(node.text, value)) {
        fail(ErrorName::kSyntaxError, node.position, "Invalid numeric literal: " + node.text);
      }
      const bool small = range_of(TypeKind::kInteger).holds(value);
      return literal_of(Value::of_integer(value),
                        simple_type(small ? TypeKind::kInteger : TypeKind::kBigint), node.position);
    }
    case ExpressionKind::kDecimal:
      return decimal_literal(node.text, node.position);
    case ExpressionKind::kDouble: {
      const double value = std::strtod(node.text.c_str(), nullptr);
      return literal_of(Value::of_real(value), simple_type(TypeKind::kDouble), node.position);
    }
    case ExpressionKind::kString:
      return share(text_literal(
          node.text, varchar_type(static_cast<std::int32_t>(count_code_points(node.text))),
          node.position));
    default:
      return binary_literal(node);
  }
}

BoundPointer Analyser::typed_literal(const ast::Expression& node) {
  if (node.text == "time" || node.text == "timestamp") check_precision(node);
  if (node.text == "char") {
    const auto length = static_cast<std::int32_t>(count_code_points(node.value));
    return share(text_literal(node.value, char_type(length), node.position));
  }
  if (node.text == "timestamp") return timestamp_literal(node);
  if (node.text == "date") {
    const auto days = parse_date(node.value);
    if (!days) refuse_literal(node, "date");
    return literal_of(Value::of_integer(*days), simple_type(TypeKind::kDate), node.position);
  }
  if (node.text == "time") return time_literal(node);
  if (node.text == "json") {
    Bound text = text_literal(node.value, varchar_type(), node.position);
    const auto parsed = operator_call("json_parse", node.position, {share(std::move(text))});
    if (parsed->kind != BoundKind::kLiteral) refuse_literal(node, "json");
    return parsed;
  }
  if (node.text == "decimal") return typed_decimal(node);
  const TypePointer type = parse_type(node.text);
  if (type == nullptr) {
    fail(ErrorName::kTypeNotFound, node.position, "Unknown type: " + node.text);
  }
  const auto value = fold(make(BoundKind::kCast, type, node.position,
                               {share(text_literal(node.value, varchar_type(), node.position))}));
  if (value->kind != BoundKind::kLiteral) refuse_literal(node, node.text);
  return value;
}

namespace {

constexpr std::array<std::string_view, 6> kIntervalUnits = {"YEAR", "MONTH",  "DAY",
                                                            "HOUR", "MINUTE", "SECOND"};
constexpr std::size_t kSecondUnit = 5;
/// Months of a unit, or milliseconds.
constexpr std::array<std::int64_t, 6> kIntervalSizes = {12,        1,      86'400'000,
                                                        3'600'000, 60'000, 1'000};

/// The decimals of seconds behind the point as milliseconds; what is behind the third is cut.
std::int64_t take_millis(std::string_view& rest) {
  std::int64_t millis = 0;
  for (std::int64_t scale = 100; !rest.empty() && rest[0] >= '0' && rest[0] <= '9'; scale /= 10) {
    millis += (rest[0] - '0') * scale;
    rest.remove_prefix(1);
  }
  return millis;
}

/// The value of an interval from unit `first` to `last`, without its sign. Every field may be
/// empty, and those at the end may be absent.
std::optional<std::int64_t> interval_value(std::string_view rest, std::size_t first,
                                           std::size_t last) {
  std::int64_t total = 0;
  for (std::size_t unit = first; unit <= last; ++unit) {
    std::int32_t number = 0;
    const auto parsed = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    const bool is_empty = rest.empty() || rest[0] == '.';
    if ((parsed.ec != std::errc() && !is_empty) || rest.starts_with('-')) return std::nullopt;
    rest.remove_prefix(static_cast<std::size_t>(parsed.ptr - rest.data()));
    total += number * kIntervalSizes[unit];
    if (unit == kSecondUnit && rest.starts_with('.')) {
      rest.remove_prefix(1);
      total += take_millis(rest);
    }
    if (rest.empty() || unit == last) break;
    if (rest[0] != (unit == 0 ? '-' : unit == 2 ? ' ' : ':')) return std::nullopt;
    rest.remove_prefix(1);
    if (rest.empty()) break;
  }
  const bool too_many_months = last < 2 && total > std::numeric_limits<std::int32_t>::max();
  return rest.empty() && !too_many_months ? std::optional(total) : std::nullopt;
}

}  // namespace

BoundPointer Analyser::interval(const ast::Expression& node) {
  const std::size_t to = node.text.find(" TO ");
  const auto index_of = [&](std::string_view unit) {
    return static_cast<std::size_t>(std::ranges::find(kIntervalUnits, unit) -
                                    kIntervalUnits.begin());
  };
  const std::size_t first = index_of(std::string_view(node.text).substr(0, to));
  const std::size_t last =
      to == std::string::npos ? first : index_of(std::string_view(node.text).substr(to + 4));
  const bool months = first < 2;
  if (last < first || months != (last < 2) || (to != std::string::npos && last == first)) {
    fail(ErrorName::kInvalidLiteral, node.position, "Invalid interval qualifier: " + node.text);
  }
  std::string_view text = node.value;
  bool negative = node.negated;
  if (text.starts_with('-') || text.starts_with('+')) {
    negative ^= text[0] == '-';
    text.remove_prefix(1);
  }
  const auto value = interval_value(text, first, last);
  if (!value) {
    fail(ErrorName::kInvalidLiteral, node.position,
         "Invalid INTERVAL " + node.text + " value: " + node.value);
  }
  return literal_of(
      Value::of_integer(negative ? -*value : *value),
      simple_type(months ? TypeKind::kIntervalYearToMonth : TypeKind::kIntervalDayToSecond),
      node.position);
}

BoundPointer Analyser::current(const ast::Expression& node) {
  const int precision = node.value.empty() ? 3 : std::atoi(node.value.c_str());
  if (precision > 12) {
    const std::string type = node.text == "CURRENT_TIMESTAMP" ? "TIMESTAMP WITH TIME ZONE"
                             : node.text == "CURRENT_TIME"    ? "TIME WITH TIME ZONE"
                             : node.text == "LOCALTIME"       ? "TIME"
                                                              : "TIMESTAMP";
    fail(ErrorName::kNumericValueOutOfRange, node.position,
         type + " precision must be in range [0, 12]: " + std::to_string(precision));
  }
  const Moment now = round_moment({options_.now_micros / 1000 * 1000, 0, 0}, precision);
  if (node.text == "CURRENT_DATE") {
    return literal_of(Value::of_integer(floor_divide(now.micros, kMicrosPerDay)),
                      simple_type(TypeKind::kDate), node.position);
  }
  if (node.text == "CURRENT_TIMESTAMP") {
    return literal_of(Value::of_moment(now), timestamp_with_time_zone_type(precision),
                      node.position);
  }
  if (node.text == "LOCALTIMESTAMP") {
    return literal_of(Value::of_moment(now), timestamp_type(precision), node.position);
  }
  if (node.text == "LOCALTIME") {
    return literal_of(Value::of_moment({floor_modulo(now.micros, kMicrosPerDay), now.picos, 0}),
                      time_type(precision), node.position);
  }
  if (node.text == "CURRENT_TIME") {
    return literal_of(Value::of_moment({floor_modulo(now.micros, kMicrosPerDay), now.picos, 0}),
                      time_with_time_zone_type(precision), node.position);
  }
  fail(ErrorName::kNotSupported, node.position, "not supported yet: " + node.text);
}

}  // namespace trailpond::sql::analysis
