#include <charconv>

#include "base/text.hpp"
#include "sql/evaluation/casts.hpp"
#include "sql/evaluation/tables.hpp"
#include "sql/times/datetime.hpp"
#include "sql/times/datetime_patterns.hpp"
#include "sql/values/decimals.hpp"
#include "sql/values/numbers.hpp"

/// Date and time functions. Source: https://trino.io/docs/current/functions/datetime.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

/// A date, timestamp or timestamp with time zone as local microseconds.
std::int64_t local_micros(TypePointer type, const Value& value) {
  if (type->kind == TypeKind::kDate) return value.integer() * kMicrosPerDay;
  const Moment moment = value.moment();
  if (type->kind == TypeKind::kTimeWithTimeZone) return local_time_of_day(moment).micros;
  return moment.micros + offset_at(moment.zone, moment.micros) * kMicrosPerSecond;
}
std::int64_t local_days(const Bound& node, Arguments a, std::size_t i = 0) {
  return floor_divide(local_micros(node.children[i]->type, a[i]), kMicrosPerDay);
}

Value year(Evaluation&, const Bound& node, Arguments a) {
  return Value::of_integer(civil_from_days(local_days(node, a)).year);
}
Value month(Evaluation&, const Bound& node, Arguments a) {
  return Value::of_integer(civil_from_days(local_days(node, a)).month);
}
Value quarter(Evaluation&, const Bound& node, Arguments a) {
  return Value::of_integer((civil_from_days(local_days(node, a)).month + 2) / 3);
}
Value day(Evaluation&, const Bound& node, Arguments a) {
  return Value::of_integer(civil_from_days(local_days(node, a)).day);
}
Value weekday(Evaluation&, const Bound& node, Arguments a) {
  return Value::of_integer(day_of_week(local_days(node, a)));
}
Value day_of_year(Evaluation&, const Bound& node, Arguments a) {
  const std::int64_t days = local_days(node, a);
  return Value::of_integer(days - days_from_civil(civil_from_days(days).year, 1, 1) + 1);
}
Value week(Evaluation&, const Bound& node, Arguments a) {
  return Value::of_integer(iso_week(local_days(node, a)).first);
}
Value year_of_week(Evaluation&, const Bound& node, Arguments a) {
  return Value::of_integer(iso_week(local_days(node, a)).second);
}
template <std::int64_t unit, std::int64_t count>
Value part_of_day(Evaluation&, const Bound& node, Arguments a) {
  return Value::of_integer(
      floor_divide(local_micros(node.children[0]->type, a[0]), unit) % count < 0
          ? floor_divide(local_micros(node.children[0]->type, a[0]), unit) % count + count
          : floor_divide(local_micros(node.children[0]->type, a[0]), unit) % count);
}
template <std::int64_t unit, std::int64_t count>
Value part_of_interval(Evaluation&, const Bound&, Arguments a) {
  return Value::of_integer(a[0].integer() / unit % count);
}
Value years_of_interval(Evaluation&, const Bound&, Arguments a) {
  return Value::of_integer(a[0].integer() / 12);
}
Value months_of_interval(Evaluation&, const Bound&, Arguments a) {
  return Value::of_integer(a[0].integer() % 12);
}
Value last_day_of_month(Evaluation&, const Bound& node, Arguments a) {
  const CivilDate date = civil_from_days(local_days(node, a));
  return Value::of_integer(
      days_from_civil(date.year, date.month, days_in_month(date.year, date.month)));
}
Value date_of(Evaluation& evaluation, const Bound& node, Arguments a) {
  return cast_value(evaluation, node.children[0]->type, node.type, a[0]);
}

// ---- units ----------------------------------------------------------------------------------

