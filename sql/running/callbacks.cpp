#include "sql/running/callbacks.hpp"

#include <sqlite3.h>

#include "sql/evaluation/evaluator.hpp"
#include "sql/evaluation/function.hpp"
#include "sql/running/frames.hpp"
#include "sql/values/arena.hpp"
#include "sql/values/encoding.hpp"
#include "sql/values/memory_use.hpp"
#include "sql/values/sort_keys.hpp"
#include "sql/values/sqlite_bridge.hpp"

/// The functions that a planned statement calls inside SQLite.
namespace trailpond::sql {
namespace {

Run& run_of(sqlite3_context* context) { return *static_cast<Run*>(sqlite3_user_data(context)); }

/// Hands the evaluation's error to SQLite, which then ends the statement.
void report(sqlite3_context* context, Run& run) {
  if (auto error = run.evaluation.take_error()) {
    if (!run.error) run.error = std::move(error);
    sqlite3_result_error(context, run.error->message.c_str(), -1);
  }
}

void report_memory(sqlite3_context* context, Run& run) {
  if (!run.error) run.error = exhausted();
  sqlite3_result_error(context, kExhausted, -1);
}

void eval(sqlite3_context* context, int count, sqlite3_value** values) {
  Run& run = run_of(context);
  const Program& program =
      run.plan->programs[static_cast<std::size_t>(sqlite3_value_int(values[0]))];
  Evaluation& evaluation = run.evaluation;
  evaluation.arena().reset();
  try {
    const auto arguments = evaluation.arena().values(static_cast<std::size_t>(count - 1));
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      arguments[i] = read_value(program.argument_types[i], values[i + 1], evaluation.arena());
    }
    evaluation.begin_row(arguments);
    const Value result = evaluate(evaluation, *program.expression);
    if (evaluation.failed()) return report(context, run);
    if (program.sortable) {
      std::string key;
      if (result.is_null()) return sqlite3_result_null(context);
      append_sort_key(program.expression->type, result, key);
      return sqlite3_result_blob64(context, key.data(), key.size(), SQLITE_TRANSIENT);
    }
    result_value(context, program.expression->type, result, program.normalised);
  } catch (const MemoryExceeded&) {
    report_memory(context, run);
  }
}

// ---- aggregates -----------------------------------------------------------------------------

/// The rows of one group, as far as DISTINCT and ORDER BY need them before the accumulator.
struct Group {
  explicit Group(const AggregateProgram& of)
      : program(&of), accumulator(of.aggregate->function->make(*of.aggregate)) {}

  const AggregateProgram* program;
  MemoryUse use;  // of what stands below; the accumulator counts its own
  std::unique_ptr<Accumulator> accumulator;
  std::unordered_set<std::string> seen;
  std::vector<std::string> rows;  // encoded, when they must be sorted first
};

std::string encode_row(const AggregateProgram& program, std::span<const Value> arguments,
                       bool normalised) {
  std::string row;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    encode_value(program.argument_types[i], arguments[i], normalised, row);
  }
  return row;
}

/// Reads back what encode_row wrote; a row is kept as a list for that.
std::span<const Value> decode_row(const AggregateProgram& program, std::string_view row,
                                  Arena& arena) {
  std::vector<std::pair<std::string, TypePointer>> fields;
  for (const TypePointer type : program.argument_types) fields.emplace_back("", type);
  return decode_value(row_type(std::move(fields)), row, arena).items();
}

std::string encode_list(const AggregateProgram& program, std::span<const Value> arguments) {
  std::vector<std::pair<std::string, TypePointer>> fields;
  for (const TypePointer type : program.argument_types) fields.emplace_back("", type);
  std::string row;
  encode_value(row_type(std::move(fields)), Value::of_items(arguments), false, row);
  return row;
}

