#pragma once
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

}  // namespace trailpond::sql