enum class Unit { kMillisecond, kSecond, kMinute, kHour, kDay, kWeek, kMonth, kQuarter, kYear };
std::optional<Unit> find_unit(std::string_view name) {
  static constexpr std::array<std::string_view, 9> kNames = {
      "millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year"};
  auto found = std::ranges::find(kNames, name);  // as most people write it
  if (found == kNames.end()) found = std::ranges::find(kNames, ascii_lower(name));
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Unit>(found - kNames.begin());
}
std::int64_t micros_of(Unit unit) {
  switch (unit) {
    case Unit::kMillisecond:
      return 1'000;
    case Unit::kSecond:
      return kMicrosPerSecond;
    case Unit::kMinute:
      return 60 * kMicrosPerSecond;
    case Unit::kHour:
      return 3'600 * kMicrosPerSecond;
    case Unit::kDay:
      return kMicrosPerDay;
    case Unit::kWeek:
      return 7 * kMicrosPerDay;
    case Unit::kMonth:
    case Unit::kQuarter:
    case Unit::kYear:
      break;
  }
  return 0;
}
std::int64_t months_of(Unit unit) {
  return unit == Unit::kMonth ? 1 : unit == Unit::kQuarter ? 3 : unit == Unit::kYear ? 12 : 0;
}

bool is_time(TypePointer type) {
  return type->kind == TypeKind::kTime || type->kind == TypeKind::kTimeWithTimeZone;
}
/// The unit of a call that works on a type: a date has no hours, a time no days.
std::optional<Unit> unit_for(Evaluation& evaluation, std::string_view name, TypePointer type) {
  const auto unit = find_unit(name);
  const bool is_date = type->kind == TypeKind::kDate;
  if (unit && !(is_date && *unit < Unit::kDay) && !(is_time(type) && *unit >= Unit::kDay))
    return unit;
  const char* title = is_date ? "DATE" : is_time(type) ? "TIME" : "TIMESTAMP";
  evaluation.fail(ErrorName::kInvalidFunctionArgument,
                  "'" + ascii_lower(name) + "' is not a valid " + title + " field");
  return std::nullopt;
}
bool fits_date(Unit unit) { return unit >= Unit::kDay; }

std::int64_t truncate(Unit unit, std::int64_t local) {
  const std::int64_t days = floor_divide(local, kMicrosPerDay);
  const CivilDate date = civil_from_days(days);
  switch (unit) {
    case Unit::kWeek:
      return (days - static_cast<std::int64_t>(day_of_week(days)) + 1) * kMicrosPerDay;
    case Unit::kMonth:
      return days_from_civil(date.year, date.month, 1) * kMicrosPerDay;
    case Unit::kQuarter:
      return days_from_civil(date.year, (date.month - 1) / 3 * 3 + 1, 1) * kMicrosPerDay;
    case Unit::kYear:
      return days_from_civil(date.year, 1, 1) * kMicrosPerDay;
    default:
      return floor_divide(local, micros_of(unit)) * micros_of(unit);
  }
}
Value date_trunc(Evaluation& evaluation, const Bound& node, Arguments a) {
  const TypePointer type = node.type;
  const auto unit = unit_for(evaluation, a[0].text(), type);
  if (!unit) return {};
  if (is_time(type)) {
    const Moment local = local_time_of_day(a[1].moment());
    const Moment cut{truncate(*unit, local.micros), 0, kUtc};
    return Value::of_moment(zoned_time_of_day(cut, a[1].moment().zone));
  }
  const std::int64_t local = truncate(*unit, local_micros(type, a[1]));
  if (type->kind == TypeKind::kDate) return Value::of_integer(local / kMicrosPerDay);
  const Moment moment = a[1].moment();
  // Within a day the offset stays, also in an hour that a clock change repeats.
  if (!fits_date(*unit)) {
    const std::int64_t offset = local_micros(type, a[1]) - moment.micros;
    return Value::of_moment({local - offset, 0, moment.zone});
  }
  return Value::of_moment({utc_from_local(moment.zone, local), 0, moment.zone});
}

