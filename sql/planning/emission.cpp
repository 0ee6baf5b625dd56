#include "sql/bound/limits.hpp"
#include "sql/bound/visiting.hpp"
#include "sql/evaluation/evaluator.hpp"
#include "sql/evaluation/function.hpp"
#include "sql/planning/operators.hpp"
#include "sql/planning/planning.hpp"
#include "sql/values/arena.hpp"
#include "sql/values/comparing.hpp"
#include "sql/values/sort_keys.hpp"
#include "sql/values/sqlite_bridge.hpp"

/// Expressions as SQLite's text: its own operators where they mean what Trino means, else one call
/// of the evaluator.
namespace trailpond::sql {
namespace {

std::string column_name(std::int32_t relation, std::int32_t column) {
  return "r" + std::to_string(relation) + ".c" + std::to_string(column);
}

/// Tries a call that fails by its pattern alone with the patterns that it has.
bool pattern_may_fail(const Bound& node) {
  Bound trial = node;
  for (BoundPointer& child : trial.children) {
    if (child->kind == BoundKind::kLiteral) continue;
    const bool is_date = child->type->kind == TypeKind::kDate;
    if (!is_date && child->type->kind != TypeKind::kTimestamp) return true;
    Bound epoch;
    epoch.type = child->type;
    epoch.literal = is_date ? Value::of_integer(0) : Value::of_moment({});
    child = std::make_shared<const Bound>(std::move(epoch));
  }
  Evaluation evaluation;
  evaluate(evaluation, trial);
  return evaluation.take_error().has_value();
}

/// Answers whether a function of values or of an array's elements works on nested ones.
bool compares_nested(const Bound& node) {
  const TypePointer type = node.children[0]->type;
  const bool is_array = type->kind == TypeKind::kArray && node.type != type;
  return !(is_array ? type->children[0] : type)->children.empty();
}

bool is_subquery(BoundKind kind) {
  return kind == BoundKind::kSubquery || kind == BoundKind::kExists ||
         kind == BoundKind::kInSubquery;
}

bool is_native_like(const Bound& node) {
  constexpr std::size_t kMaxNativePattern = 1'000;  // far below SQLite's own limit of 50,000
  return node.children.size() == 2 && node.children[1]->kind == BoundKind::kLiteral &&
         !node.children[1]->literal.is_null() &&
         node.children[1]->literal.text().size() <= kMaxNativePattern;
}

}  // namespace

bool is_same_storage(TypePointer from, TypePointer to) {
  const auto is_whole = [](TypeKind kind) {
    return kind == TypeKind::kTinyint || kind == TypeKind::kSmallint ||
           kind == TypeKind::kInteger || kind == TypeKind::kBigint;
  };
  if (from == to || from->kind == TypeKind::kUnknown) return true;
  if (is_whole(from->kind) && is_whole(to->kind)) return from->kind <= to->kind;
  if (from->kind != to->kind) return false;
  switch (from->kind) {
    case TypeKind::kVarchar:
      return to->precision == kUnbounded ||
             (from->precision != kUnbounded && from->precision <= to->precision);
    case TypeKind::kTimestamp:
    case TypeKind::kTime:
      return from->precision <= to->precision && to->precision <= 6;
    default:
      return false;
  }
}

bool may_fail(const Bound& node) {
  if (node.kind == BoundKind::kTry) return false;
  const bool casts = node.kind == BoundKind::kCast && !node.lenient;
  const bool to_date = casts && node.type->kind == TypeKind::kDate &&
                       node.children[0]->type->kind == TypeKind::kTimestamp;
  if (casts && !to_date && !is_same_storage(node.children[0]->type, node.type)) return true;
  if (node.kind == BoundKind::kCall &&
      (node.function->traits & (kMayFail | kNondeterministic)) != 0)
    return true;
  if (node.kind == BoundKind::kCall && (node.function->traits & kFailsByPattern) != 0 &&
      pattern_may_fail(node)) {
    return true;
  }
  if (node.kind == BoundKind::kCall && (node.function->traits & kFailsOnNested) != 0 &&
      compares_nested(node)) {
    return true;
  }
  if (node.kind == BoundKind::kCompare && node.comparison > Comparison::kNotEqual &&
      !node.children[0]->type->children.empty()) {
    return true;  // a NULL inside may decide
  }
  if (node.kind == BoundKind::kLike) {
    return node.children[1]->kind != BoundKind::kLiteral || node.children.size() > 2;
  }
  return std::ranges::any_of(node.children,
                             [](const BoundPointer& child) { return may_fail(*child); });
}

std::string Planner::condition(const BoundPointer& node) {
  if (auto pushed = computed_column(node)) return *pushed + " = 1";
  return emit(node);
}

/// AND-ed conditions one by one, so that each can be pushed into a scan. SQLite orders them as it
/// likes, so what may fail is asked only of rows that the others let through.
/// `from`, where it is given, is a join: SQLite would ask what varies once a row of its first
/// table, so that gets a place behind the last one.
std::string Planner::where(const BoundPointer& node, std::string* from) {
  std::vector<BoundPointer> sure;
  std::vector<BoundPointer> risky;
  split_conjuncts(node, sure, risky);
  for (BoundPointer& term : risky) {
    if (from != nullptr && varies(*term)) term = bound_per_row(term, *from);
  }
  std::string safe;
  for (const BoundPointer& term : sure) safe += (safe.empty() ? "" : " AND ") + condition(term);
  std::string rest;
  for (const BoundPointer& term : risky) rest += (rest.empty() ? "" : " AND ") + condition(term);
  if (safe.empty() || rest.empty()) return safe + rest;
  return safe + " AND CASE WHEN " + safe + " THEN " + rest + " END";
}

/// A column that holds a value computed once for each row of FROM: it is unnested from an array.
BoundPointer Planner::bound_per_row(const BoundPointer& node, std::string& from) {
  const std::int32_t relation = next_private_++;
  Bound array;
  array.kind = BoundKind::kArray;
  array.type = array_type(node->type);
  array.children = {node};
  from += (from.empty() ? " FROM " : " CROSS JOIN ") + std::string("unnest('a', ") +
          program(std::make_shared<const Bound>(std::move(array)), Answer::kPlain) + ") AS r" +
          std::to_string(relation);
  Bound column;
  column.kind = BoundKind::kColumn;
  column.type = node->type;
  column.relation = relation;
  return std::make_shared<const Bound>(std::move(column));
}

/// Where the columns of a scan are asked for.
std::vector<ScanRequest>& Planner::requests_of(std::int32_t relation) {
  const ScanPlace& place = scan_of_.at(relation);
  return place.of_operator ? plan_.operators[*place.of_operator].scans[place.scan].columns
                           : plan_.scans[place.scan].requests;
}

/// The path of a column of a scan. Null when it is none.
std::optional<Leaf> Planner::leaf(const Bound& node) const {
  auto found = leaf_of(
      node, [this](std::int32_t relation) { return scan_of_.contains(relation); }, !push_down_);
  if (!found) return found;
  const ScanPlace& place = scan_of_.at(found->relation);
  if (place.of_operator) {
    const OperatorScan& scan = plan_.operators[*place.of_operator].scans[place.scan];
    found->input = path_in_table(scan.elements, std::move(found->input));
  }
  return found;
}

std::string Planner::scan_column(Leaf found) {
  auto& requests = requests_of(found.relation);
  const std::size_t index = find_column(requests, found.input).value_or(requests.size());
  if (index == requests.size()) requests.push_back({std::move(found.input)});
  const std::string name = scan_of_.at(found.relation).prefix + std::to_string(index);
  return push_down_ ? name : "(+" + name + ")";  // SQLite hands no condition on this to a scan
}

bool Planner::is_input(const Bound& node) const {
  switch (node.kind) {
    case BoundKind::kColumn:
    case BoundKind::kGroupKey:
    case BoundKind::kAggregate:
    case BoundKind::kGrouping:
    case BoundKind::kWindow:
      return true;
    case BoundKind::kField:
    case BoundKind::kCall:
      return leaf(node).has_value();
    default:
      return false;
  }
}

BoundPointer Planner::to_program(const BoundPointer& node,
                                 std::vector<BoundPointer>& inputs) const {
  return sql::to_program(
      node, [this](const Bound& part) { return is_input(part) || is_subquery(part.kind); }, inputs);
}

/// An expression over a few plain columns of a scan becomes a column of the scan, computed once for
/// each combination of their dictionary entries that occurs. One that may fail does so only where
/// SQLite reads no rows but those that are shown.
std::optional<std::string> Planner::computed_column(const BoundPointer& node) {
  if (!push_down_ || is_input(*node) || is_native(*node)) return std::nullopt;
  if (may_fail(*node) && (!only_shown_ || varies(*node))) return std::nullopt;
  std::vector<BoundPointer> inputs;
  BoundPointer program = to_program(node, inputs);
  constexpr std::size_t kMostInputs = 3;
  if (inputs.empty() || inputs.size() > kMostInputs || !is_plain(node->type)) return std::nullopt;
  const auto first = leaf(*inputs[0]);
  if (!first || nullable_.contains(first->relation)) return std::nullopt;
  const std::int32_t relation = first->relation;
  std::vector<ScanInput> read;
  std::vector<TypePointer> types;
  for (const BoundPointer& input : inputs) {
    auto found = leaf(*input);
    if (!found || found->relation != relation || !is_plain(input->type)) return std::nullopt;
    read.push_back(std::move(found->input));
    types.push_back(input->type);
  }
  auto& requests = requests_of(relation);
  const std::string relation_name = scan_of_.at(relation).prefix;
  for (const auto& [request, expression] : computed_[relation]) {
    if (same_expression(*expression, *node)) return relation_name + std::to_string(request);
  }
  ScanRequest request =
      computed_request(std::move(program), std::move(read), std::move(types), node->type);
  computed_[relation].emplace_back(requests.size(), node);
  requests.push_back(std::move(request));
  return relation_name + std::to_string(requests.size() - 1);
}

/// Answers whether SQLite's own operator on these children means what Trino's does.
bool Planner::is_native(const Bound& node) const {
  switch (node.kind) {
    case BoundKind::kLiteral:
    case BoundKind::kColumn:
    case BoundKind::kGroupKey:
    case BoundKind::kAggregate:
    case BoundKind::kGrouping:
    case BoundKind::kWindow:
    case BoundKind::kAnd:
    case BoundKind::kOr:
    case BoundKind::kNot:
    case BoundKind::kIsNull:
    case BoundKind::kCase:
    case BoundKind::kCoalesce:
    case BoundKind::kSubquery:
    case BoundKind::kExists:
    case BoundKind::kInSubquery:
      return true;
    case BoundKind::kCast:
      return is_same_storage(node.children[0]->type, node.type);
    case BoundKind::kCompare:
    case BoundKind::kIsDistinct:
      return is_native_operand(*node.children[0]) && is_native_operand(*node.children[1]);
    case BoundKind::kIn:
      return std::ranges::all_of(node.children,
                                 [&](const auto& child) { return is_native_operand(*child); }) &&
             std::ranges::all_of(
                 node.children.begin() + 1, node.children.end(),
                 [](const auto& child) { return child->kind == BoundKind::kLiteral; });
    case BoundKind::kLike:
      return is_native_like(node);
    case BoundKind::kField:
    case BoundKind::kCall:
      return leaf(node).has_value();
    default:
      return false;
  }
}
bool Planner::is_native_operand(const Bound& node) const {
  if (is_natively_comparable(node.type)) return true;
  // Doubles are safe where they cannot be NaN.
  const bool real = node.type->kind == TypeKind::kDouble || node.type->kind == TypeKind::kReal;
  return real && ((node.kind == BoundKind::kLiteral && !node.literal.is_null() &&
                   !std::isnan(node.literal.real())) ||
                  leaf(node).has_value());
}

std::string Planner::emit(const BoundPointer& node, bool key) {
  if (key && has_many_forms(node->type)) return program(node, Answer::kKey);
  if (auto found = leaf(*node)) return scan_column(std::move(*found));
  if (!is_native(*node)) {
    if (auto computed = computed_column(node)) return *computed;
    return program(node, Answer::kPlain);
  }
  // SQLite's parser takes some forty nested parentheses; deeper trees are the evaluator's.
  constexpr int kMaxNativeDepth = 15;
  if (depth_ >= kMaxNativeDepth && !node->children.empty() && !is_input(*node) &&
      !is_subquery(node->kind)) {
    return program(node, Answer::kPlain);
  }
  ++depth_;
  std::string text = emit_native(node);
  --depth_;
  return text;
}

std::string Planner::sort_key(const BoundPointer& node) {
  return needs_sort_key(node->type) ? program(node, Answer::kSortKey) : emit(node);
}

/// Of Trino's two sides of IN those are equal that GROUP BY holds for equal, also with NULLs inside
/// a row or an array; a NULL itself is unknown.
std::string Planner::membership(const Bound& node) {
  std::string values = query(*node.query);
  if (has_many_forms(node.children[0]->type)) {
    const std::int32_t relation = next_private_++;
    Bound column;
    column.kind = BoundKind::kColumn;
    column.type = node.children[0]->type;
    column.relation = relation;
    values = "SELECT " + emit(std::make_shared<const Bound>(std::move(column)), true) + " FROM (" +
             values + ") AS r" + std::to_string(relation);
  }
  return "(" + emit(node.children[0], true) + " IN (" + values + "))";
}

/// GROUPING(a, b): a bit for each key, set where the row's grouping set leaves the key out.
std::string Planner::grouping_bits(const Bound& node) const {
  if (!with_sets_.contains(node.relation)) return "0";
  std::string sql;
  for (const std::int32_t key : node.slots) {
    const std::string left_out =
        "(~m" + std::to_string(node.relation) + "_ >> " + std::to_string(key) + " & 1)";
    sql = sql.empty() ? left_out : "(" + sql + " << 1 | " + left_out + ")";
  }
  return sql;
}

std::string Planner::emit_native(const BoundPointer& node) {
  switch (node->kind) {
    case BoundKind::kLiteral:
      return sqlite_literal(node->type, node->literal);
    case BoundKind::kColumn:
      return column_name(node->relation, node->column);
    case BoundKind::kGroupKey:
      return "g" + std::to_string(node->relation) + "_" + std::to_string(node->column);
    case BoundKind::kAggregate:
      return "a" + std::to_string(node->relation) + "_" + std::to_string(node->column);
    case BoundKind::kGrouping:
      return grouping_bits(*node);
    case BoundKind::kWindow:
      return windows_[static_cast<std::size_t>(node->column)];
    case BoundKind::kAnd:
      return joined(*node, " AND ");
    case BoundKind::kOr:
      return joined(*node, " OR ");
    case BoundKind::kNot:
      return "(NOT " + emit(node->children[0]) + ")";
    case BoundKind::kIsNull:
      return "(" + emit(node->children[0]) + " IS NULL)";
    case BoundKind::kCompare:
      return "(" + emit(node->children[0]) + " " + std::string(symbol_of(node->comparison)) + " " +
             emit(node->children[1]) + ")";
    case BoundKind::kIsDistinct:
      return "(" + emit(node->children[0]) + " IS NOT " + emit(node->children[1]) + ")";
    case BoundKind::kIn:
      return in_list(*node);
    case BoundKind::kLike:
      return (in_outer_on_ ? "(+" : "(") + emit(node->children[0]) + " LIKE " +
             emit(node->children[1]) + ")";
    case BoundKind::kCase:
      return case_of(*node);
    case BoundKind::kCoalesce: {
      std::string sql;
      for (const auto& child : node->children)
        sql += (sql.empty() ? "coalesce(" : ", ") + emit(child);
      return sql + ")";
    }
    case BoundKind::kCast:
      return emit(node->children[0]);
    case BoundKind::kSubquery:
      // SQLite would take the first of several rows; our aggregate refuses a second one.
      return "(SELECT single_row(c0) FROM (" + query(*node->query) + "))";
    case BoundKind::kExists:
      return "EXISTS (" + query(*node->query) + ")";
    case BoundKind::kInSubquery:
      return membership(*node);
    default:
      break;
  }
  throw PlanFailure{
      {ErrorName::kInternal, "the planner does not know this expression", node->position}};
}

std::string Planner::joined(const Bound& node, const std::string& word) {
  std::string sql;
  for (const BoundPointer& child : node.children) sql += (sql.empty() ? "(" : word) + emit(child);
  return sql + ")";
}

std::string Planner::in_list(const Bound& node) {
  std::string sql = "(" + emit(node.children[0]) + " IN (";
  for (std::size_t i = 1; i < node.children.size(); ++i)
    sql += (i > 1 ? ", " : "") + emit(node.children[i]);
  return sql + "))";
}

std::string Planner::case_of(const Bound& node) {
  std::string sql = "CASE";
  std::size_t i = 0;
  for (; i + 1 < node.children.size(); i += 2) {
    sql += " WHEN " + emit(node.children[i]) + " THEN " + emit(node.children[i + 1]);
  }
  if (i < node.children.size()) sql += " ELSE " + emit(node.children[i]);
  return sql + " END";
}

std::string Planner::program(const BoundPointer& node, Answer answer) {
  std::vector<BoundPointer> inputs;
  Program planned;
  planned.expression = to_program(node, inputs);
  planned.normalised = answer == Answer::kKey;
  planned.sortable = answer == Answer::kSortKey;
  for (const BoundPointer& input : inputs) planned.argument_types.push_back(input->type);
  if (inputs.size() > kMaxProgramArguments) {
    throw PlanFailure{{ErrorName::kNotSupported,
                       "an expression over more than 100 columns is not supported",
                       node->position}};
  }
  const std::size_t index = plan_.programs.size();
  plan_.programs.push_back(std::move(planned));
  std::string sql =
      (varies(*plan_.programs[index].expression) ? "vary(" : "eval(") + std::to_string(index);
  for (const BoundPointer& input : inputs) sql += ", " + emit(input);
  return sql + ")";
}

/// Answers whether SQLite's own aggregate serves.
bool Planner::is_native_aggregate(const BoundAggregate& node) const {
  const TypePointer first = node.arguments.empty() ? nullptr : node.arguments[0]->type;
  return !node.function->native.empty() && node.order_by.empty() && node.arguments.size() <= 1 &&
         (first == nullptr || is_natively_comparable(first) || node.function->native == "count") &&
         !(node.distinct && has_many_forms(first));
}

std::string Planner::aggregate(const BoundAggregate& node, bool as_window) {
  const bool native = is_native_aggregate(node);
  std::string sql;
  if (native) {
    sql = std::string(node.function->native) + "(" + (node.distinct ? "DISTINCT " : "");
    sql += node.arguments.empty() ? "*" : emit(node.arguments[0], node.distinct);
    sql += ")";
  } else {
    AggregateProgram planned;
    planned.aggregate = std::make_shared<const BoundAggregate>(node);
    std::string arguments;
    for (const BoundPointer& argument : node.arguments) {
      if (argument->kind == BoundKind::kLambda) continue;  // the accumulator calls it itself
      planned.argument_types.push_back(argument->type);
      arguments += ", " + emit(argument);
    }
    for (const BoundSort& item : node.order_by) {
      planned.argument_types.push_back(item.expression->type);
      arguments += ", " + emit(item.expression);
    }
    planned.sort_keys = node.order_by.size();
    sql = "agg(" + std::to_string(plan_.aggregates.size()) + arguments + ")";
    plan_.aggregates.push_back(std::move(planned));
  }
  if (node.filter) sql += " FILTER (WHERE " + emit(node.filter) + ")";
  // Over no rows SQLite calls agg() without its arguments: the answer is written here.
  if (!native && !node.function->empty.empty() && !as_window) {
    sql = "coalesce(" + sql + ", " + std::string(node.function->empty) + ")";
  }
  return sql;
}

}  // namespace trailpond::sql
