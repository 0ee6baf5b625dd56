#include <charconv>

#include "sql/datetime.hpp"
#include "sql/functions/registry.hpp"

/// Date and time functions. Source: https://trino.io/docs/current/functions/datetime.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

/// A date, timestamp or timestamp with time zone as local microseconds.
std::int64_t local_micros(TypePointer type, const Value& value) {
  if (type->kind == TypeKind::kDate) return value.integer() * kMicrosPerDay;
  const Moment moment = value.moment();
  return moment.micros + offset_at(moment.zone, moment.micros) * kMicrosPerSecond;
}
std::int64_t local_days(const Bound& node, Arguments a, std::size_t i = 0) {
  return floor_divide(local_micros(node.children[i]->type, a[i]), kMicrosPerDay);
}

/// The ISO week of a day and the year it belongs to.
std::pair<std::int64_t, std::int64_t> iso_week(std::int64_t days) {
  const std::int64_t thursday = days - static_cast<std::int64_t>(day_of_week(days)) + 4;
  const std::int64_t year = civil_from_days(thursday).year;
  return {(thursday - days_from_civil(year, 1, 1)) / 7 + 1, year};
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
  std::string lowered;
  for (const char c : name)
    lowered += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto found = std::ranges::find(kNames, lowered);
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

Value invalid_unit(Evaluation& evaluation, std::string_view name, TypePointer type) {
  std::string lowered;
  for (const char c : name)
    lowered += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                         "'" + lowered + "' is not a valid " +
                             (type->kind == TypeKind::kDate ? "DATE" : "TIMESTAMP") + " field");
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
  const auto unit = find_unit(a[0].text());
  const TypePointer type = node.type;
  if (!unit || (type->kind == TypeKind::kDate && !fits_date(*unit)))
    return invalid_unit(evaluation, a[0].text(), type);
  const std::int64_t local = truncate(*unit, local_micros(type, a[1]));
  if (type->kind == TypeKind::kDate) return Value::of_integer(local / kMicrosPerDay);
  const ZoneKey zone = a[1].moment().zone;
  return Value::of_moment({zone == kUtc ? local : utc_from_local(zone, local), 0, zone});
}

Value date_add(Evaluation& evaluation, const Bound& node, Arguments a) {
  const auto unit = find_unit(a[0].text());
  const TypePointer type = node.type;
  if (!unit || (type->kind == TypeKind::kDate && !fits_date(*unit)))
    return invalid_unit(evaluation, a[0].text(), type);
  const std::int64_t count = a[1].integer();
  const std::int64_t months = months_of(*unit);
  if (type->kind == TypeKind::kDate) {
    if (months > 0) return Value::of_integer(add_months(a[2].integer(), count * months));
    return Value::of_integer(a[2].integer() + count * micros_of(*unit) / kMicrosPerDay);
  }
  Moment moment = a[2].moment();
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
  const auto unit = find_unit(a[0].text());
  const TypePointer type = node.children[1]->type;
  if (!unit || (type->kind == TypeKind::kDate && !fits_date(*unit)))
    return invalid_unit(evaluation, a[0].text(), type);
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
  const double millis = std::round(a[0].real() * 1000);
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

std::string offset_text(std::int64_t seconds) {
  if (seconds == 0) return "Z";
  char text[16];
  const std::int64_t size = std::abs(seconds) / 60;
  std::snprintf(text, sizeof text, "%c%02d:%02d", seconds < 0 ? '-' : '+',
                static_cast<int>(size / 60), static_cast<int>(size % 60));
  return text;
}
Value to_iso8601(Evaluation& evaluation, const Bound& node, Arguments a) {
  const TypePointer type = node.children[0]->type;
  if (type->kind == TypeKind::kDate) return evaluation.text(print_date(a[0].integer()));
  Moment moment = a[0].moment();
  const std::int64_t offset = offset_at(moment.zone, moment.micros);
  moment.micros += offset * kMicrosPerSecond;
  std::string text = print_timestamp(moment, type->precision);
  text[text.find(' ')] = 'T';
  if (type->kind == TypeKind::kTimestampWithTimeZone) text += offset_text(offset);
  return evaluation.text(text);
}
Value from_iso8601_timestamp(Evaluation& evaluation, const Bound&, Arguments a) {
  const auto parsed = parse_timestamp(a[0].text(), true);
  if (!parsed || a[0].text().find(' ') != std::string_view::npos) {
    return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                           "Invalid format: \"" + std::string(a[0].text()) + "\"");
  }
  Moment moment = round_moment(parsed->moment, 3);
  moment.zone = parsed->zone.value_or(kUtc);
  return Value::of_moment(moment);
}
Value from_iso8601_date(Evaluation& evaluation, const Bound&, Arguments a) {
  const auto days = parse_date(a[0].text());
  if (!days)
    return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                           "Invalid format: \"" + std::string(a[0].text()) + "\"");
  return Value::of_integer(*days);
}
Value to_milliseconds(Evaluation&, const Bound&, Arguments a) { return a[0]; }

