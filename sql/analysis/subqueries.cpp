#include "sql/analysis/analyser.hpp"
#include "sql/analysis/nodes.hpp"
#include "sql/evaluation/registry.hpp"
#include "sql/types/coercions.hpp"

/// The analysis of queries that stand in expressions.
/// Source: https://trino.io/docs/current/sql/select.html#subqueries
namespace trailpond::sql::analysis {
namespace {

BoundPointer boolean_literal(std::optional<bool> value, Position position) {
  Bound node = make(BoundKind::kLiteral, boolean_type(), position);
  if (value) node.literal = Value::of_boolean(*value);
  return share(std::move(node));
}

BoundPointer negation(BoundPointer of) {
  const Position position = of->position;
  return share(make(BoundKind::kNot, boolean_type(), position, {std::move(of)}));
}

TypePointer row_of(const std::vector<Column>& columns) {
  std::vector<std::pair<std::string, TypePointer>> fields;
  for (const Column& column : columns) fields.emplace_back("", column.type);
  return row_type(std::move(fields));
}

/// Trino compares the two sides of IN and of ALL, ANY, SOME as rows, and says so.
[[noreturn]] void refuse_types(TypePointer value, const std::vector<Column>& columns,
                               Position position) {
  const TypePointer left =
      value->kind == TypeKind::kRow ? value : row_type({{std::string(), value}});
  fail(ErrorName::kTypeMismatch, position,
       "Value expression and result of subquery must be of the same type: " + to_string(left) +
           " vs " + to_string(row_of(columns)));
}

/// The values that a comparison with ALL, ANY or SOME needs to know of its query.
enum Summary : std::size_t { kLeast, kGreatest, kRows, kValues };

}  // namespace

/// A SELECT over a query, its columns as the projections.
std::unique_ptr<BoundSelect> Analyser::select_over(BoundQueryPointer query) {
  auto select = std::make_unique<BoundSelect>();
  select->from = query_relation(std::move(query));
  select->id = next_relation_++;
  for (std::size_t i = 0; i < select->from->columns.size(); ++i) {
    Bound column = make(BoundKind::kColumn, select->from->columns[i].type, {});
    column.relation = select->from->id;
    column.column = static_cast<std::int32_t>(i);
    select->projections.push_back(share(std::move(column)));
  }
  return select;
}

BoundQueryPointer Analyser::query_of(std::unique_ptr<BoundSelect> select) {
  auto query = std::make_shared<BoundQuery>();
  for (const BoundPointer& projection : select->projections)
    query->columns.push_back({"", projection->type});
  query->body = std::make_unique<BoundBody>();
  query->body->select = std::move(select);
  return query;
}

/// The query with its columns cast to these types.
BoundQueryPointer Analyser::coerced(BoundQueryPointer query, std::span<const TypePointer> types) {
  bool same = true;
  for (std::size_t i = 0; i < types.size(); ++i) same &= query->columns[i].type == types[i];
  if (same) return query;
  auto select = select_over(std::move(query));
  for (std::size_t i = 0; i < types.size(); ++i)
    select->projections[i] = coerce(select->projections[i], types[i]);
  return query_of(std::move(select));
}

/// The query with its columns as one row.
BoundQueryPointer Analyser::as_rows(BoundQueryPointer query, Position position) {
  const TypePointer type = row_of(query->columns);
  auto select = select_over(std::move(query));
  select->projections = {
      share(make(BoundKind::kRow, type, position, std::move(select->projections)))};
  return query_of(std::move(select));
}

BoundPointer Analyser::subquery(const ast::Expression& node, Context& context) {
  if (node.kind == ast::ExpressionKind::kInSubquery) return in_subquery(node, context);
  Bound bound = make(BoundKind::kExists, boolean_type(), node.position);
  bound.query = query(*node.query, context.scope);
  if (node.kind == ast::ExpressionKind::kExists) return share(std::move(bound));
  if (bound.query->columns.size() > 1) bound.query = as_rows(bound.query, node.position);
  bound.kind = BoundKind::kSubquery;
  bound.type = bound.query->columns[0].type;
  return share(std::move(bound));
}

BoundPointer Analyser::in_subquery(const ast::Expression& node, Context& context) {
  auto value = expression(*node.children[0], context);
  auto in = membership(node.position, std::move(value), query(*node.query, context.scope));
  return node.negated ? negation(std::move(in)) : in;
}

/// value IN (query). Several columns are compared as a row with a row.
BoundPointer Analyser::membership(Position position, BoundPointer value, BoundQueryPointer inner) {
  const std::vector<Column> columns = inner->columns;
  const bool single = columns.size() == 1;
  if (!single) inner = as_rows(std::move(inner), position);
  const TypePointer type = inner->columns[0].type;
  if (!single && value->type->kind != TypeKind::kRow) refuse_types(value->type, columns, position);
  TypePointer common = common_type(value->type, type);
  if (common == nullptr) refuse_types(value->type, columns, position);
  Bound bound = make(BoundKind::kInSubquery, boolean_type(), position);
  bound.children.push_back(coerce(std::move(value), common));
  bound.query = coerced(std::move(inner), std::array{common});
  return share(std::move(bound));
}

/// One row that tells of a query's only column: its least and greatest value, how many rows and how
/// many values there are.
BoundPointer Analyser::summary_of(BoundQueryPointer inner, Position position) {
  auto select = select_over(std::move(inner));
  const BoundPointer column = select->projections[0];
  const auto add = [&](std::string_view name, std::vector<BoundPointer> arguments,
                       TypePointer type) {
    for (const AggregateOverload& overload : find_aggregates(name)) {
      if (overload.signature.arguments.size() != arguments.size()) continue;
      BoundAggregate aggregate;
      aggregate.function = overload.function;
      aggregate.type = type;
      aggregate.arguments = std::move(arguments);
      aggregate.position = position;
      select->aggregates.push_back(std::move(aggregate));
      return;
    }
  };
  const TypePointer bigint = simple_type(TypeKind::kBigint);
  add("min", {column}, column->type);
  add("max", {column}, column->type);
  add("count", {}, bigint);
  add("count", {column}, bigint);
  std::vector<BoundPointer> fields;
  std::vector<std::pair<std::string, TypePointer>> types;
  for (std::size_t i = 0; i < select->aggregates.size(); ++i) {
    Bound field = make(BoundKind::kAggregate, select->aggregates[i].type, position);
    field.relation = select->id;
    field.column = static_cast<std::int32_t>(i);
    types.emplace_back("", field.type);
    fields.push_back(share(std::move(field)));
  }
  select->grouped = true;
  const TypePointer type = row_type(std::move(types));
  select->projections = {share(make(BoundKind::kRow, type, position, std::move(fields)))};
  Bound bound = make(BoundKind::kSubquery, type, position);
  bound.query = query_of(std::move(select));
  return share(std::move(bound));
}

/// value comparison ALL/ANY/SOME (query), by the least and the greatest value of the query.
BoundPointer Analyser::quantified(const ast::Expression& node, Context& context) {
  const Comparison which = comparison_of(node.text);
  const bool all = node.value == "ALL";
  auto value = expression(*node.children[0], context);
  auto inner = query(*node.query, context.scope);
  if (which == Comparison::kEqual && !all)
    return membership(node.position, std::move(value), std::move(inner));
  if (which == Comparison::kNotEqual && all)
    return negation(membership(node.position, std::move(value), std::move(inner)));
  const std::vector<Column> columns = inner->columns;
  if (columns.size() > 1) inner = as_rows(std::move(inner), node.position);
  const TypePointer common = common_type(value->type, inner->columns[0].type);
  if (common == nullptr) refuse_types(value->type, columns, node.position);
  if (!is_orderable(common)) {
    fail(ErrorName::kNotSupported, node.position,
         "Subquery result type must be orderable: " + to_string(common));
  }
  value = coerce(std::move(value), common);
  const auto summary = summary_of(coerced(std::move(inner), std::array{common}), node.position);
  const auto part = [&](Summary which_part) {
    return field_of(summary, which_part, node.position);
  };
  // x <> ANY is NOT x = ALL: both ends are equal.
  const bool equality = which == Comparison::kEqual || which == Comparison::kNotEqual;
  const bool greater = which == Comparison::kGreater || which == Comparison::kGreaterEqual;
  const bool every = equality || all;
  BoundPointer verdict;
  if (equality) {
    verdict = once(value, [&](const BoundPointer& operand) {
      return share(make(BoundKind::kAnd, boolean_type(), node.position,
                        {comparison(Comparison::kEqual, node.position, operand, part(kLeast)),
                         comparison(Comparison::kEqual, node.position, operand, part(kGreatest))}));
    });
  } else {
    verdict = comparison(which, node.position, value, part(greater == all ? kGreatest : kLeast));
  }
  // A NULL among the values leaves open what the others do not decide.
  auto complete = share(
      make(BoundKind::kCase, boolean_type(), node.position,
           {comparison(Comparison::kEqual, node.position, part(kRows), part(kValues)),
            boolean_literal(every, node.position), boolean_literal(std::nullopt, node.position)}));
  verdict = share(make(every ? BoundKind::kAnd : BoundKind::kOr, boolean_type(), node.position,
                       {std::move(verdict), std::move(complete)}));
  Bound zero = make(BoundKind::kLiteral, simple_type(TypeKind::kBigint), node.position);
  zero.literal = Value::of_integer(0);
  verdict = share(
      make(BoundKind::kCase, boolean_type(), node.position,
           {comparison(Comparison::kEqual, node.position, part(kRows), share(std::move(zero))),
            boolean_literal(every, node.position), std::move(verdict)}));
  return which == Comparison::kNotEqual ? negation(std::move(verdict)) : verdict;
}

}  // namespace trailpond::sql::analysis
