#include "sql/times/datetime_patterns.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "sql/times/datetime_fields.hpp"

namespace trailpond::sql {
namespace {

using Kind = PatternPart::Kind;

Error invalid(std::string message) {
  return {ErrorName::kInvalidFunctionArgument, std::move(message), {}};
}

// ---- reading patterns -----------------------------------------------------------------------

PatternPart number(DateField field, int least, int most) {
  return {.kind = Kind::kNumber, .field = field, .least = least, .most = most};
}
PatternPart text_of(DateField field, bool is_long) {
  return {.kind = is_long ? Kind::kLongText : Kind::kShortText, .field = field};
}

void add_literal(DatePattern& pattern, std::string_view text) {
  if (pattern.empty() || pattern.back().kind != Kind::kLiteral) pattern.push_back({});
  pattern.back().literal += text;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Answers whether the letters at a place of a pattern stand for digits.
bool is_numeric_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return false;
  std::size_t end = at;
  while (end < text.size() && text[end] == text[at]) ++end;
  constexpr std::string_view kNumeric = "cCxyYdhHmsSeDFwWkK";
  return kNumeric.find(text[at]) != std::string_view::npos || (text[at] == 'M' && end - at <= 2);
}

/// One run of the same letter.
Result<PatternPart> joda_part(char letter, int count, bool before_number, std::int64_t this_year) {
  switch (letter) {
    case 'G':
      return text_of(DateField::kEra, false);
    case 'C':
      return number(DateField::kCentury, count, count);
    case 'x':
    case 'y':
    case 'Y': {
      const DateField field = letter == 'x'   ? DateField::kWeekyear
                              : letter == 'y' ? DateField::kYear
                                              : DateField::kYearOfEra;
      if (count == 2) {
        constexpr std::int64_t kYearsBack = 30;  // Joda-Time: the pivot lies 30 years ago
        return PatternPart{.kind = Kind::kTwoDigitYear,
                           .field = letter == 'x' ? field : DateField::kYear,
                           .pivot = this_year - kYearsBack,
                           .lenient = !before_number};
      }
      return number(field, count, before_number ? count : 9);
    }
    case 'M':
      if (count >= 3) return text_of(DateField::kMonth, count >= 4);
      return number(DateField::kMonth, count, 2);
    case 'd':
      return number(DateField::kDayOfMonth, count, 2);
    case 'a':
      return text_of(DateField::kHalfday, true);
    case 'h':
      return number(DateField::kClockhourOfHalfday, count, 2);
    case 'H':
      return number(DateField::kHourOfDay, count, 2);
    case 'k':
      return number(DateField::kClockhourOfDay, count, 2);
    case 'K':
      return number(DateField::kHourOfHalfday, count, 2);
    case 'm':
      return number(DateField::kMinute, count, 2);
    case 's':
      return number(DateField::kSecond, count, 2);
    case 'S':
      return PatternPart{.kind = Kind::kFraction, .least = count, .most = count};
    case 'e':
      return number(DateField::kDayOfWeek, count, 1);
    case 'E':
      return text_of(DateField::kDayOfWeek, count >= 4);
    case 'D':
      return number(DateField::kDayOfYear, count, 3);
    case 'w':
      return number(DateField::kWeek, count, 2);
    case 'z':
      return PatternPart{.kind = Kind::kZoneName, .least = count};
    case 'Z':
      return PatternPart{.kind = count == 1   ? Kind::kOffset
                                 : count == 2 ? Kind::kColonOffset
                                              : Kind::kZoneId};
    default:
      return invalid(std::string("Illegal pattern component: ") + letter);
  }
}

/// Takes a quoted text off a pattern, from its first quote on; '' inside is one quote.
std::string take_quoted(std::string_view text, std::size_t& at) {
  std::string literal;
  ++at;
  if (at < text.size() && text[at] == '\'') {
    ++at;
    return "'";
  }
  while (at < text.size()) {
    if (text[at] == '\'') {
      if (at + 1 >= text.size() || text[at + 1] != '\'') break;
      ++at;
    }
    literal += text[at++];
  }
  ++at;
  return literal;
}

}  // namespace

Result<DatePattern> parse_joda_pattern(std::string_view text, std::int64_t this_year) {
  if (text.empty()) return invalid("Invalid pattern specification: Pattern is null or empty");
  DatePattern pattern;
  std::size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '\'') {
      add_literal(pattern, take_quoted(text, at));
      continue;
    }
    if (!is_letter(c)) {
      add_literal(pattern, text.substr(at++, 1));
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && text[end] == c) ++end;
    constexpr std::size_t kMostLetters = 1000;
    const int count = static_cast<int>(std::min(end - at, kMostLetters));
    auto part = joda_part(c, count, is_numeric_at(text, end), this_year);
    if (!part) return part.error();
    pattern.push_back(std::move(*part));
    at = end;
  }
  return pattern;
}

