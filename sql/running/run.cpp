#include "sql/running/run.hpp"

#include <cstdio>
#include <map>

#include "sql/evaluation/printing.hpp"
#include "sql/operators/group_rows.hpp"
#include "sql/operators/operator_table.hpp"
#include "sql/operators/query_rows.hpp"
#include "sql/running/callbacks.hpp"
#include "sql/running/connection.hpp"
#include "sql/running/profiling.hpp"
#include "sql/running/spill.hpp"
#include "sql/values/memory_use.hpp"
#include "sql/values/sqlite_bridge.hpp"

namespace trailpond::sql {
namespace {

/// SQLite calls back every so many of its instructions: some microseconds.
constexpr int kInstructionsBetweenChecks = 2'000;

/// Stops a run when its caller or its time asks for it.
int check_progress(void* data) {
  auto& run = *static_cast<Run*>(data);
  auto found = run.interruption();
  if (!found) return 0;
  if (!run.error) run.error = std::move(found);
  return 1;
}

bool is_expired(void* data) {
  return std::chrono::steady_clock::now() > static_cast<Run*>(data)->deadline;
}

/// Declares all that the plan's text names.
/// `totals`: one for each scan, then those of the operators.
std::optional<Error> prepare_connection(RunConnection& connection, const Plan& plan, Run& run,
                                        std::span<ScanTotals> totals) {
  if (connection.get() == nullptr) return Error{ErrorName::kInternal, "cannot open SQLite", {}};
  if (register_functions(connection.get(), run) != SQLITE_OK)
    return error_of(connection.get(), run);
  for (std::size_t i = 0; i < plan.scans.size(); ++i) {
    const PlannedScan& scan = plan.scans[i];
    connection.add_module(scan.name);
    if (scan.table->declare_scan(connection.get(), scan.name, scan.requests, &totals[i]) !=
        SQLITE_OK) {
      return error_of(connection.get(), run);
    }
  }
  std::size_t used = plan.scans.size();
  for (const OperatorTree& tree : plan.operators) {
    const auto own = totals.subspan(used, tree.scans.size());
    connection.add_module(tree.name);
    if (declare_operator(connection.get(), tree, run, own) != SQLITE_OK)
      return error_of(connection.get(), run);
    used += own.size();
  }
  return std::nullopt;
}

std::vector<ScanTotals> make_totals(const Plan& plan) {
  std::size_t count = plan.scans.size();
  for (const OperatorTree& tree : plan.operators) count += tree.scans.size();
  return std::vector<ScanTotals>(count);
}

/// Adds up what was scanned, rows that several operators read for one clause once.
void count_scans(const Plan& plan, std::span<const ScanTotals> totals, RunStatistics& statistics) {
  std::size_t at = 0;
  const auto add = [&](std::size_t scans, bool is_repeat) {
    for (const std::size_t end = at + scans; at < end; ++at) {
      if (is_repeat) continue;
      statistics.events_scanned += totals[at].rows_scanned;
      statistics.bytes_scanned += totals[at].bytes_scanned;
    }
  };
  for (const PlannedScan& scan : plan.scans) add(1, scan.is_repeat);
  for (const OperatorTree& tree : plan.operators) add(tree.scans.size(), tree.is_repeat);
}

/// Takes a row's values and counts the bytes of its answer; false ends the run early.
using ValueSink = std::function<bool(std::span<const Value>, std::int64_t&)>;

/// Hands a row on. Answers false where no more is wanted.
class Delivery {
 public:
  Delivery(const RunLimits& limits, const ValueSink& sink) : limits_(limits), sink_(sink) {}
  Result<bool> give(std::span<const Value> row) {
    if (++rows_ > limits_.result_rows || bytes_ > limits_.result_bytes)
      return Error{ErrorName::kExceededLimit, "Query response is too large", {}};
    return sink_(row, bytes_);
  }
  std::int64_t rows() const { return rows_; }

