#include "sql/planning/physical.hpp"

#include "base/text.hpp"

namespace trailpond::sql {
namespace {

std::string print(const ColumnPlace& place) {
  return "s" + std::to_string(place.scan) + "_" + std::to_string(place.column);
}

std::string print(const std::vector<OperatorKey>& keys) {
  std::string text;
  for (const OperatorKey& key : keys)
    text += (text.empty() ? "" : ", ") + print(key.left) + " = " + print(key.right);
  return text;
}

std::string print(const OperatorSort& sort) {
  return print(sort.column) + (sort.descending ? " DESC" : "") +
         (sort.nulls_first ? " NULLS FIRST" : "");
}

std::string count_of(std::size_t count, const char* what) {
  return count == 0 ? "" : ", " + std::to_string(count) + " " + what + (count > 1 ? "s" : "");
}

std::string describe(const OperatorScan& scan, std::size_t number) {
  std::size_t computed = 0;
  for (const ScanRequest& column : scan.columns) computed += column.computation ? 1 : 0;
  const std::string what = scan.is_query() ? "QUERY s" : "SCAN s";
  return what + std::to_string(number) + ": " + std::to_string(scan.columns.size()) + " columns" +
         (computed > 0 ? " (" + std::to_string(computed) + " computed)" : "") +
         count_of(scan.conditions.size(), "condition") + (scan.is_query() ? " of " + scan.sql : "");
}

}  // namespace

ScanInput path_in_table(const std::optional<ArrayElements>& elements, ScanInput input) {
  if (!elements) return input;
  std::vector<std::uint16_t> path = elements->path;
  path.push_back(0);
  path.insert(path.end(), input.path.begin() + (elements->of_rows ? 0 : 1), input.path.end());
  return {std::move(path), std::move(input.map_key)};
}

std::vector<std::string> describe(const OperatorTree& tree) {
  std::vector<std::string> lines = {"OPERATOR " + tree.name};
  const auto add = [&](std::string line) { lines.push_back("  " + std::move(line)); };
  if (const auto& grouping = tree.grouping) {
    std::string keys;
    for (const ColumnPlace& key : grouping->keys) keys += (keys.empty() ? "" : ", ") + print(key);
    add("GROUP BY " + (keys.empty() ? "nothing" : keys) +
        count_of(grouping->aggregates.size(), "aggregate"));
  }
  if (tree.top) {
    std::string order;
    for (const OperatorSort& sort : tree.top->order)
      order += (order.empty() ? "" : ", ") + print(sort);
    add("TOP " + std::to_string(tree.top->count) + " BY " + order);
  }
  if (!tree.windows.empty()) add("WINDOW" + count_of(tree.windows.size(), "function").substr(1));
  for (const SemiJoin& semi : tree.semi_joins) {
    const std::string what = semi.negated ? "ANTI JOIN " : "SEMI JOIN ";
    add(semi.query ? what + print(semi.keys[0].left) + " with the rows of " + semi.sql
                   : what + print(semi.keys) + count_of(semi.conditions.size(), "condition"));
  }
  if (!tree.conditions.empty())
    add("FILTER" + count_of(tree.conditions.size(), "condition").substr(1));
  for (std::size_t at = 0; at < tree.joins.size(); ++at) {
    const OperatorJoin& join = tree.joins[at];
    if (tree.scans[at + 1].elements) {
      add("UNNEST s" + std::to_string(at + 1));
      continue;
    }
    add((join.full    ? "FULL HASH JOIN "
         : join.outer ? "LEFT HASH JOIN "
                      : "HASH JOIN ") +
        print(join.keys) + count_of(join.conditions.size(), "condition"));
  }
  for (std::size_t at = 0; at < tree.scans.size(); ++at) add("  " + describe(tree.scans[at], at));
  return lines;
}

}  // namespace trailpond::sql
