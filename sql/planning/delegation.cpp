#include "sql/planning/operators.hpp"
#include "sql/planning/planning.hpp"

/// Gives parts of a SELECT to operators of ours, which SQLite's text then reads as tables.
namespace trailpond::sql {

/// SQLite's text for a query that reads nothing outside, as a statement of its own.
std::string Planner::closed_query(const BoundQuery& query) {
  std::string common_tables;
  std::swap(common_tables, common_tables_);
  const int depth = std::exchange(query_depth_, 0);
  std::string text = this->query(query);
  if (!common_tables_.empty()) text = common_tables_ + " " + text;
  check_size(text);
  std::swap(common_tables, common_tables_);
  query_depth_ = depth;
  return text;
}

std::size_t Planner::add_operator(OperatorTree tree) {
  for (SemiJoin& semi : tree.semi_joins) {
    if (semi.query) semi.sql = closed_query(*semi.query);
  }
  tree.name = "o" + std::to_string(plan_.operators.size());
  plan_.operators.push_back(std::move(tree));
  return plan_.operators.size() - 1;
}

/// FROM, WHERE and the window functions, where there is more to do than a scan does itself.
std::optional<std::string> Planner::rows_by_operator(const BoundSelect& node) {
  OperatorPlanner planner;
  if (!push_down_ || !planner.take_rows(node)) return std::nullopt;
  if (!node.grouped) planner.take_windows(node.windows);
  if (!planner.is_worth_it()) return std::nullopt;
  const std::size_t index = add_operator(planner.take());
  const OperatorTree& tree = plan_.operators[index];
  for (std::size_t scan = 0; scan <= tree.joins.size(); ++scan) {
    const std::int32_t relation = tree.scans[scan].relation;
    scan_of_[relation] = {index, scan, tree.name + ".s" + std::to_string(scan) + "_"};
    computed_.erase(relation);
    if (scan > 0 && tree.joins[scan - 1].outer) nullable_.insert(relation);
  }
  for (std::size_t at = 0; at < tree.windows.size(); ++at)
    operator_windows_[node.id].push_back(tree.name + ".w" + std::to_string(at));
  return " FROM " + tree.name;
}

/// The groups of a SELECT; see grouping().
std::optional<std::string> Planner::groups_by_operator(const BoundSelect& node) {
  OperatorPlanner planner;
  if (!push_down_ || !node.grouped || !node.grouping_sets.empty() || !planner.take_rows(node) ||
      !planner.take_grouping(node.group_keys, node.aggregates)) {
    return std::nullopt;
  }
  const std::size_t index = add_operator(planner.take());
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

/// SELECT DISTINCT: groups without aggregates.
std::optional<std::string> Planner::distinct_by_operator(const BoundSelect& node) {
  OperatorPlanner planner;
  if (!push_down_ || node.grouped || !node.windows.empty() || !planner.take_rows(node) ||
      !planner.take_grouping(node.projections, {})) {
    return std::nullopt;
  }
  const std::size_t index = add_operator(planner.take());
  std::string columns;
  for (std::size_t at = 0; at < node.projections.size(); ++at) {
    const std::string number = std::to_string(at);
    columns += (at > 0 ? ", k" : "k") + number + " AS c" + number;
  }
  return "SELECT " + columns + " FROM " + plan_.operators[index].name;
}

}  // namespace trailpond::sql