namespace {

/// What a letter behind % stands for; nullopt: the letter itself.
std::optional<PatternPart> mysql_part(char letter) {
  constexpr std::int64_t kPivotYear = 2020;  // Trino: two digits mean 1970 … 2069
  switch (letter) {
    case 'a':
      return text_of(DateField::kDayOfWeek, false);
    case 'b':
      return text_of(DateField::kMonth, false);
    case 'c':
      return number(DateField::kMonth, 1, 2);
    case 'd':
      return number(DateField::kDayOfMonth, 2, 2);
    case 'e':
      return number(DateField::kDayOfMonth, 1, 2);
    case 'f':
      return PatternPart{.kind = Kind::kFraction, .least = 6, .most = 9};
    case 'H':
      return number(DateField::kHourOfDay, 2, 2);
    case 'h':
    case 'I':
      return number(DateField::kClockhourOfHalfday, 2, 2);
    case 'i':
      return number(DateField::kMinute, 2, 2);
    case 'j':
      return number(DateField::kDayOfYear, 3, 3);
    case 'k':
      return number(DateField::kHourOfDay, 1, 2);
    case 'l':
      return number(DateField::kClockhourOfHalfday, 1, 2);
    case 'M':
      return text_of(DateField::kMonth, true);
    case 'm':
      return number(DateField::kMonth, 2, 2);
    case 'p':
      return text_of(DateField::kHalfday, true);
    case 'S':
    case 's':
      return number(DateField::kSecond, 2, 2);
    case 'v':
      return number(DateField::kWeek, 2, 2);
    case 'W':
      return text_of(DateField::kDayOfWeek, true);
    case 'x':
      return number(DateField::kWeekyear, 4, 4);
    case 'Y':
      return number(DateField::kYear, 4, 4);
    case 'y':
      return PatternPart{.kind = Kind::kTwoDigitYear, .pivot = kPivotYear, .lenient = false};
    default:
      return std::nullopt;
  }
}

}  // namespace

Result<DatePattern> parse_mysql_pattern(std::string_view text) {
  DatePattern pattern;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      add_literal(pattern, text.substr(i, 1));
      continue;
    }
    if (++i == text.size()) break;  // a lone % at the end stands for nothing
    // %T and %r stand for several fields.
    const std::string_view several = text[i] == 'T'   ? "%H:%i:%s"
                                     : text[i] == 'r' ? "%h:%i:%s %p"
                                                      : "";
    if (!several.empty()) {
      for (const PatternPart& part : *parse_mysql_pattern(several)) pattern.push_back(part);
    } else if (auto part = mysql_part(text[i])) {
      pattern.push_back(std::move(*part));
    } else if (std::string_view("DUuVwX").find(text[i]) != std::string_view::npos) {
      return invalid(std::string("%") + text[i] + " not supported in date format string");
    } else {
      add_literal(pattern, text.substr(i, 1));
    }
  }
  if (pattern.empty()) return invalid("Both printing and parsing not supported");
  return pattern;
}

bool shows_zone(const DatePattern& pattern) {
  return std::ranges::any_of(pattern, [](const PatternPart& part) {
    return part.kind == Kind::kOffset || part.kind == Kind::kColonOffset ||
           part.kind == Kind::kZoneId || part.kind == Kind::kZoneName;
  });
}

std::int64_t first_monday(std::int64_t weekyear) {
  const std::int64_t fourth = days_from_civil(weekyear, 1, 4);  // always in the first week
  return fourth - static_cast<std::int64_t>(day_of_week(fourth)) + 1;
}

std::pair<std::int64_t, std::int64_t> iso_week(std::int64_t days) {
  const std::int64_t thursday = days - static_cast<std::int64_t>(day_of_week(days)) + 4;
  const std::int64_t year = civil_from_days(thursday).year;
  return {(thursday - days_from_civil(year, 1, 1)) / 7 + 1, year};
}

// ---- printing -------------------------------------------------------------------------------

namespace {

std::string padded(std::int64_t value, int width) {
  std::string digits = std::to_string(value < 0 ? -value : value);
  const auto wanted = static_cast<std::size_t>(std::max(width, 0));
  if (digits.size() < wanted) digits.insert(0, wanted - digits.size(), '0');
  return (value < 0 ? "-" : "") + digits;
}

std::string offset_text(std::int64_t seconds, bool colon) {
  const std::int64_t minutes = std::abs(seconds) / 60;
  return (seconds < 0 ? "-" : "+") + padded(minutes / 60, 2) + (colon ? ":" : "") +
         padded(minutes % 60, 2);
}

}  // namespace

Result<std::string> print_by_pattern(const DatePattern& pattern, Moment moment) {
  const std::int64_t offset = offset_at(moment.zone, moment.micros);
  const std::int64_t local =
      floor_divide(moment.micros, kMicrosPerMilli) + offset * kMillisPerSecond;
  std::string out;
  for (const PatternPart& part : pattern) {
    switch (part.kind) {
      case Kind::kLiteral:
        out += part.literal;
        break;
      case Kind::kNumber:
        out += padded(value_of(part.field, local), part.least);
        break;
      case Kind::kTwoDigitYear:
        out += padded(std::abs(value_of(part.field, local)) % 100, 2);
        break;
      case Kind::kFraction: {
        std::string digits = padded(value_of(DateField::kMillisecond, local), 3);
        digits.resize(static_cast<std::size_t>(part.least), '0');
        out += digits;
        break;
      }
      case Kind::kShortText:
      case Kind::kLongText: {
        const auto index =
            static_cast<std::size_t>(value_of(part.field, local) - base_of(part.field));
        const std::string_view name = names_of(part.field)[index];
        out += part.kind == Kind::kLongText ? name : shortened(name);
        break;
      }
      case Kind::kOffset:
      case Kind::kColonOffset:
        out += offset_text(offset, part.kind == Kind::kColonOffset);
        break;
      case Kind::kZoneId:
        out += zone_name(moment.zone);
        break;
      case Kind::kZoneName:
        if (part.least >= 4) {
          const auto name = zone_long_name(moment.zone, moment.micros);
          if (!name) {
            return Error{ErrorName::kNotSupported,
                         "not supported yet: the long name of zone " + zone_name(moment.zone),
                         {}};
          }
          out += *name;
        } else {
          out += zone_abbreviation(moment.zone, moment.micros);
        }
        break;
    }
  }
  return out;
}

}  // namespace trailpond::sql
