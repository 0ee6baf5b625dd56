#include "base/text.hpp"
#include "sql/analysis/analyser.hpp"
#include "sql/analysis/nodes.hpp"
#include "sql/analysis/signatures.hpp"
#include "sql/evaluation/casts.hpp"
#include "sql/evaluation/registry.hpp"
#include "sql/json/extract_path.hpp"
#include "sql/syntax/lexer.hpp"
#include "sql/types/coercions.hpp"

/// The analysis of calls: special forms, functions with their lambdas, operators, aggregates.
namespace trailpond::sql::analysis {
namespace {

using ast::ExpressionKind;

}  // namespace

BoundPointer Analyser::call(const ast::Expression& node, Context& context) {
  if (node.call->json) return json_call(node, context);
  const std::string name = ascii_lower(node.text);
  if (auto special = special_call(name, node, context)) return *special;
  const bool is_aggregate = !find_aggregates(name).empty();
  if (node.call->over) return window(name, node, context);
  if (is_aggregate) return aggregate(name, node, context);
  if (node.call->distinct) {
    fail(ErrorName::kFunctionNotAggregate, node.position,
         "DISTINCT is not supported for non-aggregation functions");
  }
  if (!node.call->order_by.empty()) {
    fail(ErrorName::kFunctionNotAggregate, node.position,
         "ORDER BY is only valid for aggregation functions");
  }
  if (node.call->filter) {
    fail(ErrorName::kFunctionNotAggregate, node.position,
         "Filter is only valid for aggregation functions");
  }
  if (is_window_function(name)) {
    fail(ErrorName::kMissingOver, node.position,
         "Window function system.builtin." + name + " requires an OVER clause");
  }
  return function(name, node, context);
}

std::optional<BoundPointer> Analyser::special_call(const std::string& name,
                                                   const ast::Expression& node, Context& context) {
  const auto expect = [&](std::size_t least, std::size_t most) {
    if (node.children.size() >= least && node.children.size() <= most) return;
    fail(ErrorName::kSyntaxError, node.position,
         "Invalid number of arguments for '" + name + "' function");
  };
  if (name == "if") {
    expect(2, 3);
    return if_call(node, context);
  }
  if (name == "coalesce") {
    if (node.children.size() < 2) {
      fail(ErrorName::kSyntaxError, node.position,
           "The 'coalesce' function must have at least two arguments");
    }
    std::vector<BoundPointer> children;
    TypePointer common = unknown_type();
    for (const auto& child : node.children) {
      children.push_back(expression(*child, context));
      const TypePointer next = common_type(common, children.back()->type);
      if (next == nullptr) {
        fail(ErrorName::kTypeMismatch, child->position,
             "All COALESCE operands must be the same type or coercible to a common type. Cannot "
             "find common type between " +
                 to_string(common) + " and " + to_string(children.back()->type));
      }
      common = next;
    }
    for (auto& child : children) child = coerce(child, common);
    return fold(make(BoundKind::kCoalesce, common, node.position, std::move(children)));
  }
  if (name == "nullif") {
    expect(2, 2);
    auto first = expression(*node.children[0], context);
    auto second = expression(*node.children[1], context);
    return once(first, [&](const BoundPointer& value) {
      auto equal = comparison(Comparison::kEqual, node.position, value, second);
      return fold(make(BoundKind::kCase, value->type, node.position,
                       {std::move(equal), literal_of({}, value->type, node.position), value}));
    });
  }
  if (name == "try") {
    expect(1, 1);
    const auto value = expression(*node.children[0], context);
    return fold(make(BoundKind::kTry, value->type, node.position, {value}));
  }
  if ((name == "now" || name == "current_timestamp") && node.children.empty() && !node.call->over) {
    const ast::Expression current_node{
        .kind = ExpressionKind::kCurrent, .position = node.position, .text = "CURRENT_TIMESTAMP"};
    return noted(node, current(current_node));
  }
  if (name == "format" && !node.call->over) return format_call(node, context);
  if (name == "typeof" && node.children.size() == 1) {
    const TypePointer type = expression(*node.children[0], context)->type;
    return share(text_literal(to_string(type), varchar_type(), node.position));
  }
  return std::nullopt;
}

/// format(): the arguments of any types become one row.
BoundPointer Analyser::format_call(const ast::Expression& node, Context& context) {
  if (node.children.size() < 2) {
    fail(ErrorName::kSyntaxError, node.position,
         "The 'format' function must have at least two arguments");
  }
  std::vector<BoundPointer> values;
  std::vector<std::pair<std::string, TypePointer>> fields;
  for (const auto& child : node.children) {
    values.push_back(expression(*child, context));
    const TypePointer type = values.back()->type;
    if (values.size() == 1) {
      if (type->kind != TypeKind::kVarchar) {
        fail(
            ErrorName::kTypeMismatch, child->position,
            "Type of first argument to format() must be VARCHAR (actual: " + to_string(type) + ")");
      }
      continue;
    }
    fields.emplace_back("", type);
    if (type->kind == TypeKind::kUnknown || type->kind == TypeKind::kJson ||
        (type->kind != TypeKind::kVarbinary && can_cast(type, varchar_type()))) {
      continue;
    }
    fail(ErrorName::kNotSupported, child->position,
         "Type not supported for formatting: " + to_string(type));
  }
  auto text = values.front();
  values.erase(values.begin());
  auto row =
      share(make(BoundKind::kRow, row_type(std::move(fields)), node.position, std::move(values)));
  return operator_call("$format", node.position, {std::move(text), std::move(row)});
}

BoundPointer Analyser::if_call(const ast::Expression& node, Context& context) {
  std::vector<BoundPointer> children = {condition(*node.children[0], context, "IF condition")};
  children.push_back(expression(*node.children[1], context));
  TypePointer common = children[1]->type;
  if (node.children.size() == 3) {
    children.push_back(expression(*node.children[2], context));
    common = common_type(common, children[2]->type);
    if (common == nullptr) {
      fail(ErrorName::kTypeMismatch, node.position,
           "Result types for IF must be the same: " + to_string(children[1]->type) + " vs " +
               to_string(children[2]->type));
    }
  }
  for (std::size_t i = 1; i < children.size(); ++i) children[i] = coerce(children[i], common);
  return fold(make(BoundKind::kCase, common, node.position, std::move(children)));
}

namespace {

std::string list_types(std::span<const ArgumentShape> shapes) {
  std::string text;
  for (const ArgumentShape& shape : shapes) {
    if (!text.empty()) text += ", ";
    text += shape.type == nullptr ? "function" : to_string(shape.type);
  }
  return text;
}

/// Picks the overload that needs the fewest coercions; the first of equals.
template <class Overload>
std::pair<const Overload*, SignatureMatch> choose(const std::vector<Overload>& overloads,
                                                  std::span<const ArgumentShape> shapes,
                                                  const LambdaTyper& type_lambda) {
  const Overload* best = nullptr;
  SignatureMatch best_match;
  for (const Overload& overload : overloads) {
    auto match = match_signature(overload.signature, shapes, type_lambda);
    if (match && (best == nullptr || match->coercions < best_match.coercions)) {
      best = &overload;
      best_match = std::move(*match);
    }
  }
  return {best, std::move(best_match)};
}

template <class Overload>
[[noreturn]] void refuse_arguments(const std::string& name, const std::vector<Overload>& overloads,
                                   std::span<const ArgumentShape> shapes, Position position) {
  std::vector<std::string> expected;
  for (const Overload& overload : overloads)
    expected.push_back(print_signature(name, overload.signature));
  std::ranges::sort(expected);
  std::string text;
  for (const std::string& one : expected) text += (text.empty() ? "" : ", ") + one;
  fail(ErrorName::kFunctionNotFound, position,
       "Unexpected parameters (" + list_types(shapes) + ") for function " + name +
           ". Expected: " + text);
}

/// Refuses a constant JSON path that only Lake takes.
void refuse_lenient_path(std::string_view name, std::span<const BoundPointer> arguments) {
  if (name != "json_extract" && name != "json_extract_scalar" && name != "json_size") return;
  const Bound& path = *arguments[1];
  if (path.kind != BoundKind::kLiteral || path.literal.is_null()) return;
  const std::string_view text = path.literal.text();
  if (is_trino_json_path(text)) return;
  fail(ErrorName::kInvalidFunctionArgument, {}, "Invalid JSON path: '" + std::string(text) + "'");
}

/// Lets a call find its own type and prepare what its constants allow.
void prepare_call(Bound& call) {
  call.varies = (call.function->traits & kNondeterministic) != 0;
  if (call.function->result_type != nullptr) {
    const auto type = call.function->result_type(call);
    if (!type) fail(type.error().name, call.position, type.error().message);
    call.type = *type;
  }
  if (call.function->prepare == nullptr) return;
  auto state = call.function->prepare(call);
  if (!state) fail(state.error().name, call.position, state.error().message);
  call.state = std::move(*state);
}

}  // namespace

BoundPointer Analyser::function(const std::string& name, const ast::Expression& node,
                                Context& context) {
  const auto& overloads = find_functions(name);
  // Names with a sign are ours, for operators; nobody can write them as a call.
  if (overloads.empty() || !(std::isalpha(static_cast<unsigned char>(name[0])) || name[0] == '_')) {
    fail(ErrorName::kFunctionNotFound, node.position, "Function '" + name + "' not registered");
  }
  std::vector<BoundPointer> children(node.children.size());
  std::vector<ArgumentShape> shapes(node.children.size());
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    if (node.children[i]->kind == ExpressionKind::kLambda) {
      shapes[i].lambda_parameters = static_cast<std::int32_t>(node.children[i]->parameters.size());
    } else {
      children[i] = expression(*node.children[i], context);
      shapes[i].type = children[i]->type;
    }
  }
  std::map<std::pair<std::size_t, std::vector<TypePointer>>, BoundPointer> lambdas;
  const LambdaTyper type_lambda = [&](std::size_t i, std::span<const TypePointer> parameters) {
    auto& bound = lambdas[{i, {parameters.begin(), parameters.end()}}];
    if (!bound) bound = lambda(*node.children[i], parameters, context);
    return bound->children[0]->type;
  };
  auto [overload, match] = choose(overloads, shapes, type_lambda);
  if (overload == nullptr) {
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      if (shapes[i].lambda_parameters < 0) continue;
      for (const auto& candidate : overloads) {
        if (i >= candidate.signature.arguments.size()) continue;
        const auto wanted = candidate.signature.arguments[i].children.size();
        if (candidate.signature.arguments[i].name == "function" &&
            wanted != static_cast<std::size_t>(shapes[i].lambda_parameters) + 1 &&
            candidate.signature.arguments.size() == shapes.size()) {
          fail(ErrorName::kInvalidParameterUsage, node.children[i]->position,
               "Expected a lambda that takes " + std::to_string(wanted - 1) +
                   " argument(s) but got " + std::to_string(shapes[i].lambda_parameters));
        }
      }
    }
    refuse_arguments(name, overloads, shapes, node.position);
  }
  for (std::size_t i = 0; i < children.size(); ++i) {
    if (shapes[i].lambda_parameters >= 0) {
      children[i] = lambda_argument(*node.children[i], match.arguments[i], context);
    } else {
      children[i] = coerce(children[i], match.arguments[i]);
    }
  }
  if (!options_.leniencies) refuse_lenient_path(name, children);
  note_path(name, node, children);
  Bound bound = make(BoundKind::kCall, match.result, node.position, std::move(children));
  bound.function = overload->function;
  prepare_call(bound);
  return fold(std::move(bound));
}

