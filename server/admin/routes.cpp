#include "server/admin/admin.hpp"
#include "server/api/errors.hpp"

namespace trailpond::admin {
namespace {

constexpr Route kRoutes[] = {
    {"POST", "reset", reset, kMaxCommandBytes, true, "Goes back to the seed."},
    {"POST", "scenario", post_scenario, kMaxScenarioBytes, true,
     "Applies a scenario beside what is there; with ?replace=true in its place, as the new seed."},
    {"GET", "event-data-stores", get_event_data_stores, kMaxCommandBytes, true,
     "Lists the event data stores of all accounts."},
    {"POST", "event-data-stores/*/events", nullptr, kMaxEventsBytes, true,
     "Adds events as they come: NDJSON, {\"Records\": []}, a JSON array, also in gzip.",
     open_events_reader},
    {"GET", "clock", get_clock, kMaxCommandBytes, false, "Tells the time."},
    {"POST", "clock", post_clock, kMaxCommandBytes, true,
     "{\"mode\": \"real\"}, {\"frozen_at\": \"2024-05-01T00:00:00Z\"} or {\"advance\": "
     "\"1h30m\"}."},
    {"GET", "queries", get_queries, kMaxCommandBytes, false, "Lists the queries of all accounts."},
    {"GET", "queries/*/explain", explain_query, kMaxCommandBytes, true,
     "Tells how a query is carried out, and where its rows are lost."},
    {"POST", "queries/*/release", release_query, kMaxCommandBytes, false,
     "Lets a query go on that is held in its state."},
    {"GET", "operations", get_operations, kMaxCommandBytes, true,
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
  using engine::ErrorKind;
  api::write_error(response, api::exception_of(error.kind), error.message);
  const bool absent = error.kind == ErrorKind::kEventDataStoreNotFound ||
                      error.kind == ErrorKind::kEventDataStoreArnInvalid ||
                      error.kind == ErrorKind::kQueryIdNotFound;
  const bool inactive =
      error.kind == ErrorKind::kInactiveEventDataStore || error.kind == ErrorKind::kInactiveQuery;
  response.status = error.kind == ErrorKind::kInternal ? 500 : absent ? 404 : inactive ? 409 : 400;
  response.content_type = "application/json";
}

}  // namespace trailpond::admin
