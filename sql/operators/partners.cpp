#include "sql/operators/partners.hpp"

#include <algorithm>
#include <limits>

#include "sql/operators/arranging.hpp"

namespace trailpond::sql {
namespace {

/// Candidates looked at before what was found is handed on.
constexpr std::size_t kMostCandidates = 16 * kTuples;

/// Stands for a text that no row of the table has, where NULL is equal to NULL.
constexpr Word kUnknownText = kNullWord + 1;

/// The column of a scan that a condition compares with a number outside; null where it does not.
std::optional<ColumnPlace> bounded_column(const OperatorCondition& condition, std::size_t scan) {
  if (!condition.comparison || *condition.comparison < Comparison::kLess) return std::nullopt;
  const bool left = condition.inputs[0].scan == scan;
  const bool right = condition.inputs[1].scan == scan;
  if (left == right) return std::nullopt;
  return condition.inputs[left ? 0 : 1];
}

/// The conditions that bound one column of a scan, the first that is compared so; and the rest.
struct Bounding {
  std::optional<ColumnPlace> column;
  std::vector<const OperatorCondition*> bounds;
  std::vector<const OperatorCondition*> rest;
};

Bounding bounding(std::size_t scan, const std::vector<OperatorCondition>& conditions) {
  Bounding found;
  for (const OperatorCondition& condition : conditions) {
    const auto column = bounded_column(condition, scan);
    if (column && !found.column) found.column = column;
    const bool bounds = column && column->column == found.column->column;
    (bounds ? found.bounds : found.rest).push_back(&condition);
  }
  return found;
}

}  // namespace

Partners::Partners(OperatorScans& scans, std::size_t scan,
                   std::vector<std::pair<ColumnPlace, ColumnPlace>> keys,
                   const std::vector<OperatorCondition>& conditions, bool nulls_match)
    : scans_(scans), scan_(scan), nulls_match_(nulls_match), keys_(std::move(keys)) {
  for (const auto& [inside, outside] : keys_) {
    codings_.push_back(
        KeyCoding::between(scans.at(inside), inside.column, scans.at(outside), outside.column));
  }
  const Bounding found = bounding(scan, conditions);
  ordered_ = found.column;
  for (const OperatorCondition* condition : found.bounds) {
    const bool left = condition->inputs[0].scan == scan;
    bounds_.push_back({condition->inputs[left ? 1 : 0],
                       left ? *condition->comparison : turned(*condition->comparison)});
  }
  outside_.resize(bounds_.size());
  // The rest are asked of each candidate.
  for (const OperatorCondition* condition : found.rest) checks_.emplace_back(*condition);
}

Partners::Partners(OperatorScans& scans, const Partners& filled)
    : scans_(scans),
      scan_(filled.scan_),
      nulls_match_(filled.nulls_match_),
      keys_(filled.keys_),
      ordered_(filled.ordered_),
      bounds_(filled.bounds_),
      table_(filled.table_),
      outside_(filled.bounds_.size()) {
  for (const KeyCoding& coding : filled.codings_) codings_.push_back(coding.for_probe());
  for (const ConditionCheck& check : filled.checks_) checks_.emplace_back(check.condition());
}

std::size_t Partners::count_bounds(std::size_t scan,
                                   const std::vector<OperatorCondition>& conditions) {
  return bounding(scan, conditions).bounds.size();
}

void Partners::fill(const std::vector<std::uint32_t>& rows) {
  const auto table = std::make_shared<Table>(keys_.size());
  std::vector<std::vector<Word>> words(keys_.size(), std::vector<Word>(kTuples));
  std::vector<const Word*> columns;
  for (const auto& column : words) columns.push_back(column.data());
  std::vector<std::uint32_t> numbers(rows.size());
  for (std::size_t first = 0; first < rows.size(); first += kTuples) {
    const auto some = std::span(rows).subspan(first, std::min(kTuples, rows.size() - first));
    for (std::size_t key = 0; key < keys_.size(); ++key) {
      const ColumnPlace& inside = keys_[key].first;
      codings_[key].build(scans_.at(inside), inside.column, some, words[key].data());
      scans_.check(scans_.at(inside));
    }
    table->keys.add(columns, some.size(), numbers.data() + first);
    scans_.pause();
    count_memory(*table);
  }
  // The rows of a key stand together, in their order.
  table->rows = bring_together<std::uint32_t>(numbers, table->keys.size(), table->starts,
                                              [&](std::size_t at) { return rows[at]; });
  if (ordered_) order_rows(*table);
  count_memory(*table);
  table_ = table;
}

void Partners::count_memory(Table& table) const {
  std::size_t bytes = table.keys.memory_bytes() +
                      (table.rows.size() + table.starts.size()) * sizeof(std::uint32_t) +
                      table.order.size() * sizeof(std::int64_t);
  for (const KeyCoding& coding : codings_) bytes += coding.memory_bytes();
  table.use.raise_to(bytes);
}

void Partners::order_rows(Table& table) {
  std::vector<Word> words(table.rows.size());
  scans_.read(*ordered_, table.rows, words.data());
  scans_.pause();
  std::vector<std::pair<std::int64_t, std::uint32_t>> pairs;
  table.order.resize(table.rows.size());
  for (std::size_t number = 0; number + 1 < table.starts.size(); ++number) {
    const std::uint32_t begin = table.starts[number];
    pairs.clear();
    for (std::uint32_t at = begin; at < table.starts[number + 1]; ++at)
      pairs.emplace_back(static_cast<std::int64_t>(words[at]), table.rows[at]);
    if (!std::ranges::is_sorted(pairs)) std::ranges::sort(pairs);
    if (pairs.size() >= kTuples) scans_.pause();
    for (std::size_t at = 0; at < pairs.size(); ++at) {
      table.order[begin + at] = pairs[at].first;
      table.rows[begin + at] = pairs[at].second;
    }
  }
}

void Partners::look_up_keys(const Tuples& tuples, std::vector<std::uint32_t>& numbers) {
  const std::size_t count = tuples.size();
  std::vector<std::vector<Word>> words(keys_.size(), std::vector<Word>(count));
  std::vector<const Word*> columns;
  for (std::size_t key = 0; key < keys_.size(); ++key) {
    const ColumnPlace& outside = keys_[key].second;
    codings_[key].probe(scans_.at(outside), outside.column, tuples.rows[outside.scan],
                        words[key].data(), nulls_match_ ? kUnknownText : kNullWord);
    scans_.check(scans_.at(outside));
    columns.push_back(words[key].data());
  }
  numbers.resize(count);
  table_->keys.find(columns, count, numbers.data());
  if (nulls_match_) return;
  for (const auto& column : words) {
    for (std::size_t at = 0; at < count; ++at) {
      if (column[at] == kNullWord) numbers[at] = TupleTable::kNone;  // NULL equals nothing
    }
  }
}

/// The rows of a key that are within the bounds of a tuple.
std::pair<std::uint32_t, std::uint32_t> Partners::range_of(std::uint32_t number,
                                                           std::size_t tuple) const {
  const auto& order = table_->order;
  auto begin = order.begin() + table_->starts[number];
  auto end = order.begin() + table_->starts[number + 1];
  // NULLs stand first and are within no bound.
  begin = std::upper_bound(begin, end, std::numeric_limits<std::int64_t>::min());
  for (std::size_t at = 0; at < bounds_.size(); ++at) {
    if (outside_[at][tuple] == kNullWord) return {0, 0};
    const auto value = static_cast<std::int64_t>(outside_[at][tuple]);
    switch (bounds_[at].comparison) {
      case Comparison::kLess:
        end = std::lower_bound(begin, end, value);
        break;
      case Comparison::kLessEqual:
        end = std::upper_bound(begin, end, value);
        break;
      case Comparison::kGreater:
        begin = std::upper_bound(begin, end, value);
        break;
      default:
        begin = std::lower_bound(begin, end, value);
    }
  }
  return {static_cast<std::uint32_t>(begin - order.begin()),
          static_cast<std::uint32_t>(end - order.begin())};
}

std::size_t Partners::look_up(const Tuples& tuples, Evaluation& evaluation, const OnFound& found,
                              std::span<std::uint8_t> marks) {
  std::vector<std::uint32_t> numbers;
  look_up_keys(tuples, numbers);
  for (std::size_t at = 0; at < bounds_.size(); ++at) {
    outside_[at].resize(numbers.size());
    scans_.read(bounds_[at].outside, tuples.rows[bounds_[at].outside.scan], outside_[at].data());
  }
  candidates_.rows.resize(tuples.rows.size());
  auto& partners = candidates_.rows[scan_];
  const auto flush = [&] {
    if (partners.empty()) return;
    check_candidates(tuples, evaluation, found, marks);
    partners.clear();
    origins_.clear();
    scans_.pause();
  };
  const bool any_will_do = !marks.empty() && checks_.empty();
  std::size_t looked_at = 0;
  std::size_t tuple = 0;
  for (; tuple < numbers.size(); ++tuple) {
    if (marks.empty() && looked_at >= kMostCandidates) break;
    const std::uint32_t number = numbers[tuple];
    if (number == TupleTable::kNone) continue;
    auto [begin, end] = ordered_ ? range_of(number, tuple)
                                 : std::pair(table_->starts[number], table_->starts[number + 1]);
    if (any_will_do) {
      marks[tuple] |= static_cast<std::uint8_t>(begin < end);
      continue;
    }
    looked_at += begin < end ? end - begin : 0;
    while (begin < end && (marks.empty() || marks[tuple] == 0)) {
      const std::uint32_t some =
          std::min(end, begin + static_cast<std::uint32_t>(kTuples - partners.size()));
      partners.insert(partners.end(), table_->rows.begin() + begin, table_->rows.begin() + some);
      origins_.insert(origins_.end(), some - begin, static_cast<std::uint32_t>(tuple));
      begin = some;
      if (partners.size() >= kTuples) flush();
    }
  }
  flush();
  return tuple;
}

void Partners::check_candidates(const Tuples& tuples, Evaluation& evaluation, const OnFound& found,
                                std::span<std::uint8_t> marks) {
  candidates_.take(tuples, origins_, scan_);
  holds_.assign(origins_.size(), 1);
  for (ConditionCheck& check : checks_) check.apply(scans_, evaluation, candidates_, holds_);
  if (!marks.empty()) {
    for (std::size_t at = 0; at < holds_.size(); ++at) marks[origins_[at]] |= holds_[at];
    return;
  }
  if (!checks_.empty()) {
    candidates_.keep(holds_);
    std::size_t kept = 0;
    for (std::size_t at = 0; at < holds_.size(); ++at) {
      origins_[kept] = origins_[at];
      kept += holds_[at];
    }
    origins_.resize(kept);
  }
  if (!origins_.empty()) found(candidates_, origins_);
}

}  // namespace trailpond::sql
