#include "sql/analysis/analyser.hpp"
#include "sql/analysis/nodes.hpp"
#include "sql/bound/visiting.hpp"
#include "sql/evaluation/evaluator.hpp"
#include "sql/evaluation/function.hpp"
#include "sql/types/kinds.hpp"
#include "sql/values/arena.hpp"

/// The analysis of expressions: what each kind is, folding and coercing.
namespace trailpond::sql::analysis {
namespace {

using ast::ExpressionKind;

/// Copies a value out of an arena into a literal that owns what it borrows.
BoundPointer owned_literal(TypePointer type, const Value& value, Position position) {
  Bound node = make(BoundKind::kLiteral, type, position);
  if (value.is_null()) return share(std::move(node));
  if (keeps_text(type->kind)) return share(text_literal(std::string(value.text()), type, position));
  switch (type->kind) {
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kRow:
    case TypeKind::kFunction:
      return nullptr;  // stays an expression
    default:
      break;
  }
  node.literal = value;
  return share(std::move(node));
}

}  // namespace

void fail(ErrorName name, Position position, std::string message) {
  throw Failure{{name, std::move(message), position}};
}

/// Computes a node of constants now, unless it fails: then the run will say so.
BoundPointer Analyser::fold(Bound node) {
  if (node.kind == BoundKind::kAnd || node.kind == BoundKind::kOr) {
    // One term may decide, whatever the others are; one that decides nothing goes.
    const bool decides = node.kind == BoundKind::kOr;
    const auto is_boolean = [](const BoundPointer& term, bool value) {
      return term->kind == BoundKind::kLiteral && !term->literal.is_null() &&
             term->literal.boolean() == value;
    };
    for (const BoundPointer& term : node.children) {
      if (is_boolean(term, decides)) return term;
    }
    if (node.children.size() > 1)
      std::erase_if(node.children, [&](const auto& term) { return is_boolean(term, !decides); });
    if (node.children.empty())
      return literal_of(Value::of_boolean(!decides), boolean_type(), node.position);
    if (node.children.size() == 1) return node.children[0];
  }
  const bool constant = !node.varies && !node.children.empty() &&
                        std::ranges::all_of(node.children, [](const BoundPointer& child) {
                          return child->kind == BoundKind::kLiteral;
                        });
  if (!constant) return share(std::move(node));
  const BoundPointer shared = share(std::move(node));
  Evaluation evaluation;
  evaluation.begin_row({});
  try {
    const Value value = evaluate(evaluation, *shared);
    if (!evaluation.failed()) {
      if (auto literal = owned_literal(shared->type, value, shared->position)) return literal;
    }
  } catch (const MemoryExceeded&) {
    return shared;  // too large to be a constant; the run will say so
  }
  return shared;
}

BoundPointer Analyser::once(const BoundPointer& value,
                            const std::function<BoundPointer(const BoundPointer&)>& use) {
  if (!varies(*value)) return use(value);
  Bound parameter = make(BoundKind::kLambdaParameter, value->type, value->position);
  parameter.column = next_slot_++;
  const std::int32_t slot = parameter.column;
  BoundPointer body = use(share(std::move(parameter)));
  Bound let = make(BoundKind::kLet, body->type, body->position, {value, body});
  let.slots = {slot};
  return share(std::move(let));
}

BoundPointer Analyser::coerce(BoundPointer expression, TypePointer type) {
  if (expression->type == type) return expression;
  const Position position = expression->position;
  if (expression->kind == BoundKind::kLiteral && expression->literal.is_null()) {
    return literal_of({}, type, position);
  }
  return fold(make(BoundKind::kCast, type, position, {std::move(expression)}));
}

BoundPointer Analyser::condition(const ast::Expression& node, Context& context,
                                 const char* clause) {
  if (context.clause_position.line == 0) context.clause_position = node.position;
  BoundPointer bound = expression(node, context);
  if (bound->type->kind == TypeKind::kUnknown) return coerce(bound, boolean_type());
  if (bound->type->kind != TypeKind::kBoolean) {
    fail(
        ErrorName::kTypeMismatch, node.position,
        std::string(clause) + " must evaluate to a boolean: actual type " + to_string(bound->type));
  }
  return bound;
}

std::vector<BoundPointer> Analyser::expressions(const std::vector<ast::ExpressionPointer>& nodes,
                                                Context& context) {
  std::vector<BoundPointer> bound;
  for (const auto& node : nodes) bound.push_back(expression(*node, context));
  return bound;
}

BoundPointer Analyser::negated(const ast::Expression& node, Context& context) {
  // The least integers have no literal of their own without their sign.
  const ExpressionKind kind = node.children[0]->kind;
  if (kind == ExpressionKind::kInteger || kind == ExpressionKind::kDecimal) {
    ast::Expression signed_literal{.kind = kind, .position = node.position};
    signed_literal.text = "-" + node.children[0]->text;
    return literal(signed_literal);
  }
  return operator_call("-", node.position, {expression(*node.children[0], context)});
}

/// Trino's plus takes every number but decimals.
BoundPointer Analyser::unary_plus(const ast::Expression& node, Context& context) {
  auto operand = expression(*node.children[0], context);
  if (operand->type->kind >= TypeKind::kTinyint && operand->type->kind <= TypeKind::kDouble)
    return operand;
  fail(ErrorName::kTypeMismatch, node.position,
       "Unary '+' operator cannot by applied to " + to_string(operand->type) + " type");
}

BoundPointer Analyser::is_distinct(const ast::Expression& node, Context& context) {
  auto sides = expressions(node.children, context);
  unify(sides[0], sides[1], node.position, "IS DISTINCT FROM",
        {node.children[0].get(), node.children[1].get()});
  auto bound = share(make(BoundKind::kIsDistinct, boolean_type(), node.position, sides));
  if (!node.negated) return bound;
  return share(make(BoundKind::kNot, boolean_type(), node.position, {bound}));
}

BoundPointer Analyser::is_null(const ast::Expression& node, Context& context) {
  auto bound = fold(make(BoundKind::kIsNull, boolean_type(), node.position,
                         {expression(*node.children[0], context)}));
  if (!node.negated) return bound;
  return fold(make(BoundKind::kNot, boolean_type(), node.position, {bound}));
}

BoundPointer Analyser::logical(const ast::Expression& node, Context& context) {
  const bool is_and = node.kind == ExpressionKind::kAnd;
  std::vector<BoundPointer> terms;
  for (const auto& child : node.children) {
    terms.push_back(condition(*child, context, "Logical expression term"));
  }
  return fold(make(is_and ? BoundKind::kAnd : BoundKind::kOr, boolean_type(), node.position,
                   std::move(terms)));
}

BoundPointer Analyser::at_time_zone(const ast::Expression& node, Context& context) {
  auto operands = expressions(node.children, context);
  if (operands.size() == 1)
    operands.push_back(share(text_literal("UTC", varchar_type(3), node.position)));
  const TypePointer type = operands[0]->type;
  if (type->kind == TypeKind::kTimestamp) {
    operands[0] = coerce(operands[0], timestamp_with_time_zone_type(type->precision));
  } else if (type->kind == TypeKind::kTime) {
    operands[0] = coerce(operands[0], time_with_time_zone_type(type->precision));
  } else if (type->kind != TypeKind::kTimestampWithTimeZone &&
             type->kind != TypeKind::kTimeWithTimeZone) {
    fail(ErrorName::kTypeMismatch, node.children[0]->position,
         "Type of value must be a time or timestamp with or without time zone (actual " +
             to_string(type) + ")");
  }
  return operator_call("at_timezone", node.position, std::move(operands));
}

BoundPointer Analyser::trim(const ast::Expression& node, Context& context) {
  const std::string name = node.text == "LEADING"    ? "ltrim"
                           : node.text == "TRAILING" ? "rtrim"
                                                     : "trim";
  return operator_call(name, node.position, expressions(node.children, context));
}

BoundPointer Analyser::expression(const ast::Expression& node, Context& context) {
  switch (node.kind) {
    case ExpressionKind::kNull:
    case ExpressionKind::kBoolean:
    case ExpressionKind::kInteger:
    case ExpressionKind::kDecimal:
    case ExpressionKind::kDouble:
    case ExpressionKind::kString:
    case ExpressionKind::kBinary:
      return literal(node);
    case ExpressionKind::kTypedLiteral:
      return typed_literal(node);
    case ExpressionKind::kInterval:
      return interval(node);
    case ExpressionKind::kIdentifier:
      return identifier(node, context);
    case ExpressionKind::kDereference:
      return dereference(node, context);
    case ExpressionKind::kSubscript:
      return subscript(node, context);
    case ExpressionKind::kCall:
      return call(node, context);
    case ExpressionKind::kLambda:
      fail(ErrorName::kTypeMismatch, node.position,
           "Lambda expression should always be used inside a function");
    case ExpressionKind::kArray:
    case ExpressionKind::kRow:
      return items(node, context);
    case ExpressionKind::kNegate:
      return negated(node, context);
    case ExpressionKind::kPlus:
      return unary_plus(node, context);
    case ExpressionKind::kArithmetic:
      return operator_call(node.text, node.position, expressions(node.children, context));
    case ExpressionKind::kConcat:
      return operator_call("||", node.position, expressions(node.children, context));
    case ExpressionKind::kComparison: {
      auto sides = expressions(node.children, context);
      return comparison(comparison_of(node.text), node.position, sides[0], sides[1],
                        {node.children[0].get(), node.children[1].get()});
    }
    case ExpressionKind::kIsDistinct:
      return is_distinct(node, context);
    case ExpressionKind::kBetween:
      return between(node, context);
    case ExpressionKind::kInList:
      return in_list(node, context);
    case ExpressionKind::kLike:
      return like(node, context);
    case ExpressionKind::kIsNull:
      return is_null(node, context);
    case ExpressionKind::kNot:
      return fold(make(BoundKind::kNot, boolean_type(), node.position,
                       {condition(*node.children[0], context, "Value of logical NOT expression")}));
    case ExpressionKind::kAnd:
    case ExpressionKind::kOr:
      return logical(node, context);
    case ExpressionKind::kSearchedCase:
    case ExpressionKind::kSimpleCase:
      return case_expression(node, context);
    case ExpressionKind::kCast:
      return cast(node, context);
    case ExpressionKind::kExists:
    case ExpressionKind::kSubquery:
    case ExpressionKind::kInSubquery:
      return subquery(node, context);
    case ExpressionKind::kQuantified:
      return quantified(node, context);
    case ExpressionKind::kAtTimeZone:
      return at_time_zone(node, context);
    case ExpressionKind::kExtract:
      return extract(node, context);
    case ExpressionKind::kCurrent:
      return noted(node, current(node));
    case ExpressionKind::kTrim:
      return trim(node, context);
    case ExpressionKind::kParameter:
      fail(ErrorName::kInvalidParameterUsage, {1, 1},
           "Incorrect number of parameters: expected 1 but found 0");
    case ExpressionKind::kGrouping:
      return grouping(node, context);
  }
  fail(ErrorName::kInternal, node.position, "an expression that the analyser does not know");
}

}  // namespace trailpond::sql::analysis