void aggregate_step(sqlite3_context* context, int count, sqlite3_value** values) {
  Run& run = run_of(context);
  auto** place = static_cast<Group**>(sqlite3_aggregate_context(context, sizeof(Group*)));
  if (place == nullptr) return sqlite3_result_error_nomem(context);
  if (*place == nullptr) {
    *place =
        new Group(run.plan->aggregates[static_cast<std::size_t>(sqlite3_value_int(values[0]))]);
  }
  Group& group = **place;
  const AggregateProgram& program = *group.program;
  Evaluation& evaluation = run.evaluation;
  evaluation.arena().reset();
  try {
    const auto arguments = evaluation.arena().values(static_cast<std::size_t>(count - 1));
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      arguments[i] = read_value(program.argument_types[i], values[i + 1], evaluation.arena());
    }
    evaluation.begin_row(arguments);
    const auto plain = arguments.first(arguments.size() - program.sort_keys);
    if (program.aggregate->function->skips_null && !plain.empty() && plain[0].is_null()) return;
    if (program.aggregate->distinct) {
      const auto [key, is_new] = group.seen.insert(encode_row(program, plain, true));
      if (!is_new) return;
      group.use.grow(key->size() + sizeof *key);
    }
    if (program.sort_keys > 0) {
      const std::string& row = group.rows.emplace_back(encode_list(program, arguments));
      group.use.grow(row.size() + sizeof row);
    } else {
      group.accumulator->add(evaluation, plain);
    }
    if (evaluation.failed()) report(context, run);
  } catch (const MemoryExceeded&) {
    report_memory(context, run);
  }
}

void sort_rows(Group& group, Arena& arena, std::vector<std::span<const Value>>& rows) {
  const AggregateProgram& program = *group.program;
  for (const std::string& row : group.rows) rows.push_back(decode_row(program, row, arena));
  const std::size_t first = program.argument_types.size() - program.sort_keys;
  std::ranges::stable_sort(rows, [&](std::span<const Value> a, std::span<const Value> b) {
    return sorts_before(program.aggregate->order_by, a.subspan(first), b.subspan(first));
  });
}

void finish_group(sqlite3_context* context, Run& run, Group& group) {
  Evaluation& evaluation = run.evaluation;
  evaluation.arena().reset();
  evaluation.begin_row({});
  try {
    if (group.program->sort_keys > 0) {
      std::vector<std::span<const Value>> rows;
      sort_rows(group, evaluation.arena(), rows);
      const std::size_t plain = group.program->argument_types.size() - group.program->sort_keys;
      for (const auto row : rows) group.accumulator->add(evaluation, row.first(plain));
    }
    const Value result = group.accumulator->finish(evaluation);
    if (evaluation.failed()) return report(context, run);
    result_value(context, group.program->aggregate->type, result, false);
  } catch (const MemoryExceeded&) {
    report_memory(context, run);
  }
}

void aggregate_finish(sqlite3_context* context) {
  Run& run = run_of(context);
  auto** place = static_cast<Group**>(sqlite3_aggregate_context(context, 0));
  if (place != nullptr && *place != nullptr) {
    finish_group(context, run, **place);
    delete *place;
    *place = nullptr;
    return;
  }
  // No row at all: SQLite has not told which aggregate this is. Every one but count answers NULL,
  // and count is SQLite's own wherever a group may be empty.
  sqlite3_result_null(context);
}

/// As a window function: the result so far. The planner gives frames that lose rows to win().
void aggregate_value(sqlite3_context* context) {
  Run& run = run_of(context);
  auto** place = static_cast<Group**>(sqlite3_aggregate_context(context, 0));
  if (place == nullptr || *place == nullptr) return sqlite3_result_null(context);
  finish_group(context, run, **place);
}

void no_inverse(sqlite3_context* context, int, sqlite3_value**) {
  sqlite3_result_error(context, "a frame of SQLite lost a row", -1);
}

// ---- windows over whole partitions ----------------------------------------------------------

void window_step(sqlite3_context* context, int count, sqlite3_value** values) {
  Run& run = run_of(context);
  auto** place = static_cast<Partition**>(sqlite3_aggregate_context(context, sizeof(Partition*)));
  if (place == nullptr) return sqlite3_result_error_nomem(context);
  const WindowProgram& program =
      run.plan->windows[static_cast<std::size_t>(sqlite3_value_int(values[0]))];
  run.evaluation.arena().reset();
  try {
    if (*place == nullptr) *place = new Partition(program);
    const auto arguments = run.evaluation.arena().values(static_cast<std::size_t>(count - 1));
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      arguments[i] = read_value(program.argument_types[i], values[i + 1], run.evaluation.arena());
    }
    (*place)->add(arguments);
  } catch (const MemoryExceeded&) {
    report_memory(context, run);
  }
}

