#include "sql/statement.hpp"

#include <sqlite3.h>

#include <map>

#include "sql/analysis/analyser.hpp"
#include "sql/evaluation/printing.hpp"
#include "sql/planning/planner.hpp"
#include "sql/running/connection.hpp"
#include "sql/running/spill.hpp"
#include "sql/running/tree.hpp"
#include "sql/syntax/lexer.hpp"
#include "sql/syntax/parser.hpp"
#include "sql/values/memory_use.hpp"
#include "sql/values/sqlite_bridge.hpp"

namespace trailpond::sql {
namespace {

constexpr const char* kExhausted = "Query exhausted resources at this scale factor";
/// SQLite calls back every so many of its instructions: some microseconds.
constexpr int kInstructionsBetweenChecks = 2'000;

struct ConnectionCloser {
  void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};
struct StatementCloser {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Connection = std::unique_ptr<sqlite3, ConnectionCloser>;
using PreparedStatement = std::unique_ptr<sqlite3_stmt, StatementCloser>;

/// Stops a run when its caller or its time asks for it.
int check_progress(void* data) {
  auto& run = *static_cast<Run*>(data);
  if (run.stop.stop_requested()) {
    if (!run.error) run.error = Error{ErrorName::kCancelled, "Query was canceled", {}};
    return 1;
  }
  if (std::chrono::steady_clock::now() > run.deadline) {
    if (!run.error) run.error = Error{ErrorName::kExceededLimit, kExhausted, {}};
    return 1;
  }
  return 0;
}

bool is_expired(void* data) {
  return std::chrono::steady_clock::now() > static_cast<Run*>(data)->deadline;
}

/// No statement may write, attach or read files: whatever SQLite's text says.
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

Error failure_of(sqlite3* connection, Run& run) {
  if (run.error) return *run.error;
  const int code = sqlite3_errcode(connection);
  const std::string message = sqlite3_errmsg(connection);
  if (code == SQLITE_NOMEM || code == SQLITE_TOOBIG || code == SQLITE_FULL) {
    return {ErrorName::kExceededLimit, kExhausted, {}};
  }
  if (message == "integer overflow") {
    return {ErrorName::kNumericValueOutOfRange, "bigint addition overflow", {}};
  }
  // What a computation of a scan reported has its text already.
  if (code == SQLITE_ERROR && !message.starts_with("no such") && !message.starts_with("near ")) {
    return {ErrorName::kGenericUserError, message, {}};
  }
  return {ErrorName::kInternal, message, {}};
}

/// A private connection in memory.
Connection open() {
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

PreparedStatement compile(sqlite3* connection, const std::string& text) {
  sqlite3_stmt* raw = nullptr;
  sqlite3_prepare_v2(connection, text.data(), static_cast<int>(text.size()), &raw, nullptr);
  return PreparedStatement(raw);
}

class PlannedStatement final : public Statement {
 public:
  PlannedStatement(BoundQueryPointer query, std::shared_ptr<const Plan> plan)
      : query_(std::move(query)), plan_(std::move(plan)) {}

  const std::vector<OutputColumn>& columns() const override { return plan_->columns; }
  const std::vector<std::string>& table_names() const override { return plan_->table_names; }

  Result<Explanation> explain() const override {
    Explanation explanation{print(*query_), plan_->sql, {}};
    Run run;
    run.plan = plan_.get();
    std::vector<ScanTotals> totals(plan_->scans.size());
    auto connection = connect(run, totals);
    if (!connection) return connection.error();
    const auto statement = compile(connection->get(), "EXPLAIN QUERY PLAN " + plan_->sql);
    if (statement == nullptr) return failure_of(connection->get(), run);
    std::map<int, std::size_t> levels;
    while (sqlite3_step(statement.get()) == SQLITE_ROW) {
      const auto above = levels.find(sqlite3_column_int(statement.get(), 1));
      const std::size_t level = above == levels.end() ? 0 : above->second + 1;
      levels[sqlite3_column_int(statement.get(), 0)] = level;
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), 3));
      explanation.steps.push_back(std::string(2 * level, ' ') + text);
    }
    return explanation;
  }

