#include <cmath>

#include "sql/evaluation/functions/operators.hpp"
#include "sql/types/kinds.hpp"

/// + - * / % of integers and reals.
namespace trailpond::sql::operators {
namespace {

bool fits(const Bound& node, std::int64_t value) { return range_of(node.type->kind).holds(value); }

Value overflow(Evaluation& evaluation, const Bound& node, const char* what, const char* sign,
               std::int64_t left, std::int64_t right) {
  return evaluation.fail(ErrorName::kNumericValueOutOfRange,
                         std::string(range_of(node.type->kind).name) + " " + what + " overflow: " +
                             std::to_string(left) + " " + sign + " " + std::to_string(right));
}

}  // namespace

Value add_integers(Evaluation& evaluation, const Bound& node, Arguments a) {
  std::int64_t result = 0;
  if (__builtin_add_overflow(a[0].integer(), a[1].integer(), &result) || !fits(node, result)) {
    return overflow(evaluation, node, "addition", "+", a[0].integer(), a[1].integer());
  }
  return Value::of_integer(result);
}

Value subtract_integers(Evaluation& evaluation, const Bound& node, Arguments a) {
  std::int64_t result = 0;
  if (__builtin_sub_overflow(a[0].integer(), a[1].integer(), &result) || !fits(node, result)) {
    return overflow(evaluation, node, "subtraction", "-", a[0].integer(), a[1].integer());
  }
  return Value::of_integer(result);
}

Value multiply_integers(Evaluation& evaluation, const Bound& node, Arguments a) {
  std::int64_t result = 0;
  if (__builtin_mul_overflow(a[0].integer(), a[1].integer(), &result) || !fits(node, result)) {
    return overflow(evaluation, node, "multiplication", "*", a[0].integer(), a[1].integer());
  }
  return Value::of_integer(result);
}

Value divide_integers(Evaluation& evaluation, const Bound& node, Arguments a) {
  if (a[1].integer() == 0) return by_zero(evaluation);
  // The least integer by -1 does not fit; the processor would trap on the widest.
  if (a[1].integer() == -1) {
    std::int64_t result = 0;
    if (__builtin_sub_overflow(0, a[0].integer(), &result) || !fits(node, result)) {
      return overflow(evaluation, node, "division", "/", a[0].integer(), a[1].integer());
    }
    return Value::of_integer(result);
  }
  return Value::of_integer(a[0].integer() / a[1].integer());
}

Value modulo_integers(Evaluation& evaluation, const Bound&, Arguments a) {
  if (a[1].integer() == 0) return by_zero(evaluation);
  if (a[1].integer() == -1) return Value::of_integer(0);
  return Value::of_integer(a[0].integer() % a[1].integer());
}

Value negate_integer(Evaluation& evaluation, const Bound& node, Arguments a) {
  std::int64_t result = 0;
  if (__builtin_sub_overflow(0, a[0].integer(), &result) || !fits(node, result)) {
    return evaluation.fail(ErrorName::kNumericValueOutOfRange,
                           std::string(range_of(node.type->kind).name) +
                               " negation overflow: " + std::to_string(a[0].integer()));
  }
  return Value::of_integer(result);
}

namespace {

double rounded(const Bound& node, double value) {
  return node.type->kind == TypeKind::kReal ? static_cast<double>(static_cast<float>(value))
                                            : value;
}

}  // namespace

Value add_reals(Evaluation&, const Bound& node, Arguments a) {
  return Value::of_real(rounded(node, a[0].real() + a[1].real()));
}

Value subtract_reals(Evaluation&, const Bound& node, Arguments a) {
  return Value::of_real(rounded(node, a[0].real() - a[1].real()));
}

Value multiply_reals(Evaluation&, const Bound& node, Arguments a) {
  return Value::of_real(rounded(node, a[0].real() * a[1].real()));
}

Value divide_reals(Evaluation&, const Bound& node, Arguments a) {
  return Value::of_real(rounded(node, a[0].real() / a[1].real()));
}

Value modulo_reals(Evaluation&, const Bound& node, Arguments a) {
  return Value::of_real(rounded(node, std::fmod(a[0].real(), a[1].real())));
}

Value negate_real(Evaluation&, const Bound&, Arguments a) { return Value::of_real(-a[0].real()); }

}  // namespace trailpond::sql::operators
