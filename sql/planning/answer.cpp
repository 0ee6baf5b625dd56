#include "sql/bound/visiting.hpp"
#include "sql/planning/planning.hpp"

/// Finds the statements whose rows are the groups of one operator, so that SQLite has nothing to
/// do for them.
namespace trailpond::sql {
namespace {

bool is_of_group(const Bound& node) {
  return node.kind == BoundKind::kGroupKey || node.kind == BoundKind::kAggregate;
}

/// Answers whether an expression reads nothing but keys and aggregates of the groups.
bool reads_groups_only(const Bound& node) {
  if (is_of_group(node)) return true;
  if (node.query || node.kind == BoundKind::kColumn || node.kind == BoundKind::kWindow ||
      node.kind == BoundKind::kGrouping || node.kind == BoundKind::kOutput) {
    return false;
  }
  return std::ranges::all_of(node.children,
                             [](const auto& child) { return reads_groups_only(*child); });
}

/// `keys`: how many columns of the groups come before their aggregates.
std::optional<AnswerColumn> column_of(const BoundPointer& node, std::size_t keys) {
  if (!reads_groups_only(*node) || varies(*node)) return std::nullopt;
  AnswerColumn column{node->type};
  std::vector<BoundPointer> inputs;
  column.program = to_program(node, is_of_group, inputs);
  for (const BoundPointer& input : inputs) {
    const auto place = static_cast<std::size_t>(input->column);
    column.inputs.push_back(input->kind == BoundKind::kGroupKey ? place : keys + place);
  }
  if (is_of_group(*node)) column.program = nullptr;
  return column;
}

/// Answers whether an operator reads nothing by SQLite.
bool is_independent(const OperatorTree& tree) {
  return std::ranges::none_of(tree.scans, &OperatorScan::is_query) &&
         std::ranges::none_of(tree.semi_joins,
                              [](const auto& semi) { return semi.query != nullptr; });
}

/// The answer of a SELECT DISTINCT whose rows are the groups.
std::optional<GroupAnswer> distinct_answer(const BoundQuery& query) {
  GroupAnswer answer;
  for (const BoundPointer& projection : query.body->select->projections)
    answer.columns.push_back({projection->type, {answer.columns.size()}});
  for (const BoundSort& item : query.order_by) {
    if (item.expression->kind != BoundKind::kOutput) return std::nullopt;
    const auto column = static_cast<std::size_t>(item.expression->column);
    answer.order.push_back({answer.columns[column], item.descending, item.nulls_first});
  }
  return answer;
}

}  // namespace

/// The answer of a SELECT with GROUP BY.
std::optional<GroupAnswer> Planner::grouped_answer(const BoundQuery& query) {
  const BoundSelect& select = *query.body->select;
  const std::size_t keys = select.group_keys.size();
  GroupAnswer answer;
  for (const BoundPointer& projection : select.projections) {
    // SQLite computes what it sorts, also where it shows but the first rows: it fails alike.
    if (query.limit && !query.order_by.empty() && may_fail(*projection)) return std::nullopt;
    auto column = column_of(projection, keys);
    if (!column) return std::nullopt;
    answer.columns.push_back(std::move(*column));
  }
  if (select.having && !(answer.having = column_of(select.having, keys))) return std::nullopt;
  for (const BoundSort& item : query.order_by) {
    auto column = column_of(without_outputs(item.expression, &select, 0), keys);
    if (!column) return std::nullopt;
    if (!column->inputs.empty())
      answer.order.push_back({std::move(*column), item.descending, item.nulls_first});
  }
  return answer;
}

std::optional<GroupAnswer> Planner::group_answer(const BoundQuery& query) const {
  if (query.body->kind != BoundBodyKind::kSelect || query.with_ties ||
      plan_.operators.size() != 1 || !plan_.scans.empty()) {
    return std::nullopt;
  }
  const BoundSelect& select = *query.body->select;
  if (first_groups_ != select.id || !is_independent(plan_.operators[0]) ||
      !select.windows.empty()) {
    return std::nullopt;
  }
  const bool repeats = select.grouped && select.distinct && !has_unique_rows(select);
  if (repeats) return std::nullopt;
  auto answer = select.grouped ? grouped_answer(query) : distinct_answer(query);
  if (!answer) return std::nullopt;
  answer->offset = static_cast<std::size_t>(query.offset.value_or(0));
  if (query.limit) answer->limit = static_cast<std::size_t>(*query.limit);
  return answer;
}

}  // namespace trailpond::sql
