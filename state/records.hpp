#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "state/clock.hpp"
#include "state/lifecycles.hpp"
#include "state/place.hpp"

/// The records that have a lifecycle of their own; repository.hpp says what a record is.
namespace trailpond::state {

BOOST_DEFINE_FIXED_ENUM_CLASS(BillingMode, std::uint8_t, kExtendableRetention, kFixedRetention)
/// Answers the documented word of a billing mode, e.g. EXTENDABLE_RETENTION_PRICING.
std::string_view name_of(BillingMode mode);

struct EventDataStore {
  static constexpr const char* kTable = "event_data_stores";
  static constexpr std::string_view kArnWord = "eventdatastore";
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
  std::string kms_key_id = {};            // empty: none
  std::string insight_selectors = {};     // JSON text; empty: none
  std::string insights_destination = {};  // ARN of the store that Insights events go to
  bool large_events = false;              // MaxEventSize
  std::string context_keys = {};          // ContextKeySelectors, JSON text; empty: none
  bool takes_calls = true;                // calls of this server that its selectors select
  Micros created_at = 0;
  Micros updated_at = 0;
  std::vector<std::string> granted_accounts = {};
  std::string directory = {};  // of its events, where they are kept on the disk; empty: its id
  std::string backend = {};    // where its events are instead of here, JSON text; empty: here
  /// What happens by time, and when: creation done, ingestion started or stopped, removal.
  Micros due_at = kNever;
  StoreEvent due_event = StoreEvent::kEnable;

  const std::string& record_key() const { return arn; }
  std::string_view owner() const { return account; }
  std::string_view region_name() const { return region; }
  Place place() const { return {created_at, id}; }
  Micros due() const { return due_at; }
  template <class Self, class Visit>
  static void visit_columns(Self& self, Visit&& visit) {
    visit("arn", self.arn);
    visit("account", self.account);
    visit("region", self.region);
    visit("id", self.id);
    visit("name", self.name);
    visit("kind", self.kind);
    visit("status", self.status);
    visit("selectors", self.selectors);
    visit("billing_mode", self.billing_mode);
    visit("retention_days", self.retention_days);
    visit("multi_region", self.multi_region);
    visit("organization", self.organization);
    visit("termination_protection", self.termination_protection);
    visit("kms_key_id", self.kms_key_id);
    visit("insight_selectors", self.insight_selectors);
    visit("insights_destination", self.insights_destination);
    visit("large_events", self.large_events);
    visit("context_keys", self.context_keys);
    visit("takes_calls", self.takes_calls);
    visit("created_at", self.created_at);
    visit("updated_at", self.updated_at);
    visit("granted_accounts", self.granted_accounts);
    visit("directory", self.directory);
    visit("backend", self.backend);
    visit("due_at", self.due_at);
    visit("due_event", self.due_event);
  }
};

/// The query's place in the world: ids are unique in an account and Region.
struct QueryKey {
  std::string account = {};
  std::string region = {};
  std::string id = {};
  friend bool operator==(const QueryKey&, const QueryKey&) = default;
};

/// Prints the key under which the records of a query stand: account/region/id.
std::string print_key(const QueryKey& key);

/// How a query is to end once its time has come.
BOOST_DEFINE_FIXED_ENUM_CLASS(PlannedEnd, std::uint8_t, kByExecution, kFinish, kFail, kCancel,
                              kTimeOut)
/// Answers a word of our own, as it is kept: BY_EXECUTION, FINISH …
std::string_view name_of(PlannedEnd end);

/// What a query may cost, by a script; -1: no limit. One that costs more fails.
struct QueryBudget {
  std::int64_t bytes_scanned = -1;
  std::int64_t events_scanned = -1;
  std::int64_t rows = -1;
  friend bool operator==(const QueryBudget&, const QueryBudget&) = default;
};

/// Statistics that a script gives a query in place of the real ones; -1: those.
struct SaidStatistics {
  std::int64_t events_matched = -1;
  std::int64_t events_scanned = -1;
  std::int64_t bytes_scanned = -1;
  std::int64_t execution_ms = -1;
  friend bool operator==(const SaidStatistics&, const SaidStatistics&) = default;
};

struct Query;
/// What happens to a query next by time alone.
enum class DueStep : std::uint8_t { kNone, kStart, kEnd, kCancelDone, kTimeOut, kExpire };
struct Due {
  Micros at = kNever;
  DueStep step = DueStep::kNone;
};
Due next_due(const Query& query);

struct Query {
  static constexpr const char* kTable = "queries";
  QueryKey key = {};
  std::string caller_account = {};
  std::vector<std::string> store_arns = {};  // those the statement reads, in order of appearance
  std::string statement = {};                // as run: parameters filled in
  std::string alias = {};
  std::string refresh_id = {};  // of a dashboard; empty: none
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
  std::int64_t queued_polls = 0;  // looks at it until it starts; 0: they do not count
  std::int64_t running_polls = 0;
  std::string cancel_error = {};      // the error that CancelQuery gets; empty: none
  std::string script = {};            // the name of the script that it got; empty: none
  std::string planned_delivery = {};  // its DeliveryStatus, without a delivery; empty: by that
  QueryBudget budget = {};
  SaidStatistics said = {};

