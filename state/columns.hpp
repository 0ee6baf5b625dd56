#pragma once
#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/enums.hpp"
#include "base/text.hpp"
#include "state/database.hpp"

/// How the members of a record stand in the columns of its table. A record names its columns once,
/// in columns(); writing, reading and making the table follow from that.
namespace trailpond::state {

/// A tag or any other pair of texts.
using TextPair = std::pair<std::string, std::string>;

/// Lists of texts travel as netstrings: "3:abc,0:,". Reading a damaged one throws StorageError.
std::string print_texts(const std::vector<std::string>& texts);
std::vector<std::string> parse_texts(std::string_view text);
std::vector<std::string> flatten(const std::vector<TextPair>& pairs);

[[noreturn]] void throw_unknown_name(const char* column, std::string_view name);

/// Binds the members of a record one after another, from parameter 1 on.
class ColumnBinder {
 public:
  explicit ColumnBinder(Statement& statement) : statement_(statement) {}
  void operator()(const char* name, const std::string& value);
  void operator()(const char* name, const std::vector<std::string>& value);
  void operator()(const char* name, const std::vector<TextPair>& value);
  template <std::integral Number>
  void operator()(const char* /*name*/, const Number& value) {
    statement_.bind(++index_, static_cast<std::int64_t>(value));
  }
  /// An enumeration is kept by its name, so that its values may be put in another order.
  template <class Enum>
  requires std::is_enum_v<Enum>
  void operator()(const char* /*name*/, const Enum& value) {
    statement_.bind(++index_, name_of(value));
  }

 private:
  Statement& statement_;
  int index_ = 0;
  std::vector<std::string> kept_ = {};  // bound text must live until the step
};

/// Reads the members of a record one after another, from column 0 on. Throws StorageError.
class ColumnReader {
 public:
  explicit ColumnReader(const Statement& statement) : statement_(statement) {}
  void operator()(const char* name, std::string& value);
  void operator()(const char* name, std::vector<std::string>& value);
  void operator()(const char* name, std::vector<TextPair>& value);
  template <std::integral Number>
  void operator()(const char* /*name*/, Number& value) {
    value = static_cast<Number>(statement_.integer(index_++));
  }
  template <class Enum>
  requires std::is_enum_v<Enum>
  void operator()(const char* name, Enum& value) {
    const std::string_view text = statement_.text(index_++);
    const auto found = find_named<Enum>(text);
    if (!found) {
      throw_unknown_name(name, text);
    }
    value = *found;
  }

 private:
  const Statement& statement_;
  int index_ = 0;
};

/// The columns of a table, with the SQL that makes, writes and reads it.
class TableSql {
 public:
  explicit TableSql(const char* table) : table_(table) {}

  /// Adds a column; `value` is that of a record made by default, which old rows get.
  void operator()(const char* name, const std::string& value) {
    add(name, "TEXT", trailpond::quoted(value, kQuote));
  }
  void operator()(const char* name, const std::vector<std::string>& value) {
    add(name, "TEXT", trailpond::quoted(print_texts(value), kQuote));
  }
  void operator()(const char* name, const std::vector<TextPair>& value) {
    add(name, "TEXT", trailpond::quoted(print_texts(flatten(value)), kQuote));
  }
  template <std::integral Number>
  void operator()(const char* name, const Number& value) {
    add(name, "INTEGER", std::to_string(static_cast<std::int64_t>(value)));
  }
  template <class Enum>
  requires std::is_enum_v<Enum>
  void operator()(const char* name, const Enum& value) {
    add(name, "TEXT", trailpond::quoted(name_of(value), kQuote));
  }

  /// Builds the statements, once all columns are there. The first parameter and column of a row is
  /// its key.
  void finish();
  /// Makes the table, or adds the columns that it lacks. Throws StorageError.
  void prepare(Database& database) const;
  const std::string& insert() const { return insert_; }
  const std::string& select() const { return select_; }
  const std::string& erase() const { return erase_; }
  const std::string& clear() const { return clear_; }

 private:
  static constexpr char kQuote = '\'';
  struct Column {
    std::string name;
    std::string definition;
    std::string otherwise;  // what records that lack the column get, as SQL
  };
  void add(const char* name, const char* type, const std::string& otherwise);
  std::string table_;
  std::vector<Column> columns_ = {};
  std::string insert_ = {};
  std::string select_ = {};
  std::string erase_ = {};
  std::string clear_ = {};
};

}  // namespace trailpond::state
