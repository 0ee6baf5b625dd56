#pragma once
#include <span>
#include <string_view>

#include "sql/times/datetime_patterns.hpp"

/// The fields of a local time, which is milliseconds since 1970-01-01 00:00 without a zone:
/// reading, setting and cutting them, as Joda-Time does.
namespace trailpond::sql {

inline constexpr std::int64_t kMillisPerSecond = 1'000;
inline constexpr std::int64_t kMillisPerMinute = 60 * kMillisPerSecond;
inline constexpr std::int64_t kMillisPerHour = 60 * kMillisPerMinute;
inline constexpr std::int64_t kMillisPerDay = 24 * kMillisPerHour;

/// The names of a field's values; the first stands for `base_of(field)`. Months, days of the week,
/// halfdays and eras have names.
std::span<const std::string_view> names_of(DateField field);
std::int64_t base_of(DateField field);
std::string_view shortened(std::string_view name);

/// The value of a field at a local time.
std::int64_t value_of(DateField field, std::int64_t local);

/// How long a field lasts and within what: fields are set from the longest on.
struct FieldRank {
  int range;  // 0: unbounded
  int unit;
};
FieldRank rank_of(DateField field);

/// The values that a field may take at a local time, and its name in messages.
struct FieldRange {
  std::string_view name;
  std::int64_t least;
  std::int64_t most;
};
FieldRange range_of(DateField field, std::int64_t local);

/// Sets one field to a value of its range, leaving the others as they are.
std::int64_t with_field(std::int64_t local, DateField field, std::int64_t value);

/// Cuts off what is shorter than a field's unit.
std::int64_t floor_to(std::int64_t local, DateField field);

}  // namespace trailpond::sql
