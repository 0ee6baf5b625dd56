#pragma once
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "sql/statement.hpp"

/// "Why no rows?": where in a statement the rows are lost.
namespace trailpond::sql {

/// A condition of a clause, and the rows that it and all before it leave.
struct WhyCondition {
  std::string text;
  Position position;
  std::int64_t rows = 0;
};

struct WhyValue {
  std::string value;
  std::int64_t rows = 0;
};

/// A clause, and what it does to the rows that reach it.
struct WhyClause {
  std::string clause;  // FROM, JOIN, UNNEST, WHERE, HAVING, LIMIT
  Position position;
  std::int64_t rows = 0;  // that reach it; of HAVING: groups
  std::vector<WhyCondition> conditions = {};
  std::optional<std::size_t> emptied_by = {};  // the first condition that leaves nothing
  std::string hint = {};                       // a sentence; empty: nothing to say
  std::vector<WhyValue> values = {};           // that exist, the nearest to what was asked first
};

/// Follows the rows of a statement that prepare() accepts, from the outermost SELECT down into
/// derived tables and WITH where those are what is empty. Each clause is counted by a statement of
/// its own over the catalog's events as they are now. `limits` holds for each; its time for all.
/// Errors: those of prepare(), and ErrorName::kExceededLimit.
Result<std::vector<WhyClause>> explain_rows(std::string_view text, const Catalog& catalog,
                                            const PrepareOptions& options, const RunLimits& limits,
                                            std::stop_token stop);

/// Prints it for a person, one line for each clause and condition.
std::string print(const std::vector<WhyClause>& clauses);

}  // namespace trailpond::sql