Value date_add(Evaluation& evaluation, const Bound& node, Arguments a) {
  const TypePointer type = node.type;
  const auto unit = unit_for(evaluation, a[0].text(), type);
  if (!unit) return {};
  const std::int64_t count = a[1].integer();
  const std::int64_t months = months_of(*unit);
  if (type->kind == TypeKind::kDate) {
    const auto out_of_range = [&] {
      return evaluation.fail(ErrorName::kNumericValueOutOfRange, "date is out of range");
    };
    if (months > 0) {
      if (std::abs(count) > kMaxMonths / months) return out_of_range();
      const std::int64_t moved = add_months(a[2].integer(), count * months);
      return std::abs(moved) > kMaxDays ? out_of_range() : Value::of_integer(moved);
    }
    const Int128 days =
        a[2].integer() + static_cast<Int128>(count) * micros_of(*unit) / kMicrosPerDay;
    if (days > kMaxDays || days < -kMaxDays) return out_of_range();
    return Value::of_integer(a[2].integer() + count * micros_of(*unit) / kMicrosPerDay);
  }
  Moment moment = a[2].moment();
  if (is_time(type)) {
    moment.micros = floor_modulo(
        moment.micros + count % kSecondsPerDay * micros_of(*unit) % kMicrosPerDay, kMicrosPerDay);
    return Value::of_moment(moment);
  }
  // Checked once for all units: what is added, and what comes out.
  const Int128 added =
      static_cast<Int128>(count) * (months > 0 ? months * 28 * kMicrosPerDay : micros_of(*unit));
  const Int128 least = moment.micros + added;
  if (least > kMaxMicros - kMaxMicros / 8 || least < -(kMaxMicros - kMaxMicros / 8)) {
    return evaluation.fail(ErrorName::kNumericValueOutOfRange, "timestamp is out of range");
  }
  if (months > 0) {
    const std::int64_t local = local_micros(type, a[2]);
    const std::int64_t moved =
        add_months(floor_divide(local, kMicrosPerDay), count * months) * kMicrosPerDay +
        floor_modulo(local, kMicrosPerDay);
    moment.micros = moment.zone == kUtc ? moved : utc_from_local(moment.zone, moved);
  } else if (fits_date(*unit) && moment.zone != kUtc) {
    // Days of a zone may have 23 or 25 hours.
    moment.micros =
        utc_from_local(moment.zone, local_micros(type, a[2]) + count * micros_of(*unit));
  } else {
    moment.micros += count * micros_of(*unit);
  }
  return Value::of_moment(moment);
}

/// Whole months between two local times, towards zero.
std::int64_t months_between(std::int64_t from, std::int64_t to) {
  if (from > to) return -months_between(to, from);
  const CivilDate a = civil_from_days(floor_divide(from, kMicrosPerDay));
  const CivilDate b = civil_from_days(floor_divide(to, kMicrosPerDay));
  std::int64_t months = (b.year - a.year) * 12 + static_cast<std::int64_t>(b.month) -
                        static_cast<std::int64_t>(a.month);
  const std::int64_t reached =
      add_months(floor_divide(from, kMicrosPerDay), months) * kMicrosPerDay +
      floor_modulo(from, kMicrosPerDay);
  if (reached > to) --months;
  return months;
}
Value date_diff(Evaluation& evaluation, const Bound& node, Arguments a) {
  const TypePointer type = node.children[1]->type;
  const auto unit = unit_for(evaluation, a[0].text(), type);
  if (!unit) return {};
  if (is_time(type)) {
    const std::int64_t between = a[2].moment().micros - a[1].moment().micros;
    return Value::of_integer(between / micros_of(*unit));
  }
  const bool zoned = type->kind == TypeKind::kTimestampWithTimeZone;
  std::int64_t from = local_micros(type, a[1]);
  std::int64_t to = local_micros(type, a[2]);
  if (zoned) {
    // Both in the first one's zone.
    const ZoneKey zone = a[1].moment().zone;
    to = a[2].moment().micros + offset_at(zone, a[2].moment().micros) * kMicrosPerSecond;
    if (!fits_date(*unit)) {
      from = a[1].moment().micros;
      to = a[2].moment().micros;
    }
  }
  if (const std::int64_t months = months_of(*unit))
    return Value::of_integer(months_between(from, to) / months);
  return Value::of_integer((floor_divide(to, 1000) - floor_divide(from, 1000)) /
                           (micros_of(*unit) / 1000));
}

// ---- Unix time and ISO 8601 -----------------------------------------------------------------

