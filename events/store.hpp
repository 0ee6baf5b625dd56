#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "events/event_log.hpp"
#include "events/loader.hpp"
#include "events/packer.hpp"
#include "events/schema.hpp"
#include "events/snapshot.hpp"

namespace trailpond::events {

/// The events of one event data store. Appending takes turns; readers take a snapshot and are
/// never held up nor disturbed.
class EventStore {
 public:
  /// Keeps events in memory only; one that `is_brief` packs nothing.
  explicit EventStore(StoreKind kind, bool is_brief = false);
  /// Takes what came in for a store that is elsewhere; answers why it cannot.
  using Forward = std::function<std::optional<std::string>(std::shared_ptr<const Snapshot>)>;
  /// Keeps nothing: each text's events are handed on before they are answered.
  EventStore(StoreKind kind, Forward forward);
  /// Keeps events durably in a directory of their own: what append has answered survives the end
  /// of the process at any moment. Errors: as EventLog::open.
  static Result<std::shared_ptr<EventStore>, std::string> open(StoreKind kind,
                                                               std::string directory);

  StoreKind kind() const { return kind_; }
  /// What was damaged when the events were opened.
  const LogDamages& damages() const { return damages_; }
  /// The events as they are now. Never waits for an append, only for the exchange of a pointer.
  std::shared_ptr<const Snapshot> snapshot() const {
    const std::lock_guard exchange(exchange_);
    return snapshot_;
  }

  /// Adds the events of a text in any accepted form: NDJSON, {"Records": […]}, a JSON array, a
  /// single object; each of them also in gzip. `source` names it in the report, `part` says which
  /// part of a text it is. Good events are kept whatever else is in the text.
  LoadReport append(std::string_view text, std::string_view source, const Part& part = {});
  /// Adds the events of a file.
  LoadReport append_file(const std::string& path);
  /// Goes back to an earlier state of this store, in two steps: keep_only() makes it durable, and
  /// show() lets readers see it. Nothing may be appended in between. keep_only() answers false
  /// where the disk refused, or where compact() came since and the state has more events than were
  /// left then; nothing has changed in either case.
  bool keep_only(const std::shared_ptr<const Snapshot>& earlier);
  void show(std::shared_ptr<const Snapshot> earlier) { publish(std::move(earlier)); }
  /// Removes from the disk what keep_only() left out, where that is worth the writing. Readers go
  /// on, appending waits.
  void compact();
  /// Adds the events of another store of the same kind.
  void copy(const Snapshot& other);
  /// Waits until all that is to be packed is packed, which happens in the background.
  void finish_packing() { packer_.finish(); }

 private:
  LoadReport append_plain(std::string_view text, std::string_view source, const Part& part);
  LoadReport hand_on(std::string_view text, std::string_view source, const Part& part) const;
  void keep(SegmentBuilder& builder, std::string_view lines, Snapshot::Segments& added,
            LoadReport& report, std::string_view source);
  void publish(std::shared_ptr<const Snapshot> snapshot);
  void publish(Snapshot::Segments segments);

  StoreKind kind_;
  bool is_brief_;
  Forward forward_ = {};  // empty: events are kept here
  std::shared_ptr<DictionarySet> dictionaries_;
  std::unique_ptr<EventLog> log_ = {};  // null: in memory
  LogDamages damages_ = {};
  std::mutex writer_ = {};
  // Not std::atomic<shared_ptr>: that of GCC 12 unlocks its load relaxed, which is a data race.
  mutable std::mutex exchange_ = {};
  std::shared_ptr<const Snapshot> snapshot_ = {};
  Packer packer_ = {};
};

/// Expands a pattern with * ? [] and ** (any number of folders), a folder (the event files below
/// it, digests left out) or a file; sorted. A name that does not exist gives nothing.
std::vector<std::string> expand_glob(const std::string& pattern);

}  // namespace trailpond::events
