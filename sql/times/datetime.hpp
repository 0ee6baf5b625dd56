#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sql/values/value.hpp"

/// Dates, times, time zones: parsing, printing, arithmetic. Proleptic Gregorian calendar, as Trino.
/// Source: https://trino.io/docs/current/functions/datetime.html
namespace trailpond::sql {

inline constexpr std::int64_t kMicrosPerMilli = 1'000;
inline constexpr std::int64_t kMicrosPerSecond = 1'000'000;
inline constexpr std::int64_t kSecondsPerDay = 86'400;
inline constexpr std::int64_t kMicrosPerDay = kSecondsPerDay * kMicrosPerSecond;

/// Dates lie within so many days of 1970, so that their microseconds fit 64 bits.
inline constexpr std::int64_t kMaxDays = 106'000'000;
inline constexpr std::int64_t kMaxMicros = kMaxDays * kMicrosPerDay;
/// More months than lie between any two dates.
inline constexpr std::int64_t kMaxMonths = 12 * 600'000;

struct CivilDate {
  std::int64_t year;
  unsigned month;  // 1 … 12
  unsigned day;    // 1 … 31
};
CivilDate civil_from_days(std::int64_t days);
std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day);
unsigned days_in_month(std::int64_t year, unsigned month);
/// ISO day of week: Monday 1 … Sunday 7.
unsigned day_of_week(std::int64_t days);
/// Adds months, cutting the day to the month's length.
std::int64_t add_months(std::int64_t days, std::int64_t months);
std::int64_t floor_divide(std::int64_t value, std::int64_t by);
std::int64_t floor_modulo(std::int64_t value, std::int64_t by);

/// Time zones have keys: fixed offsets and IANA names share one table, UTC is 0.
inline constexpr ZoneKey kUtc = 0;
std::optional<ZoneKey> find_zone(std::string_view name);
ZoneKey zone_of_offset(int minutes);
std::string zone_name(ZoneKey zone);
/// The short name of a zone at an instant: CEST, GMT-03:00 where it has none.
std::string zone_abbreviation(ZoneKey zone, std::int64_t utc_micros);
/// The English long name, of the zones whose names we know: Central European Summer Time.
std::optional<std::string> zone_long_name(ZoneKey zone, std::int64_t utc_micros);
/// The offset from UTC in seconds at an instant, and for a local time (the earlier one in a gap).
std::int64_t offset_at(ZoneKey zone, std::int64_t utc_micros);
std::int64_t utc_from_local(ZoneKey zone, std::int64_t local_micros);

struct ParsedTimestamp {
  Moment moment;  // local time, or UTC when a zone stood in the text
  std::optional<ZoneKey> zone;
  int precision = 0;  // digits of the fraction
  bool has_time = false;
};
/// Parses `yyyy-MM-dd[ HH:mm[:ss[.f{1,12}]]][ zone]`, as Trino's literals and casts take it. With
/// `lenient` also `T` between date and time and Z or an offset behind (CloudTrail Lake's strings).
std::optional<ParsedTimestamp> parse_timestamp(std::string_view text, bool lenient);
std::optional<std::int64_t> parse_date(std::string_view text);
/// Parses `HH:mm[:ss[.f{1,12}]]` with an offset behind or none. With one, the moment is the time of
/// day in UTC and has the offset as its zone.
struct ParsedTime {
  Moment moment;
  int precision = 0;  // digits of the fraction
  bool zoned = false;
};
std::optional<ParsedTime> parse_time(std::string_view text);
/// The local time of a time with time zone, without it; and back.
Moment local_time_of_day(Moment zoned);
Moment zoned_time_of_day(Moment local, ZoneKey zone);

/// Rounds a moment to a precision of 0 … 12 digits, half up (as casts do).
Moment round_moment(Moment moment, int precision);

std::string print_date(std::int64_t days);
std::string print_timestamp(Moment local, int precision);
std::string print_time(Moment time, int precision);
std::string print_zoned_time(Moment time, int precision);
std::string print_zoned_timestamp(Moment moment, int precision);
std::string print_day_interval(std::int64_t millis);
std::string print_month_interval(std::int64_t months);

}  // namespace trailpond::sql
