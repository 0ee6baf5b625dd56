#pragma once
#include <span>

#include "sql/bound/bound.hpp"
#include "sql/evaluation/evaluation.hpp"

/// Computes bound expressions over C++ values: what SQLite does not compute as Trino does.
namespace trailpond::sql {

/// Computes an expression without columns left but kArgument. After an error the answer is NULL and
/// evaluation.failed() holds.
Value evaluate(Evaluation& evaluation, const Bound& expression);

/// Calls a lambda (a kLambda node) with arguments.
Value call_lambda(Evaluation& evaluation, const Bound& lambda, std::span<const Value> arguments);

}  // namespace trailpond::sql
