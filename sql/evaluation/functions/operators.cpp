#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>

#include "sql/evaluation/printing.hpp"
#include "sql/evaluation/registry.hpp"
#include "sql/evaluation/signatures.hpp"
#include "sql/times/datetime.hpp"
#include "sql/values/comparing.hpp"
#include "sql/values/decimals.hpp"
#include "sql/values/numbers.hpp"

/// The operators + - * / % || [] and what Lake's leniencies need, as functions whose names nobody
/// can write. Overflow and division by zero are errors, as in Trino.
/// Source: https://trino.io/docs/current/functions/math.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

std::string_view type_word(const Bound& node) {
  switch (node.type->kind) {
    case TypeKind::kTinyint:
      return "tinyint";
    case TypeKind::kSmallint:
      return "smallint";
    case TypeKind::kInteger:
      return "integer";
    default:
      return "bigint";
  }
}

bool fits(const Bound& node, std::int64_t value) {
  switch (node.type->kind) {
    case TypeKind::kTinyint:
      return value >= -128 && value <= 127;
    case TypeKind::kSmallint:
      return value >= -32'768 && value <= 32'767;
    case TypeKind::kInteger:
      return value >= -2'147'483'648LL && value <= 2'147'483'647LL;
    default:
      return true;
  }
}

Value overflow(Evaluation& evaluation, const Bound& node, const char* what, const char* sign,
               std::int64_t left, std::int64_t right) {
  return evaluation.fail(ErrorName::kNumericValueOutOfRange,
                         std::string(type_word(node)) + " " + what + " overflow: " +
                             std::to_string(left) + " " + sign + " " + std::to_string(right));
}

Value add_integers(Evaluation& evaluation, const Bound& node, Arguments a) {
  std::int64_t result = 0;
  if (__builtin_add_overflow(a[0].integer(), a[1].integer(), &result) || !fits(node, result)) {
    return overflow(evaluation, node, "addition", "+", a[0].integer(), a[1].integer());
  }
  return Value::of_integer(result);
}
Value subtract_integers(Evaluation& evaluation, const Bound& node, Arguments a) {
  std::int64_t result = 0;
  if (__builtin_sub_overflow(a[0].integer(), a[1].integer(), &result) || !fits(node, result)) {
    return overflow(evaluation, node, "subtraction", "-", a[0].integer(), a[1].integer());
  }
  return Value::of_integer(result);
}
Value multiply_integers(Evaluation& evaluation, const Bound& node, Arguments a) {
  std::int64_t result = 0;
  if (__builtin_mul_overflow(a[0].integer(), a[1].integer(), &result) || !fits(node, result)) {
    return overflow(evaluation, node, "multiplication", "*", a[0].integer(), a[1].integer());
  }
  return Value::of_integer(result);
}
Value by_zero(Evaluation& evaluation) {
  return evaluation.fail(ErrorName::kDivisionByZero, "Division by zero");
}

Value divide_integers(Evaluation& evaluation, const Bound& node, Arguments a) {
  if (a[1].integer() == 0) return by_zero(evaluation);
  // The least integer by -1 does not fit; the processor would trap on the widest.
  if (a[1].integer() == -1) {
    std::int64_t result = 0;
    if (__builtin_sub_overflow(0, a[0].integer(), &result) || !fits(node, result)) {
      return overflow(evaluation, node, "division", "/", a[0].integer(), a[1].integer());
    }
    return Value::of_integer(result);
  }
  return Value::of_integer(a[0].integer() / a[1].integer());
}
Value modulo_integers(Evaluation& evaluation, const Bound&, Arguments a) {
  if (a[1].integer() == 0) return by_zero(evaluation);
  if (a[1].integer() == -1) return Value::of_integer(0);
  return Value::of_integer(a[0].integer() % a[1].integer());
}
Value negate_integer(Evaluation& evaluation, const Bound& node, Arguments a) {
  std::int64_t result = 0;
  if (__builtin_sub_overflow(0, a[0].integer(), &result) || !fits(node, result)) {
    return evaluation.fail(
        ErrorName::kNumericValueOutOfRange,
        std::string(type_word(node)) + " negation overflow: " + std::to_string(a[0].integer()));
  }
  return Value::of_integer(result);
}