// ---- MySQL's formats: date_format, date_parse -----------------------------------------------

constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> kDays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                   "Friday", "Saturday", "Sunday"};

std::string padded(std::int64_t value, std::size_t width) {
  const std::string digits = std::to_string(value);
  return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

Value date_format(Evaluation& evaluation, const Bound& node, Arguments a) {
  const std::int64_t local = local_micros(node.children[0]->type, a[0]);
  const std::int64_t days = floor_divide(local, kMicrosPerDay);
  const std::int64_t micros = floor_modulo(local, kMicrosPerDay);
  const CivilDate date = civil_from_days(days);
  const std::int64_t hour = micros / (3600 * kMicrosPerSecond);
  const std::int64_t minute = micros / (60 * kMicrosPerSecond) % 60;
  const std::int64_t second = micros / kMicrosPerSecond % 60;
  const std::int64_t hour12 = hour % 12 == 0 ? 12 : hour % 12;
  const char* half = hour < 12 ? "AM" : "PM";
  const auto clock = [&](std::int64_t h) {
    return padded(h, 2) + ":" + padded(minute, 2) + ":" + padded(second, 2);
  };
  std::string out;
  const std::string_view format = a[1].text();
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 == format.size()) {
      out += format[i];
      continue;
    }
    const unsigned weekday_number = day_of_week(days);
    switch (format[++i]) {
      case 'a':
        out += kDays[weekday_number - 1].substr(0, 3);
        break;
      case 'b':
        out += kMonths[date.month - 1].substr(0, 3);
        break;
      case 'c':
        out += std::to_string(date.month);
        break;
      case 'd':
        out += padded(date.day, 2);
        break;
      case 'e':
        out += std::to_string(date.day);
        break;
      case 'f':
        out += padded(micros % kMicrosPerSecond, 6);
        break;
      case 'H':
        out += padded(hour, 2);
        break;
      case 'h':
      case 'I':
        out += padded(hour12, 2);
        break;
      case 'i':
        out += padded(minute, 2);
        break;
      case 'j':
        out += padded(days - days_from_civil(date.year, 1, 1) + 1, 3);
        break;
      case 'k':
        out += std::to_string(hour);
        break;
      case 'l':
        out += std::to_string(hour12);
        break;
      case 'M':
        out += kMonths[date.month - 1];
        break;
      case 'm':
        out += padded(date.month, 2);
        break;
      case 'p':
        out += half;
        break;
      case 'r':
        out += clock(hour12) + " " + half;
        break;
      case 'S':
      case 's':
        out += padded(second, 2);
        break;
      case 'T':
        out += clock(hour);
        break;
      case 'v':
        out += padded(iso_week(days).first, 2);
        break;
      case 'W':
        out += kDays[weekday_number - 1];
        break;
      case 'x':
        out += std::to_string(iso_week(days).second);
        break;
      case 'Y':
        out += padded(date.year, 4);
        break;
      case 'y':
        out += padded(date.year % 100, 2);
        break;
      case '%':
        out += '%';
        break;
      case 'D':
      case 'U':
      case 'u':
      case 'V':
      case 'w':
      case 'X':
        return evaluation.fail(
            ErrorName::kInvalidFunctionArgument,
            std::string("%") + format[i] + " not supported in date format string");
      default:
        out += format[i];
    }
  }
  return evaluation.text(out);
}

