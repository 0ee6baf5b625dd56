#include <charconv>
#include <limits>

#include "sql/datetime.hpp"
#include "sql/evaluator.hpp"
#include "sql/json_text.hpp"

/// CAST between every pair of types that Trino knows and Lake's columns can meet.
/// Source: https://trino.io/docs/current/functions/conversion.html
namespace trailpond::sql {
namespace {

bool is_integer_kind(TypeKind kind) {
  return kind == TypeKind::kTinyint || kind == TypeKind::kSmallint || kind == TypeKind::kInteger ||
         kind == TypeKind::kBigint;
}
bool is_real_kind(TypeKind kind) { return kind == TypeKind::kDouble || kind == TypeKind::kReal; }
bool is_number_kind(TypeKind kind) {
  return is_integer_kind(kind) || is_real_kind(kind) || kind == TypeKind::kDecimal;
}
bool is_text_kind(TypeKind kind) { return kind == TypeKind::kVarchar || kind == TypeKind::kChar; }
bool is_timestamp_kind(TypeKind kind) {
  return kind == TypeKind::kTimestamp || kind == TypeKind::kTimestampWithTimeZone;
}

Int128 power_of_ten(std::int32_t exponent) {
  Int128 power = 1;
  for (std::int32_t i = 0; i < exponent; ++i) power *= 10;
  return power;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

Value cannot_cast(Evaluation& evaluation, std::string_view text, TypePointer to) {
  // Trino names the target in capitals here, and integer by its short name.
  std::string name = to->kind == TypeKind::kInteger ? "INT" : to_string(to);
  for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return evaluation.fail(ErrorName::kInvalidCastArgument,
                         "Cannot cast '" + std::string(text) + "' to " + name);
}

std::pair<std::int64_t, std::int64_t> range_of(TypeKind kind) {
  switch (kind) {
    case TypeKind::kTinyint:
      return {-128, 127};
    case TypeKind::kSmallint:
      return {-32'768, 32'767};
    case TypeKind::kInteger:
      return {-2'147'483'648LL, 2'147'483'647LL};
    default:
      return {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()};
  }
}

std::string shown_name(TypePointer type) { return to_string(type); }

Value to_integer_range(Evaluation& evaluation, Int128 value, TypePointer to) {
  const auto [low, high] = range_of(to->kind);
  if (value < low || value > high) {
    const ErrorName name = ErrorName::kNumericValueOutOfRange;
    return evaluation.fail(name,
                           "Out of range for " + shown_name(to) + ": " + print_decimal(value, 0));
  }
  return Value::of_integer(static_cast<std::int64_t>(value));
}

Value real_to_integer(Evaluation& evaluation, double value, TypePointer to) {
  if (std::isnan(value)) {
    return evaluation.fail(ErrorName::kInvalidCastArgument, "Cannot cast NaN to " + shown_name(to));
  }
  const double rounded = std::round(value);
  const auto [low, high] = range_of(to->kind);
  if (rounded < static_cast<double>(low) || rounded > static_cast<double>(high) ||
      (to->kind == TypeKind::kBigint && rounded >= 9223372036854775808.0)) {
    const bool is_bigint = to->kind == TypeKind::kBigint;
    return evaluation.fail(
        is_bigint ? ErrorName::kInvalidCastArgument : ErrorName::kNumericValueOutOfRange,
        is_bigint ? "Unable to cast " + print_double(value) + " to bigint"
                  : "Out of range for " + shown_name(to) + ": " + print_double(value));
  }
  return Value::of_integer(static_cast<std::int64_t>(rounded));
}

Int128 rescale_rounding(Int128 value, std::int32_t from, std::int32_t to) {
  if (to >= from) return value * power_of_ten(to - from);
  const Int128 divisor = power_of_ten(from - to);
  const Int128 half = divisor / 2;
  return (value + (value < 0 ? -half : half)) / divisor;
}

Value to_decimal_range(Evaluation& evaluation, Int128 value, TypePointer to,
                       const std::string& shown, TypePointer from) {
  const Int128 limit = power_of_ten(to->precision);
  if (value >= limit || value <= -limit) {
    return evaluation.fail(ErrorName::kInvalidCastArgument,
                           "Cannot cast " + shown_name(from) + " '" + shown + "' to " + "DECIMAL(" +
                               std::to_string(to->precision) + ", " + std::to_string(to->scale) +
                               ")");
  }
  return Value::of_decimal(value);
}

double decimal_to_double(Int128 value, std::int32_t scale) {
  const std::string text = print_decimal(value, scale);
  double result = 0;
  std::from_chars(text.data(), text.data() + text.size(), result);
  return result;
}

Value real_to_decimal(Evaluation& evaluation, double value, TypePointer from, TypePointer to) {
  if (std::isnan(value) || std::isinf(value)) {
    return evaluation.fail(ErrorName::kInvalidCastArgument,
                           "Cannot cast " + print_double(value) + " to " + shown_name(to));
  }
  char buffer[400];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed);
  std::string_view text(buffer, static_cast<std::size_t>(end.ptr - buffer));
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  Int128 digits = 0;
  std::int32_t scale = 0;
  bool fraction = false;
  for (const char c : text) {
    if (c == '.') {
      fraction = true;
      continue;
    }
    if (digits > power_of_ten(37)) {
      if (!fraction) return cannot_cast(evaluation, print_double(value), to);
      break;
    }
    digits = digits * 10 + (c - '0');
    if (fraction) ++scale;
  }
  if (negative) digits = -digits;
  return to_decimal_range(evaluation, rescale_rounding(digits, scale, to->scale), to,
                          print_double(value), from);
}

/// Digits with an optional point and exponent, as an unscaled number and its scale.
std::optional<std::pair<Int128, std::int32_t>> parse_decimal(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  Int128 digits = 0;
  std::int32_t scale = 0;
  bool fraction = false;
  bool any = false;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    if (text[i] == '.' && !fraction) {
      fraction = true;
      continue;
    }
    if (text[i] < '0' || text[i] > '9') break;
    if (digits > power_of_ten(37)) return std::nullopt;
    digits = digits * 10 + (text[i] - '0');
    any = true;
    if (fraction) ++scale;
  }
  if (!any) return std::nullopt;
  if (i < text.size()) {
    if (text[i] != 'e' && text[i] != 'E') return std::nullopt;
    ++i;
    if (i < text.size() && text[i] == '+') ++i;
    int exponent = 0;
    const auto parsed = std::from_chars(text.data() + i, text.data() + text.size(), exponent);
    if (parsed.ptr != text.data() + text.size() || parsed.ec != std::errc()) return std::nullopt;
    scale -= exponent;
    if (scale < -37 || scale > 76) return std::nullopt;
    if (scale < 0) {
      digits *= power_of_ten(-scale);
      scale = 0;
    }
  }
  return std::pair(negative ? -digits : digits, scale);
}

Value text_to_decimal(Evaluation& evaluation, std::string_view text, TypePointer to) {
  const auto parsed = parse_decimal(trimmed(text));
  const auto fail = [&](const char* why) {
    return evaluation.fail(ErrorName::kInvalidCastArgument,
                           "Cannot cast VARCHAR '" + std::string(text) + "' to DECIMAL(" +
                               std::to_string(to->precision) + ", " + std::to_string(to->scale) +
                               "). " + why);
  };
  if (!parsed) return fail("Value is not a number.");
  const Int128 value = rescale_rounding(parsed->first, parsed->second, to->scale);
  const Int128 limit = power_of_ten(to->precision);
  if (value >= limit || value <= -limit) return fail("Value too large.");
  return Value::of_decimal(value);
}

std::optional<double> parse_real(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec == std::errc::result_out_of_range) {
    // Java rounds to zero or to infinity where from_chars refuses.
    return std::strtod(std::string(text).c_str(), nullptr);
  }
  const bool is_word = text.find_first_of("in") != std::string_view::npos;
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || is_word) {
    return std::nullopt;
  }
  return value;
}

