#pragma once
#include <string>

#include "sql/types/types.hpp"
#include "sql/values/value.hpp"

/// Values of any type as text.
namespace trailpond::sql {

/// Appends the text of a value as GetQueryResults prints it; inside arrays, maps and rows `nested`
/// is set, and NULL is the word null (shared/oracle/README.md, "Cells").
void print_cell(TypePointer type, const Value& value, bool nested, std::string& out);

/// Prints a value in the canonical form of shared/oracle/EXPRESSIONS.md: nested values as JSON, a
/// row as a list of its fields. NULL must not come at the top.
std::string print_canonical(TypePointer type, const Value& value);

}  // namespace trailpond::sql
