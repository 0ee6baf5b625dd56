#include "events/top_rows.hpp"

#include <algorithm>
#include <numeric>

namespace trailpond::events {
namespace {

/// Rows looked at together.
constexpr std::uint32_t kBlockRows = 4096;

/// A row and its key, turned so that the first in the order is the least.
struct Candidate {
  std::int64_t key;
  std::uint32_t row;
  auto operator<=>(const Candidate&) const = default;
};

class Finder {
 public:
  Finder(const Snapshot& snapshot, ScanSource& source, RowFilter& filter, bool descending,
         std::size_t limit)
      : snapshot_(snapshot),
        source_(source),
        filter_(filter),
        descending_(descending),
        limit_(limit) {}

  std::vector<std::uint32_t> find() {
    for (const std::size_t segment : segments()) {
      if (is_full() && first_key(segment) > heap_.front().key) continue;
      read(segment);
      if (filter_.error()) return {};
    }
    std::ranges::sort_heap(heap_);
    std::vector<std::uint32_t> rows;
    for (const Candidate& found : heap_) rows.push_back(found.row);
    return rows;
  }

 private:
  bool is_full() const { return heap_.size() == limit_; }

  /// Turned, so that descending numbers ascend: without an overflow at the least, which is NULL.
  std::int64_t turned(std::int64_t number) const { return descending_ ? ~number : number; }

  /// The least key that a segment may have.
  std::int64_t first_key(std::size_t segment) {
    const ColumnView& view = source_.view(segment);
    if (view.shape == Shape::kNull) return turned(kNullNumber);
    if (descending_) return turned(view.column->greatest);
    return view.column->has_null ? kNullNumber : view.column->least;
  }

  std::vector<std::size_t> segments() {
    std::vector<std::size_t> order(snapshot_.segments().size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [this](std::size_t segment) { return first_key(segment); });
    return order;
  }

  void read(std::size_t segment) {
    const ColumnView& view = source_.view(segment);
    const std::uint32_t start = snapshot_.starts()[segment];
    const std::uint32_t count = snapshot_.starts()[segment + 1] - start;
    rows_.resize(kBlockRows);
    for (std::uint32_t begin = 0; begin < count; begin += kBlockRows) {
      const std::size_t found =
          filter_.select(segment, begin, std::min(count, begin + kBlockRows), rows_.data());
      if (filter_.error()) return;
      for (std::size_t at = 0; at < found; ++at) {
        const bool null = view.shape == Shape::kNull;
        const std::int64_t key = turned(null ? kNullNumber : view.numbers[rows_[at]]);
        if (is_full() && key > heap_.front().key) continue;
        offer({key, start + rows_[at]});
      }
    }
  }

  void offer(const Candidate& candidate) {
    if (is_full()) {
      if (candidate >= heap_.front()) return;
      std::ranges::pop_heap(heap_);
      heap_.pop_back();
    }
    heap_.push_back(candidate);
    std::ranges::push_heap(heap_);
  }

  const Snapshot& snapshot_;
  ScanSource& source_;
  RowFilter& filter_;
  bool descending_;
  std::size_t limit_;
  std::vector<Candidate> heap_;  // the last in the order in front
  std::vector<std::uint32_t> rows_;
};

}  // namespace

std::vector<std::uint32_t> find_top_rows(const Snapshot& snapshot, ScanSource& source,
                                         RowFilter& filter, bool descending, std::size_t limit) {
  if (limit == 0) return {};
  return Finder(snapshot, source, filter, descending, limit).find();
}

}  // namespace trailpond::events
