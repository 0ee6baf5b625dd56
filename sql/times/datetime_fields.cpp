#include "sql/times/datetime_fields.hpp"

#include <algorithm>
#include <array>

#include "sql/times/datetime_patterns.hpp"

namespace trailpond::sql {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> kDays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                   "Friday", "Saturday", "Sunday"};
constexpr std::array<std::string_view, 2> kHalfdays = {"AM", "PM"};
constexpr std::array<std::string_view, 2> kEras = {"BC", "AD"};

}  // namespace

std::span<const std::string_view> names_of(DateField field) {
  switch (field) {
    case DateField::kMonth:
      return kMonths;
    case DateField::kDayOfWeek:
      return kDays;
    case DateField::kHalfday:
      return kHalfdays;
    default:
      return kEras;
  }
}
std::int64_t base_of(DateField field) {
  return field == DateField::kMonth || field == DateField::kDayOfWeek ? 1 : 0;
}
std::string_view shortened(std::string_view name) { return name.substr(0, 3); }

std::int64_t value_of(DateField field, std::int64_t local) {
  const std::int64_t days = floor_divide(local, kMillisPerDay);
  const std::int64_t millis = floor_modulo(local, kMillisPerDay);
  const std::int64_t hour = millis / kMillisPerHour;
  const CivilDate date = civil_from_days(days);
  const std::int64_t year_of_era = date.year > 0 ? date.year : 1 - date.year;
  switch (field) {
    case DateField::kEra:
      return date.year > 0 ? 1 : 0;
    case DateField::kCentury:
      return year_of_era / 100;
    case DateField::kYearOfEra:
      return year_of_era;
    case DateField::kYear:
      return date.year;
    case DateField::kWeekyear:
      return iso_week(days).second;
    case DateField::kMonth:
      return date.month;
    case DateField::kDayOfYear:
      return days - days_from_civil(date.year, 1, 1) + 1;
    case DateField::kWeek:
      return iso_week(days).first;
    case DateField::kDayOfMonth:
      return date.day;
    case DateField::kDayOfWeek:
      return day_of_week(days);
    case DateField::kHalfday:
      return hour / 12;
    case DateField::kHourOfDay:
      return hour;
    case DateField::kClockhourOfDay:
      return hour == 0 ? 24 : hour;
    case DateField::kHourOfHalfday:
      return hour % 12;
    case DateField::kClockhourOfHalfday:
      return hour % 12 == 0 ? 12 : hour % 12;
    case DateField::kMinute:
      return millis / kMillisPerMinute % 60;
    case DateField::kSecond:
      return millis / kMillisPerSecond % 60;
    case DateField::kMillisecond:
      return millis % kMillisPerSecond;
  }
  return 0;
}

FieldRank rank_of(DateField field) {
  // 1 eras, 2 centuries, 3 weekyears, 4 years, 5 months, 6 weeks, 7 days, 8 halfdays, 9 hours,
  // 10 minutes, 11 seconds, 12 milliseconds
  switch (field) {
    case DateField::kEra:
      return {0, 1};
    case DateField::kCentury:
      return {1, 2};
    case DateField::kYearOfEra:
      return {1, 4};
    case DateField::kYear:
      return {0, 4};
    case DateField::kWeekyear:
      return {0, 3};
    case DateField::kMonth:
      return {4, 5};
    case DateField::kDayOfYear:
      return {4, 7};
    case DateField::kWeek:
      return {3, 6};
    case DateField::kDayOfMonth:
      return {5, 7};
    case DateField::kDayOfWeek:
      return {6, 7};
    case DateField::kHalfday:
      return {7, 8};
    case DateField::kHourOfDay:
    case DateField::kClockhourOfDay:
      return {7, 9};
    case DateField::kHourOfHalfday:
    case DateField::kClockhourOfHalfday:
      return {8, 9};
    case DateField::kMinute:
      return {9, 10};
    case DateField::kSecond:
      return {10, 11};
    case DateField::kMillisecond:
      return {11, 12};
  }
  return {0, 0};
}