 private:
  const RunLimits& limits_;
  const ValueSink& sink_;
  std::int64_t rows_ = 0;
  std::int64_t bytes_ = 0;
};

std::optional<Error> step_rows(sqlite3_stmt* statement, sqlite3* connection, Run& run,
                               Delivery& delivery) {
  std::vector<Value> values(run.plan->columns.size());
  while (true) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) return std::nullopt;
    if (code != SQLITE_ROW) return error_of(connection, run);
    run.evaluation.arena().reset();
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] =
          read_value(run.plan->columns[i].type,
                     sqlite3_column_value(statement, static_cast<int>(i)), run.evaluation.arena());
    }
    const auto wanted = delivery.give(values);
    if (!wanted) return wanted.error();
    if (!*wanted) return std::nullopt;
  }
}

/// Has SQLite run the plan's text.
std::optional<Error> run_text(Run& run, std::span<ScanTotals> totals, Delivery& delivery) {
  RunConnection connection;
  if (auto error = prepare_connection(connection, *run.plan, run, totals)) return error;
  forbid_writing(connection.get());
  sqlite3_progress_handler(connection.get(), kInstructionsBetweenChecks, check_progress, &run);
  const PreparedStatement statement = compile(connection.get(), run.plan->sql);
  if (statement == nullptr) return error_of(connection.get(), run);
  auto error = step_rows(statement.get(), connection.get(), run, delivery);
  if (!error) connection.keep();
  return error;
}

/// Gives the groups of the plan's operator.
std::optional<Error> run_answer(Run& run, std::span<ScanTotals> totals, Delivery& delivery) {
  try {
    GroupRows rows(run.plan->operators[0], *run.plan->answer, run, totals);
    std::vector<Value> values(run.plan->columns.size());
    while (rows.next(values)) {
      const auto wanted = delivery.give(values);
      if (!wanted) return wanted.error();
      if (!*wanted) return std::nullopt;
    }
    return std::nullopt;
  } catch (const OperatorFailure& failure) {
    run.operators_failed |= failure.only_here;
    return failure.error;
  } catch (const MemoryExceeded&) {
    run.operators_failed = true;
    return exhausted();
  } catch (const std::bad_alloc&) {
    return exhausted();
  }
}

/// `can_spill`: set where the operators' memory is what ended it, before the first row.
Result<RunStatistics> run_once(const Plan& plan, const RunLimits& limits, std::stop_token stop,
                               const ValueSink& sink, bool& can_spill, Profile* profile) {
  const MemoryLimit memory(static_cast<std::size_t>(limits.memory_bytes));
  Run run;
  run.profile = profile;
  run.plan = &plan;
  run.stop = stop;
  run.threads = profile ? 1 : limits.threads;
  run.rows_per_thread = static_cast<std::size_t>(limits.rows_per_thread);
  run.processors = limits.processors;
  const SpillLimit spill(limits.spill_bytes);
  run.deadline = std::chrono::steady_clock::now() + limits.time;
  run.evaluation.set_stop(std::move(stop));
  run.evaluation.set_deadline_check(is_expired, &run);
  std::vector<ScanTotals> totals = make_totals(plan);
  Delivery delivery(limits, sink);
  auto error = plan.answer ? run_answer(run, totals, delivery) : run_text(run, totals, delivery);
  if (error) {
    can_spill = run.operators_failed && delivery.rows() == 0;
    return std::move(*error);
  }
  RunStatistics statistics;
  statistics.rows = delivery.rows();
  count_scans(plan, totals, statistics);
  return statistics;
}

Result<RunStatistics> run_values(const Plan& plan, const SpillingPlan& spilling,
                                 const RunLimits& limits, const std::stop_token& stop,
                                 const ValueSink& sink, Profile* profile = nullptr) {
  const auto began = std::chrono::steady_clock::now();
  bool can_spill = false;
  auto ran = run_once(plan, limits, stop, sink, can_spill, profile);
  if (ran || !can_spill) return ran;
  const auto other = spilling();
  if (!other) return ran;
  RunLimits rest = limits;
  rest.time -= std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - began);
  return run_once(**other, rest, stop, sink, can_spill, profile);
}

}  // namespace

