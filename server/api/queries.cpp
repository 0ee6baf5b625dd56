#include "server/api/queries.hpp"

#include <algorithm>
#include <limits>

namespace trailpond::api {
namespace {

void write_if_set(http::JsonWriter& json, std::string_view name, const std::string& text) {
  if (!text.empty()) {
    json.member(name, text);
  }
}

void write_if_set(http::JsonWriter& json, std::string_view name,
                  const std::optional<std::string>& text) {
  if (text) {
    json.member(name, *text);
  }
}

/// Gives a number that a member of type Integer can hold.
std::int64_t to_integer(std::int64_t number) {
  return std::min<std::int64_t>(number, std::numeric_limits<std::int32_t>::max());
}

void write_rows(http::JsonWriter& json, const engine::ResultRows& rows) {
  json.key("QueryResultRows");
  json.open_list();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto cells = rows.row(i);
    json.open_list();
    for (std::size_t column = 0; column < cells.size(); ++column) {
      json.open_object();
      json.member(rows.columns()[column], cells[column]);
      json.close_object();
    }
    json.close_list();
  }
  json.close_list();
}

}  // namespace

// StartQuery

Result<engine::StartQueryAnswer> start_query(Context& context,
                                             const engine::StartQueryRequest& request) {
  return context.engine.start_query(context.caller, request);
}

void read(const Members& members, engine::StartQueryRequest& request) {
  request.statement = members.find_text("QueryStatement");
  request.delivery_s3_uri = members.find_text("DeliveryS3Uri");
  request.alias = members.find_text("QueryAlias");
  request.parameters = members.texts("QueryParameters");
  request.owner_account = members.find_text("EventDataStoreOwnerAccountId");
}

void write(http::JsonWriter& json, const engine::StartQueryAnswer& answer) {
  json.member("QueryId", answer.query_id);
  write_if_set(json, "EventDataStoreOwnerAccountId", answer.owner_account);
}

// DescribeQuery

Result<engine::QueryDescription> describe_query(Context& context,
                                                const engine::DescribeQueryRequest& request) {
  return context.engine.describe_query(context.caller, request);
}

void read(const Members& members, engine::DescribeQueryRequest& request) {
  request.event_data_store = members.find_text("EventDataStore");
  request.query_id = members.find_text("QueryId");
  request.alias = members.find_text("QueryAlias");
  request.refresh_id = members.find_text("RefreshId");
  request.owner_account = members.find_text("EventDataStoreOwnerAccountId");
}

void write(http::JsonWriter& json, const engine::QueryDescription& answer) {
  const state::Query& query = *answer.query;
  json.member("QueryId", query.key.id);
  json.member("QueryString", query.statement);
  json.member("QueryStatus", state::name_of(query.status));
  json.key("QueryStatistics");
  json.open_object();
  json.member("EventsMatched", answer.events_matched);
  json.member("EventsScanned", answer.events_scanned);
  json.member("BytesScanned", answer.bytes_scanned);
  json.member("ExecutionTimeInMillis", to_integer(answer.execution_time_ms));
  json.key("CreationTime");
  json.seconds(query.created_at);
  json.close_object();
  write_if_set(json, "ErrorMessage", query.error_message);
  write_if_set(json, "DeliveryS3Uri", query.delivery_uri);
  write_if_set(json, "DeliveryStatus", query.delivery_status);
  write_if_set(json, "Prompt", query.prompt);
  write_if_set(json, "EventDataStoreOwnerAccountId", answer.owner_account);
}

// GetQueryResults

Result<engine::QueryResultsPage> get_query_results(Context& context,
                                                   const engine::GetQueryResultsRequest& request) {
  return context.engine.get_query_results(context.caller, request);
}

void read(const Members& members, engine::GetQueryResultsRequest& request) {
  request.query_id = members.get_text("QueryId");
  request.event_data_store = members.find_text("EventDataStore");
  request.next_token = members.find_text("NextToken");
  request.max_query_results = members.find_integer("MaxQueryResults");
  request.owner_account = members.find_text("EventDataStoreOwnerAccountId");
}

void write(http::JsonWriter& json, const engine::QueryResultsPage& answer) {
  json.member("QueryStatus", state::name_of(answer.query->status));
  json.key("QueryStatistics");
  json.open_object();
  json.member("ResultsCount", static_cast<std::int64_t>(answer.rows.size()));
  json.member("TotalResultsCount", to_integer(answer.total_rows));
  json.member("BytesScanned", answer.bytes_scanned);
  json.close_object();
  write_rows(json, answer.rows);
  write_if_set(json, "NextToken", answer.next_token);
  write_if_set(json, "ErrorMessage", answer.query->error_message);
}

// CancelQuery

Result<engine::CancelQueryAnswer> cancel_query(Context& context,
                                               const engine::CancelQueryRequest& request) {
  return context.engine.cancel_query(context.caller, request);
}

void read(const Members& members, engine::CancelQueryRequest& request) {
  request.query_id = members.get_text("QueryId");
  request.event_data_store = members.find_text("EventDataStore");
  request.owner_account = members.find_text("EventDataStoreOwnerAccountId");
}

void write(http::JsonWriter& json, const engine::CancelQueryAnswer& answer) {
  json.member("QueryId", answer.query_id);
  json.member("QueryStatus", state::name_of(answer.status));
  write_if_set(json, "EventDataStoreOwnerAccountId", answer.owner_account);
}

// ListQueries

Result<engine::QueryList> list_queries(Context& context,
                                       const engine::ListQueriesRequest& request) {
  return context.engine.list_queries(context.caller, request);
}

void read(const Members& members, engine::ListQueriesRequest& request) {
  request.event_data_store = members.get_text("EventDataStore");
  request.next_token = members.find_text("NextToken");
  request.max_results = members.find_integer("MaxResults");
  request.start_time = members.find_instant("StartTime");
  request.end_time = members.find_instant("EndTime");
  request.status = members.find_text("QueryStatus");
}

void write(http::JsonWriter& json, const engine::QueryList& answer) {
  json.key("Queries");
  json.open_list();
  for (const auto& query : answer.queries) {
    json.open_object();
    json.member("QueryId", query->key.id);
    json.member("QueryStatus", state::name_of(query->status));
    json.key("CreationTime");
    json.seconds(query->created_at);
    json.close_object();
  }
  json.close_list();
  write_if_set(json, "NextToken", answer.next_token);
}

}  // namespace trailpond::api