FieldRange range_of(DateField field, std::int64_t local) {
  const std::int64_t days = floor_divide(local, kMillisPerDay);
  const CivilDate date = civil_from_days(days);
  constexpr std::int64_t kMostYear = 292'278'993;
  switch (field) {
    case DateField::kEra:
      return {"era", 0, 1};
    case DateField::kCentury:
      return {"centuryOfEra", 0, kMostYear / 100};
    case DateField::kYearOfEra:
      return {"yearOfEra", 1, kMostYear};
    case DateField::kYear:
      return {"year", -kMostYear, kMostYear};
    case DateField::kWeekyear:
      return {"weekyear", -kMostYear, kMostYear};
    case DateField::kMonth:
      return {"monthOfYear", 1, 12};
    case DateField::kDayOfYear:
      return {"dayOfYear", 1, days_in_month(date.year, 2) == 29 ? 366 : 365};
    case DateField::kWeek: {
      const std::int64_t year = iso_week(days).second;
      return {"weekOfWeekyear", 1, (first_monday(year + 1) - first_monday(year)) / 7};
    }
    case DateField::kDayOfMonth:
      return {"dayOfMonth", 1, days_in_month(date.year, date.month)};
    case DateField::kDayOfWeek:
      return {"dayOfWeek", 1, 7};
    case DateField::kHalfday:
      return {"halfdayOfDay", 0, 1};
    case DateField::kHourOfDay:
      return {"hourOfDay", 0, 23};
    case DateField::kClockhourOfDay:
      return {"clockhourOfDay", 1, 24};
    case DateField::kHourOfHalfday:
      return {"hourOfHalfday", 0, 11};
    case DateField::kClockhourOfHalfday:
      return {"clockhourOfHalfday", 1, 12};
    case DateField::kMinute:
      return {"minuteOfHour", 0, 59};
    case DateField::kSecond:
      return {"secondOfMinute", 0, 59};
    case DateField::kMillisecond:
      return {"millisOfSecond", 0, 999};
  }
  return {"", 0, 0};
}

namespace {

std::int64_t with_days(std::int64_t local, std::int64_t days) {
  return days * kMillisPerDay + floor_modulo(local, kMillisPerDay);
}
std::int64_t with_year(std::int64_t local, std::int64_t year) {
  const CivilDate date = civil_from_days(floor_divide(local, kMillisPerDay));
  const unsigned day = std::min(date.day, days_in_month(year, date.month));
  return with_days(local, days_from_civil(year, date.month, day));
}

}  // namespace

std::int64_t with_field(std::int64_t local, DateField field, std::int64_t value) {
  const std::int64_t days = floor_divide(local, kMillisPerDay);
  const CivilDate date = civil_from_days(days);
  const std::int64_t now = value_of(field, local);
  switch (field) {
    case DateField::kEra:
      return local;
    case DateField::kCentury:
      return with_year(local, value * 100 + date.year % 100);
    case DateField::kYearOfEra:
    case DateField::kYear:
      return with_year(local, value);
    case DateField::kWeekyear:
      return with_days(local, first_monday(value) + (iso_week(days).first - 1) * 7 +
                                  static_cast<std::int64_t>(day_of_week(days)) - 1);
    case DateField::kMonth: {
      const auto month = static_cast<unsigned>(value);
      const unsigned day = std::min(date.day, days_in_month(date.year, month));
      return with_days(local, days_from_civil(date.year, month, day));
    }
    case DateField::kWeek:
      return local + (value - now) * 7 * kMillisPerDay;
    case DateField::kDayOfYear:
    case DateField::kDayOfMonth:
    case DateField::kDayOfWeek:
      return local + (value - now) * kMillisPerDay;
    case DateField::kHalfday:
      return local + (value - now) * 12 * kMillisPerHour;
    case DateField::kHourOfDay:
    case DateField::kHourOfHalfday:
      return local + (value - now) * kMillisPerHour;
    case DateField::kClockhourOfDay:
      return local + (value % 24 - now % 24) * kMillisPerHour;
    case DateField::kClockhourOfHalfday:
      return local + (value % 12 - now % 12) * kMillisPerHour;
    case DateField::kMinute:
      return local + (value - now) * kMillisPerMinute;
    case DateField::kSecond:
      return local + (value - now) * kMillisPerSecond;
    case DateField::kMillisecond:
      return local + (value - now);
  }
  return local;
}

std::int64_t floor_to(std::int64_t local, DateField field) {
  const std::int64_t days = floor_divide(local, kMillisPerDay);
  const CivilDate date = civil_from_days(days);
  switch (rank_of(field).unit) {
    case 2:
      return days_from_civil(date.year / 100 * 100, 1, 1) * kMillisPerDay;
    case 3:
      return first_monday(iso_week(days).second) * kMillisPerDay;
    case 4:
      return days_from_civil(date.year, 1, 1) * kMillisPerDay;
    case 5:
      return days_from_civil(date.year, date.month, 1) * kMillisPerDay;
    case 6:
      return (days - static_cast<std::int64_t>(day_of_week(days)) + 1) * kMillisPerDay;
    case 7:
      return days * kMillisPerDay;
    case 8:
      return floor_divide(local, 12 * kMillisPerHour) * 12 * kMillisPerHour;
    case 9:
      return floor_divide(local, kMillisPerHour) * kMillisPerHour;
    case 10:
      return floor_divide(local, kMillisPerMinute) * kMillisPerMinute;
    case 11:
      return floor_divide(local, kMillisPerSecond) * kMillisPerSecond;
    default:
      return local;
  }
}

}  // namespace trailpond::sql