  // The outcome.
  bool executed = false;  // rows, statistics and columns below are final; the hold may go on
  std::string execution_error = {};
  std::vector<std::string> columns = {};
  std::int64_t rows = 0;
  std::int64_t events_scanned = 0;
  std::int64_t bytes_scanned = 0;
  std::int64_t result_bytes = 0;  // of its rows as they are kept
  /// The body of the only page of rows, where that is small and nothing is kept on disk; else the
  /// rows are in ResultPages.
  std::shared_ptr<const std::string> few_rows = {};

  std::string record_key() const { return print_key(key); }
  std::string_view owner() const { return key.account; }
  std::string_view region_name() const { return key.region; }
  Place place() const { return {created_at, key.id}; }
  Micros due() const { return next_due(*this).at; }
  template <class Self, class Visit>
  static void visit_columns(Self& self, Visit&& visit) {
    visit("account", self.key.account);
    visit("region", self.key.region);
    visit("id", self.key.id);
    visit("caller_account", self.caller_account);
    visit("store_arns", self.store_arns);
    visit("statement", self.statement);
    visit("alias", self.alias);
    visit("refresh_id", self.refresh_id);
    visit("prompt", self.prompt);
    visit("delivery_uri", self.delivery_uri);
    visit("delivery_status", self.delivery_status);
    visit("status", self.status);
    visit("error_message", self.error_message);
    visit("created_at", self.created_at);
    visit("started_at", self.started_at);
    visit("ended_at", self.ended_at);
    visit("executes", self.executes);
    visit("scripted", self.scripted);
    visit("starts_at", self.starts_at);
    visit("hold_micros", self.hold_micros);
    visit("held_until", self.held_until);
    visit("cancel_takes", self.cancel_takes);
    visit("cancelled_at", self.cancelled_at);
    visit("planned_end", self.planned_end);
    visit("planned_message", self.planned_message);
    visit("partial_rows", self.partial_rows);
    visit("queued_polls", self.queued_polls);
    visit("running_polls", self.running_polls);
    visit("cancel_error", self.cancel_error);
    visit("script", self.script);
    visit("planned_delivery", self.planned_delivery);
    visit("budget_bytes", self.budget.bytes_scanned);
    visit("budget_events", self.budget.events_scanned);
    visit("budget_rows", self.budget.rows);
    visit("said_events_matched", self.said.events_matched);
    visit("said_events_scanned", self.said.events_scanned);
    visit("said_bytes_scanned", self.said.bytes_scanned);
    visit("said_execution_ms", self.said.execution_ms);
    visit("executed", self.executed);
    visit("execution_error", self.execution_error);
    visit("columns", self.columns);
    visit("rows", self.rows);
    visit("events_scanned", self.events_scanned);
    visit("bytes_scanned", self.bytes_scanned);
    visit("result_bytes", self.result_bytes);
  }
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

}  // namespace trailpond::state
