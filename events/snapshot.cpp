#include "events/snapshot.hpp"

namespace trailpond::events {

Snapshot::Snapshot(std::shared_ptr<DictionarySet> dictionaries, Segments segments)
    : dictionaries_(std::move(dictionaries)), segments_(std::move(segments)) {
  for (const auto& segment : segments_) {
    starts_.push_back(static_cast<std::uint32_t>(row_count_));
    row_count_ += static_cast<std::int64_t>(segment->row_count());
    json_bytes_ += static_cast<std::int64_t>(segment->json_bytes());
  }
  starts_.push_back(static_cast<std::uint32_t>(row_count_));
}

std::size_t Snapshot::memory_bytes() const {
  std::size_t bytes = dictionaries_->memory_bytes();
  for (const auto& segment : segments_) bytes += segment->memory_bytes();
  return bytes;
}

}  // namespace trailpond::events
