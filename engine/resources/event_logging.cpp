#include "engine/resources/event_logging.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "base/members.hpp"
#include "engine/resources/event_data_stores.hpp"
#include "engine/resources/resolver.hpp"
#include "engine/rules.hpp"

namespace trailpond::engine {
namespace {

using TrailPointer = std::shared_ptr<const Trail>;
using StorePointer = state::EventDataStores::Pointer;

// ---- event selectors ----------------------------------------------------------------------------

constexpr std::size_t kMaxDataResources = 250;  // AWS user guide, "Quotas in AWS CloudTrail"

Error invalid_selectors(std::string message) {
  return {ErrorKind::kInvalidEventSelectors, std::move(message)};
}

/// A type of data resource: all of them, or one by its ARN. Source: AWS API reference,
/// DataResource.
struct DataResourceType {
  std::string_view name;
  std::string_view arn;       // the start of each ARN, and the value that means all
  std::string_view one_part;  // what the ARN of one has behind that
};
constexpr std::array kDataResourceTypes = {
    DataResourceType{"AWS::S3::Object", "arn:aws:s3", "/"},
    DataResourceType{"AWS::Lambda::Function", "arn:aws:lambda", ":function:"},
    DataResourceType{"AWS::DynamoDB::Table", "arn:aws:dynamodb", ":table/"},
};
constexpr std::array<std::string_view, 2> kExcludableSources = {"kms.amazonaws.com",
                                                                "rdsdata.amazonaws.com"};

bool is_data_resource(const DataResourceType& type, std::string_view value) {
  if (!value.starts_with(type.arn) || value.find('*') != std::string_view::npos) {
    return false;
  }
  const std::string_view rest = value.substr(type.arn.size());
  const bool all = rest.find_first_not_of(':') == std::string_view::npos;
  return all || (rest.starts_with(':') && rest.find(type.one_part) != std::string_view::npos);
}

std::optional<Error> check_data_resource(const DataResource& resource) {
  const auto type =
      std::find_if(kDataResourceTypes.begin(), kDataResourceTypes.end(),
                   [&](const DataResourceType& each) { return each.name == resource.type; });
  if (type == kDataResourceTypes.end()) {
    return invalid_selectors("Value " + resource.type + " for DataResources.Type is invalid.");
  }
  for (const std::string& value : resource.values) {
    if (!is_data_resource(*type, value)) {
      return invalid_selectors("Value " + value + " for DataResources.Values is invalid.");
    }
  }
  return std::nullopt;
}

std::optional<Error> check_basic(const std::vector<EventSelector>& selectors) {
  if (selectors.size() > kMaxEventSelectors) {
    return invalid_selectors("A trail has at most 5 event selectors.");
  }
  std::size_t resources = 0;
  for (const EventSelector& selector : selectors) {
    if (!selector.management_events.value_or(true) && selector.data_resources.empty()) {
      return invalid_selectors(
          "Invalid combination of parameters in EventSelectors. When includeManagementEvents is "
          "false, DataResources must not be empty");
    }
    for (const DataResource& resource : selector.data_resources) {
      if (auto error = check_data_resource(resource)) {
        return error;
      }
      resources += resource.values.size();
    }
    for (const std::string& source : selector.excluded_sources) {
      if (std::find(kExcludableSources.begin(), kExcludableSources.end(), source) ==
          kExcludableSources.end()) {
        return invalid_selectors("Value " + source +
                                 " for ExcludeManagementEventSources is invalid.");
      }
    }
  }
  if (resources > kMaxDataResources) {
    return invalid_selectors("The event selectors of a trail have at most 250 data resources.");
  }
  return std::nullopt;
}

std::optional<Error> check_advanced(const std::vector<AdvancedEventSelector>& selectors) {
  const auto kind = check_selectors(selectors);
  if (!kind) {
    return kind.error();
  }
  if (*kind != events::StoreKind::kCloudTrail) {
    return invalid_selectors("Value " + categories_of(selectors).front() +
                             " for eventCategory is not supported for trails.");
  }
  return std::nullopt;
}

/// Writes out what a selector leaves unsaid.
std::vector<EventSelector> complete(std::vector<EventSelector> selectors) {
  for (EventSelector& selector : selectors) {
    selector.management_events = selector.management_events.value_or(true);
  }
  return selectors;
}

const std::string& default_event_selectors() {
  static const std::string text = print_items(complete({EventSelector()}));
  return text;
}

EventSelectorsAnswer describe_selectors(const Trail& trail) {
  TrailSelectors selectors = selectors_of(trail);
  return {trail.arn, std::move(selectors.basic), std::move(selectors.advanced)};
}

// ---- Insights -----------------------------------------------------------------------------------

Error invalid_insights(std::string message) {
  return {ErrorKind::kInvalidInsightSelectors, std::move(message)};
}

Error invalid_combination(std::string message) {
  return {ErrorKind::kInvalidParameterCombination, std::move(message)};
}

std::optional<Error> check_name_of(const LoggerName& logger) {
  if (logger.trail_name && logger.event_data_store) {
    return invalid_combination("TrailName and EventDataStore cannot both be given.");
  }
  if (!logger.trail_name && !logger.event_data_store) {
    return invalid_parameter("One of TrailName and EventDataStore must be given.");
  }
  return std::nullopt;
}

/// Finds a store where the operation declares no errors of stores but one.
Result<StorePointer> find_store_by_parameter(const Context& context, const std::string& name) {
  if (auto error = check_region(*context.world(), context.caller)) {
    return *error;
  }
  auto store = find_event_data_store(context, name, kOwner);
  if (!store) {
    const auto kind = store.error().kind;
    const bool declared = kind == ErrorKind::kOperationNotPermitted ||
                          kind == ErrorKind::kNoManagementAccountSlrExists;
    return declared ? store.error() : invalid_parameter(store.error().message);
  }
  if (auto error = check_queryable(**store)) {
    return invalid_parameter(error->message);
  }
  return store;
}

std::optional<Error> check_insights(const std::vector<InsightSelector>& selectors, bool of_store) {
  std::set<std::string_view> types;
  for (const InsightSelector& selector : selectors) {
    if (selector.type.empty()) {
      return invalid_insights("Each Insights selector needs an InsightType.");
    }
    if (!types.insert(selector.type).second) {
      return invalid_insights("The InsightType " + selector.type + " appears twice.");
    }
    const auto& categories = selector.categories;
    if (of_store && std::find(categories.begin(), categories.end(), "Data") != categories.end()) {
      return invalid_insights("Insights on data events are not supported for event data stores.");
    }
  }
  return std::nullopt;
}

/// Insights on the rate of calls count calls that write; those on errors count all. Source: AWS
/// user guide, "Working with CloudTrail Insights".
template <class Logger>
std::optional<Error> check_logged(const std::vector<InsightSelector>& selectors,
                                  const Logger& logger, const std::string& arn) {
  for (const InsightSelector& selector : selectors) {
    const bool writes = selector.type == "ApiCallRateInsight";
    const auto& categories = selector.categories;
    const bool data_alone = categories.size() == 1 && categories.front() == "Data";
    if (!data_alone && !logs_management_events(logger, writes)) {
      return invalid_insights(selector.type + " needs " + arn + " to log " +
                              (writes ? "write management events." : "management events."));
    }
  }
  return std::nullopt;
}

Result<InsightSelectorsAnswer> put_on_trail(Context& context,
                                            const PutInsightSelectorsRequest& request) {
  if (request.destination) {
    return invalid_combination("InsightsDestination goes with EventDataStore, not with TrailName.");
  }
  state::Writing writing(context.reading);
  const auto found = find_trail(context, *request.logger.trail_name, TrailUse::kSettings);
  if (!found) {
    return found.error();
  }
  if (auto error = check_insights(request.selectors, false)) {
    return *error;
  }
  Trail trail = **found;
  if (auto error = check_logged(request.selectors, trail, trail.arn)) {
    return *error;
  }
  if (auto error = check_bucket(*context.world(), trail.bucket)) {
    return *error;
  }
  trail.insight_selectors = print_items(request.selectors);
  InsightSelectorsAnswer answer = {trail.arn, request.selectors};
  context.state().get<Trails>().put(writing, std::move(trail));
  writing.commit();
  return answer;
}

Result<StorePointer> find_destination(const Context& context, const std::string& name) {
  auto store = find_store_by_parameter(context, name);
  if (store && (*store)->kind != events::name_of(events::StoreKind::kInsights)) {
    return invalid_parameter(
        "The InsightsDestination must be an event data store of Insights "
        "events, not " +
        (*store)->arn + ".");
  }
  return store;
}

/// What a store asks of Insights that are to be made of its events.
std::optional<Error> check_store_insights(const std::vector<InsightSelector>& insights,
                                          bool has_destination,
                                          const std::vector<AdvancedEventSelector>& selectors,
                                          const std::string& arn) {
  if (!has_destination && !insights.empty()) {
    return invalid_parameter("InsightsDestination must be given with EventDataStore.");
  }
  return check_logged(insights, selectors, arn);
}

Result<InsightSelectorsAnswer> put_on_store(Context& context,
                                            const PutInsightSelectorsRequest& request) {
  state::Writing writing(context.reading);
  const auto found = find_store_by_parameter(context, *request.logger.event_data_store);
  if (!found) {
    return found.error();
  }
  state::EventDataStore store = **found;
  if (store.organization) {
    if (auto error = check_organization(context, OrganizationUse::kSettings)) {
      return *error;
    }
  }
  if (auto error = check_insights(request.selectors, true)) {
    return *error;
  }
  const auto selectors = parse_items<AdvancedEventSelector>(store.selectors);
  if (auto error = check_store_insights(request.selectors, request.destination.has_value(),
                                        selectors, store.arn)) {
    return *error;
  }
  store.insights_destination.clear();
  if (request.destination && !request.selectors.empty()) {
    const auto destination = find_destination(context, *request.destination);
    if (!destination) {
      return destination.error();
    }
    store.insights_destination = (*destination)->arn;
  }
  store.insight_selectors = print_items(request.selectors);
  InsightSelectorsAnswer answer = {{}, request.selectors, store.arn, store.insights_destination};
  context.state().event_data_stores().put(writing, std::move(store));
  writing.commit();
  return answer;
}

/// What both kinds of loggers ask of the selectors that a client says.
std::optional<Error> check_selectors_of(const std::vector<EventSelector>& basic,
                                        const std::vector<AdvancedEventSelector>& advanced) {
  if (basic.empty() == advanced.empty()) {
    return invalid_selectors(
        "Exactly one of EventSelectors and AdvancedEventSelectors must be given.");
  }
  return basic.empty() ? check_advanced(advanced) : check_basic(basic);
}

// ---- event configurations -----------------------------------------------------------------------

constexpr const char* kLarge = "Large";
constexpr const char* kStandard = "Standard";

EventConfigurationAnswer describe_configuration(const Trail& trail) {
  EventConfigurationAnswer answer = {trail.arn};
  answer.aggregations = parse_items<Aggregation>(trail.aggregations);
  return answer;
}

EventConfigurationAnswer describe_configuration(const state::EventDataStore& store) {
  return {{},
          store.arn,
          store.large_events ? kLarge : kStandard,
          parse_items<ContextKeySelector>(store.context_keys),
          {}};
}

std::optional<Error> check_category(const state::EventDataStore& store) {
  if (store.kind != events::name_of(events::StoreKind::kCloudTrail)) {
    return Error{ErrorKind::kInvalidEventDataStoreCategory,
                 "Event configurations are supported only for event data stores of CloudTrail "
                 "events, not for " +
                     store.arn + "."};
  }
  return std::nullopt;
}

/// Finds a store whose events can be configured: of CloudTrail events, enabled or stopped.
Result<StorePointer> find_configurable(const Context& context, const std::string& name,
                                       bool changes) {
  if (auto error = check_region(*context.world(), context.caller)) {
    return *error;
  }
  auto store = find_event_data_store(context, name, kOwner);
  if (!store) {
    return store;
  }
  if (auto error = check_category(**store)) {
    return *error;
  }
  if (changes) {
    if (auto error = check_queryable(**store);
        error && (*store)->status == state::StoreStatus::kPendingDeletion) {
      return *error;
    }
  }
  const auto status = (*store)->status;
  if (status != state::StoreStatus::kEnabled && status != state::StoreStatus::kStoppedIngestion) {
    return Error{ErrorKind::kInvalidEventDataStoreStatus,
                 "The event data store is in status " + std::string(state::name_of(status)) +
                     ", which does not allow an event configuration."};
  }
  return store;
}

Result<EventConfigurationAnswer> configure_trail(Context& context,
                                                 const PutEventConfigurationRequest& request) {
  if (request.max_event_size || request.context_keys) {
    return invalid_combination(
        "MaxEventSize and ContextKeySelectors go with EventDataStore, not with TrailName.");
  }
  if (!request.aggregations) {
    return invalid_parameter("AggregationConfigurations must be given with TrailName.");
  }
  state::Writing writing(context.reading);
  const auto found = find_trail(context, *request.logger.trail_name, TrailUse::kChange);
  if (!found) {
    return found.error();
  }
  Trail trail = **found;
  trail.aggregations = print_items(*request.aggregations);
  const auto put = context.state().get<Trails>().put(writing, std::move(trail));
  writing.commit();
  return describe_configuration(*put);
}

std::optional<Error> check_context_keys(const std::vector<ContextKeySelector>& selectors,
                                        bool large_events) {
  std::set<std::string_view> types;
  for (const ContextKeySelector& selector : selectors) {
    if (!types.insert(selector.type).second) {
      return invalid_parameter("The Type " + selector.type +
                               " appears twice in ContextKeySelectors.");
    }
  }
  if (!selectors.empty() && !large_events) {
    return invalid_combination("ContextKeySelectors needs the MaxEventSize Large.");
  }
  return std::nullopt;
}

Result<EventConfigurationAnswer> configure_store(Context& context,
                                                 const PutEventConfigurationRequest& request) {
  if (request.aggregations) {
    return invalid_combination(
        "AggregationConfigurations goes with TrailName, not with EventDataStore.");
  }
  if (!request.max_event_size && !request.context_keys) {
    return invalid_parameter("MaxEventSize or ContextKeySelectors must be given.");
  }
  state::Writing writing(context.reading);
  const auto found = find_configurable(context, *request.logger.event_data_store, true);
  if (!found) {
    return found.error();
  }
  state::EventDataStore store = **found;
  if (request.max_event_size) {
    store.large_events = *request.max_event_size == kLarge;
  }
  const auto keys = request.context_keys ? *request.context_keys
                                         : parse_items<ContextKeySelector>(store.context_keys);
  if (auto error = check_context_keys(keys, store.large_events)) {
    return *error;
  }
  store.context_keys = print_items(keys);
  const auto put = context.state().event_data_stores().put(writing, std::move(store));
  writing.commit();
  return describe_configuration(*put);
}

}  // namespace

TrailSelectors selectors_of(const Trail& trail) {
  TrailSelectors selectors;
  selectors.advanced = parse_items<AdvancedEventSelector>(trail.advanced_event_selectors);
  if (selectors.advanced.empty()) {
    selectors.basic = complete(parse_items<EventSelector>(
        trail.event_selectors.empty() ? default_event_selectors() : trail.event_selectors));
  }
  return selectors;
}

std::optional<Error> check_logging(const Trail& trail) {
  const auto basic = parse_items<EventSelector>(trail.event_selectors);
  const auto advanced = parse_items<AdvancedEventSelector>(trail.advanced_event_selectors);
  if (!basic.empty() || !advanced.empty()) {
    if (auto error = check_selectors_of(basic, advanced)) {
      return error;
    }
  }
  const auto insights = parse_items<InsightSelector>(trail.insight_selectors);
  if (auto error = check_insights(insights, false)) {
    return error;
  }
  return check_logged(insights, trail, trail.arn);
}

std::optional<Error> check_logging(const state::EventDataStore& store) {
  auto selectors = parse_items<AdvancedEventSelector>(store.selectors);
  if (selectors.empty()) {
    selectors =
        selectors_of_kind(events::find_kind(store.kind).value_or(events::StoreKind::kCloudTrail));
  }
  const auto insights = parse_items<InsightSelector>(store.insight_selectors);
  const auto keys = parse_items<ContextKeySelector>(store.context_keys);
  if (auto error = check_insights(insights, true)) {
    return error;
  }
  if (auto error = check_store_insights(insights, !store.insights_destination.empty(), selectors,
                                        store.arn)) {
    return error;
  }
  if (keys.empty() && !store.large_events) {
    return std::nullopt;
  }
  const auto error = check_category(store);
  return error ? error : check_context_keys(keys, store.large_events);
}

bool logs_management_events(const std::vector<AdvancedEventSelector>& selectors, bool writes) {
  return std::any_of(selectors.begin(), selectors.end(), [&](const AdvancedEventSelector& each) {
    bool management = false;
    bool reads_alone = false;
    for (const FieldSelector& field : each.field_selectors) {
      const auto& equals = field.equals;
      management |= field.field == "eventCategory" && equals.front() == "Management";
      reads_alone |= field.field == "readOnly" && equals.size() == 1 && equals.front() == "true";
    }
    return management && !(writes && reads_alone);
  });
}

bool logs_management_events(const Trail& trail, bool writes) {
  const auto [basic, advanced] = selectors_of(trail);
  return logs_management_events(advanced, writes) ||
         std::any_of(basic.begin(), basic.end(), [&](const EventSelector& each) {
           return *each.management_events && !(writes && each.read_write_type == "ReadOnly");
         });
}

Result<EventSelectorsAnswer> put_event_selectors(Context& context,
                                                 const PutEventSelectorsRequest& request) {
  state::Writing writing(context.reading);
  const auto found = find_trail(context, request.trail_name, TrailUse::kChange);
  if (!found) {
    return found.error();
  }
  if (auto error = check_selectors_of(request.selectors, request.advanced)) {
    return *error;
  }
  Trail trail = **found;
  trail.event_selectors = print_items(complete(request.selectors));
  if (trail.event_selectors == default_event_selectors()) {
    trail.event_selectors.clear();
  }
  trail.advanced_event_selectors = print_items(request.advanced);
  const auto put = context.state().get<Trails>().put(writing, std::move(trail));
  writing.commit();
  return describe_selectors(*put);
}

Result<EventSelectorsAnswer> get_event_selectors(Context& context,
                                                 const GetEventSelectorsRequest& request) {
  const auto trail = find_trail(context, request.trail_name, TrailUse::kRead);
  if (!trail) {
    return trail.error();
  }
  if ((*trail)->organization) {
    if (auto error = check_service_linked_role(*context.world())) {
      return *error;
    }
  }
  return describe_selectors(**trail);
}

Result<InsightSelectorsAnswer> put_insight_selectors(Context& context,
                                                     const PutInsightSelectorsRequest& request) {
  if (auto error = check_name_of(request.logger)) {
    return *error;
  }
  return request.logger.trail_name ? put_on_trail(context, request)
                                   : put_on_store(context, request);
}

Result<InsightSelectorsAnswer> get_insight_selectors(Context& context,
                                                     const GetInsightSelectorsRequest& request) {
  if (auto error = check_name_of(request.logger)) {
    return *error;
  }
  InsightSelectorsAnswer answer;
  std::string kept;
  if (request.logger.trail_name) {
    const auto trail = find_trail(context, *request.logger.trail_name, TrailUse::kRead);
    if (!trail) {
      return trail.error();
    }
    answer.trail_arn = (*trail)->arn;
    kept = (*trail)->insight_selectors;
  } else {
    const auto store = find_store_by_parameter(context, *request.logger.event_data_store);
    if (!store) {
      return store.error();
    }
    answer.store_arn = (*store)->arn;
    answer.destination = (*store)->insights_destination;
    kept = (*store)->insight_selectors;
  }
  if (kept.empty()) {
    return Error{ErrorKind::kInsightNotEnabled,
                 (request.logger.trail_name ? "Trail " + answer.trail_arn
                                            : "Event data store " + answer.store_arn) +
                     " does not have Insights enabled. Edit the " +
                     (request.logger.trail_name ? "trail" : "event data store") +
                     " settings to enable Insights, and then try the operation again."};
  }
  answer.selectors = parse_items<InsightSelector>(kept);
  return answer;
}

Result<EventConfigurationAnswer> put_event_configuration(
    Context& context, const PutEventConfigurationRequest& request) {
  if (auto error = check_name_of(request.logger)) {
    return *error;
  }
  return request.logger.trail_name ? configure_trail(context, request)
                                   : configure_store(context, request);
}

Result<EventConfigurationAnswer> get_event_configuration(
    Context& context, const GetEventConfigurationRequest& request) {
  if (auto error = check_name_of(request.logger)) {
    return *error;
  }
  if (request.logger.trail_name) {
    const auto trail = find_trail(context, *request.logger.trail_name, TrailUse::kRead);
    if (!trail) {
      return trail.error();
    }
    return describe_configuration(**trail);
  }
  const auto store = find_configurable(context, *request.logger.event_data_store, false);
  if (!store) {
    return store.error();
  }
  return describe_configuration(**store);
}

}  // namespace trailpond::engine
