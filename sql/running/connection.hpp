#pragma once
#include <sqlite3.h>

#include <memory>
#include <string>
#include <vector>

namespace trailpond::sql {

struct ConnectionCloser {
  void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};
struct StatementCloser {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Connection = std::unique_ptr<sqlite3, ConnectionCloser>;
using PreparedStatement = std::unique_ptr<sqlite3_stmt, StatementCloser>;

/// Opens a private connection in memory; null where SQLite refuses.
Connection open_connection();

/// The connection of one run. To open one costs as much as a small statement: so where a run ends
/// in order, its thread keeps the connection for the next one.
class RunConnection {
 public:
  /// Null inside where SQLite refuses.
  RunConnection();
  ~RunConnection();
  RunConnection(const RunConnection&) = delete;
  RunConnection& operator=(const RunConnection&) = delete;
  sqlite3* get() const { return connection_.get(); }
  /// Says that a module is declared for this run only.
  void add_module(const std::string& name) { modules_.push_back(name); }
  /// Says that the run ended in order. Its statements are to be finalized before this ends.
  void keep() { keep_ = true; }

 private:
  Connection connection_;
  std::vector<std::string> modules_ = {};
  bool keep_ = false;
};

/// Compiles SQLite's text; null at a mistake, which the connection then tells.
PreparedStatement compile(sqlite3* connection, const std::string& text);

/// Lets no statement write, attach or read files: whatever SQLite's text says.
void forbid_writing(sqlite3* connection);

/// Answers whether SQLite can parse a text at all. Its tables are not there yet, but the parser
/// comes first.
bool can_parse(const std::string& sql);

}  // namespace trailpond::sql
