#pragma once
#include <optional>

#include "sql/types/types.hpp"
#include "sql/values/value.hpp"

/// The order and the equality of values.
namespace trailpond::sql {

/// Orders two non-null values of one type: < 0, 0, > 0 (NaN is largest and equal to itself, as in
/// ORDER BY). Nested NULLs are equal and largest.
int compare_values(TypePointer type, const Value& left, const Value& right);

/// Answers SQL's equality of two values: nullopt is NULL. NaN equals nothing.
std::optional<bool> equal_values(TypePointer type, const Value& left, const Value& right);

/// IS NOT DISTINCT FROM: NULL equals NULL, NaN equals NaN; a map by its entries.
bool identical_values(TypePointer type, const Value& left, const Value& right);

/// Answers whether equal values of this type may be kept as different bytes: the entries of maps in
/// any order, instants in any zone, and reals inside others (SQLite itself knows both zeros).
bool has_many_forms(TypePointer type);

}  // namespace trailpond::sql
