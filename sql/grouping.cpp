#include "sql/analyser.hpp"
#include "sql/lexer.hpp"

/// What a grouped query may still name: its keys and its aggregates.
namespace trailpond::sql {

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
