#include "sql/times/datetime.hpp"

#include <date/tz.h>

#include <chrono>
#include <deque>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "base/text.hpp"

namespace trailpond::sql {

std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  const std::int64_t quotient = value / by;
  return value % by < 0 ? quotient - 1 : quotient;
}

std::int64_t floor_modulo(std::int64_t value, std::int64_t by) {
  const std::int64_t rest = value % by;
  return rest < 0 ? rest + by : rest;
}

// The two conversions count days in eras of 400 years that begin on 1 March: leap days come last.
CivilDate civil_from_days(std::int64_t days) {
  const std::int64_t shifted = days + 719'468;
  const std::int64_t era = floor_divide(shifted, 146'097);
  const auto day_of_era = static_cast<unsigned>(shifted - era * 146'097);
  const unsigned year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const unsigned day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned month_from_march = (5 * day_of_year + 2) / 153;
  const unsigned day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  const unsigned month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  return {static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day) {
  const std::int64_t from_march = month <= 2 ? year - 1 : year;
  const std::int64_t era = floor_divide(from_march, 400);
  const auto year_of_era = static_cast<unsigned>(from_march - era * 400);
  const unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + static_cast<std::int64_t>(day_of_era) - 719'468;
}

unsigned days_in_month(std::int64_t year, unsigned month) {
  if (month == 2) {
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return leap ? 29 : 28;
  }
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

unsigned day_of_week(std::int64_t days) {
  return static_cast<unsigned>(floor_modulo(days + 3, 7)) + 1;
}

std::int64_t add_months(std::int64_t days, std::int64_t months) {
  const CivilDate date = civil_from_days(days);
  const std::int64_t total = date.year * 12 + static_cast<std::int64_t>(date.month) - 1 + months;
  const std::int64_t year = floor_divide(total, 12);
  const auto month = static_cast<unsigned>(floor_modulo(total, 12)) + 1;
  return days_from_civil(year, month, std::min(date.day, days_in_month(year, month)));
}

// ---- zones ----------------------------------------------------------------------------------

namespace {

struct Zone {
  std::string name;
  std::int64_t offset_seconds = 0;  // of a fixed offset
  const date::time_zone* region = nullptr;
};

/// Keys are given as names appear; a key lives as long as the process.
class ZoneTable {
 public:
  ZoneTable() { add({"UTC", 0, nullptr}); }
  ZoneKey add(Zone zone) {
    const std::unique_lock lock(mutex_);
    const auto [place, fresh] = keys_.try_emplace(zone.name, static_cast<ZoneKey>(zones_.size()));
    if (fresh) zones_.push_back(std::move(zone));
    return place->second;
  }
  std::optional<ZoneKey> find(const std::string& name) {
    const std::shared_lock lock(mutex_);
    const auto found = keys_.find(name);
    return found == keys_.end() ? std::nullopt : std::optional(found->second);
  }
  const Zone& get(ZoneKey key) {
    const std::shared_lock lock(mutex_);
    return zones_[std::min<std::size_t>(key, zones_.size() - 1)];
  }

 private:
  std::shared_mutex mutex_;
  std::deque<Zone> zones_;
  std::map<std::string, ZoneKey> keys_;
};

ZoneTable& zone_table() {
  static ZoneTable table;
  return table;
}

/// +hh:mm, +hhmm, +hh, +h: minutes, or none.
std::optional<int> parse_offset(std::string_view text) {
  if (text.size() < 2 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  int digits[4] = {0, 0, 0, 0};
  std::size_t count = 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == ':' && count == 2 && i + 1 < text.size()) continue;
    if (text[i] < '0' || text[i] > '9' || count == 4) return std::nullopt;
    digits[count++] = text[i] - '0';
  }
  if (count == 1) std::swap(digits[0], digits[1]), count = 2;
  if (count != 4 && count != 2) return std::nullopt;
  const int minutes = (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3];
  if (minutes > 14 * 60 || digits[2] > 5) return std::nullopt;
  return text[0] == '-' ? -minutes : minutes;
}

}  // namespace

ZoneKey zone_of_offset(int minutes) {
  if (minutes == 0) return kUtc;
  const int size = std::abs(minutes);
  char name[8];
  std::snprintf(name, sizeof name, "%c%02d:%02d", minutes < 0 ? '-' : '+', size / 60 % 100,
                size % 60);
  return zone_table().add({name, minutes * 60, nullptr});
}

std::optional<ZoneKey> find_zone(std::string_view name) {
  if (name == "UTC" || name == "Z" || name == "GMT" || name == "UT" || name == "Zulu" ||
      name == "Etc/UTC" || name == "utc" || name == "Etc/GMT" || name == "GMT0") {
    return kUtc;
  }
  if (const auto minutes = parse_offset(name)) return zone_of_offset(*minutes);
  const std::string key(name);
  if (const auto known = zone_table().find(key)) return known;
  try {
    const date::time_zone* region = date::locate_zone(key);
    return zone_table().add({key, 0, region});
  } catch (const std::runtime_error&) {
    return std::nullopt;
  }
}

std::string zone_name(ZoneKey zone) { return zone_table().get(zone).name; }

std::string zone_abbreviation(ZoneKey zone, std::int64_t utc_micros) {
  const Zone& found = zone_table().get(zone);
  if (found.region == nullptr) return found.name;
  const date::sys_seconds instant{std::chrono::seconds(floor_divide(utc_micros, kMicrosPerSecond))};
  const std::string abbreviation = found.region->get_info(instant).abbrev;
  if (abbreviation.starts_with('+') || abbreviation.starts_with('-')) {
    const auto minutes = static_cast<int>(offset_at(zone, utc_micros) / 60);
    return "GMT" + (minutes == 0 ? "" : zone_name(zone_of_offset(minutes)));
  }
  return abbreviation;
}

std::optional<std::string> zone_long_name(ZoneKey zone, std::int64_t utc_micros) {
  struct Row {
    std::string_view region;  // the beginning of the zone's name: abbreviations repeat
    std::string_view abbreviation;
    std::string_view name;
  };
  static constexpr Row kRows[] = {{"", "UTC", "Coordinated Universal Time"},
                                  {"America/", "EST", "Eastern Standard Time"},
                                  {"America/", "EDT", "Eastern Daylight Time"},
                                  {"America/", "CST", "Central Standard Time"},
                                  {"America/", "CDT", "Central Daylight Time"},
                                  {"America/", "MST", "Mountain Standard Time"},
                                  {"America/", "MDT", "Mountain Daylight Time"},
                                  {"America/", "PST", "Pacific Standard Time"},
                                  {"America/", "PDT", "Pacific Daylight Time"},
                                  {"Europe/London", "GMT", "Greenwich Mean Time"},
                                  {"Europe/London", "BST", "British Summer Time"},
                                  {"Europe/", "CET", "Central European Standard Time"},
                                  {"Europe/", "CEST", "Central European Summer Time"},
                                  {"Asia/Tokyo", "JST", "Japan Standard Time"},
                                  {"Asia/Kolkata", "IST", "India Standard Time"}};
  const Zone& found = zone_table().get(zone);
  if (found.region == nullptr && zone != kUtc) return found.name;
  const std::string abbreviation = zone_abbreviation(zone, utc_micros);
  for (const Row& row : kRows) {
    if (found.name.starts_with(row.region) && abbreviation == row.abbreviation)
      return std::string(row.name);
  }
  return std::nullopt;
}

std::int64_t offset_at(ZoneKey zone, std::int64_t utc_micros) {
  if (zone == kUtc) return 0;
  const Zone& found = zone_table().get(zone);
  if (found.region == nullptr) return found.offset_seconds;
  const date::sys_seconds instant{std::chrono::seconds(floor_divide(utc_micros, kMicrosPerSecond))};
  return found.region->get_info(instant).offset.count();
}

std::int64_t utc_from_local(ZoneKey zone, std::int64_t local_micros) {
  if (zone == kUtc) return local_micros;
  const Zone& found = zone_table().get(zone);
  if (found.region == nullptr) return local_micros - found.offset_seconds * kMicrosPerSecond;
  const date::local_seconds local{
      std::chrono::seconds(floor_divide(local_micros, kMicrosPerSecond))};
  // In a gap the earlier offset counts, in an overlap the earlier instant (as Joda and Java do).
  return local_micros - found.region->get_info(local).first.offset.count() * kMicrosPerSecond;
}

// ---- parsing --------------------------------------------------------------------------------

namespace {

/// Reads digits and marks from left to right.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}
  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  bool accept(char c) {
    if (peek() != c || at_end()) return false;
    ++at_;
    return true;
  }
  std::optional<std::int64_t> number(std::size_t least, std::size_t most) {
    std::size_t digits = 0;
    std::int64_t value = 0;
    while (digits < most && peek() >= '0' && peek() <= '9') {
      value = value * 10 + (peek() - '0');
      ++at_;
      ++digits;
    }
    if (digits < least) return std::nullopt;
    return value;
  }
  /// The digits of a fraction as picoseconds, and how many there were.
  std::optional<std::pair<std::int64_t, int>> fraction() {
    std::int64_t picos = 0;
    int digits = 0;
    while (peek() >= '0' && peek() <= '9') {
      if (digits == 12) return std::nullopt;
      picos = picos * 10 + (peek() - '0');
      ++digits;
      ++at_;
    }
    if (digits == 0) return std::nullopt;
    for (int i = digits; i < 12; ++i) picos *= 10;
    return std::pair(picos, digits);
  }
  std::string_view rest() const { return text_.substr(at_); }
  void skip_blanks() {
    while (peek() == ' ') ++at_;
  }
  void skip_to_end() { at_ = text_.size(); }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

std::optional<std::int64_t> scan_date(Scanner& scanner) {
  const bool negative = scanner.accept('-');
  if (!negative) scanner.accept('+');
  const auto year = scanner.number(1, 6);
  if (!year || !scanner.accept('-')) return std::nullopt;
  const auto month = scanner.number(1, 2);
  if (!month || *month < 1 || *month > 12 || !scanner.accept('-')) return std::nullopt;
  const auto day = scanner.number(1, 2);
  const std::int64_t signed_year = negative ? -*year : *year;
  const auto m = static_cast<unsigned>(*month);
  if (!day || *day < 1 || *day > days_in_month(signed_year, m)) return std::nullopt;
  const std::int64_t days = days_from_civil(signed_year, m, static_cast<unsigned>(*day));
  return std::abs(days) <= kMaxDays ? std::optional(days) : std::nullopt;
}

/// HH:mm[:ss[.f]] as a moment of the day and the number of decimals.
std::optional<std::pair<Moment, int>> scan_time(Scanner& scanner) {
  const auto hour = scanner.number(1, 2);
  if (!hour || *hour > 23 || !scanner.accept(':')) return std::nullopt;
  const auto minute = scanner.number(1, 2);
  if (!minute || *minute > 59) return std::nullopt;
  std::int64_t second = 0;
  std::int64_t picos = 0;
  int precision = 0;
  if (scanner.accept(':')) {
    const auto parsed = scanner.number(1, 2);
    if (!parsed || *parsed > 59) return std::nullopt;
    second = *parsed;
    if (scanner.accept('.')) {
      const auto fraction = scanner.fraction();
      if (!fraction) return std::nullopt;
      std::tie(picos, precision) = *fraction;
    }
  }
  Moment moment;
  moment.micros = (*hour * 3600 + *minute * 60 + second) * kMicrosPerSecond + picos / 1'000'000;
  moment.picos = static_cast<std::int32_t>(picos % 1'000'000);
  return std::pair(moment, precision);
}

}  // namespace

std::optional<ParsedTimestamp> parse_timestamp(std::string_view text, bool lenient) {
  Scanner scanner(trimmed(text));
  const auto days = scan_date(scanner);
  if (!days) return std::nullopt;
  ParsedTimestamp parsed;
  parsed.moment.micros = *days * kMicrosPerDay;
  const bool letter_t = lenient && (scanner.peek() == 'T' || scanner.peek() == 't');
  if (letter_t)
    scanner.skip_blanks(), scanner.accept(scanner.peek());
  else
    scanner.skip_blanks();
  if (letter_t || (scanner.peek() >= '0' && scanner.peek() <= '9')) {
    const auto time = scan_time(scanner);
    if (!time) return std::nullopt;
    parsed.moment.micros += time->first.micros;
    parsed.moment.picos = time->first.picos;
    parsed.precision = time->second;
    parsed.has_time = true;
  }
  scanner.skip_blanks();
  if (!scanner.at_end()) {
    const auto zone = find_zone(scanner.rest());
    if (!zone) return std::nullopt;
    parsed.zone = *zone;
    parsed.moment.micros = utc_from_local(*zone, parsed.moment.micros);
  }
  return parsed;
}

std::optional<std::int64_t> parse_date(std::string_view text) {
  Scanner scanner(trimmed(text));
  const auto days = scan_date(scanner);
  return scanner.at_end() ? days : std::nullopt;
}

std::optional<ParsedTime> parse_time(std::string_view text) {
  Scanner scanner(trimmed(text));
  const auto time = scan_time(scanner);
  if (!time) return std::nullopt;
  ParsedTime parsed{time->first, time->second, false};
  scanner.skip_blanks();
  if (scanner.at_end()) return parsed;
  const auto minutes = parse_offset(scanner.rest());
  if (!minutes) return std::nullopt;
  parsed.zoned = true;
  parsed.moment = zoned_time_of_day(parsed.moment, zone_of_offset(*minutes));
  return parsed;
}

Moment local_time_of_day(Moment zoned) {
  const std::int64_t offset = offset_at(zoned.zone, zoned.micros) * kMicrosPerSecond;
  return {floor_modulo(zoned.micros + offset, kMicrosPerDay), zoned.picos, kUtc};
}

Moment zoned_time_of_day(Moment local, ZoneKey zone) {
  const std::int64_t offset = offset_at(zone, local.micros) * kMicrosPerSecond;
  return {floor_modulo(local.micros - offset, kMicrosPerDay), local.picos, zone};
}

Moment round_moment(Moment moment, int precision) {
  if (precision >= 12) return moment;
  std::int64_t unit = 1;  // picoseconds of the last digit kept
  for (int i = precision; i < 12; ++i) unit *= 10;
  // Only the part below a second takes part: it fits 64 bits as picoseconds.
  std::int64_t seconds = floor_divide(moment.micros, kMicrosPerSecond);
  std::int64_t picos = floor_modulo(moment.micros, kMicrosPerSecond) * 1'000'000 + moment.picos;
  picos = (picos + unit / 2) / unit * unit;
  if (picos >= 1'000'000'000'000) {
    ++seconds;
    picos -= 1'000'000'000'000;
  }
  moment.micros = seconds * kMicrosPerSecond + picos / 1'000'000;
  moment.picos = static_cast<std::int32_t>(picos % 1'000'000);
  return moment;
}

// ---- printing -------------------------------------------------------------------------------

namespace {

void append_padded(std::string& out, std::int64_t value, std::size_t width) {
  const std::string digits = std::to_string(value);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

}  // namespace

std::string print_date(std::int64_t days) {
  const CivilDate date = civil_from_days(days);
  std::string out;
  if (date.year < 0) out += '-';
  if (date.year > 9999) out += '+';
  append_padded(out, std::abs(date.year), 4);
  out += '-';
  append_padded(out, date.month, 2);
  out += '-';
  append_padded(out, date.day, 2);
  return out;
}

std::string print_time(Moment time, int precision) {
  const std::int64_t of_day = floor_modulo(time.micros, kMicrosPerDay);
  const std::int64_t seconds = of_day / kMicrosPerSecond;
  std::string out;
  append_padded(out, seconds / 3600, 2);
  out += ':';
  append_padded(out, seconds / 60 % 60, 2);
  out += ':';
  append_padded(out, seconds % 60, 2);
  if (precision > 0) {
    std::string fraction;
    append_padded(fraction, of_day % kMicrosPerSecond, 6);
    append_padded(fraction, time.picos, 6);
    out += '.' + fraction.substr(0, static_cast<std::size_t>(precision));
  }
  return out;
}

std::string print_timestamp(Moment local, int precision) {
  return print_date(floor_divide(local.micros, kMicrosPerDay)) + ' ' + print_time(local, precision);
}

std::string print_zoned_time(Moment time, int precision) {
  const std::string zone = time.zone == kUtc ? "+00:00" : zone_name(time.zone);
  return print_time(local_time_of_day(time), precision) + zone;
}

std::string print_zoned_timestamp(Moment moment, int precision) {
  Moment local = moment;
  local.micros += offset_at(moment.zone, moment.micros) * kMicrosPerSecond;
  return print_timestamp(local, precision) + ' ' + zone_name(moment.zone);
}

std::string print_day_interval(std::int64_t millis) {
  std::string out = millis < 0 ? "-" : "";
  const std::int64_t size = std::abs(millis);
  out += std::to_string(size / 86'400'000) + ' ';
  out += print_time({size % 86'400'000 * kMicrosPerMilli, 0, 0}, 3);
  return out;
}

std::string print_month_interval(std::int64_t months) {
  const std::int64_t size = std::abs(months);
  return (months < 0 ? "-" : "") + std::to_string(size / 12) + '-' + std::to_string(size % 12);
}

}  // namespace trailpond::sql
