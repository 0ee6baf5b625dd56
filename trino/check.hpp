#pragma once
#include <string>
#include <vector>

#include "trino/client.hpp"
#include "trino/table.hpp"

namespace trailpond::trino {

/// What is wrong with a column of a table that stands for a store.
struct ColumnProblem {
  std::string column = {};  // empty: of the table as a whole
  std::string message = {};
};

/// Asks a cluster whether a table, with its mapping, has the columns of a store and of their types.
/// Waits for the answers; not from the loop's thread.
std::vector<ColumnProblem> check_table(Client& client, const Table& table,
                                       const std::vector<sql::Column>& columns);

}  // namespace trailpond::trino
