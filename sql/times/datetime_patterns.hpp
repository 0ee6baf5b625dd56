#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/times/datetime.hpp"
#include "sql/types/error.hpp"

/// Patterns by which dates and times are printed and read: Joda-Time's (format_datetime,
/// parse_datetime) and MySQL's (date_format, date_parse). Trino runs both on Joda-Time; so the
/// rules here are its rules.
/// Sources: https://www.joda.org/joda-time/apidocs/org/joda/time/format/DateTimeFormat.html,
/// https://trino.io/docs/current/functions/datetime.html#mysql-date-functions
namespace trailpond::sql {

enum class DateField : std::uint8_t {
  kEra,
  kCentury,
  kYearOfEra,
  kYear,
  kWeekyear,
  kMonth,
  kDayOfYear,
  kWeek,
  kDayOfMonth,
  kDayOfWeek,
  kHalfday,             // 0 AM, 1 PM
  kHourOfDay,           // 0 … 23
  kClockhourOfDay,      // 1 … 24
  kHourOfHalfday,       // 0 … 11
  kClockhourOfHalfday,  // 1 … 12
  kMinute,
  kSecond,
  kMillisecond,
};

struct PatternPart {
  enum class Kind : std::uint8_t {
    kLiteral,
    kNumber,        // `least` digits printed, up to `most` read
    kTwoDigitYear,  // of `field`; around `pivot`
    kFraction,      // of the second
    kShortText,
    kLongText,
    kOffset,       // +0000
    kColonOffset,  // +00:00
    kZoneId,
    kZoneName,
  } kind = Kind::kLiteral;
  DateField field = DateField::kYear;
  int least = 1;
  int most = 9;
  std::int64_t pivot = 0;
  bool lenient = true;  // kTwoDigitYear: any number of digits may be read
  std::string literal = {};
};
using DatePattern = std::vector<PatternPart>;

/// Reads a pattern; fails with INVALID_FUNCTION_ARGUMENT in Trino's words. `this_year` places the
/// two-digit years of Joda-Time.
Result<DatePattern> parse_joda_pattern(std::string_view text, std::int64_t this_year);
Result<DatePattern> parse_mysql_pattern(std::string_view text);

/// Answers whether a pattern prints a zone or an offset.
bool shows_zone(const DatePattern& pattern);

/// Prints an instant in its zone.
Result<std::string> print_by_pattern(const DatePattern& pattern, Moment moment);

/// Reads a text: an instant of whole milliseconds in the zone that the text names, else in UTC.
Result<Moment> parse_by_pattern(const DatePattern& pattern, std::string_view text);

/// The ISO week of a day and the year it belongs to.
std::pair<std::int64_t, std::int64_t> iso_week(std::int64_t days);
/// The Monday of a year's first ISO week.
std::int64_t first_monday(std::int64_t weekyear);

}  // namespace trailpond::sql
