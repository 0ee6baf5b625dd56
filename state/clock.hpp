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

/// Tells the time of the server: the system's (plus what was advanced), or a frozen instant.
/// Safe from any thread.
class Clock {
 public:
  Micros now() const;
  bool is_frozen() const;
  /// Follows the system clock again, without an offset.
  void run();
  /// Stops at an instant.
  void freeze(Micros at);
  /// Moves a frozen clock, or shifts a running one, by `by` microseconds (may be negative).
  void advance(Micros by);

  /// The clock as a text, to be kept, and set from such a text (false: it is none).
  std::string print() const;
  bool restore(std::string_view text);

 private:
  mutable std::mutex mutex_;
  std::optional<Micros> frozen_at_ = {};
  Micros offset_ = 0;
};

/// Parses "2024-05-01T00:00:00Z", with up to six decimals of a second, or a date alone. Empty when
/// malformed.
std::optional<Micros> parse_instant(std::string_view text);

/// Prints an instant as 2024-05-01T00:00:00.000Z.
std::string print_instant(Micros instant);

/// Parses a length of time: "1500ms", "10s", "5m", "2h", "7d", or a plain number of seconds.
/// Microseconds; empty when malformed or negative.
std::optional<Micros> parse_duration(std::string_view text);

}  // namespace trailpond::state
