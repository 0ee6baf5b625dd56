#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/queries/event_search.hpp"

/// The operations that look events up without SQL. Sources: AWS API reference, LookupEvents,
/// ListInsightsData, ListInsightsMetricData; shared/spec 8, 9.
namespace trailpond::engine {

struct LookupAttribute {
  std::string key = {};
  std::string value = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("AttributeKey", self.key);
    visit("AttributeValue", self.value);
  }
};
struct LookupEventsRequest {
  std::vector<LookupAttribute> attributes = {};
  std::optional<std::int64_t> start_time = {};
  std::optional<std::int64_t> end_time = {};
  std::optional<std::string> category = {};
  std::optional<std::int64_t> max_results = {};
  std::optional<std::string> next_token = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("LookupAttributes", self.attributes);
    visit.instant("StartTime", self.start_time);
    visit.instant("EndTime", self.end_time);
    visit("EventCategory", self.category);
    visit("MaxResults", self.max_results);
    visit("NextToken", self.next_token);
  }
};
/// Looks up management events, or Insights events, of the last 90 days. Fails with
/// kInvalidLookupAttributes, kInvalidTimeRange, kInvalidNextToken.
Result<FoundEvents> lookup_events(Context& context, const LookupEventsRequest& request);

struct ListInsightsDataRequest {
  std::string source = {};  // the ARN of a trail
  std::vector<std::pair<std::string, std::string>> dimensions = {};
  std::optional<std::int64_t> start_time = {};
  std::optional<std::int64_t> end_time = {};
  std::optional<std::int64_t> max_results = {};
  std::optional<std::string> next_token = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("InsightSource", self.source);
    visit.map("Dimensions", self.dimensions);
    visit.instant("StartTime", self.start_time);
    visit.instant("EndTime", self.end_time);
    visit("MaxResults", self.max_results);
    visit("NextToken", self.next_token);
  }
};
/// Lists the Insights events of a trail. Fails with kInvalidParameter (also for a token).
Result<FoundEvents> list_insights_data(Context& context, const ListInsightsDataRequest& request);

struct ListInsightsMetricDataRequest {
  std::optional<std::string> trail_name = {};
  std::string event_source = {};
  std::string event_name = {};
  std::string type = {};
  std::optional<std::string> error_code = {};
  std::optional<std::int64_t> start_time = {};
  std::optional<std::int64_t> end_time = {};
  std::optional<std::int64_t> period_seconds = {};
  std::optional<std::string> data_type = {};
  std::optional<std::int64_t> max_results = {};
  std::optional<std::string> next_token = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("TrailName", self.trail_name);
    visit("EventSource", self.event_source);
    visit("EventName", self.event_name);
    visit("InsightType", self.type);
    visit("ErrorCode", self.error_code);
    visit.instant("StartTime", self.start_time);
    visit.instant("EndTime", self.end_time);
    visit("Period", self.period_seconds);
    visit("DataType", self.data_type);
    visit("MaxResults", self.max_results);
    visit("NextToken", self.next_token);
  }
};
struct InsightsMetricData {
  std::string trail_arn = {};
  std::string event_source = {};
  std::string event_name = {};
  std::string type = {};
  std::optional<std::string> error_code = {};
  std::vector<std::pair<state::Micros, std::int64_t>> points = {};  // start of the period, events
  std::optional<std::string> next_token = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit.unless_empty("TrailARN", self.trail_arn);
    visit("EventSource", self.event_source);
    visit("EventName", self.event_name);
    visit("InsightType", self.type);
    visit("ErrorCode", self.error_code);
    auto& json = visit.json();
    json.key("Timestamps");
    json.open_list();
    for (const auto& [time, count] : self.points) {
      json.seconds(time);
    }
    json.close_list();
    json.key("Values");
    json.open_list();
    for (const auto& [time, count] : self.points) {
      json.integer(count);
    }
    json.close_list();
    visit("NextToken", self.next_token);
  }
};
/// Counts the events that Insights would look at, period by period. Fails with kInvalidParameter,
/// kInvalidTrailName.
Result<InsightsMetricData> list_insights_metric_data(Context& context,
                                                     const ListInsightsMetricDataRequest& request);

}  // namespace trailpond::engine
