#include <chrono>

#include "base/text.hpp"
#include "sql/evaluation/tables.hpp"
#include "sql/times/datetime.hpp"
#include "sql/times/datetime_patterns.hpp"
#include "sql/values/numbers.hpp"

/// Dates and times as text: patterns, ISO 8601, durations.
/// Source: https://trino.io/docs/current/functions/datetime.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

// ---- patterns -------------------------------------------------------------------------------

std::int64_t this_year() {
  using namespace std::chrono;
  const auto today = floor<days>(system_clock::now()).time_since_epoch().count();
  return civil_from_days(today).year;
}
Result<DatePattern> joda_pattern(std::string_view text) {
  return parse_joda_pattern(text, this_year());
}

using PatternParser = Result<DatePattern> (*)(std::string_view);

/// The pattern of a call is its second argument: parsed once when it is a constant.
template <PatternParser parse>
Result<CallState> prepare_pattern(const Bound& node) {
  const Bound& text = *node.children[1];
  if (text.kind != BoundKind::kLiteral || text.literal.is_null()) return CallState();
  auto pattern = parse(text.literal.text());
  if (!pattern) return CallState();  // Trino finds it when the query runs
  return CallState(std::make_shared<const DatePattern>(std::move(*pattern)));
}
template <PatternParser parse>
const DatePattern* pattern_of(Evaluation& evaluation, const Bound& node, Arguments a,
                              DatePattern& held) {
  if (node.state != nullptr) return static_cast<const DatePattern*>(node.state.get());
  auto pattern = parse(a[1].text());
  if (!pattern) {
    evaluation.fail(pattern.error().name, pattern.error().message);
    return nullptr;
  }
  held = std::move(*pattern);
  return &held;
}

template <PatternParser parse>
Value print(Evaluation& evaluation, const Bound& node, Arguments a) {
  DatePattern held;
  const DatePattern* pattern = pattern_of<parse>(evaluation, node, a, held);
  if (pattern == nullptr) return {};
  const TypeKind kind = node.children[0]->type->kind;
  if (kind == TypeKind::kTimestamp && parse == joda_pattern && shows_zone(*pattern)) {
    return refuse(evaluation,
                  "format_datetime for TIMESTAMP type, cannot use 'Z' nor 'z' in format, as this "
                  "type does not contain TZ information");
  }
  constexpr int kMilliseconds = 3;  // Joda-Time knows no shorter time
  const auto text = print_by_pattern(*pattern, round_moment(a[0].moment(), kMilliseconds));
  if (!text) return evaluation.fail(text.error().name, text.error().message);
  return evaluation.text(*text);
}

template <PatternParser parse>
Value read(Evaluation& evaluation, const Bound& node, Arguments a) {
  DatePattern held;
  const DatePattern* pattern = pattern_of<parse>(evaluation, node, a, held);
  if (pattern == nullptr) return {};
  const auto moment = parse_by_pattern(*pattern, a[0].text());
  if (!moment) return evaluation.fail(moment.error().name, moment.error().message);
  return Value::of_moment(*moment);
}

// ---- ISO 8601 -------------------------------------------------------------------------------

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
/// A year of six digits and a sign, the point and the decimals, and an offset.
Result<TypePointer> type_of_iso8601(const Bound& node) {
  const TypePointer type = node.children[0]->type;
  constexpr std::int32_t kLocalLength = 22;
  constexpr std::int32_t kOffsetLength = 6;
  const std::int32_t decimals = type->precision > 0 ? type->precision + 1 : 0;
  const bool zoned = type->kind == TypeKind::kTimestampWithTimeZone;
  return varchar_type(kLocalLength + decimals + (zoned ? kOffsetLength : 0));
}

/// Reads what Joda-Time's ISO parsers take: a date (also 2024, 2024-02, 2024-W09-4, 2024-060), T
/// and a time (also 13, 13:14), a fraction, Z or an offset. Blanks are nowhere allowed.
class IsoReader {
 public:
  explicit IsoReader(std::string_view text) : text_(text) {}

