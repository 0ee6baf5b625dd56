#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "events/store.hpp"
#include "state/records.hpp"
#include "state/writing.hpp"

namespace trailpond::engine {

/// The events of a store that is being made: nobody sees them yet.
struct MadeEvents {
  std::shared_ptr<events::EventStore> events = {};
  std::string directory = {};  // for the record; empty where events are kept in memory
};

/// Says on stderr what was damaged when events were opened.
void report_damages(const events::EventStore& events, const std::string& directory);

/// The events of the event data stores, each store's opened when it is first asked for. With a
/// directory they are kept in DIR/events/ACCOUNT/REGION/NAME, where NAME is new for each store that
/// is made, so that a store that takes the place of another never meets its events. Safe from any
/// thread.
class EventStores {
 public:
  explicit EventStores(std::optional<std::string> directory) : directory_(std::move(directory)) {}

  /// Says where the events of stores go that are not kept here; set before the first is opened.
  using FindForward = std::function<events::EventStore::Forward(const state::EventDataStore&)>;
  void set_forward(FindForward find) { find_forward_ = std::move(find); }

  /// Gives the events of a store. Throws state::StorageError where they cannot be read.
  std::shared_ptr<events::EventStore> get(const state::EventDataStore& store);

  /// Gives the events of a store that its retention lets be seen at a time. Those whose time was
  /// over before the store was made stay: no store of AWS ever held them, so a test put them there.
  /// Throws state::StorageError.
  std::shared_ptr<const events::Snapshot> visible(const state::EventDataStore& store,
                                                  state::Micros now);

  /// Makes a place for the events of a new store. Throws state::StorageError.
  MadeEvents make(const state::EventDataStore& store) const;
  /// Makes the events those of the store with an ARN when the writing is committed.
  void attach(state::Writing& writing, const std::string& arn,
              std::shared_ptr<events::EventStore> events);
  /// Forgets the events of a store when the writing is committed. What they take on the disk goes
  /// with sweep().
  void detach(state::Writing& writing, const std::string& arn);
  void detach_all(state::Writing& writing);
  /// Tells whether events are those of a store at present.
  bool are_of(const std::shared_ptr<events::EventStore>& events, const std::string& arn) const;

  /// Removes the directories of stores that have gone.
  void remove_directories(
      const std::vector<std::shared_ptr<const state::EventDataStore>>& stores) const;
  /// Removes the directories that belong to none of the stores: what an interrupted change left.
  void sweep(const std::vector<std::shared_ptr<const state::EventDataStore>>& stores) const;

 private:
  std::string path_of(const state::EventDataStore& store) const;
  std::shared_ptr<events::EventStore> open(const state::EventDataStore& store,
                                           const std::string& path) const;

  std::optional<std::string> directory_;
  FindForward find_forward_ = {};
  mutable std::mutex mutex_;
  using ByArn = std::unordered_map<std::string, std::shared_ptr<events::EventStore>>;
  ByArn by_arn_ = {};
};

}  // namespace trailpond::engine
