#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/result_rows.hpp"
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
constexpr std::size_t kMaxQueryParameterLength = 1024;
/// Queries that are kept in an account and Region: ours, so that a server that lives long stays
/// small. The one that ended longest ago goes first; it is then as if it had expired.
constexpr std::size_t kMaxKeptQueries = 10'000;
/// ListQueries looks this far back. Source: AWS API reference, ListQueries.
constexpr state::Micros kQueriesListed = 7 * state::kMicrosPerDay;
/// Length of an ErrorMessage, characters. Source: AWS API reference.
constexpr std::size_t kMaxErrorMessageLength = 1000;
constexpr std::size_t kMinErrorMessageLength = 4;

struct StartQueryRequest {
  std::optional<std::string> statement = {};
  std::optional<std::string> delivery_s3_uri = {};
  std::optional<std::string> alias = {};
  std::vector<std::string> parameters = {};
  std::optional<std::string> owner_account = {};  // EventDataStoreOwnerAccountId
};
struct StartQueryAnswer {
  std::string query_id = {};
  std::optional<std::string> owner_account = {};  // as asked
};

struct DescribeQueryRequest {
  std::optional<std::string> event_data_store = {};  // deprecated member
  std::optional<std::string> query_id = {};
  std::optional<std::string> alias = {};
  std::optional<std::string> refresh_id = {};
  std::optional<std::string> owner_account = {};
};

/// A query as DescribeQuery shows it. The record is shared, not copied: `query->status`,
/// `query->statement`, `query->error_message` (empty: none), `query->delivery_uri` and
/// `query->delivery_status` (empty: none), `query->prompt` (empty: none).
struct QueryDescription {
  std::shared_ptr<const state::Query> query = {};
  std::int64_t events_matched = 0;
  std::int64_t events_scanned = 0;
  std::int64_t bytes_scanned = 0;
  std::int64_t execution_time_ms = 0;
  std::optional<std::string> owner_account = {};
};

struct GetQueryResultsRequest {
  std::string query_id = {};
  std::optional<std::string> event_data_store = {};
  std::optional<std::string> next_token = {};
  std::optional<std::int64_t> max_query_results = {};
  std::optional<std::string> owner_account = {};
};
/// A page of results. ResultsCount is rows.size(); `query` holds status, error message, columns.
struct QueryResultsPage {
  std::shared_ptr<const state::Query> query = {};
  ResultRows rows = {};
  std::int64_t total_rows = 0;
  std::int64_t bytes_scanned = 0;
  std::optional<std::string> next_token = {};
};

struct CancelQueryRequest {
  std::string query_id = {};
  std::optional<std::string> event_data_store = {};
  std::optional<std::string> owner_account = {};
};
struct CancelQueryAnswer {
  std::string query_id = {};
  state::QueryStatus status = state::QueryStatus::kCancelled;  // or kRunning: under way
  std::optional<std::string> owner_account = {};
};

struct ListQueriesRequest {
  std::string event_data_store = {};
  std::optional<std::string> next_token = {};
  std::optional<std::int64_t> max_results = {};
  std::optional<state::Micros> start_time = {};
  std::optional<state::Micros> end_time = {};
  std::optional<std::string> status = {};
};
struct QueryList {
  std::vector<std::shared_ptr<const state::Query>> queries = {};  // newest first
  std::optional<std::string> next_token = {};
};

}  // namespace trailpond::engine