  std::optional<std::int64_t> date() {
    const bool negative = peek() == '-';
    if (negative || peek() == '+') ++at_;
    auto year = number(1, 9);
    if (!year) return std::nullopt;
    if (negative) *year = -*year;
    if (!accept('-')) return days_from_civil(*year, 1, 1);
    if (accept('W')) return week_date(*year);
    const std::size_t start = at_;
    const auto day_of_year = number(3, 3);
    if (day_of_year && !is_digit()) {
      const std::int64_t last = days_in_month(*year, 2) == 29 ? 366 : 365;
      if (*day_of_year < 1 || *day_of_year > last) return std::nullopt;
      return days_from_civil(*year, 1, 1) + *day_of_year - 1;
    }
    at_ = start;
    const auto month = number(1, 2);
    if (!month || *month < 1 || *month > 12) return std::nullopt;
    const auto m = static_cast<unsigned>(*month);
    if (!accept('-')) return days_from_civil(*year, m, 1);
    const auto day = number(1, 2);
    if (!day || *day < 1 || *day > days_in_month(*year, m)) return std::nullopt;
    return days_from_civil(*year, m, static_cast<unsigned>(*day));
  }

  /// Picoseconds are cut behind `decimals` digits.
  std::optional<Moment> timestamp(std::int32_t decimals) {
    Moment local;
    if (peek() != 'T' && peek() != 't') {
      const auto days = date();
      if (!days) return std::nullopt;
      if (std::abs(*days) > kMaxDays) return std::nullopt;
      local.micros = *days * kMicrosPerDay;
    }
    ZoneKey zone = kUtc;
    if (peek() == 'T' || peek() == 't') {
      ++at_;
      if (!time(local, decimals) || !offset(zone)) return std::nullopt;
    }
    if (!at_end()) return std::nullopt;
    local.micros = utc_from_local(zone, local.micros);
    local.zone = zone;
    return local;
  }
  bool at_end() const { return at_ >= text_.size(); }
  std::size_t place() const { return at_; }

