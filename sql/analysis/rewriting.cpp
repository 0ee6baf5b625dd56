#include "base/text.hpp"
#include "sql/analysis/analyser.hpp"
#include "sql/analysis/foreign_text.hpp"
#include "sql/evaluation/printing.hpp"

/// What is noted for a statement that another engine will run: where Lake takes more than plain
/// Trino does (the leniencies of COMPATIBILITY.md), and what the time is.
namespace trailpond::sql::analysis {

/// A side of a comparison that is read in another way than it is written.
void Analyser::note_text_side(const ast::Expression* written, const Bound& bound) {
  if (rewriting_ == nullptr || written == nullptr) return;
  if (bound.kind == BoundKind::kLiteral && !bound.literal.is_null()) {
    note_constant(*written, bound);
    return;
  }
  const auto [before, after] = around_lenient_moment();
  rewriting_->expressions[written] = {before, written, after};
}

void Analyser::note_constant(const ast::Expression& written, const Bound& literal) {
  if (rewriting_ != nullptr) rewriting_->expressions[&written] = {print_constant(literal)};
}

BoundPointer Analyser::noted(const ast::Expression& written, BoundPointer literal) {
  note_constant(written, *literal);
  return literal;
}

/// A constant path of json_extract, json_extract_scalar or json_size that only Lake takes.
void Analyser::note_path(const std::string& name, const ast::Expression& node,
                         const std::vector<BoundPointer>& arguments) {
  const bool reads = name == "json_extract" || name == "json_extract_scalar" || name == "json_size";
  if (rewriting_ == nullptr || !reads) return;
  const Bound& path = *arguments[1];
  if (path.kind != BoundKind::kLiteral || path.literal.is_null()) return;
  auto around = around_lenient_path(name, path.literal.text(), arguments[0]->type);
  if (!around) return;
  rewriting_->expressions[&node] = {std::move(around->first), node.children[0].get(),
                                    std::move(around->second)};
}

/// A side of a set operation whose texts are read as instants.
void Analyser::note_side(const ast::Body& side, const std::vector<Column>& from,
                         const std::vector<TypePointer>& to) {
  if (rewriting_ == nullptr) return;
  std::vector<ast::SideColumn> columns;
  bool differs = false;
  for (std::size_t i = 0; i < from.size(); ++i) {
    columns.push_back({from[i].name});
    if (from[i].type->kind != TypeKind::kVarchar || to[i]->kind != TypeKind::kTimestamp) continue;
    std::tie(columns.back().before, columns.back().after) = around_lenient_moment();
    differs = true;
  }
  if (differs) rewriting_->sides[&side] = std::move(columns);
}

}  // namespace trailpond::sql::analysis
