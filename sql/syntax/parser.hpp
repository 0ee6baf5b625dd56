#pragma once
#include <string_view>

#include "sql/syntax/ast.hpp"

namespace trailpond::sql {

/// How deeply expressions and queries may nest, counted in steps of the grammar: some 200 pairs of
/// parentheses. A person writes some dozens.
inline constexpr int kMaxNestingDepth = 600;

/// How long a chain of operators, fields or set operations may be: each link nests the tree by one.
inline constexpr int kMaxChainLength = 500;

/// Parses one statement, with an optional trailing semicolon. Only queries are known: whatever else
/// Trino would run is refused. Errors: SYNTAX_ERROR with Trino's wording and the place.
/// Grammar: https://trino.io/docs/current/sql/select.html
Result<ast::QueryPointer> parse(std::string_view statement);

/// The same; a thread that asks for the same statement again and again has it parsed once.
Result<std::shared_ptr<const ast::Query>> parse_once(std::string_view statement);

}  // namespace trailpond::sql
