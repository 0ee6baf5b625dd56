#pragma once
#include <span>

#include "base/scan_totals.hpp"
#include "sql/operators/watch.hpp"
#include "sql/planning/physical.hpp"

struct sqlite3;

namespace trailpond::sql {

/// Declares an operator's rows as an eponymous virtual table. All arguments outlive the connection.
/// Answers an SQLite code.
int declare_operator(sqlite3* connection, const OperatorTree& tree, Watch& watch,
                     std::span<ScanTotals> totals);

}  // namespace trailpond::sql
