#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "events/store.hpp"
#include "state/records.hpp"

namespace trailpond::engine {

/// The events of the event data stores, each store's opened when it is first asked for. With a
/// directory they are kept in DIR/events/ACCOUNT/REGION/ID. Safe from any thread.
class EventStores {
 public:
  explicit EventStores(std::optional<std::string> directory) : directory_(std::move(directory)) {}

  /// Gives the events of a store. Throws state::StorageError where they cannot be read.
  std::shared_ptr<events::EventStore> get(const state::EventDataStore& store);
  /// Starts the events of a new store, removing what an interrupted start may have left.
  std::shared_ptr<events::EventStore> make(const state::EventDataStore& store);
  /// The same, with events that this process had before: no event is read again where the store is
  /// one that was set aside. Empty where they could not be brought back.
  std::shared_ptr<events::EventStore> make(const state::EventDataStore& store,
                                           std::shared_ptr<const events::Snapshot> snapshot);
  /// Forgets and deletes the events of a store.
  void remove(const state::EventDataStore& store);

  /// For a reset: sets aside all that is open, for make(), and deletes in the end what was not
  /// asked for again.
  void set_all_aside();
  void remove_set_aside(const std::vector<std::shared_ptr<const state::EventDataStore>>& stores);

 private:
  std::shared_ptr<events::EventStore> open(const state::EventDataStore& store);
  std::string directory_of(const state::EventDataStore& store) const;

  std::optional<std::string> directory_;
  std::mutex mutex_;
  using ByArn = std::unordered_map<std::string, std::shared_ptr<events::EventStore>>;
  ByArn by_arn_ = {};
  ByArn set_aside_ = {};
};

}  // namespace trailpond::engine
