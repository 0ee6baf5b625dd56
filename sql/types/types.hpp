#pragma once
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trailpond::sql {

enum class TypeKind : std::uint8_t {
  kUnknown,
  kBoolean,
  kTinyint,
  kSmallint,
  kInteger,
  kBigint,
  kReal,
  kDouble,
  kDecimal,  // precision, scale
  kVarchar,  // length (kUnbounded: none)
  kChar,     // length
  kVarbinary,
  kDate,
  kTime,                   // precision
  kTimeWithTimeZone,       // precision
  kTimestamp,              // precision
  kTimestampWithTimeZone,  // precision
  kIntervalDayToSecond,
  kIntervalYearToMonth,
  kJson,
  kUuid,
  kIpAddress,
  kArray,     // children: element
  kMap,       // children: key, value
  kRow,       // children: fields, with names (empty: anonymous)
  kFunction,  // children: arguments, then the result; only inside a call
  kJsonPath,  // the type of a JSON path constant
};

struct Type;
/// Types are interned: two equal types are the same pointer, and live as long as the process.
using TypePointer = const Type*;

struct Type {
  TypeKind kind = TypeKind::kUnknown;
  std::int32_t precision = 0;  // decimal precision, timestamp precision, varchar or char length
  std::int32_t scale = 0;
  std::vector<TypePointer> children = {};
  std::vector<std::string> field_names = {};  // rows only, parallel to children
};

constexpr std::int32_t kUnbounded = -1;
/// The longest length that varchar(n) may have; one more would be Trino's unbounded varchar.
constexpr std::int32_t kMaxVarcharLength = 2'147'483'646;

/// Intern a type; safe from any thread.
TypePointer simple_type(TypeKind kind);
TypePointer varchar_type(std::int32_t length = kUnbounded);
TypePointer char_type(std::int32_t length);
TypePointer decimal_type(std::int32_t precision, std::int32_t scale);
TypePointer timestamp_type(std::int32_t precision);
TypePointer timestamp_with_time_zone_type(std::int32_t precision);
TypePointer time_type(std::int32_t precision);
TypePointer time_with_time_zone_type(std::int32_t precision);
TypePointer array_type(TypePointer element);
TypePointer map_type(TypePointer key, TypePointer value);
TypePointer row_type(std::vector<std::pair<std::string, TypePointer>> fields);
TypePointer function_type(std::vector<TypePointer> arguments, TypePointer result);

/// The type of an array's or row's item, or of a map's key and value in turn.
inline TypePointer item_type(TypePointer type, std::size_t index) {
  if (type->kind == TypeKind::kArray) return type->children[0];
  return type->children[std::min(index, type->children.size() - 1)];
}

/// Prints a type as Trino reports it: varchar(3), decimal(12,2), row(x integer, "Y z" varchar).
std::string to_string(TypePointer type);

}  // namespace trailpond::sql
