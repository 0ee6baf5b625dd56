#pragma once
#include <string>

#include "base/rows.hpp"
#include "sql/operators/watch.hpp"
#include "sql/types/types.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace trailpond::sql {

/// The rows of a query that SQLite runs for an operator.
class QueryRows {
 public:
  QueryRows(sqlite3* connection, const std::string& sql, const Watch& watch);
  ~QueryRows();
  QueryRows(const QueryRows&) = delete;
  QueryRows& operator=(const QueryRows&) = delete;
  bool next();
  /// The first column of the row at hand: a number or a text, as the type is kept.
  Scalar value(TypePointer type) const;

 private:
  [[noreturn]] void fail();
  sqlite3* connection_;
  sqlite3_stmt* statement_ = nullptr;
  const Watch& watch_;
};

}  // namespace trailpond::sql