Value text_to_number(Evaluation& evaluation, std::string_view text, TypePointer to) {
  if (to->kind == TypeKind::kDecimal) return text_to_decimal(evaluation, text, to);
  if (is_real_kind(to->kind)) {
    const auto value = parse_real(text);
    if (!value) return cannot_cast(evaluation, text, to);
    return Value::of_real(to->kind == TypeKind::kReal ? static_cast<float>(*value) : *value);
  }
  std::string_view digits = trimmed(text);
  if (digits.starts_with('+')) digits.remove_prefix(1);
  std::int64_t value = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const auto [low, high] = range_of(to->kind);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size() || value < low ||
      value > high) {
    return cannot_cast(evaluation, text, to);
  }
  return Value::of_integer(value);
}

Value to_number(Evaluation& evaluation, TypePointer from, TypePointer to, const Value& value) {
  if (is_text_kind(from->kind)) return text_to_number(evaluation, value.text(), to);
  const bool to_real = is_real_kind(to->kind);
  const auto real = [&](double number) {
    return Value::of_real(to->kind == TypeKind::kReal ? static_cast<float>(number) : number);
  };
  if (from->kind == TypeKind::kBoolean || is_integer_kind(from->kind)) {
    if (to_real) return real(static_cast<double>(value.integer()));
    if (to->kind == TypeKind::kDecimal) {
      return to_decimal_range(evaluation,
                              static_cast<Int128>(value.integer()) * power_of_ten(to->scale), to,
                              std::to_string(value.integer()), from);
    }
    return to_integer_range(evaluation, value.integer(), to);
  }
  if (is_real_kind(from->kind)) {
    if (to_real) return real(value.real());
    if (to->kind == TypeKind::kDecimal) return real_to_decimal(evaluation, value.real(), from, to);
    return real_to_integer(evaluation, value.real(), to);
  }
  const Int128 decimal = value.decimal();  // from is decimal
  if (to_real) return real(decimal_to_double(decimal, from->scale));
  if (to->kind == TypeKind::kDecimal) {
    return to_decimal_range(evaluation, rescale_rounding(decimal, from->scale, to->scale), to,
                            print_decimal(decimal, from->scale), from);
  }
  return to_integer_range(evaluation, rescale_rounding(decimal, from->scale, 0), to);
}

