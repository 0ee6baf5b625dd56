#include "sql/operators/operator_table.hpp"

#include <sqlite3.h>

#include <limits>
#include <new>
#include <numeric>
#include <optional>

#include "sql/operators/grouping.hpp"
#include "sql/operators/top_rows.hpp"
#include "sql/operators/windowing.hpp"
#include "sql/values/sqlite_bridge.hpp"

namespace trailpond::sql {
namespace {

/// Bounds of window functions travel as text: the function as a letter, then '<', '=' or '>'.
constexpr char kFirst = 'A';
constexpr int kMostWindows = 26;

/// An operator that runs, or has run. It reads nothing outside, so its rows stay the same.
struct Execution {
  std::unique_ptr<RowStream> stream;
  std::optional<Grouping> grouping = {};
  std::optional<Windowing> windowing = {};
  std::optional<TopRows> top = {};

  /// The rows where all are there; null where they come a few at a time, or are groups.
  const Tuples* gathered() const {
    return windowing ? &windowing->tuples() : top ? &top->tuples() : nullptr;
  }
};

/// Comparisons of window functions with whole numbers; whatever else one is compared with says
/// nothing about the rows here.
std::vector<NumberBounds> read_bounds(std::string_view text, std::span<sqlite3_value*> values) {
  std::vector<NumberBounds> all;
  for (sqlite3_value* value : values) {
    NumberBounds bounds;
    bounds.window = static_cast<std::size_t>(static_cast<unsigned char>(text[0]) - kFirst);
    const char comparison = text[1];
    text.remove_prefix(2);
    if (sqlite3_value_type(value) != SQLITE_INTEGER) continue;
    const std::int64_t number = sqlite3_value_int64(value);
    if (comparison != '<') bounds.least = number;
    if (comparison != '>') bounds.most = number;
    all.push_back(bounds);
  }
  return all;
}

struct Declaration {
  const OperatorTree& tree;
  sqlite3* connection;
  Watch& watch;
  std::span<ScanTotals> totals;
  std::vector<ColumnPlace> columns = {};  // of the table, where there is no grouping
  bool sort_partitions = false;           // SQLite counts on it, in some plan
  /// Those that no cursor has now: the next one goes on with them. Also, they lent their texts to
  /// SQLite, so they are kept until the connection closes.
  std::vector<std::unique_ptr<Execution>> idle = {};
  std::vector<std::unique_ptr<Execution>> outdated = {};  // they left rows out that are wanted now
};

struct Table : sqlite3_vtab {
  explicit Table(Declaration& declared) : sqlite3_vtab{}, declaration(declared) {}
  Declaration& declaration;
};

class Cursor : public sqlite3_vtab_cursor {
 public:
  explicit Cursor(Table& table) : sqlite3_vtab_cursor{}, declaration_(table.declaration) {}
  ~Cursor() {
    if (run_) declaration_.idle.push_back(std::move(run_));
  }
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  /// `bounds`: comparisons of window functions with the values, which SQLite asks once more.
  void filter(std::string_view bounds, std::span<sqlite3_value*> values) {
    const std::vector<NumberBounds> wanted = read_bounds(bounds, values);
    if (!run_ && !declaration_.idle.empty()) {
      run_ = std::move(declaration_.idle.back());
      declaration_.idle.pop_back();
    }
    if (run_ && run_->windowing && !run_->windowing->has_all(wanted)) {
      declaration_.outdated.push_back(std::move(run_));
      start({});
    } else if (run_) {
      run_->stream->restart();
    } else {
      start(wanted);
    }
    at_ = 0;
    first_ = 0;
    listed_.reset();
    if (run_->grouping) {
      count_ = run_->grouping->size();
    } else if (const Tuples* tuples = run_->gathered()) {
      count_ = tuples->size();
      if (run_->windowing && !wanted.empty()) list_rows(wanted);
    } else {
      fetch();
    }
  }
  void next() {
    if (++at_ < count_ || run_->grouping || run_->gathered()) return;
    first_ += static_cast<std::int64_t>(count_);
    fetch();
  }
  bool at_end() const { return at_ >= count_; }
  std::int64_t row_number() const { return first_ + static_cast<std::int64_t>(place()); }

  void column(sqlite3_context* context, std::size_t index) {
    if (!run_->grouping) return give_row(context, index);
    const OperatorGrouping& planned = *declaration_.tree.grouping;
    run_->stream->evaluation().arena().reset();
    if (index < planned.keys.size()) {
      result_value(context, planned.types[index], run_->grouping->key(index, at_), false);
    } else {
      const std::size_t aggregate = index - planned.keys.size();
      result_value(context, planned.aggregates[aggregate].aggregate->type,
                   run_->grouping->aggregate(aggregate, at_), false);
    }
  }

 private:
  /// Leaves out rows whose window functions are not within the bounds.
  void list_rows(std::span<const NumberBounds> wanted) {
    listed_use_.raise_to(count_ * sizeof(std::uint32_t));
    listed_.emplace(count_);
    std::iota(listed_->begin(), listed_->end(), 0u);
    for (const NumberBounds& bounds : wanted) run_->windowing->keep_between(bounds, *listed_);
    count_ = listed_->size();
  }