double rounded(const Bound& node, double value) {
  return node.type->kind == TypeKind::kReal ? static_cast<double>(static_cast<float>(value))
                                            : value;
}
Value add_reals(Evaluation&, const Bound& node, Arguments a) {
  return Value::of_real(rounded(node, a[0].real() + a[1].real()));
}
Value subtract_reals(Evaluation&, const Bound& node, Arguments a) {
  return Value::of_real(rounded(node, a[0].real() - a[1].real()));
}
Value multiply_reals(Evaluation&, const Bound& node, Arguments a) {
  return Value::of_real(rounded(node, a[0].real() * a[1].real()));
}
Value divide_reals(Evaluation&, const Bound& node, Arguments a) {
  return Value::of_real(rounded(node, a[0].real() / a[1].real()));
}
Value modulo_reals(Evaluation&, const Bound& node, Arguments a) {
  return Value::of_real(rounded(node, std::fmod(a[0].real(), a[1].real())));
}
Value negate_real(Evaluation&, const Bound&, Arguments a) { return Value::of_real(-a[0].real()); }

// ---- decimals: the result's type follows from the operands' (Trino page "Decimal functions") ----

Value decimal_result(Evaluation& evaluation, Int128 value, bool overflowed) {
  const Int128 limit = power_of_ten(38);
  if (overflowed || value >= limit || value <= -limit) {
    return evaluation.fail(ErrorName::kNumericValueOutOfRange, "Decimal overflow");
  }
  return Value::of_decimal(value);
}

/// Rescales up to the scale of the result.
bool rescale(Int128 value, std::int32_t from, std::int32_t to, Int128& out) {
  return __builtin_mul_overflow(value, power_of_ten(to - from), &out);
}

Result<TypePointer> type_of_sum(const Bound& node) {
  const TypePointer a = node.children[0]->type;
  const TypePointer b = node.children[1]->type;
  const std::int32_t scale = std::max(a->scale, b->scale);
  const std::int32_t precision =
      std::min(38, std::max(a->precision - a->scale, b->precision - b->scale) + scale + 1);
  return decimal_type(precision, scale);
}
Result<TypePointer> type_of_product(const Bound& node) {
  const TypePointer a = node.children[0]->type;
  const TypePointer b = node.children[1]->type;
  const std::int32_t scale = a->scale + b->scale;
  if (scale > 38) {
    return Error{ErrorName::kInvalidFunctionArgument,
                 "DECIMAL scale must be in range [0, precision (38)]: " + std::to_string(scale),
                 node.position};
  }
  return decimal_type(std::min(38, a->precision + b->precision), scale);
}
Result<TypePointer> type_of_quotient(const Bound& node) {
  const TypePointer a = node.children[0]->type;
  const TypePointer b = node.children[1]->type;
  const std::int32_t precision =
      std::min(38, a->precision + b->scale + std::max(b->scale - a->scale, 0));
  return decimal_type(precision, std::max(a->scale, b->scale));
}
Result<TypePointer> type_of_rest(const Bound& node) {
  const TypePointer a = node.children[0]->type;
  const TypePointer b = node.children[1]->type;
  const std::int32_t scale = std::max(a->scale, b->scale);
  return decimal_type(std::min(b->precision - b->scale, a->precision - a->scale) + scale, scale);
}
Result<TypePointer> type_of_same(const Bound& node) { return node.children[0]->type; }