  Result<RunStatistics> run(const RunLimits& limits, std::stop_token stop,
                            const RowSink& sink) const override {
    std::vector<std::string> cells(plan_->columns.size());
    std::vector<std::string_view> views(plan_->columns.size());
    return run_values(limits, std::move(stop),
                      [&](std::span<const Value> values, std::int64_t& bytes) {
                        for (std::size_t i = 0; i < cells.size(); ++i) {
                          cells[i].clear();
                          print_cell(plan_->columns[i].type, values[i], false, cells[i]);
                          views[i] = cells[i];
                          bytes += static_cast<std::int64_t>(cells[i].size());
                        }
                        return sink(views);
                      });
  }

  Result<RunStatistics> run_canonical(const RunLimits& limits, std::stop_token stop,
                                      const CanonicalSink& sink) const override {
    std::vector<std::optional<std::string>> cells(plan_->columns.size());
    return run_values(limits, std::move(stop), [&](std::span<const Value> values, std::int64_t&) {
      for (std::size_t i = 0; i < cells.size(); ++i) {
        cells[i].reset();
        if (!values[i].is_null()) cells[i] = print_canonical(plan_->columns[i].type, values[i]);
      }
      return sink(cells);
    });
  }

 private:
  /// Takes a row's values and counts the bytes of its answer; false ends the run early.
  using ValueSink = std::function<bool(std::span<const Value>, std::int64_t&)>;

  Result<RunStatistics> run_values(const RunLimits& limits, std::stop_token stop,
                                   const ValueSink& sink) const {
    Run run;
    run.plan = plan_.get();
    run.stop = stop;
    const MemoryLimit memory(static_cast<std::size_t>(limits.memory_bytes));
    const SpillLimit spill(limits.spill_bytes);
    run.deadline = std::chrono::steady_clock::now() + limits.time;
    run.evaluation.set_stop(std::move(stop));
    run.evaluation.set_deadline_check(is_expired, &run);
    std::vector<ScanTotals> totals(plan_->scans.size());
    auto connected = connect(run, totals);
    if (!connected) return connected.error();
    const Connection connection = std::move(*connected);
    sqlite3_set_authorizer(connection.get(), authorize, nullptr);
    sqlite3_progress_handler(connection.get(), kInstructionsBetweenChecks, check_progress, &run);
    const PreparedStatement statement = compile(connection.get(), plan_->sql);
    if (statement == nullptr) return failure_of(connection.get(), run);
    RunStatistics statistics;
    if (auto error = step_rows(statement.get(), connection.get(), run, limits, sink, statistics))
      return *error;
    for (const ScanTotals& total : totals) {
      statistics.events_scanned += total.rows_scanned;
      statistics.bytes_scanned += total.bytes_scanned;
    }
    return statistics;
  }

  /// Opens a connection that has all that the plan's text names.
  Result<Connection> connect(Run& run, std::vector<ScanTotals>& totals) const {
    Connection connection = open();
    if (connection == nullptr) return Error{ErrorName::kInternal, "cannot open SQLite", {}};
    if (register_functions(connection.get(), run) != SQLITE_OK)
      return failure_of(connection.get(), run);
    for (std::size_t i = 0; i < plan_->scans.size(); ++i) {
      const PlannedScan& scan = plan_->scans[i];
      if (scan.table->declare_scan(connection.get(), scan.name, scan.requests, &totals[i]) !=
          SQLITE_OK) {
        return failure_of(connection.get(), run);
      }
    }
    return connection;
  }

  std::optional<Error> step_rows(sqlite3_stmt* statement, sqlite3* connection, Run& run,
                                 const RunLimits& limits, const ValueSink& sink,
                                 RunStatistics& statistics) const {
    std::vector<Value> values(plan_->columns.size());
    std::int64_t bytes = 0;
    while (true) {
      const int code = sqlite3_step(statement);
      if (code == SQLITE_DONE) return std::nullopt;
      if (code != SQLITE_ROW) return failure_of(connection, run);
      run.evaluation.arena().reset();
      for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] =
            read_value(plan_->columns[i].type, sqlite3_column_value(statement, static_cast<int>(i)),
                       run.evaluation.arena());
      }
      if (++statistics.rows > limits.result_rows || bytes > limits.result_bytes) {
        return Error{ErrorName::kExceededLimit, "Query response is too large", {}};
      }
      if (!sink(values, bytes)) return std::nullopt;
    }
  }

  BoundQueryPointer query_;
  std::shared_ptr<const Plan> plan_;
};

