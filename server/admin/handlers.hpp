#pragma once
#include "server/admin/route.hpp"

/// Handlers that stand in both tables: that of v1 and that of the old paths.
namespace trailpond::admin {

std::optional<Failure> reset(Context& context, http::Response& response);
std::optional<Failure> post_scenario(Context& context, http::Response& response);
std::unique_ptr<http::BodyReader> open_events_reader(const Context& context,
                                                     std::optional<std::uint64_t> body_bytes);
std::unique_ptr<http::BodyReader> open_happenings_reader(const Context& context,
                                                         std::optional<std::uint64_t> body_bytes);
std::optional<Failure> get_event_data_stores(Context& context, http::Response& response);
std::optional<Failure> get_clock(Context& context, http::Response& response);
std::optional<Failure> post_old_clock(Context& context, http::Response& response);
std::optional<Failure> get_queries(Context& context, http::Response& response);
std::optional<Failure> explain_query(Context& context, http::Response& response);
std::optional<Failure> release_query(Context& context, http::Response& response);
std::optional<Failure> get_metrics(Context& context, http::Response& response);
std::optional<Failure> get_operations(Context& context, http::Response& response);

}  // namespace trailpond::admin
