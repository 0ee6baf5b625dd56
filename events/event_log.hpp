#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "events/schema.hpp"
#include "events/segment.hpp"

namespace trailpond::events {

/// The durable form of a store's events: one file of frames, each with checksums of its head and
/// body. A frame holds a batch of events as compact JSON lines, or says which earlier events are
/// alive since a reset. A frame is on the disk before append answers; one that a crash cut short
/// is at the end of the file and is dropped when it is opened.
class EventLog {
 public:
  /// Called for every batch that is alive, in its order: its lines and their numbers.
  using OnBatch = std::function<void(std::string_view lines, LogRange range)>;

  /// Opens or creates `<directory>/events.log` and replays it. Errors: the directory cannot be
  /// used, another process has the log open, it belongs to another kind, or is damaged before its
  /// last frame.
  static Result<std::unique_ptr<EventLog>, std::string> open(StoreKind kind,
                                                             const std::string& directory,
                                                             const OnBatch& on_batch);
  ~EventLog();
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;

  /// Writes a batch of JSON lines durably; answers the numbers of its events, nothing where the
  /// disk refused (the file is then as it was).
  std::optional<LogRange> append(std::string_view lines, std::uint64_t count);
  /// Writes durably that from now on just these events are alive.
  bool keep_only(const std::vector<LogRange>& ranges);

 private:
  struct Batch {
    LogRange range;
    std::uint64_t offset;  // of the lines in the file
    std::uint64_t bytes;
  };
  EventLog(int file, std::string directory) : file_(file), directory_(std::move(directory)) {}
  std::optional<std::string> begin(StoreKind kind);
  std::optional<std::string> read_frames(StoreKind kind, std::string_view content);
  std::vector<Batch> alive_batches() const;
  void replay(std::string_view content, const OnBatch& on_batch) const;
  bool write_frame(std::uint32_t type, std::string_view body, std::uint64_t count);

  int file_;
  std::string directory_;
  std::uint64_t size_ = 0;  // of the file, all of it whole frames
  std::uint64_t next_ = 0;  // the number of the next event
  std::vector<Batch> batches_ = {};
  std::vector<LogRange> alive_ = {};
};

}  // namespace trailpond::events
