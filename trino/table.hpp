#pragma once
#include <string>
#include <unordered_map>
#include <vector>

#include "sql/foreign.hpp"

namespace trailpond::trino {

/// A table that holds the events of a store.
struct Table {
  std::string catalog = {};
  std::string schema = {};
  std::string name = {};
  /// How the table gives columns of the store that it has not under their names: an expression of
  /// Trino over its columns. Names in lower case.
  std::unordered_map<std::string, std::string> columns = {};
  /// What conditions on the events' time choose days by: the day as yyyy-MM-dd, a column or an
  /// expression of Trino, and a column with the time as a timestamp. Empty: there is none.
  std::string day_column = {};
  std::string time_column = {};
};

/// Prints the whole name of a table, quoted.
std::string print_name(const Table& table);

/// Prints the query that gives a table the columns of a store: what stands in FROM.
sql::ForeignTable print_as_store(const Table& table, const std::vector<sql::Column>& columns);

}  // namespace trailpond::trino
