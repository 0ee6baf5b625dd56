#include "server/admin/admin.hpp"
#include "server/api/errors.hpp"

namespace trailpond::admin {
namespace {

using http::Pool;

constexpr Route kRoutes[] = {
    {"POST", "reset", reset, kMaxCommandBytes, Pool::kLong, "Goes back to the seed."},
    {"POST", "scenario", post_scenario, kMaxScenarioBytes, Pool::kLong,
     "Adds a scenario to what is there; with ?replace=true it replaces everything and is the new "
     "seed."},
    {"GET", "event-data-stores", get_event_data_stores, kMaxCommandBytes, Pool::kLong,
     "Lists the event data stores of all accounts."},
    {"POST", "event-data-stores/*/events", nullptr, kMaxEventsBytes, Pool::kLong,
     "Adds events as they come: NDJSON, {\"Records\": []}, a JSON array, also in gzip.",
     open_events_reader},
    {"POST", "events", nullptr, kMaxEventsBytes, Pool::kLong,
     "Lets events happen in an account (?account=, ?region=): its event history, the event data "
     "stores whose selectors select them and the trails take them. Forms as above.",
     open_happenings_reader},
    {"GET", "clock", get_clock, kMaxCommandBytes, Pool::kNone, "Tells the time."},
    {"POST", "clock", post_clock, kMaxCommandBytes, Pool::kShort,
     "{\"mode\": \"real\"}, {\"frozen_at\": \"2024-05-01T00:00:00Z\"} or {\"advance\": "
     "\"1h30m\"}."},
    {"GET", "queries", get_queries, kMaxCommandBytes, Pool::kNone,
     "Lists the queries of all accounts."},
    {"GET", "queries/*/explain", explain_query, kMaxCommandBytes, Pool::kLong,
     "Shows how a query is executed, and which conditions lose its rows."},
    {"POST", "queries/*/release", release_query, kMaxCommandBytes, Pool::kShort,
     "Lets a held query continue."},
    {"GET", "delivery", get_delivery, kMaxCommandBytes, Pool::kNone,
     "Tells what is S3: the folder that stands for it, or the endpoint."},
    {"GET", "operations", get_operations, kMaxCommandBytes, Pool::kShort,
     "The table of operations with their shapes."},
};

std::string_view next_part(std::string_view& path) {
  const auto slash = path.find('/');
  const std::string_view part = path.substr(0, slash);
  path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  return part;
}

/// Answers whether a path is of a form, and what stands for its star.
bool fits(std::string_view form, std::string_view path, std::string& parameter) {
  if (path.ends_with('/')) {
    return false;
  }
  while (!form.empty() && !path.empty()) {
    const std::string_view wanted = next_part(form);
    const std::string_view given = next_part(path);
    if (wanted == "*" && !given.empty()) {
      parameter = http::decode_percent(given, false);
    } else if (wanted != given) {
      return false;
    }
  }
  return form.empty() && path.empty();
}

}  // namespace

Match find_route(std::string_view method, std::string_view path) {
  Match match;
  path.remove_prefix(std::min(path.size(), kPrefix.size()));
  for (const Route& route : kRoutes) {
    if (!fits(route.path, path, match.parameter)) {
      continue;
    }
    if (route.method == method) {
      match.route = &route;
      return match;
    }
    match.allowed_methods +=
        (match.allowed_methods.empty() ? "" : ", ") + std::string(route.method);
  }
  return match;
}

void write_error(http::Response& response, const engine::Error& error) {
  api::write_error(response, error.kind, error.message);
  response.status = engine::row_of(error.kind).status;
  response.content_type = "application/json";
}

}  // namespace trailpond::admin
