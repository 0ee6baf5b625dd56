#pragma once
#include <cstdint>
#include <span>
#include <string_view>

/// A value does not know its type: the tree that made it does.
namespace trailpond::sql {

__extension__ typedef __int128 Int128;

/// The key of a time zone (times/datetime.hpp).
using ZoneKey = std::uint16_t;

/// An instant or a time of day: microseconds and the picoseconds within the last of them.
struct Moment {
  std::int64_t micros = 0;
  std::int32_t picos = 0;  // 0 … 999,999
  ZoneKey zone = 0;        // of types with a zone
  friend bool operator==(const Moment&, const Moment&) = default;
};

/// What each type keeps where:
/// boolean, tinyint … bigint, date (days since 1970), intervals (ms, months): integer
/// real (rounded to float), double: real
/// decimal: decimal (unscaled)
/// varchar, char, varbinary, json: text
/// ipaddress, uuid: text, 16 bytes (addresses.hpp)
/// timestamp, time, with or without zone: moment (a time with time zone: its UTC time of day)
/// array, row: items; map: items, key and value alternately
class Value {
 public:
  Value() = default;
  static Value of_boolean(bool value) { return of_integer(value ? 1 : 0); }
  static Value of_integer(std::int64_t value) {
    Value v;
    v.null_ = false;
    v.first_.integer = value;
    return v;
  }
  static Value of_real(double value) {
    Value v;
    v.null_ = false;
    v.first_.real = value;
    return v;
  }
  static Value of_decimal(Int128 value) {
    Value v = of_integer(static_cast<std::int64_t>(value >> 64));
    v.second_ = static_cast<std::uint64_t>(value);
    return v;
  }
  /// Borrows the text: an arena, a literal or SQLite holds it.
  static Value of_text(std::string_view value) {
    Value v;
    v.null_ = false;
    v.first_.data = value.data();
    v.second_ = value.size();
    return v;
  }
  static Value of_moment(Moment value) {
    Value v = of_integer(value.micros);
    v.second_ = static_cast<std::uint64_t>(value.picos);
    v.extra_ = value.zone;
    return v;
  }
  /// Borrows the items.
  static Value of_items(std::span<const Value> items) {
    Value v;
    v.null_ = false;
    v.first_.items = items.data();
    v.second_ = items.size();
    return v;
  }

  bool is_null() const { return null_; }
  bool boolean() const { return first_.integer != 0; }
  std::int64_t integer() const { return first_.integer; }
  double real() const { return first_.real; }
  Int128 decimal() const {
    return (static_cast<Int128>(first_.integer) << 64) | static_cast<Int128>(second_);
  }
  std::string_view text() const { return {first_.data, second_}; }
  Moment moment() const {
    return {first_.integer, static_cast<std::int32_t>(second_), static_cast<std::uint16_t>(extra_)};
  }
  std::span<const Value> items() const { return {first_.items, second_}; }

 private:
  bool null_ = true;
  std::uint32_t extra_ = 0;
  union {
    std::int64_t integer;
    double real;
    const char* data;
    const Value* items;
  } first_{0};
  std::uint64_t second_ = 0;
};

}  // namespace trailpond::sql
