#include "server/api/operations.hpp"

#include <algorithm>
#include <boost/json/object.hpp>

#include "base/members.hpp"
#include "engine/queries/lookups.hpp"
#include "engine/queries/queries.hpp"
#include "engine/queries/sample_queries.hpp"
#include "engine/resources/channels.hpp"
#include "engine/resources/dashboards.hpp"
#include "engine/resources/delegated_administrators.hpp"
#include "engine/resources/event_data_stores.hpp"
#include "engine/resources/event_logging.hpp"
#include "engine/resources/federation.hpp"
#include "engine/resources/imports.hpp"
#include "engine/resources/policies.hpp"
#include "engine/resources/public_keys.hpp"
#include "engine/resources/tags.hpp"
#include "engine/resources/trails.hpp"
#include "server/api/service_operations.hpp"

namespace trailpond::api {
namespace {

template <class Answer, class Request>
std::optional<engine::Error> call(engine::Result<Answer> (*operation)(engine::Context&,
                                                                      const Request&),
                                  const Call& call, const boost::json::object& members,
                                  JsonWriter& json) {
  Request request;
  Request::visit_members(request, MemberReader(members));
  const engine::Result<Answer> answer =
      call.engine.call(call.caller, operation, request, call.wait);
  if (!answer) {
    return answer.error();
  }
  if constexpr (!std::is_void_v<Answer>) {
    Answer::visit_members(*answer, MemberWriter(json));
  }
  return std::nullopt;
}

/// Makes the table's handler of an operation: its request is read, its answer written.
template <auto kOperation>
std::optional<engine::Error> handle(const Call& request, const boost::json::object& members,
                                    JsonWriter& answer) {
  return call(kOperation, request, members, answer);
}

constexpr Operation kOperations[] = {
    {declared::kAddTags, &handle<engine::add_tags>, Thread::kPool},
    {declared::kCancelQuery, &handle<engine::cancel_query>, Thread::kPool},
    {declared::kCreateChannel, &handle<engine::create_channel>, Thread::kPool},
    {declared::kCreateDashboard, &handle<engine::create_dashboard>, Thread::kPool},
    {declared::kCreateEventDataStore, &handle<engine::create_event_data_store>, Thread::kPool},
    {declared::kCreateTrail, &handle<engine::create_trail>, Thread::kPool},
    {declared::kDeleteChannel, &handle<engine::delete_channel>, Thread::kPool},
    {declared::kDeleteDashboard, &handle<engine::delete_dashboard>, Thread::kPool},
    {declared::kDeleteEventDataStore, &handle<engine::delete_event_data_store>, Thread::kPool},
    {declared::kDeleteResourcePolicy, &handle<engine::delete_resource_policy>, Thread::kPool},
    {declared::kDeleteTrail, &handle<engine::delete_trail>, Thread::kPool},
    {declared::kDeregisterOrganizationDelegatedAdmin,
     &handle<engine::deregister_organization_delegated_admin>, Thread::kPool},
    {declared::kDescribeQuery, &handle<engine::describe_query>},
    {declared::kDescribeTrails, &handle<engine::describe_trails>},
    {declared::kDisableFederation, &handle<engine::disable_federation>, Thread::kPool},
    {declared::kEnableFederation, &handle<engine::enable_federation>, Thread::kPool},
    {declared::kGenerateQuery, &handle<engine::generate_query>, Thread::kPool},
    {declared::kGetChannel, &handle<engine::get_channel>},
    {declared::kGetDashboard, &handle<engine::get_dashboard>},
    {declared::kGetEventConfiguration, &handle<engine::get_event_configuration>},
    {declared::kGetEventDataStore, &handle<engine::get_event_data_store>},
    {declared::kGetEventSelectors, &handle<engine::get_event_selectors>},
    {declared::kGetImport, &handle<engine::get_import>},
    {declared::kGetInsightSelectors, &handle<engine::get_insight_selectors>},
    {declared::kGetQueryResults, &handle<engine::get_query_results>, Thread::kIoIfBrief},
    {declared::kGetResourcePolicy, &handle<engine::get_resource_policy>},
    {declared::kGetTrail, &handle<engine::get_trail>},
    {declared::kGetTrailStatus, &handle<engine::get_trail_status>},
    {declared::kListChannels, &handle<engine::list_channels>},
    {declared::kListDashboards, &handle<engine::list_dashboards>},
    {declared::kListEventDataStores, &handle<engine::list_event_data_stores>},
    {declared::kListImportFailures, &handle<engine::list_import_failures>},
    {declared::kListImports, &handle<engine::list_imports>},
    {declared::kListInsightsData, &handle<engine::list_insights_data>, Thread::kPool},
    {declared::kListInsightsMetricData, &handle<engine::list_insights_metric_data>, Thread::kPool},
    {declared::kListPublicKeys, &handle<engine::list_public_keys>, Thread::kPool},
    {declared::kListQueries, &handle<engine::list_queries>},
    {declared::kListTags, &handle<engine::list_tags>},
    {declared::kListTrails, &handle<engine::list_trails>},
    {declared::kLookupEvents, &handle<engine::lookup_events>, Thread::kPool},
    {declared::kPutEventConfiguration, &handle<engine::put_event_configuration>, Thread::kPool},
    {declared::kPutEventSelectors, &handle<engine::put_event_selectors>, Thread::kPool},
    {declared::kPutInsightSelectors, &handle<engine::put_insight_selectors>, Thread::kPool},
    {declared::kPutResourcePolicy, &handle<engine::put_resource_policy>, Thread::kPool},
    {declared::kRegisterOrganizationDelegatedAdmin,
     &handle<engine::register_organization_delegated_admin>, Thread::kPool},
    {declared::kRemoveTags, &handle<engine::remove_tags>, Thread::kPool},
    {declared::kRestoreEventDataStore, &handle<engine::restore_event_data_store>, Thread::kPool},
    {declared::kSearchSampleQueries, &handle<engine::search_sample_queries>, Thread::kPool},
    {declared::kStartDashboardRefresh, &handle<engine::start_dashboard_refresh>, Thread::kPool},
    {declared::kStartEventDataStoreIngestion, &handle<engine::start_event_data_store_ingestion>,
     Thread::kPool},
    {declared::kStartImport, &handle<engine::start_import>, Thread::kPool},
    {declared::kStartLogging, &handle<engine::start_logging>, Thread::kPool},
    {declared::kStartQuery, &handle<engine::start_query>, Thread::kIoIfBrief},
    {declared::kStopEventDataStoreIngestion, &handle<engine::stop_event_data_store_ingestion>,
     Thread::kPool},
    {declared::kStopImport, &handle<engine::stop_import>, Thread::kPool},
    {declared::kStopLogging, &handle<engine::stop_logging>, Thread::kPool},
    {declared::kUpdateChannel, &handle<engine::update_channel>, Thread::kPool},
    {declared::kUpdateDashboard, &handle<engine::update_dashboard>, Thread::kPool},
    {declared::kUpdateEventDataStore, &handle<engine::update_event_data_store>, Thread::kPool},
    {declared::kUpdateTrail, &handle<engine::update_trail>, Thread::kPool},
};

static_assert(std::size(kOperations) == 60);
static_assert(std::all_of(std::begin(kOperations), std::end(kOperations),
                          [](const Operation& operation) { return operation.handler != nullptr; }));
static_assert(std::is_sorted(std::begin(kOperations), std::end(kOperations),
                             [](const Operation& a, const Operation& b) {
                               return a.name < b.name;
                             }));

constexpr std::string_view kShortPrefix = "CloudTrail_20131101.";
constexpr std::string_view kLongPrefix = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.";

}  // namespace

std::span<const Operation> all_operations() { return kOperations; }

const Operation* find_operation(std::string_view name) {
  const auto* found = std::lower_bound(
      std::begin(kOperations), std::end(kOperations), name,
      [](const Operation& operation, std::string_view wanted) { return operation.name < wanted; });
  return found != std::end(kOperations) && found->name == name ? found : nullptr;
}

const Operation* find_target(std::string_view target) {
  for (const std::string_view prefix : {kLongPrefix, kShortPrefix}) {
    if (target.starts_with(prefix)) {
      return find_operation(target.substr(prefix.size()));
    }
  }
  return nullptr;
}

}  // namespace trailpond::api
