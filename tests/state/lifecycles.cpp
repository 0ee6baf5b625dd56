#include "state/lifecycles.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>

using namespace trailpond::state;

TEST_CASE("every query status meets every event") {
  // shared/spec section 4: QUEUED, RUNNING, then one of four ends; API reference, CancelQuery: a
  // query in FINISHED, FAILED, TIMED_OUT or CANCELLED cannot be cancelled.
  using S = QueryStatus;
  using E = QueryEvent;
  const std::map<std::pair<S, E>, S> expected = {
      {{S::kQueued, E::kStart}, S::kRunning},     {{S::kQueued, E::kFail}, S::kFailed},
      {{S::kQueued, E::kCancel}, S::kCancelled},  {{S::kRunning, E::kFinish}, S::kFinished},
      {{S::kRunning, E::kFail}, S::kFailed},      {{S::kRunning, E::kCancel}, S::kCancelled},
      {{S::kRunning, E::kTimeOut}, S::kTimedOut},
  };
  for (const S status : trailpond::kValuesOf<QueryStatus>) {
    for (const E event : trailpond::kValuesOf<QueryEvent>) {
      CAPTURE(name_of(status));
      CAPTURE(static_cast<int>(event));
      const auto row = expected.find({status, event});
      const auto next = next_status(status, event);
      CHECK(next.has_value() == (row != expected.end()));
      if (next && row != expected.end()) {
        CHECK(*next == row->second);
      }
    }
    const std::set<S> ends = {S::kFinished, S::kFailed, S::kCancelled, S::kTimedOut};
    CHECK(is_terminal(status) == ends.contains(status));
  }
}

TEST_CASE("every event data store status meets every event") {
  // shared/spec section 5.2.
  using S = StoreStatus;
  using E = StoreEvent;
  const std::map<std::pair<S, E>, S> expected = {
      {{S::kCreated, E::kEnable}, S::kEnabled},
      {{S::kCreated, E::kEnableStopped}, S::kStoppedIngestion},
      {{S::kEnabled, E::kStopIngestion}, S::kStoppingIngestion},
      {{S::kStoppingIngestion, E::kIngestionStopped}, S::kStoppedIngestion},
      {{S::kStoppedIngestion, E::kStartIngestion}, S::kStartingIngestion},
      {{S::kStartingIngestion, E::kIngestionStarted}, S::kEnabled},
      {{S::kEnabled, E::kDelete}, S::kPendingDeletion},
      {{S::kStoppedIngestion, E::kDelete}, S::kPendingDeletion},
      {{S::kPendingDeletion, E::kRestore}, S::kEnabled},
      {{S::kPendingDeletion, E::kRemove}, S::kRemoved},
  };
  for (const S status : trailpond::kValuesOf<StoreStatus>) {
    for (const E event : trailpond::kValuesOf<StoreEvent>) {
      CAPTURE(name_of(status));
      CAPTURE(static_cast<int>(event));
      const auto row = expected.find({status, event});
      const auto next = next_status(status, event);
      CHECK(next.has_value() == (row != expected.end()));
      if (next && row != expected.end()) {
        CHECK(*next == row->second);
      }
    }
  }
}

TEST_CASE("statuses have the words of the API") {
  // API reference: QueryStatus, EventDataStoreStatus.
  const std::vector<std::string_view> queries = {"QUEUED", "RUNNING",   "FINISHED",
                                                 "FAILED", "CANCELLED", "TIMED_OUT"};
  REQUIRE(trailpond::kValuesOf<QueryStatus>.size() == queries.size());
  for (std::size_t i = 0; i < queries.size(); ++i) {
    CHECK(name_of(trailpond::kValuesOf<QueryStatus>[i]) == queries[i]);
    CHECK(trailpond::find_named<QueryStatus>(queries[i]) == trailpond::kValuesOf<QueryStatus>[i]);
  }
  for (const std::string_view name :
       {"CREATED", "ENABLED", "PENDING_DELETION", "STARTING_INGESTION", "STOPPING_INGESTION",
        "STOPPED_INGESTION"}) {
    REQUIRE(trailpond::find_named<StoreStatus>(name));
    CHECK(name_of(*trailpond::find_named<StoreStatus>(name)) == name);
  }
  CHECK_FALSE(trailpond::find_named<QueryStatus>("queued"));
  CHECK_FALSE(trailpond::find_named<StoreStatus>(""));
}
