#include "sql/operators/first_in_partition.hpp"

#include <algorithm>
#include <limits>

#include "sql/operators/arranging.hpp"
#include "sql/operators/sort_order.hpp"

namespace trailpond::sql {
namespace {

/// Twice the rows that had to stay and so many more are kept before the first are chosen anew.
constexpr std::size_t kMoreRows = 1 << 10;
constexpr std::int64_t kNoBound = std::numeric_limits<std::int64_t>::max();

bool numbers_rows(const OperatorWindow& window) {
  return window.kind == WindowKind::kRowNumber || window.kind == WindowKind::kRank ||
         window.kind == WindowKind::kDenseRank;
}

}  // namespace

bool FirstInPartition::serves(const std::vector<OperatorWindow>& windows, OperatorScans& scans) {
  return std::ranges::all_of(windows, [&](const OperatorWindow& window) {
    if (!numbers_rows(window) || window.order.empty()) return false;
    const ColumnPlace& first = window.order[0].column;
    return window.is_sorted_like(windows[0]) &&
           scans.at(first).kind(first.column) != WordKind::kCode;
  });
}

FirstInPartition::FirstInPartition(const OperatorWindow& window, std::int64_t count,
                                   OperatorScans& scans)
    : window_(window),
      count_(static_cast<std::size_t>(std::max<std::int64_t>(count, 1))),
      needs_peers_(window.kind == WindowKind::kRank || window.order.size() > 1),
      scans_(scans),
      partitions_(std::max<std::size_t>(window.partition.size(), 1)),
      next_cut_(kMoreRows) {}

void FirstInPartition::add(const Tuples& tuples) {
  const auto numbers = number_partitions(tuples);
  some_keys_.resize(tuples.size());
  number_keys(read(window_.order[0].column, tuples, words_[0]), window_.order[0],
              some_keys_.data());
  chosen_.clear();
  for (std::uint32_t at = 0; at < numbers.size(); ++at) {
    if (some_keys_[at] > bounds_[numbers[at]]) continue;
    chosen_.push_back(at);
    numbers_.push_back(numbers[at]);
    keys_.push_back(some_keys_[at]);
  }
  if (chosen_.size() == tuples.size()) {
    kept_.append(tuples);
  } else if (!chosen_.empty()) {
    Tuples some;
    some.take(tuples, chosen_, tuples.rows.size());
    kept_.append(some);
  }
  if (keys_.size() >= next_cut_) cut();
  count_memory();
}

Tuples FirstInPartition::take() {
  cut();
  return std::move(kept_);
}

std::span<const Word> FirstInPartition::read(const ColumnPlace& place, const Tuples& tuples,
                                             std::vector<Word>& words) {
  words.resize(tuples.size());
  scans_.read(place, tuples.rows[place.scan], words.data());
  return words;
}

std::span<const std::uint32_t> FirstInPartition::number_partitions(const Tuples& tuples) {
  const std::size_t width = window_.partition.size();
  words_.resize(std::max<std::size_t>(width, 1));
  some_numbers_.assign(tuples.size(), 0);
  if (width > 0) {
    std::vector<const Word*> columns;
    for (std::size_t at = 0; at < width; ++at)
      columns.push_back(read(window_.partition[at], tuples, words_[at]).data());
    partitions_.add(columns, tuples.size(), some_numbers_.data());
  }
  bounds_.resize(width > 0 ? partitions_.size() : 1, kNoBound);
  return some_numbers_;
}

/// Drops the rows that have enough rows before them, and bounds what comes.
void FirstInPartition::cut() {
  std::vector<std::uint32_t> starts;
  std::vector<std::uint32_t> places = bring_together(numbers_, bounds_.size(), starts);
  std::vector<std::uint8_t> marks(places.size(), 1);
  for (std::size_t number = 0; number < bounds_.size(); ++number) {
    const auto rows =
        std::span(places).subspan(starts[number], starts[number + 1] - starts[number]);
    if (rows.size() <= count_) continue;
    const auto last = rows.begin() + static_cast<std::ptrdiff_t>(count_) - 1;
    std::ranges::nth_element(rows, last, [&](std::uint32_t left, std::uint32_t right) {
      return keys_[left] != keys_[right] ? keys_[left] < keys_[right] : left < right;
    });
    bounds_[number] = keys_[*last];
    for (const std::uint32_t row : rows.subspan(count_))
      marks[row] = needs_peers_ && keys_[row] == bounds_[number] ? 1 : 0;
  }
  kept_.keep(marks);
  keep_marked(numbers_, marks);
  keep_marked(keys_, marks);
  next_cut_ = 2 * keys_.size() + kMoreRows;
  scans_.pause();
}

void FirstInPartition::count_memory() {
  constexpr std::size_t kSorting = 4 * sizeof(std::uint32_t);  // what cut() takes
  use_.raise_to(partitions_.memory_bytes() + bounds_.size() * sizeof(std::int64_t) +
                keys_.size() * (sizeof(std::int64_t) + sizeof(std::uint32_t) + kSorting +
                                kept_.rows.size() * sizeof(std::uint32_t)));
}

}  // namespace trailpond::sql
