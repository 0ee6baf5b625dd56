#include "base/text.hpp"
#include "sql/statement.hpp"
#include "sql/syntax/lexer.hpp"
#include "sql/syntax/parser.hpp"

namespace trailpond::sql {
namespace {

void list_tables(const ast::Query& query, std::vector<std::string>& names);

void list_tables(const ast::Relation& relation, std::vector<std::string>& names) {
  if (relation.kind == ast::RelationKind::kTable) names.push_back(relation.name);
  if (relation.query) list_tables(*relation.query, names);
  if (relation.left) list_tables(*relation.left, names);
  if (relation.right) list_tables(*relation.right, names);
}

void list_tables(const ast::Expression& expression, std::vector<std::string>& names) {
  if (expression.query) list_tables(*expression.query, names);
  for (const auto& child : expression.children) list_tables(*child, names);
}

void list_tables(const ast::Body& body, std::vector<std::string>& names) {
  if (body.select) {
    if (body.select->from) list_tables(*body.select->from, names);
    for (const auto& item : body.select->items) {
      if (item.expression) list_tables(*item.expression, names);
    }
    if (body.select->where) list_tables(*body.select->where, names);
  }
  if (body.left) list_tables(*body.left, names);
  if (body.right) list_tables(*body.right, names);
  if (body.query) list_tables(*body.query, names);
  if (!body.table.empty()) names.push_back(body.table);
}

void list_tables(const ast::Query& query, std::vector<std::string>& names) {
  for (const auto& named : query.with) list_tables(*named.query, names);
  list_tables(*query.body, names);
}

}  // namespace

std::vector<std::string> list_table_names(std::string_view text) {
  const auto parsed = parse_once(text);
  if (!parsed) return {};
  std::vector<std::string> all;
  list_tables(**parsed, all);
  std::vector<std::string> names;
  for (std::string& name : all) {
    const bool named = std::ranges::any_of((*parsed)->with, [&](const auto& with) {
      return ascii_lower(with.name) == ascii_lower(name);
    });
    if (!named && std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  }
  return names;
}

std::string normalize(std::string_view text) {
  const auto parsed = parse_once(text);
  if (!parsed) return {};
  std::string printed = print(**parsed);
  bool in_text = false;  // what stands in quotes keeps its case
  for (char& c : printed) {
    in_text = in_text != (c == '\'');
    if (!in_text && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return printed;
}

}  // namespace trailpond::sql
