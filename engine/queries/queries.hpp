#pragma once
#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/queries/result_rows.hpp"
#include "engine/service.hpp"
#include "state/records.hpp"

/// Requests and answers of the operations on queries. Sources: AWS API reference; shared/spec 3, 4.
namespace trailpond::engine {

/// Queries that are QUEUED or RUNNING, per account and Region. Source: AWS user guide, quotas;
/// AWS API reference, MaxConcurrentQueriesException.
constexpr std::int64_t kMaxConcurrentQueries = 10;
/// Rows on a page of GetQueryResults. Source: AWS API reference (range); default: our decision.
constexpr std::int64_t kMaxQueryResults = 1000;
constexpr std::int64_t kDefaultQueryResults = 1000;
/// Text on a page of GetQueryResults, bytes: ours, so that an answer is bounded in memory.
constexpr std::size_t kMaxPageTextBytes = std::size_t{8} << 20;
/// How a result is cut up for storage: ours.
constexpr std::int64_t kStoredPageRows = 500;
constexpr std::size_t kStoredPageBytes = std::size_t{256} << 10;
/// Parameters of a query, and the characters of one. Source: AWS API reference, StartQuery.
constexpr std::size_t kMaxQueryParameters = 10;
constexpr std::int64_t kMaxQueryParameterLength = 1024;
/// Queries that are kept in an account and Region: ours, so that a server that lives long stays
/// small. The one that ended longest ago goes first; it is then as if it had expired.
constexpr std::size_t kMaxKeptQueries = 10'000;
/// ListQueries looks this far back. Source: AWS API reference, ListQueries.
constexpr state::Micros kQueriesListed = 7 * state::kMicrosPerDay;
/// Length of an ErrorMessage, characters. Source: AWS API reference.
constexpr std::int64_t kMaxErrorMessageLength = 1000;
constexpr std::int64_t kMinErrorMessageLength = 4;

/// Bytes of all results that are kept, of all accounts: ours. The queries that ended first are
/// forgotten first, as if they had expired.
constexpr std::int64_t kMaxResultBytes = std::int64_t{4} << 30;

/// Gives a number that a member of type Integer can hold.
constexpr std::int64_t to_integer(std::int64_t number) {
  return std::min<std::int64_t>(number, std::numeric_limits<std::int32_t>::max());
}

struct StartQueryRequest {
  std::optional<std::string> statement = {};
  std::optional<std::string> delivery_s3_uri = {};
  std::optional<std::string> alias = {};
  std::vector<std::string> parameters = {};
  std::optional<std::string> owner_account = {};  // EventDataStoreOwnerAccountId
  std::string refresh_id = {};  // no member: the refresh of a dashboard that it is for

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("QueryStatement", self.statement);
    visit("DeliveryS3Uri", self.delivery_s3_uri);
    visit("QueryAlias", self.alias);
    visit("QueryParameters", self.parameters);
    visit("EventDataStoreOwnerAccountId", self.owner_account);
  }
};
struct StartQueryAnswer {
  std::string query_id = {};
  std::optional<std::string> owner_account = {};  // as asked

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("QueryId", self.query_id);
    visit("EventDataStoreOwnerAccountId", self.owner_account);
  }
};
/// Analyses the whole statement, so that every mistake in it is told now, and starts the query.
/// Fails with kUnsupportedOperation, kInvalidParameter, those of check_delivery(),
/// kOperationNotPermitted, those of find_event_data_store(), kInactiveEventDataStore,
/// kInsufficientEncryptionPolicy, kInvalidQueryStatement, kMaxConcurrentQueries.
Result<StartQueryAnswer> start_query(Context& context, const StartQueryRequest& request);
/// Tells what start_query() would refuse, but for the number of queries, and starts nothing.
std::optional<Error> check_query(const Context& context, const StartQueryRequest& request);

struct DescribeQueryRequest {
  std::optional<std::string> event_data_store = {};  // deprecated member
  std::optional<std::string> query_id = {};
  std::optional<std::string> alias = {};
  std::optional<std::string> refresh_id = {};
  std::optional<std::string> owner_account = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("EventDataStore", self.event_data_store);
    visit("QueryId", self.query_id);
    visit("QueryAlias", self.alias);
    visit("RefreshId", self.refresh_id);
    visit("EventDataStoreOwnerAccountId", self.owner_account);
  }
};