/// CAST(double AS varchar) always has an exponent: 1.0E0.
template <class Real>
std::string scientific(Real value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  char buffer[64];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  std::string text(buffer, end.ptr);
  const std::size_t e = text.find('e');
  std::string mantissa = text.substr(0, e);
  int exponent = 0;
  std::from_chars(text.data() + e + (text[e + 1] == '+' ? 2 : 1), text.data() + text.size(),
                  exponent);
  if (mantissa.find('.') == std::string::npos) mantissa += ".0";
  return mantissa + "E" + std::to_string(exponent);
}

std::size_t prefix_of_code_points(std::string_view text, std::int64_t count) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0) != 0x80 && count-- == 0) break;
  }
  return at;
}

Value json_scalar_to_text(Evaluation& evaluation, std::string_view json, TypePointer to) {
  JsonCursor cursor(json);
  switch (cursor.kind()) {
    case JsonKind::kNull:
      return {};
    case JsonKind::kString: {
      std::string text;
      cursor.read_string(&text);
      return evaluation.text(text);
    }
    case JsonKind::kTrue:
    case JsonKind::kFalse:
    case JsonKind::kNumber: {
      const auto number = cursor.kind() == JsonKind::kNumber ? cursor.read_number() : std::nullopt;
      if (number && number->find_first_of(".eE") != std::string_view::npos) {
        return evaluation.text(scientific(parse_real(*number).value_or(0)));
      }
      return Value::of_text(json);
    }
    case JsonKind::kArray:
    case JsonKind::kObject:
    case JsonKind::kInvalid:
      break;
  }
  return evaluation.fail(
      ErrorName::kInvalidCastArgument,
      "Cannot cast to " + shown_name(to) + ". Unexpected token when cast to " + shown_name(to));
}

