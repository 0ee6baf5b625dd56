#include "state/database.hpp"

#include <sqlite3.h>

#include "state/migrations.hpp"

namespace trailpond::state {
namespace {

/// Pages of the database that are kept in memory, KiB; the rest of a private temporary database is
/// in an unlinked file.
constexpr const char* kCacheSize = "PRAGMA cache_size=-4096";

[[noreturn]] void fail(sqlite3* handle) { throw StorageError(sqlite3_errmsg(handle)); }

void check(int code, sqlite3_stmt* statement) {
  if (code != SQLITE_OK) {
    fail(sqlite3_db_handle(statement));
  }
}

}  // namespace

void configure_sqlite() {
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3_config(SQLITE_CONFIG_PAGECACHE, nullptr, 0, 0);
}

Statement::~Statement() {
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
}

Statement& Statement::bind(int index, std::int64_t value) {
  check(sqlite3_bind_int64(handle_, index, value), handle_);
  return *this;
}

Statement& Statement::bind(int index, std::string_view value) {
  const char* data = value.empty() ? "" : value.data();  // a null pointer would bind NULL
  check(sqlite3_bind_text64(handle_, index, data, value.size(), SQLITE_STATIC, SQLITE_UTF8),
        handle_);
  return *this;
}

Statement& Statement::bind_blob(int index, std::string_view value) {
  const char* data = value.empty() ? "" : value.data();
  check(sqlite3_bind_blob64(handle_, index, data, value.size(), SQLITE_STATIC), handle_);
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(handle_);
  if (code != SQLITE_ROW && code != SQLITE_DONE) {
    fail(sqlite3_db_handle(handle_));
  }
  return code == SQLITE_ROW;
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_, column); }

std::string_view Statement::text(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(handle_, column));
  return {data == nullptr ? "" : data,
          static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

Database::~Database() {
  for (const auto& [sql, statement] : statements_) {
    sqlite3_finalize(statement);
  }
  sqlite3_close(handle_);
}

Result<std::unique_ptr<Database>, std::string> Database::open(const std::string& path) {
  sqlite3* handle = nullptr;
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(path.c_str(), &handle, kFlags, nullptr);
  std::unique_ptr<Database> database(new Database(handle));
  if (code != SQLITE_OK) {
    return path + ": " + sqlite3_errmsg(handle);
  }
  std::string problem = database->configure(!path.empty());
  if (problem.empty()) {
    problem = database->migrate();
  }
  if (!problem.empty()) {
    return path.empty() ? problem : path + ": " + problem;
  }
  return database;
}

std::string Database::configure(bool durable) {
  durable_ = durable;
  try {
    run(kCacheSize);
    // One process, one connection: an exclusive lock is cheaper and tells a second server so. The
    // kernel gives it up when the process is killed.
    run("PRAGMA locking_mode=EXCLUSIVE");
    if (!durable) {
      run("PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF");
      return {};
    }
    run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; BEGIN IMMEDIATE; COMMIT");
  } catch (const StorageError& error) {
    if (sqlite3_errcode(handle_) == SQLITE_BUSY) {
      return "another process uses this data directory";
    }
    return error.what();
  }
  return {};
}

std::string Database::migrate() {
  static const std::string kVersion = "PRAGMA user_version";
  const auto steps = schema_migrations();
  try {
    std::int64_t version = 0;
    {
      Statement statement = use(kVersion);
      version = statement.step() ? statement.integer(0) : 0;
    }
    const auto latest = static_cast<std::int64_t>(steps.size()) + 1;
    if (version > latest) {
      return "made by a newer trailpond";
    }
    if (version == latest) {
      return {};
    }
    run("BEGIN IMMEDIATE");
    if (version == 0) {
      run(kNewSchema);
    } else {
      for (auto step = static_cast<std::size_t>(version - 1); step < steps.size(); ++step) {
        run(steps[step]);
      }
    }
    run(("PRAGMA user_version=" + std::to_string(latest)).c_str());
    run("COMMIT");
  } catch (const StorageError& error) {
    return error.what();
  }
  return {};
}

Statement Database::use(const std::string& sql) {
  sqlite3_stmt*& statement = statements_[&sql];
  if (statement == nullptr &&
      sqlite3_prepare_v3(handle_, sql.c_str(), static_cast<int>(sql.size() + 1),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
    fail(handle_);
  }
  return Statement(statement);
}

void Database::run(const char* sql) {
  if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    fail(handle_);
  }
}

void Database::query(const std::string& sql, const std::function<void(const Statement&)>& take) {
  sqlite3_stmt* handle = nullptr;
  if (sqlite3_prepare_v2(handle_, sql.c_str(), -1, &handle, nullptr) != SQLITE_OK) {
    fail(handle_);
  }
  const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> owner(handle, sqlite3_finalize);
  Statement statement(handle);
  while (statement.step()) {
    take(statement);
  }
}

void Database::begin(bool on_disk_at_once) {
  // In WAL mode NORMAL writes the log without waiting for the disk; the next commit that is FULL
  // brings all that was written before to the disk, too (SQLite, PRAGMA synchronous). It cannot be
  // changed inside a transaction.
  if (durable_ && on_disk_at_once != fully_synchronous_) {
    run(on_disk_at_once ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
    fully_synchronous_ = on_disk_at_once;
  }
  run("BEGIN IMMEDIATE");
}

}  // namespace trailpond::state