Value add_decimals(Evaluation& evaluation, const Bound& node, Arguments a) {
  Int128 left = 0;
  Int128 right = 0;
  Int128 sum = 0;
  const bool over =
      rescale(a[0].decimal(), node.children[0]->type->scale, node.type->scale, left) ||
      rescale(a[1].decimal(), node.children[1]->type->scale, node.type->scale, right) ||
      __builtin_add_overflow(left, right, &sum);
  return decimal_result(evaluation, sum, over);
}
Value subtract_decimals(Evaluation& evaluation, const Bound& node, Arguments a) {
  const Value negated[2] = {a[0], Value::of_decimal(-a[1].decimal())};
  return add_decimals(evaluation, node, negated);
}
Value multiply_decimals(Evaluation& evaluation, const Bound&, Arguments a) {
  Int128 product = 0;
  const bool over = __builtin_mul_overflow(a[0].decimal(), a[1].decimal(), &product);
  return decimal_result(evaluation, product, over);
}
Value divide_decimals(Evaluation& evaluation, const Bound& node, Arguments a) {
  const Int128 divisor = a[1].decimal();
  if (divisor == 0) return by_zero(evaluation);
  const std::int32_t shift =
      node.type->scale - node.children[0]->type->scale + node.children[1]->type->scale;
  using boost::multiprecision::int256_t;
  const int256_t dividend = int256_t(a[0].decimal()) * int256_t(power_of_ten(shift));
  int256_t quotient = dividend / int256_t(divisor);
  const int256_t rest = abs(dividend % int256_t(divisor));
  if (rest * 2 >= abs(int256_t(divisor))) quotient += (dividend < 0) == (divisor < 0) ? 1 : -1;
  const bool over = abs(quotient) >= int256_t(power_of_ten(kMaxDecimalPrecision));
  return decimal_result(evaluation, over ? 0 : static_cast<Int128>(quotient), over);
}
Value modulo_decimals(Evaluation& evaluation, const Bound& node, Arguments a) {
  Int128 left = 0;
  Int128 right = 0;
  const bool over =
      rescale(a[0].decimal(), node.children[0]->type->scale, node.type->scale, left) ||
      rescale(a[1].decimal(), node.children[1]->type->scale, node.type->scale, right);
  if (right == 0) return by_zero(evaluation);
  return decimal_result(evaluation, over ? 0 : left % right, over);
}
Value negate_decimal(Evaluation&, const Bound&, Arguments a) {
  return Value::of_decimal(-a[0].decimal());
}

// ---- dates and intervals --------------------------------------------------------------------

Value date_in_range(Evaluation& evaluation, Int128 days) {
  if (days > kMaxDays || days < -kMaxDays)
    return evaluation.fail(ErrorName::kNumericValueOutOfRange, "date is out of range");
  return Value::of_integer(static_cast<std::int64_t>(days));
}
Value moment_in_range(Evaluation& evaluation, Moment moment, Int128 micros) {
  if (micros > kMaxMicros || micros < -kMaxMicros)
    return evaluation.fail(ErrorName::kNumericValueOutOfRange, "timestamp is out of range");
  moment.micros = static_cast<std::int64_t>(micros);
  return Value::of_moment(moment);
}

/// Moves an instant by milliseconds; `sign` is 1 or -1.
Value shift_moment(Evaluation& evaluation, const Value& value, std::int64_t millis, int sign) {
  const Moment moment = value.moment();
  return moment_in_range(evaluation, moment,
                         moment.micros + static_cast<Int128>(millis) * kMicrosPerMilli * sign);
}
/// The days after so many months; beyond the range of dates when there are too many.
std::int64_t days_after(std::int64_t days, std::int64_t months, int sign) {
  if (months > kMaxMonths || months < -kMaxMonths) return kMaxDays + 1;
  return add_months(days, months * sign);
}
Value shift_months(Evaluation& evaluation, const Value& value, std::int64_t months, int sign) {
  Moment moment = value.moment();
  const std::int64_t offset = offset_at(moment.zone, moment.micros) * kMicrosPerSecond;
  const std::int64_t local = moment.micros + offset;
  const std::int64_t days = days_after(floor_divide(local, kMicrosPerDay), months, sign);
  const Int128 moved =
      static_cast<Int128>(days) * kMicrosPerDay + floor_modulo(local, kMicrosPerDay);
  const Value result = moment_in_range(evaluation, moment, moved);
  if (result.is_null() || moment.zone == kUtc) return result;
  moment.micros = utc_from_local(moment.zone, static_cast<std::int64_t>(moved));
  return Value::of_moment(moment);
}
Value add_interval(Evaluation& e, const Bound&, Arguments a) {
  return shift_moment(e, a[0], a[1].integer(), 1);
}
Value add_interval_left(Evaluation& e, const Bound&, Arguments a) {
  return shift_moment(e, a[1], a[0].integer(), 1);
}
Value subtract_interval(Evaluation& e, const Bound&, Arguments a) {
  return shift_moment(e, a[0], a[1].integer(), -1);
}
Value add_months_to(Evaluation& e, const Bound&, Arguments a) {
  return shift_months(e, a[0], a[1].integer(), 1);
}
Value add_months_left(Evaluation& e, const Bound&, Arguments a) {
  return shift_months(e, a[1], a[0].integer(), 1);
}
Value subtract_months(Evaluation& e, const Bound&, Arguments a) {
  return shift_months(e, a[0], a[1].integer(), -1);
}

