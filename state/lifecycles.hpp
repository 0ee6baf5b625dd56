#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// The lives of a query and of an event data store as tables, each with one door.
/// Sources: AWS CloudTrail API reference (QueryStatus, EventDataStoreStatus); user guide "Event
/// data store lifecycle"; shared/spec 4 and 5.2.
namespace trailpond::state {

enum class QueryStatus : std::uint8_t {
  kQueued,
  kRunning,
  kFinished,
  kFailed,
  kCancelled,
  kTimedOut
};
enum class QueryEvent : std::uint8_t { kStart, kFinish, kFail, kCancel, kTimeOut };

enum class StoreStatus : std::uint8_t {
  kCreated,
  kEnabled,
  kStartingIngestion,
  kStoppingIngestion,
  kStoppedIngestion,
  kPendingDeletion,
  kRemoved,  // never seen from outside: the record goes in the same step
};
enum class StoreEvent : std::uint8_t {
  kEnable,         // creation done
  kEnableStopped,  // creation done, of a store made with StartIngestion = false
  kStopIngestion,
  kIngestionStopped,
  kStartIngestion,
  kIngestionStarted,
  kDelete,
  kRestore,
  kRemove,
};

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

/// Tells whether every state up to `last` can be reached from `first`.
template <class State, class Event, std::size_t kRows>
constexpr bool all_reachable(const std::array<Step<State, Event>, kRows>& steps, State first,
                             State last) {
  std::array<bool, 32> reached = {};
  reached[static_cast<std::size_t>(first)] = true;
  for (std::size_t round = 0; round < kRows; ++round) {
    for (const auto& step : steps) {
      if (reached[static_cast<std::size_t>(step.from)]) {
        reached[static_cast<std::size_t>(step.to)] = true;
      }
    }
  }
  for (std::size_t i = 0; i <= static_cast<std::size_t>(last); ++i) {
    if (!reached[i]) {
      return false;
    }
  }
  return true;
}

static_assert(no_pair_twice(kQuerySteps));
static_assert(no_pair_twice(kStoreSteps));
static_assert(all_reachable(kQuerySteps, QueryStatus::kQueued, QueryStatus::kTimedOut));
static_assert(all_reachable(kStoreSteps, StoreStatus::kCreated, StoreStatus::kRemoved));
static_assert(is_terminal(QueryStatus::kFinished) && is_terminal(QueryStatus::kFailed) &&
              is_terminal(QueryStatus::kCancelled) && is_terminal(QueryStatus::kTimedOut));
static_assert(!is_terminal(QueryStatus::kQueued) && !is_terminal(QueryStatus::kRunning));
static_assert(is_last(kStoreSteps, StoreStatus::kRemoved));

}  // namespace check

/// Answers the documented word: QUEUED, TIMED_OUT …
std::string_view name_of(QueryStatus status);
std::optional<QueryStatus> find_query_status(std::string_view name);

/// Answers the documented word: CREATED, STOPPED_INGESTION …; REMOVED is our own.
std::string_view name_of(StoreStatus status);
std::optional<StoreStatus> find_store_status(std::string_view name);

/// Lists every value, for tests and for messages that say what was expected.
std::span<const QueryStatus> all_query_statuses();
std::span<const QueryEvent> all_query_events();
std::span<const StoreStatus> all_store_statuses();
std::span<const StoreEvent> all_store_events();

}  // namespace trailpond::state
