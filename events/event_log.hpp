#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "events/log_frames.hpp"
#include "events/schema.hpp"
#include "events/segment.hpp"

namespace trailpond::events {

/// What opening a log found damaged.
struct LogDamages {
  std::vector<LogDamage> places = {};
  /// Where the file as it was is kept; empty where the disk refused to repair the log. Then the
  /// next opening tries again.
  std::string kept_as = {};
};

/// The durable form of a store's events: one file of frames (see log_frames). A frame holds a
/// batch of events as compact JSON lines, or says which earlier events are alive since a reset. A
/// frame is on the disk before append answers; one that a crash cut short is at the end of the file
/// and is dropped when it is opened.
class EventLog {
 public:
  /// Called for every batch that is alive, in its order: its lines and their numbers.
  using OnBatch = std::function<void(std::string_view lines, LogRange range)>;

  /// Opens or creates `<directory>/events.log` and replays it. A log that is damaged before its
  /// last frame is repaired: what can be read goes on in a new file, and the old one is kept as
  /// events.log.damaged-1, -2 and so on. Errors: the directory cannot be used, another process has
  /// the log open, it belongs to another kind, or see read_log().
  static Result<std::unique_ptr<EventLog>, std::string> open(StoreKind kind,
                                                             const std::string& directory,
                                                             const OnBatch& on_batch);
  ~EventLog();
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;

  const LogDamages& damages() const { return damages_; }

  /// Writes a batch of JSON lines durably; answers the numbers of its events, nothing where the
  /// disk refused (the file is then as it was).
  std::optional<LogRange> append(std::string_view lines, std::uint64_t count);
  /// Writes durably that from now on just these events are alive. Answers false where the disk
  /// refused or compact() removed some of them.
  bool keep_only(const std::vector<LogRange>& ranges);
  /// Removes what is not alive from the file, if that is more than half of it and at least 16 MiB.
  /// Whatever happens meanwhile, the file on the disk is the old one or the new one.
  void compact();

 private:
  EventLog(int file, StoreKind kind, std::string directory)
      : file_(file), kind_(kind), directory_(std::move(directory)) {}
  std::string path() const { return directory_ + "/events.log"; }
  std::string new_path() const { return path() + ".new"; }
  std::optional<std::string> begin();
  std::optional<std::string> read(const OnBatch& on_batch);
  bool repair(std::string_view content);
  bool is_wasteful() const;
  bool rewrite(std::string_view content);
  bool copy_alive(const EventLog& from, std::string_view content);
  bool skip_to(std::uint64_t number);
  bool put_frame(FrameType type, std::uint64_t count, std::string_view body,
                 std::uint64_t checksum);
  bool write_frame(FrameType type, std::uint64_t count, std::string_view body,
                   std::uint64_t checksum);

  int file_;
  StoreKind kind_;
  std::string directory_;
  std::uint64_t size_ = 0;  // of the file, all of it whole frames
  std::uint64_t next_ = 0;  // the number of the next event
  std::vector<LogBatch> batches_ = {};
  std::vector<LogRange> alive_ = {};
  LogDamages damages_ = {};
  bool name_is_synced_ = true;
};

}  // namespace trailpond::events
