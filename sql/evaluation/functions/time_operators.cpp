#include <cmath>

#include "sql/evaluation/functions/operators.hpp"
#include "sql/times/datetime.hpp"
#include "sql/values/numbers.hpp"

/// + - * / of dates, times and intervals.
namespace trailpond::sql::operators {
namespace {

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

}  // namespace

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

namespace {

constexpr std::int64_t kMillisPerDay = 86'400'000;

Value shift_date(Evaluation& evaluation, std::int64_t days, std::int64_t millis, int sign) {
  if (millis % kMillisPerDay != 0) {
    return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                           "Cannot add hour, minutes or seconds to a date");
  }
  return date_in_range(evaluation, days + static_cast<Int128>(millis / kMillisPerDay) * sign);
}

}  // namespace

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

namespace {

/// Microseconds as milliseconds, halves up.
std::int64_t nearest_millis(std::int64_t micros) {
  return floor_divide(micros + kMicrosPerMilli / 2, kMicrosPerMilli);
}

}  // namespace

/// Trino looks at whole microseconds here.
Value difference_of_timestamps(Evaluation&, const Bound&, Arguments a) {
  return Value::of_integer(nearest_millis(a[0].moment().micros - a[1].moment().micros));
}

/// And at milliseconds here; what is below them is rounded on its own, halves away from zero.
Value difference_of_instants(Evaluation&, const Bound&, Arguments a) {
  constexpr std::int64_t kPicosPerMilli = 1'000'000'000;
  const auto millis_of = [](const Moment& moment) {
    return floor_divide(moment.micros, kMicrosPerMilli);
  };
  const auto picos_of = [](const Moment& moment) {
    return floor_modulo(moment.micros, kMicrosPerMilli) * 1'000'000 + moment.picos;
  };
  const Moment left = a[0].moment();
  const Moment right = a[1].moment();
  const std::int64_t picos = picos_of(left) - picos_of(right);
  const std::int64_t half = picos < 0 ? -kPicosPerMilli / 2 : kPicosPerMilli / 2;
  return Value::of_integer(millis_of(left) - millis_of(right) + (picos + half) / kPicosPerMilli);
}

/// And at picoseconds here.
Value difference_of_times(Evaluation&, const Bound&, Arguments a) {
  const bool borrows = a[0].moment().picos < a[1].moment().picos;
  return Value::of_integer(
      nearest_millis(a[0].moment().micros - a[1].moment().micros - (borrows ? 1 : 0)));
}

Value times_interval(Evaluation& evaluation, const Bound&, Arguments a) {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(a[0].integer(), a[1].integer(), &product))
    return evaluation.fail(ErrorName::kNumericValueOutOfRange, "interval multiplication overflow");
  return Value::of_integer(product);
}

namespace {

/// Java's cast of a double to a long stops at the ends of the range; NaN is 0.

Value interval_of(double value) {
  constexpr double kEnd = 9223372036854775807.0;
  if (std::isnan(value)) return Value::of_integer(0);
  if (value >= kEnd) return Value::of_integer(std::numeric_limits<std::int64_t>::max());
  if (value <= -kEnd) return Value::of_integer(std::numeric_limits<std::int64_t>::min());
  return Value::of_integer(static_cast<std::int64_t>(value));
}

}  // namespace

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

namespace {

/// A time of day moves round the clock.

Value shift_time(const Value& time, std::int64_t millis) {
  Moment moment = time.moment();
  moment.micros =
      floor_modulo(moment.micros + millis % kMillisPerDay * kMicrosPerMilli, kMicrosPerDay);
  return Value::of_moment(moment);
}

}  // namespace

Value add_to_time(Evaluation&, const Bound&, Arguments a) {
  return shift_time(a[0], a[1].integer());
}

Value add_time_left(Evaluation&, const Bound&, Arguments a) {
  return shift_time(a[1], a[0].integer());
}

Value subtract_from_time(Evaluation&, const Bound&, Arguments a) {
  return shift_time(a[0], -(a[1].integer() % kMillisPerDay));
}

namespace {

/// An interval has milliseconds: what it moves has at least three decimals.

}  // namespace

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

namespace {

/// Reads a text as CloudTrail Lake reads times; text that is none gives NULL (oracle README,

/// rules).

}  // namespace

Value lenient_timestamp(Evaluation&, const Bound&, Arguments a) {
  const auto parsed = parse_timestamp(a[0].text(), true);
  if (!parsed) return {};
  Moment moment = parsed->moment;
  // Digits after the third are cut, as when an event is shredded.
  moment.micros = floor_divide(moment.micros, kMicrosPerMilli) * kMicrosPerMilli;
  moment.picos = 0;
  return Value::of_moment(moment);
}

}  // namespace trailpond::sql::operators
