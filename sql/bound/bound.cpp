#include "sql/bound/bound.hpp"

#include <algorithm>
#include <set>

#include "sql/values/comparing.hpp"

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

Comparison comparison_of(std::string_view symbol) {
  if (symbol == "=") return Comparison::kEqual;
  if (symbol == "<>") return Comparison::kNotEqual;
  if (symbol == "<") return Comparison::kLess;
  if (symbol == "<=") return Comparison::kLessEqual;
  if (symbol == ">") return Comparison::kGreater;
  return Comparison::kGreaterEqual;
}

namespace {

/// Pairs of slots of lambdas that stand for each other.
using Slots = std::vector<std::pair<std::int32_t, std::int32_t>>;

std::int32_t partner_of(const Slots& slots, std::int32_t slot) {
  for (auto pair = slots.rbegin(); pair != slots.rend(); ++pair) {
    if (pair->first == slot) return pair->second;
  }
  return slot;
}

bool is_same(const Bound& left, const Bound& right, Slots& slots) {
  if (&left == &right && slots.empty()) return true;
  if (left.kind != right.kind || left.type != right.type ||
      left.children.size() != right.children.size() || left.relation != right.relation ||
      left.comparison != right.comparison || left.lenient != right.lenient ||
      left.function != right.function || left.query != right.query ||
      left.slots.size() != right.slots.size()) {
    return false;
  }
  if (left.kind == BoundKind::kLambdaParameter)
    return partner_of(slots, left.column) == right.column;
  if (left.column != right.column) return false;
  if (left.kind == BoundKind::kLiteral)
    return identical_values(left.type, left.literal, right.literal);
  const bool is_lambda = left.kind == BoundKind::kLambda;
  if (!is_lambda && left.slots != right.slots) return false;
  const std::size_t before = slots.size();
  for (std::size_t i = 0; is_lambda && i < left.slots.size(); ++i)
    slots.emplace_back(left.slots[i], right.slots[i]);
  bool same = true;
  for (std::size_t i = 0; same && i < left.children.size(); ++i)
    same = is_same(*left.children[i], *right.children[i], slots);
  slots.resize(before);
  return same;
}

}  // namespace

bool same_expression(const Bound& left, const Bound& right) {
  Slots slots;
  return is_same(left, right, slots);
}

bool sorts_before(const std::vector<BoundSort>& order, std::span<const Value> left,
                  std::span<const Value> right) {
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (left[i].is_null() && right[i].is_null()) continue;
    if (left[i].is_null() != right[i].is_null()) return left[i].is_null() == order[i].nulls_first;
    const int sign = compare_values(order[i].expression->type, left[i], right[i]);
    if (sign != 0) return order[i].descending ? sign > 0 : sign < 0;
  }
  return false;
}

namespace {

using Visit = std::function<void(BoundPointer&)>;

void visit_if(BoundPointer& expression, const Visit& visit) {
  if (expression) visit(expression);
}

void visit_all(std::vector<BoundPointer>& expressions, const Visit& visit) {
  for (BoundPointer& expression : expressions) visit(expression);
}

void visit_sorts(std::vector<BoundSort>& sorts, const Visit& visit) {
  for (BoundSort& sort : sorts) visit(sort.expression);
}

void visit_query(const BoundQueryPointer& query, const Visit& visit) {
  if (query) visit_expressions(const_cast<BoundQuery&>(*query), visit);
}

void visit_relation(BoundRelation& relation, const Visit& visit) {
  if (relation.left) visit_relation(*relation.left, visit);
  if (relation.right) visit_relation(*relation.right, visit);
  visit_if(relation.condition, visit);
  visit_query(relation.query, visit);
  visit_query(relation.step, visit);
  visit_all(relation.arguments, visit);
}

void visit_frame(BoundFrame& frame, const Visit& visit) {
  for (BoundPointer* part : {&frame.start_offset, &frame.end_offset, &frame.start_key,
                             &frame.start_value, &frame.end_key, &frame.end_value}) {
    visit_if(*part, visit);
  }
}

void visit_select(BoundSelect& select, const Visit& visit) {
  if (select.from) visit_relation(*select.from, visit);
  visit_if(select.where, visit);
  visit_if(select.having, visit);
  visit_all(select.group_keys, visit);
  visit_all(select.projections, visit);
  for (BoundAggregate& aggregate : select.aggregates) {
    visit_all(aggregate.arguments, visit);
    visit_if(aggregate.filter, visit);
    visit_sorts(aggregate.order_by, visit);
  }
  for (BoundWindow& window : select.windows) visit_expressions(window, visit);
}

void visit_body(BoundBody& body, const Visit& visit) {
  if (body.select) visit_select(*body.select, visit);
  if (body.left) visit_body(*body.left, visit);
  if (body.right) visit_body(*body.right, visit);
  visit_query(body.query, visit);
  for (auto& row : body.rows) visit_all(row, visit);
}

}  // namespace

void visit_expressions(BoundWindow& window, const Visit& visit) {
  visit_all(window.arguments, visit);
  visit_sorts(window.argument_order, visit);
  visit_all(window.partition_by, visit);
  visit_sorts(window.order_by, visit);
  if (window.frame) visit_frame(*window.frame, visit);
}

void visit_expressions(BoundQuery& query, const Visit& visit) {
  visit_body(*query.body, visit);
  visit_sorts(query.order_by, visit);
}

namespace {

/// What a query defines and what it reads, by the numbers of relations and SELECTs.
struct Names {
  std::set<std::int32_t> defined;
  std::set<std::int32_t> read;
  bool working = false;  // reads the rows of a recursion's last step
};

void note_query(const BoundQuery& query, Names& names);

void note_relation(const BoundRelation& relation, Names& names) {
  names.defined.insert(relation.id);
  names.working |= relation.kind == BoundRelationKind::kWorking;
  if (relation.left) note_relation(*relation.left, names);
  if (relation.right) note_relation(*relation.right, names);
  if (relation.query) note_query(*relation.query, names);
  if (relation.step) note_query(*relation.step, names);
}

void note_body(const BoundBody& body, Names& names) {
  if (body.select) {
    names.defined.insert(body.select->id);
    if (body.select->from) note_relation(*body.select->from, names);
  }
  if (body.left) note_body(*body.left, names);
  if (body.right) note_body(*body.right, names);
  if (body.query) note_query(*body.query, names);
}

void note_query(const BoundQuery& query, Names& names) { note_body(*query.body, names); }

void note_expression(const Bound& node, Names& names) {
  switch (node.kind) {
    case BoundKind::kColumn:
    case BoundKind::kGroupKey:
    case BoundKind::kGrouping:
    case BoundKind::kAggregate:
    case BoundKind::kWindow:
      names.read.insert(node.relation);
      break;
    default:
      break;
  }
  for (const BoundPointer& child : node.children) note_expression(*child, names);
  if (!node.query) return;
  note_query(*node.query, names);
  visit_expressions(const_cast<BoundQuery&>(*node.query),
                    [&](BoundPointer& inner) { note_expression(*inner, names); });
}

}  // namespace

bool is_closed(const BoundQuery& query) {
  Names names;
  note_query(query, names);
  visit_expressions(const_cast<BoundQuery&>(query),
                    [&](BoundPointer& expression) { note_expression(*expression, names); });
  return !names.working && std::ranges::includes(names.defined, names.read);
}

}  // namespace trailpond::sql
