#include "sql/evaluation/functions/operators.hpp"
#include "sql/values/decimals.hpp"

/// + - * / % of decimals. Source: https://trino.io/docs/current/functions/decimal.html
namespace trailpond::sql::operators {
namespace {

Value decimal_result(Evaluation& evaluation, std::optional<Int128> value) {
  if (value) return Value::of_decimal(*value);
  return evaluation.fail(ErrorName::kNumericValueOutOfRange, "Decimal overflow");
}

/// An operand with its scale.
Decimal operand(const Bound& node, Arguments a, std::size_t i) {
  return {a[i].decimal(), node.children[i]->type->scale};
}

}  // namespace

Result<TypePointer> type_of_sum(const Bound& node) {
  const TypePointer a = node.children[0]->type;
  const TypePointer b = node.children[1]->type;
  const std::int32_t scale = std::max(a->scale, b->scale);
  const std::int32_t precision =
      std::min(38, std::max(a->precision - a->scale, b->precision - b->scale) + scale + 1);
  return decimal_type(precision, scale);
}

Result<TypePointer> type_of_product(const Bound& node) {
  const TypePointer a = node.children[0]->type;
  const TypePointer b = node.children[1]->type;
  const std::int32_t scale = a->scale + b->scale;
  if (scale > 38) {
    return Error{ErrorName::kInvalidFunctionArgument,
                 "DECIMAL scale must be in range [0, precision (38)]: " + std::to_string(scale),
                 node.position};
  }
  return decimal_type(std::min(38, a->precision + b->precision), scale);
}

Result<TypePointer> type_of_quotient(const Bound& node) {
  const TypePointer a = node.children[0]->type;
  const TypePointer b = node.children[1]->type;
  const std::int32_t precision =
      std::min(38, a->precision + b->scale + std::max(b->scale - a->scale, 0));
  return decimal_type(precision, std::max(a->scale, b->scale));
}

Result<TypePointer> type_of_rest(const Bound& node) {
  const TypePointer a = node.children[0]->type;
  const TypePointer b = node.children[1]->type;
  const std::int32_t scale = std::max(a->scale, b->scale);
  return decimal_type(std::min(b->precision - b->scale, a->precision - a->scale) + scale, scale);
}

Result<TypePointer> type_of_same(const Bound& node) { return node.children[0]->type; }

Value add_decimals(Evaluation& evaluation, const Bound& node, Arguments a) {
  return decimal_result(evaluation, sum_of(operand(node, a, 0), operand(node, a, 1)));
}

Value subtract_decimals(Evaluation& evaluation, const Bound& node, Arguments a) {
  return decimal_result(evaluation, difference_of(operand(node, a, 0), operand(node, a, 1)));
}

Value multiply_decimals(Evaluation& evaluation, const Bound&, Arguments a) {
  return decimal_result(evaluation, product_of(a[0].decimal(), a[1].decimal()));
}

Value divide_decimals(Evaluation& evaluation, const Bound& node, Arguments a) {
  if (a[1].decimal() == 0) return by_zero(evaluation);
  return decimal_result(evaluation,
                        quotient_of(operand(node, a, 0), operand(node, a, 1), node.type->scale));
}

Value modulo_decimals(Evaluation& evaluation, const Bound& node, Arguments a) {
  if (a[1].decimal() == 0) return by_zero(evaluation);
  return decimal_result(evaluation, rest_of(operand(node, a, 0), operand(node, a, 1)));
}

Value negate_decimal(Evaluation&, const Bound&, Arguments a) {
  return Value::of_decimal(-a[0].decimal());
}

Value decimal_to_compare(Evaluation&, const Bound& node, Arguments a) {
  if (a[0].is_null()) return {};
  return Value::of_decimal(rescaled_to_compare(operand(node, a, 0), node.type->scale));
}

Result<TypePointer> type_of_second(const Bound& node) { return node.children[1]->type; }

}  // namespace trailpond::sql::operators
