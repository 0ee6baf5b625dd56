#pragma once
#include "sql/evaluation/evaluation.hpp"
#include "sql/types/types.hpp"

/// The order of values as operators and functions see it. (ORDER BY has compare_values: there NULLs
/// have a place.) Source: https://trino.io/docs/current/functions/comparison.html
namespace trailpond::sql {

/// What NaN is beside numbers, also inside arrays and rows.
enum class NanOrder : std::uint8_t { kLeast, kGreatest };

/// Orders two values that are not NULL: < 0, 0, > 0. Fails the evaluation where a NULL inside an
/// array or a row would decide.
int order_of(Evaluation& evaluation, TypePointer type, const Value& left, const Value& right,
             NanOrder nan);

/// Answers whether a value is greater (`sign` 1) or less (-1) than the best so far; NaN is neither,
/// unless there is nothing else.
bool beats(Evaluation& evaluation, TypePointer type, const Value& value, const Value& best,
           int sign);

}  // namespace trailpond::sql
