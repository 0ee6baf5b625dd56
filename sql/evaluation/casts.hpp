#pragma once
#include "base/text.hpp"
#include "sql/evaluation/evaluator.hpp"
#include "sql/json/json_text.hpp"
#include "sql/times/datetime.hpp"
#include "sql/values/decimals.hpp"

/// What the files of CAST share: casts.cpp (scalars, nested values), json_casts.cpp.
/// Source: https://trino.io/docs/current/functions/conversion.html
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

/// Reads a number as Java's Double.parseDouble does; blanks around it are dropped.
std::optional<double> parse_real(std::string_view text);

/// CAST(double AS varchar) and CAST(real AS varchar): always with an exponent, 1.0E0.
std::string scientific(double value);
std::string scientific(float value);

/// Answers whether two keys of a map's entries (key and value alternately) are equal.
bool has_equal_keys(TypePointer map, std::span<const Value> entries);

/// One of the two types is json.
bool can_cast_json(TypePointer from, TypePointer to);
Value cast_from_json(Evaluation& evaluation, TypePointer to, std::string_view json);
Value cast_to_json(Evaluation& evaluation, TypePointer from, const Value& value);

}  // namespace trailpond::sql
