#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sql/types/types.hpp"

struct sqlite3_context;
struct sqlite3_value;

/// Values inside the evaluator. A value does not know its type: the tree that made it does.
namespace trailpond::sql {

__extension__ typedef __int128 Int128;

class Value;

/// An instant or a time of day: microseconds and the picoseconds within the last of them.
struct Moment {
  std::int64_t micros = 0;
  std::int32_t picos = 0;  // 0 … 999,999
  std::uint16_t zone = 0;  // of types with a zone: its key (datetime.hpp)
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

/// Thrown when an evaluation wants more memory than its limit; caught where SQLite calls us.
struct MemoryExceeded {};

/// Holds what an evaluation makes until the row is done. Never frees single pieces.
class Arena {
 public:
  explicit Arena(std::size_t limit_bytes = std::size_t{512} << 20) : limit_(limit_bytes) {}
  void* allocate(std::size_t size, std::size_t alignment = alignof(std::max_align_t)) {
    used_ += size;
    if (used_ > limit_) throw MemoryExceeded{};
    return resource_.allocate(size, alignment);
  }
  std::string_view keep(std::string_view text) {
    if (text.empty()) return {"", 0};
    char* copy = static_cast<char*>(allocate(text.size(), 1));
    std::memcpy(copy, text.data(), text.size());
    return {copy, text.size()};
  }
  std::span<Value> values(std::size_t count) {
    auto* items = static_cast<Value*>(
        allocate(std::max<std::size_t>(count, 1) * sizeof(Value), alignof(Value)));
    for (std::size_t i = 0; i < count; ++i) new (items + i) Value();
    return {items, count};
  }
  /// Checks that `size` more bytes would fit, before a caller builds them elsewhere.
  void reserve(std::size_t size) const {
    if (size > limit_ || used_ + size > limit_) throw MemoryExceeded{};
  }
  std::size_t used() const { return used_; }
  void reset() {
    if (used_ == 0) return;
    resource_.release();
    used_ = 0;
  }

 private:
  static constexpr std::size_t kFirstBlock = 16 * 1024;  // most rows need less
  alignas(std::max_align_t) std::byte first_[kFirstBlock];
  std::pmr::monotonic_buffer_resource resource_{first_, kFirstBlock};
  std::size_t used_ = 0;
  std::size_t limit_;
};

/// Orders two non-null values of one type: < 0, 0, > 0 (NaN is largest and equal to itself, as in
/// ORDER BY). Nested NULLs are equal and largest.
int compare_values(TypePointer type, const Value& left, const Value& right);

/// Answers SQL's equality of two values: nullopt is NULL. NaN equals nothing.
std::optional<bool> equal_values(TypePointer type, const Value& left, const Value& right);

/// IS NOT DISTINCT FROM: NULL equals NULL, NaN equals NaN; a map by its entries.
bool identical_values(TypePointer type, const Value& left, const Value& right);

/// Appends the encoding of a value inside an array, map or row (base/encoding.hpp). With
/// `normalised`, equal values get equal bytes (the entries of maps are sorted).
void encode_value(TypePointer type, const Value& value, bool normalised, std::string& out);

/// Reads one encoded item; texts are borrowed from `data`, items live in the arena.
Value decode_value(TypePointer type, std::string_view data, Arena& arena);

/// Reads an SQLite value as delivered by a scan or by result_value. Texts are borrowed.
Value read_value(TypePointer type, sqlite3_value* value, Arena& arena);

/// Gives a value to SQLite as the result of a function.
void result_value(sqlite3_context* context, TypePointer type, const Value& value, bool normalised);

/// Writes a scalar as a literal of SQLite's dialect; nested types as a BLOB literal.
std::string sqlite_literal(TypePointer type, const Value& value);

/// Appends the text of a value as GetQueryResults prints it; inside arrays, maps and rows `nested`
/// is set, and NULL is the word null (shared/oracle/README.md, "Cells").
void print_cell(TypePointer type, const Value& value, bool nested, std::string& out);

/// Prints a value in the canonical form of shared/oracle/EXPRESSIONS.md: nested values as JSON, a
/// row as a list of its fields. NULL must not come at the top.
std::string print_canonical(TypePointer type, const Value& value);

/// The digits by which Java prints a finite double that is not 0: d.ddd times 10 to the exponent.
struct JavaDigits {
  bool negative = false;
  std::string digits;
  int exponent = 0;
};
JavaDigits java_digits(double value);
JavaDigits java_digits(float value);

/// Prints a double or real as Java's Double.toString and Float.toString do.
std::string print_double(double value);
std::string print_real(float value);
/// Prints a decimal with exactly `scale` decimals.
std::string print_decimal(Int128 value, std::int32_t scale);

/// Answers whether equal values of this type may have different bytes (a map somewhere inside).
bool holds_map(TypePointer type);

/// Answers whether SQLite compares two encoded values of this type as Trino does.
bool is_natively_comparable(TypePointer type);

}  // namespace trailpond::sql
