#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "base/enums.hpp"

/// The lives of queries, event data stores, federations, dashboards and imports as tables.
/// Sources: AWS CloudTrail API reference (QueryStatus, EventDataStoreStatus); user guide "Event
/// data store lifecycle"; shared/spec 4 and 5.2.
namespace trailpond::state {

BOOST_DEFINE_FIXED_ENUM_CLASS(QueryStatus, std::uint8_t, kQueued, kRunning, kFinished, kFailed,
                              kCancelled, kTimedOut)
BOOST_DEFINE_FIXED_ENUM_CLASS(QueryEvent, std::uint8_t, kStart, kFinish, kFail, kCancel, kTimeOut)

/// kRemoved is never seen from outside: the record goes in the same step.
BOOST_DEFINE_FIXED_ENUM_CLASS(StoreStatus, std::uint8_t, kCreated, kEnabled, kStartingIngestion,
                              kStoppingIngestion, kStoppedIngestion, kPendingDeletion, kRemoved)
/// kEnable: creation is done; kEnableStopped: that of a store made with StartIngestion = false.
BOOST_DEFINE_FIXED_ENUM_CLASS(StoreEvent, std::uint8_t, kEnable, kEnableStopped, kStopIngestion,
                              kIngestionStopped, kStartIngestion, kIngestionStarted, kDelete,
                              kRestore, kRemove)

/// kDisabled is never seen from outside: the record goes in the same step. kDone: what is under way
/// is done.
BOOST_DEFINE_FIXED_ENUM_CLASS(FederationStatus, std::uint8_t, kEnabling, kEnabled, kDisabling,
                              kDisabled)
BOOST_DEFINE_FIXED_ENUM_CLASS(FederationEvent, std::uint8_t, kDone, kDisable)

/// kDeleted is never seen from outside.
BOOST_DEFINE_FIXED_ENUM_CLASS(DashboardStatus, std::uint8_t, kCreating, kCreated, kUpdating,
                              kUpdated, kDeleting, kDeleted)
BOOST_DEFINE_FIXED_ENUM_CLASS(DashboardEvent, std::uint8_t, kDone, kUpdate, kDelete)

BOOST_DEFINE_FIXED_ENUM_CLASS(ImportStatus, std::uint8_t, kInitializing, kInProgress, kFailed,
                              kStopped, kCompleted)
BOOST_DEFINE_FIXED_ENUM_CLASS(ImportEvent, std::uint8_t, kStart, kComplete, kFail, kStop, kResume)

template <class State, class Event>
struct Step {
  State from;
  Event event;
  State to;
};
template <class State, class Event>  // clang 14 (the fuzz targets') deduces no aggregates by itself
Step(State, Event, State)->Step<State, Event>;

inline constexpr std::array kQuerySteps = {
    Step{QueryStatus::kQueued, QueryEvent::kStart, QueryStatus::kRunning},
    Step{QueryStatus::kQueued, QueryEvent::kFail, QueryStatus::kFailed},
    Step{QueryStatus::kQueued, QueryEvent::kCancel, QueryStatus::kCancelled},
    Step{QueryStatus::kRunning, QueryEvent::kFinish, QueryStatus::kFinished},
    Step{QueryStatus::kRunning, QueryEvent::kFail, QueryStatus::kFailed},
    Step{QueryStatus::kRunning, QueryEvent::kCancel, QueryStatus::kCancelled},
    Step{QueryStatus::kRunning, QueryEvent::kTimeOut, QueryStatus::kTimedOut},
};

inline constexpr std::array kStoreSteps = {
    Step{StoreStatus::kCreated, StoreEvent::kEnable, StoreStatus::kEnabled},
    Step{StoreStatus::kCreated, StoreEvent::kEnableStopped, StoreStatus::kStoppedIngestion},
    Step{StoreStatus::kEnabled, StoreEvent::kStopIngestion, StoreStatus::kStoppingIngestion},
    Step{StoreStatus::kEnabled, StoreEvent::kDelete, StoreStatus::kPendingDeletion},
    Step{StoreStatus::kStoppingIngestion, StoreEvent::kIngestionStopped,
         StoreStatus::kStoppedIngestion},
    Step{StoreStatus::kStoppedIngestion, StoreEvent::kStartIngestion,
         StoreStatus::kStartingIngestion},
    Step{StoreStatus::kStoppedIngestion, StoreEvent::kDelete, StoreStatus::kPendingDeletion},
    Step{StoreStatus::kStartingIngestion, StoreEvent::kIngestionStarted, StoreStatus::kEnabled},
    Step{StoreStatus::kPendingDeletion, StoreEvent::kRestore, StoreStatus::kEnabled},
    Step{StoreStatus::kPendingDeletion, StoreEvent::kRemove, StoreStatus::kRemoved},
};

inline constexpr std::array kFederationSteps = {
    Step{FederationStatus::kEnabling, FederationEvent::kDone, FederationStatus::kEnabled},
    Step{FederationStatus::kEnabled, FederationEvent::kDisable, FederationStatus::kDisabling},
    Step{FederationStatus::kDisabling, FederationEvent::kDone, FederationStatus::kDisabled},
};

inline constexpr std::array kDashboardSteps = {
    Step{DashboardStatus::kCreating, DashboardEvent::kDone, DashboardStatus::kCreated},
    Step{DashboardStatus::kCreated, DashboardEvent::kUpdate, DashboardStatus::kUpdating},
    Step{DashboardStatus::kCreated, DashboardEvent::kDelete, DashboardStatus::kDeleting},
    Step{DashboardStatus::kUpdating, DashboardEvent::kDone, DashboardStatus::kUpdated},
    Step{DashboardStatus::kUpdated, DashboardEvent::kUpdate, DashboardStatus::kUpdating},
    Step{DashboardStatus::kUpdated, DashboardEvent::kDelete, DashboardStatus::kDeleting},
    Step{DashboardStatus::kDeleting, DashboardEvent::kDone, DashboardStatus::kDeleted},
};

inline constexpr std::array kImportSteps = {
    Step{ImportStatus::kInitializing, ImportEvent::kStart, ImportStatus::kInProgress},
    Step{ImportStatus::kInitializing, ImportEvent::kStop, ImportStatus::kStopped},
    Step{ImportStatus::kInProgress, ImportEvent::kComplete, ImportStatus::kCompleted},
    Step{ImportStatus::kInProgress, ImportEvent::kFail, ImportStatus::kFailed},
    Step{ImportStatus::kInProgress, ImportEvent::kStop, ImportStatus::kStopped},
    Step{ImportStatus::kFailed, ImportEvent::kResume, ImportStatus::kInitializing},
    Step{ImportStatus::kStopped, ImportEvent::kResume, ImportStatus::kInitializing},
};

/// Answers the state that `event` leads to, or nothing where the table has no such row.
template <class State, class Event, std::size_t kRows>
constexpr std::optional<State> find_step(const std::array<Step<State, Event>, kRows>& steps,
                                         State from, Event event) {
  for (const auto& step : steps) {
    if (step.from == from && step.event == event) {
      return step.to;
    }
  }
  return std::nullopt;
}

constexpr std::optional<QueryStatus> next_status(QueryStatus from, QueryEvent event) {
  return find_step(kQuerySteps, from, event);
}
constexpr std::optional<StoreStatus> next_status(StoreStatus from, StoreEvent event) {
  return find_step(kStoreSteps, from, event);
}

constexpr std::optional<FederationStatus> next_status(FederationStatus from,
                                                      FederationEvent event) {
  return find_step(kFederationSteps, from, event);
}
constexpr std::optional<DashboardStatus> next_status(DashboardStatus from, DashboardEvent event) {
  return find_step(kDashboardSteps, from, event);
}

constexpr std::optional<ImportStatus> next_status(ImportStatus from, ImportEvent event) {
  return find_step(kImportSteps, from, event);
}

/// Tells whether nothing leads out of a state.
template <class State, class Event, std::size_t kRows>
constexpr bool is_last(const std::array<Step<State, Event>, kRows>& steps, State state) {
  for (const auto& step : steps) {
    if (step.from == state) {
      return false;
    }
  }
  return true;
}
constexpr bool is_terminal(QueryStatus status) { return is_last(kQuerySteps, status); }

namespace check {

template <class State, class Event, std::size_t kRows>
constexpr bool no_pair_twice(const std::array<Step<State, Event>, kRows>& steps) {
  for (std::size_t i = 0; i < kRows; ++i) {
    for (std::size_t j = i + 1; j < kRows; ++j) {
      if (steps[i].from == steps[j].from && steps[i].event == steps[j].event) {
        return false;
      }
    }
  }
  return true;
}

/// Tells whether every state of the enumeration can be reached from `first`.
template <class State, class Event, std::size_t kRows>
constexpr bool all_reachable(const std::array<Step<State, Event>, kRows>& steps, State first) {
  std::array<bool, kValuesOf<State>.size()> reached = {};
  reached[static_cast<std::size_t>(first)] = true;
  for (std::size_t round = 0; round < kRows; ++round) {
    for (const auto& step : steps) {
      if (reached[static_cast<std::size_t>(step.from)]) {
        reached[static_cast<std::size_t>(step.to)] = true;
      }
    }
  }
  return std::all_of(reached.begin(), reached.end(), [](bool is) { return is; });
}

/// Tells whether the terminal states of a table are just those that `ends` lists.
template <class State, class Event, std::size_t kRows>
constexpr bool ends_in(const std::array<Step<State, Event>, kRows>& steps,
                       std::initializer_list<State> ends) {
  for (const State state : kValuesOf<State>) {
    if (is_last(steps, state) != (std::find(ends.begin(), ends.end(), state) != ends.end())) {
      return false;
    }
  }
  return true;
}

static_assert(no_pair_twice(kQuerySteps));
static_assert(no_pair_twice(kStoreSteps));
static_assert(all_reachable(kQuerySteps, QueryStatus::kQueued));
static_assert(all_reachable(kStoreSteps, StoreStatus::kCreated));
static_assert(ends_in(kQuerySteps, {QueryStatus::kFinished, QueryStatus::kFailed,
                                    QueryStatus::kCancelled, QueryStatus::kTimedOut}));
static_assert(ends_in(kStoreSteps, {StoreStatus::kRemoved}));
static_assert(no_pair_twice(kFederationSteps));
static_assert(all_reachable(kFederationSteps, FederationStatus::kEnabling));
static_assert(ends_in(kFederationSteps, {FederationStatus::kDisabled}));
static_assert(no_pair_twice(kImportSteps));
static_assert(all_reachable(kImportSteps, ImportStatus::kInitializing));
static_assert(ends_in(kImportSteps, {ImportStatus::kCompleted}));
static_assert(no_pair_twice(kDashboardSteps));
static_assert(all_reachable(kDashboardSteps, DashboardStatus::kCreating));
static_assert(ends_in(kDashboardSteps, {DashboardStatus::kDeleted}));

}  // namespace check

/// Answers the documented word: QUEUED, TIMED_OUT …
std::string_view name_of(QueryStatus status);
/// Answers the documented word: CREATED, STOPPED_INGESTION …; REMOVED is our own.
std::string_view name_of(StoreStatus status);
/// Answers the documented word: ENABLING, ENABLED …
std::string_view name_of(FederationStatus status);
/// Answers the documented word: CREATING, UPDATED …; DELETED is our own.
std::string_view name_of(DashboardStatus status);
/// Answers the documented word: INITIALIZING, IN_PROGRESS …
std::string_view name_of(ImportStatus status);
/// Answers a word of our own, as it is kept: ENABLE, INGESTION_STOPPED …
std::string_view name_of(StoreEvent event);

}  // namespace trailpond::state
