#include "sql/operators/group_rows.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "sql/evaluation/evaluator.hpp"
#include "sql/values/comparing.hpp"

namespace trailpond::sql {
namespace {

/// So many rows or comparisons are done between looks at whether the run must end.
constexpr std::size_t kStepsBetweenLooks = 1 << 14;

}  // namespace

GroupRows::GroupRows(const OperatorTree& tree, const GroupAnswer& planned, Watch& watch,
                     std::span<ScanTotals> totals)
    : tree_(tree),
      planned_(planned),
      watch_(watch),
      step_(watch.new_step(tree.name + " GROUP BY (with its input)")),
      stream_(tree, nullptr, watch, totals),
      grouping_(*tree.grouping, stream_) {
  StepTimer timer(step_);
  grouping_.run();
  timer.end(grouping_.size());
  list_groups();
  order_groups();
}

/// Lists the groups that HAVING lets through.
void GroupRows::list_groups() {
  use_.raise_to(grouping_.size() * sizeof(std::uint32_t));
  groups_.resize(grouping_.size());
  std::iota(groups_.begin(), groups_.end(), 0u);
  if (!planned_.having) return;
  std::erase_if(groups_, [this](std::uint32_t group) {
    stream_.evaluation().arena().reset();
    const Value holds = compute(*planned_.having, group);
    return holds.is_null() || !holds.boolean();
  });
}

/// Brings the groups that are wanted to their places; those that are equal stay as they came.
void GroupRows::order_groups() {
  at_ = std::min(planned_.offset, groups_.size());
  end_ = at_ + std::min(planned_.limit.value_or(groups_.size()), groups_.size() - at_);
  if (planned_.order.empty()) return;
  use_.grow(planned_.order.size() * grouping_.size() * sizeof(Value));
  stream_.evaluation().arena().reset();
  for (const AnswerSort& sort : planned_.order) {
    terms_.push_back({&sort, std::vector<Value>(grouping_.size())});
    for (const std::uint32_t group : groups_)
      terms_.back().values[group] = compute(sort.column, group);
  }
  const auto before = [this](auto left, auto right) { return is_before(left, right); };
  const auto last = groups_.begin() + static_cast<std::ptrdiff_t>(end_);
  if (last == groups_.end()) {
    std::sort(groups_.begin(), last, before);
  } else {
    std::partial_sort(groups_.begin(), last, groups_.end(), before);
  }
  terms_.clear();
}

bool GroupRows::is_before(std::uint32_t left, std::uint32_t right) {
  if (++steps_ % kStepsBetweenLooks == 0) watch_.check();
  for (const Term& term : terms_) {
    const int order = order_of(*term.sort, term.values[left], term.values[right]);
    if (order != 0) return order < 0;
  }
  return left < right;
}

int GroupRows::order_of(const AnswerSort& sort, const Value& left, const Value& right) {
  if (left.is_null() || right.is_null()) {
    if (left.is_null() == right.is_null()) return 0;
    return left.is_null() == sort.nulls_first ? -1 : 1;
  }
  const int order = compare_values(sort.column.type, left, right);
  return sort.descending ? -order : order;
}

Value GroupRows::compute(const AnswerColumn& column, std::size_t group) {
  if (++steps_ % kStepsBetweenLooks == 0) watch_.check();
  const std::size_t keys = tree_.grouping->keys.size();
  const auto read = [&](std::size_t place) {
    return place < keys ? grouping_.key(place, group) : grouping_.aggregate(place - keys, group);
  };
  if (!column.program) return read(column.inputs[0]);
  Evaluation& evaluation = stream_.evaluation();
  const auto arguments = evaluation.arena().values(column.inputs.size());
  for (std::size_t at = 0; at < arguments.size(); ++at) arguments[at] = read(column.inputs[at]);
  evaluation.begin_row(arguments);
  const Value value = evaluate(evaluation, *column.program);
  if (auto error = evaluation.take_error()) throw OperatorFailure{std::move(*error)};
  return value;
}

bool GroupRows::next(std::span<Value> row) {
  if (at_ == end_) return false;
  stream_.evaluation().arena().reset();
  for (std::size_t column = 0; column < row.size(); ++column)
    row[column] = compute(planned_.columns[column], groups_[at_]);
  ++at_;
  return true;
}

}  // namespace trailpond::sql
