#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "events/schema.hpp"
#include "events/segment.hpp"

/// What the file of an EventLog consists of: a head, then frames, each with checksums of its head
/// and body. Every event has a number, and each frame says which number is next, so that neighbours
/// tell what a damaged frame held.
namespace trailpond::events {

enum class FrameType : std::uint32_t {
  kBatch = 1,     // events as JSON lines
  kKeepOnly = 2,  // the ranges of events that are alive from here on
  kGone = 3,      // no body; stands for events that were removed from the file
};

/// A batch of events in a log.
struct LogBatch {
  LogRange range;
  std::uint64_t offset = 0;  // of its lines in the file
  std::uint64_t bytes = 0;   // of its lines
  std::uint64_t checksum = 0;
};

/// A place of a log that cannot be read.
struct LogDamage {
  std::uint64_t offset = 0;  // in the file
  std::uint64_t bytes = 0;   // that cannot be read; 0 where some are missing
  std::uint64_t events = 0;  // that are lost, those left out that a reset had removed anyway
  /// Whether the mark of a reset may have stood there: what it removed is then back.
  bool reset = false;

  /// Says it in a sentence.
  std::string describe() const;
};

/// What a log holds.
struct LogContent {
  std::vector<LogBatch> batches = {};
  std::vector<LogRange> alive = {};
  std::uint64_t next = 0;  // the number of the next event
  std::uint64_t size = 0;  // bytes of the whole frames; what follows is the torn end of a crash
  std::vector<LogDamage> damages = {};
  bool outdated = false;  // an earlier version wrote it
};

/// The bytes of a file's head, which begin every log.
inline constexpr std::size_t kLogHeadBytes = 24;
std::string make_log_head(StoreKind kind);

/// The head of a frame whose body of so many bytes has a checksum; `first` is the number of its
/// first event or, where it has none, of the next one, and `count` says how many events or ranges
/// it holds.
std::string make_frame_head(FrameType type, std::uint64_t first, std::uint64_t count,
                            std::uint64_t bytes, std::uint64_t checksum);
std::uint64_t checksum_of_body(std::string_view body);

/// Reads a log. Damage is told and the rest read. Errors: no log, one of another kind of store, or
/// an earlier version's in which damage hides the numbers of what follows.
Result<LogContent, std::string> read_log(StoreKind kind, std::string_view content);

/// The batches whose events are within the ranges, in the order of these.
std::vector<LogBatch> batches_within(const std::vector<LogBatch>& batches,
                                     const std::vector<LogRange>& ranges);
/// Adds a range; one that goes on where the last ends makes it longer.
void add_range(std::vector<LogRange>& ranges, LogRange range);
std::uint64_t count_events(const std::vector<LogRange>& ranges);

}  // namespace trailpond::events
