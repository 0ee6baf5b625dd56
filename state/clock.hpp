#pragma once
#include <cstdint>
#include <limits>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace trailpond::state {

/// An instant: microseconds since 1970-01-01 00:00 UTC.
using Micros = std::int64_t;

constexpr Micros kNever = std::numeric_limits<Micros>::max();
constexpr Micros kMicrosPerSecond = 1'000'000;
constexpr Micros kMicrosPerDay = 86'400 * kMicrosPerSecond;

/// How a clock goes: with the system's (plus what was advanced), so many times as fast, or not at
/// all.
struct ClockSetting {
  std::optional<Micros> frozen_at = {};
  Micros offset = 0;
  /// How many times as fast as the system's it goes, and since when (by the system's clock).
  double scale = 1;
  Micros scaled_since = 0;

  Micros now() const;
  /// Moves a frozen clock, or shifts a running one, by `by` microseconds (may be negative).
  void advance(Micros by);
  /// The same instant now, but a clock that goes `scale` times as fast from then on.
  ClockSetting with_scale(double scale) const;
  /// A running clock that shows an instant now.
  static ClockSetting running_from(Micros now);
  /// The setting as a text, to be kept, and read from such a text (empty: it is none).
  std::string print() const;
  static std::optional<ClockSetting> parse(std::string_view text);
  friend bool operator==(const ClockSetting&, const ClockSetting&) = default;
};

/// Tells the time of the server. Safe from any thread.
class Clock {
 public:
  Micros now() const { return setting().now(); }
  bool is_frozen() const { return setting().frozen_at.has_value(); }
  ClockSetting setting() const {
    const std::lock_guard lock(mutex_);
    return setting_;
  }
  void set(const ClockSetting& setting) {
    const std::lock_guard lock(mutex_);
    setting_ = setting;
  }

 private:
  mutable std::mutex mutex_;
  ClockSetting setting_ = {};
};

/// Parses "2024-05-01T00:00:00Z", with up to six decimals of a second, or a date alone. Empty when
/// malformed.
std::optional<Micros> parse_instant(std::string_view text);

/// Prints an instant as 2024-05-01T00:00:00.000Z.
std::string print_instant(Micros instant);

/// Prints an instant to the microsecond: 2024-05-01T00:00:00.123456Z.
std::string print_micros(Micros instant);

/// Prints an instant to the second: 2024-05-01T00:00:00Z.
std::string print_second(Micros instant);

/// Parses a length of time: "1500ms", "10s", "5m", "2h", "7d", or a plain number of seconds.
/// Microseconds; empty when malformed or negative.
std::optional<Micros> parse_duration(std::string_view text);

}  // namespace trailpond::state