 private:
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  bool is_digit() const { return peek() >= '0' && peek() <= '9'; }
  bool accept(char c) {
    if (at_end() || peek() != c) return false;
    ++at_;
    return true;
  }
  std::optional<std::int64_t> number(std::size_t least, std::size_t most) {
    const std::size_t start = at_;
    std::int64_t value = 0;
    while (is_digit() && at_ - start < most) value = value * 10 + (text_[at_++] - '0');
    return at_ - start < least ? std::nullopt : std::optional(value);
  }
  std::optional<std::int64_t> week_date(std::int64_t year) {
    const auto week = number(1, 2);
    const std::int64_t last = (first_monday(year + 1) - first_monday(year)) / 7;
    if (!week || *week < 1 || *week > last) return std::nullopt;
    const std::int64_t monday = first_monday(year) + (*week - 1) * 7;
    if (!accept('-')) return monday;
    const auto day = number(1, 1);
    if (!day || *day < 1 || *day > 7) return std::nullopt;
    return monday + *day - 1;
  }
  bool time(Moment& local, std::int32_t decimals) {
    const auto hour = number(1, 2);
    if (!hour || *hour > 23) return false;
    local.micros += *hour * 3600 * kMicrosPerSecond;
    if (!accept(':')) return true;
    const auto minute = number(1, 2);
    if (!minute || *minute > 59) return false;
    local.micros += *minute * 60 * kMicrosPerSecond;
    if (!accept(':')) return true;
    const auto second = number(1, 2);
    if (!second || *second > 59) return false;
    local.micros += *second * kMicrosPerSecond;
    if (!accept('.') && !accept(',')) return true;
    std::int64_t picos = 0;
    std::int32_t digits = 0;
    for (; is_digit(); ++at_, ++digits) {
      if (digits < decimals) picos = picos * 10 + (peek() - '0');
    }
    for (std::int32_t kept = std::min(digits, decimals); kept < 12; ++kept) picos *= 10;
    local.micros += picos / 1'000'000;
    local.picos = static_cast<std::int32_t>(picos % 1'000'000);
    return digits > 0;
  }
  bool offset(ZoneKey& zone) {
    if (at_end() || accept('Z') || accept('z')) return true;
    if (peek() != '+' && peek() != '-') return false;
    const bool negative = text_[at_++] == '-';
    const auto hours = number(2, 2);
    if (!hours || *hours > 23) return false;
    std::int64_t minutes = 0;
    if (accept(':') || is_digit()) {
      const auto parsed = number(2, 2);
      if (!parsed || *parsed > 59) return false;
      minutes = *parsed;
    }
    const auto total = static_cast<int>(*hours * 60 + minutes);
    zone = zone_of_offset(negative ? -total : total);
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::string invalid_format(std::string_view text, std::size_t at) {
  std::string message = "Invalid format: \"" + std::string(text) + "\"";
  if (at > 0 && at >= text.size()) return message + " is too short";
  return at > 0 ? message + " is malformed at \"" + std::string(text.substr(at)) + "\"" : message;
}
Value from_iso8601_timestamp(Evaluation& evaluation, const Bound&, Arguments a) {
  IsoReader reader(a[0].text());
  const auto moment = reader.timestamp(3);
  return moment ? Value::of_moment(*moment)
                : refuse(evaluation, invalid_format(a[0].text(), reader.place()));
}
/// java.time is stricter here: the whole date and a time of at most nine decimals.
Value from_iso8601_timestamp_nanos(Evaluation& evaluation, const Bound&, Arguments a) {
  const std::string_view text = a[0].text();
  constexpr std::size_t kTimeAt = 10;  // behind yyyy-MM-dd
  IsoReader reader(text);
  const auto moment = reader.timestamp(9);
  const auto could_not = [&](std::size_t at) {
    return refuse(evaluation, "Text '" + std::string(text) + "' could not be parsed at index " +
                                  std::to_string(at));
  };
  if (!moment) return could_not(reader.place());
  if (text.find('T') != kTimeAt) return could_not(std::min(text.size(), kTimeAt));
  const std::size_t point = text.find_first_of(".,");
  if (point != std::string_view::npos) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789", point + 1), text.size());
    constexpr std::size_t kMostDecimals = 9;
    if (end - point - 1 > kMostDecimals) {
      return refuse(evaluation, "Text '" + std::string(text) +
                                    "' could not be parsed, unparsed text found at index " +
                                    std::to_string(point + 1 + kMostDecimals));
    }
  }
  return Value::of_moment(*moment);
}
Value from_iso8601_date(Evaluation& evaluation, const Bound&, Arguments a) {
  IsoReader reader(a[0].text());
  const auto days = reader.date();
  if (days && reader.at_end() && std::abs(*days) <= kMaxDays) return Value::of_integer(*days);
  return refuse(evaluation, invalid_format(a[0].text(), reader.place()));
}

// ---- durations ------------------------------------------------------------------------------

/// parse_duration('3.81 d'): a number and one of ns, us, ms, s, m, h, d.
Value parse_duration(Evaluation& evaluation, const Bound&, Arguments a) {
  struct Row {
    std::string_view unit;
    double millis;
  };
  static constexpr Row kUnits[] = {{"ns", 1e-6}, {"us", 1e-3}, {"ms", 1},      {"s", 1e3},
                                   {"m", 6e4},   {"h", 3.6e6}, {"d", 86'400e3}};
  const std::string_view text = trimmed(a[0].text());
  if (a[0].text().empty()) return refuse(evaluation, "duration is empty");
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string number(text.substr(0, digits));
  const std::string_view unit = trimmed(text.substr(digits));
  const bool is_number = !number.empty() && number[0] != '.' && number.back() != '.' &&
                         std::ranges::count(number, '.') <= 1;
  const bool is_word = !unit.empty() && std::ranges::all_of(unit, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
  if (!is_number || !is_word) {
    return refuse(evaluation,
                  "duration is not a valid data duration string: " + std::string(a[0].text()));
  }
  const auto* row = std::ranges::find(kUnits, unit, &Row::unit);
  if (row == std::end(kUnits)) return refuse(evaluation, "Unknown time unit: " + std::string(unit));
  const double millis = std::floor(std::strtod(number.c_str(), nullptr) * row->millis + 0.5);
  if (millis >= 9.2e18) return refuse(evaluation, "value is too large");
  return Value::of_integer(static_cast<std::int64_t>(millis));
}

Value human_readable_seconds(Evaluation& evaluation, const Bound&, Arguments a) {
  struct Row {
    std::string_view name;
    std::int64_t seconds;
  };
  static constexpr Row kUnits[] = {
      {"week", 604'800}, {"day", 86'400}, {"hour", 3'600}, {"minute", 60}, {"second", 1}};
  const double given = a[0].real();
  if (!std::isfinite(given))
    return refuse(evaluation, "Invalid argument found: " + print_double(given));
  constexpr double kMost = 9.2e18;
  auto rest = static_cast<std::int64_t>(std::min(std::floor(std::abs(given) + 0.5), kMost));
  std::string out;
  for (const Row& row : kUnits) {
    const std::int64_t count = rest / row.seconds;
    rest %= row.seconds;
    if (count == 0 && !(row.seconds == 1 && out.empty())) continue;
    if (!out.empty()) out += ", ";
    out += std::to_string(count) + " " + std::string(row.name) + (count == 1 ? "" : "s");
  }
  return evaluation.text(out);
}

const Function kRows[] = {
    {"format_datetime", "timestamp(p), varchar(x)", "varchar", print<joda_pattern>, kFailsByPattern,
     "Prints by Joda-Time's pattern.",
     "format_datetime(timestamp '2024-02-29 13:14:15', 'dd/MMM/yyyy HH') = '29/Feb/2024 13'",
     prepare_pattern<joda_pattern>},
    {"format_datetime", "timestamp(p) with time zone, varchar(x)", "varchar", print<joda_pattern>,
     kMayFail, "Prints by Joda-Time's pattern.",
     "format_datetime(from_unixtime(0), 'yyyy ZZ') = '1970 +00:00'", prepare_pattern<joda_pattern>},
    {"parse_datetime", "varchar(x), varchar(y)", "timestamp(3) with time zone", read<joda_pattern>,
     kMayFail, "Reads by Joda-Time's pattern.",
     "to_unixtime(parse_datetime('1970/01/02', 'yyyy/MM/dd')) = 86400e0",
     prepare_pattern<joda_pattern>},
    {"date_format", "timestamp(p), varchar(x)", "varchar", print<parse_mysql_pattern>,
     kFailsByPattern, "Prints by MySQL's format.",
     "date_format(timestamp '2024-02-29 13:14:15', '%Y/%m/%d %H') = '2024/02/29 13'",
     prepare_pattern<parse_mysql_pattern>},
    {"date_format", "timestamp(p) with time zone, varchar(x)", "varchar",
     print<parse_mysql_pattern>, kMayFail, "Prints by MySQL's format.", "",
     prepare_pattern<parse_mysql_pattern>},
    {"date_parse", "varchar(x), varchar(y)", "timestamp(3)", read<parse_mysql_pattern>, kMayFail,
     "Reads by MySQL's format.",
     "date_parse('2024/02/29', '%Y/%m/%d') = timestamp '2024-02-29 00:00:00'",
     prepare_pattern<parse_mysql_pattern>},
    {"to_iso8601", "date", "varchar(16)", to_iso8601, 0, "ISO 8601.",
     "to_iso8601(date '2024-02-29') = '2024-02-29'"},
    {"to_iso8601", "timestamp(p)", "varchar", to_iso8601, 0, "ISO 8601.",
     "to_iso8601(timestamp '2024-02-29 13:00:00') = '2024-02-29T13:00:00'", nullptr,
     type_of_iso8601},
    {"to_iso8601", "timestamp(p) with time zone", "varchar", to_iso8601, 0, "ISO 8601.",
     "to_iso8601(from_unixtime(0)) = '1970-01-01T00:00:00.000Z'", nullptr, type_of_iso8601},
    {"from_iso8601_timestamp", "varchar(x)", "timestamp(3) with time zone", from_iso8601_timestamp,
     kMayFail, "Reads ISO 8601.",
     "to_unixtime(from_iso8601_timestamp('1970-01-01T00:00:01Z')) = 1e0"},
    {"from_iso8601_timestamp_nanos", "varchar(x)", "timestamp(9) with time zone",
     from_iso8601_timestamp_nanos, kMayFail, "Reads ISO 8601 with nanoseconds.",
     "to_unixtime(from_iso8601_timestamp_nanos('1970-01-01T00:00:01Z')) = 1e0"},
    {"from_iso8601_date", "varchar(x)", "date", from_iso8601_date, kMayFail,
     "Reads an ISO 8601 date.", "from_iso8601_date('2024-02-29') = date '2024-02-29'"},
    {"parse_duration", "varchar(x)", "interval day to second", parse_duration, kMayFail,
     "Reads a duration with its unit.", "parse_duration('1.5s') = interval '1.5' second"},
    {"human_readable_seconds", "double", "varchar", human_readable_seconds, kMayFail,
     "Seconds in words.", "human_readable_seconds(96) = '1 minute, 36 seconds'"},
};

}  // namespace

std::span<const Function> datetime_format_functions() { return kRows; }

}  // namespace trailpond::sql