BoundPointer Analyser::lambda(const ast::Expression& node, std::span<const TypePointer> parameters,
                              Context& context) {
  if (node.parameters.size() != parameters.size()) {
    fail(ErrorName::kInvalidParameterUsage, node.position,
         "Expected a lambda that takes " + std::to_string(parameters.size()) +
             " argument(s) but got " + std::to_string(node.parameters.size()));
  }
  std::vector<LambdaFrame> frames;
  if (context.lambdas != nullptr) frames = *context.lambdas;
  LambdaFrame frame;
  Bound bound = make(BoundKind::kLambda, nullptr, node.position);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    frame.names.push_back(ascii_lower(node.parameters[i]));
    frame.types.push_back(parameters[i]);
    frame.slots.push_back(next_slot_++);
    bound.slots.push_back(frame.slots.back());
  }
  frames.push_back(std::move(frame));
  Context inner = context;
  inner.lambdas = &frames;
  inner.aggregates = nullptr;
  inner.windows = nullptr;
  inner.clause = "Lambda expression";
  inner.clause_position = node.children[0]->position;
  bound.children.push_back(expression(*node.children[0], inner));
  bound.type = function_type({parameters.begin(), parameters.end()}, bound.children[0]->type);
  return share(std::move(bound));
}

/// A lambda whose parameters and result have the types of a function type.
BoundPointer Analyser::lambda_argument(const ast::Expression& node, TypePointer type,
                                       Context& context) {
  const std::vector<TypePointer> parameters(type->children.begin(), type->children.end() - 1);
  Bound finished = *lambda(node, parameters, context);
  finished.children[0] = coerce(finished.children[0], type->children.back());
  finished.type = type;
  return share(std::move(finished));
}

