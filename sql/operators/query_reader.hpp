#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/rows.hpp"
#include "sql/operators/watch.hpp"
#include "sql/types/catalog.hpp"

struct sqlite3;

namespace trailpond::sql {

/// The rows of a query that SQLite runs, as a table of an operator. The query is run when the first
/// row is asked for.
class QueryTable {
 public:
  /// `types`: of the query's columns, all plain (planning/columns.hpp).
  QueryTable(sqlite3* connection, std::string sql, std::vector<TypePointer> types,
             const Watch& watch);
  ~QueryTable();
  /// A reader of columns: whole ones, or computed from them. Several may read a table whose rows
  /// are there at the same time.
  static std::unique_ptr<RowReader> open(std::shared_ptr<QueryTable> table,
                                         const std::vector<ScanRequest>& columns);
  /// The table of such a reader.
  static std::shared_ptr<QueryTable> of(const RowReader& reader);

 private:
  class Reader;
  struct Rows;
  const Rows& rows();

  sqlite3* connection_;
  std::string sql_;
  std::vector<TypePointer> types_;
  const Watch& watch_;
  std::unique_ptr<Rows> rows_;
  bool is_filled_ = false;
};

}  // namespace trailpond::sql
