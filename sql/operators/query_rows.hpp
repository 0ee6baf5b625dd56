#pragma once
#include <string>

#include "base/rows.hpp"
#include "sql/operators/watch.hpp"
#include "sql/types/types.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace trailpond::sql {

/// What ended a statement of SQLite's: the run's own error where there is one.
Error error_of(sqlite3* connection, const Watch& watch);

/// The rows of a query that SQLite runs for an operator.
class QueryRows {
 public:
  QueryRows(sqlite3* connection, const std::string& sql, const Watch& watch);
  ~QueryRows();
  QueryRows(const QueryRows&) = delete;
  QueryRows& operator=(const QueryRows&) = delete;
  bool next();
  /// A column of the row at hand: a number or a text, as the type is kept.
  Scalar value(TypePointer type, std::size_t column = 0) const;

 private:
  sqlite3* connection_;
  sqlite3_stmt* statement_ = nullptr;
  const Watch& watch_;
};

}  // namespace trailpond::sql
