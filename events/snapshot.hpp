#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "events/segment.hpp"

namespace trailpond::events {

/// Times of events (microseconds since 1970) that are not shown: from `from` on, and before
/// `until`.
struct HiddenTimes {
  std::int64_t from = 0;
  std::int64_t until = 0;

  bool contains(std::int64_t time) const { return time >= from && time < until; }
};

/// The segment that holds a row, given the number of the first row of each segment and last the
/// number of rows; `guess` is looked at first.
std::size_t find_segment(const std::vector<std::uint32_t>& starts, std::uint32_t row,
                         std::size_t guess);

/// The events of a store at one moment: an immutable list of immutable segments. Rows are numbered
/// through all segments in the order in which the events came.
class Snapshot {
 public:
  using Segments = std::vector<std::shared_ptr<const Segment>>;

  Snapshot(std::shared_ptr<DictionarySet> dictionaries, Segments segments);
  StoreKind kind() const { return dictionaries_->kind(); }
  const Layout& layout() const { return dictionaries_->layout(); }
  std::int64_t row_count() const { return row_count_; }
  /// The size of all events' compact JSON.
  std::int64_t json_bytes() const { return json_bytes_; }
  /// Bytes of memory held, JSON and dictionaries included.
  std::size_t memory_bytes() const;
  const Segments& segments() const { return segments_; }
  /// The number of the first row of each segment, and last the number of rows.
  const std::vector<std::uint32_t>& starts() const { return starts_; }
  const std::shared_ptr<DictionarySet>& dictionaries() const { return dictionaries_; }

  /// The same events but for those of some times: whole segments are left out, and of others
  /// hidden() says which rows a scan passes over. Events without a time stay.
  static std::shared_ptr<const Snapshot> hide(std::shared_ptr<const Snapshot> all,
                                              const HiddenTimes& times);
  const std::optional<HiddenTimes>& hidden() const { return hidden_; }
  /// The number and size of the events that are not hidden.
  std::int64_t shown_count() const { return row_count_ - hidden_count_; }
  std::int64_t shown_bytes() const { return json_bytes_ - hidden_bytes_; }

 private:
  std::shared_ptr<DictionarySet> dictionaries_;
  Segments segments_;
  std::vector<std::uint32_t> starts_;
  std::int64_t row_count_ = 0;
  std::int64_t json_bytes_ = 0;
  std::optional<HiddenTimes> hidden_ = {};
  std::int64_t hidden_count_ = 0;
  std::int64_t hidden_bytes_ = 0;
};

}  // namespace trailpond::events
