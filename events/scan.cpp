#include "events/scan.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <new>
#include <string>

#include "events/give.hpp"
#include "events/row_order.hpp"
#include "events/scan_plan.hpp"
#include "events/top_rows.hpp"

namespace trailpond::events {
namespace {

/// Rows selected at a time: small enough for the first-level cache, so that a LIMIT stops early.
constexpr std::uint32_t kBlockRows = 8192;
/// Times that an equality is asked for after which an index pays.
constexpr int kCallsBeforeIndex = 3;

/// What declare_scan was given; lives as long as the module is registered, and with it whatever
/// text was handed to SQLite as static.
struct Declaration {
  std::shared_ptr<const Snapshot> snapshot;
  ScanSources sources;
  ScanTotals* counters;
  /// Times that an equality was asked for, by any cursor: a correlated subquery opens one each
  /// time.
  int equality_calls = 0;
};

struct Table : sqlite3_vtab {
  explicit Table(Declaration& declared) : sqlite3_vtab{}, declaration(declared) {}
  Declaration& declaration;
};

class Cursor : public sqlite3_vtab_cursor {
 public:
  explicit Cursor(Table& table)
      : sqlite3_vtab_cursor{},
        declaration_(table.declaration),
        snapshot_(*declaration_.snapshot),
        starts_(snapshot_.starts()) {}

  int filter(const char* plan_text, int count, sqlite3_value** values);
  int next() {
    if (++at_ < size_) {
      place();
      return SQLITE_OK;
    }
    return listed_ ? SQLITE_OK : next_block();
  }
  bool at_end() const { return at_ >= size_; }
  std::int64_t row_number() const { return starts_[segment_] + row_; }
  bool leaves_rows_out() const { return plan_.order.distinct; }
  int fail(const std::string& error);
  void column(sqlite3_context* context, int index);

 private:
  void count_scan();
  bool use_index(const Condition& condition, RowFilter& filter);
  bool finds_top(const OrderWish& wish) const;
  int list_rows(const OrderWish& wish);
  std::vector<std::uint32_t> select_all();
  void gather_all(std::vector<std::uint32_t>& rows);
  int next_block();
  void start_list() {
    listed_ = true;
    at_ = 0;
    size_ = rows_.size();
    segment_ = 0;
    if (size_ > 0) place();
  }
  /// Finds segment and row of the current position.
  void place() {
    if (!listed_) {
      row_ = dense_ ? block_begin_ + static_cast<std::uint32_t>(at_) : rows_[at_];
      return;
    }
    const std::uint32_t row = rows_[at_];
    segment_ = find_segment(starts_, row, segment_);
    row_ = row - starts_[segment_];
  }