/// SQLite asks once for each row, in their order, when the frame is the whole partition.
void window_value(sqlite3_context* context) {
  Run& run = run_of(context);
  auto** place = static_cast<Partition**>(sqlite3_aggregate_context(context, 0));
  if (place == nullptr || *place == nullptr) return sqlite3_result_null(context);
  run.evaluation.arena().reset();
  run.evaluation.begin_row({});
  try {
    const Value result = (*place)->next(run.evaluation);
    if (run.evaluation.failed()) return report(context, run);
    result_value(context, (*place)->type(), result, false);
  } catch (const MemoryExceeded&) {
    report_memory(context, run);
  }
}

void window_finish(sqlite3_context* context) {
  auto** place = static_cast<Partition**>(sqlite3_aggregate_context(context, 0));
  if (place != nullptr) {
    delete *place;
    *place = nullptr;
  }
  sqlite3_result_null(context);
}

// ---- scalar subqueries ----------------------------------------------------------------------

void single_row_step(sqlite3_context* context, int, sqlite3_value** values) {
  auto** place =
      static_cast<sqlite3_value**>(sqlite3_aggregate_context(context, sizeof(sqlite3_value*)));
  if (place == nullptr) return sqlite3_result_error_nomem(context);
  if (*place != nullptr) {
    Run& run = run_of(context);
    if (!run.error) {
      run.error = Error{
          ErrorName::kSubqueryMultipleRows, "Scalar sub-query has returned multiple rows", {}};
    }
    return sqlite3_result_error(context, run.error->message.c_str(), -1);
  }
  *place = sqlite3_value_dup(values[0]);
}

void single_row_finish(sqlite3_context* context) {
  auto** place = static_cast<sqlite3_value**>(sqlite3_aggregate_context(context, 0));
  if (place == nullptr || *place == nullptr) return sqlite3_result_null(context);
  sqlite3_result_value(context, *place);
  sqlite3_value_free(*place);
}

/// A recursive WITH query that still has rows after its last step.
void too_deep(sqlite3_context* context, int, sqlite3_value**) {
  Run& run = run_of(context);
  if (!run.error) {
    run.error = Error{ErrorName::kNotSupported,
                      "Recursion depth limit exceeded (" + std::to_string(kMaxRecursionDepth) +
                          "). Use 'max_recursion_depth' session property to modify the limit.",
                      {}};
  }
  sqlite3_result_error(context, run.error->message.c_str(), -1);
}

}  // namespace

int register_functions(sqlite3* connection, Run& run) {
  constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
  int code = sqlite3_create_function_v2(connection, "eval", -1, kFlags, &run, eval, nullptr,
                                        nullptr, nullptr);
  // The same for what varies: SQLite must ask for it at every row.
  if (code == SQLITE_OK) {
    code = sqlite3_create_function_v2(connection, "vary", -1, SQLITE_UTF8, &run, eval, nullptr,
                                      nullptr, nullptr);
  }
  if (code == SQLITE_OK) {
    code = sqlite3_create_window_function(connection, "agg", -1, SQLITE_UTF8, &run, aggregate_step,
                                          aggregate_finish, aggregate_value, no_inverse, nullptr);
  }
  if (code == SQLITE_OK) {
    code = sqlite3_create_window_function(connection, "win", -1, SQLITE_UTF8, &run, window_step,
                                          window_finish, window_value, no_inverse, nullptr);
  }
  if (code == SQLITE_OK) {
    code = sqlite3_create_function_v2(connection, "too_deep", 0, SQLITE_UTF8, &run, too_deep,
                                      nullptr, nullptr, nullptr);
  }
  if (code == SQLITE_OK) {
    code = sqlite3_create_function_v2(connection, "single_row", 1, SQLITE_UTF8, &run, nullptr,
                                      single_row_step, single_row_finish, nullptr);
  }
  return code == SQLITE_OK ? register_unnest(connection) : code;
}

}  // namespace trailpond::sql