BoundPointer Analyser::operator_call(const std::string& name, Position position,
                                     std::vector<BoundPointer> operands) {
  const auto& overloads = find_functions(name);
  std::vector<ArgumentShape> shapes;
  for (const BoundPointer& operand : operands) shapes.push_back({operand->type, -1});
  auto [overload, match] = choose(overloads, shapes, {});
  if (overload == nullptr) {
    const bool is_word = std::isalpha(static_cast<unsigned char>(name[0])) != 0;
    if (is_word) refuse_arguments(name, overloads, shapes, position);
    if (name == "||") {
      fail(ErrorName::kFunctionNotFound, position,
           "Unexpected parameters (" + list_types(shapes) + ") for function concat");
    }
    if (name == "[]") {
      fail(ErrorName::kTypeMismatch, position,
           "Cannot apply operator: " + to_string(operands[0]->type) + "[" +
               to_string(operands[1]->type) + "]");
    }
    const std::string types = operands.size() == 1 ? name + to_string(operands[0]->type)
                                                   : to_string(operands[0]->type) + " " + name +
                                                         " " + to_string(operands[1]->type);
    fail(ErrorName::kTypeMismatch, position, "Cannot apply operator: " + types);
  }
  for (std::size_t i = 0; i < operands.size(); ++i)
    operands[i] = coerce(operands[i], match.arguments[i]);
  Bound bound = make(BoundKind::kCall, match.result, position, std::move(operands));
  bound.function = overload->function;
  prepare_call(bound);
  return fold(std::move(bound));
}

