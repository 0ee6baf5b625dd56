#include "server/admin/admin.hpp"
#include "server/admin/handlers.hpp"

namespace trailpond::admin {
namespace {

using http::Pool;

/// The paths from before /_trailpond/v1/. They take any parameter and body, answer whole lists, and
/// refuse in the form of AWS's errors. Metrics stand here, too, where Prometheus looks for them.
constexpr Route kRoutes[] = {
    {.method = "POST", .path = "reset", .handler = reset, .pool = Pool::kLong},
    {.method = "POST",
     .path = "scenario",
     .handler = post_scenario,
     .pool = Pool::kLong,
     .max_body_bytes = kMaxScenarioBytes},
    {.path = "event-data-stores", .handler = get_event_data_stores, .pool = Pool::kLong},
    {.method = "POST",
     .path = "event-data-stores/{id}/events",
     .pool = Pool::kLong,
     .max_body_bytes = kMaxEventsBytes,
     .open_reader = open_events_reader},
    {.method = "POST",
     .path = "events",
     .pool = Pool::kLong,
     .max_body_bytes = kMaxEventsBytes,
     .open_reader = open_happenings_reader},
    {.path = "clock", .handler = get_clock},
    {.method = "POST", .path = "clock", .handler = post_old_clock, .pool = Pool::kShort},
    {.path = "queries", .handler = get_queries},
    {.path = "queries/{id}/explain", .handler = explain_query, .pool = Pool::kLong},
    {.method = "POST",
     .path = "queries/{id}/release",
     .handler = release_query,
     .pool = Pool::kShort},
    {.path = "metrics",
     .handler = get_metrics,
     .answer_type = "text/plain; version=0.0.4; charset=utf-8",
     .pool = Pool::kLong},
    {.path = "operations", .handler = get_operations, .pool = Pool::kShort},
};

}  // namespace

std::span<const Route> old_routes() { return kRoutes; }

}  // namespace trailpond::admin
