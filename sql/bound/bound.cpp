#include "sql/bound/bound.hpp"

#include <algorithm>

#include "sql/values/comparing.hpp"
#include "sql/values/encoding.hpp"

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

Comparison turned(Comparison comparison) {
  switch (comparison) {
    case Comparison::kLess:
      return Comparison::kGreater;
    case Comparison::kLessEqual:
      return Comparison::kGreaterEqual;
    case Comparison::kGreater:
      return Comparison::kLess;
    case Comparison::kGreaterEqual:
      return Comparison::kLessEqual;
    default:
      return comparison;
  }
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

/// Equal values may have different forms: instants of different zones, the two zeros.
bool is_same_literal(const Bound& left, const Bound& right) {
  if (!identical_values(left.type, left.literal, right.literal)) return false;
  std::string a;
  std::string b;
  encode_value(left.type, left.literal, false, a);
  encode_value(right.type, right.literal, false, b);
  return a == b;
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
  if (left.kind == BoundKind::kLiteral) return is_same_literal(left, right);
  if (left.varies && left.position != right.position) return false;
  const bool is_lambda = left.kind == BoundKind::kLambda || left.kind == BoundKind::kLet;
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

}  // namespace trailpond::sql
