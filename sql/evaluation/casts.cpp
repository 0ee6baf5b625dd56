#include "sql/evaluation/casts.hpp"

#include <charconv>
#include <chrono>
#include <limits>

#include "base/text.hpp"
#include "sql/evaluation/printing.hpp"
#include "sql/times/datetime.hpp"
#include "sql/types/coercions.hpp"
#include "sql/types/kinds.hpp"
#include "sql/values/addresses.hpp"
#include "sql/values/decimals.hpp"
#include "sql/values/encoding.hpp"
#include "sql/values/numbers.hpp"

/// CAST between every pair of types that Trino knows and Lake's columns can meet.
/// Source: https://trino.io/docs/current/functions/conversion.html
namespace trailpond::sql {
namespace {

Value cannot_cast(Evaluation& evaluation, std::string_view text, TypePointer to) {
  // Trino names the target in capitals here, and integer by its short name.
  std::string name = to->kind == TypeKind::kInteger ? "INT" : to_string(to);
  return evaluation.fail(ErrorName::kInvalidCastArgument,
                         "Cannot cast '" + std::string(text) + "' to " + ascii_upper(name));
}

std::string shown_name(TypePointer type) { return to_string(type); }

Value to_integer_range(Evaluation& evaluation, Int128 value, TypePointer to) {
  const IntegerRange range = range_of(to->kind);
  if (value < range.least || value > range.most) {
    const ErrorName name = ErrorName::kNumericValueOutOfRange;
    return evaluation.fail(name,
                           "Out of range for " + shown_name(to) + ": " + print_decimal(value, 0));
  }
  return Value::of_integer(static_cast<std::int64_t>(value));
}

Value real_to_integer(Evaluation& evaluation, double value, TypePointer from, TypePointer to) {
  if (std::isnan(value)) {
    return evaluation.fail(ErrorName::kInvalidCastArgument, "Cannot cast NaN to " + shown_name(to));
  }
  const double rounded = std::round(value);
  const auto [name, low, high] = range_of(to->kind);
  if (from->kind == TypeKind::kReal && to->kind == TypeKind::kBigint) {
    // Java's Math.round of a float stops at the ends of the range.
    if (rounded >= static_cast<double>(high)) return Value::of_integer(high);
    if (rounded <= static_cast<double>(low)) return Value::of_integer(low);
  }
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

/// A type as the messages about decimals spell it.
std::string loud_name(TypePointer type) {
  if (type->kind != TypeKind::kDecimal) return ascii_upper(to_string(type));
  return "DECIMAL(" + std::to_string(type->precision) + ", " + std::to_string(type->scale) + ")";
}

Value decimal_or_refusal(Evaluation& evaluation, std::optional<Int128> value, TypePointer to,
                         const std::string& shown, TypePointer from) {
  if (value) return Value::of_decimal(*value);
  return evaluation.fail(ErrorName::kInvalidCastArgument,
                         "Cannot cast " + loud_name(from) + " '" + shown + "' to " + loud_name(to));
}

double decimal_to_double(Int128 value, std::int32_t scale) {
  const std::string text = print_decimal(value, scale);
  double result = 0;
  std::from_chars(text.data(), text.data() + text.size(), result);
  return result;
}

Value real_to_decimal(Evaluation& evaluation, double value, TypePointer from, TypePointer to) {
  if (!std::isfinite(value))
    return decimal_or_refusal(evaluation, std::nullopt, to, print_double(value), from);
  // The digits that Java prints for it, the shortest that read back as the same number.
  char buffer[64];
  const bool is_real = from->kind == TypeKind::kReal;
  const auto end =
      is_real ? std::to_chars(buffer, buffer + sizeof buffer, static_cast<float>(value),
                              std::chars_format::scientific)
              : std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  const auto number = read_decimal({buffer, static_cast<std::size_t>(end.ptr - buffer)});
  // What 128 bits hold and 38 digits do not has an error of its own.
  const double scaled = std::abs(value) * std::pow(10.0, to->scale);
  if (!is_real && scaled >= 1e38 && scaled < 0x1p127)
    return evaluation.fail(ErrorName::kNumericValueOutOfRange, "Decimal overflow");
  return decimal_or_refusal(evaluation, rounded(*number, to->scale, to->precision), to,
                            is_real ? print_real(static_cast<float>(value)) : print_double(value),
                            from);
}

Value text_to_decimal(Evaluation& evaluation, std::string_view text, TypePointer to) {
  const auto fail = [&](const char* why) {
    return evaluation.fail(
        ErrorName::kInvalidCastArgument,
        "Cannot cast VARCHAR '" + std::string(text) + "' to " + loud_name(to) + ". " + why);
  };
  const auto number = read_decimal(text);
  if (!number) return fail("Value is not a number.");
  const auto value = rounded(*number, to->scale, to->precision);
  return value ? Value::of_decimal(*value) : fail("Value too large.");
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
  const auto [name, low, high] = range_of(to->kind);
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
      return decimal_or_refusal(evaluation,
                                rescaled({value.integer(), 0}, to->scale, to->precision), to,
                                std::to_string(value.integer()), from);
    }
    return to_integer_range(evaluation, value.integer(), to);
  }
  if (is_real_kind(from->kind)) {
    if (to_real) return real(value.real());
    if (to->kind == TypeKind::kDecimal) return real_to_decimal(evaluation, value.real(), from, to);
    return real_to_integer(evaluation, value.real(), from, to);
  }
  const Decimal decimal{value.decimal(), from->scale};
  if (to_real) return real(decimal_to_double(decimal.unscaled, from->scale));
  if (to->kind == TypeKind::kDecimal) {
    return decimal_or_refusal(evaluation, rescaled(decimal, to->scale, to->precision), to,
                              print_decimal(decimal.unscaled, from->scale), from);
  }
  const Int128 whole = divide_rounding(decimal.unscaled, power_of_ten(from->scale));
  const auto [name, low, high] = range_of(to->kind);
  if (whole >= low && whole <= high) return Value::of_integer(static_cast<std::int64_t>(whole));
  // Trino shows a decimal of 64 bits rounded, a longer one as it is.
  const bool is_short = from->precision <= kShortDecimalPrecision;
  return evaluation.fail(
      ErrorName::kInvalidCastArgument,
      "Cannot cast '" +
          (is_short ? print_decimal(whole, 0) : print_decimal(decimal.unscaled, from->scale)) +
          "' to " + ascii_upper(to_string(to)));
}

/// CAST to varchar and char: a text is cut to its length, everything else must fit.
Value to_text(Evaluation& evaluation, TypePointer from, TypePointer to, const Value& value) {
  std::string text;
  std::string shown;
  if (from->kind == TypeKind::kDouble) {
    text = scientific(value.real());
    shown = print_double(value.real()) + " (" + text + ")";
  } else if (from->kind == TypeKind::kReal) {
    text = scientific(static_cast<float>(value.real()));
    shown = print_real(static_cast<float>(value.real())) + " (" + text + ")";
  } else {
    print_cell(from, value, true, text);
  }
  if (to->kind == TypeKind::kVarchar && to->precision == kUnbounded) return evaluation.text(text);
  const std::size_t kept = byte_of(text, to->precision);
  if (kept < text.size()) {
    if (!is_text_kind(from->kind)) {
      return evaluation.fail(
          ErrorName::kInvalidCastArgument,
          "Value " + (shown.empty() ? text : shown) + " cannot be represented as " + to_string(to));
    }
    text.resize(kept);
  }
  if (to->kind == TypeKind::kChar && to->precision == kMaxCharLength) {
    text.resize(text.find_last_not_of(' ') + 1);
  } else if (to->kind == TypeKind::kChar) {
    const auto missing = static_cast<std::int64_t>(to->precision) - count_code_points(text);
    if (missing > 0) text.append(static_cast<std::size_t>(missing), ' ');
  }
  return evaluation.text(text);
}

Value to_boolean(Evaluation& evaluation, TypePointer from, TypePointer to, const Value& value) {
  if (is_integer_kind(from->kind)) return Value::of_boolean(value.integer() != 0);
  if (is_real_kind(from->kind)) return Value::of_boolean(value.real() != 0);
  if (from->kind == TypeKind::kDecimal) return Value::of_boolean(value.decimal() != 0);
  const std::string word = ascii_lower(value.text());
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

std::int64_t current_day() {
  using namespace std::chrono;
  return floor<days>(system_clock::now()).time_since_epoch().count();
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
    case TypeKind::kTimeWithTimeZone:
      // Trino puts the day on which the query runs in front.
      moment = value.moment();
      moment.micros += current_day() * kMicrosPerDay;
      if (from->kind == TypeKind::kTimeWithTimeZone && !zoned) {
        moment = local_time_of_day(moment);
        moment.micros += current_day() * kMicrosPerDay;
      }
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

/// CAST to time and time with time zone; the session's zone is UTC.
Value to_time(Evaluation& evaluation, TypePointer from, TypePointer to, const Value& value) {
  Moment local = value.moment();
  ZoneKey zone = kUtc;
  if (is_timestamp_kind(from->kind)) {
    const std::int64_t offset = offset_at(local.zone, local.micros);
    if (from->kind == TypeKind::kTimestampWithTimeZone)
      zone = zone_of_offset(static_cast<int>(offset / 60));
    local.micros = floor_modulo(local.micros + offset * kMicrosPerSecond, kMicrosPerDay);
  } else if (from->kind == TypeKind::kTimeWithTimeZone) {
    zone = local.zone;
    local = local_time_of_day(local);
  } else if (from->kind != TypeKind::kTime) {
    const auto parsed = parse_time(value.text());
    if (!parsed || (parsed->zoned && to->kind == TypeKind::kTime)) {
      return evaluation.fail(
          ErrorName::kInvalidCastArgument,
          "Value cannot be cast to " + shown_name(to) + ": " + std::string(value.text()));
    }
    zone = parsed->moment.zone;
    local = parsed->zoned ? local_time_of_day(parsed->moment) : parsed->moment;
  }
  local = round_moment(local, to->precision);
  local.micros = floor_modulo(local.micros, kMicrosPerDay);
  local.zone = kUtc;
  return Value::of_moment(to->kind == TypeKind::kTime ? local : zoned_time_of_day(local, zone));
}

/// CAST to uuid and ipaddress, from texts and from bytes.
Value to_address(Evaluation& evaluation, TypePointer from, TypePointer to, const Value& value) {
  const bool is_uuid = to->kind == TypeKind::kUuid;
  const std::string_view given = value.text();
  const auto refuse = [&](const std::string& message) {
    return evaluation.fail(ErrorName::kInvalidCastArgument, message);
  };
  if (from->kind == TypeKind::kVarbinary) {
    const auto bytes = ip_address_of_bytes(given);
    if (bytes && (!is_uuid || given.size() == kAddressBytes))
      return evaluation.text({bytes->data(), bytes->size()});
    return refuse(std::string(is_uuid ? "Invalid UUID" : "Invalid IP address") +
                  " binary length: " + std::to_string(given.size()));
  }
  const auto bits = is_uuid ? parse_uuid(given) : std::nullopt;
  const auto bytes = bits      ? std::optional(bytes_of(*bits))
                     : is_uuid ? std::nullopt
                               : parse_ip_address(given);
  if (bytes) return evaluation.text({bytes->data(), bytes->size()});
  const bool only_digits =
      std::ranges::all_of(given, [](char c) { return c == '-' || hexadecimal_digit(c) >= 0; });
  if (is_uuid && only_digits && std::ranges::count(given, '-') == 4)
    return refuse("Invalid UUID string length: " + std::to_string(given.size()));
  return refuse(std::string("Cannot cast value to ") + (is_uuid ? "UUID: " : "IPADDRESS: ") +
                std::string(given));
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
  if (from->kind == TypeKind::kMap && has_equal_keys(to, result)) {
    return evaluation.fail(ErrorName::kInvalidCastArgument, "duplicate keys");
  }
  return Value::of_items(result);
}

}  // namespace

std::optional<double> parse_real(std::string_view text) {
  text = trimmed(text);
  // Java's parseDouble takes a suffix of the type behind digits, and hexadecimal numbers.
  if (text.size() > 1 && std::string_view("dDfF").find(text.back()) != std::string_view::npos &&
      (std::isdigit(static_cast<unsigned char>(text[text.size() - 2])) ||
       text[text.size() - 2] == '.') &&
      text.find('x') == std::string_view::npos && text.find('X') == std::string_view::npos) {
    text.remove_suffix(1);
  }
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

std::string scientific(double value) {
  if (value == 0) return std::signbit(value) ? "-0E0" : "0E0";
  if (!std::isfinite(value)) return print_double(value);
  const JavaDigits digits = java_digits(value);
  const std::string_view fraction = std::string_view(digits.digits).substr(1);
  return (digits.negative ? "-" : "") + digits.digits.substr(0, 1) + "." +
         std::string(fraction.empty() ? "0" : fraction) + "E" + std::to_string(digits.exponent);
}

std::string scientific(float value) {
  if (value == 0 || !std::isfinite(value)) return scientific(static_cast<double>(value));
  // Trino prints a real with at most seven digits.
  char buffer[32];
  const int size = std::snprintf(buffer, sizeof buffer, "%.6e", static_cast<double>(value));
  std::string text(buffer, static_cast<std::size_t>(size));
  const std::size_t e = text.find('e');
  std::size_t end = e;
  while (text[end - 1] == '0' && text[end - 2] != '.') --end;
  return text.substr(0, end) + "E" + std::to_string(std::atoi(text.c_str() + e + 1));
}

bool has_equal_keys(TypePointer map, std::span<const Value> entries) {
  std::unordered_set<std::string> seen;
  for (std::size_t i = 0; i < entries.size(); i += 2) {
    std::string key;
    encode_value(map->children[0], entries[i], true, key);
    if (!seen.insert(std::move(key)).second) return true;
  }
  return false;
}

bool can_cast(TypePointer from, TypePointer to) {
  const TypeKind f = from->kind;
  const TypeKind t = to->kind;
  if (f == TypeKind::kUnknown || from == to) return true;
  if (t == TypeKind::kJson || f == TypeKind::kJson) return can_cast_json(from, to);
  if (f == t && (f == TypeKind::kArray || f == TypeKind::kMap || f == TypeKind::kRow)) {
    if (from->children.size() != to->children.size()) return false;
    for (std::size_t i = 0; i < from->children.size(); ++i) {
      if (!can_cast(from->children[i], to->children[i])) return false;
    }
    return true;
  }
  const bool is_address = f == TypeKind::kUuid || f == TypeKind::kIpAddress;
  const bool is_time = f == TypeKind::kTime || f == TypeKind::kTimeWithTimeZone;
  if (f == TypeKind::kChar) return is_text_kind(t);
  if (t == TypeKind::kChar) return f == TypeKind::kVarchar;
  if (t == TypeKind::kVarchar) {
    if (is_address) return to->precision == kUnbounded;
    return f == TypeKind::kVarchar || f == TypeKind::kBoolean || is_number_kind(f) ||
           f == TypeKind::kDate || is_timestamp_kind(f) || is_time ||
           f == TypeKind::kIntervalDayToSecond || f == TypeKind::kIntervalYearToMonth;
  }
  const bool from_text = f == TypeKind::kVarchar;
  if (is_number_kind(t)) return is_number_kind(f) || from_text || f == TypeKind::kBoolean;
  switch (t) {
    case TypeKind::kBoolean:
      return is_number_kind(f) || from_text;
    case TypeKind::kVarbinary:
      return from_text || is_address;
    case TypeKind::kUuid:
    case TypeKind::kIpAddress:
      return from_text || f == TypeKind::kVarbinary;
    case TypeKind::kDate:
      return from_text || is_timestamp_kind(f);
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampWithTimeZone:
      return from_text || is_timestamp_kind(f) || f == TypeKind::kDate || is_time;
    case TypeKind::kTime:
    case TypeKind::kTimeWithTimeZone:
      return from_text || is_timestamp_kind(f) || is_time;
    default:
      return f == t && from->children.empty();
  }
}

Value cast_value(Evaluation& evaluation, TypePointer from, TypePointer to, const Value& value) {
  if (value.is_null() || from == to) return value;
  if (from->kind == TypeKind::kJson) return cast_from_json(evaluation, to, value.text());
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
    case TypeKind::kTimeWithTimeZone:
      return to_time(evaluation, from, to, value);
    case TypeKind::kUuid:
    case TypeKind::kIpAddress:
      return to_address(evaluation, from, to, value);
    case TypeKind::kJson:
      return cast_to_json(evaluation, from, value);
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kRow:
      return cast_items(evaluation, from, to, value);
    case TypeKind::kUnknown:
    case TypeKind::kVarbinary:
    case TypeKind::kIntervalDayToSecond:
    case TypeKind::kIntervalYearToMonth:
    case TypeKind::kFunction:
    case TypeKind::kJsonPath:
      return value;
  }
  return value;
}

}  // namespace trailpond::sql
