#include "events/snapshot.hpp"

#include <algorithm>

namespace trailpond::events {

std::size_t find_segment(const std::vector<std::uint32_t>& starts, std::uint32_t row,
                         std::size_t guess) {
  if (row >= starts[guess] && row < starts[guess + 1]) return guess;
  const auto after = std::upper_bound(starts.begin(), starts.end() - 1, row);
  return static_cast<std::size_t>(after - starts.begin()) - 1;
}

Snapshot::Snapshot(std::shared_ptr<DictionarySet> dictionaries, Segments segments)
    : dictionaries_(std::move(dictionaries)), segments_(std::move(segments)) {
  for (const auto& segment : segments_) {
    starts_.push_back(static_cast<std::uint32_t>(row_count_));
    row_count_ += static_cast<std::int64_t>(segment->row_count());
    json_bytes_ += static_cast<std::int64_t>(segment->json_bytes());
  }
  starts_.push_back(static_cast<std::uint32_t>(row_count_));
}

std::shared_ptr<const Snapshot> Snapshot::hide(std::shared_ptr<const Snapshot> all,
                                               const HiddenTimes& times) {
  if (times.from >= times.until) return all;
  const NodeId time = all->layout().time();
  Segments segments;
  std::int64_t count = 0;
  std::int64_t bytes = 0;
  for (const auto& segment : all->segments_) {
    const Column& column = segment->column(time);
    if (column.absent() || column.greatest < times.from || column.least >= times.until) {
      segments.push_back(segment);
      continue;
    }
    if (!column.has_null && times.contains(column.least) && times.contains(column.greatest)) {
      continue;
    }
    segments.push_back(segment);
    for (std::size_t row = 0; row < segment->row_count(); ++row) {
      if (times.contains(column.numbers[row])) {
        ++count;
        bytes += static_cast<std::int64_t>(segment->outlines().sizes.get(row));
      }
    }
  }
  if (count == 0 && segments.size() == all->segments_.size()) return all;
  auto view = std::make_shared<Snapshot>(all->dictionaries_, std::move(segments));
  if (count > 0) view->hidden_ = times;
  view->hidden_count_ = count;
  view->hidden_bytes_ = bytes;
  return view;
}

std::size_t Snapshot::memory_bytes() const {
  std::size_t bytes = dictionaries_->memory_bytes();
  for (const auto& segment : segments_) bytes += segment->memory_bytes();
  return bytes;
}

}  // namespace trailpond::events
