#pragma once
#include <memory>
#include <stop_token>
#include <string>

#include "sql/evaluation/evaluation.hpp"
#include "sql/planning/planner.hpp"

struct sqlite3;

namespace trailpond::sql {

/// What SQLite's callbacks reach during one run.
struct Run {
  const Plan* plan = nullptr;
  Evaluation evaluation;
  std::stop_token stop;
  std::chrono::steady_clock::time_point deadline;
  std::optional<Error> error;  // the first failure, whoever saw it
};

/// Registers eval(), agg(), single_row() and unnest() on a connection. `run` outlives it.
int register_functions(sqlite3* connection, Run& run);
/// Registers the table-valued function unnest(shape, array or map …).
int register_unnest(sqlite3* connection);

}  // namespace trailpond::sql
