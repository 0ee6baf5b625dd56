#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

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
  /// Forgets and deletes the events of a store.
  void remove(const state::EventDataStore& store);

 private:
  std::shared_ptr<events::EventStore> open(const state::EventDataStore& store);
  std::string directory_of(const state::EventDataStore& store) const;

  std::optional<std::string> directory_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<events::EventStore>> by_arn_;
};

}  // namespace trailpond::engine