constexpr std::int64_t kMillisPerDay = 86'400'000;
Value shift_date(Evaluation& evaluation, std::int64_t days, std::int64_t millis, int sign) {
  if (millis % kMillisPerDay != 0) {
    return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                           "Cannot add hour, minutes or seconds to a date");
  }
  return date_in_range(evaluation, days + static_cast<Int128>(millis / kMillisPerDay) * sign);
}
Value add_to_date(Evaluation& e, const Bound&, Arguments a) {
  return shift_date(e, a[0].integer(), a[1].integer(), 1);
}
Value add_date_left(Evaluation& e, const Bound&, Arguments a) {
  return shift_date(e, a[1].integer(), a[0].integer(), 1);
}
Value subtract_from_date(Evaluation& e, const Bound&, Arguments a) {
  return shift_date(e, a[0].integer(), a[1].integer(), -1);
}
Value add_months_to_date(Evaluation& e, const Bound&, Arguments a) {
  return date_in_range(e, days_after(a[0].integer(), a[1].integer(), 1));
}
Value add_months_date_left(Evaluation& e, const Bound&, Arguments a) {
  return date_in_range(e, days_after(a[1].integer(), a[0].integer(), 1));
}
Value subtract_months_from_date(Evaluation& e, const Bound&, Arguments a) {
  return date_in_range(e, days_after(a[0].integer(), a[1].integer(), -1));
}
Value difference_of_dates(Evaluation&, const Bound&, Arguments a) {
  return Value::of_integer((a[0].integer() - a[1].integer()) * kMillisPerDay);
}
Value difference_of_moments(Evaluation&, const Bound&, Arguments a) {
  return Value::of_integer(floor_divide(a[0].moment().micros, kMicrosPerMilli) -
                           floor_divide(a[1].moment().micros, kMicrosPerMilli));
}
Value times_interval(Evaluation& evaluation, const Bound&, Arguments a) {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(a[0].integer(), a[1].integer(), &product))
    return evaluation.fail(ErrorName::kNumericValueOutOfRange, "interval multiplication overflow");
  return Value::of_integer(product);
}
/// Java's cast of a double to a long stops at the ends of the range; NaN is 0.
Value interval_of(double value) {
  constexpr double kEnd = 9223372036854775807.0;
  if (std::isnan(value)) return Value::of_integer(0);
  if (value >= kEnd) return Value::of_integer(std::numeric_limits<std::int64_t>::max());
  if (value <= -kEnd) return Value::of_integer(std::numeric_limits<std::int64_t>::min());
  return Value::of_integer(static_cast<std::int64_t>(value));
}
Value times_interval_real(Evaluation& evaluation, const Bound& node, Arguments a) {
  const bool interval_first = node.children[0]->type == node.type;
  const double factor = a[interval_first ? 1 : 0].real();
  if (std::isnan(factor))
    return evaluation.fail(ErrorName::kInvalidFunctionArgument, "Cannot multiply by double NaN");
  return interval_of(static_cast<double>(a[interval_first ? 0 : 1].integer()) * factor);
}
Value interval_by_real(Evaluation& evaluation, const Bound&, Arguments a) {
  if (a[1].real() == 0 || std::isnan(a[1].real())) {
    return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                           "Cannot divide by double " + print_double(a[1].real()));
  }
  return interval_of(static_cast<double>(a[0].integer()) / a[1].real());
}

/// A time of day moves round the clock.
Value shift_time(const Value& time, std::int64_t millis) {
  Moment moment = time.moment();
  moment.micros =
      floor_modulo(moment.micros + millis % kMillisPerDay * kMicrosPerMilli, kMicrosPerDay);
  return Value::of_moment(moment);
}
Value add_to_time(Evaluation&, const Bound&, Arguments a) {
  return shift_time(a[0], a[1].integer());
}
Value add_time_left(Evaluation&, const Bound&, Arguments a) {
  return shift_time(a[1], a[0].integer());
}
Value subtract_from_time(Evaluation&, const Bound&, Arguments a) {
  return shift_time(a[0], -(a[1].integer() % kMillisPerDay));
}
/// An interval has milliseconds: what it moves has at least three decimals.
Result<TypePointer> type_of_moved(const Bound& node) {
  const std::int32_t precision = std::max(3, node.type->precision);
  switch (node.type->kind) {
    case TypeKind::kTimestamp:
      return timestamp_type(precision);
    case TypeKind::kTimestampWithTimeZone:
      return timestamp_with_time_zone_type(precision);
    case TypeKind::kTime:
      return time_type(precision);
    default:
      return time_with_time_zone_type(precision);
  }
}

