#pragma once
#include <span>

#include "sql/evaluation/function.hpp"

/// The implementations of the operators, by what they work on; operators.cpp has the table.
/// Overflow and division by zero are errors, as in Trino.
/// Source: https://trino.io/docs/current/functions/math.html
namespace trailpond::sql::operators {

using Arguments = std::span<const Value>;

/// Fails a division by zero.
inline Value by_zero(Evaluation& evaluation) {
  return evaluation.fail(ErrorName::kDivisionByZero, "Division by zero");
}

// ---- integers and reals (number_operators.cpp)
Value add_integers(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value subtract_integers(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value multiply_integers(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value divide_integers(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value modulo_integers(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value negate_integer(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value add_reals(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value subtract_reals(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value multiply_reals(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value divide_reals(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value modulo_reals(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value negate_real(Evaluation& evaluation, const Bound& node, Arguments arguments);

// ---- decimals: the result's type follows from the operands' (decimal_operators.cpp)
Value add_decimals(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value subtract_decimals(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value multiply_decimals(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value divide_decimals(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value modulo_decimals(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value negate_decimal(Evaluation& evaluation, const Bound& node, Arguments arguments);
/// A decimal at the scale of the second operand, whose value does not count: as a comparison needs
/// it, where what is too large for a decimal is just larger.
Value decimal_to_compare(Evaluation& evaluation, const Bound& node, Arguments arguments);
Result<TypePointer> type_of_second(const Bound& node);
Result<TypePointer> type_of_sum(const Bound& node);
Result<TypePointer> type_of_product(const Bound& node);
Result<TypePointer> type_of_quotient(const Bound& node);
Result<TypePointer> type_of_rest(const Bound& node);
Result<TypePointer> type_of_same(const Bound& node);

// ---- dates, times and intervals (time_operators.cpp)
Value add_interval(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value add_interval_left(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value subtract_interval(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value add_months_to(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value add_months_left(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value subtract_months(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value add_to_date(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value add_date_left(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value subtract_from_date(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value add_months_to_date(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value add_months_date_left(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value subtract_months_from_date(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value difference_of_dates(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value difference_of_timestamps(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value difference_of_instants(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value difference_of_times(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value times_interval(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value times_interval_real(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value interval_by_real(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value add_to_time(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value add_time_left(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value subtract_from_time(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value lenient_timestamp(Evaluation& evaluation, const Bound& node, Arguments arguments);
Result<TypePointer> type_of_moved(const Bound& node);

// ---- || and [] (joining_operators.cpp)
Value concat_texts(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value concat_arrays(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value append_item(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value prepend_item(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value array_at(Evaluation& evaluation, const Bound& node, Arguments arguments);
Value map_at(Evaluation& evaluation, const Bound& node, Arguments arguments);
Result<TypePointer> type_of_joined_chars(const Bound& node);

}  // namespace trailpond::sql::operators
