#include "state/clock.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <sstream>

namespace trailpond::state {
namespace {

Micros system_now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
}

/// Reads exactly `size` digits at the front of `text` and takes them off.
std::optional<int> take_digits(std::string_view& text, std::size_t size) {
  int value = 0;
  if (text.size() < size) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < size; ++i) {
    if (text[i] < '0' || text[i] > '9') {
      return std::nullopt;
    }
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(size);
  return value;
}

bool take_char(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

std::optional<std::chrono::sys_days> take_date(std::string_view& text) {
  const auto year = take_digits(text, 4);
  if (!year || !take_char(text, '-')) {
    return std::nullopt;
  }
  const auto month = take_digits(text, 2);
  if (!month || !take_char(text, '-')) {
    return std::nullopt;
  }
  const auto day = take_digits(text, 2);
  if (!day) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) {
    return std::nullopt;
  }
  return std::chrono::sys_days(date);
}

/// Reads ".123456" where it stands; microseconds.
std::optional<Micros> take_fraction(std::string_view& text) {
  if (!take_char(text, '.')) {
    return 0;
  }
  Micros value = 0;
  Micros unit = kMicrosPerSecond / 10;
  std::size_t count = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9' && count < 6) {
    value += (text.front() - '0') * unit;
    unit /= 10;
    text.remove_prefix(1);
    ++count;
  }
  return count == 0 ? std::nullopt : std::optional(value);
}

std::optional<Micros> take_time_of_day(std::string_view& text) {
  const auto hours = take_digits(text, 2);
  if (!hours || *hours > 23 || !take_char(text, ':')) {
    return std::nullopt;
  }
  const auto minutes = take_digits(text, 2);
  if (!minutes || *minutes > 59 || !take_char(text, ':')) {
    return std::nullopt;
  }
  const auto seconds = take_digits(text, 2);
  if (!seconds || *seconds > 59) {
    return std::nullopt;
  }
  const auto fraction = take_fraction(text);
  if (!fraction) {
    return std::nullopt;
  }
  return Micros{*hours * 3600 + *minutes * 60 + *seconds} * kMicrosPerSecond + *fraction;
}

}  // namespace

Micros ClockSetting::now() const {
  if (frozen_at) {
    return *frozen_at;
  }
  const Micros real = system_now();
  if (scale == 1) {
    return real + offset;
  }
  return scaled_since + offset +
         static_cast<Micros>(static_cast<double>(real - scaled_since) * scale);
}

ClockSetting ClockSetting::with_scale(double wanted) const {
  const Micros virtual_now = now();
  const Micros real = system_now();
  return {std::nullopt, virtual_now - real, wanted, wanted == 1 ? 0 : real};
}

ClockSetting ClockSetting::running_from(Micros now) { return {std::nullopt, now - system_now()}; }

void ClockSetting::advance(Micros by) { (frozen_at ? *frozen_at : offset) += by; }

std::string ClockSetting::print() const {
  if (frozen_at) {
    return "frozen " + std::to_string(*frozen_at);
  }
  if (scale == 1) {
    return "running " + std::to_string(offset);
  }
  return "scaled " + std::to_string(offset) + " " + std::to_string(scaled_since) + " " +
         std::to_string(scale);
}

std::optional<ClockSetting> ClockSetting::parse(std::string_view text) {
  const std::size_t space = text.find(' ');
  const std::string_view mode = text.substr(0, space);
  if (mode == "scaled") {
    ClockSetting setting;
    std::istringstream words{std::string(text.substr(mode.size()))};
    words >> setting.offset >> setting.scaled_since >> setting.scale;
    return words ? std::optional(setting) : std::nullopt;
  }
  Micros micros = 0;
  if (space == std::string_view::npos || (mode != "frozen" && mode != "running") ||
      std::from_chars(text.data() + space + 1, text.data() + text.size(), micros).ec !=
          std::errc()) {
    return std::nullopt;
  }
  return mode == "frozen" ? ClockSetting{micros, 0} : ClockSetting{std::nullopt, micros};
}

std::optional<Micros> parse_instant(std::string_view text) {
  const auto day = take_date(text);
  if (!day) {
    return std::nullopt;
  }
  Micros instant = Micros{day->time_since_epoch().count()} * kMicrosPerDay;
  if (text.empty()) {
    return instant;
  }
  if (!take_char(text, 'T') && !take_char(text, ' ')) {
    return std::nullopt;
  }
  const auto time = take_time_of_day(text);
  if (!time || (text != "Z" && !text.empty())) {
    return std::nullopt;
  }
  return instant + *time;
}

std::string print_instant(Micros instant) {
  using namespace std::chrono;
  const sys_time<microseconds> time{microseconds(instant)};
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<milliseconds>(time - day));
  std::array<char, 64> text = {};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()),
                static_cast<int>(clock.subseconds().count()));
  return text.data();
}

std::string print_micros(Micros instant) {
  constexpr std::size_t kDecimals = 6;
  const Micros fraction = ((instant % kMicrosPerSecond) + kMicrosPerSecond) % kMicrosPerSecond;
  std::string digits = std::to_string(fraction);
  digits.insert(0, kDecimals - digits.size(), '0');
  std::string text = print_second(instant);
  text.pop_back();
  return text + "." + digits + "Z";
}

std::string print_second(Micros instant) {
  constexpr std::size_t kLengthOfDecimals = std::string_view(".000Z").size();
  std::string text = print_instant(instant);
  return text.replace(text.size() - kLengthOfDecimals, kLengthOfDecimals, "Z");
}

std::optional<Micros> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || count < 0) {
    return std::nullopt;
  }
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  struct Unit {
    std::string_view name;
    Micros micros;
  };
  constexpr std::array kUnits = {
      Unit{"", kMicrosPerSecond},         Unit{"ms", 1000},
      Unit{"s", kMicrosPerSecond},        Unit{"m", 60 * kMicrosPerSecond},
      Unit{"h", 3600 * kMicrosPerSecond}, Unit{"d", kMicrosPerDay}};
  // Longer than this is a slip of the pen, and would overflow the instants it is added to.
  constexpr Micros kLongest = 36'500 * kMicrosPerDay;
  for (const Unit& known : kUnits) {
    if (known.name == unit && count <= kLongest / known.micros) {
      return count * known.micros;
    }
  }
  return std::nullopt;
}

}  // namespace trailpond::state