// ---- || and [] ------------------------------------------------------------------------------

Value concat_texts(Evaluation& evaluation, const Bound&, Arguments a) {
  std::size_t size = 0;
  for (const Value& value : a) size += value.text().size();
  char* data = static_cast<char*>(evaluation.arena().allocate(std::max<std::size_t>(size, 1), 1));
  std::size_t at = 0;
  for (const Value& value : a) {
    const std::string_view text = value.text();
    if (!text.empty()) std::memcpy(data + at, text.data(), text.size());
    at += text.size();
  }
  return Value::of_text({data, size});
}
/// char values are as long as their types say.
Result<TypePointer> type_of_joined_chars(const Bound& node) {
  return char_type(node.children[0]->type->precision + node.children[1]->type->precision);
}
Value concat_arrays(Evaluation& evaluation, const Bound&, Arguments a) {
  std::size_t size = 0;
  for (const Value& value : a) size += value.items().size();
  const auto items = evaluation.arena().values(size);
  std::size_t at = 0;
  for (const Value& value : a) {
    for (const Value& item : value.items()) items[at++] = item;
  }
  return Value::of_items(items);
}
Value append_item(Evaluation& evaluation, const Bound&, Arguments a) {
  if (a[0].is_null()) return {};
  const auto items = evaluation.arena().values(a[0].items().size() + 1);
  std::ranges::copy(a[0].items(), items.begin());
  items.back() = a[1];
  return Value::of_items(items);
}
Value prepend_item(Evaluation& evaluation, const Bound&, Arguments a) {
  if (a[1].is_null()) return {};
  const auto items = evaluation.arena().values(a[1].items().size() + 1);
  items.front() = a[0];
  std::ranges::copy(a[1].items(), items.begin() + 1);
  return Value::of_items(items);
}

Value array_at(Evaluation& evaluation, const Bound&, Arguments a) {
  const auto items = a[0].items();
  const std::int64_t index = a[1].integer();
  const auto refuse = [&](const std::string& message) {
    return evaluation.fail(ErrorName::kInvalidFunctionArgument, message);
  };
  if (index == 0) return refuse("SQL array indices start at 1");
  if (index < 0) return refuse("Array subscript is negative: " + std::to_string(index));
  if (static_cast<std::uint64_t>(index) > items.size()) {
    return refuse("Array subscript must be less than or equal to array length: " +
                  std::to_string(index) + " > " + std::to_string(items.size()));
  }
  return items[static_cast<std::size_t>(index - 1)];
}
Value map_at(Evaluation& evaluation, const Bound& node, Arguments a) {
  const auto items = a[0].items();
  const TypePointer key = node.children[0]->type->children[0];
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    if (identical_values(key, items[i], a[1])) return items[i + 1];
  }
  std::string shown;
  print_cell(key, a[1], true, shown);
  return evaluation.fail(ErrorName::kInvalidFunctionArgument, "Key not present in map: " + shown);
}

/// Reads a text as CloudTrail Lake reads times; text that is none gives NULL (oracle README,
/// rules).
Value lenient_timestamp(Evaluation&, const Bound&, Arguments a) {
  const auto parsed = parse_timestamp(a[0].text(), true);
  if (!parsed) return {};
  Moment moment = parsed->moment;
  // Digits after the third are cut, as when an event is shredded.
  moment.micros = floor_divide(moment.micros, kMicrosPerMilli) * kMicrosPerMilli;
  moment.picos = 0;
  return Value::of_moment(moment);
}

constexpr std::string_view kDay = "interval day to second";
constexpr std::string_view kMonth = "interval year to month";