  /// The row at hand among those that were gathered.
  std::size_t place() const { return listed_ ? (*listed_)[at_] : at_; }

  void start(std::span<const NumberBounds> wanted) {
    const OperatorTree& tree = declaration_.tree;
    auto run = std::make_unique<Execution>();
    const bool gathers = tree.grouping || !tree.windows.empty() || tree.top;
    const char* name = tree.grouping ? " GROUP BY (with its input)"
                       : tree.top    ? " TOP (with its input)"
                                     : " WINDOW (with its input)";
    StepTimer timer(gathers ? declaration_.watch.new_step(tree.name + name) : nullptr);
    run->stream = std::make_unique<RowStream>(tree, declaration_.connection, declaration_.watch,
                                              declaration_.totals);
    if (tree.grouping) {
      run->grouping.emplace(*tree.grouping, *run->stream);
      run->grouping->run();
      timer.end(run->grouping->size());
    } else if (!tree.windows.empty()) {
      run->windowing.emplace(tree.windows, *run->stream, wanted, declaration_.sort_partitions);
      run->windowing->run();
      timer.end(run->windowing->tuples().size());
    } else if (tree.top) {
      run->top.emplace(*tree.top, *run->stream);
      run->top->run();
      timer.end(run->top->tuples().size());
    }
    run_ = std::move(run);
  }

  void fetch() {
    at_ = 0;
    count_ = run_->stream->next(tuples_) ? tuples_.size() : 0;
  }

  void give_row(sqlite3_context* context, std::size_t index) {
    const std::size_t columns = declaration_.columns.size();
    if (index < columns) {
      const ColumnPlace& place = declaration_.columns[index];
      const Tuples* gathered = run_->gathered();
      const Tuples& tuples = gathered ? *gathered : tuples_;
      run_->stream->scans().at(place).give(context, place.column,
                                           tuples.rows[place.scan][this->place()]);
      return;
    }
    const std::size_t window = index - columns;
    result_value(context, declaration_.tree.windows[window].type,
                 run_->windowing->value(window, place()), false);
  }

