#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace trailpond::state {

/// Thrown when the disk or SQLite refuses what is right (disk full, file damaged): never the
/// caller's fault.
class StorageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Sets SQLite up for a process of many small statements: it counts no memory (a lock at each piece),
/// and takes no block of 20 pages for a table that needs one. To be called before all else.
void configure_sqlite();

/// A prepared statement in use. Parameters count from 1, columns from 0. Bound text must live until
/// the statement is stepped. Throws StorageError.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, std::string_view value);
  Statement& bind_blob(int index, std::string_view value);
  /// Runs to the next row; false at the end.
  bool step();
  std::int64_t integer(int column) const;
  /// Valid until the next step.
  std::string_view text(int column) const;

 private:
  sqlite3_stmt* handle_;
};

/// One SQLite connection. Not safe from several threads: its owner holds a mutex.
class Database {
 public:
  /// Opens (or makes) a file in WAL mode, every commit on the disk before it returns, locked
  /// against other processes; an empty path gives a private temporary database that goes with the
  /// connection. Then brings the schema up to date.
  static Result<std::unique_ptr<Database>, std::string> open(const std::string& path);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Gives a statement of the cache. `sql` must be the same object each time (a constant), since
  /// the cache is keyed by its address; only one use of a statement may be open at once.
  Statement use(const std::string& sql);
  void run(const char* sql);
  /// Runs a statement that is asked for once and hands on its rows.
  void query(const std::string& sql, const std::function<void(const Statement&)>& take);
  /// Begins a transaction. One that need not be on the disk when it is committed gets there with
  /// the next one that must.
  void begin(bool on_disk_at_once);
  void commit() { run("COMMIT"); }
  /// Whether it is a file that stays.
  bool is_durable() const { return durable_; }

 private:
  explicit Database(sqlite3* handle) : handle_(handle) {}
  std::string configure(bool durable);
  std::string migrate();
  sqlite3* handle_;
  bool durable_ = false;
  bool fully_synchronous_ = true;
  std::unordered_map<const std::string*, sqlite3_stmt*> statements_;
};

}  // namespace trailpond::state