Value to_text(Evaluation& evaluation, TypePointer from, TypePointer to, const Value& value) {
  std::string text;
  if (from->kind == TypeKind::kJson) {
    const Value scalar = json_scalar_to_text(evaluation, value.text(), to);
    if (scalar.is_null()) return scalar;
    text = scalar.text();
  } else if (from->kind == TypeKind::kDouble) {
    text = scientific(value.real());
  } else if (from->kind == TypeKind::kReal) {
    text = scientific(static_cast<float>(value.real()));
  } else {
    print_cell(from, value, true, text);
  }
  if (to->kind == TypeKind::kVarchar && to->precision == kUnbounded) return evaluation.text(text);
  const std::size_t kept = prefix_of_code_points(text, to->precision);
  if (kept < text.size()) {
    if (!is_text_kind(from->kind)) {
      return evaluation.fail(ErrorName::kInvalidCastArgument,
                             "Value " + text + " cannot be represented as " + to_string(to));
    }
    text.resize(kept);
  }
  if (to->kind == TypeKind::kChar) {
    const auto missing =
        static_cast<std::int64_t>(to->precision) - std::ranges::count_if(text, [](char c) {
          return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
        });
    if (missing > 0) text.append(static_cast<std::size_t>(missing), ' ');
  }
  return evaluation.text(text);
}

Value to_boolean(Evaluation& evaluation, TypePointer from, TypePointer to, const Value& value) {
  if (is_integer_kind(from->kind)) return Value::of_boolean(value.integer() != 0);
  if (is_real_kind(from->kind)) return Value::of_boolean(value.real() != 0);
  if (from->kind == TypeKind::kDecimal) return Value::of_boolean(value.decimal() != 0);
  std::string word;
  for (const char c : value.text())
    word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (word == "true" || word == "t" || word == "1") return Value::of_boolean(true);
  if (word == "false" || word == "f" || word == "0") return Value::of_boolean(false);
  return cannot_cast(evaluation, value.text(), to);
}

Value to_date(Evaluation& evaluation, TypePointer from, const Value& value) {
  if (from->kind == TypeKind::kTimestamp) {
    return Value::of_integer(floor_divide(value.moment().micros, kMicrosPerDay));
  }
  if (from->kind == TypeKind::kTimestampWithTimeZone) {
    const Moment moment = value.moment();
    return Value::of_integer(floor_divide(
        moment.micros + offset_at(moment.zone, moment.micros) * kMicrosPerSecond, kMicrosPerDay));
  }
  const auto days = parse_date(value.text());
  if (!days) {
    return evaluation.fail(ErrorName::kInvalidCastArgument,
                           "Value cannot be cast to date: " + std::string(value.text()));
  }
  return Value::of_integer(*days);
}

Value to_timestamp(Evaluation& evaluation, TypePointer from, TypePointer to, const Value& value) {
  const bool zoned = to->kind == TypeKind::kTimestampWithTimeZone;
  Moment moment;
  switch (from->kind) {
    case TypeKind::kDate:
      moment.micros = value.integer() * kMicrosPerDay;
      break;
    case TypeKind::kTimestamp:
      moment = value.moment();
      break;
    case TypeKind::kTimestampWithTimeZone:
      moment = value.moment();
      if (!zoned) {
        moment.micros += offset_at(moment.zone, moment.micros) * kMicrosPerSecond;
        moment.zone = kUtc;
      }
      break;
    case TypeKind::kTime:
      moment = value.moment();
      break;
    default: {
      const auto parsed = parse_timestamp(value.text(), false);
      if (!parsed) {
        return evaluation.fail(ErrorName::kInvalidCastArgument,
                               "Value cannot be cast to timestamp: " + std::string(value.text()));
      }
      moment = parsed->moment;
      if (parsed->zone && !zoned) {
        moment.micros += offset_at(*parsed->zone, moment.micros) * kMicrosPerSecond;
      } else if (parsed->zone) {
        moment.zone = *parsed->zone;
      }
    }
  }
  return Value::of_moment(round_moment(moment, to->precision));
}

Value to_time(Evaluation& evaluation, TypePointer from, TypePointer to, const Value& value) {
  Moment moment;
  if (is_timestamp_kind(from->kind)) {
    moment = value.moment();
    moment.micros = floor_modulo(
        moment.micros + offset_at(moment.zone, moment.micros) * kMicrosPerSecond, kMicrosPerDay);
    moment.zone = kUtc;
  } else if (from->kind == TypeKind::kTime || from->kind == TypeKind::kTimeWithTimeZone) {
    moment = value.moment();
  } else {
    const auto parsed = parse_time(value.text());
    if (!parsed) {
      return evaluation.fail(ErrorName::kInvalidCastArgument,
                             "Value cannot be cast to time: " + std::string(value.text()));
    }
    moment = parsed->first;
  }
  moment = round_moment(moment, to->precision);
  moment.micros = floor_modulo(moment.micros, kMicrosPerDay);
  return Value::of_moment(moment);
}

