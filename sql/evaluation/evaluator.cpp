
#include "sql/evaluation/evaluator.hpp"

#include "sql/evaluation/casts.hpp"
#include "sql/evaluation/function.hpp"
#include "sql/evaluation/like.hpp"
#include "sql/evaluation/ordering.hpp"
#include "sql/values/comparing.hpp"

namespace trailpond::sql {

namespace {

Value compare(Evaluation& evaluation, TypePointer type, Comparison comparison, const Value& left,
              const Value& right) {
  if (left.is_null() || right.is_null()) return {};
  if (comparison == Comparison::kEqual || comparison == Comparison::kNotEqual) {
    const auto equal = equal_values(type, left, right);
    if (!equal) return {};
    return Value::of_boolean(*equal == (comparison == Comparison::kEqual));
  }
  const bool is_real = type->kind == TypeKind::kDouble || type->kind == TypeKind::kReal;
  if (is_real && (std::isnan(left.real()) || std::isnan(right.real()))) {
    return Value::of_boolean(false);
  }
  const int order = order_of(evaluation, type, left, right, NanOrder::kGreatest);
  if (evaluation.failed()) return {};
  switch (comparison) {
    case Comparison::kLess:
      return Value::of_boolean(order < 0);
    case Comparison::kLessEqual:
      return Value::of_boolean(order <= 0);
    case Comparison::kGreater:
      return Value::of_boolean(order > 0);
    case Comparison::kGreaterEqual:
      return Value::of_boolean(order >= 0);
    case Comparison::kEqual:
    case Comparison::kNotEqual:
      break;
  }
  return {};
}

Value evaluate_and(Evaluation& evaluation, const Bound& node) {
  bool unknown = false;
  for (const BoundPointer& child : node.children) {
    const Value value = evaluate(evaluation, *child);
    if (evaluation.failed()) return {};
    if (value.is_null())
      unknown = true;
    else if (!value.boolean())
      return Value::of_boolean(false);
  }
  return unknown ? Value() : Value::of_boolean(true);
}

Value evaluate_or(Evaluation& evaluation, const Bound& node) {
  bool unknown = false;
  for (const BoundPointer& child : node.children) {
    const Value value = evaluate(evaluation, *child);
    if (evaluation.failed()) return {};
    if (value.is_null())
      unknown = true;
    else if (value.boolean())
      return Value::of_boolean(true);
  }
  return unknown ? Value() : Value::of_boolean(false);
}

Value evaluate_case(Evaluation& evaluation, const Bound& node) {
  std::size_t i = 0;
  for (; i + 1 < node.children.size(); i += 2) {
    const Value condition = evaluate(evaluation, *node.children[i]);
    if (evaluation.failed()) return {};
    if (!condition.is_null() && condition.boolean()) {
      return evaluate(evaluation, *node.children[i + 1]);
    }
  }
  return i < node.children.size() ? evaluate(evaluation, *node.children[i]) : Value();
}

Value evaluate_in(Evaluation& evaluation, const Bound& node) {
  const Value value = evaluate(evaluation, *node.children[0]);
  if (evaluation.failed() || value.is_null()) return {};
  bool unknown = false;
  for (std::size_t i = 1; i < node.children.size(); ++i) {
    const Value item = evaluate(evaluation, *node.children[i]);
    if (evaluation.failed()) return {};
    const auto equal = equal_values(node.children[0]->type, value, item);
    if (!equal)
      unknown = true;
    else if (*equal)
      return Value::of_boolean(true);
  }
  return unknown ? Value() : Value::of_boolean(false);
}

/// A call with up to this many arguments keeps them on the stack.
constexpr std::size_t kStackArguments = 8;

Value evaluate_call(Evaluation& evaluation, const Bound& node) {
  Value on_stack[kStackArguments];
  std::span<Value> arguments(on_stack, std::min(kStackArguments, node.children.size()));
  if (node.children.size() > kStackArguments) {
    arguments = evaluation.arena().values(node.children.size());
  }
  const bool called_on_null = (node.function->traits & kCalledOnNull) != 0;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const Bound& child = *node.children[i];
    if (child.kind == BoundKind::kLambda) continue;
    arguments[i] = evaluate(evaluation, child);
    if (evaluation.failed() || (arguments[i].is_null() && !called_on_null)) return {};
  }
  return node.function->evaluate(evaluation, node, arguments);
}

Value evaluate_items(Evaluation& evaluation, const Bound& node) {
  const auto items = evaluation.arena().values(node.children.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    items[i] = evaluate(evaluation, *node.children[i]);
    if (evaluation.failed()) return {};
  }
  return Value::of_items(items);
}

/// TRY turns these errors into NULL (Trino page "Conditional expressions", TRY).
bool is_caught_by_try(ErrorName name) {
  return name == ErrorName::kDivisionByZero || name == ErrorName::kInvalidCastArgument ||
         name == ErrorName::kInvalidFunctionArgument || name == ErrorName::kNumericValueOutOfRange;
}

Value evaluate_try(Evaluation& evaluation, const Bound& node) {
  const Value value = evaluate(evaluation, *node.children[0]);
  if (!evaluation.failed()) return value;
  Error error = *evaluation.take_error();
  if (!is_caught_by_try(error.name)) evaluation.fail(error.name, std::move(error.message));
  return {};
}

Value evaluate_cast(Evaluation& evaluation, const Bound& node) {
  const Value value = evaluate(evaluation, *node.children[0]);
  if (evaluation.failed() || value.is_null()) return {};
  const Value result = cast_value(evaluation, node.children[0]->type, node.type, value);
  if (evaluation.failed() && node.lenient) {
    const auto error = evaluation.take_error();
    if (error->name == ErrorName::kCancelled || error->name == ErrorName::kExceededLimit) {
      return evaluation.fail(error->name, error->message);
    }
    return {};
  }
  return result;
}

Value evaluate_let(Evaluation& evaluation, const Bound& node) {
  const Value value = evaluate(evaluation, *node.children[0]);
  if (evaluation.failed()) return {};
  evaluation.slot(node.slots[0]) = value;
  return evaluate(evaluation, *node.children[1]);
}

Value evaluate_field(Evaluation& evaluation, const Bound& node) {
  const Value base = evaluate(evaluation, *node.children[0]);
  if (base.is_null() || static_cast<std::size_t>(node.column) >= base.items().size()) return {};
  return base.items()[static_cast<std::size_t>(node.column)];
}

Value evaluate_coalesce(Evaluation& evaluation, const Bound& node) {
  for (const BoundPointer& child : node.children) {
    const Value value = evaluate(evaluation, *child);
    if (evaluation.failed() || !value.is_null()) return value;
  }
  return {};
}

Value evaluate_compare(Evaluation& evaluation, const Bound& node) {
  const Value left = evaluate(evaluation, *node.children[0]);
  if (evaluation.failed() || left.is_null()) return {};
  const Value right = evaluate(evaluation, *node.children[1]);
  if (evaluation.failed()) return {};
  return compare(evaluation, node.children[0]->type, node.comparison, left, right);
}

Value evaluate_is_null(Evaluation& evaluation, const Bound& node) {
  const Value value = evaluate(evaluation, *node.children[0]);
  return evaluation.failed() ? Value() : Value::of_boolean(value.is_null());
}

Value evaluate_is_distinct(Evaluation& evaluation, const Bound& node) {
  const Value left = evaluate(evaluation, *node.children[0]);
  const Value right = evaluate(evaluation, *node.children[1]);
  if (evaluation.failed()) return {};
  return Value::of_boolean(!identical_values(node.children[0]->type, left, right));
}

}  // namespace

