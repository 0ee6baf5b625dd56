#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

#include "base/enums.hpp"

/// The lives of a query and of an event data store as tables, each with one door.
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

}  // namespace check

/// Answers the documented word: QUEUED, TIMED_OUT …
std::string_view name_of(QueryStatus status);
/// Answers the documented word: CREATED, STOPPED_INGESTION …; REMOVED is our own.
std::string_view name_of(StoreStatus status);
/// Answers a word of our own, as it is kept: ENABLE, INGESTION_STOPPED …
std::string_view name_of(StoreEvent event);

}  // namespace trailpond::state