// ---- JSON -----------------------------------------------------------------------------------

bool append_json(Evaluation& evaluation, TypePointer type, const Value& value, std::string& out);

/// The key of a JSON object made from a map's key.
std::string json_key(TypePointer type, const Value& value) {
  if (value.is_null()) return "null";
  std::string key;
  print_cell(type, value, true, key);
  return key;
}

bool append_json_items(Evaluation& evaluation, TypePointer type, const Value& value,
                       std::string& out) {
  const auto items = value.items();
  if (type->kind == TypeKind::kArray) {
    out += '[';
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out += ',';
      if (!append_json(evaluation, type->children[0], items[i], out)) return false;
    }
    out += ']';
    return true;
  }
  out += '{';
  if (type->kind == TypeKind::kRow) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out += ',';
      append_json_string(type->field_names[i], out);
      out += ':';
      if (!append_json(evaluation, type->children[i], items[i], out)) return false;
    }
  } else {
    std::map<std::string, const Value*> sorted;  // Trino orders a map's keys when it makes JSON
    for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
      sorted[json_key(type->children[0], items[i])] = &items[i + 1];
    }
    bool first = true;
    for (const auto& [key, entry] : sorted) {
      if (!first) out += ',';
      first = false;
      append_json_string(key, out);
      out += ':';
      if (!append_json(evaluation, type->children[1], *entry, out)) return false;
    }
  }
  out += '}';
  return true;
}

bool append_json(Evaluation& evaluation, TypePointer type, const Value& value, std::string& out) {
  if (!evaluation.step()) return false;
  if (value.is_null()) {
    out += "null";
    return true;
  }
  switch (type->kind) {
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kRow:
      return append_json_items(evaluation, type, value, out);
    case TypeKind::kJson:
      out += value.text();
      return true;
    case TypeKind::kBoolean:
    case TypeKind::kTinyint:
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
    case TypeKind::kDecimal:
      print_cell(type, value, true, out);
      return true;
    case TypeKind::kDouble:
    case TypeKind::kReal:
      if (std::isfinite(value.real())) {
        print_cell(type, value, true, out);
        return true;
      }
      [[fallthrough]];
    default: {
      std::string text;
      print_cell(type, value, true, text);
      append_json_string(text, out);
      return true;
    }
  }
}

Value from_json(Evaluation& evaluation, TypePointer to, std::string_view json);

std::string_view value_text(JsonCursor& cursor) {
  const std::size_t start = cursor.position();
  cursor.skip_value();
  std::string_view text = cursor.text().substr(start, cursor.position() - start);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())))
    text.remove_suffix(1);
  return text;
}

Value json_mismatch(Evaluation& evaluation, TypePointer to, std::string_view json) {
  return evaluation.fail(ErrorName::kInvalidCastArgument,
                         "Cannot cast to " + to_string(to) + ". Expected a json " +
                             (to->kind == TypeKind::kArray ? "array" : "object") + ", but got " +
                             std::string(json.substr(0, 100)));
}

Value json_to_array(Evaluation& evaluation, TypePointer to, std::string_view json) {
  JsonCursor cursor(json);
  if (cursor.kind() != JsonKind::kArray) return json_mismatch(evaluation, to, json);
  std::vector<Value> items;
  cursor.enter();
  while (cursor.next_element()) {
    items.push_back(from_json(evaluation, to->children[0], value_text(cursor)));
    if (evaluation.failed() || !evaluation.step()) return {};
  }
  const auto kept = evaluation.arena().values(items.size());
  std::ranges::copy(items, kept.begin());
  return Value::of_items(kept);
}

Value json_to_map(Evaluation& evaluation, TypePointer to, std::string_view json) {
  JsonCursor cursor(json);
  if (cursor.kind() != JsonKind::kObject) return json_mismatch(evaluation, to, json);
  std::vector<Value> items;
  cursor.enter();
  std::string key;
  while (cursor.next_member(key)) {
    const Value text = evaluation.text(key);
    items.push_back(to->children[0]->kind == TypeKind::kVarchar
                        ? text
                        : cast_value(evaluation, varchar_type(), to->children[0], text));
    items.push_back(from_json(evaluation, to->children[1], value_text(cursor)));
    if (evaluation.failed() || !evaluation.step()) return {};
  }
  const auto kept = evaluation.arena().values(items.size());
  std::ranges::copy(items, kept.begin());
  return Value::of_items(kept);
}

