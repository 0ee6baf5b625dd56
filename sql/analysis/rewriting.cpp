#include "base/text.hpp"
#include "sql/analysis/analyser.hpp"
#include "sql/analysis/foreign_text.hpp"
#include "sql/evaluation/printing.hpp"
#include "sql/times/datetime.hpp"

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

/// What WHERE says of the times of tables' rows, so that days can be passed over. It holds for a
/// table on either side of an outer join, too: a row that it refuses is in no row that WHERE takes.
void Analyser::note_days(const BoundPointer& condition, std::int32_t select_id) {
  if (rewriting_ == nullptr) return;
  // Relations of a query around this one have lower ids: what is said of them here may be denied.
  const auto is_own = [&](const Bound& side) {
    return side.kind == BoundKind::kColumn && side.relation > select_id;
  };
  const auto is_moment = [](const Bound& side) {
    return side.kind == BoundKind::kLiteral && !side.literal.is_null() &&
           side.type->kind == TypeKind::kTimestamp;
  };
  if (condition->kind == BoundKind::kAnd) {
    for (const BoundPointer& term : condition->children) note_days(term, select_id);
  }
  if (condition->kind != BoundKind::kCompare) return;
  const Bound& left = *condition->children[0];
  const Bound& right = *condition->children[1];
  if (is_own(left) && is_moment(right)) {
    note_edge(left, condition->comparison, right);
  } else if (is_own(right) && is_moment(left)) {
    note_edge(right, turned(condition->comparison), left);
  }
}

/// column `comparison` moment
void Analyser::note_edge(const Bound& column, Comparison comparison, const Bound& moment) {
  const auto scan = scans_.find(column.relation);
  if (scan == scans_.end()) return;
  const auto& [written, table] = scan->second;
  // The event's time is what the days of a table are made of.
  if (table->columns()[static_cast<std::size_t>(column.column)].name != "eventtime") return;
  const std::int64_t day = floor_divide(moment.literal.moment().micros, kMicrosPerDay);
  ast::Days& days = rewriting_->days[written];
  const bool is_equal = comparison == Comparison::kEqual;
  if (is_equal || comparison == Comparison::kGreater || comparison == Comparison::kGreaterEqual)
    days.first = std::max(days.first, day);
  if (is_equal || comparison == Comparison::kLess || comparison == Comparison::kLessEqual)
    days.last = std::min(days.last, day);
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