  Declaration& declaration_;
  std::unique_ptr<Execution> run_;
  Tuples tuples_;
  std::size_t at_ = 0;
  std::size_t count_ = 0;
  std::int64_t first_ = 0;
  std::optional<std::vector<std::uint32_t>> listed_ = {};  // the rows that are left
  MemoryUse listed_use_ = {};
};

/// Runs a body that may end the run.
template <class Body>
int guarded(sqlite3_vtab* table, Body&& body) {
  Watch& watch = static_cast<Table*>(table)->declaration.watch;
  const auto fail = [&](Error error) {
    if (!watch.error) watch.error = std::move(error);
    sqlite3_free(table->zErrMsg);
    table->zErrMsg = sqlite3_mprintf("%s", watch.error->message.c_str());
    return SQLITE_ERROR;
  };
  try {
    body();
    return SQLITE_OK;
  } catch (const OperatorFailure& failure) {
    watch.operators_failed |= failure.only_here;
    return fail(failure.error);
  } catch (const MemoryExceeded&) {
    watch.operators_failed = true;
    return fail(exhausted());
  } catch (const std::bad_alloc&) {
    return fail(exhausted());
  }
}

int connect(sqlite3* connection, void* given, int, const char* const*, sqlite3_vtab** table,
            char**) {
  auto& declaration = *static_cast<Declaration*>(given);
  std::string columns;
  const auto add = [&](const std::string& name) {
    columns += (columns.empty() ? "" : ", ") + name;
  };
  if (const auto& grouping = declaration.tree.grouping) {
    for (std::size_t at = 0; at < grouping->keys.size(); ++at) add("k" + std::to_string(at));
    for (std::size_t at = 0; at < grouping->aggregates.size(); ++at) add("a" + std::to_string(at));
  } else {
    for (const ColumnPlace& place : declaration.columns)
      add("s" + std::to_string(place.scan) + "_" + std::to_string(place.column));
    for (std::size_t at = 0; at < declaration.tree.windows.size(); ++at)
      add("w" + std::to_string(at));
  }
  if (columns.empty()) columns = "unused HIDDEN";
  const int status =
      sqlite3_declare_vtab(connection, ("CREATE TABLE operator(" + columns + ")").c_str());
  if (status != SQLITE_OK) return status;
  *table = new Table(declaration);
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
  delete static_cast<Table*>(table);
  return SQLITE_OK;
}

/// Says whether the order that SQLite wants is that of the partitions of the last window.
bool is_by_partition(const Declaration& declaration, const sqlite3_index_info& info) {
  const auto& windows = declaration.tree.windows;
  if (windows.empty() || windows.back().partition.size() != 1 || info.nOrderBy != 1) return false;
  const int column = info.aOrderBy[0].iColumn;
  if (info.aOrderBy[0].desc != 0 || column < 0) return false;
  if (static_cast<std::size_t>(column) >= declaration.columns.size()) return false;
  const ColumnPlace& place = declaration.columns[static_cast<std::size_t>(column)];
  const ColumnPlace& key = windows.back().partition[0];
  return place == key;
}

/// Takes comparisons of window functions with numbers, also as SQLite's own: it asks them again.
std::string take_bounds(const Declaration& declaration, sqlite3_index_info& info) {
  std::string bounds;
  for (int at = 0; at < info.nConstraint; ++at) {
    const auto& constraint = info.aConstraint[at];
    const auto first = static_cast<int>(declaration.columns.size());
    const int window = constraint.iColumn - first;
    if (!constraint.usable || declaration.tree.windows.empty() || window < 0 ||
        window >= kMostWindows)
      continue;
    char comparison = 0;
    if (constraint.op == SQLITE_INDEX_CONSTRAINT_EQ) comparison = '=';
    if (constraint.op == SQLITE_INDEX_CONSTRAINT_LT || constraint.op == SQLITE_INDEX_CONSTRAINT_LE)
      comparison = '<';
    if (constraint.op == SQLITE_INDEX_CONSTRAINT_GT || constraint.op == SQLITE_INDEX_CONSTRAINT_GE)
      comparison = '>';
    // Of IN it would ask for each value anew.
    if (comparison == 0 || sqlite3_vtab_in(&info, at, -1) != 0) continue;
    bounds += {static_cast<char>(kFirst + window), comparison};
    info.aConstraintUsage[at].argvIndex = static_cast<int>(bounds.size() / 2);
  }
  return bounds;
}

int best_index(sqlite3_vtab* table, sqlite3_index_info* info) {
  Declaration& declaration = static_cast<Table*>(table)->declaration;
  if (const std::string bounds = take_bounds(declaration, *info); !bounds.empty()) {
    info->idxStr = sqlite3_mprintf("%s", bounds.c_str());
    if (!info->idxStr) return SQLITE_NOMEM;
    info->needToFreeIdxStr = 1;
  }
  if (is_by_partition(declaration, *info)) {
    declaration.sort_partitions = true;
    info->orderByConsumed = 1;
  }
  constexpr double kRows = 1e6;
  info->estimatedCost = kRows;
  info->estimatedRows = static_cast<sqlite3_int64>(kRows);
  return SQLITE_OK;
}

int open_cursor(sqlite3_vtab* table, sqlite3_vtab_cursor** cursor) {
  *cursor = new Cursor(*static_cast<Table*>(table));
  return SQLITE_OK;
}

int close_cursor(sqlite3_vtab_cursor* cursor) {
  delete static_cast<Cursor*>(cursor);
  return SQLITE_OK;
}

int filter_rows(sqlite3_vtab_cursor* cursor, int, const char* bounds, int count,
                sqlite3_value** values) {
  return guarded(cursor->pVtab, [&] {
    static_cast<Cursor*>(cursor)->filter(bounds ? bounds : "",
                                         {values, static_cast<std::size_t>(count)});
  });
}

int next_row(sqlite3_vtab_cursor* cursor) {
  return guarded(cursor->pVtab, [&] { static_cast<Cursor*>(cursor)->next(); });
}

int is_at_end(sqlite3_vtab_cursor* cursor) { return static_cast<Cursor*>(cursor)->at_end(); }

int give_column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int index) {
  return guarded(cursor->pVtab, [&] {
    static_cast<Cursor*>(cursor)->column(context, static_cast<std::size_t>(index));
  });
}

int give_row_number(sqlite3_vtab_cursor* cursor, sqlite3_int64* number) {
  *number = static_cast<Cursor*>(cursor)->row_number();
  return SQLITE_OK;
}

constexpr sqlite3_module make_module() {
  sqlite3_module module = {};
  module.xConnect = connect;
  module.xBestIndex = best_index;
  module.xDisconnect = disconnect;
  module.xDestroy = disconnect;
  module.xOpen = open_cursor;
  module.xClose = close_cursor;
  module.xFilter = filter_rows;
  module.xNext = next_row;
  module.xEof = is_at_end;
  module.xColumn = give_column;
  module.xRowid = give_row_number;
  return module;
}

constexpr sqlite3_module kModule = make_module();

}  // namespace

int declare_operator(sqlite3* connection, const OperatorTree& tree, Watch& watch,
                     std::span<ScanTotals> totals) {
  auto declaration = std::make_unique<Declaration>(tree, connection, watch, totals);
  const std::size_t scans = tree.joins.size() + 1;
  for (std::size_t scan = 0; scan < scans && !tree.grouping; ++scan) {
    for (std::size_t column = 0; column < tree.scans[scan].columns.size(); ++column)
      declaration->columns.push_back({scan, column});
  }
  // SQLite takes it over, also where it refuses the module.
  return sqlite3_create_module_v2(connection, tree.name.c_str(), &kModule, declaration.release(),
                                  [](void* given) { delete static_cast<Declaration*>(given); });
}

}  // namespace trailpond::sql
