#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "sql/types/types.hpp"
#include "sql/values/value.hpp"

/// How values of a type are kept by SQLite and inside encoded values (base/encoding.hpp).
namespace trailpond::sql {

/// SQLite keeps what this precision holds as one integer of microseconds.
constexpr std::int32_t kMicrosPrecision = 6;
/// Unscaled decimals up to this precision fit 64 bits.
constexpr std::int32_t kShortDecimal = 18;

enum class Shape : std::uint8_t { kInteger, kReal, kText, kBytes, kNested };

/// How values of a type travel (base/encoding.hpp).
inline Shape shape_of(TypePointer type) {
  switch (type->kind) {
    case TypeKind::kUnknown:
    case TypeKind::kBoolean:
    case TypeKind::kTinyint:
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
    case TypeKind::kDate:
    case TypeKind::kIntervalDayToSecond:
    case TypeKind::kIntervalYearToMonth:
      return Shape::kInteger;
    case TypeKind::kReal:
    case TypeKind::kDouble:
      return Shape::kReal;
    case TypeKind::kDecimal:
      return type->precision <= kShortDecimal ? Shape::kInteger : Shape::kBytes;
    case TypeKind::kTime:
    case TypeKind::kTimestamp:
      return type->precision <= kMicrosPrecision ? Shape::kInteger : Shape::kBytes;
    case TypeKind::kTimeWithTimeZone:
    case TypeKind::kTimestampWithTimeZone:
    case TypeKind::kVarbinary:
    case TypeKind::kUuid:
    case TypeKind::kIpAddress:
      return Shape::kBytes;
    case TypeKind::kVarchar:
    case TypeKind::kChar:
    case TypeKind::kJson:
    case TypeKind::kJsonPath:
      return Shape::kText;
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kRow:
    case TypeKind::kFunction:
      return Shape::kNested;
  }
  return Shape::kInteger;
}

/// The one of all scalars equal to this that stands for them: instants without their zone, the
/// positive zero, one NaN.
Value normal_form(TypePointer type, const Value& value);

/// The bytes of a value whose shape is kBytes: they sort as the values do.
std::string to_bytes(TypePointer type, const Value& value);
Value from_bytes(TypePointer type, std::string_view data);

constexpr bool is_moment(TypeKind kind) {
  return kind == TypeKind::kTime || kind == TypeKind::kTimestamp ||
         kind == TypeKind::kTimeWithTimeZone || kind == TypeKind::kTimestampWithTimeZone;
}

/// The number of a value whose shape is kInteger.
inline std::int64_t to_integer(TypePointer type, const Value& value) {
  if (type->kind == TypeKind::kDecimal) return static_cast<std::int64_t>(value.decimal());
  return value.integer();
}

inline Value from_integer(TypePointer type, std::int64_t value) {
  if (type->kind == TypeKind::kDecimal) return Value::of_decimal(value);
  if (is_moment(type->kind)) return Value::of_moment({value, 0, 0});
  return Value::of_integer(value);
}

}  // namespace trailpond::sql
