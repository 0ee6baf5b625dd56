#include <algorithm>

#include "base/text.hpp"
#include "sql/times/datetime_fields.hpp"

/// Reading texts by patterns.
namespace trailpond::sql {
namespace {

using Kind = PatternPart::Kind;

Error invalid(std::string message) {
  return {ErrorName::kInvalidFunctionArgument, std::move(message), {}};
}
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Reads a text part by part and gathers the values of its fields.
class TextReader {
 public:
  explicit TextReader(std::string_view text) : text_(text) {}

  Result<Moment> read(const DatePattern& pattern) {
    for (const PatternPart& part : pattern) {
      if (!read_part(part)) return invalid(malformed());
    }
    if (at_ < text_.size()) return invalid(malformed());
    const auto local = combine();
    if (!local) return local.error();
    constexpr std::int64_t kMostMillis = std::int64_t{1} << 51;  // what Trino packs beside a zone
    if (std::abs(*local) >= kMostMillis)
      return invalid("Millis overflow: " + std::to_string(*local));
    Moment moment;
    moment.zone = zone_.value_or(kUtc);
    moment.micros = utc_from_local(moment.zone, *local * kMicrosPerMilli);
    return moment;
  }

 private:
  struct Field {
    DateField field;
    std::int64_t value;
  };

  std::string malformed() const {
    const std::string shown = "Invalid format: \"" + std::string(text_) + "\"";
    if (at_ == 0) return shown;
    if (at_ >= text_.size()) return shown + " is too short";
    return shown + " is malformed at \"" + std::string(text_.substr(at_)) + "\"";
  }

  bool is_digit(std::size_t at) const {
    return at < text_.size() && text_[at] >= '0' && text_[at] <= '9';
  }

  bool read_part(const PatternPart& part) {
    switch (part.kind) {
      case Kind::kLiteral: {
        const std::string_view there = text_.substr(at_, part.literal.size());
        if (ascii_lower(there) != ascii_lower(part.literal)) return false;
        at_ += part.literal.size();
        return true;
      }
      case Kind::kNumber:
        return read_number(part);
      case Kind::kTwoDigitYear:
        return read_two_digit_year(part);
      case Kind::kFraction:
        return read_fraction(part.most);
      case Kind::kShortText:
      case Kind::kLongText:
        return read_name(part.field);
      case Kind::kOffset:
      case Kind::kColonOffset:
        return read_offset();
      case Kind::kZoneId:
        return read_zone_id();
      case Kind::kZoneName:
        return read_zone_name();
    }
    return false;
  }

  bool read_number(const PatternPart& part) {
    const bool is_signed = part.field == DateField::kYear || part.field == DateField::kWeekyear;
    std::size_t at = at_;
    const bool has_sign = is_signed && at < text_.size() &&
                          (text_[at] == '-' || text_[at] == '+') && is_digit(at + 1);
    if (has_sign) ++at;
    const std::size_t start = at;
    std::int64_t value = 0;
    while (is_digit(at) && at - start < static_cast<std::size_t>(part.most))
      value = value * 10 + (text_[at++] - '0');
    if (at == start) return false;
    fields_.push_back({part.field, has_sign && text_[start - 1] == '-' ? -value : value});
    at_ = at;
    return true;
  }

  bool read_two_digit_year(const PatternPart& part) {
    std::size_t end = at_;
    const bool has_sign = part.lenient && end < text_.size() &&
                          (text_[end] == '-' || text_[end] == '+') && is_digit(end + 1);
    const std::size_t start = has_sign ? end + 1 : end;
    end = start;
    constexpr std::size_t kMostDigits = 9;
    const std::size_t most = part.lenient ? kMostDigits : 2;
    std::int64_t value = 0;
    while (is_digit(end) && end - start < most) value = value * 10 + (text_[end++] - '0');
    if (end == start || (!part.lenient && end - start != 2)) return false;
    if (has_sign || end - start != 2) {
      if (has_sign && text_[start - 1] == '-') value = -value;
    } else {
      const std::int64_t low = part.pivot - 50;
      const std::int64_t turn = floor_modulo(low, 100);
      value += low + (value < turn ? 100 : 0) - turn;
    }
    fields_.push_back({part.field, value});
    at_ = end;
    return true;
  }

  bool read_fraction(int most) {
    const std::size_t start = at_;
    std::int64_t millis = 0;
    std::int64_t unit = 100;
    while (is_digit(at_) && at_ - start < static_cast<std::size_t>(most)) {
      millis += (text_[at_++] - '0') * unit;
      unit /= 10;
    }
    fields_.push_back({DateField::kMillisecond, millis});
    return at_ > start;
  }

