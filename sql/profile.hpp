#pragma once
#include <stop_token>
#include <string>
#include <vector>

#include "sql/statement.hpp"

namespace trailpond::sql {

/// Runs a statement that prepare() gave, and tells what each step did: a line with the rows that
/// left it and the time it took, the whole run first. Errors: those of Statement::run.
Result<std::vector<std::string>> profile(const Statement& statement, const RunLimits& limits,
                                         std::stop_token stop);

}  // namespace trailpond::sql
