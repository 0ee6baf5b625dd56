#pragma once
#include <cstdint>
#include <string_view>

#include "sql/types/types.hpp"

/// Families of types.
namespace trailpond::sql {

constexpr bool is_integer_kind(TypeKind kind) {
  return kind == TypeKind::kTinyint || kind == TypeKind::kSmallint || kind == TypeKind::kInteger ||
         kind == TypeKind::kBigint;
}
constexpr bool is_real_kind(TypeKind kind) {
  return kind == TypeKind::kDouble || kind == TypeKind::kReal;
}
constexpr bool is_number_kind(TypeKind kind) {
  return is_integer_kind(kind) || is_real_kind(kind) || kind == TypeKind::kDecimal;
}
constexpr bool is_text_kind(TypeKind kind) {
  return kind == TypeKind::kVarchar || kind == TypeKind::kChar;
}
constexpr bool is_timestamp_kind(TypeKind kind) {
  return kind == TypeKind::kTimestamp || kind == TypeKind::kTimestampWithTimeZone;
}

/// Types whose values are texts or bytes (Value::text).
constexpr bool keeps_text(TypeKind kind) {
  return is_text_kind(kind) || kind == TypeKind::kVarbinary || kind == TypeKind::kJson ||
         kind == TypeKind::kUuid || kind == TypeKind::kIpAddress || kind == TypeKind::kJsonPath;
}

/// What an integer type holds. Every other kind counts as bigint here (intervals are such numbers).
struct IntegerRange {
  std::string_view name;
  std::int64_t least;
  std::int64_t most;
  constexpr bool holds(std::int64_t value) const { return value >= least && value <= most; }
};
constexpr IntegerRange range_of(TypeKind kind) {
  switch (kind) {
    case TypeKind::kTinyint:
      return {"tinyint", INT8_MIN, INT8_MAX};
    case TypeKind::kSmallint:
      return {"smallint", INT16_MIN, INT16_MAX};
    case TypeKind::kInteger:
      return {"integer", INT32_MIN, INT32_MAX};
    default:
      return {"bigint", INT64_MIN, INT64_MAX};
  }
}

}  // namespace trailpond::sql
