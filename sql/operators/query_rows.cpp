#include "sql/operators/query_rows.hpp"

#include <sqlite3.h>

#include <limits>

#include "sql/values/storage.hpp"

namespace trailpond::sql {

Error error_of(sqlite3* connection, const Watch& watch) {
  if (watch.error) return *watch.error;
  const int code = sqlite3_errcode(connection);
  const std::string message = sqlite3_errmsg(connection);
  if (code == SQLITE_NOMEM || code == SQLITE_TOOBIG || code == SQLITE_FULL) return exhausted();
  if (message == "integer overflow")
    return {ErrorName::kNumericValueOutOfRange, "bigint addition overflow", {}};
  // What a computation of a scan reported has its text already.
  const bool is_ours =
      code == SQLITE_ERROR && !message.starts_with("no such") && !message.starts_with("near ");
  return {is_ours ? ErrorName::kGenericUserError : ErrorName::kInternal, message, {}};
}

QueryRows::QueryRows(sqlite3* connection, const std::string& sql, const Watch& watch)
    : connection_(connection), watch_(watch) {
  if (sqlite3_prepare_v2(connection, sql.c_str(), -1, &statement_, nullptr) != SQLITE_OK)
    throw OperatorFailure{error_of(connection, watch)};
}

QueryRows::~QueryRows() { sqlite3_finalize(statement_); }

bool QueryRows::next() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) throw OperatorFailure{error_of(connection_, watch_)};
  return false;
}

Scalar QueryRows::value(TypePointer type, std::size_t column) const {
  const int at = static_cast<int>(column);
  const int stored = sqlite3_column_type(statement_, at);
  if (stored == SQLITE_NULL) return {};
  if (shape_of(type) == Shape::kInteger) return std::int64_t{sqlite3_column_int64(statement_, at)};
  if (type->kind == TypeKind::kDouble) {
    // The one text among doubles is NaN: see base/encoding.hpp.
    return stored == SQLITE_TEXT ? std::numeric_limits<double>::quiet_NaN()
                                 : sqlite3_column_double(statement_, at);
  }
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, at));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, at));
  return data ? std::string_view(data, size) : std::string_view("");
}

}  // namespace trailpond::sql
