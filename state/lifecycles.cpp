#include "state/lifecycles.hpp"

#include <utility>

namespace trailpond::state {
namespace {

template <class Value>
using Names = std::pair<Value, std::string_view>;

constexpr std::array kQueryStatuses = {QueryStatus::kQueued,    QueryStatus::kRunning,
                                       QueryStatus::kFinished,  QueryStatus::kFailed,
                                       QueryStatus::kCancelled, QueryStatus::kTimedOut};
constexpr std::array kQueryEvents = {QueryEvent::kStart, QueryEvent::kFinish, QueryEvent::kFail,
                                     QueryEvent::kCancel, QueryEvent::kTimeOut};
constexpr std::array kStoreStatuses = {StoreStatus::kCreated,
                                       StoreStatus::kEnabled,
                                       StoreStatus::kStartingIngestion,
                                       StoreStatus::kStoppingIngestion,
                                       StoreStatus::kStoppedIngestion,
                                       StoreStatus::kPendingDeletion,
                                       StoreStatus::kRemoved};
constexpr std::array kStoreEvents = {
    StoreEvent::kEnable,           StoreEvent::kEnableStopped,  StoreEvent::kStopIngestion,
    StoreEvent::kIngestionStopped, StoreEvent::kStartIngestion, StoreEvent::kIngestionStarted,
    StoreEvent::kDelete,           StoreEvent::kRestore,        StoreEvent::kRemove};

template <class Value>
std::optional<Value> find_named(std::span<const Value> values, std::string_view name) {
  for (const Value value : values) {
    if (name_of(value) == name) {
      return value;
    }
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(QueryStatus status) {
  switch (status) {
    case QueryStatus::kQueued:
      return "QUEUED";
    case QueryStatus::kRunning:
      return "RUNNING";
    case QueryStatus::kFinished:
      return "FINISHED";
    case QueryStatus::kFailed:
      return "FAILED";
    case QueryStatus::kCancelled:
      return "CANCELLED";
    case QueryStatus::kTimedOut:
      return "TIMED_OUT";
  }
  return "";
}

std::string_view name_of(StoreStatus status) {
  switch (status) {
    case StoreStatus::kCreated:
      return "CREATED";
    case StoreStatus::kEnabled:
      return "ENABLED";
    case StoreStatus::kStartingIngestion:
      return "STARTING_INGESTION";
    case StoreStatus::kStoppingIngestion:
      return "STOPPING_INGESTION";
    case StoreStatus::kStoppedIngestion:
      return "STOPPED_INGESTION";
    case StoreStatus::kPendingDeletion:
      return "PENDING_DELETION";
    case StoreStatus::kRemoved:
      return "REMOVED";
  }
  return "";
}

std::optional<QueryStatus> find_query_status(std::string_view name) {
  return find_named(all_query_statuses(), name);
}
std::optional<StoreStatus> find_store_status(std::string_view name) {
  return find_named(all_store_statuses(), name);
}

std::span<const QueryStatus> all_query_statuses() { return kQueryStatuses; }
std::span<const QueryEvent> all_query_events() { return kQueryEvents; }
std::span<const StoreStatus> all_store_statuses() { return kStoreStatuses; }
std::span<const StoreEvent> all_store_events() { return kStoreEvents; }

}  // namespace trailpond::state
