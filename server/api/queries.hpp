#pragma once
#include "engine/error.hpp"
#include "engine/queries.hpp"
#include "server/api/context.hpp"
#include "server/api/members.hpp"
#include "server/http/json_writer.hpp"

/// The operations on queries. Source: AWS API reference; COMPATIBILITY.md for what it leaves open.
namespace trailpond::api {

Result<engine::StartQueryAnswer> start_query(Context& context,
                                             const engine::StartQueryRequest& request);
Result<engine::QueryDescription> describe_query(Context& context,
                                                const engine::DescribeQueryRequest& request);
Result<engine::QueryResultsPage> get_query_results(Context& context,
                                                   const engine::GetQueryResultsRequest& request);
Result<engine::CancelQueryAnswer> cancel_query(Context& context,
                                               const engine::CancelQueryRequest& request);
Result<engine::QueryList> list_queries(Context& context, const engine::ListQueriesRequest& request);

void read(const Members& members, engine::StartQueryRequest& request);
void read(const Members& members, engine::DescribeQueryRequest& request);
void read(const Members& members, engine::GetQueryResultsRequest& request);
void read(const Members& members, engine::CancelQueryRequest& request);
void read(const Members& members, engine::ListQueriesRequest& request);

void write(http::JsonWriter& json, const engine::StartQueryAnswer& answer);
void write(http::JsonWriter& json, const engine::QueryDescription& answer);
void write(http::JsonWriter& json, const engine::QueryResultsPage& answer);
void write(http::JsonWriter& json, const engine::CancelQueryAnswer& answer);
void write(http::JsonWriter& json, const engine::QueryList& answer);

}  // namespace trailpond::api
