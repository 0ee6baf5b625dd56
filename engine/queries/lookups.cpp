#include "engine/queries/lookups.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <unordered_set>

#include "engine/resources/trails.hpp"
#include "engine/rules.hpp"

namespace trailpond::engine {
namespace {

constexpr std::size_t kMaxEvents = 50;       // AWS API reference, LookupEvents
constexpr std::int64_t kMaxPoints = 21'600;  // AWS API reference, ListInsightsMetricData

Error invalid_attributes(std::string message) {
  return {ErrorKind::kInvalidLookupAttributes, std::move(message)};
}

std::optional<Error> check_attributes(const LookupEventsRequest& request, bool insights) {
  if (request.attributes.size() > 1) {
    return invalid_attributes("Only one lookup attribute can be given.");
  }
  for (const auto& [key, value] : request.attributes) {
    const bool of_insights = key == "EventId" || key == "EventName" || key == "EventSource";
    if (insights && !of_insights) {
      return invalid_attributes("Insights events cannot be looked up by " + key + ".");
    }
    if (key == "ReadOnly" && value != "true" && value != "false") {
      return invalid_attributes("The value of ReadOnly must be true or false.");
    }
  }
  return std::nullopt;
}

struct TimeRange {
  state::Micros from = 0;
  state::Micros until = 0;
};

/// The time that a request means, within what is kept.
TimeRange time_of(const Context& context, const std::optional<std::int64_t>& start,
                  const std::optional<std::int64_t>& end, state::Micros kept = kHistory) {
  const state::Micros now = context.service.clock.now();
  return {std::max(start.value_or(now - kept), now - kept), std::min(end.value_or(now), now)};
}

using Attributes = std::vector<std::pair<std::string, std::string>>;

/// What LookupEvents and ListInsightsData look for.
template <class Request>
EventSearch make_search(const Context& context, std::string_view operation, bool insights,
                        Attributes attributes, const Request& request) {
  const TimeRange time = time_of(context, request.start_time, request.end_time);
  EventSearch search;
  search.insights = insights;
  search.from = time.from;
  search.until = time.until;
  search.attributes = std::move(attributes);
  search.next_token = request.next_token;
  search.limit = static_cast<std::size_t>(request.max_results.value_or(kMaxEvents));
  search.scope = std::string(operation) + " " + context.caller.account + " " +
                 context.caller.region + (insights ? " insights " : " events ");
  for (const auto& at : {request.start_time, request.end_time}) {
    search.scope += (at ? std::to_string(*at) : "-") + " ";
  }
  for (const auto& [key, value] : search.attributes) {
    search.scope += key + "=" + value;
  }
  return search;
}

}  // namespace

Result<FoundEvents> lookup_events(Context& context, const LookupEventsRequest& request) {
  if (request.start_time && request.end_time && *request.start_time > *request.end_time) {
    return Error{ErrorKind::kInvalidTimeRange, "StartTime must not be later than EndTime."};
  }
  const bool insights = request.category.has_value();  // "insight" is the only value
  if (auto error = check_attributes(request, insights)) {
    return *error;
  }
  Attributes attributes;
  for (const auto& [key, value] : request.attributes) {
    attributes.emplace_back(key, value);
  }
  return search_events(context,
                       make_search(context, "lookup", insights, std::move(attributes), request));
}

Result<FoundEvents> list_insights_data(Context& context, const ListInsightsDataRequest& request) {
  const auto trail = find_trail(context, request.source, TrailUse::kRead);
  if (!trail) {
    return invalid_parameter(trail.error().message);
  }
  if (request.dimensions.size() > 1) {
    return invalid_parameter("Only one dimension can be given.");
  }
  if (request.start_time && request.end_time && *request.start_time > *request.end_time) {
    return invalid_parameter("StartTime must not be later than EndTime.");
  }
  auto found =
      search_events(context, make_search(context, "insights", true, request.dimensions, request));
  if (!found) {
    return invalid_parameter(found.error().message);
  }
  return found;
}

namespace {

/// How long points of a period are kept. Source: AWS API reference, ListInsightsMetricData, Period.
struct Period {
  std::int64_t seconds;
  std::int64_t kept_days;
};
constexpr std::array kPeriods = {Period{60, 15}, Period{300, 63}, Period{3600, 90}};

Result<Period> period_of(const ListInsightsMetricDataRequest& request) {
  constexpr std::int64_t kDefaultSeconds = 3600;
  const std::int64_t seconds = request.period_seconds.value_or(kDefaultSeconds);
  for (const Period& period : kPeriods) {
    if (period.seconds == seconds) {
      return period;
    }
  }
  return invalid_parameter("Period must be 60, 300 or 3600 seconds, not " +
                           std::to_string(seconds) + ".");
}

std::optional<Error> check_metric(const ListInsightsMetricDataRequest& request) {
  const bool errors = request.type == "ApiErrorRateInsight";
  if (errors && !request.error_code) {
    return invalid_parameter("ErrorCode must be given for ApiErrorRateInsight.");
  }
  if (!errors && request.error_code) {
    return invalid_parameter("ErrorCode goes with ApiErrorRateInsight alone.");
  }
  if (request.start_time && request.end_time && *request.start_time >= *request.end_time) {
    return invalid_parameter("StartTime must be earlier than EndTime.");
  }
  return std::nullopt;
}

std::string print_periods(const ListInsightsMetricDataRequest& request, const std::string& region,
                          std::int64_t seconds) {
  std::string sql =
      "SELECT CAST(floor(to_unixtime(eventTime) / " + std::to_string(seconds) +
      ") AS bigint), eventID FROM events WHERE eventSource = " + quote_text(request.event_source) +
      " AND eventName = " + quote_text(request.event_name) +
      " AND awsRegion = " + quote_text(region);
  sql += request.trail_name ? " AND eventCategory = 'Data'" : " AND " + std::string(kIsManagement);
  if (request.error_code) {
    sql += " AND errorCode = " + quote_text(*request.error_code);
  }
  return sql;
}

}  // namespace

Result<InsightsMetricData> list_insights_metric_data(Context& context,
                                                     const ListInsightsMetricDataRequest& request) {
  const auto period = period_of(request);
  if (!period) {
    return period.error();
  }
  if (auto error = check_metric(request)) {
    return *error;
  }
  InsightsMetricData answer = {
      {}, request.event_source, request.event_name, request.type, request.error_code, {}, {}};
  if (request.trail_name) {
    const auto trail = find_trail(context, *request.trail_name, TrailUse::kRead);
    if (!trail) {
      const bool declared = trail.error().kind == ErrorKind::kInvalidTrailName;
      return declared ? trail.error() : invalid_parameter(trail.error().message);
    }
    answer.trail_arn = (*trail)->arn;
  }
  const state::Micros length = period->seconds * state::kMicrosPerSecond;
  const TimeRange time = time_of(context, request.start_time, request.end_time,
                                 period->kept_days * state::kMicrosPerDay);
  std::map<std::int64_t, std::int64_t> counts;  // number of the period -> events
  std::unordered_set<std::string> seen;         // several stores may hold an event
  ask_events(context, events::StoreKind::kCloudTrail,
             print_periods(request, context.caller.region, period->seconds),
             [&](std::span<const std::string_view> cells) {
               counts[std::stoll(std::string(cells[0]))] += seen.emplace(cells[1]).second ? 1 : 0;
               return true;
             });
  const std::string scope = "metric " + context.caller.account + " " + context.caller.region + " " +
                            request.event_source + " " + request.event_name + " " + request.type;
  std::int64_t number = (time.from + length - 1) / length;  // the first that begins in the time
  if (request.next_token) {
    const auto place = context.service.tokens.open(scope, *request.next_token);
    const auto next = place ? parse_place_number(*place) : std::nullopt;
    if (!next) {
      return invalid_parameter("The NextToken is not valid.");
    }
    number = *next;
  }
  const bool fill = request.data_type == "FillWithZeros";
  const auto most = static_cast<std::size_t>(request.max_results.value_or(kMaxPoints));
  for (; number * length < time.until; ++number) {
    const auto found = fill ? counts.find(number) : counts.lower_bound(number);
    if (!fill) {
      if (found == counts.end() || found->first * length >= time.until) {
        break;
      }
      number = found->first;
    }
    if (answer.points.size() == most) {
      answer.next_token = context.service.tokens.make(scope, std::to_string(number));
      break;
    }
    answer.points.emplace_back(number * length, found == counts.end() ? 0 : found->second);
  }
  return answer;
}

}  // namespace trailpond::engine
