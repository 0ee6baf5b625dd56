#include "sql/bound/visiting.hpp"
#include "sql/evaluation/registry.hpp"
#include "sql/planning/operators.hpp"
#include "sql/planning/planning.hpp"

/// Gives parts of a SELECT to operators of ours, which SQLite's text then reads as tables.
namespace trailpond::sql {

/// SQLite's text for what reads nothing outside, as a statement of its own.
std::string Planner::closed_text(const std::function<std::string()>& print) {
  std::string common_tables;
  std::swap(common_tables, common_tables_);
  const int depth = std::exchange(query_depth_, 0);
  ++closed_depth_;
  std::string text = print();
  --closed_depth_;
  if (!common_tables_.empty()) text = common_tables_ + " " + text;
  check_size(text);
  std::swap(common_tables, common_tables_);
  query_depth_ = depth;
  return text;
}

std::string Planner::closed_query(const BoundQuery& query) {
  return closed_text([&] { return this->query(query); });
}

std::size_t Planner::add_operator(OperatorTree tree) {
  for (SemiJoin& semi : tree.semi_joins) {
    if (semi.query) semi.sql = closed_query(*semi.query);
  }
  for (OperatorScan& scan : tree.scans) {
    if (scan.query) scan.sql = closed_query(*scan.query);
  }
  tree.name = "o" + std::to_string(plan_.operators.size());
  tree.is_repeat = repeats_;
  plan_.operators.push_back(std::move(tree));
  return plan_.operators.size() - 1;
}

/// ORDER BY and LIMIT of a query that is one SELECT, as an order of its rows.
std::optional<Planner::TopWish> Planner::top_wish(const BoundQuery& query) {
  constexpr std::int64_t kMostRows = 1'000'000;
  const BoundSelect& select = *query.body->select;
  if (!query.limit || select.distinct || select.grouped || !select.windows.empty())
    return std::nullopt;
  const std::int64_t offset = query.offset.value_or(0);
  if (*query.limit > kMostRows || offset > kMostRows) return std::nullopt;
  TopWish wish;
  wish.count = static_cast<std::size_t>(*query.limit + offset);
  for (const BoundSort& item : query.order_by) {
    const BoundPointer node = without_outputs(item.expression, &select, 0);
    if (varies(*node)) return std::nullopt;
    if (reads_rows(*node)) wish.order.push_back({node, item.descending, item.nulls_first});
  }
  return wish;
}

/// FROM, WHERE and the window functions, where there is more to do than a scan does itself.
std::optional<std::string> Planner::rows_by_operator(const BoundSelect& node,
                                                     const std::optional<TopWish>& top) {
  OperatorPlanner planner;
  if (!uses_operators() || !planner.take_rows(node)) return std::nullopt;
  if (!node.grouped) planner.take_windows(node.windows);
  if (top) planner.take_top(top->order, top->count);
  if (!planner.is_worth_it()) return std::nullopt;
  const std::size_t index = add_operator(planner.take());
  const OperatorTree& tree = plan_.operators[index];
  for (std::size_t scan = 0; scan <= tree.joins.size(); ++scan) {
    const std::int32_t relation = tree.scans[scan].relation;
    scan_of_[relation] = {index, scan, tree.name + ".s" + std::to_string(scan) + "_"};
    computed_.erase(relation);
    const bool full = std::any_of(tree.joins.begin() + static_cast<std::ptrdiff_t>(scan),
                                  tree.joins.end(), [](const auto& join) { return join.full; });
    if (full || (scan > 0 && tree.joins[scan - 1].outer)) nullable_.insert(relation);
  }
  // A recursive query's step is planned again for each level.
  std::vector<std::string>& windows = operator_windows_[node.id];
  windows.clear();
  for (std::size_t at = 0; at < tree.windows.size(); ++at)
    windows.push_back(tree.name + ".w" + std::to_string(at));
  return " FROM " + tree.name;
}

/// Whether operators are to be used here. One that reads a query runs it on top of its own stack.
bool Planner::uses_operators() const {
  constexpr int kMostDepth = 16;
  return push_down_ && closed_depth_ < kMostDepth;
}

/// The groups of a SELECT; see grouping().
std::optional<std::string> Planner::groups_by_operator(const BoundSelect& node) {
  if (!uses_operators() || !node.grouped) return std::nullopt;
  if (!node.grouping_sets.empty()) return sets_by_operators(node);
  OperatorPlanner planner;
  if (!planner.take_rows(node) || !planner.take_grouping(node.group_keys, node.aggregates)) {
    return std::nullopt;
  }
  const std::size_t index = add_operator(planner.take());
  if (index == 0) first_groups_ = node.id;
  const OperatorTree& tree = plan_.operators[index];
  const std::string own = std::to_string(node.id) + "_";
  std::string columns;
  const auto add = [&](const char* from, const char* to, std::size_t count) {
    for (std::size_t at = 0; at < count; ++at) {
      const std::string number = std::to_string(at);
      columns += (columns.empty() ? "" : ", ") + (from + number) + " AS " + to + own + number;
    }
  };
  add("k", "g", node.group_keys.size());
  add("a", "a", node.aggregates.size());
  return "SELECT " + (columns.empty() ? "1" : columns) + " FROM " + tree.name;
}

/// GROUPING SETS: an operator for each set; the keys outside it are NULL.
std::optional<std::string> Planner::sets_by_operators(const BoundSelect& node) {
  constexpr std::size_t kMostSets = 32;  // each reads the rows anew
  if (node.grouping_sets.size() > kMostSets) return std::nullopt;
  const std::string own = std::to_string(node.id) + "_";
  std::vector<OperatorTree> trees;
  for (const std::uint64_t set : node.grouping_sets) {
    std::vector<BoundPointer> keys;
    for (std::size_t at = 0; at < node.group_keys.size(); ++at) {
      if (((set >> at) & 1) != 0) keys.push_back(node.group_keys[at]);
    }
    OperatorPlanner planner;
    if (!planner.take_rows(node) || !planner.take_grouping(keys, node.aggregates))
      return std::nullopt;
    trees.push_back(planner.take());
  }
  with_sets_.insert(node.id);
  std::string sql;
  for (std::size_t tree = 0; tree < trees.size(); ++tree) {
    const std::uint64_t set = node.grouping_sets[tree];
    std::string columns;
    std::size_t key = 0;
    for (std::size_t at = 0; at < node.group_keys.size(); ++at) {
      const bool inside = ((set >> at) & 1) != 0;
      columns += (inside ? "k" + std::to_string(key++) : std::string("NULL")) + " AS g" + own +
                 std::to_string(at) + ", ";
    }
    columns += std::to_string(set) + " AS m" + own;
    for (std::size_t at = 0; at < node.aggregates.size(); ++at)
      columns += ", a" + std::to_string(at) + " AS a" + own + std::to_string(at);
    const bool repeats = std::exchange(repeats_, repeats_ || tree > 0);
    const std::size_t index = add_operator(std::move(trees[tree]));
    repeats_ = repeats;
    sql += (tree > 0 ? " UNION ALL SELECT " : "SELECT ") + columns + " FROM " +
           plan_.operators[index].name;
  }
  return sql;
}

/// INTERSECT and EXCEPT of two SELECTs over a scan each: the rows of the left one that have a
/// partner, or none.
std::optional<std::string> Planner::set_by_partners(const BoundBody& node) {
  const BoundBody* sides[] = {&*node.left, &*node.right};
  for (const BoundBody* side : sides) {
    if (!side->select || side->select->grouped || !side->select->windows.empty() ||
        !std::ranges::equal(side->from_types, side->cast_types, is_same_storage)) {
      return std::nullopt;
    }
  }
  OperatorPlanner planner;
  const BoundSelect& left = *node.left->select;
  if (!planner.take_rows(left) ||
      !planner.take_set_partner(*node.right->select, left.projections,
                                node.kind == BoundBodyKind::kExcept) ||
      !planner.take_grouping(left.projections, {})) {
    return std::nullopt;
  }
  return distinct_rows_of(add_operator(planner.take()), left.projections.size());
}

/// The keys of a grouping as the columns of a body.
std::string Planner::distinct_rows_of(std::size_t index, std::size_t count) const {
  std::string columns;
  for (std::size_t at = 0; at < count; ++at) {
    const std::string number = std::to_string(at);
    columns += (at > 0 ? ", k" : "k") + number + " AS c" + number;
  }
  return "SELECT " + columns + " FROM " + plan_.operators[index].name;
}

/// All rows of both sides, those of a chain of UNIONs one after the other. `marked`: with the
/// number of the side.
std::string Planner::rows_of_sides(const BoundBody& node, bool marked) {
  std::string sql;
  for (const BoundBody* one : {&*node.left, &*node.right}) {
    const bool chain = !marked && one->kind == BoundBodyKind::kUnion &&
                       std::ranges::equal(one->from_types, one->cast_types, is_same_storage);
    const std::string rows = chain ? rows_of_sides(*one, false)
                                   : "SELECT *" +
                                         std::string(!marked       ? ""
                                                     : sql.empty() ? ", 0"
                                                                   : ", 1") +
                                         " FROM (" + side(*one, true).first + ")";
    sql += (sql.empty() ? "" : " UNION ALL ") + rows;
  }
  return sql;
}

/// An operator over the rows of a query: groups by all of its first columns, so many.
OperatorTree Planner::groups_of_query(std::string sql, std::vector<TypePointer> types,
                                      std::size_t keys) {
  OperatorTree tree;
  OperatorScan scan;
  scan.sql = std::move(sql);
  OperatorGrouping grouping;
  for (std::size_t at = 0; at < types.size(); ++at) {
    scan.columns.push_back({{{static_cast<std::uint16_t>(at)}}});
    if (at >= keys) continue;
    grouping.keys.push_back({0, at});
    grouping.types.push_back(types[at]);
  }
  scan.types = std::move(types);
  tree.scans.push_back(std::move(scan));
  tree.grouping = std::move(grouping);
  return tree;
}

/// UNION: the rows of both sides as groups. INTERSECT and EXCEPT: the same, marked.
std::optional<std::string> Planner::set_by_operator(const BoundBody& node) {
  std::vector<TypePointer> types = node.left->cast_types;
  const std::size_t width = types.size();
  if (!uses_operators() || node.all || varies(node) || !is_closed(node) ||
      !std::ranges::all_of(types, is_key)) {
    return std::nullopt;
  }
  const bool is_union = node.kind == BoundBodyKind::kUnion;
  if (is_union) {
    std::string rows = closed_text([&] { return rows_of_sides(node, false); });
    return distinct_rows_of(add_operator(groups_of_query(std::move(rows), std::move(types), width)),
                            width);
  }
  if (auto rows = set_by_partners(node)) return rows;
  const TypePointer bigint = simple_type(TypeKind::kBigint);
  types.push_back(bigint);
  OperatorTree tree = groups_of_query(closed_text([&] { return rows_of_sides(node, true); }),
                                      std::move(types), width);
  const ColumnPlace mark{0, width};
  for (const bool greatest : {false, true}) {
    auto aggregate = std::make_shared<BoundAggregate>();
    aggregate->function = find_aggregates(greatest ? "max" : "min")[0].function;
    aggregate->type = bigint;
    tree.grouping->aggregates.push_back(
        {greatest ? AggregateKind::kGreatest : AggregateKind::kLeast,
         std::move(aggregate),
         {mark},
         {nullptr},
         {bigint}});
  }
  // a0 is the least mark of a row, a1 the greatest.
  return distinct_rows_of(add_operator(std::move(tree)), width) +
         " WHERE a0 = 0 AND a1 = " + (node.kind == BoundBodyKind::kIntersect ? "1" : "0");
}

/// SELECT DISTINCT: groups without aggregates.
std::optional<std::string> Planner::distinct_by_operator(const BoundSelect& node) {
  OperatorPlanner planner;
  if (!uses_operators() || node.grouped || !node.windows.empty() || !planner.take_rows(node) ||
      !planner.take_grouping(node.projections, {})) {
    return std::nullopt;
  }
  const std::size_t index = add_operator(planner.take());
  if (index == 0) first_groups_ = node.id;
  return distinct_rows_of(index, node.projections.size());
}

}  // namespace trailpond::sql
