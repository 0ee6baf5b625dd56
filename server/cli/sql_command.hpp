#pragma once
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "fixtures/scenario.hpp"

/// `trailpond sql`: statements without a server, by the server's own code.
namespace trailpond::cli {

enum class SqlAction : std::uint8_t { kRun, kBatch, kCheck, kExplain, kWhy };
enum class RowFormat : std::uint8_t { kTable, kCsv, kJson };

struct SqlOptions {
  SqlAction action = SqlAction::kRun;
  bool analyze = false;  // kExplain: run it, too
  RowFormat format = RowFormat::kTable;
  std::string query = {};               // the statement
  std::vector<std::string> files = {};  // kCheck: the files; `-` is the standard input
  std::vector<std::string> parameters = {};
  std::string account = {};  // empty: the one of the scenario's first store
  std::string region = {};
};

struct Streams {
  std::istream& in;
  std::ostream& out;
  std::ostream& error;
};

/// Runs the command over the events of a scenario. Answers the process's exit status: 0, or 1 for
/// a statement with a mistake or a run that failed.
int run_sql(const SqlOptions& options, fixtures::Scenario scenario, Streams streams);

/// Answers statements line by line: one JSON line in (`{"id","sql"}`), one JSON line out
/// (`{"id","columns","rows"}` or `{"id","error"}`), in the canonical texts of
/// shared/oracle/EXPRESSIONS.md. Statements need no FROM here, there is no event data store, and
/// what CloudTrail Lake takes beyond Trino is refused.
int run_sql_batch(std::istream& in, std::ostream& out);

}  // namespace trailpond::cli