Value json_to_row(Evaluation& evaluation, TypePointer to, std::string_view json) {
  JsonCursor cursor(json);
  const auto fields = evaluation.arena().values(to->children.size());
  if (cursor.kind() == JsonKind::kArray) {
    cursor.enter();
    for (std::size_t i = 0; cursor.next_element(); ++i) {
      if (i >= fields.size()) return json_mismatch(evaluation, to, json);
      fields[i] = from_json(evaluation, to->children[i], value_text(cursor));
      if (evaluation.failed()) return {};
    }
    return Value::of_items(fields);
  }
  if (cursor.kind() != JsonKind::kObject) return json_mismatch(evaluation, to, json);
  cursor.enter();
  std::string key;
  while (cursor.next_member(key)) {
    const std::string_view text = value_text(cursor);
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const std::string& name = to->field_names[i];
      const bool same = std::ranges::equal(name, key, [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) ==
               std::tolower(static_cast<unsigned char>(b));
      });
      if (same) fields[i] = from_json(evaluation, to->children[i], text);
      if (evaluation.failed()) return {};
    }
  }
  return Value::of_items(fields);
}

Value from_json(Evaluation& evaluation, TypePointer to, std::string_view json) {
  if (to->kind == TypeKind::kJson) return evaluation.text(json);
  JsonCursor cursor(json);
  const JsonKind kind = cursor.kind();
  if (kind == JsonKind::kNull) return {};
  if (to->kind == TypeKind::kArray) return json_to_array(evaluation, to, json);
  if (to->kind == TypeKind::kMap) return json_to_map(evaluation, to, json);
  if (to->kind == TypeKind::kRow) return json_to_row(evaluation, to, json);
  if (kind == JsonKind::kArray || kind == JsonKind::kObject) {
    return evaluation.fail(ErrorName::kInvalidCastArgument,
                           "Cannot cast to " + shown_name(to) + ". Unexpected token when cast to " +
                               shown_name(to) + ": " + (kind == JsonKind::kArray ? "[" : "{"));
  }
  if (is_text_kind(to->kind))
    return to_text(evaluation, simple_type(TypeKind::kJson), to, Value::of_text(json));
  const bool is_word = kind == JsonKind::kTrue || kind == JsonKind::kFalse;
  if (is_word) {
    return cast_value(evaluation, simple_type(TypeKind::kBoolean), to,
                      Value::of_boolean(kind == JsonKind::kTrue));
  }
  std::string text;
  if (kind == JsonKind::kString)
    cursor.read_string(&text);
  else
    text = json;
  if (kind == JsonKind::kNumber && text.find_first_of(".eE") != std::string::npos &&
      to->kind != TypeKind::kDecimal) {
    return cast_value(evaluation, simple_type(TypeKind::kDouble), to,
                      Value::of_real(parse_real(text).value_or(0)));
  }
  if (kind == JsonKind::kNumber && to->kind == TypeKind::kBoolean) {
    return Value::of_boolean(parse_real(text).value_or(0) != 0);
  }
  return cast_value(evaluation, varchar_type(), to, evaluation.text(text));
}

Value cast_items(Evaluation& evaluation, TypePointer from, TypePointer to, const Value& value) {
  const auto items = value.items();
  const auto result = evaluation.arena().values(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::size_t child = from->kind == TypeKind::kArray ? 0
                              : from->kind == TypeKind::kMap ? i % 2
                                                             : i;
    if (items[i].is_null()) continue;
    result[i] = cast_value(evaluation, from->children[child], to->children[child], items[i]);
    if (evaluation.failed() || !evaluation.step()) return {};
  }
  return Value::of_items(result);
}

}  // namespace

