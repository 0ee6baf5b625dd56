#pragma once
#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sql/syntax/ast.hpp"

/// What stands in the place of parts of a tree when it is printed for an engine that is not ours.
namespace trailpond::sql::ast {

/// Text around an expression, or in its place.
struct Replacement {
  std::string before = {};
  const Expression* inner = nullptr;  // printed in between; null: nothing is
  std::string after = {};
};

/// A column of one side of a set operation: its name, and the text around its value.
struct SideColumn {
  std::string name = {};
  std::string before = {};
  std::string after = {};
};

/// What a condition says of the time of every row that counts: days since 1970, both included.
struct Days {
  std::int64_t first = INT64_MIN;
  std::int64_t last = INT64_MAX;
};

/// What stands for a table: a query in parentheses, without the last of them; and where it ends in
/// a condition on days, what that is about: the day as a text yyyy-MM-dd, a column or an
/// expression, and a column of timestamps. Empty: there is none.
struct TableText {
  std::string query = {};
  std::string day_column = {};
  std::string time_column = {};
};

struct Rewriting {
  std::unordered_map<const Expression*, Replacement> expressions = {};
  /// Bodies that become SELECT … FROM (body).
  std::unordered_map<const Body*, std::vector<SideColumn>> sides = {};
  /// What stands for the tables of FROM, by their names as they are written.
  std::unordered_map<std::string, TableText> tables = {};
  /// The relations and bodies that are such tables, and no WITH queries.
  std::unordered_map<const void*, std::string> table_uses = {};
  /// The days that the conditions on such a relation's time leave.
  std::unordered_map<const void*, Days> days = {};
  bool marks = false;  // whether marks are left (see take_marks)
};

/// Prints a column of a table: a name is quoted, any other expression stands in parentheses.
std::string print_column(const std::string& column);

/// Prints a query with its parts replaced.
std::string print(const Query& query, const Rewriting& rewriting);

/// An offset in a printed text, in code points, and the place that it comes from.
using Mark = std::pair<std::int32_t, Position>;

/// Takes the marks out of a printed text; they come in the order of their offsets.
std::vector<Mark> take_marks(std::string& text);

}  // namespace trailpond::sql::ast
