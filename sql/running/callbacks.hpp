#pragma once

#include "sql/evaluation/evaluation.hpp"
#include "sql/operators/watch.hpp"
#include "sql/planning/planner.hpp"

struct sqlite3;

namespace trailpond::sql {

/// What SQLite's callbacks reach during one run.
struct Run : Watch {
  const Plan* plan = nullptr;
  Evaluation evaluation;
};

/// Registers eval(), agg(), single_row() and unnest() on a connection. `run` outlives it.
int register_functions(sqlite3* connection, Run& run);
/// Registers the table-valued function unnest(shape, array or map …).
int register_unnest(sqlite3* connection);

}  // namespace trailpond::sql
