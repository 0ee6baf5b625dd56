#include "sql/operators/operator_table.hpp"

#include <sqlite3.h>

#include <new>
#include <optional>

#include "sql/operators/grouping.hpp"
#include "sql/operators/windowing.hpp"
#include "sql/values/sqlite_bridge.hpp"

namespace trailpond::sql {
namespace {

struct Declaration {
  const OperatorTree& tree;
  sqlite3* connection;
  Watch& watch;
  std::span<ScanTotals> totals;
  std::vector<ColumnPlace> columns = {};  // of the table, where there is no grouping
  /// What lent its texts to SQLite: kept until the connection closes.
  std::vector<std::unique_ptr<RowStream>> streams = {};
};

struct Table : sqlite3_vtab {
  explicit Table(Declaration& declared) : sqlite3_vtab{}, declaration(declared) {}
  Declaration& declaration;
};

class Cursor : public sqlite3_vtab_cursor {
 public:
  explicit Cursor(Table& table) : sqlite3_vtab_cursor{}, declaration_(table.declaration) {}

  void filter() {
    const OperatorTree& tree = declaration_.tree;
    grouping_.reset();
    windowing_.reset();
    if (tree.grouping) declaration_.streams.clear();
    stream_ = declaration_.streams
                  .emplace_back(std::make_unique<RowStream>(tree, declaration_.connection,
                                                            declaration_.watch, declaration_.totals))
                  .get();
    at_ = 0;
    first_ = 0;
    if (tree.grouping) {
      grouping_.emplace(*tree.grouping, *stream_);
      grouping_->run();
      count_ = grouping_->size();
    } else if (!tree.windows.empty()) {
      windowing_.emplace(tree.windows, *stream_);
      windowing_->run();
      count_ = windowing_->tuples().size();
    } else {
      fetch();
    }
  }
  void next() {
    if (++at_ < count_ || grouping_ || windowing_) return;
    first_ += static_cast<std::int64_t>(count_);
    fetch();
  }
  bool at_end() const { return at_ >= count_; }
  std::int64_t row_number() const { return first_ + static_cast<std::int64_t>(at_); }

  void column(sqlite3_context* context, std::size_t index) {
    if (!grouping_) return give_row(context, index);
    const OperatorGrouping& planned = *declaration_.tree.grouping;
    stream_->evaluation().arena().reset();
    if (index < planned.keys.size()) {
      result_value(context, planned.types[index], grouping_->key(index, at_), false);
    } else {
      const std::size_t aggregate = index - planned.keys.size();
      result_value(context, planned.aggregates[aggregate].aggregate->type,
                   grouping_->aggregate(aggregate, at_), false);
    }
  }

 private:
  void fetch() {
    at_ = 0;
    count_ = stream_->next(tuples_) ? tuples_.size() : 0;
  }

  void give_row(sqlite3_context* context, std::size_t index) {
    const std::size_t columns = declaration_.columns.size();
    if (index < columns) {
      const ColumnPlace& place = declaration_.columns[index];
      const Tuples& tuples = windowing_ ? windowing_->tuples() : tuples_;
      stream_->scans().at(place).give(context, place.column, tuples.rows[place.scan][at_]);
      return;
    }
    const std::size_t window = index - columns;
    result_value(context, declaration_.tree.windows[window].type, windowing_->value(window, at_),
                 false);
  }

  Declaration& declaration_;
  RowStream* stream_ = nullptr;
  std::optional<Grouping> grouping_;
  std::optional<Windowing> windowing_;
  Tuples tuples_;
  std::size_t at_ = 0;
  std::size_t count_ = 0;
  std::int64_t first_ = 0;
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
    return fail(failure.error);
  } catch (const MemoryExceeded&) {
    return fail(exhausted());
  } catch (const std::bad_alloc&) {
    return fail(exhausted());
  }
}

int connect(sqlite3* connection, void* given, int, const char* const*, sqlite3_vtab** table,
            char**) {
  auto& declaration = *static_cast<Declaration*>(given);
  std::string columns;
  const auto add = [&](const std::string& name) { columns += (columns.empty() ? "" : ", ") + name; };
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

int best_index(sqlite3_vtab*, sqlite3_index_info* info) {
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

int filter_rows(sqlite3_vtab_cursor* cursor, int, const char*, int, sqlite3_value**) {
  return guarded(cursor->pVtab, [&] { static_cast<Cursor*>(cursor)->filter(); });
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
