#include "sql/planning/operators.hpp"

#include <algorithm>
#include <cmath>

#include "sql/bound/visiting.hpp"
#include "sql/evaluation/function.hpp"
#include "sql/planning/planning.hpp"
#include "sql/types/kinds.hpp"
#include "sql/values/storage.hpp"

namespace trailpond::sql {
namespace {

/// A literal as the operand of a scan's condition; null where its type has none.
std::optional<Operand> operand_of(const Bound& node) {
  if (node.kind != BoundKind::kLiteral || !is_plain(node.type)) return std::nullopt;
  if (node.literal.is_null()) return Operand{};
  switch (shape_of(node.type)) {
    case Shape::kInteger:
      return Operand{to_integer(node.type, node.literal)};
    case Shape::kReal:
      if (std::isnan(node.literal.real())) return std::nullopt;
      return Operand{node.literal.real()};
    case Shape::kText:
      return Operand{std::string(node.literal.text())};
    default:
      return std::nullopt;
  }
}

Operator operator_of(Comparison comparison) {
  switch (comparison) {
    case Comparison::kEqual:
      return Operator::kEqual;
    case Comparison::kNotEqual:
      return Operator::kNotEqual;
    case Comparison::kLess:
      return Operator::kLess;
    case Comparison::kLessEqual:
      return Operator::kLessOrEqual;
    case Comparison::kGreater:
      return Operator::kGreater;
    case Comparison::kGreaterEqual:
      return Operator::kGreaterOrEqual;
  }
  return Operator::kEqual;
}

bool is_number(TypePointer type) {
  return is_plain(type) && word_kind_of(type) == WordKind::kInteger;
}

/// What a cast that changes nothing is of.
const BoundPointer& without_cast(const BoundPointer& node) {
  const bool same =
      node->kind == BoundKind::kCast && is_same_storage(node->children[0]->type, node->type);
  return same ? without_cast(node->children[0]) : node;
}

}  // namespace

void split_conjuncts(const BoundPointer& node, std::vector<BoundPointer>& sure,
                     std::vector<BoundPointer>& risky) {
  if (node->kind == BoundKind::kAnd) {
    for (const BoundPointer& child : node->children) split_conjuncts(child, sure, risky);
  } else {
    (may_fail(*node) ? risky : sure).push_back(node);
  }
}

std::vector<BoundPointer> conjuncts_of(const BoundPointer& node) {
  std::vector<BoundPointer> sure;
  std::vector<BoundPointer> risky;
  if (node) split_conjuncts(node, sure, risky);
  sure.insert(sure.end(), risky.begin(), risky.end());
  return sure;
}

// ---- columns ----------------------------------------------------------------------------------

std::optional<std::size_t> OperatorPlanner::scan_of(std::int32_t relation) const {
  const auto found = std::ranges::find(tree_.scans, relation, &OperatorScan::relation);
  if (found == tree_.scans.end()) return std::nullopt;
  return static_cast<std::size_t>(found - tree_.scans.begin());
}

std::optional<Leaf> OperatorPlanner::leaf(const Bound& node) const {
  auto found =
      leaf_of(node, [this](std::int32_t relation) { return scan_of(relation).has_value(); });
  if (found) {
    found->input =
        path_in_table(tree_.scans[*scan_of(found->relation)].elements, std::move(found->input));
  }
  return found;
}

bool OperatorPlanner::scans_of(const Bound& node, std::vector<std::size_t>& scans) const {
  if (const auto found = leaf(node)) {
    const std::size_t scan = *scan_of(found->relation);
    if (std::ranges::find(scans, scan) == scans.end()) scans.push_back(scan);
    return true;
  }
  switch (node.kind) {
    case BoundKind::kColumn:
    case BoundKind::kGroupKey:
    case BoundKind::kAggregate:
    case BoundKind::kGrouping:
    case BoundKind::kWindow:
    case BoundKind::kOutput:
    case BoundKind::kArgument:
    case BoundKind::kSubquery:
    case BoundKind::kExists:
    case BoundKind::kInSubquery:
      return false;
    default:
      return !node.varies && std::ranges::all_of(node.children, [&](const BoundPointer& child) {
        return scans_of(*child, scans);
      });
  }
}

BoundPointer OperatorPlanner::to_program(const BoundPointer& node,
                                         std::vector<BoundPointer>& inputs) const {
  return sql::to_program(
      node, [this](const Bound& part) { return leaf(part).has_value(); }, inputs);
}

ColumnPlace OperatorPlanner::add_column(std::size_t scan, ScanRequest request,
                                        const BoundPointer& node) {
  auto& columns = tree_.scans[scan].columns;
  columns.push_back(std::move(request));
  computed_[scan].resize(columns.size());
  computed_[scan].back() = node;
  return {scan, columns.size() - 1};
}

std::optional<ColumnPlace> OperatorPlanner::place_whole(const BoundPointer& node) {
  auto found = leaf(*node);
  if (!found) return std::nullopt;
  const std::size_t scan = *scan_of(found->relation);
  if (const auto known = find_column(tree_.scans[scan].columns, found->input))
    return ColumnPlace{scan, *known};
  return add_column(scan, {std::move(found->input)}, nullptr);
}

std::optional<ColumnPlace> OperatorPlanner::place(const BoundPointer& written) {
  const BoundPointer& node = without_cast(written);
  if (!is_plain(node->type)) return std::nullopt;
  if (leaf(*node)) return place_whole(node);
  std::vector<std::size_t> scans;
  if (!scans_of(*node, scans) || scans.size() != 1 || nullable_[scans[0]]) return std::nullopt;
  const std::size_t scan = scans[0];
  for (std::size_t at = 0; at < computed_[scan].size(); ++at) {
    const BoundPointer& known = computed_[scan][at];
    if (known && same_expression(*known, *node)) return ColumnPlace{scan, at};
  }
  std::vector<BoundPointer> inputs;
  BoundPointer program = to_program(node, inputs);
  std::vector<TypePointer> types;
  std::vector<ScanInput> read;
  for (const BoundPointer& input : inputs) {
    types.push_back(input->type);
    read.push_back(leaf(*input)->input);
  }
  ScanRequest request =
      computed_request(std::move(program), std::move(read), std::move(types), node->type);
  return add_column(scan, std::move(request), node);
}

// ---- conditions -------------------------------------------------------------------------------

namespace {

/// A condition that scans decide themselves, over the column that it names.
struct Decided {
  BoundPointer column;
  Operator op;
  std::vector<Operand> operands;
};

std::optional<Decided> comparison_of(const Bound& node) {
  for (const bool exchanged : {false, true}) {
    const BoundPointer& column = without_cast(node.children[exchanged ? 1 : 0]);
    auto operand = operand_of(*node.children[exchanged ? 0 : 1]);
    if (!operand) continue;
    const Comparison comparison = exchanged ? turned(node.comparison) : node.comparison;
    return Decided{column, operator_of(comparison), {std::move(*operand)}};
  }
  return std::nullopt;
}

std::optional<Decided> decided(const BoundPointer& node) {
  switch (node->kind) {
    case BoundKind::kCompare:
      return comparison_of(*node);
    case BoundKind::kIsNull:
      return Decided{node->children[0], Operator::kIsNull, {Operand{}}};
    case BoundKind::kNot:
      if (node->children[0]->kind != BoundKind::kIsNull) break;
      return Decided{node->children[0]->children[0], Operator::kIsNotNull, {Operand{}}};
    case BoundKind::kIn: {
      Decided in{without_cast(node->children[0]), Operator::kIn, {}};
      for (std::size_t at = 1; at < node->children.size(); ++at) {
        auto operand = operand_of(*node->children[at]);
        if (!operand) return std::nullopt;
        in.operands.push_back(std::move(*operand));
      }
      return in;
    }
    case BoundKind::kLike: {
      auto pattern = operand_of(*node->children[1]);
      if (node->children.size() > 2 || !pattern) return std::nullopt;
      return Decided{without_cast(node->children[0]), Operator::kLike, {std::move(*pattern)}};
    }
    default:
      break;
  }
  return std::nullopt;
}

}  // namespace

bool OperatorPlanner::add_scan_condition(const BoundPointer& term, std::size_t scan) {
  // The elements of an array are found by the rows that hold it: they are asked afterwards.
  if (tree_.scans[scan].elements || tree_.scans[scan].is_query())
    return add_condition(term, tree_.conditions);
  auto& conditions = tree_.scans[scan].conditions;
  auto known = decided(term);
  // Nested columns have presence alone.
  const bool presence =
      known && (known->op == Operator::kIsNull || known->op == Operator::kIsNotNull);
  if (known && leaf(*known->column) && (presence || is_plain(known->column->type))) {
    conditions.push_back(
        {place_whole(known->column)->column, known->op, std::move(known->operands)});
    return true;
  }
  const auto computed = place(term);
  if (!computed) return false;
  conditions.push_back({computed->column, Operator::kEqual, {Operand{std::int64_t{1}}}});
  return true;
}

bool OperatorPlanner::compare_columns(const Bound& term, OperatorCondition& condition) {
  if (term.kind != BoundKind::kCompare || !is_number(term.children[0]->type)) return false;
  const auto left = place(term.children[0]);
  const auto right = left ? place(term.children[1]) : std::nullopt;
  if (!right) return false;
  condition.comparison = term.comparison;
  condition.inputs = {*left, *right};
  return true;
}

/// Takes what is decided by the word of one column alone.
bool OperatorPlanner::test_column(const BoundPointer& term, OperatorCondition& condition) {
  const auto known = decided(term);
  if (!known || !leaf(*known->column) || !is_plain(known->column->type)) return false;
  const bool presence = known->op == Operator::kIsNull || known->op == Operator::kIsNotNull;
  if (!presence) {
    const auto* number = std::get_if<std::int64_t>(&known->operands[0]);
    if (!number || known->op > Operator::kGreaterOrEqual || !is_number(known->column->type))
      return false;
    condition.constant = *number;
  }
  condition.test = known->op;
  condition.inputs = {*place_whole(known->column)};
  return true;
}

bool OperatorPlanner::add_condition(const BoundPointer& term,
                                    std::vector<OperatorCondition>& conditions) {
  OperatorCondition condition;
  if (!compare_columns(*term, condition) && !test_column(term, condition)) {
    if (const auto truth = place(term)) {
      condition.inputs = {*truth};
      conditions.push_back(std::move(condition));
      return true;
    }
    std::vector<std::size_t> scans;
    if (!scans_of(*term, scans) || scans.empty()) return false;
    std::vector<BoundPointer> inputs;
    condition.program = to_program(term, inputs);
    for (const BoundPointer& input : inputs) {
      if (!is_plain(input->type)) return false;
      condition.inputs.push_back(*place_whole(input));
      condition.types.push_back(input->type);
    }
  }
  conditions.push_back(std::move(condition));
  return true;
}

bool OperatorPlanner::add_key(const BoundPointer& one, const BoundPointer& other, std::size_t right,
                              std::vector<OperatorKey>& keys) {
  std::vector<std::size_t> left_scans;
  std::vector<std::size_t> right_scans;
  if (!scans_of(*one, left_scans) || !scans_of(*other, right_scans)) return false;
  const auto is_right = [&](std::size_t scan) { return scan == right; };
  if (left_scans.empty() || std::ranges::any_of(left_scans, is_right)) return false;
  if (right_scans.size() != 1 || !is_right(right_scans[0])) return false;
  const auto left = place(one);
  const auto inner = left ? place(other) : std::nullopt;
  if (!inner) return false;
  keys.push_back({*left, *inner});
  return true;
}

/// Takes an equality of what is before the scan `right` and of what is in it.
bool OperatorPlanner::add_key(const BoundPointer& term, std::size_t right,
                              std::vector<OperatorKey>& keys) {
  if (term->kind != BoundKind::kCompare || term->comparison != Comparison::kEqual) return false;
  const BoundPointer& one = term->children[0];
  const BoundPointer& other = term->children[1];
  if (!is_key(one->type) || !is_key(other->type)) return false;
  return add_key(one, other, right, keys) || add_key(other, one, right, keys);
}

// ---- FROM -------------------------------------------------------------------------------------

namespace {

/// Whether the rows of a query in FROM can be kept as columns of words.
bool can_keep(const BoundRelation& relation) {
  return is_closed(*relation.query) && !varies(*relation.query) &&
         std::ranges::all_of(relation.query->columns,
                             [](const Column& column) { return is_plain(column.type); });
}

}  // namespace

bool OperatorPlanner::take_relation(const BoundRelation& relation) {
  if (relation.sample_percent) return false;
  if (relation.kind == BoundRelationKind::kJoin) return take_join(relation);
  if (relation.kind == BoundRelationKind::kQuery && !can_keep(relation)) return false;
  if (relation.kind != BoundRelationKind::kScan && relation.kind != BoundRelationKind::kQuery)
    return false;
  OperatorScan scan{relation.id, relation.table};
  if (relation.query) {
    scan.query = relation.query;
    for (const Column& column : relation.query->columns) scan.types.push_back(column.type);
  }
  tree_.scans.push_back(std::move(scan));
  nullable_.push_back(false);
  computed_.emplace_back();
  return true;
}

bool OperatorPlanner::take_join(const BoundRelation& relation) {
  if (relation.right->kind == BoundRelationKind::kUnnest) return take_unnest(relation);
  const BoundRelation* left = &*relation.left;
  const BoundRelation* right = &*relation.right;
  const bool turned = relation.join == BoundJoinKind::kRight;
  if (turned) std::swap(left, right);
  const bool full = relation.join == BoundJoinKind::kFull;
  const bool outer = turned || full || relation.join == BoundJoinKind::kLeft;
  if (!outer && relation.join != BoundJoinKind::kInner) return false;
  if (!take_relation(*left)) return false;
  // What is joined is one scan: joins are taken from the left.
  if (right->kind == BoundRelationKind::kJoin || !take_relation(*right)) return false;
  OperatorJoin join;
  join.outer = outer;
  join.full = full;
  if (!take_on(relation.condition, join)) return false;
  tree_.joins.push_back(std::move(join));
  if (outer) nullable_.back() = true;
  if (full) nullable_.assign(nullable_.size(), true);
  return true;
}

/// CROSS JOIN UNNEST(a column that is an array).
bool OperatorPlanner::take_unnest(const BoundRelation& relation) {
  const BoundRelation& unnest = *relation.right;
  const bool plain =
      unnest.arguments.size() == 1 && !unnest.with_ordinality && !unnest.sample_percent;
  if (relation.join != BoundJoinKind::kCross || !plain || !take_relation(*relation.left))
    return false;
  const BoundPointer& array = unnest.arguments[0];
  const auto found = array->type->kind == TypeKind::kArray ? leaf(*array) : std::nullopt;
  if (!found || found->input.map_key) return false;
  const std::size_t scan = *scan_of(found->relation);
  if (tree_.scans[scan].elements) return false;
  const bool of_rows = array->type->children[0]->kind == TypeKind::kRow;
  tree_.scans.push_back({unnest.id,
                         tree_.scans[scan].table,
                         {},
                         {},
                         {},
                         ArrayElements{scan, found->input.path, of_rows}});
  nullable_.push_back(false);
  computed_.emplace_back();
  tree_.joins.emplace_back();
  return true;
}

namespace {

/// Answers whether a condition may be a key, which is computed for all rows: one that may fail is
/// asked only of rows that the others let through.
bool is_asked_of_all(const Bound& term, const std::vector<OperatorKey>& keys,
                     const std::vector<OperatorCondition>& conditions) {
  return !may_fail(term) || (keys.empty() && conditions.empty());
}

}  // namespace

bool OperatorPlanner::take_on(const BoundPointer& condition, OperatorJoin& join) {
  const std::size_t right = tree_.scans.size() - 1;
  for (const BoundPointer& term : conjuncts_of(condition)) {
    if (varies(*term)) return false;
    if (is_asked_of_all(*term, join.keys, join.conditions) && add_key(term, right, join.keys))
      continue;
    std::vector<std::size_t> scans;
    if (!scans_of(*term, scans)) return false;
    const bool single = scans.size() == 1 && !join.full && !may_fail(*term) &&
                        !tree_.scans[scans[0]].is_query() &&
                        (scans[0] == right || (!join.outer && !nullable_[scans[0]]));
    if (single ? !add_scan_condition(term, scans[0]) : !add_condition(term, join.conditions))
      return false;
  }
  return !join.keys.empty();
}

bool OperatorPlanner::take_where(const BoundPointer& condition) {
  for (const BoundPointer& term : conjuncts_of(condition)) {
    if (varies(*term)) return false;
    std::vector<std::size_t> scans;
    if (!scans_of(*term, scans)) {
      const bool negated = term->kind == BoundKind::kNot;
      if (!take_semi_join(negated ? *term->children[0] : *term, negated)) return false;
      continue;
    }
    if (scans.empty()) return false;
    const bool alone = tree_.scans.size() == 1 && tree_.semi_joins.empty();
    const bool last = may_fail(*term) && !alone;
    const bool single = scans.size() == 1 && !nullable_[scans[0]] && !last;
    auto& conditions = last ? tree_.last_conditions : tree_.conditions;
    if (single ? !add_scan_condition(term, scans[0]) : !add_condition(term, conditions))
      return false;
  }
  return true;
}

bool OperatorPlanner::take_rows(const BoundSelect& select) {
  if (!select.from || !take_relation(*select.from)) return false;
  return take_where(select.where);
}

// ---- IN and EXISTS ----------------------------------------------------------------------------

bool OperatorPlanner::take_semi_join(const Bound& node, bool negated) {
  if (node.kind == BoundKind::kInSubquery) return take_in(node, negated);
  if (node.kind != BoundKind::kExists) return false;
  SemiJoin semi;
  semi.negated = negated;
  if (!take_partners(*node.query, semi, nullptr)) return false;
  tree_.semi_joins.push_back(std::move(semi));
  return true;
}

bool OperatorPlanner::take_in(const Bound& node, bool negated) {
  const BoundPointer& wanted = node.children[0];
  if (!is_key(wanted->type) || varies(*node.query)) return false;
  SemiJoin semi;
  semi.negated = negated;
  if (!is_closed(*node.query)) {
    // x NOT IN (…) of rows that depend on the row: NULLs would count for each row anew.
    if (negated || !take_partners(*node.query, semi, wanted)) return false;
  } else {
    const auto left = place(wanted);
    if (!left) return false;
    semi.keys.push_back({*left, {}});
    semi.type = wanted->type;
    semi.query = node.query;
  }
  tree_.semi_joins.push_back(std::move(semi));
  return true;
}

/// The rows that are looked up: one scan with conditions.
bool OperatorPlanner::take_partner_scan(const BoundSelect& select, SemiJoin& semi) {
  if (select.grouped || !select.windows.empty() || !select.from) return false;
  if (select.from->kind != BoundRelationKind::kScan || !take_relation(*select.from)) return false;
  semi.scan = tree_.scans.size() - 1;
  return std::ranges::all_of(conjuncts_of(select.where), [&](const BoundPointer& term) {
    return !varies(*term) && take_partner_condition(term, semi);
  });
}

bool OperatorPlanner::take_set_partner(const BoundSelect& other,
                                       const std::vector<BoundPointer>& values, bool negated) {
  SemiJoin semi;
  semi.negated = negated;
  semi.nulls_match = true;
  if (!take_partner_scan(other, semi)) return false;
  for (std::size_t at = 0; at < values.size(); ++at) {
    if (!is_key(values[at]->type) || !is_key(other.projections[at]->type)) return false;
    const auto left = place(values[at]);
    const auto right = left ? place(other.projections[at]) : std::nullopt;
    if (!right || left->scan == semi.scan || right->scan != semi.scan) return false;
    semi.keys.push_back({*left, *right});
  }
  tree_.semi_joins.push_back(std::move(semi));
  return true;
}

/// Takes a subquery over one scan whose rows depend on the row outside by equalities.
bool OperatorPlanner::take_partners(const BoundQuery& query, SemiJoin& semi,
                                    const BoundPointer& wanted) {
  if (query.limit || query.offset || query.body->kind != BoundBodyKind::kSelect) return false;
  const BoundSelect& select = *query.body->select;
  if (!take_partner_scan(select, semi)) return false;
  if (wanted) {
    const BoundPointer& given = select.projections[0];
    const bool of_all = is_asked_of_all(*wanted, semi.keys, semi.conditions) &&
                        is_asked_of_all(*given, semi.keys, semi.conditions);
    if (!of_all || !add_key(wanted, given, semi.scan, semi.keys)) return false;
  }
  return !semi.keys.empty();
}

bool OperatorPlanner::take_partner_condition(const BoundPointer& term, SemiJoin& semi) {
  if (is_asked_of_all(*term, semi.keys, semi.conditions) && add_key(term, semi.scan, semi.keys)) {
    return true;
  }
  std::vector<std::size_t> scans;
  if (!scans_of(*term, scans) || scans.empty()) return false;
  const bool sure = !may_fail(*term);
  if (sure && scans.size() == 1 && scans[0] == semi.scan)
    return add_scan_condition(term, semi.scan);
  return add_condition(term, semi.conditions);
}

// ---- grouping ---------------------------------------------------------------------------------

AggregateKind OperatorPlanner::kind_of(const BoundAggregate& aggregate) const {
  const std::string_view name = aggregate.function->name;
  const TypePointer first = aggregate.arguments.empty() ? nullptr : aggregate.arguments[0]->type;
  const bool is_key_first = first && is_key(first);
  if (name == "count") {
    return aggregate.distinct && is_key_first ? AggregateKind::kCountDistinct
                                              : AggregateKind::kCount;
  }
  if (name == "count_if") return AggregateKind::kCountTrue;
  if (name == "approx_distinct" && is_key_first && aggregate.arguments.size() == 1)
    return AggregateKind::kCountDistinct;
  if (name == "sum" && is_integer_kind(aggregate.type->kind)) return AggregateKind::kSumInteger;
  if (name == "sum" && aggregate.type->kind == TypeKind::kDouble) return AggregateKind::kSumReal;
  if (name == "avg" && aggregate.type->kind == TypeKind::kDouble) return AggregateKind::kAverage;
  if (!is_key_first) return AggregateKind::kGeneral;
  if (aggregate.arguments.size() == 1) {
    if (name == "min") return AggregateKind::kLeast;
    if (name == "max") return AggregateKind::kGreatest;
    if (name == "array_agg") return AggregateKind::kArray;
  }
  if (aggregate.arguments.size() == 2 && is_key(aggregate.arguments[1]->type)) {
    if (name == "min_by") return AggregateKind::kLeastBy;
    if (name == "max_by") return AggregateKind::kGreatestBy;
  }
  return AggregateKind::kGeneral;
}

bool OperatorPlanner::take_aggregate(const BoundAggregate& aggregate) {
  const bool has_lambda = std::ranges::any_of(
      aggregate.arguments, [](const auto& one) { return one->kind == BoundKind::kLambda; });
  if (!aggregate.order_by.empty() || has_lambda) return false;
  OperatorAggregate taken;
  taken.kind = kind_of(aggregate);
  taken.aggregate = std::make_shared<const BoundAggregate>(aggregate);
  for (const BoundPointer& argument : aggregate.arguments) {
    const bool is_literal = argument->kind == BoundKind::kLiteral;
    const auto found = is_literal ? ColumnPlace{} : place(argument);
    if (!found) return false;
    taken.arguments.push_back(*found);
    taken.literals.push_back(is_literal ? argument : nullptr);
    taken.types.push_back(argument->type);
  }
  if (std::ranges::any_of(taken.literals, [](const auto& one) { return one != nullptr; })) {
    // count(1) counts rows; whatever else has a constant is left to its accumulator.
    const bool counts = taken.kind == AggregateKind::kCount && !aggregate.distinct &&
                        !taken.literals[0]->literal.is_null();
    if (counts) {
      taken.arguments.clear();
      taken.literals.clear();
    } else {
      taken.kind = AggregateKind::kGeneral;
    }
  }
  if (aggregate.filter) {
    const auto found = place(aggregate.filter);
    if (!found) return false;
    taken.filter = *found;
  }
  tree_.grouping->aggregates.push_back(std::move(taken));
  return true;
}

bool OperatorPlanner::take_grouping(const std::vector<BoundPointer>& keys,
                                    const std::vector<BoundAggregate>& aggregates) {
  tree_.grouping.emplace();
  for (const BoundPointer& key : keys) {
    if (!is_key(key->type) || varies(*key)) return false;
    const auto found = place(key);
    if (!found) return false;
    tree_.grouping->keys.push_back(*found);
    tree_.grouping->types.push_back(key->type);
  }
  return std::ranges::all_of(
      aggregates, [this](const BoundAggregate& aggregate) { return take_aggregate(aggregate); });
}

}  // namespace trailpond::sql