Value from_unixtime(Evaluation& evaluation, const Bound&, Arguments a) {
  Moment moment;
  // Java's Math.round makes 0 of NaN.
  const double millis = std::isnan(a[0].real()) ? 0 : std::round(a[0].real() * 1000);
  if (!(std::abs(millis) < 9e15))
    return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                           "Millis overflow: " + print_double(millis));
  moment.micros = static_cast<std::int64_t>(millis) * 1000;
  if (a.size() == 2) {
    const auto zone = find_zone(a[1].text());
    if (!zone)
      return evaluation.fail(ErrorName::kNotSupported,
                             "Time zone not supported: " + std::string(a[1].text()));
    moment.zone = *zone;
  }
  return Value::of_moment(moment);
}
/// from_unixtime(seconds, hours, minutes): the instant at an offset.
Value from_unixtime_offset(Evaluation& evaluation, const Bound& node, Arguments a) {
  constexpr std::int64_t kMostMinutes = 14 * 60;
  const Int128 minutes = static_cast<Int128>(a[1].integer()) * 60 + a[2].integer();
  if (minutes > kMostMinutes || minutes < -kMostMinutes) {
    return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                           "Invalid offset minutes " + print_decimal(minutes, 0));
  }
  const Value instant = from_unixtime(evaluation, node, a.first(1));
  if (evaluation.failed()) return {};
  Moment moment = instant.moment();
  moment.zone = zone_of_offset(static_cast<int>(minutes));
  return Value::of_moment(moment);
}
Value from_unixtime_nanos_decimal(Evaluation& evaluation, const Bound& node, Arguments a) {
  const Int128 nanos = divide_rounding(a[0].decimal(), power_of_ten(node.children[0]->type->scale));
  if (nanos > std::numeric_limits<std::int64_t>::max() ||
      nanos < std::numeric_limits<std::int64_t>::min()) {
    return evaluation.fail(ErrorName::kInvalidFunctionArgument, "long overflow");
  }
  const auto whole = static_cast<std::int64_t>(nanos);
  return Value::of_moment({floor_divide(whole, 1000),
                           static_cast<std::int32_t>(floor_modulo(whole, 1000) * 1000), kUtc});
}
Value from_unixtime_nanos(Evaluation&, const Bound&, Arguments a) {
  const std::int64_t nanos = a[0].integer();
  return Value::of_moment({floor_divide(nanos, 1000),
                           static_cast<std::int32_t>(floor_modulo(nanos, 1000) * 1000), kUtc});
}
Value to_unixtime(Evaluation&, const Bound&, Arguments a) {
  return Value::of_real(static_cast<double>(a[0].moment().micros) / 1e6);
}
Value at_timezone(Evaluation& evaluation, const Bound&, Arguments a) {
  const auto zone = find_zone(a[1].text());
  if (!zone)
    return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                           "'" + std::string(a[1].text()) + "' is not a valid time zone");
  Moment moment = a[0].moment();
  moment.zone = *zone;
  return Value::of_moment(moment);
}
Value with_timezone(Evaluation& evaluation, const Bound&, Arguments a) {
  const auto zone = find_zone(a[1].text());
  if (!zone)
    return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                           "'" + std::string(a[1].text()) + "' is not a valid time zone");
  Moment moment = a[0].moment();
  moment.micros = utc_from_local(*zone, moment.micros);
  moment.zone = *zone;
  return Value::of_moment(moment);
}
/// AT TIME ZONE INTERVAL: the instant at an offset of whole minutes.
Value at_offset(Evaluation& evaluation, const Bound&, Arguments a) {
  constexpr std::int64_t kMillisPerMinute = 60'000;
  constexpr std::int64_t kMostMinutes = 14 * 60;
  const std::int64_t minutes = a[1].integer() / kMillisPerMinute;
  if (a[1].integer() % kMillisPerMinute != 0) {
    return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                           "Invalid time zone offset interval: interval contains seconds");
  }
  if (std::abs(minutes) > kMostMinutes) {
    return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                           "Invalid offset minutes " + std::to_string(minutes));
  }
  Moment moment = a[0].moment();
  moment.zone = zone_of_offset(static_cast<int>(minutes));
  return Value::of_moment(moment);
}
Value timezone_of_time(Evaluation& evaluation, const Bound&, Arguments a) {
  const ZoneKey zone = a[0].moment().zone;
  return evaluation.text(zone == kUtc ? "+00:00" : zone_name(zone));
}
Value timezone_of(Evaluation& evaluation, const Bound&, Arguments a) {
  return evaluation.text(zone_name(a[0].moment().zone));
}
Value timezone_hour(Evaluation&, const Bound&, Arguments a) {
  return Value::of_integer(offset_at(a[0].moment().zone, a[0].moment().micros) / 3600);
}
Value timezone_minute(Evaluation&, const Bound&, Arguments a) {
  return Value::of_integer(offset_at(a[0].moment().zone, a[0].moment().micros) / 60 % 60);
}
Value current_timezone(Evaluation&, const Bound&, Arguments) { return Value::of_text("UTC"); }

