#include <sqlite3.h>

#include <charconv>

#include "base/encoding.hpp"
#include "sql/bound/limits.hpp"
#include "sql/running/callbacks.hpp"

/// UNNEST as a table-valued function: unnest(shape, value, value …) with columns c0, c1 … and the
/// place of the row. The shape says how many columns each value has: `a` an array (1), `m` a map
/// (2), `rN,` an array of rows of N fields. Source:
/// https://trino.io/docs/current/sql/select.html#unnest
namespace trailpond::sql {
namespace {

using encoding::Tag;

constexpr int kMaxColumns = kMaxUnnestColumns;
constexpr int kMaxValues = kMaxUnnestValues;
constexpr int kShapeColumn = kMaxColumns;

/// One item of an encoded list: where it begins and ends.
struct Item {
  std::size_t begin;
  std::size_t end;
};

std::uint32_t read_u32(const std::string& data, std::size_t at) {
  std::uint32_t value = 0;
  std::memcpy(&value, data.data() + at, sizeof value);
  return value;
}

std::size_t item_end(const std::string& data, std::size_t at) {
  switch (static_cast<Tag>(data[at])) {
    case Tag::kNull:
    case Tag::kFalse:
    case Tag::kTrue:
      return at + 1;
    case Tag::kInteger:
    case Tag::kDouble:
      return at + 9;
    case Tag::kText:
    case Tag::kBytes:
      return at + 5 + read_u32(data, at + 1);
    case Tag::kList:
    case Tag::kMap:
      return at + 9 + read_u32(data, at + 5);
  }
  return data.size();
}

/// The items directly inside the list or map that begins at `at`.
std::vector<Item> items_of(const std::string& data, std::size_t at) {
  std::vector<Item> items;
  const Tag tag = static_cast<Tag>(data[at]);
  if (tag != Tag::kList && tag != Tag::kMap) return items;
  const std::size_t count = std::size_t{read_u32(data, at + 1)} * (tag == Tag::kMap ? 2 : 1);
  std::size_t next = at + 9;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t end = item_end(data, next);
    items.push_back({next, end});
    next = end;
  }
  return items;
}

void result_item(sqlite3_context* context, const std::string& data, Item item) {
  const char* at = data.data() + item.begin;
  switch (static_cast<Tag>(*at)) {
    case Tag::kNull:
      return sqlite3_result_null(context);
    case Tag::kFalse:
      return sqlite3_result_int(context, 0);
    case Tag::kTrue:
      return sqlite3_result_int(context, 1);
    case Tag::kInteger: {
      std::int64_t value = 0;
      std::memcpy(&value, at + 1, sizeof value);
      return sqlite3_result_int64(context, value);
    }
    case Tag::kDouble: {
      double value = 0;
      std::memcpy(&value, at + 1, sizeof value);
      if (std::isnan(value)) return sqlite3_result_text(context, "NaN", 3, SQLITE_STATIC);
      return sqlite3_result_double(context, value);
    }
    case Tag::kText:
      return sqlite3_result_text64(context, at + 5, item.end - item.begin - 5, SQLITE_TRANSIENT,
                                   SQLITE_UTF8);
    case Tag::kBytes:
      return sqlite3_result_blob64(context, at + 5, item.end - item.begin - 5, SQLITE_TRANSIENT);
    case Tag::kList:
    case Tag::kMap:
      return sqlite3_result_blob64(context, at, item.end - item.begin, SQLITE_TRANSIENT);
  }
}

/// One value being unnested.
struct Source {
  char kind = 'a';
  int columns = 1;
  std::string data;
  std::vector<Item> items;
  std::size_t rows() const { return kind == 'm' ? items.size() / 2 : items.size(); }
};

struct Cursor {
  sqlite3_vtab_cursor base{};
  std::vector<Source> sources;
  int columns = 0;
  std::size_t row = 0;
  std::size_t rows = 0;
};

int connect(sqlite3* connection, void*, int, const char* const*, sqlite3_vtab** table, char**) {
  std::string declaration = "CREATE TABLE x(";
  for (int i = 0; i < kMaxColumns; ++i) declaration += (i > 0 ? ",c" : "c") + std::to_string(i);
  declaration += ",shape HIDDEN";
  for (int i = 0; i < kMaxValues; ++i) declaration += ",v" + std::to_string(i) + " HIDDEN";
  const int code = sqlite3_declare_vtab(connection, (declaration + ")").c_str());
  if (code != SQLITE_OK) return code;
  *table = new sqlite3_vtab{};
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
  delete table;
  return SQLITE_OK;
}

/// Every argument must be there before the function can be read.
int best_index(sqlite3_vtab*, sqlite3_index_info* info) {
  int places[kMaxValues + 1];
  std::fill(std::begin(places), std::end(places), -1);
  for (int i = 0; i < info->nConstraint; ++i) {
    const auto& constraint = info->aConstraint[i];
    if (constraint.iColumn < kShapeColumn || constraint.op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
    if (!constraint.usable) return SQLITE_CONSTRAINT;
    places[constraint.iColumn - kShapeColumn] = i;
  }
  int next = 0;
  for (const int place : places) {
    if (place < 0) break;
    info->aConstraintUsage[place].argvIndex = ++next;
    info->aConstraintUsage[place].omit = 1;
  }
  info->estimatedCost = 10;
  info->estimatedRows = 10;
  return SQLITE_OK;
}

int open(sqlite3_vtab*, sqlite3_vtab_cursor** cursor) {
  auto* opened = new Cursor;
  *cursor = &opened->base;
  return SQLITE_OK;
}

Cursor& cursor_of(sqlite3_vtab_cursor* cursor) { return *reinterpret_cast<Cursor*>(cursor); }

int close(sqlite3_vtab_cursor* cursor) {
  delete reinterpret_cast<Cursor*>(cursor);
  return SQLITE_OK;
}

int filter(sqlite3_vtab_cursor* base, int, const char*, int count, sqlite3_value** values) {
  Cursor& cursor = cursor_of(base);
  cursor.sources.clear();
  cursor.row = cursor.rows = 0;
  cursor.columns = 0;
  if (count == 0) return SQLITE_OK;
  const std::string shape(reinterpret_cast<const char*>(sqlite3_value_text(values[0])));
  std::size_t at = 0;
  for (int i = 1; i < count && at < shape.size(); ++i) {
    Source source;
    source.kind = shape[at++];
    if (source.kind == 'm') source.columns = 2;
    if (source.kind == 'r') {
      const auto parsed =
          std::from_chars(shape.data() + at, shape.data() + shape.size(), source.columns);
      at = static_cast<std::size_t>(parsed.ptr - shape.data()) + 1;
    }
    if (sqlite3_value_type(values[i]) == SQLITE_BLOB) {
      source.data.assign(static_cast<const char*>(sqlite3_value_blob(values[i])),
                         static_cast<std::size_t>(sqlite3_value_bytes(values[i])));
      source.items = items_of(source.data, 0);
    }
    cursor.columns += source.columns;
    cursor.rows = std::max(cursor.rows, source.rows());
    cursor.sources.push_back(std::move(source));
  }
  return SQLITE_OK;
}

int next(sqlite3_vtab_cursor* cursor) {
  ++cursor_of(cursor).row;
  return SQLITE_OK;
}

int is_at_end(sqlite3_vtab_cursor* cursor) {
  return cursor_of(cursor).row >= cursor_of(cursor).rows ? 1 : 0;
}

int column(sqlite3_vtab_cursor* base, sqlite3_context* context, int index) {
  Cursor& cursor = cursor_of(base);
  // The column behind the last is the ordinality.
  if (index == cursor.columns) {
    sqlite3_result_int64(context, static_cast<std::int64_t>(cursor.row) + 1);
    return SQLITE_OK;
  }
  for (const Source& source : cursor.sources) {
    if (index >= source.columns) {
      index -= source.columns;
      continue;
    }
    if (cursor.row >= source.rows()) break;
    if (source.kind == 'm') {
      result_item(context, source.data,
                  source.items[cursor.row * 2 + static_cast<std::size_t>(index)]);
    } else if (source.kind == 'a') {
      result_item(context, source.data, source.items[cursor.row]);
    } else {
      const auto fields = items_of(source.data, source.items[cursor.row].begin);
      if (static_cast<std::size_t>(index) < fields.size()) {
        result_item(context, source.data, fields[static_cast<std::size_t>(index)]);
      }
    }
    break;
  }
  return SQLITE_OK;
}

int row_id(sqlite3_vtab_cursor* cursor, sqlite3_int64* id) {
  *id = static_cast<sqlite3_int64>(cursor_of(cursor).row);
  return SQLITE_OK;
}

}  // namespace

int register_unnest(sqlite3* connection) {
  static const sqlite3_module module = [] {
    sqlite3_module m{};
    m.xConnect = connect;
    m.xBestIndex = best_index;
    m.xDisconnect = disconnect;
    m.xOpen = open;
    m.xClose = close;
    m.xFilter = filter;
    m.xNext = next;
    m.xEof = is_at_end;
    m.xColumn = column;
    m.xRowid = row_id;
    return m;
  }();
  return sqlite3_create_module_v2(connection, "unnest", &module, nullptr, nullptr);
}

}  // namespace trailpond::sql
