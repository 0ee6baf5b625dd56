#include "sql/running/connection.hpp"

#include "sql/running/spill.hpp"

namespace trailpond::sql {
namespace {

/// Nesting from which on SQLite's parser may overflow; it takes a hundred symbols.
constexpr int kSafeParentheses = 12;

int authorize(void*, int action, const char* table, const char*, const char*, const char*) {
  switch (action) {
    // How SQLite itself learns the columns of a virtual table.
    case SQLITE_CREATE_TABLE:
      return SQLITE_OK;
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
      return table != nullptr && std::string_view(table) == "sqlite_master" ? SQLITE_OK
                                                                            : SQLITE_DENY;
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    default:
      return SQLITE_DENY;
  }
}

}  // namespace

Connection open_connection() {
  sqlite3* raw = nullptr;
  constexpr int kFlags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(":memory:", &raw, kFlags, spill_vfs());
  Connection connection(raw);
  if (code != SQLITE_OK) return nullptr;
  sqlite3_exec(raw, "PRAGMA case_sensitive_like=ON; PRAGMA temp_store=FILE;", nullptr, nullptr,
               nullptr);
  return connection;
}

namespace {

thread_local Connection spare;

}  // namespace

RunConnection::RunConnection() : connection_(spare ? std::move(spare) : open_connection()) {}

RunConnection::~RunConnection() {
  if (!keep_) return;
  sqlite3_progress_handler(connection_.get(), 0, nullptr, nullptr);
  for (const std::string& name : modules_) {
    if (sqlite3_create_module_v2(connection_.get(), name.c_str(), nullptr, nullptr, nullptr) !=
        SQLITE_OK) {
      return;
    }
  }
  // What is dropped goes when the next statement is prepared, and must not live longer than its
  // run.
  compile(connection_.get(), "");
  sqlite3_db_release_memory(connection_.get());
  spare = std::move(connection_);
}

PreparedStatement compile(sqlite3* connection, const std::string& text) {
  sqlite3_stmt* raw = nullptr;
  sqlite3_prepare_v2(connection, text.data(), static_cast<int>(text.size()), &raw, nullptr);
  return PreparedStatement(raw);
}

void forbid_writing(sqlite3* connection) { sqlite3_set_authorizer(connection, authorize, nullptr); }

bool can_parse(const std::string& sql) {
  int depth = 0;
  int deepest = 0;
  for (const char c : sql) {
    if (c == '(') deepest = std::max(deepest, ++depth);
    if (c == ')') --depth;
  }
  if (deepest <= kSafeParentheses) return true;
  const Connection connection = open_connection();
  const PreparedStatement statement = compile(connection.get(), sql);
  return std::string_view(sqlite3_errmsg(connection.get())) != "parser stack overflow";
}

}  // namespace trailpond::sql
