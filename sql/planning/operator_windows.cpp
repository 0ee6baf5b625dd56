#include "sql/evaluation/function.hpp"
#include "sql/planning/operators.hpp"
#include "sql/types/kinds.hpp"

/// Window functions that operators compute.
namespace trailpond::sql {
namespace {

std::optional<WindowFrame> frame_of(const BoundWindow& window) {
  if (!window.frame) return window.order_by.empty() ? WindowFrame::kAll : WindowFrame::kToPeers;
  const BoundFrame& frame = *window.frame;
  if (frame.start != FrameEdge::kUnboundedPreceding) return std::nullopt;
  if (frame.end == FrameEdge::kUnboundedFollowing) return WindowFrame::kAll;
  if (frame.end != FrameEdge::kCurrentRow) return std::nullopt;
  if (frame.unit == FrameUnit::kRows) return WindowFrame::kToRow;
  return window.order_by.empty() ? WindowFrame::kAll : WindowFrame::kToPeers;
}

std::optional<WindowKind> kind_of_function(std::string_view name) {
  if (name == "row_number") return WindowKind::kRowNumber;
  if (name == "rank") return WindowKind::kRank;
  if (name == "dense_rank") return WindowKind::kDenseRank;
  if (name == "lag") return WindowKind::kLag;
  if (name == "lead") return WindowKind::kLead;
  if (name == "first_value") return WindowKind::kFirst;
  if (name == "last_value") return WindowKind::kLast;
  return std::nullopt;
}

std::optional<WindowKind> kind_of_aggregate(const BoundWindow& window) {
  const std::string_view name = window.aggregate->name;
  const bool real = window.type->kind == TypeKind::kDouble;
  if (name == "count") return WindowKind::kCount;
  if (name == "sum" && is_integer_kind(window.type->kind)) return WindowKind::kSumInteger;
  if (name == "sum" && real) return WindowKind::kSumReal;
  if (name == "avg" && real) return WindowKind::kAverage;
  if (real) return std::nullopt;  // NaN is neither the least nor the greatest
  if (name == "min") return WindowKind::kLeast;
  if (name == "max") return WindowKind::kGreatest;
  return std::nullopt;
}

/// The constant offset of lag and lead.
std::optional<std::int64_t> offset_of(const BoundWindow& window) {
  if (window.arguments.size() < 2) return 1;
  const Bound& offset = *window.arguments[1];
  const bool constant = offset.kind == BoundKind::kLiteral && !offset.literal.is_null();
  if (!constant || offset.literal.integer() < 0 || window.arguments.size() > 2) return std::nullopt;
  return offset.literal.integer();
}

}  // namespace

bool OperatorPlanner::take_window(const BoundWindow& window) {
  if (window.ignore_nulls || window.distinct || !window.argument_order.empty()) return false;
  const bool is_aggregate = window.name.empty();
  const auto kind = is_aggregate ? kind_of_aggregate(window) : kind_of_function(window.name);
  const auto frame = frame_of(window);
  const bool shifts = kind == WindowKind::kLag || kind == WindowKind::kLead;
  const auto offset = shifts ? offset_of(window) : 1;
  if (!kind || !frame || !offset || (!shifts && window.arguments.size() > 1)) return false;
  OperatorWindow taken;
  taken.kind = *kind;
  taken.frame = *frame;
  taken.type = window.type;
  taken.offset = *offset;
  const bool counts_rows = *kind == WindowKind::kCount && !window.arguments.empty() &&
                           window.arguments[0]->kind == BoundKind::kLiteral &&
                           !window.arguments[0]->literal.is_null();
  if (!window.arguments.empty() && !counts_rows) {
    taken.argument = place(window.arguments[0]);
    if (!taken.argument) return false;
  }
  for (const BoundPointer& key : window.partition_by) {
    const auto found = is_key(key->type) ? place(key) : std::nullopt;
    if (!found) return false;
    taken.partition.push_back(*found);
  }
  if (!take_order(window.order_by, taken.order)) return false;
  tree_.windows.push_back(std::move(taken));
  return true;
}

bool OperatorPlanner::take_order(const std::vector<BoundSort>& written,
                                 std::vector<OperatorSort>& order) {
  for (const BoundSort& item : written) {
    const auto found = is_key(item.expression->type) ? place(item.expression) : std::nullopt;
    if (!found) return false;
    order.push_back({*found, item.descending, item.nulls_first});
  }
  return true;
}

bool OperatorPlanner::take_windows(const std::vector<BoundWindow>& windows) {
  for (const BoundWindow& window : windows) {
    if (take_window(window)) continue;
    tree_.windows.clear();
    return false;
  }
  return true;
}

/// Whether a scan of SQLite's gives the order itself: by the bounds of its segments it leaves most
/// rows alone.
bool OperatorPlanner::is_order_of_scan(const std::vector<BoundSort>& order) const {
  if (tree_.scans.size() > 1 || !tree_.semi_joins.empty() || order.size() > 1) return false;
  const TypePointer type = order[0].expression->type;
  const bool number = word_kind_of(type) == WordKind::kInteger && type->kind != TypeKind::kBoolean;
  const auto found = number ? leaf(*order[0].expression) : std::nullopt;
  return found && !tree_.scans[0].table->has_null(found->input);
}

bool OperatorPlanner::take_top(const std::vector<BoundSort>& order, std::size_t count) {
  // SQLite runs a query in FROM anyway, and keeps the first rows itself.
  const bool of_query = tree_.scans.size() == 1 && tree_.scans[0].is_query();
  if (of_query || order.empty() || is_order_of_scan(order)) return false;
  OperatorTop top;
  top.count = count;
  if (!take_order(order, top.order)) return false;
  tree_.top = std::move(top);
  return true;
}

}  // namespace trailpond::sql