bool can_cast(TypePointer from, TypePointer to) {
  const TypeKind f = from->kind;
  const TypeKind t = to->kind;
  if (f == TypeKind::kUnknown || from == to) return true;
  if (t == TypeKind::kJson) {
    if (f == TypeKind::kArray) return can_cast(from->children[0], to);
    if (f == TypeKind::kMap) return can_cast(from->children[1], to);
    if (f == TypeKind::kRow)
      return std::ranges::all_of(from->children, [&](auto c) { return can_cast(c, to); });
    return f == TypeKind::kBoolean || is_number_kind(f) || f == TypeKind::kVarchar ||
           f == TypeKind::kDate || is_timestamp_kind(f);
  }
  if (f == TypeKind::kJson) {
    if (t == TypeKind::kArray || t == TypeKind::kRow) {
      return std::ranges::all_of(to->children, [&](auto c) { return can_cast(from, c); });
    }
    if (t == TypeKind::kMap)
      return can_cast(varchar_type(), to->children[0]) && can_cast(from, to->children[1]);
    return t == TypeKind::kBoolean || is_number_kind(t) || t == TypeKind::kVarchar ||
           t == TypeKind::kDate || t == TypeKind::kTimestamp;
  }
  if (f == t && (f == TypeKind::kArray || f == TypeKind::kMap || f == TypeKind::kRow)) {
    if (from->children.size() != to->children.size()) return false;
    for (std::size_t i = 0; i < from->children.size(); ++i) {
      if (!can_cast(from->children[i], to->children[i])) return false;
    }
    return true;
  }
  const bool from_text = is_text_kind(f);
  if (is_text_kind(t)) {
    return from_text || f == TypeKind::kBoolean || is_number_kind(f) || f == TypeKind::kDate ||
           is_timestamp_kind(f) || f == TypeKind::kTime || f == TypeKind::kTimeWithTimeZone ||
           f == TypeKind::kIntervalDayToSecond || f == TypeKind::kIntervalYearToMonth ||
           f == TypeKind::kUuid || f == TypeKind::kIpAddress;
  }
  if (is_number_kind(t)) return is_number_kind(f) || from_text || f == TypeKind::kBoolean;
  if (t == TypeKind::kBoolean) return is_number_kind(f) || from_text;
  if (t == TypeKind::kDate) return from_text || is_timestamp_kind(f);
  if (is_timestamp_kind(t)) {
    return from_text || is_timestamp_kind(f) || f == TypeKind::kDate || f == TypeKind::kTime;
  }
  if (t == TypeKind::kTime)
    return from_text || is_timestamp_kind(f) || f == TypeKind::kTime ||
           f == TypeKind::kTimeWithTimeZone;
  return f == t && from->children.empty();
}

Value cast_value(Evaluation& evaluation, TypePointer from, TypePointer to, const Value& value) {
  if (value.is_null() || from == to) return value;
  if (from->kind == TypeKind::kJson) return from_json(evaluation, to, value.text());
  switch (to->kind) {
    case TypeKind::kTinyint:
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
    case TypeKind::kReal:
    case TypeKind::kDouble:
    case TypeKind::kDecimal:
      return to_number(evaluation, from, to, value);
    case TypeKind::kVarchar:
    case TypeKind::kChar:
      if (from->kind == TypeKind::kVarchar && to->kind == TypeKind::kVarchar &&
          to->precision == kUnbounded) {
        return value;
      }
      return to_text(evaluation, from, to, value);
    case TypeKind::kBoolean:
      return to_boolean(evaluation, from, to, value);
    case TypeKind::kDate:
      return to_date(evaluation, from, value);
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampWithTimeZone:
      return to_timestamp(evaluation, from, to, value);
    case TypeKind::kTime:
      return to_time(evaluation, from, to, value);
    case TypeKind::kJson: {
      std::string json;
      if (!append_json(evaluation, from, value, json)) return {};
      return evaluation.text(json);
    }
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kRow:
      return cast_items(evaluation, from, to, value);
    case TypeKind::kUnknown:
    case TypeKind::kVarbinary:
    case TypeKind::kTimeWithTimeZone:
    case TypeKind::kIntervalDayToSecond:
    case TypeKind::kIntervalYearToMonth:
    case TypeKind::kUuid:
    case TypeKind::kIpAddress:
    case TypeKind::kFunction:
    case TypeKind::kJsonPath:
      return value;
  }
  return value;
}

}  // namespace trailpond::sql
