#pragma once
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

struct Rewriting {
  std::unordered_map<const Expression*, Replacement> expressions = {};
  /// Bodies that become SELECT … FROM (body).
  std::unordered_map<const Body*, std::vector<SideColumn>> sides = {};
  /// What stands for the tables of FROM, by their names as they are written.
  std::unordered_map<std::string, std::string> tables = {};
  /// The relations and bodies that are such tables, and no WITH queries.
  std::unordered_map<const void*, std::string> table_uses = {};
  bool marks = false;  // whether marks are left (see take_marks)
};

/// Prints a query with its parts replaced.
std::string print(const Query& query, const Rewriting& rewriting);

/// An offset in a printed text, in code points, and the place that it comes from.
using Mark = std::pair<std::int32_t, Position>;

/// Takes the marks out of a printed text; they come in the order of their offsets.
std::vector<Mark> take_marks(std::string& text);

}  // namespace trailpond::sql::ast