Value evaluate(Evaluation& evaluation, const Bound& node) {
  if (!evaluation.step()) return {};
  switch (node.kind) {
    case BoundKind::kLiteral:
      return node.literal;
    case BoundKind::kArgument:
      return evaluation.arguments()[static_cast<std::size_t>(node.column)];
    case BoundKind::kLambdaParameter:
      return evaluation.slot(node.column);
    case BoundKind::kLet:
      return evaluate_let(evaluation, node);
    case BoundKind::kField:
      return evaluate_field(evaluation, node);
    case BoundKind::kCall:
      return evaluate_call(evaluation, node);
    case BoundKind::kAnd:
      return evaluate_and(evaluation, node);
    case BoundKind::kOr:
      return evaluate_or(evaluation, node);
    case BoundKind::kNot: {
      const Value value = evaluate(evaluation, *node.children[0]);
      return value.is_null() ? value : Value::of_boolean(!value.boolean());
    }
    case BoundKind::kCase:
      return evaluate_case(evaluation, node);
    case BoundKind::kCoalesce:
      return evaluate_coalesce(evaluation, node);
    case BoundKind::kCompare:
      return evaluate_compare(evaluation, node);
    case BoundKind::kIsDistinct:
      return evaluate_is_distinct(evaluation, node);
    case BoundKind::kIsNull:
      return evaluate_is_null(evaluation, node);
    case BoundKind::kIn:
      return evaluate_in(evaluation, node);
    case BoundKind::kLike:
      return evaluate_like(evaluation, node);
    case BoundKind::kCast:
      return evaluate_cast(evaluation, node);
    case BoundKind::kTry:
      return evaluate_try(evaluation, node);
    case BoundKind::kRow:
    case BoundKind::kArray:
      return evaluate_items(evaluation, node);
    case BoundKind::kColumn:
    case BoundKind::kLambda:
    case BoundKind::kGrouping:
    case BoundKind::kGroupKey:
    case BoundKind::kAggregate:
    case BoundKind::kWindow:
    case BoundKind::kOutput:
    case BoundKind::kSubquery:
    case BoundKind::kExists:
    case BoundKind::kInSubquery:
      break;  // the planner leaves none of these in a program
  }
  return evaluation.fail(ErrorName::kInternal, "an expression that cannot be evaluated");
}

Value call_lambda(Evaluation& evaluation, const Bound& lambda, std::span<const Value> arguments) {
  for (std::size_t i = 0; i < lambda.slots.size() && i < arguments.size(); ++i) {
    evaluation.slot(lambda.slots[i]) = arguments[i];
  }
  return evaluate(evaluation, *lambda.children[0]);
}

}  // namespace trailpond::sql