Value to_milliseconds(Evaluation&, const Bound&, Arguments a) { return a[0]; }

constexpr std::int64_t kMinute = 60 * kMicrosPerSecond;
constexpr std::int64_t kHour = 60 * kMinute;

/// The four types that most of these functions take.
#define TRAILPOND_DATE_PART(name, function, doc, example)               \
  {name, "date", "bigint", function, 0, doc, example},                  \
      {name, "timestamp(p)", "bigint", function, 0, doc, ""}, {         \
    name, "timestamp(p) with time zone", "bigint", function, 0, doc, "" \
  }
#define TRAILPOND_TIME_PART(name, function, doc, example)                    \
  {name, "timestamp(p)", "bigint", function, 0, doc, example},               \
      {name, "timestamp(p) with time zone", "bigint", function, 0, doc, ""}, \
      {name, "time(p)", "bigint", function, 0, doc, ""}, {                   \
    name, "time(p) with time zone", "bigint", function, 0, doc, ""           \
  }

const Function kRows[] = {
    TRAILPOND_DATE_PART("year", year, "The year.", "year(date '2024-02-29') = 2024"),
    TRAILPOND_DATE_PART("quarter", quarter, "The quarter, 1 to 4.",
                        "quarter(date '2024-02-29') = 1"),
    TRAILPOND_DATE_PART("month", month, "The month.", "month(date '2024-02-29') = 2"),
    TRAILPOND_DATE_PART("week", week, "The ISO week.", "week(date '2024-02-29') = 9"),
    TRAILPOND_DATE_PART("week_of_year", week, "The ISO week.",
                        "week_of_year(date '2024-02-29') = 9"),
    TRAILPOND_DATE_PART("day", day, "The day of the month.", "day(date '2024-02-29') = 29"),
    TRAILPOND_DATE_PART("day_of_month", day, "The day of the month.",
                        "day_of_month(date '2024-02-29') = 29"),
    TRAILPOND_DATE_PART("day_of_week", weekday, "The day of the week, Monday 1.",
                        "day_of_week(date '2024-02-29') = 4"),
    TRAILPOND_DATE_PART("dow", weekday, "The day of the week, Monday 1.",
                        "dow(date '2024-02-29') = 4"),
    TRAILPOND_DATE_PART("day_of_year", day_of_year, "The day of the year.",
                        "day_of_year(date '2024-02-29') = 60"),
    TRAILPOND_DATE_PART("doy", day_of_year, "The day of the year.", "doy(date '2024-02-29') = 60"),
    TRAILPOND_DATE_PART("year_of_week", year_of_week, "The year of the ISO week.",
                        "year_of_week(date '2024-12-31') = 2025"),
    TRAILPOND_DATE_PART("yow", year_of_week, "The year of the ISO week.",
                        "yow(date '2024-12-31') = 2025"),
    TRAILPOND_TIME_PART("hour", (part_of_day<kHour, 24>), "The hour.",
                        "hour(timestamp '2024-02-29 13:14:15') = 13"),
    TRAILPOND_TIME_PART("minute", (part_of_day<kMinute, 60>), "The minute.",
                        "minute(timestamp '2024-02-29 13:14:15') = 14"),
    TRAILPOND_TIME_PART("second", (part_of_day<kMicrosPerSecond, 60>), "The second.",
                        "second(timestamp '2024-02-29 13:14:15') = 15"),
    TRAILPOND_TIME_PART("millisecond", (part_of_day<kMicrosPerMilli, 1000>), "The millisecond.",
                        "millisecond(timestamp '2024-02-29 13:14:15.678') = 678"),
    {"day", "interval day to second", "bigint", part_of_interval<86'400'000, 1'000'000'000>, 0,
     "The days.", "day(interval '3' day) = 3"},
    {"day_of_month", "interval day to second", "bigint",
     part_of_interval<86'400'000, 1'000'000'000>, 0, "The days.", ""},
    {"hour", "interval day to second", "bigint", part_of_interval<3'600'000, 24>, 0, "The hours.",
     "hour(interval '3' hour) = 3"},
    {"minute", "interval day to second", "bigint", part_of_interval<60'000, 60>, 0, "The minutes.",
     "minute(interval '3' minute) = 3"},
    {"second", "interval day to second", "bigint", part_of_interval<1'000, 60>, 0, "The seconds.",
     "second(interval '3' second) = 3"},
    {"millisecond", "interval day to second", "bigint", part_of_interval<1, 1'000>, 0,
     "The milliseconds.", "millisecond(interval '3.5' second) = 500"},
    {"year", "interval year to month", "bigint", years_of_interval, 0, "The years.",
     "year(interval '14' month) = 1"},
    {"month", "interval year to month", "bigint", months_of_interval, 0, "The months.",
     "month(interval '14' month) = 2"},
    {"date", "varchar(x)", "date", date_of, kMayFail, "CAST to date.",
     "date('2024-02-29') = date '2024-02-29'"},
    {"date", "timestamp(p)", "date", date_of, 0, "CAST to date.",
     "date(timestamp '2024-02-29 13:00:00') = date '2024-02-29'"},
    {"date", "timestamp(p) with time zone", "date", date_of, 0, "CAST to date.", ""},
    {"last_day_of_month", "date", "date", last_day_of_month, 0, "The last day of the month.",
     "last_day_of_month(date '2024-02-01') = date '2024-02-29'"},
    {"last_day_of_month", "timestamp(p)", "date", last_day_of_month, 0,
     "The last day of the month.", ""},
    {"last_day_of_month", "timestamp(p) with time zone", "date", last_day_of_month, 0,
     "The last day of the month.", ""},
    {"date_trunc", "varchar(x), date", "date", date_trunc, kFailsByPattern, "Cuts to a unit.",
     "date_trunc('month', date '2024-02-29') = date '2024-02-01'"},
    {"date_trunc", "varchar(x), timestamp(p)", "timestamp(p)", date_trunc, kFailsByPattern,
     "Cuts to a unit.",
     "date_trunc('hour', timestamp '2024-02-29 13:14:15') = timestamp '2024-02-29 13:00:00'"},
    {"date_trunc", "varchar(x), timestamp(p) with time zone", "timestamp(p) with time zone",
     date_trunc, kMayFail, "Cuts to a unit.", ""},
    {"date_trunc", "varchar(x), time(p)", "time(p)", date_trunc, kMayFail, "Cuts to a unit.", ""},
    {"date_trunc", "varchar(x), time(p) with time zone", "time(p) with time zone", date_trunc,
     kMayFail, "Cuts to a unit.", ""},
    {"date_add", "varchar(x), bigint, date", "date", date_add, kMayFail, "Adds units.",
     "date_add('month', 1, date '2024-01-31') = date '2024-02-29'"},
    {"date_add", "varchar(x), bigint, timestamp(p)", "timestamp(p)", date_add, kMayFail,
     "Adds units.",
     "date_add('hour', -1, timestamp '2024-01-01 00:00:00') = timestamp '2023-12-31 23:00:00'"},
    {"date_add", "varchar(x), bigint, timestamp(p) with time zone", "timestamp(p) with time zone",
     date_add, kMayFail, "Adds units.", ""},
    {"date_add", "varchar(x), bigint, time(p)", "time(p)", date_add, kMayFail, "Adds units.", ""},
    {"date_add", "varchar(x), bigint, time(p) with time zone", "time(p) with time zone", date_add,
     kMayFail, "Adds units.", ""},
    {"date_diff", "varchar(x), date, date", "bigint", date_diff, kMayFail, "Whole units between.",
     "date_diff('day', date '2024-02-01', date '2024-03-01') = 29"},
    {"date_diff", "varchar(x), timestamp(p), timestamp(p)", "bigint", date_diff, kMayFail,
     "Whole units between.",
     "date_diff('hour', timestamp '2024-01-01 00:30:00', timestamp '2024-01-01 02:00:00') = 1"},
    {"date_diff", "varchar(x), timestamp(p) with time zone, timestamp(p) with time zone", "bigint",
     date_diff, kMayFail, "Whole units between.", ""},
    {"date_diff", "varchar(x), time(p), time(p)", "bigint", date_diff, kMayFail,
     "Whole units between.", ""},
    {"date_diff", "varchar(x), time(p) with time zone, time(p) with time zone", "bigint", date_diff,
     kMayFail, "Whole units between.", ""},
    {"from_unixtime", "double", "timestamp(3) with time zone", from_unixtime, kMayFail,
     "The instant of Unix seconds.", "to_unixtime(from_unixtime(1e9)) = 1e9"},
    {"from_unixtime", "double, varchar(x)", "timestamp(3) with time zone", from_unixtime, kMayFail,
     "The instant in a zone.", "hour(from_unixtime(0, 'Asia/Tokyo')) = 9"},
    {"from_unixtime", "double, bigint, bigint", "timestamp(3) with time zone", from_unixtime_offset,
     kMayFail, "The instant at an offset of hours and minutes.",
     "timezone_minute(from_unixtime(0, 5, 30)) = 30"},
    {"from_unixtime_nanos", "decimal(p,s)", "timestamp(9) with time zone",
     from_unixtime_nanos_decimal, kMayFail, "The instant of Unix nanoseconds.", ""},
    {"from_unixtime_nanos", "bigint", "timestamp(9) with time zone", from_unixtime_nanos, 0,
     "The instant of Unix nanoseconds.", ""},
    {"to_unixtime", "timestamp(p)", "double", to_unixtime, 0, "Unix seconds.",
     "to_unixtime(timestamp '1970-01-02 00:00:00') = 86400e0"},
    {"to_unixtime", "timestamp(p) with time zone", "double", to_unixtime, 0, "Unix seconds.", ""},
    {"at_timezone", "timestamp(p) with time zone, varchar(x)", "timestamp(p) with time zone",
     at_timezone, kMayFail, "The instant in another zone.",
     "hour(at_timezone(from_unixtime(0), 'Asia/Tokyo')) = 9"},
    {"at_timezone", "timestamp(p) with time zone, interval day to second",
     "timestamp(p) with time zone", at_offset, kMayFail, "The instant at another offset.", ""},
    {"at_timezone", "time(p) with time zone, varchar(x)", "time(p) with time zone", at_timezone,
     kMayFail, "The time in another zone.", ""},
    {"at_timezone", "time(p) with time zone, interval day to second", "time(p) with time zone",
     at_offset, kMayFail, "The time at another offset.", ""},
    {"timezone", "time(p) with time zone", "varchar", timezone_of_time, 0, "The offset.", ""},
    {"timezone_hour", "time(p) with time zone", "bigint", timezone_hour, 0, "The offset's hours.",
     ""},
    {"timezone_minute", "time(p) with time zone", "bigint", timezone_minute, 0,
     "The offset's minutes.", ""},
    {"with_timezone", "timestamp(p), varchar(x)", "timestamp(p) with time zone", with_timezone,
     kMayFail, "The local time in a zone.",
     "to_unixtime(with_timezone(timestamp '1970-01-01 09:00:00', 'Asia/Tokyo')) = 0e0"},
    {"timezone", "timestamp(p) with time zone", "varchar", timezone_of, 0, "The zone's name.",
     "timezone(from_unixtime(0)) = 'UTC'"},
    {"timezone_hour", "timestamp(p) with time zone", "bigint", timezone_hour, 0,
     "The offset's hours.", ""},
    {"timezone_minute", "timestamp(p) with time zone", "bigint", timezone_minute, 0,
     "The offset's minutes.", ""},
    {"current_timezone", "", "varchar", current_timezone, 0, "The session's zone: UTC.",
     "current_timezone() = 'UTC'"},
    {"to_milliseconds", "interval day to second", "bigint", to_milliseconds, 0,
     "The milliseconds of an interval.", "to_milliseconds(interval '1' second) = 1000"},
};

}  // namespace

std::span<const Function> datetime_functions() { return kRows; }

}  // namespace trailpond::sql
