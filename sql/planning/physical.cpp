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

/// Whether an outer join may leave the rows of a scan out.
bool may_be_left_out(const OperatorTree& tree, std::size_t scan) {
  if (scan > 0 && scan <= tree.joins.size() && tree.joins[scan - 1].outer) return true;
  for (std::size_t join = scan; join < tree.joins.size(); ++join)
    if (tree.joins[join].full) return true;
  return false;
}

bool may_be_null(const OperatorTree& tree, const ColumnPlace& place) {
  const OperatorScan& scan = tree.scans[place.scan];
  const ScanRequest& column = scan.columns[place.column];
  const bool is_known = scan.table && !scan.elements && !column.computation;
  return !is_known || scan.table->has_null(column.input) || may_be_left_out(tree, place.scan);
}

bool counts(AggregateKind kind) {
  return kind == AggregateKind::kCount || kind == AggregateKind::kCountTrue ||
         kind == AggregateKind::kCountDistinct;
}

bool numbers(WindowKind kind) {
  return kind == WindowKind::kRowNumber || kind == WindowKind::kRank ||
         kind == WindowKind::kDenseRank || kind == WindowKind::kCount;
}

void promise_groups(const OperatorTree& tree, OperatorPromises& promises) {
  const OperatorGrouping& grouping = *tree.grouping;
  if (grouping.keys.empty()) promises.most_rows = 1;
  for (std::size_t at = 0; at < grouping.keys.size(); ++at) {
    promises.unique.push_back("k" + std::to_string(at));
    if (!may_be_null(tree, grouping.keys[at])) promises.without_null.push_back(promises.unique[at]);
  }
  for (std::size_t at = 0; at < grouping.aggregates.size(); ++at)
    if (counts(grouping.aggregates[at].kind))
      promises.without_null.push_back("a" + std::to_string(at));
}

std::string print(const OperatorPromises& promises) {
  std::string text;
  const auto add = [&](const std::string& what, const std::vector<std::string>& columns) {
    if (columns.empty()) return;
    text += (text.empty() ? "" : "; ") + what;
    for (const std::string& column : columns)
      text += (&column == columns.data() ? " " : ", ") + column;
  };
  if (promises.most_rows) text = "at most " + std::to_string(*promises.most_rows) + " rows";
  if (promises.is_ordered) text += ", in order";
  add("unique", promises.unique);
  add("never NULL", promises.without_null);
  return text;
}

}  // namespace

OperatorPromises promises_of(const OperatorTree& tree) {
  OperatorPromises promises;
  if (tree.grouping) {
    promise_groups(tree, promises);
    return promises;
  }
  if (tree.top) {
    promises.most_rows = tree.top->count;
    promises.is_ordered = true;
  }
  for (std::size_t scan = 0; scan <= tree.joins.size(); ++scan) {
    for (std::size_t column = 0; column < tree.scans[scan].columns.size(); ++column)
      if (!may_be_null(tree, {scan, column}))
        promises.without_null.push_back(print(ColumnPlace{scan, column}));
  }
  for (std::size_t at = 0; at < tree.windows.size(); ++at)
    if (numbers(tree.windows[at].kind)) promises.without_null.push_back("w" + std::to_string(at));
  return promises;
}

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
  if (const std::string promises = print(promises_of(tree)); !promises.empty())
    add("PROMISES " + promises);
  return lines;
}

std::string describe(const GroupAnswer& answer, const std::string& name) {
  std::string line = "ANSWER: the rows of " + name;
  if (answer.having) line += ", HAVING";
  if (!answer.order.empty()) line += ", ORDER BY" + count_of(answer.order.size(), "term").substr(1);
  if (answer.offset > 0) line += ", OFFSET " + std::to_string(answer.offset);
  if (answer.limit) line += ", LIMIT " + std::to_string(*answer.limit);
  return line;
}

}  // namespace trailpond::sql
