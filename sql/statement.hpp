#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "sql/analysis/options.hpp"
#include "sql/catalog.hpp"
#include "sql/error.hpp"
#include "sql/running/run.hpp"

/// The SQL engine's two doors: prepare() finds every mistake of the user, run() gives the rows.
namespace trailpond::sql {

/// Named as typed, by its alias, or _colN.
using OutputColumn = Column;

/// How a statement is carried out, for a person.
struct Explanation {
  std::string tree;                // after the analysis: names resolved, types known
  std::string sqlite;              // the text that does the relational part
  std::vector<std::string> steps;  // SQLite's plan for it (EXPLAIN QUERY PLAN), indented by level
};

/// An analysed and planned statement. Immutable: may be run any number of times, from any thread.
class Statement {
 public:
  virtual ~Statement() = default;
  virtual const std::vector<OutputColumn>& columns() const = 0;
  /// The names in FROM as the statement spells them, each once, in the order of appearance.
  virtual const std::vector<std::string>& table_names() const = 0;
  /// Runs it on the calling thread. Stops within milliseconds of `stop` being requested.
  virtual Result<RunStatistics> run(const RunLimits& limits, std::stop_token stop,
                                    const RowSink& sink) const = 0;
  /// The same, with canonical texts (shared/oracle/EXPRESSIONS.md).
  virtual Result<RunStatistics> run_canonical(const RunLimits& limits, std::stop_token stop,
                                              const CanonicalSink& sink) const = 0;
  /// Tells how it is carried out, without touching a row.
  virtual Result<Explanation> explain() const = 0;
};

/// Lexes, parses, analyses and plans a statement. Never touches a row.
Result<std::shared_ptr<const Statement>> prepare(std::string_view text, const Catalog& catalog,
                                                 const PrepareOptions& options);

/// Replaces each `?` (also inside quotes) by the next parameter, textually, as CloudTrail Lake's
/// dashboard queries need it. An error when the numbers differ.
Result<std::string> substitute_parameters(std::string_view text,
                                          std::span<const std::string> parameters);

/// Lists the table names of a statement that at least parses; empty otherwise. For errors that must
/// name a store before the analysis.
std::vector<std::string> list_table_names(std::string_view text);

/// Prints a statement that parses in one way, whatever its white space, comments, case of keywords
/// and redundant brackets; empty otherwise. Two such statements mean the same.
std::string normalize(std::string_view text);

}  // namespace trailpond::sql
