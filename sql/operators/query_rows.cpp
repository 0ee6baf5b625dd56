#include "sql/operators/query_rows.hpp"

#include <sqlite3.h>

#include "sql/values/storage.hpp"

namespace trailpond::sql {

QueryRows::QueryRows(sqlite3* connection, const std::string& sql, const Watch& watch)
    : connection_(connection), watch_(watch) {
  if (sqlite3_prepare_v2(connection, sql.c_str(), -1, &statement_, nullptr) != SQLITE_OK) fail();
}

QueryRows::~QueryRows() { sqlite3_finalize(statement_); }

void QueryRows::fail() {
  if (watch_.error) throw OperatorFailure{*watch_.error};
  const int code = sqlite3_errcode(connection_);
  if (code == SQLITE_NOMEM || code == SQLITE_TOOBIG || code == SQLITE_FULL)
    throw OperatorFailure{exhausted()};
  const std::string message = sqlite3_errmsg(connection_);
  if (message == "integer overflow") {
    throw OperatorFailure{
        {ErrorName::kNumericValueOutOfRange, "bigint addition overflow", {}}};
  }
  // What a computation of a scan reported has its text already.
  const bool is_ours = code == SQLITE_ERROR && statement_ != nullptr;
  throw OperatorFailure{
      {is_ours ? ErrorName::kGenericUserError : ErrorName::kInternal, message, {}}};
}

bool QueryRows::next() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) fail();
  return false;
}

Scalar QueryRows::value(TypePointer type) const {
  if (sqlite3_column_type(statement_, 0) == SQLITE_NULL) return {};
  if (shape_of(type) == Shape::kInteger) return std::int64_t{sqlite3_column_int64(statement_, 0)};
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, 0));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, 0));
  return data ? std::string_view(data, size) : std::string_view("");
}

}  // namespace trailpond::sql
