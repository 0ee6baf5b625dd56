#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "state/clock.hpp"
#include "state/lifecycles.hpp"

/// What is kept: one struct per record kind. A published record never changes; a change is a new
/// one in its place.
namespace trailpond::state {

enum class BillingMode : std::uint8_t { kExtendableRetention, kFixedRetention };

struct EventDataStore {
  std::string arn = {};  // the key
  std::string account = {};
  std::string region = {};
  std::string id = {};
  std::string name = {};
  std::string kind = {};  // the events it holds: cloudtrail, insights, config, evidence, activity
  StoreStatus status = StoreStatus::kCreated;
  std::string selectors = {};  // advanced event selectors, JSON text
  BillingMode billing_mode = BillingMode::kExtendableRetention;
  std::int32_t retention_days = 366;
  bool multi_region = true;
  bool organization = false;
  bool termination_protection = true;
  std::string kms_key_id = {};  // empty: none
  Micros created_at = 0;
  Micros updated_at = 0;
  std::vector<std::pair<std::string, std::string>> tags = {};
  std::vector<std::string> granted_accounts = {};
  /// What happens by time, and when: creation done, ingestion started or stopped, removal.
  Micros due_at = kNever;
  StoreEvent due_event = StoreEvent::kEnable;
};

/// The query's place in the world: ids are unique in an account and Region.
struct QueryKey {
  std::string account = {};
  std::string region = {};
  std::string id = {};
  friend bool operator==(const QueryKey&, const QueryKey&) = default;
};

/// How a query is to end once its time has come.
enum class PlannedEnd : std::uint8_t { kByExecution, kFinish, kFail, kCancel, kTimeOut };

struct Query {
  QueryKey key = {};
  std::string caller_account = {};
  std::vector<std::string> store_arns = {};  // those the statement reads, in order of appearance
  std::string statement = {};                // as run: parameters filled in
  std::string alias = {};
  std::string prompt = {};
  std::string delivery_uri = {};
  std::string delivery_status = {};
  QueryStatus status = QueryStatus::kQueued;
  std::string error_message = {};
  Micros created_at = 0;
  Micros started_at = 0;
  Micros ended_at = 0;

  // The plan. A running query without a worker behind it lives by these alone.
  bool executes = true;          // its rows come from running the statement
  bool scripted = false;         // starts by time, not when a worker takes it
  Micros starts_at = kNever;     // scripted only; kNever: until released
  Micros hold_micros = 0;        // how long it is RUNNING at least; kNever: until released
  Micros held_until = 0;         // started_at + hold_micros
  Micros cancel_takes = 0;       // how long a cancel is under way
  Micros cancelled_at = kNever;  // a cancel is under way until then
  PlannedEnd planned_end = PlannedEnd::kByExecution;
  std::string planned_message = {};
  std::int64_t partial_rows = 0;  // rows that are readable while RUNNING

  // The outcome.
  bool executed = false;  // rows, statistics and columns below are final; the hold may go on
  std::string execution_error = {};
  std::vector<std::string> columns = {};
  std::int64_t rows = 0;
  std::int64_t events_scanned = 0;
  std::int64_t bytes_scanned = 0;
};

/// How long a query may run. Source: AWS user guide, "longer than one hour might time out".
constexpr Micros kQueryTimeOut = 3600 * kMicrosPerSecond;
/// How long a query and its results are kept after it ended. Source: AWS user guide, seven days.
constexpr Micros kResultsKept = 7 * kMicrosPerDay;
/// How long a deleted store can be restored. Source: AWS API reference, DeleteEventDataStore.
constexpr Micros kDeletionWait = 7 * kMicrosPerDay;

/// The doors that change a status: nothing else assigns one, but for records that are made in a
/// state. False, and nothing changed, where the lifecycle has no such step.
bool apply(Query& query, QueryEvent event);
bool apply(EventDataStore& store, StoreEvent event);

/// What happens to a query next by time alone.
enum class DueStep : std::uint8_t { kNone, kStart, kEnd, kCancelDone, kTimeOut, kExpire };
struct Due {
  Micros at = kNever;
  DueStep step = DueStep::kNone;
};
Due next_due(const Query& query);

}  // namespace trailpond::state