  Declaration& declaration_;
  const Snapshot& snapshot_;
  const std::vector<std::uint32_t>& starts_;
  std::unique_ptr<RowFilter> filter_;
  std::string plan_text_;
  ScanPlan plan_;
  int calls_ = 0;
  bool listed_ = false;  // rows_ holds numbers through the snapshot, else rows of one block
  bool dense_ = false;   // every row of the block
  std::vector<std::uint32_t> rows_;
  std::size_t at_ = 0;
  std::size_t size_ = 0;
  std::size_t segment_ = 0;
  std::uint32_t row_ = 0;
  std::uint32_t block_begin_ = 0;
  std::uint32_t block_end_ = 0;
  std::string encoded_;
};

void Cursor::count_scan() {
  if (calls_++ > 0 || !declaration_.counters) return;
  declaration_.counters->rows_scanned += snapshot_.shown_count();
  declaration_.counters->bytes_scanned += snapshot_.shown_bytes();
}

int Cursor::fail(const std::string& error) {
  sqlite3_free(pVtab->zErrMsg);
  pVtab->zErrMsg = sqlite3_mprintf("%s", error.c_str());
  return SQLITE_ERROR;
}

int Cursor::filter(const char* plan_text, int count, sqlite3_value** values) {
  count_scan();
  const std::string_view text = plan_text ? plan_text : "";
  if (calls_ == 1 || text != plan_text_) {
    plan_text_ = text;
    plan_ = parse_plan(text);
  }
  OrderWish wish = plan_.order;
  filter_ = std::make_unique<RowFilter>(snapshot_, declaration_.sources,
                                        bind_conditions(plan_, count, values, wish));
  listed_ = false;
  at_ = size_ = 0;
  segment_ = 0;
  block_begin_ = block_end_ = 0;
  if (filter_->is_never()) {
    rows_.clear();
    start_list();
    return SQLITE_OK;
  }
  const Condition* indexed = filter_->find_indexed();
  if (indexed && use_index(*indexed, *filter_)) {
    if (filter_->error()) return fail(*filter_->error());
  } else if (wish.terms.empty()) {
    return next_block();
  } else if (finds_top(wish)) {
    const OrderTerm& term = wish.terms.front();
    rows_ = find_top_rows(snapshot_, *declaration_.sources[static_cast<std::size_t>(term.column)],
                          *filter_, term.descending, wish.limit);
    if (filter_->error()) return fail(*filter_->error());
    start_list();
    return SQLITE_OK;
  } else {
    rows_ = select_all();
    if (filter_->error()) return fail(*filter_->error());
  }
  return list_rows(wish);
}

/// Says whether the order is that of one column of numbers, of which few rows are wanted.
bool Cursor::finds_top(const OrderWish& wish) const {
  constexpr std::size_t kMostRows = 1024;
  if (wish.terms.size() != 1 || wish.distinct || !wish.sorted || wish.limit > kMostRows)
    return false;
  const auto column = static_cast<std::size_t>(wish.terms.front().column);
  return declaration_.sources[column]->kind() == ValueKind::kInteger;
}

int Cursor::list_rows(const OrderWish& wish) {
  if (!wish.terms.empty() && rows_.size() > 1) {
    const auto* error = order_rows(snapshot_, declaration_.sources, wish, rows_);
    if (error) return fail(*error);
  }
  start_list();
  return SQLITE_OK;
}

/// Takes the rows from an index where that is worth it; answers false where it is not.
bool Cursor::use_index(const Condition& condition, RowFilter& filter) {
  ScanSource& source = *declaration_.sources[static_cast<std::size_t>(condition.column)];
  if (!source.has_index() && ++declaration_.equality_calls < kCallsBeforeIndex) return false;
  const RowIndex* index = source.index();
  if (!index) return false;
  const Cell wanted = std::visit(
      [](const auto& value) -> Cell {
        using Value = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, std::string>) {
          return std::string_view(value);
        } else if constexpr (std::is_same_v<Value, Blob>) {
          return {};
        } else {
          return value;
        }
      },
      condition.operands.front());
  rows_.clear();
  listed_ = true;
  std::size_t segment = 0;
  for (const std::uint32_t candidate : index->candidates(source.index_key(wanted))) {
    segment = find_segment(starts_, candidate, segment);
    if (filter.holds(segment, candidate - starts_[segment])) rows_.push_back(candidate);
    if (filter.error()) break;
  }
  return true;
}

std::vector<std::uint32_t> Cursor::select_all() {
  std::vector<std::uint32_t> rows;
  gather_all(rows);
  return rows;
}

void Cursor::gather_all(std::vector<std::uint32_t>& rows) {
  std::size_t kept = 0;
  rows.resize(static_cast<std::size_t>(snapshot_.row_count()));
  for (std::size_t segment = 0; segment + 1 < starts_.size(); ++segment) {
    const std::uint32_t count = starts_[segment + 1] - starts_[segment];
    const std::size_t found = filter_->select(segment, 0, count, rows.data() + kept);
    if (filter_->error()) return;
    for (std::size_t at = kept; at < kept + found; ++at) rows[at] += starts_[segment];
    kept += found;
  }
  rows.resize(kept);
}

int Cursor::next_block() {
  at_ = size_ = 0;
  while (segment_ + 1 < starts_.size()) {
    const std::uint32_t rows = starts_[segment_ + 1] - starts_[segment_];
    if (block_end_ >= rows) {
      ++segment_;
      block_begin_ = block_end_ = 0;
      continue;
    }
    block_begin_ = block_end_;
    block_end_ = std::min(rows, block_begin_ + kBlockRows);
    dense_ = filter_->is_empty();
    if (dense_) {
      size_ = block_end_ - block_begin_;
    } else {
      rows_.resize(kBlockRows);
      size_ = filter_->select(segment_, block_begin_, block_end_, rows_.data());
      if (filter_->error()) return fail(*filter_->error());
    }
    if (size_ > 0) {
      place();
      return SQLITE_OK;
    }
  }
  return SQLITE_OK;
}

// A result that is not set is NULL.
void Cursor::column(sqlite3_context* context, int index) {
  if (static_cast<std::size_t>(index) >= declaration_.sources.size()) return;
  give_cell(context, *declaration_.sources[static_cast<std::size_t>(index)], segment_, row_,
            encoded_);
}

/// Runs a body that may run out of memory or meet a computation that throws.
template <class Body>
int guarded(sqlite3_vtab* table, Body&& body) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  } catch (const std::exception& error) {
    sqlite3_free(table->zErrMsg);
    table->zErrMsg = sqlite3_mprintf("%s", error.what());
    return SQLITE_ERROR;
  }
}