// ---- aggregates and windows -----------------------------------------------------------------

/// Gives listagg the arguments that its syntax leaves out or puts behind ON OVERFLOW.
void Analyser::complete_listagg(const ast::Expression& node, std::vector<BoundPointer>& arguments,
                                std::vector<ArgumentShape>& shapes) {
  const TypePointer type = arguments[0]->type;
  if (type->kind != TypeKind::kVarchar && type->kind != TypeKind::kUnknown) {
    fail(ErrorName::kTypeMismatch, node.position,
         "Expected expression of varchar, but '" + ast::print(*node.children[0]) + "' has " +
             to_string(type) + " type");
  }
  const ast::ListOverflow& overflow = node.call->overflow;
  const auto text = [&](const std::string& value) {
    return share(text_literal(value, varchar_type(), node.position));
  };
  const auto flag = [&](bool value) {
    return literal_of(Value::of_boolean(value), boolean_type(), node.position);
  };
  if (arguments.size() == 1) arguments.push_back(text(""));
  arguments.push_back(flag(overflow.truncate));
  arguments.push_back(text(overflow.filler));
  arguments.push_back(flag(overflow.with_count));
  shapes.clear();
  for (const BoundPointer& argument : arguments) shapes.push_back({argument->type, -1});
}

void Analyser::refuse_aggregation(const ast::Expression& node, const Context& context) {
  fail(ErrorName::kExpressionNotScalar,
       context.clause_position.line > 0 ? context.clause_position : node.position,
       std::string(context.clause == nullptr ? "This clause" : context.clause) +
           " cannot contain aggregations, window functions or grouping operations: [" +
           ast::print(node) + "]");
}

