#include "sql/foreign.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "sql/analysis/analyser.hpp"
#include "sql/syntax/parser.hpp"
#include "sql/syntax/rewriting.hpp"

namespace trailpond::sql {
Position ForeignStatement::find_place(Position here) const {
  std::int32_t offset = here.column - 1;
  std::int32_t line = 1;
  for (const char c : text) {  // a line of the text ends only inside a literal
    if (line == here.line) break;
    line += c == '\n' ? 1 : 0;
    offset += is_continuation(c) ? 0 : 1;
  }
  const auto after =
      std::ranges::upper_bound(places, offset, {}, [](const auto& place) { return place.first; });
  if (line != here.line || after == places.begin()) return {};
  return std::prev(after)->second;
}

Result<ForeignStatement> print_for_trino(
    std::string_view text, const Catalog& catalog, const PrepareOptions& options,
    const std::unordered_map<std::string, ForeignTable>& tables) {
  auto parsed = parse(text);
  if (!parsed) return parsed.error();
  ast::Rewriting rewriting;
  auto analysed = analyse(**parsed, catalog, options, &rewriting);
  if (!analysed) return analysed.error();
  rewriting.tables = tables;
  // A text with such a byte of its own does without places.
  rewriting.marks = text.find('\x01') == std::string_view::npos;
  ForeignStatement foreign;
  foreign.text = ast::print(**parsed, rewriting);
  if (rewriting.marks) foreign.places = ast::take_marks(foreign.text);
  foreign.columns = analysed->query->columns;
  return foreign;
}

std::string quote_name(std::string_view name) { return quoted(name, '"'); }

std::string print_column(const std::string& column) { return ast::print_column(column); }

}  // namespace trailpond::sql