int connect(sqlite3* connection, void* given, int, const char* const*, sqlite3_vtab** table,
            char**) {
  auto& declaration = *static_cast<Declaration*>(given);
  std::string columns;
  for (std::size_t at = 0; at < declaration.sources.size(); ++at) {
    columns += (at == 0 ? "x" : ", x") + std::to_string(at);
  }
  // A table needs a column, also where the statement only counts rows.
  if (columns.empty()) columns = "unused HIDDEN";
  const std::string schema = "CREATE TABLE scan(" + columns + ")";
  const int status = sqlite3_declare_vtab(connection, schema.c_str());
  if (status != SQLITE_OK) return status;
  *table = new Table(declaration);
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
  delete static_cast<Table*>(table);
  return SQLITE_OK;
}

int best_index(sqlite3_vtab* table, sqlite3_index_info* info) {
  return guarded(table, [&] {
    const Declaration& declaration = static_cast<Table*>(table)->declaration;
    return choose_plan(*declaration.snapshot, declaration.sources, info);
  });
}

int open_cursor(sqlite3_vtab* table, sqlite3_vtab_cursor** cursor) {
  return guarded(table, [&] {
    *cursor = new Cursor(*static_cast<Table*>(table));
    return SQLITE_OK;
  });
}

int close_cursor(sqlite3_vtab_cursor* cursor) {
  delete static_cast<Cursor*>(cursor);
  return SQLITE_OK;
}

int filter_rows(sqlite3_vtab_cursor* cursor, int, const char* plan, int count,
                sqlite3_value** values) {
  return guarded(cursor->pVtab,
                 [&] { return static_cast<Cursor*>(cursor)->filter(plan, count, values); });
}

int next_row(sqlite3_vtab_cursor* cursor) {
  return guarded(cursor->pVtab, [&] { return static_cast<Cursor*>(cursor)->next(); });
}

int is_at_end(sqlite3_vtab_cursor* cursor) { return static_cast<Cursor*>(cursor)->at_end(); }

int give_column(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int index) {
  return guarded(cursor->pVtab, [&] {
    static_cast<Cursor*>(cursor)->column(context, index);
    return SQLITE_OK;
  });
}

int give_row_number(sqlite3_vtab_cursor* cursor, sqlite3_int64* number) {
  auto& rows = *static_cast<Cursor*>(cursor);
  // SQLite 3.40 does not say when DISTINCT has a condition on the rowid: no answer is better than
  // a wrong one.
  if (rows.leaves_rows_out()) return rows.fail("a scan under DISTINCT has no row numbers");
  *number = rows.row_number();
  return SQLITE_OK;
}

constexpr sqlite3_module make_module() {
  sqlite3_module module = {};
  // No xCreate: the table is there by its name alone and cannot be created.
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

int declare_scan(sqlite3* connection, const std::string& name,
                 std::shared_ptr<const Snapshot> snapshot, std::vector<ScanColumn> columns,
                 ScanTotals* counters) {
  auto declaration = std::make_unique<Declaration>();
  for (ScanColumn& column : columns) {
    if (!ScanSource::is_valid(snapshot->layout(), column)) return SQLITE_MISUSE;
    declaration->sources.push_back(std::make_unique<ScanSource>(snapshot, std::move(column)));
  }
  declaration->snapshot = std::move(snapshot);
  declaration->counters = counters;
  // SQLite takes it over, also where it refuses the module.
  return sqlite3_create_module_v2(connection, name.c_str(), &kModule, declaration.release(),
                                  [](void* given) { delete static_cast<Declaration*>(given); });
}

}  // namespace trailpond::events