  /// The longest name, long or short, as it is, in lower or in upper case.
  bool read_name(DateField field) {
    const auto names = names_of(field);
    std::size_t longest = 0;
    std::int64_t value = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
      for (const std::string_view name : {names[i], shortened(names[i])}) {
        const std::string_view there = text_.substr(at_, name.size());
        if (name.size() <= longest ||
            (there != name && there != ascii_lower(name) && there != ascii_upper(name))) {
          continue;
        }
        longest = name.size();
        value = static_cast<std::int64_t>(i) + base_of(field);
      }
    }
    if (longest == 0) return false;
    at_ += longest;
    fields_.push_back({field, value});
    return true;
  }

  /// Z, ±hh, ±hhmm or ±hh:mm, and seconds that must be 0 for a zone of Trino.
  bool read_offset() {
    if (at_ < text_.size() && (text_[at_] == 'Z' || text_[at_] == 'z')) {
      ++at_;
      zone_ = kUtc;
      return true;
    }
    if (at_ >= text_.size() || (text_[at_] != '+' && text_[at_] != '-')) return false;
    const auto two = [&](std::size_t at, int most) {
      if (!is_digit(at) || !is_digit(at + 1)) return -1;
      const int value = (text_[at] - '0') * 10 + (text_[at + 1] - '0');
      return value <= most ? value : -1;
    };
    const int hours = two(at_ + 1, 23);
    if (hours < 0) return false;
    std::size_t end = at_ + 3;
    int minutes = 0;
    const bool colon = end < text_.size() && text_[end] == ':';
    if (colon || is_digit(end)) {
      minutes = two(colon ? end + 1 : end, 59);
      if (minutes < 0) return false;
      end += colon ? 3 : 2;
    }
    const int total = hours * 60 + minutes;
    zone_ = zone_of_offset(text_[at_] == '-' ? -total : total);
    at_ = end;
    return true;
  }

  bool read_zone_id() {
    std::size_t end = at_;
    while (end < text_.size() &&
           (is_letter(text_[end]) || is_digit(end) ||
            std::string_view("/_+-:").find(text_[end]) != std::string_view::npos)) {
      ++end;
    }
    for (; end > at_; --end) {
      const auto zone = find_zone(text_.substr(at_, end - at_));
      if (!zone) continue;
      zone_ = *zone;
      at_ = end;
      return true;
    }
    return false;
  }

  /// The few names that Joda-Time reads.
  bool read_zone_name() {
    static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
        {"UTC", "UTC"},
        {"UT", "UTC"},
        {"GMT", "UTC"},
        {"EST", "America/New_York"},
        {"EDT", "America/New_York"},
        {"CST", "America/Chicago"},
        {"CDT", "America/Chicago"},
        {"MST", "America/Denver"},
        {"MDT", "America/Denver"},
        {"PST", "America/Los_Angeles"},
        {"PDT", "America/Los_Angeles"}};
    for (const auto& [name, zone] : kNames) {
      if (!text_.substr(at_).starts_with(name)) continue;
      at_ += name.size();
      zone_ = find_zone(zone);
      return zone_.has_value();
    }
    return false;
  }

  /// The local time of the fields, in milliseconds since 1970.
  Result<std::int64_t> combine() {
    std::ranges::stable_sort(fields_, [](const Field& left, const Field& right) {
      const FieldRank a = rank_of(left.field);
      const FieldRank b = rank_of(right.field);
      return std::pair(a.range, a.unit) < std::pair(b.range, b.unit);
    });
    constexpr int kMonthUnit = 5;
    constexpr int kDayUnit = 7;
    constexpr std::int64_t kDefaultYear = 2000;
    if (!fields_.empty()) {
      // A month or a day without a year is one of the year 2000.
      const int unit = rank_of(fields_[0].field).unit;
      if (unit >= kMonthUnit && unit <= kDayUnit)
        fields_.insert(fields_.begin(), {DateField::kYear, kDefaultYear});
    }
    std::int64_t local = 0;
    // Twice, as Joda-Time does: setting a short field may have moved a longer one.
    for (const bool first : {true, false}) {
      for (std::size_t i = 0; i < fields_.size(); ++i) {
        const auto [field, value] = fields_[i];
        const FieldRange range = range_of(field, local);
        if (value < range.least || value > range.most) {
          return invalid("Cannot parse \"" + std::string(text_) + "\": Value " +
                         std::to_string(value) + " for " + std::string(range.name) +
                         " must be in the range [" + std::to_string(range.least) + "," +
                         std::to_string(range.most) + "]");
        }
        local = with_field(local, field, value);
        if (first || i + 1 == fields_.size()) local = floor_to(local, field);
      }
    }
    return local;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Field> fields_;
  std::optional<ZoneKey> zone_;
};

}  // namespace

Result<Moment> parse_by_pattern(const DatePattern& pattern, std::string_view text) {
  return TextReader(text).read(pattern);
}

}  // namespace trailpond::sql