Result<RunStatistics> run_plan(const Plan& plan, const SpillingPlan& spilling,
                               const RunLimits& limits, std::stop_token stop, const RowSink& sink) {
  std::vector<std::string> cells(plan.columns.size());
  std::vector<std::string_view> views(plan.columns.size());
  return run_values(plan, spilling, limits, stop,
                    [&](std::span<const Value> values, std::int64_t& bytes) {
                      for (std::size_t i = 0; i < cells.size(); ++i) {
                        cells[i].clear();
                        print_cell(plan.columns[i].type, values[i], false, cells[i]);
                        views[i] = cells[i];
                        bytes += static_cast<std::int64_t>(cells[i].size());
                      }
                      return sink(views);
                    });
}

Result<RunStatistics> run_plan_canonical(const Plan& plan, const SpillingPlan& spilling,
                                         const RunLimits& limits, std::stop_token stop,
                                         const CanonicalSink& sink) {
  std::vector<std::optional<std::string>> cells(plan.columns.size());
  return run_values(plan, spilling, limits, stop,
                    [&](std::span<const Value> values, std::int64_t&) {
                      for (std::size_t i = 0; i < cells.size(); ++i) {
                        cells[i].reset();
                        if (!values[i].is_null())
                          cells[i] = print_canonical(plan.columns[i].type, values[i]);
                      }
                      return sink(cells);
                    });
}

Result<std::vector<std::string>> explain_plan(const Plan& plan) {
  std::vector<std::string> steps;
  for (const OperatorTree& tree : plan.operators) {
    for (std::string& line : describe(tree)) steps.push_back(std::move(line));
  }
  if (plan.answer) {
    steps.push_back(describe(*plan.answer, plan.operators[0].name));
    return steps;
  }
  Run run;
  run.plan = &plan;
  std::vector<ScanTotals> totals = make_totals(plan);
  RunConnection connection;
  if (auto error = prepare_connection(connection, plan, run, totals)) return *error;
  const auto statement = compile(connection.get(), "EXPLAIN QUERY PLAN " + plan.sql);
  if (statement == nullptr) return error_of(connection.get(), run);
  std::map<int, std::size_t> levels;
  while (sqlite3_step(statement.get()) == SQLITE_ROW) {
    const auto above = levels.find(sqlite3_column_int(statement.get(), 1));
    const std::size_t level = above == levels.end() ? 0 : above->second + 1;
    levels[sqlite3_column_int(statement.get(), 0)] = level;
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), 3));
    steps.push_back(std::string(2 * level, ' ') + text);
  }
  return steps;
}

Result<std::vector<std::string>> profile_plan(const Plan& plan, const SpillingPlan& spilling,
                                              const RunLimits& limits, std::stop_token stop) {
  Profile profile;
  Profile::Step& all = profile.add("all, with SQLite's part");
  const auto began = Profile::Clock::now();
  const auto ran = run_values(
      plan, spilling, limits, stop, [](std::span<const Value>, std::int64_t&) { return true; },
      &profile);
  if (!ran) return ran.error();
  all.rows = ran->rows;
  all.time = Profile::Clock::now() - began;
  std::vector<std::string> lines;
  for (const Profile::Step& step : profile.steps()) {
    constexpr std::size_t kNameWidth = 40;
    char numbers[64];
    std::snprintf(numbers, sizeof numbers, "%12lld rows %10.3f ms",
                  static_cast<long long>(step.rows),
                  std::chrono::duration<double, std::milli>(step.time).count());
    std::string name = step.name;
    name.resize(std::max(kNameWidth, name.size()), ' ');
    lines.push_back(name + numbers);
  }
  return lines;
}

}  // namespace trailpond::sql
