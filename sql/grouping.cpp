#include "sql/analyser.hpp"
#include "sql/lexer.hpp"

/// What a grouped query may still name: its keys and its aggregates.
namespace trailpond::sql {

std::string_view symbol_of(Comparison comparison) {
  switch (comparison) {
    case Comparison::kEqual:
      return "=";
    case Comparison::kNotEqual:
      return "<>";
    case Comparison::kLess:
      return "<";
    case Comparison::kLessEqual:
      return "<=";
    case Comparison::kGreater:
      return ">";
    case Comparison::kGreaterEqual:
      return ">=";
  }
  return "=";
}

bool same_expression(const Bound& left, const Bound& right) {
  if (left.kind != right.kind || left.type != right.type ||
      left.children.size() != right.children.size() || left.relation != right.relation ||
      left.column != right.column || left.comparison != right.comparison ||
      left.lenient != right.lenient || left.function != right.function ||
      left.query != right.query || left.slots.size() != right.slots.size()) {
    return false;
  }
  if (left.kind == BoundKind::kLiteral && !identical_values(left.type, left.literal, right.literal))
    return false;
  if (left.kind == BoundKind::kLambda) return &left == &right;
  for (std::size_t i = 0; i < left.children.size(); ++i) {
    if (!same_expression(*left.children[i], *right.children[i])) return false;
  }
  return true;
}

namespace analysis {
namespace {

/// Raised inside regroup when a column of the source stands outside every key.
struct NotGrouped {};

bool belongs_to(const Scope& scope, const Bound& column) {
  return std::ranges::any_of(scope.fields, [&](const ScopeField& field) {
    return field.relation == column.relation && field.column == column.column;
  });
}

/// Applies a change to every expression of a query inside an expression. The analysis owns the tree
/// until it is done, so that changing it in place is safe.
using Change = std::function<void(BoundPointer&)>;
void change_query(const BoundQueryPointer& shared, const Change& change);

void change_sorts(std::vector<BoundSort>& sorts, const Change& change) {
  for (BoundSort& sort : sorts) change(sort.expression);
}

void change_relation(BoundRelation& relation, const Change& change) {
  if (relation.left) change_relation(*relation.left, change);
  if (relation.right) change_relation(*relation.right, change);
  if (relation.condition) change(relation.condition);
  if (relation.query) change_query(relation.query, change);
  for (BoundPointer& argument : relation.arguments) change(argument);
}

void change_select(BoundSelect& select, const Change& change) {
  if (select.from) change_relation(*select.from, change);
  if (select.where) change(select.where);
  if (select.having) change(select.having);
  for (BoundPointer& key : select.group_keys) change(key);
  for (BoundPointer& projection : select.projections) change(projection);
  for (BoundAggregate& aggregate : select.aggregates) {
    for (BoundPointer& argument : aggregate.arguments) change(argument);
    if (aggregate.filter) change(aggregate.filter);
    change_sorts(aggregate.order_by, change);
  }
  for (BoundWindow& window : select.windows) {
    for (BoundPointer& argument : window.arguments) change(argument);
    for (BoundPointer& key : window.partition_by) change(key);
    change_sorts(window.order_by, change);
  }
}

void change_body(BoundBody& body, const Change& change) {
  if (body.select) change_select(*body.select, change);
  if (body.left) change_body(*body.left, change);
  if (body.right) change_body(*body.right, change);
  if (body.query) change_query(body.query, change);
  for (auto& row : body.rows) {
    for (BoundPointer& cell : row) change(cell);
  }
}

void change_query(const BoundQueryPointer& shared, const Change& change) {
  BoundQuery& query = const_cast<BoundQuery&>(*shared);
  change_body(*query.body, change);
  change_sorts(query.order_by, change);
}

}  // namespace

/// Replaces every group key by a reference to it.
BoundPointer Analyser::regroup(const BoundPointer& expression, const SelectResult& result) {
  const auto& keys = result.select->group_keys;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!same_expression(*expression, *keys[i])) continue;
    Bound key;
    key.kind = BoundKind::kGroupKey;
    key.type = expression->type;
    key.position = expression->position;
    key.relation = result.id;
    key.column = static_cast<std::int32_t>(i);
    return std::make_shared<const Bound>(std::move(key));
  }
  if (expression->kind == BoundKind::kColumn && belongs_to(result.scope, *expression))
    throw NotGrouped{};
  if (expression->query) {
    // A subquery sees the groups, not the rows below them.
    change_query(expression->query, [&](BoundPointer& inner) { inner = regroup(inner, result); });
  }
  if (expression->children.empty()) return expression;
  std::vector<BoundPointer> children;
  bool changed = false;
  for (const BoundPointer& child : expression->children) {
    children.push_back(regroup(child, result));
    changed |= children.back() != child;
  }
  if (!changed) return expression;
  Bound copy = *expression;
  copy.children = std::move(children);
  return std::make_shared<const Bound>(std::move(copy));
}

BoundPointer Analyser::grouped(const BoundPointer& expression, const ast::Expression& written,
                               const SelectResult& result) {
  try {
    return regroup(expression, result);
  } catch (const NotGrouped&) {
    fail(ErrorName::kExpressionNotAggregate, written.position,
         "'" + ast::print(written) +
             "' must be an aggregate expression or appear in GROUP BY clause");
  }
}

}  // namespace analysis
}  // namespace trailpond::sql