/// A query as DescribeQuery shows it. The record is shared, not copied.
struct DescribeQueryAnswer {
  std::shared_ptr<const state::Query> query = {};
  std::int64_t events_matched = 0;
  std::int64_t events_scanned = 0;
  std::int64_t bytes_scanned = 0;
  std::int64_t execution_time_ms = 0;
  std::optional<std::string> owner_account = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("QueryId", self.query->key.id);
    visit("QueryString", self.query->statement);
    visit("QueryStatus", self.query->status);
    visit.group("QueryStatistics", [&](auto& statistics) {
      statistics("EventsMatched", self.events_matched);
      statistics("EventsScanned", self.events_scanned);
      statistics("BytesScanned", self.bytes_scanned);
      statistics("ExecutionTimeInMillis", to_integer(self.execution_time_ms));
      statistics.instant("CreationTime", self.query->created_at);
    });
    visit.unless_empty("ErrorMessage", self.query->error_message);
    visit.unless_empty("DeliveryS3Uri", self.query->delivery_uri);
    visit.unless_empty("DeliveryStatus", self.query->delivery_status);
    visit.unless_empty("Prompt", self.query->prompt);
    visit("EventDataStoreOwnerAccountId", self.owner_account);
  }
};
/// Fails with kUnsupportedOperation, kInvalidParameter, kQueryIdNotFound, and those of the stores
/// that the query reads.
Result<DescribeQueryAnswer> describe_query(Context& context, const DescribeQueryRequest& request);

struct GetQueryResultsRequest {
  std::string query_id = {};
  std::optional<std::string> event_data_store = {};
  std::optional<std::string> next_token = {};
  std::optional<std::int64_t> max_query_results = {};
  std::optional<std::string> owner_account = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("EventDataStore", self.event_data_store);
    visit("QueryId", self.query_id);
    visit("NextToken", self.next_token);
    visit("MaxQueryResults", self.max_query_results);
    visit("EventDataStoreOwnerAccountId", self.owner_account);
  }
};
/// A page of results.
struct GetQueryResultsAnswer {
  std::shared_ptr<const state::Query> query = {};
  ResultRows rows = {};
  std::int64_t total_rows = 0;
  std::int64_t bytes_scanned = 0;
  std::optional<std::string> next_token = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("QueryStatus", self.query->status);
    visit.group("QueryStatistics", [&](auto& statistics) {
      statistics("ResultsCount", self.rows.size());
      statistics("TotalResultsCount", to_integer(self.total_rows));
      statistics("BytesScanned", self.bytes_scanned);
    });
    visit("QueryResultRows", self.rows);
    visit("NextToken", self.next_token);
    visit.unless_empty("ErrorMessage", self.query->error_message);
  }
};
/// Fails with what describe_query() does, and kInsufficientEncryptionPolicy, kInvalidMaxResults,
/// kInvalidNextToken.
Result<GetQueryResultsAnswer> get_query_results(Context& context,
                                                const GetQueryResultsRequest& request);

struct CancelQueryRequest {
  std::string query_id = {};
  std::optional<std::string> event_data_store = {};
  std::optional<std::string> owner_account = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("EventDataStore", self.event_data_store);
    visit("QueryId", self.query_id);
    visit("EventDataStoreOwnerAccountId", self.owner_account);
  }
};
struct CancelQueryAnswer {
  std::string query_id = {};
  state::QueryStatus status = state::QueryStatus::kCancelled;  // or kRunning: under way
  std::optional<std::string> owner_account = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("QueryId", self.query_id);
    visit("QueryStatus", self.status);
    visit("EventDataStoreOwnerAccountId", self.owner_account);
  }
};
/// Fails with what describe_query() does, kInactiveQuery, and kConflict while another cancel is
/// under way.
Result<CancelQueryAnswer> cancel_query(Context& context, const CancelQueryRequest& request);

struct ListQueriesRequest {
  std::string event_data_store = {};
  std::optional<std::string> next_token = {};
  std::optional<std::int64_t> max_results = {};
  std::optional<state::Micros> start_time = {};
  std::optional<state::Micros> end_time = {};
  std::optional<std::string> status = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("EventDataStore", self.event_data_store);
    visit("NextToken", self.next_token);
    visit("MaxResults", self.max_results);
    visit.instant("StartTime", self.start_time);
    visit.instant("EndTime", self.end_time);
    visit("QueryStatus", self.status);
  }
};
struct QuerySummary {
  std::string id = {};
  state::QueryStatus status = state::QueryStatus::kQueued;
  state::Micros created_at = 0;

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("QueryId", self.id);
    visit("QueryStatus", self.status);
    visit.instant("CreationTime", self.created_at);
  }
};
struct ListQueriesAnswer {
  std::vector<QuerySummary> queries = {};  // newest first
  std::optional<std::string> next_token = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Queries", self.queries);
    visit("NextToken", self.next_token);
  }
};
/// Fails with what find_event_data_store() does, kInactiveEventDataStore, kInvalidMaxResults,
/// kInvalidNextToken, kInvalidDateRange, kInvalidQueryStatus.
Result<ListQueriesAnswer> list_queries(Context& context, const ListQueriesRequest& request);

/// Ours: lets a query that is held in its state go on to the next. Fails with kQueryIdNotFound, and
/// kInactiveQuery when it has ended or is not held.
struct ReleaseQueryRequest {
  std::string query_id = {};
};
Result<std::shared_ptr<const state::Query>> release_query(Context& context,
                                                          const ReleaseQueryRequest& request);

}  // namespace trailpond::engine
