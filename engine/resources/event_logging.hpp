#pragma once
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/event_selectors.hpp"
#include "engine/resources/trails.hpp"

/// What trails and event data stores log, and how: event selectors, Insights selectors, event
/// configurations. Sources: AWS API reference, PutEventSelectors, PutInsightSelectors,
/// PutEventConfiguration and what gets them; shared/spec 5.4, 5.6.
namespace trailpond::engine {

/// Data events of a basic event selector.
struct DataResource {
  std::string type = {};
  std::vector<std::string> values = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Type", self.type);
    visit("Values", self.values);
  }
};

/// A basic event selector.
struct EventSelector {
  std::string read_write_type = "All";  // ReadOnly, WriteOnly, All
  std::optional<bool> management_events = {};
  std::vector<DataResource> data_resources = {};
  std::vector<std::string> excluded_sources = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("ReadWriteType", self.read_write_type);
    visit("IncludeManagementEvents", self.management_events);
    visit("DataResources", self.data_resources);
    visit("ExcludeManagementEventSources", self.excluded_sources);
  }
};

struct PutEventSelectorsRequest {
  std::string trail_name = {};
  std::vector<EventSelector> selectors = {};
  std::vector<AdvancedEventSelector> advanced = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("TrailName", self.trail_name);
    visit("EventSelectors", self.selectors);
    visit("AdvancedEventSelectors", self.advanced);
  }
};
struct EventSelectorsAnswer {
  std::string trail_arn = {};
  std::vector<EventSelector> selectors = {};
  std::vector<AdvancedEventSelector> advanced = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("TrailARN", self.trail_arn);
    visit.unless_empty("EventSelectors", self.selectors);
    visit.unless_empty("AdvancedEventSelectors", self.advanced);
  }
};
/// Gives a trail basic or advanced event selectors; either kind takes the place of the other. Fails
/// with what find_trail() does and kInvalidEventSelectors.
Result<EventSelectorsAnswer> put_event_selectors(Context& context,
                                                 const PutEventSelectorsRequest& request);

struct GetEventSelectorsRequest {
  std::string trail_name = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("TrailName", self.trail_name);
  }
};
/// Fails with what find_trail() does and kNoManagementAccountSlrExists.
Result<EventSelectorsAnswer> get_event_selectors(Context& context,
                                                 const GetEventSelectorsRequest& request);

/// What a trail logs: by advanced event selectors where it has any, else by basic ones.
struct TrailSelectors {
  std::vector<EventSelector> basic = {};
  std::vector<AdvancedEventSelector> advanced = {};
};
TrailSelectors selectors_of(const Trail& trail);

/// Tells whether a trail or a store with these selectors logs management events; those that write,
/// if that is asked for.
bool logs_management_events(const Trail& trail, bool writes);
bool logs_management_events(const std::vector<AdvancedEventSelector>& selectors, bool writes);

struct InsightSelector {
  std::string type = {};  // ApiCallRateInsight, ApiErrorRateInsight
  std::vector<std::string> categories = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("InsightType", self.type);
    if (!std::is_const_v<Self> || !self.categories.empty()) {
      visit("EventCategories", self.categories);
    }
  }
};

/// Which trail or store a request names: one of them.
struct LoggerName {
  std::optional<std::string> trail_name = {};
  std::optional<std::string> event_data_store = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("TrailName", self.trail_name);
    visit("EventDataStore", self.event_data_store);
  }
};

struct PutInsightSelectorsRequest {
  LoggerName logger = {};
  std::vector<InsightSelector> selectors = {};
  std::optional<std::string> destination = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    LoggerName::visit_members(self.logger, visit);
    visit("InsightSelectors", self.selectors);
    visit("InsightsDestination", self.destination);
  }
};
struct InsightSelectorsAnswer {
  std::string trail_arn = {};
  std::vector<InsightSelector> selectors = {};
  std::string store_arn = {};
  std::string destination = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit.unless_empty("TrailARN", self.trail_arn);
    visit("InsightSelectors", self.selectors);
    visit.unless_empty("EventDataStoreArn", self.store_arn);
    visit.unless_empty("InsightsDestination", self.destination);
  }
};
/// Switches Insights on, or off by an empty list. Fails with what find_trail() does,
/// kInvalidParameter, kInvalidParameterCombination, kInvalidInsightSelectors,
/// kOperationNotPermitted, and for a trail with those of its bucket.
Result<InsightSelectorsAnswer> put_insight_selectors(Context& context,
                                                     const PutInsightSelectorsRequest& request);

struct GetInsightSelectorsRequest {
  LoggerName logger = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    LoggerName::visit_members(self.logger, visit);
  }
};
/// Fails with what put_insight_selectors() does for the name, and kInsightNotEnabled.
Result<InsightSelectorsAnswer> get_insight_selectors(Context& context,
                                                     const GetInsightSelectorsRequest& request);

struct ContextKeySelector {
  std::string type = {};  // TagContext, RequestContext
  std::vector<std::string> equals = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Type", self.type);
    visit("Equals", self.equals);
  }
};
struct Aggregation {
  std::vector<std::string> templates = {};
  std::string category = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Templates", self.templates);
    visit("EventCategory", self.category);
  }
};

struct PutEventConfigurationRequest {
  LoggerName logger = {};
  std::optional<std::string> max_event_size = {};  // Standard, Large
  std::optional<std::vector<ContextKeySelector>> context_keys = {};
  std::optional<std::vector<Aggregation>> aggregations = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    LoggerName::visit_members(self.logger, visit);
    visit("MaxEventSize", self.max_event_size);
    visit("ContextKeySelectors", self.context_keys);
    visit("AggregationConfigurations", self.aggregations);
  }
};
struct EventConfigurationAnswer {
  std::string trail_arn = {};
  std::string store_arn = {};
  std::string max_event_size = {};
  std::vector<ContextKeySelector> context_keys = {};
  std::vector<Aggregation> aggregations = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit.unless_empty("TrailARN", self.trail_arn);
    visit.unless_empty("EventDataStoreArn", self.store_arn);
    visit.unless_empty("MaxEventSize", self.max_event_size);
    if (!self.store_arn.empty()) {
      visit("ContextKeySelectors", self.context_keys);
    } else {
      visit("AggregationConfigurations", self.aggregations);
    }
  }
};
/// Fails with what find_trail() and find_event_data_store() do, kInvalidParameter,
/// kInvalidParameterCombination, kInvalidEventDataStoreStatus, kInvalidEventDataStoreCategory,
/// kInactiveEventDataStore.
Result<EventConfigurationAnswer> put_event_configuration(
    Context& context, const PutEventConfigurationRequest& request);

/// Tell what PutEventSelectors, PutInsightSelectors and PutEventConfiguration refuse of what a
/// trail or an event data store has, but for the other resources that it names.
std::optional<Error> check_logging(const Trail& trail);
std::optional<Error> check_logging(const state::EventDataStore& store);

struct GetEventConfigurationRequest {
  LoggerName logger = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    LoggerName::visit_members(self.logger, visit);
  }
};
Result<EventConfigurationAnswer> get_event_configuration(
    Context& context, const GetEventConfigurationRequest& request);

}  // namespace trailpond::engine