/// Nesting from which on SQLite's parser may overflow; it takes a hundred symbols.
constexpr int kSafeParentheses = 12;

/// Answers whether SQLite can parse a text at all. Its tables are not there yet, but the parser
/// comes first.
bool can_parse(const std::string& sql) {
  int depth = 0;
  int deepest = 0;
  for (const char c : sql) {
    if (c == '(') deepest = std::max(deepest, ++depth);
    if (c == ')') --depth;
  }
  if (deepest <= kSafeParentheses) return true;
  const Connection connection = open();
  const PreparedStatement statement = compile(connection.get(), sql);
  return std::string_view(sqlite3_errmsg(connection.get())) != "parser stack overflow";
}

}  // namespace

Result<std::shared_ptr<const Statement>> prepare(std::string_view text, const Catalog& catalog,
                                                 const PrepareOptions& options) {
  auto parsed = parse(text);
  if (!parsed) return parsed.error();
  auto analysed = analyse(**parsed, catalog, options);
  if (!analysed) return analysed.error();
  auto query = analysed->query;
  auto planned = plan(std::move(*analysed));
  if (!planned) return planned.error();
  if (!can_parse((*planned)->sql))
    return Error{ErrorName::kNotSupported, "statement is too deeply nested", {}};
  return std::shared_ptr<const Statement>(
      std::make_shared<PlannedStatement>(std::move(query), std::move(*planned)));
}

Result<std::string> substitute_parameters(std::string_view text,
                                          std::span<const std::string> parameters) {
  std::string out;
  std::size_t next = 0;
  std::size_t wanted = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\'') quoted = !quoted;
    // Comments keep their question marks.
    const bool line_comment = !quoted && text.substr(i).starts_with("--");
    if (line_comment || (!quoted && text.substr(i).starts_with("/*"))) {
      std::size_t end = line_comment ? text.find('\n', i) : text.find("*/", i + 2);
      end = end == std::string_view::npos ? text.size() : end + (line_comment ? 1 : 2);
      out += text.substr(i, end - i);
      i = end - 1;
      continue;
    }
    if (text[i] != '?') {
      out += text[i];
      continue;
    }
    ++wanted;
    if (next < parameters.size()) out += parameters[next++];
  }
  if (wanted != parameters.size()) {
    return Error{ErrorName::kInvalidParameterUsage,
                 "Incorrect number of parameters: expected " + std::to_string(wanted) +
                     " but found " + std::to_string(parameters.size()),
                 {}};
  }
  return out;
}

namespace {

void list_tables(const ast::Query& query, std::vector<std::string>& names);

void list_tables(const ast::Relation& relation, std::vector<std::string>& names) {
  if (relation.kind == ast::RelationKind::kTable) names.push_back(relation.name);
  if (relation.query) list_tables(*relation.query, names);
  if (relation.left) list_tables(*relation.left, names);
  if (relation.right) list_tables(*relation.right, names);
}

void list_tables(const ast::Expression& expression, std::vector<std::string>& names) {
  if (expression.query) list_tables(*expression.query, names);
  for (const auto& child : expression.children) list_tables(*child, names);
}

void list_tables(const ast::Body& body, std::vector<std::string>& names) {
  if (body.select) {
    if (body.select->from) list_tables(*body.select->from, names);
    for (const auto& item : body.select->items) {
      if (item.expression) list_tables(*item.expression, names);
    }
    if (body.select->where) list_tables(*body.select->where, names);
  }
  if (body.left) list_tables(*body.left, names);
  if (body.right) list_tables(*body.right, names);
  if (body.query) list_tables(*body.query, names);
  if (!body.table.empty()) names.push_back(body.table);
}

void list_tables(const ast::Query& query, std::vector<std::string>& names) {
  for (const auto& named : query.with) list_tables(*named.query, names);
  list_tables(*query.body, names);
}

}  // namespace

std::vector<std::string> list_table_names(std::string_view text) {
  const auto parsed = parse(text);
  if (!parsed) return {};
  std::vector<std::string> all;
  list_tables(**parsed, all);
  std::vector<std::string> names;
  for (std::string& name : all) {
    const bool named = std::ranges::any_of(
        (*parsed)->with, [&](const auto& with) { return lower(with.name) == lower(name); });
    if (!named && std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  }
  return names;
}

}  // namespace trailpond::sql
