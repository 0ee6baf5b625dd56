#include "state/columns.hpp"

#include <algorithm>
#include <charconv>

namespace trailpond::state {

std::string print_texts(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) {
    out += std::to_string(text.size());
    out += ':';
    out += text;
    out += ',';
  }
  return out;
}

std::vector<std::string> parse_texts(std::string_view text) {
  std::vector<std::string> texts;
  while (!text.empty()) {
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    const auto digits = static_cast<std::size_t>(end - text.data());
    if (error != std::errc() || size > text.size() || digits + size + 2 > text.size()) {
      throw StorageError("a list of texts is damaged");
    }
    texts.emplace_back(text.substr(digits + 1, size));
    text.remove_prefix(digits + size + 2);
  }
  return texts;
}

std::vector<std::string> flatten(const std::vector<TextPair>& pairs) {
  std::vector<std::string> flat;
  flat.reserve(2 * pairs.size());
  for (const auto& [key, text] : pairs) {
    flat.push_back(key);
    flat.push_back(text);
  }
  return flat;
}

void throw_unknown_name(const char* column, std::string_view name) {
  throw StorageError("column " + std::string(column) +
                     " holds an unknown name: " + std::string(name));
}

// ColumnBinder

void ColumnBinder::operator()(const char* /*name*/, const std::string& value) {
  statement_.bind(++index_, value);
}

void ColumnBinder::operator()(const char* /*name*/, const std::vector<std::string>& value) {
  // Short text lives inside the string: growing the vector must not move it.
  kept_.reserve(8);
  statement_.bind(++index_, kept_.emplace_back(print_texts(value)));
}

void ColumnBinder::operator()(const char* name, const std::vector<TextPair>& value) {
  (*this)(name, flatten(value));
}

// ColumnReader

void ColumnReader::operator()(const char* /*name*/, std::string& value) {
  value = statement_.text(index_++);
}

void ColumnReader::operator()(const char* /*name*/, std::vector<std::string>& value) {
  value = parse_texts(statement_.text(index_++));
}

void ColumnReader::operator()(const char* name, std::vector<TextPair>& value) {
  std::vector<std::string> flat;
  (*this)(name, flat);
  value.clear();
  for (std::size_t i = 0; i + 1 < flat.size(); i += 2) {
    value.emplace_back(std::move(flat[i]), std::move(flat[i + 1]));
  }
}

// TableSql

void TableSql::add(const char* name, const char* type, const std::string& otherwise) {
  std::string definition = std::string("\"") + name + "\" " + type;
  definition += columns_.empty() ? " PRIMARY KEY" : " NOT NULL";
  columns_.push_back({name, std::move(definition), otherwise});
}

void TableSql::finish() {
  std::string names;
  std::string marks;
  for (const Column& column : columns_) {
    names += (names.empty() ? "\"" : ",\"") + column.name + "\"";
    marks += marks.empty() ? "?" : ",?";
  }
  insert_ = "INSERT OR REPLACE INTO " + table_ + "(" + names + ") VALUES(" + marks + ")";
  select_ = "SELECT " + names + " FROM " + table_;
  erase_ = "DELETE FROM " + table_ + " WHERE \"" + columns_.front().name + "\"=?";
  clear_ = "DELETE FROM " + table_;
}

void TableSql::prepare(Database& database) const {
  static const std::string kIsThere = "SELECT 1 FROM sqlite_schema WHERE name=?";
  const bool is_there = database.use(kIsThere).bind(1, table_).step();
  std::string sql;
  if (!is_there) {
    for (const Column& column : columns_) {
      sql += (sql.empty() ? "" : ",") + column.definition;
    }
    sql = "CREATE TABLE " + table_ + "(" + sql + ") WITHOUT ROWID";
  } else {
    std::vector<std::string> there;
    const std::string list = "SELECT name FROM pragma_table_info('" + table_ + "')";
    database.query(list, [&](const Statement& row) { there.emplace_back(row.text(0)); });
    for (const Column& column : columns_) {
      if (std::find(there.begin(), there.end(), column.name) == there.end()) {
        sql += "ALTER TABLE " + table_ + " ADD COLUMN " + column.definition + " DEFAULT " +
               column.otherwise + ";";
      }
    }
  }
  if (!sql.empty()) {
    database.run(sql.c_str());
  }
}

}  // namespace trailpond::state