const Function kRows[] = {
    {"+", "tinyint, tinyint", "tinyint", add_integers, kMayFail, "Adds.", ""},
    {"+", "smallint, smallint", "smallint", add_integers, kMayFail, "Adds.", ""},
    {"+", "integer, integer", "integer", add_integers, kMayFail, "Adds.", "1 + 2 = 3"},
    {"+", "bigint, bigint", "bigint", add_integers, kMayFail, "Adds.", ""},
    {"+", "decimal(p,s), decimal(q,t)", "decimal(p,s)", add_decimals, kMayFail, "Adds.",
     "1.5 + 1 = 2.5", nullptr, type_of_sum},
    {"+", "real, real", "real", add_reals, 0, "Adds.", ""},
    {"+", "double, double", "double", add_reals, 0, "Adds.", "1e0 + 2e0 = 3e0"},
    {"+", "timestamp(p), interval day to second", "timestamp(p)", add_interval, kMayFail,
     "Moves an instant.", "", nullptr, type_of_moved},
    {"+", "timestamp(p) with time zone, interval day to second", "timestamp(p) with time zone",
     add_interval, kMayFail, "Moves an instant.", "", nullptr, type_of_moved},
    {"+", "interval day to second, timestamp(p)", "timestamp(p)", add_interval_left, kMayFail,
     "Moves an instant.", "", nullptr, type_of_moved},
    {"+", "interval day to second, timestamp(p) with time zone", "timestamp(p) with time zone",
     add_interval_left, kMayFail, "Moves an instant.", "", nullptr, type_of_moved},
    {"+", "timestamp(p), interval year to month", "timestamp(p)", add_months_to, kMayFail,
     "Moves by months.", ""},
    {"+", "timestamp(p) with time zone, interval year to month", "timestamp(p) with time zone",
     add_months_to, kMayFail, "Moves by months.", ""},
    {"+", "interval year to month, timestamp(p)", "timestamp(p)", add_months_left, kMayFail,
     "Moves by months.", ""},
    {"+", "interval year to month, timestamp(p) with time zone", "timestamp(p) with time zone",
     add_months_left, kMayFail, "Moves by months.", ""},
    {"+", "time(p), interval day to second", "time(p)", add_to_time, 0, "Moves a time.", "",
     nullptr, type_of_moved},
    {"+", "interval day to second, time(p)", "time(p)", add_time_left, 0, "Moves a time.", "",
     nullptr, type_of_moved},
    {"-", "time(p), interval day to second", "time(p)", subtract_from_time, 0, "Moves a time back.",
     "", nullptr, type_of_moved},
    {"-", "time(p), time(p)", kDay, difference_of_moments, 0, "The time between two times.", ""},
    {"+", "time(p) with time zone, interval day to second", "time(p) with time zone", add_to_time,
     0, "Moves a time.", "", nullptr, type_of_moved},
    {"+", "interval day to second, time(p) with time zone", "time(p) with time zone", add_time_left,
     0, "Moves a time.", "", nullptr, type_of_moved},
    {"-", "time(p) with time zone, interval day to second", "time(p) with time zone",
     subtract_from_time, 0, "Moves a time back.", "", nullptr, type_of_moved},
    {"-", "time(p) with time zone, time(p) with time zone", kDay, difference_of_moments, 0,
     "The time between two times.", ""},
    {"+", "date, interval day to second", "date", add_to_date, kMayFail, "Moves a date.",
     "date '2024-02-28' + interval '2' day = date '2024-03-01'"},
    {"+", "interval day to second, date", "date", add_date_left, kMayFail, "Moves a date.", ""},
    {"+", "date, interval year to month", "date", add_months_to_date, kMayFail, "Moves by months.",
     "date '2024-01-31' + interval '1' month = date '2024-02-29'"},
    {"+", "interval year to month, date", "date", add_months_date_left, kMayFail,
     "Moves by months.", ""},
    {"+", "interval day to second, interval day to second", kDay, add_integers, kMayFail, "Adds.",
     ""},
    {"+", "interval year to month, interval year to month", kMonth, add_integers, kMayFail, "Adds.",
     ""},
    {"-", "tinyint, tinyint", "tinyint", subtract_integers, kMayFail, "Subtracts.", ""},
    {"-", "smallint, smallint", "smallint", subtract_integers, kMayFail, "Subtracts.", ""},
    {"-", "integer, integer", "integer", subtract_integers, kMayFail, "Subtracts.", "3 - 2 = 1"},
    {"-", "bigint, bigint", "bigint", subtract_integers, kMayFail, "Subtracts.", ""},
    {"-", "decimal(p,s), decimal(q,t)", "decimal(p,s)", subtract_decimals, kMayFail, "Subtracts.",
     "1.5 - 1 = 0.5", nullptr, type_of_sum},
    {"-", "real, real", "real", subtract_reals, 0, "Subtracts.", ""},
    {"-", "double, double", "double", subtract_reals, 0, "Subtracts.", ""},
    {"-", "timestamp(p), interval day to second", "timestamp(p)", subtract_interval, kMayFail,
     "Moves an instant back.",
     "timestamp '2024-01-01 00:00:00' - interval '1' hour = timestamp '2023-12-31 23:00:00'",
     nullptr, type_of_moved},
    {"-", "timestamp(p) with time zone, interval day to second", "timestamp(p) with time zone",
     subtract_interval, kMayFail, "Moves an instant back.", "", nullptr, type_of_moved},
    {"-", "timestamp(p), interval year to month", "timestamp(p)", subtract_months, kMayFail,
     "Moves back by months.", ""},
    {"-", "timestamp(p) with time zone, interval year to month", "timestamp(p) with time zone",
     subtract_months, kMayFail, "Moves back by months.", ""},
    {"-", "date, interval day to second", "date", subtract_from_date, kMayFail,
     "Moves a date back.", ""},
    {"-", "date, interval year to month", "date", subtract_months_from_date, kMayFail,
     "Moves back by months.", ""},
    {"-", "date, date", kDay, difference_of_dates, 0, "The time between two dates.", ""},
    {"-", "timestamp(p), timestamp(p)", kDay, difference_of_moments, 0,
     "The time between two instants.", ""},
    {"-", "timestamp(p) with time zone, timestamp(p) with time zone", kDay, difference_of_moments,
     0, "The time between two instants.", ""},
    {"-", "interval day to second, interval day to second", kDay, subtract_integers, kMayFail,
     "Subtracts.", ""},
    {"-", "interval year to month, interval year to month", kMonth, subtract_integers, kMayFail,
     "Subtracts.", ""},
    {"-", "tinyint", "tinyint", negate_integer, kMayFail, "Negates.", ""},
    {"-", "smallint", "smallint", negate_integer, kMayFail, "Negates.", ""},
    {"-", "integer", "integer", negate_integer, kMayFail, "Negates.", ""},
    {"-", "bigint", "bigint", negate_integer, kMayFail, "Negates.", ""},
    {"-", "decimal(p,s)", "decimal(p,s)", negate_decimal, 0, "Negates.", "", nullptr, type_of_same},
    {"-", "real", "real", negate_real, 0, "Negates.", ""},
    {"-", "double", "double", negate_real, 0, "Negates.", ""},
    {"-", "interval day to second", kDay, negate_integer, kMayFail, "Negates.", ""},
    {"-", "interval year to month", kMonth, negate_integer, kMayFail, "Negates.", ""},
    {"*", "tinyint, tinyint", "tinyint", multiply_integers, kMayFail, "Multiplies.", ""},
    {"*", "smallint, smallint", "smallint", multiply_integers, kMayFail, "Multiplies.", ""},
    {"*", "integer, integer", "integer", multiply_integers, kMayFail, "Multiplies.", "6 * 7 = 42"},
    {"*", "bigint, bigint", "bigint", multiply_integers, kMayFail, "Multiplies.", ""},
    {"*", "decimal(p,s), decimal(q,t)", "decimal(p,s)", multiply_decimals, kMayFail, "Multiplies.",
     "1.5 * 1.5 = 2.25", nullptr, type_of_product},
    {"*", "real, real", "real", multiply_reals, 0, "Multiplies.", ""},
    {"*", "double, double", "double", multiply_reals, 0, "Multiplies.", ""},
    {"*", "interval day to second, bigint", kDay, times_interval, kMayFail, "Multiplies.", ""},
    {"*", "bigint, interval day to second", kDay, times_interval, kMayFail, "Multiplies.", ""},
    {"*", "interval day to second, double", kDay, times_interval_real, kMayFail, "Multiplies.", ""},
    {"*", "double, interval day to second", kDay, times_interval_real, kMayFail, "Multiplies.", ""},
    {"*", "interval year to month, double", kMonth, times_interval_real, kMayFail, "Multiplies.",
     ""},
    {"*", "double, interval year to month", kMonth, times_interval_real, kMayFail, "Multiplies.",
     ""},
    {"/", "interval year to month, double", kMonth, interval_by_real, kMayFail, "Divides.", ""},
    {"*", "interval year to month, bigint", kMonth, times_interval, kMayFail, "Multiplies.", ""},
    {"*", "bigint, interval year to month", kMonth, times_interval, kMayFail, "Multiplies.", ""},
    {"/", "tinyint, tinyint", "tinyint", divide_integers, kMayFail, "Divides, towards zero.", ""},
    {"/", "smallint, smallint", "smallint", divide_integers, kMayFail, "Divides, towards zero.",
     ""},
    {"/", "integer, integer", "integer", divide_integers, kMayFail, "Divides, towards zero.",
     "7 / 2 = 3"},
    {"/", "bigint, bigint", "bigint", divide_integers, kMayFail, "Divides, towards zero.", ""},
    {"/", "decimal(p,s), decimal(q,t)", "decimal(p,s)", divide_decimals, kMayFail,
     "Divides, rounding half up.", "1.0 / 4.0 = 0.3", nullptr, type_of_quotient},
    {"/", "real, real", "real", divide_reals, 0, "Divides.", ""},
    {"/", "double, double", "double", divide_reals, 0, "Divides.", "1e0 / 4e0 = 25e-2"},
    {"/", "interval day to second, double", kDay, interval_by_real, kMayFail, "Divides.", ""},
    {"%", "tinyint, tinyint", "tinyint", modulo_integers, kMayFail, "The rest of a division.", ""},
    {"%", "smallint, smallint", "smallint", modulo_integers, kMayFail, "The rest of a division.",
     ""},
    {"%", "integer, integer", "integer", modulo_integers, kMayFail, "The rest of a division.",
     "7 % 4 = 3"},
    {"%", "bigint, bigint", "bigint", modulo_integers, kMayFail, "The rest of a division.", ""},
    {"%", "decimal(p,s), decimal(q,t)", "decimal(p,s)", modulo_decimals, kMayFail,
     "The rest of a division.", "", nullptr, type_of_rest},
    {"mod", "tinyint, tinyint", "tinyint", modulo_integers, kMayFail, "The rest of a division.",
     ""},
    {"mod", "smallint, smallint", "smallint", modulo_integers, kMayFail, "The rest of a division.",
     ""},
    {"mod", "integer, integer", "integer", modulo_integers, kMayFail, "The rest of a division.",
     "mod(7, 4) = 3"},
    {"mod", "bigint, bigint", "bigint", modulo_integers, kMayFail, "The rest of a division.", ""},
    {"mod", "decimal(p,s), decimal(q,t)", "decimal(p,s)", modulo_decimals, kMayFail,
     "The rest of a division.", "mod(7.5, 2) = 1.5", nullptr, type_of_rest},
    {"mod", "real, real", "real", modulo_reals, 0, "The rest of a division.", ""},
    {"mod", "double, double", "double", modulo_reals, 0, "The rest of a division.",
     "mod(7e0, 4e0) = 3e0"},
    {"%", "real, real", "real", modulo_reals, 0, "The rest of a division.", ""},
    {"%", "double, double", "double", modulo_reals, 0, "The rest of a division.", ""},
    {"||", "varchar, varchar", "varchar", concat_texts, 0, "Joins texts.", "'a' || 'b' = 'ab'"},
    {"||", "char(x), char(y)", "char(x)", concat_texts, 0, "Joins texts of fixed length.", "",
     nullptr, type_of_joined_chars},
    {"||", "varbinary, varbinary", "varbinary", concat_texts, 0, "Joins bytes.", ""},
    {"||", "array(E), array(E)", "array(E)", concat_arrays, 0, "Joins arrays.",
     "ARRAY[1] || ARRAY[2] = ARRAY[1, 2]"},
    {"||", "array(E), E", "array(E)", append_item, kCalledOnNull, "Adds an element.",
     "ARRAY[1] || 2 = ARRAY[1, 2]"},
    {"||", "E, array(E)", "array(E)", prepend_item, kCalledOnNull, "Adds an element in front.",
     "1 || ARRAY[2] = ARRAY[1, 2]"},
    {"concat", "array(E), E", "array(E)", append_item, kCalledOnNull, "Adds an element.", ""},
    {"concat", "E, array(E)", "array(E)", prepend_item, kCalledOnNull, "Adds an element in front.",
     ""},
    {"[]", "array(E), bigint", "E", array_at, kMayFail, "The element at a place from 1.",
     "ARRAY['a', 'b'][2] = 'b'"},
    {"[]", "map(K,V), K", "V", map_at, kMayFail, "The value of a key.", ""},
    {"$lenient_timestamp", "varchar", "timestamp(3)", lenient_timestamp, 0,
     "Reads a time as Lake compares it.", ""},
};

}  // namespace

std::span<const Function> operator_functions() { return kRows; }

}  // namespace trailpond::sql
