#pragma once
#include <string>

#include "sql/syntax/ast.hpp"

/// The form that a recursive WITH query must have.
/// Source: https://trino.io/docs/current/sql/select.html#with-recursive-clause
namespace trailpond::sql::analysis {

/// Answers whether a query of WITH RECURSIVE refers to itself as it may: base UNION [ALL] step.
/// Fails the analysis when it refers to itself otherwise, in Trino's words.
bool is_recursive(const ast::NamedQuery& named);

}  // namespace trailpond::sql::analysis
