#pragma once
#include <string_view>
#include <vector>

#include "sql/evaluation/function.hpp"
#include "sql/types/type_patterns.hpp"

/// Finds functions by name.
namespace trailpond::sql {

struct FunctionOverload {
  const Function* function;
  Signature signature;
};
struct AggregateOverload {
  const AggregateFunction* function;
  Signature signature;
};

/// Finds the overloads of a name (lower case); empty when there are none. Signatures are parsed
/// when a name is first asked for, so that starting costs nothing. Safe from any thread.
const std::vector<FunctionOverload>& find_functions(std::string_view name);
const std::vector<AggregateOverload>& find_aggregates(std::string_view name);

/// Lists every row, for the reference and its test.
std::vector<const Function*> all_functions();
std::vector<const AggregateFunction*> all_aggregates();

}  // namespace trailpond::sql
