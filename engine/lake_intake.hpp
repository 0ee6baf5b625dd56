#pragma once
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "events/store.hpp"
#include "state/records.hpp"

namespace trailpond::engine {

struct Service;

/// Writes events that come in for stores with a backend as files that its tables read: below the
/// `files` of the backend, TABLE/calendarday=DAY/events-HASH.json.gz. A file is there as a whole
/// before its events are answered. Its name is the hash of what is in it, so that a text that is
/// sent again after a failure, and what a scenario brings at each start, is there once.
/// Safe from any thread.
class LakeIntake {
 public:
  explicit LakeIntake(Service& service) : service_(service) {}

  /// Where a store's events go, if not here; empty: they are kept here.
  events::EventStore::Forward find_forward(const state::EventDataStore& store);

 private:
  std::optional<std::string> write(const state::EventDataStore& store, events::StoreKind kind,
                                   const std::shared_ptr<const events::Snapshot>& events);
  void announce(const state::EventDataStore& store, const std::string& folder);

  Service& service_;
  std::mutex mutex_ = {};
  std::set<std::string> known_ = {};  // ARN and folder: days that Trino has been told of
};

}  // namespace trailpond::engine