/// The call of an aggregate, be it over a group or over a window.
BoundAggregate Analyser::aggregate_call(const std::string& name, const ast::Expression& node,
                                        Context& context) {
  BoundAggregate bound;
  bound.position = node.position;
  bound.distinct = node.call->distinct;
  std::vector<ArgumentShape> shapes;
  for (const auto& child : node.children) {
    const bool is_lambda = child->kind == ExpressionKind::kLambda;
    bound.arguments.push_back(is_lambda ? nullptr : expression(*child, context));
    if (is_lambda)
      shapes.push_back({nullptr, static_cast<std::int32_t>(child->parameters.size())});
    else
      shapes.push_back({bound.arguments.back()->type, -1});
  }
  if (name == "listagg") complete_listagg(node, bound.arguments, shapes);
  const LambdaTyper type_lambda = [&](std::size_t i, std::span<const TypePointer> parameters) {
    return lambda(*node.children[i], parameters, context)->children[0]->type;
  };
  const auto& overloads = find_aggregates(name);
  if (overloads.empty()) {
    fail(ErrorName::kFunctionNotFound, node.position, "Function '" + name + "' not registered");
  }
  auto [overload, match] = choose(overloads, shapes, type_lambda);
  if (overload == nullptr) refuse_arguments(name, overloads, shapes, node.position);
  bound.function = overload->function;
  bound.type = match.result;
  const std::vector<BoundPointer> written = bound.arguments;
  for (std::size_t i = 0; i < bound.arguments.size(); ++i) {
    if (shapes[i].lambda_parameters < 0) {
      bound.arguments[i] = coerce(bound.arguments[i], match.arguments[i]);
    } else {
      bound.arguments[i] = lambda_argument(*node.children[i], match.arguments[i], context);
    }
  }
  if (bound.distinct &&
      !std::ranges::all_of(bound.arguments, [](const auto& a) { return is_comparable(a->type); })) {
    fail(ErrorName::kTypeMismatch, node.position,
         "DISTINCT can only be applied to comparable types");
  }
  for (const ast::SortItem& item : node.call->order_by) {
    BoundSort sort{expression(*item.expression, context), item.descending,
                   item.nulls_first.value_or(false)};
    if (!is_orderable(sort.expression->type)) {
      fail(ErrorName::kTypeMismatch, node.position,
           "ORDER BY can only be applied to orderable types (actual: " +
               to_string(sort.expression->type) + ")");
    }
    const bool is_argument = std::ranges::any_of(written, [&](const BoundPointer& argument) {
      return argument && same_expression(*argument, *sort.expression);
    });
    if (bound.distinct && !is_argument) {
      fail(ErrorName::kExpressionNotInDistinct, item.expression->position,
           "For aggregate function with DISTINCT, ORDER BY expressions must appear in arguments");
    }
    bound.order_by.push_back(std::move(sort));
  }
  return bound;
}

BoundPointer Analyser::aggregate(const std::string& name, const ast::Expression& node,
                                 Context& context) {
  if (!context.inside_aggregate.empty()) {
    fail(ErrorName::kNestedAggregation, context.aggregate_position,
         "Cannot nest aggregations inside aggregation '" + context.inside_aggregate + "': [" +
             ast::print(node) + "]");
  }
  if (context.aggregates == nullptr) refuse_aggregation(node, context);
  Context inner = context;
  inner.inside_aggregate = name;
  inner.aggregate_position = node.position;
  inner.outputs = nullptr;
  BoundAggregate bound = aggregate_call(name, node, inner);
  if (node.call->filter) bound.filter = condition(*node.call->filter, inner, "Filter expression");
  // The same aggregate twice is computed once.
  const auto same = [&](const BoundAggregate& other) {
    if (other.function != bound.function || other.distinct != bound.distinct ||
        other.arguments.size() != bound.arguments.size() ||
        (other.filter != nullptr) != (bound.filter != nullptr) || !other.order_by.empty() ||
        !bound.order_by.empty()) {
      return false;
    }
    for (std::size_t i = 0; i < other.arguments.size(); ++i) {
      if (!same_expression(*other.arguments[i], *bound.arguments[i])) return false;
    }
    return bound.filter == nullptr || same_expression(*other.filter, *bound.filter);
  };
  const auto found = std::ranges::find_if(*context.aggregates, same);
  Bound reference = make(BoundKind::kAggregate, bound.type, node.position);
  reference.relation = context.select_id;
  reference.column = static_cast<std::int32_t>(found - context.aggregates->begin());
  if (found == context.aggregates->end()) context.aggregates->push_back(std::move(bound));
  return share(std::move(reference));
}

}  // namespace trailpond::sql::analysis
