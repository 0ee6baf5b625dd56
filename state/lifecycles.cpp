#include "state/lifecycles.hpp"

namespace trailpond::state {

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

std::string_view name_of(StoreEvent event) {
  switch (event) {
    case StoreEvent::kEnable:
      return "ENABLE";
    case StoreEvent::kEnableStopped:
      return "ENABLE_STOPPED";
    case StoreEvent::kStopIngestion:
      return "STOP_INGESTION";
    case StoreEvent::kIngestionStopped:
      return "INGESTION_STOPPED";
    case StoreEvent::kStartIngestion:
      return "START_INGESTION";
    case StoreEvent::kIngestionStarted:
      return "INGESTION_STARTED";
    case StoreEvent::kDelete:
      return "DELETE";
    case StoreEvent::kRestore:
      return "RESTORE";
    case StoreEvent::kRemove:
      return "REMOVE";
  }
  return "";
}

std::string_view name_of(FederationStatus status) {
  switch (status) {
    case FederationStatus::kEnabling:
      return "ENABLING";
    case FederationStatus::kEnabled:
      return "ENABLED";
    case FederationStatus::kDisabling:
      return "DISABLING";
    case FederationStatus::kDisabled:
      return "DISABLED";
  }
  return "";
}

std::string_view name_of(DashboardStatus status) {
  switch (status) {
    case DashboardStatus::kCreating:
      return "CREATING";
    case DashboardStatus::kCreated:
      return "CREATED";
    case DashboardStatus::kUpdating:
      return "UPDATING";
    case DashboardStatus::kUpdated:
      return "UPDATED";
    case DashboardStatus::kDeleting:
      return "DELETING";
    case DashboardStatus::kDeleted:
      return "DELETED";
  }
  return "";
}

std::string_view name_of(ImportStatus status) {
  switch (status) {
    case ImportStatus::kInitializing:
      return "INITIALIZING";
    case ImportStatus::kInProgress:
      return "IN_PROGRESS";
    case ImportStatus::kFailed:
      return "FAILED";
    case ImportStatus::kStopped:
      return "STOPPED";
    case ImportStatus::kCompleted:
      return "COMPLETED";
  }
  return "";
}

}  // namespace trailpond::state