Value date_parse(Evaluation& evaluation, const Bound&, Arguments a) {
  const std::string_view text = a[0].text();
  const std::string_view format = a[1].text();
  std::int64_t year_number = 1970, month_number = 1, day_number = 1, hour = 0, minute = 0,
               second = 0, micros = 0;
  bool afternoon = false, twelve = false;
  std::size_t at = 0;
  const auto invalid = [&] {
    std::string message = "Invalid format: \"" + std::string(text) + "\"";
    if (at > 0 && at < text.size())
      message += " is malformed at \"" + std::string(text.substr(at)) + "\"";
    return evaluation.fail(ErrorName::kInvalidFunctionArgument, message);
  };
  const auto number = [&](std::size_t most, std::int64_t& into) {
    const std::size_t start = at;
    std::int64_t value = 0;
    while (at < text.size() && at - start < most &&
           std::isdigit(static_cast<unsigned char>(text[at])))
      value = value * 10 + (text[at++] - '0');
    into = value;
    return at > start;
  };
  const auto word = [&](const auto& names, std::size_t length, std::int64_t& into) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::string_view name = length > 0 ? names[i].substr(0, length) : names[i];
      if (text.substr(at).starts_with(name)) {
        at += name.size();
        into = static_cast<std::int64_t>(i) + 1;
        return true;
      }
    }
    return false;
  };
  std::string expanded;
  for (std::size_t i = 0; i < format.size(); ++i) {
    // %T and %r stand for three fields.
    if (format[i] == '%' && i + 1 < format.size() &&
        (format[i + 1] == 'T' || format[i + 1] == 'r')) {
      expanded += format[++i] == 'T' ? "%H:%i:%s" : "%h:%i:%s %p";
    } else {
      expanded += format[i];
      if (format[i] == '%' && i + 1 < format.size()) expanded += format[++i];
    }
  }
  for (std::size_t i = 0; i < expanded.size(); ++i) {
    if (expanded[i] != '%' || i + 1 == expanded.size()) {
      if (at >= text.size() || text[at] != expanded[i]) return invalid();
      ++at;
      continue;
    }
    std::int64_t ignored = 0;
    bool good = true;
    switch (expanded[++i]) {
      case 'Y':
        good = number(4, year_number);
        break;
      case 'y':
        good = number(2, year_number);
        year_number += year_number < 70 ? 2000 : 1900;
        break;
      case 'm':
      case 'c':
        good = number(2, month_number);
        break;
      case 'd':
      case 'e':
        good = number(2, day_number);
        break;
      case 'H':
      case 'k':
        good = number(2, hour);
        break;
      case 'h':
      case 'I':
      case 'l':
        good = number(2, hour) && hour >= 1 && hour <= 12;
        twelve = true;
        break;
      case 'i':
        good = number(2, minute);
        break;
      case 's':
      case 'S':
        good = number(2, second);
        break;
      case 'f': {
        const std::size_t start = at;
        good = number(9, micros);
        for (std::size_t digits = at - start; digits < 6; ++digits) micros *= 10;
        for (std::size_t digits = at - start; digits > 6; --digits) micros /= 10;
        break;
      }
      case 'b':
        good = word(kMonths, 3, month_number);
        break;
      case 'M':
        good = word(kMonths, 0, month_number);
        break;
      case 'a':
        good = word(kDays, 3, ignored);
        break;
      case 'W':
        good = word(kDays, 0, ignored);
        break;
      case 'p': {
        std::string half;
        for (const char c : text.substr(at, 2))
          half += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        good = half == "AM" || half == "PM";
        afternoon = half == "PM";
        at += 2;
        break;
      }
      case '%':
        good = at < text.size() && text[at++] == '%';
        break;
      default:
        return evaluation.fail(
            ErrorName::kInvalidFunctionArgument,
            std::string("%") + expanded[i] + " not supported in date format string");
    }
    if (!good) return invalid();
  }
  if (at != text.size() || month_number < 1 || month_number > 12 || day_number < 1 ||
      day_number > days_in_month(year_number, static_cast<unsigned>(month_number)) || hour > 23 ||
      minute > 59 || second > 59) {
    return invalid();
  }
  if (twelve) hour = hour % 12 + (afternoon ? 12 : 0);
  const std::int64_t days = days_from_civil(year_number, static_cast<unsigned>(month_number),
                                            static_cast<unsigned>(day_number));
  const std::int64_t total =
      days * kMicrosPerDay + (hour * 3600 + minute * 60 + second) * kMicrosPerSecond + micros;
  return Value::of_moment(round_moment({total, 0, 0}, 3));
}

constexpr std::int64_t kMinute = 60 * kMicrosPerSecond;
constexpr std::int64_t kHour = 60 * kMinute;

/// The four types that most of these functions take.
#define TRAILPOND_DATE_PART(name, function, doc, example)               \
  {name, "date", "bigint", function, 0, doc, example},                  \
      {name, "timestamp(p)", "bigint", function, 0, doc, ""}, {         \
    name, "timestamp(p) with time zone", "bigint", function, 0, doc, "" \
  }
