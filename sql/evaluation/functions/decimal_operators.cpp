#include <boost/multiprecision/cpp_int.hpp>

#include "sql/evaluation/functions/operators.hpp"
#include "sql/values/decimals.hpp"

/// + - * / % of decimals. Source: https://trino.io/docs/current/functions/decimal.html
namespace trailpond::sql::operators {
namespace {

Value decimal_result(Evaluation& evaluation, Int128 value, bool overflowed) {
  const Int128 limit = power_of_ten(38);
  if (overflowed || value >= limit || value <= -limit) {
    return evaluation.fail(ErrorName::kNumericValueOutOfRange, "Decimal overflow");
  }
  return Value::of_decimal(value);
}

/// Rescales up to the scale of the result.

bool rescale(Int128 value, std::int32_t from, std::int32_t to, Int128& out) {
  return __builtin_mul_overflow(value, power_of_ten(to - from), &out);
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
  Int128 left = 0;
  Int128 right = 0;
  Int128 sum = 0;
  const bool over =
      rescale(a[0].decimal(), node.children[0]->type->scale, node.type->scale, left) ||
      rescale(a[1].decimal(), node.children[1]->type->scale, node.type->scale, right) ||
      __builtin_add_overflow(left, right, &sum);
  return decimal_result(evaluation, sum, over);
}

Value subtract_decimals(Evaluation& evaluation, const Bound& node, Arguments a) {
  const Value negated[2] = {a[0], Value::of_decimal(-a[1].decimal())};
  return add_decimals(evaluation, node, negated);
}

Value multiply_decimals(Evaluation& evaluation, const Bound&, Arguments a) {
  Int128 product = 0;
  const bool over = __builtin_mul_overflow(a[0].decimal(), a[1].decimal(), &product);
  return decimal_result(evaluation, product, over);
}

Value divide_decimals(Evaluation& evaluation, const Bound& node, Arguments a) {
  const Int128 divisor = a[1].decimal();
  if (divisor == 0) return by_zero(evaluation);
  const std::int32_t shift =
      node.type->scale - node.children[0]->type->scale + node.children[1]->type->scale;
  using boost::multiprecision::int256_t;
  const int256_t dividend = int256_t(a[0].decimal()) * int256_t(power_of_ten(shift));
  int256_t quotient = dividend / int256_t(divisor);
  const int256_t rest = abs(dividend % int256_t(divisor));
  if (rest * 2 >= abs(int256_t(divisor))) quotient += (dividend < 0) == (divisor < 0) ? 1 : -1;
  const bool over = abs(quotient) >= int256_t(power_of_ten(kMaxDecimalPrecision));
  return decimal_result(evaluation, over ? 0 : static_cast<Int128>(quotient), over);
}

Value modulo_decimals(Evaluation& evaluation, const Bound& node, Arguments a) {
  Int128 left = 0;
  Int128 right = 0;
  const bool over =
      rescale(a[0].decimal(), node.children[0]->type->scale, node.type->scale, left) ||
      rescale(a[1].decimal(), node.children[1]->type->scale, node.type->scale, right);
  if (right == 0) return by_zero(evaluation);
  return decimal_result(evaluation, over ? 0 : left % right, over);
}

Value negate_decimal(Evaluation&, const Bound&, Arguments a) {
  return Value::of_decimal(-a[0].decimal());
}

}  // namespace trailpond::sql::operators
