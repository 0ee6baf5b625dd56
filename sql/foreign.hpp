#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sql/analysis/options.hpp"
#include "sql/catalog.hpp"
#include "sql/error.hpp"
#include "sql/syntax/rewriting.hpp"
#include "sql/types/column.hpp"

/// A door for statements that run elsewhere: checked here, printed as plain Trino.
namespace trailpond::sql {

/// A statement in plain Trino, for a session in UTC.
struct ForeignStatement {
  std::string text = {};
  std::vector<Column> columns = {};
  /// Offsets in the text, in code points, and the places in the user's text that they come from.
  std::vector<std::pair<std::int32_t, Position>> places = {};

  /// The place in the user's text for a place in ours; line 0: none is known.
  Position find_place(Position here) const;
};

/// What stands for a table: a query in parentheses, without the last of them, that has no WHERE;
/// and what of it conditions on eventtime choose days by.
using ForeignTable = ast::TableText;

/// Checks a statement as prepare() does, and prints it with Lake's leniencies written out. What
/// stands for each table of FROM is given by the names that list_table_names() gives.
Result<ForeignStatement> print_for_trino(
    std::string_view text, const Catalog& catalog, const PrepareOptions& options,
    const std::unordered_map<std::string, ForeignTable>& tables);

/// Prints a name as Trino reads it in any case: quoted.
std::string quote_name(std::string_view name);

/// Prints a column: a name is quoted, any other expression stands in parentheses.
std::string print_column(const std::string& column);

}  // namespace trailpond::sql