#define TRAILPOND_TIME_PART(name, function, doc, example)                      \
  {name, "timestamp(p)", "bigint", function, 0, doc, example},                 \
      {name, "timestamp(p) with time zone", "bigint", function, 0, doc, ""}, { \
    name, "time(p)", "bigint", function, 0, doc, ""                            \
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
    {"date_trunc", "varchar(x), date", "date", date_trunc, kMayFail, "Cuts to a unit.",
     "date_trunc('month', date '2024-02-29') = date '2024-02-01'"},
    {"date_trunc", "varchar(x), timestamp(p)", "timestamp(p)", date_trunc, kMayFail,
     "Cuts to a unit.",
     "date_trunc('hour', timestamp '2024-02-29 13:14:15') = timestamp '2024-02-29 13:00:00'"},
    {"date_trunc", "varchar(x), timestamp(p) with time zone", "timestamp(p) with time zone",
     date_trunc, kMayFail, "Cuts to a unit.", ""},
    {"date_add", "varchar(x), bigint, date", "date", date_add, kMayFail, "Adds units.",
     "date_add('month', 1, date '2024-01-31') = date '2024-02-29'"},
    {"date_add", "varchar(x), bigint, timestamp(p)", "timestamp(p)", date_add, kMayFail,
     "Adds units.",
     "date_add('hour', -1, timestamp '2024-01-01 00:00:00') = timestamp '2023-12-31 23:00:00'"},
    {"date_add", "varchar(x), bigint, timestamp(p) with time zone", "timestamp(p) with time zone",
     date_add, kMayFail, "Adds units.", ""},
    {"date_diff", "varchar(x), date, date", "bigint", date_diff, kMayFail, "Whole units between.",
     "date_diff('day', date '2024-02-01', date '2024-03-01') = 29"},
    {"date_diff", "varchar(x), timestamp(p), timestamp(p)", "bigint", date_diff, kMayFail,
     "Whole units between.",
     "date_diff('hour', timestamp '2024-01-01 00:30:00', timestamp '2024-01-01 02:00:00') = 1"},
    {"date_diff", "varchar(x), timestamp(p) with time zone, timestamp(p) with time zone", "bigint",
     date_diff, kMayFail, "Whole units between.", ""},
    {"from_unixtime", "double", "timestamp(3) with time zone", from_unixtime, kMayFail,
     "The instant of Unix seconds.", "to_unixtime(from_unixtime(1e9)) = 1e9"},
    {"from_unixtime", "double, varchar(x)", "timestamp(3) with time zone", from_unixtime, kMayFail,
     "The instant in a zone.", "hour(from_unixtime(0, 'Asia/Tokyo')) = 9"},
    {"from_unixtime_nanos", "bigint", "timestamp(9) with time zone", from_unixtime_nanos, 0,
     "The instant of Unix nanoseconds.", ""},
    {"to_unixtime", "timestamp(p)", "double", to_unixtime, 0, "Unix seconds.",
     "to_unixtime(timestamp '1970-01-02 00:00:00') = 86400e0"},
    {"to_unixtime", "timestamp(p) with time zone", "double", to_unixtime, 0, "Unix seconds.", ""},
    {"at_timezone", "timestamp(p) with time zone, varchar(x)", "timestamp(p) with time zone",
     at_timezone, kMayFail, "The instant in another zone.",
     "hour(at_timezone(from_unixtime(0), 'Asia/Tokyo')) = 9"},
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
    {"to_iso8601", "date", "varchar(16)", to_iso8601, 0, "ISO 8601.",
     "to_iso8601(date '2024-02-29') = '2024-02-29'"},
    {"to_iso8601", "timestamp(p)", "varchar(28)", to_iso8601, 0, "ISO 8601.",
     "to_iso8601(timestamp '2024-02-29 13:00:00') = '2024-02-29T13:00:00'"},
    {"to_iso8601", "timestamp(p) with time zone", "varchar(34)", to_iso8601, 0, "ISO 8601.",
     "to_iso8601(from_unixtime(0)) = '1970-01-01T00:00:00.000Z'"},
    {"from_iso8601_timestamp", "varchar(x)", "timestamp(3) with time zone", from_iso8601_timestamp,
     kMayFail, "Reads ISO 8601.",
     "to_unixtime(from_iso8601_timestamp('1970-01-01T00:00:01Z')) = 1e0"},
    {"from_iso8601_date", "varchar(x)", "date", from_iso8601_date, kMayFail,
     "Reads an ISO 8601 date.", "from_iso8601_date('2024-02-29') = date '2024-02-29'"},
    {"to_milliseconds", "interval day to second", "bigint", to_milliseconds, 0,
     "The milliseconds of an interval.", "to_milliseconds(interval '1' second) = 1000"},
    {"date_format", "timestamp(p), varchar(x)", "varchar", date_format, kMayFail,
     "Prints by MySQL's format.",
     "date_format(timestamp '2024-02-29 13:14:15', '%Y/%m/%d %H') = '2024/02/29 13'"},
    {"date_format", "timestamp(p) with time zone, varchar(x)", "varchar", date_format, kMayFail,
     "Prints by MySQL's format.", ""},
    {"date_parse", "varchar(x), varchar(y)", "timestamp(3)", date_parse, kMayFail,
     "Reads by MySQL's format.",
     "date_parse('2024/02/29', '%Y/%m/%d') = timestamp '2024-02-29 00:00:00'"},
};

}  // namespace

std::span<const Function> datetime_functions() { return kRows; }

}  // namespace trailpond::sql
