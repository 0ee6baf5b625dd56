#include "server/api/operations.hpp"

#include <algorithm>
#include <boost/json/object.hpp>

#include "server/api/event_data_stores.hpp"
#include "server/api/queries.hpp"
#include "server/api/service_shapes.hpp"

namespace trailpond::api {
namespace {

template <class Answer, class Request>
std::optional<engine::Error> call(Result<Answer> (*operation)(Context&, const Request&),
                                  Context& context, const boost::json::object& members,
                                  http::JsonWriter& json) {
  Request request;
  read(Members(members), request);
  const Result<Answer> answer = operation(context, request);
  if (!answer) {
    return answer.error();
  }
  if constexpr (!std::is_void_v<Answer>) {
    write(json, *answer);
  }
  return std::nullopt;
}

/// Makes the table's handler of an operation: its request is read, its answer written.
template <auto kOperation>
std::optional<engine::Error> handle(Context& context, const boost::json::object& request,
                                    http::JsonWriter& answer) {
  return call(kOperation, context, request, answer);
}

constexpr Operation kOperations[] = {
    {"AddTags", &shapes::kAddTagsRequest, &shapes::kAddTagsResponse,
     "ResourceNotFound CloudTrailARNInvalid EventDataStoreARNInvalid ChannelARNInvalid "
     "ResourceTypeNotSupported TagsLimitExceeded InvalidTrailName InvalidTagParameter "
     "InactiveEventDataStore EventDataStoreNotFound ChannelNotFound "
     "UnsupportedOperation OperationNotPermitted NotOrganizationMasterAccount "
     "NoManagementAccountSLRExists Conflict",
     nullptr},
    {"CancelQuery", &shapes::kCancelQueryRequest, &shapes::kCancelQueryResponse,
     "EventDataStoreARNInvalid EventDataStoreNotFound InactiveEventDataStore "
     "InactiveQuery InvalidParameter QueryIdNotFound OperationNotPermitted "
     "UnsupportedOperation NoManagementAccountSLRExists Conflict",
     &handle<cancel_query>},
    {"CreateChannel", &shapes::kCreateChannelRequest, &shapes::kCreateChannelResponse,
     "ChannelMaxLimitExceeded InvalidSource ChannelAlreadyExists "
     "EventDataStoreARNInvalid EventDataStoreNotFound InvalidEventDataStoreCategory "
     "InactiveEventDataStore InvalidParameter InvalidTagParameter TagsLimitExceeded "
     "OperationNotPermitted UnsupportedOperation",
     nullptr},
    {"CreateDashboard", &shapes::kCreateDashboardRequest, &shapes::kCreateDashboardResponse,
     "Conflict InvalidTagParameter EventDataStoreNotFound InactiveEventDataStore "
     "InsufficientEncryptionPolicy InvalidQueryStatement ServiceQuotaExceeded "
     "UnsupportedOperation",
     nullptr},
    {"CreateEventDataStore", &shapes::kCreateEventDataStoreRequest,
     &shapes::kCreateEventDataStoreResponse,
     "EventDataStoreAlreadyExists EventDataStoreMaxLimitExceeded InvalidEventSelectors "
     "InvalidParameter InvalidTagParameter OperationNotPermitted UnsupportedOperation "
     "Conflict InsufficientEncryptionPolicy InvalidKmsKeyId KmsKeyNotFound Kms "
     "CloudTrailAccessNotEnabled InsufficientDependencyServiceAccessPermission "
     "NotOrganizationMasterAccount OrganizationsNotInUse "
     "OrganizationNotInAllFeaturesMode NoManagementAccountSLRExists Throttling",
     &handle<create_event_data_store>},
    {"CreateTrail", &shapes::kCreateTrailRequest, &shapes::kCreateTrailResponse,
     "MaximumNumberOfTrailsExceeded TrailAlreadyExists S3BucketDoesNotExist "
     "InsufficientS3BucketPolicy InsufficientSnsTopicPolicy "
     "InsufficientEncryptionPolicy InvalidS3BucketName InvalidS3Prefix "
     "InvalidSnsTopicName InvalidKmsKeyId InvalidTrailName TrailNotProvided "
     "TagsLimitExceeded InvalidParameterCombination InvalidParameter KmsKeyNotFound "
     "KmsKeyDisabled Kms InvalidCloudWatchLogsLogGroupArn InvalidCloudWatchLogsRoleArn "
     "CloudWatchLogsDeliveryUnavailable InvalidTagParameter UnsupportedOperation "
     "OperationNotPermitted CloudTrailAccessNotEnabled "
     "InsufficientDependencyServiceAccessPermission NotOrganizationMasterAccount "
     "OrganizationsNotInUse OrganizationNotInAllFeaturesMode "
     "NoManagementAccountSLRExists CloudTrailInvalidClientTokenId Conflict Throttling",
     nullptr},
    {"DeleteChannel", &shapes::kDeleteChannelRequest, &shapes::kDeleteChannelResponse,
     "ChannelARNInvalid ChannelNotFound OperationNotPermitted UnsupportedOperation", nullptr},
    {"DeleteDashboard", &shapes::kDeleteDashboardRequest, &shapes::kDeleteDashboardResponse,
     "Conflict ResourceNotFound UnsupportedOperation", nullptr},
    {"DeleteEventDataStore", &shapes::kDeleteEventDataStoreRequest,
     &shapes::kDeleteEventDataStoreResponse,
     "EventDataStoreARNInvalid EventDataStoreNotFound "
     "EventDataStoreTerminationProtected EventDataStoreHasOngoingImport "
     "InactiveEventDataStore InvalidParameter OperationNotPermitted "
     "UnsupportedOperation NotOrganizationMasterAccount NoManagementAccountSLRExists "
     "ChannelExistsForEDS InsufficientDependencyServiceAccessPermission Conflict "
     "EventDataStoreFederationEnabled",
     &handle<delete_event_data_store>},
    {"DeleteResourcePolicy", &shapes::kDeleteResourcePolicyRequest,
     &shapes::kDeleteResourcePolicyResponse,
     "ResourceARNNotValid ResourceNotFound ResourcePolicyNotFound "
     "ResourceTypeNotSupported Conflict OperationNotPermitted UnsupportedOperation",
     nullptr},
    {"DeleteTrail", &shapes::kDeleteTrailRequest, &shapes::kDeleteTrailResponse,
     "TrailNotFound InvalidTrailName CloudTrailARNInvalid Conflict Throttling "
     "InvalidHomeRegion UnsupportedOperation OperationNotPermitted "
     "NotOrganizationMasterAccount NoManagementAccountSLRExists "
     "InsufficientDependencyServiceAccessPermission",
     nullptr},
    {"DeregisterOrganizationDelegatedAdmin", &shapes::kDeregisterOrganizationDelegatedAdminRequest,
     &shapes::kDeregisterOrganizationDelegatedAdminResponse,
     "AccountNotFound AccountNotRegistered CloudTrailAccessNotEnabled Conflict "
     "InsufficientDependencyServiceAccessPermission InvalidParameter "
     "NotOrganizationManagementAccount OrganizationNotInAllFeaturesMode "
     "OrganizationsNotInUse UnsupportedOperation OperationNotPermitted",
     nullptr},
    {"DescribeQuery", &shapes::kDescribeQueryRequest, &shapes::kDescribeQueryResponse,
     "EventDataStoreARNInvalid EventDataStoreNotFound InactiveEventDataStore "
     "InvalidParameter QueryIdNotFound OperationNotPermitted UnsupportedOperation "
     "NoManagementAccountSLRExists",
     &handle<describe_query>},
    {"DescribeTrails", &shapes::kDescribeTrailsRequest, &shapes::kDescribeTrailsResponse,
     "UnsupportedOperation OperationNotPermitted InvalidTrailName CloudTrailARNInvalid "
     "NoManagementAccountSLRExists",
     nullptr},
    {"DisableFederation", &shapes::kDisableFederationRequest, &shapes::kDisableFederationResponse,
     "EventDataStoreARNInvalid EventDataStoreNotFound InvalidParameter "
     "InactiveEventDataStore OperationNotPermitted UnsupportedOperation "
     "CloudTrailAccessNotEnabled InsufficientDependencyServiceAccessPermission "
     "NotOrganizationMasterAccount NoManagementAccountSLRExists OrganizationsNotInUse "
     "OrganizationNotInAllFeaturesMode ConcurrentModification AccessDenied",
     nullptr},
    {"EnableFederation", &shapes::kEnableFederationRequest, &shapes::kEnableFederationResponse,
     "EventDataStoreARNInvalid EventDataStoreNotFound InvalidParameter "
     "InactiveEventDataStore OperationNotPermitted UnsupportedOperation "
     "CloudTrailAccessNotEnabled InsufficientDependencyServiceAccessPermission "
     "NotOrganizationMasterAccount NoManagementAccountSLRExists OrganizationsNotInUse "
     "OrganizationNotInAllFeaturesMode ConcurrentModification AccessDenied "
     "EventDataStoreFederationEnabled",
     nullptr},
    {"GenerateQuery", &shapes::kGenerateQueryRequest, &shapes::kGenerateQueryResponse,
     "EventDataStoreARNInvalid EventDataStoreNotFound InactiveEventDataStore "
     "InvalidParameter GenerateResponse OperationNotPermitted UnsupportedOperation "
     "NoManagementAccountSLRExists",
     nullptr},
    {"GetChannel", &shapes::kGetChannelRequest, &shapes::kGetChannelResponse,
     "ChannelARNInvalid ChannelNotFound OperationNotPermitted UnsupportedOperation", nullptr},
    {"GetDashboard", &shapes::kGetDashboardRequest, &shapes::kGetDashboardResponse,
     "ResourceNotFound UnsupportedOperation", nullptr},
    {"GetEventConfiguration", &shapes::kGetEventConfigurationRequest,
     &shapes::kGetEventConfigurationResponse,
     "TrailNotFound InvalidTrailName CloudTrailARNInvalid UnsupportedOperation "
     "OperationNotPermitted EventDataStoreARNInvalid EventDataStoreNotFound "
     "InvalidEventDataStoreStatus InvalidParameter InvalidEventDataStoreCategory "
     "NoManagementAccountSLRExists InvalidParameterCombination",
     nullptr},
    {"GetEventDataStore", &shapes::kGetEventDataStoreRequest, &shapes::kGetEventDataStoreResponse,
     "EventDataStoreARNInvalid EventDataStoreNotFound InvalidParameter "
     "OperationNotPermitted UnsupportedOperation NoManagementAccountSLRExists",
     &handle<get_event_data_store>},
    {"GetEventSelectors", &shapes::kGetEventSelectorsRequest, &shapes::kGetEventSelectorsResponse,
     "TrailNotFound InvalidTrailName CloudTrailARNInvalid UnsupportedOperation "
     "OperationNotPermitted NoManagementAccountSLRExists",
     nullptr},
    {"GetImport", &shapes::kGetImportRequest, &shapes::kGetImportResponse,
     "ImportNotFound InvalidParameter OperationNotPermitted UnsupportedOperation", nullptr},
    {"GetInsightSelectors", &shapes::kGetInsightSelectorsRequest,
     &shapes::kGetInsightSelectorsResponse,
     "InvalidParameter InvalidParameterCombination TrailNotFound InvalidTrailName "
     "CloudTrailARNInvalid UnsupportedOperation OperationNotPermitted "
     "InsightNotEnabled NoManagementAccountSLRExists Throttling",
     nullptr},
    {"GetQueryResults", &shapes::kGetQueryResultsRequest, &shapes::kGetQueryResultsResponse,
     "EventDataStoreARNInvalid EventDataStoreNotFound InactiveEventDataStore "
     "InvalidMaxResults InvalidNextToken InvalidParameter QueryIdNotFound "
     "InsufficientEncryptionPolicy OperationNotPermitted UnsupportedOperation "
     "NoManagementAccountSLRExists",
     &handle<get_query_results>, Thread::kPool},
    {"GetResourcePolicy", &shapes::kGetResourcePolicyRequest, &shapes::kGetResourcePolicyResponse,
     "ResourceARNNotValid ResourceNotFound ResourcePolicyNotFound "
     "ResourceTypeNotSupported OperationNotPermitted UnsupportedOperation",
     nullptr},
    {"GetTrail", &shapes::kGetTrailRequest, &shapes::kGetTrailResponse,
     "CloudTrailARNInvalid TrailNotFound InvalidTrailName UnsupportedOperation "
     "OperationNotPermitted",
     nullptr},
    {"GetTrailStatus", &shapes::kGetTrailStatusRequest, &shapes::kGetTrailStatusResponse,
     "CloudTrailARNInvalid TrailNotFound InvalidTrailName UnsupportedOperation "
     "OperationNotPermitted",
     nullptr},
    {"ListChannels", &shapes::kListChannelsRequest, &shapes::kListChannelsResponse,
     "InvalidNextToken OperationNotPermitted UnsupportedOperation", nullptr},
    {"ListDashboards", &shapes::kListDashboardsRequest, &shapes::kListDashboardsResponse,
     "UnsupportedOperation", nullptr},
    {"ListEventDataStores", &shapes::kListEventDataStoresRequest,
     &shapes::kListEventDataStoresResponse,
     "InvalidMaxResults InvalidNextToken OperationNotPermitted UnsupportedOperation "
     "NoManagementAccountSLRExists",
     &handle<list_event_data_stores>},
    {"ListImportFailures", &shapes::kListImportFailuresRequest,
     &shapes::kListImportFailuresResponse,
     "InvalidNextToken OperationNotPermitted UnsupportedOperation InvalidParameter", nullptr},
    {"ListImports", &shapes::kListImportsRequest, &shapes::kListImportsResponse,
     "EventDataStoreARNInvalid InvalidNextToken InvalidParameter OperationNotPermitted "
     "UnsupportedOperation",
     nullptr},
    {"ListInsightsData", &shapes::kListInsightsDataRequest, &shapes::kListInsightsDataResponse,
     "InvalidParameter OperationNotPermitted UnsupportedOperation", nullptr},
    {"ListInsightsMetricData", &shapes::kListInsightsMetricDataRequest,
     &shapes::kListInsightsMetricDataResponse,
     "InvalidParameter InvalidTrailName OperationNotPermitted UnsupportedOperation", nullptr},
    {"ListPublicKeys", &shapes::kListPublicKeysRequest, &shapes::kListPublicKeysResponse,
     "InvalidTimeRange UnsupportedOperation OperationNotPermitted InvalidToken", nullptr},
    {"ListQueries", &shapes::kListQueriesRequest, &shapes::kListQueriesResponse,
     "EventDataStoreARNInvalid EventDataStoreNotFound InactiveEventDataStore "
     "InvalidDateRange InvalidMaxResults InvalidNextToken InvalidParameter "
     "InvalidQueryStatus OperationNotPermitted UnsupportedOperation "
     "NoManagementAccountSLRExists",
     &handle<list_queries>},
    {"ListTags", &shapes::kListTagsRequest, &shapes::kListTagsResponse,
     "ResourceNotFound CloudTrailARNInvalid EventDataStoreARNInvalid ChannelARNInvalid "
     "ResourceTypeNotSupported InvalidTrailName InactiveEventDataStore "
     "EventDataStoreNotFound UnsupportedOperation OperationNotPermitted InvalidToken "
     "NoManagementAccountSLRExists",
     nullptr},
    {"ListTrails", &shapes::kListTrailsRequest, &shapes::kListTrailsResponse,
     "UnsupportedOperation OperationNotPermitted", nullptr},
    {"LookupEvents", &shapes::kLookupEventsRequest, &shapes::kLookupEventsResponse,
     "InvalidLookupAttributes InvalidTimeRange InvalidMaxResults InvalidNextToken "
     "InvalidEventCategory UnsupportedOperation OperationNotPermitted",
     nullptr},
    {"PutEventConfiguration", &shapes::kPutEventConfigurationRequest,
     &shapes::kPutEventConfigurationResponse,
     "TrailNotFound InvalidTrailName CloudTrailARNInvalid InvalidParameterCombination "
     "InvalidHomeRegion EventDataStoreARNInvalid EventDataStoreNotFound "
     "InvalidEventDataStoreStatus InvalidEventDataStoreCategory InactiveEventDataStore "
     "UnsupportedOperation OperationNotPermitted Throttling InvalidParameter Conflict "
     "NotOrganizationMasterAccount NoManagementAccountSLRExists "
     "InsufficientDependencyServiceAccessPermission InsufficientIAMAccessPermission",
     nullptr},
    {"PutEventSelectors", &shapes::kPutEventSelectorsRequest, &shapes::kPutEventSelectorsResponse,
     "TrailNotFound InvalidTrailName CloudTrailARNInvalid InvalidHomeRegion "
     "InvalidEventSelectors Conflict Throttling UnsupportedOperation "
     "OperationNotPermitted NotOrganizationMasterAccount NoManagementAccountSLRExists "
     "InsufficientDependencyServiceAccessPermission",
     nullptr},
    {"PutInsightSelectors", &shapes::kPutInsightSelectorsRequest,
     &shapes::kPutInsightSelectorsResponse,
     "InvalidParameter InvalidParameterCombination TrailNotFound InvalidTrailName "
     "CloudTrailARNInvalid InvalidHomeRegion InvalidInsightSelectors "
     "InsufficientS3BucketPolicy InsufficientEncryptionPolicy S3BucketDoesNotExist Kms "
     "UnsupportedOperation OperationNotPermitted NotOrganizationMasterAccount "
     "NoManagementAccountSLRExists Conflict Throttling",
     nullptr},
    {"PutResourcePolicy", &shapes::kPutResourcePolicyRequest, &shapes::kPutResourcePolicyResponse,
     "ResourceARNNotValid ResourcePolicyNotValid ResourceNotFound "
     "ResourceTypeNotSupported Conflict OperationNotPermitted UnsupportedOperation",
     nullptr},
    {"RegisterOrganizationDelegatedAdmin", &shapes::kRegisterOrganizationDelegatedAdminRequest,
     &shapes::kRegisterOrganizationDelegatedAdminResponse,
     "AccountRegistered AccountNotFound InsufficientDependencyServiceAccessPermission "
     "InvalidParameter CannotDelegateManagementAccount CloudTrailAccessNotEnabled "
     "Conflict DelegatedAdminAccountLimitExceeded NotOrganizationManagementAccount "
     "OrganizationNotInAllFeaturesMode OrganizationsNotInUse UnsupportedOperation "
     "OperationNotPermitted InsufficientIAMAccessPermission",
     nullptr},
    {"RemoveTags", &shapes::kRemoveTagsRequest, &shapes::kRemoveTagsResponse,
     "ResourceNotFound CloudTrailARNInvalid EventDataStoreARNInvalid ChannelARNInvalid "
     "ResourceTypeNotSupported InvalidTrailName InvalidTagParameter "
     "InactiveEventDataStore EventDataStoreNotFound ChannelNotFound "
     "UnsupportedOperation OperationNotPermitted NotOrganizationMasterAccount "
     "NoManagementAccountSLRExists Conflict",
     nullptr},
    {"RestoreEventDataStore", &shapes::kRestoreEventDataStoreRequest,
     &shapes::kRestoreEventDataStoreResponse,
     "EventDataStoreARNInvalid EventDataStoreNotFound EventDataStoreMaxLimitExceeded "
     "InvalidEventDataStoreStatus InvalidParameter OperationNotPermitted "
     "UnsupportedOperation CloudTrailAccessNotEnabled "
     "InsufficientDependencyServiceAccessPermission OrganizationsNotInUse "
     "NotOrganizationMasterAccount NoManagementAccountSLRExists "
     "OrganizationNotInAllFeaturesMode",
     &handle<restore_event_data_store>},
    {"SearchSampleQueries", &shapes::kSearchSampleQueriesRequest,
     &shapes::kSearchSampleQueriesResponse,
     "InvalidParameter UnsupportedOperation OperationNotPermitted", nullptr},
    {"StartDashboardRefresh", &shapes::kStartDashboardRefreshRequest,
     &shapes::kStartDashboardRefreshResponse,
     "ResourceNotFound EventDataStoreNotFound InactiveEventDataStore "
     "ServiceQuotaExceeded UnsupportedOperation",
     nullptr},
    {"StartEventDataStoreIngestion", &shapes::kStartEventDataStoreIngestionRequest,
     &shapes::kStartEventDataStoreIngestionResponse,
     "EventDataStoreARNInvalid EventDataStoreNotFound InvalidEventDataStoreStatus "
     "InvalidParameter InvalidEventDataStoreCategory OperationNotPermitted "
     "UnsupportedOperation NotOrganizationMasterAccount NoManagementAccountSLRExists "
     "InsufficientDependencyServiceAccessPermission Conflict",
     &handle<start_event_data_store_ingestion>},
    {"StartImport", &shapes::kStartImportRequest, &shapes::kStartImportResponse,
     "AccountHasOngoingImport EventDataStoreARNInvalid EventDataStoreNotFound "
     "InvalidEventDataStoreStatus InvalidEventDataStoreCategory InactiveEventDataStore "
     "InvalidImportSource ImportNotFound InvalidParameter InsufficientEncryptionPolicy "
     "OperationNotPermitted UnsupportedOperation OperationNotPermitted "
     "UnsupportedOperation",
     nullptr},
    {"StartLogging", &shapes::kStartLoggingRequest, &shapes::kStartLoggingResponse,
     "CloudTrailARNInvalid Conflict Throttling TrailNotFound InvalidTrailName "
     "InvalidHomeRegion UnsupportedOperation OperationNotPermitted "
     "NotOrganizationMasterAccount NoManagementAccountSLRExists "
     "InsufficientDependencyServiceAccessPermission",
     nullptr},
    {"StartQuery", &shapes::kStartQueryRequest, &shapes::kStartQueryResponse,
     "EventDataStoreARNInvalid EventDataStoreNotFound InactiveEventDataStore "
     "InvalidParameter InvalidQueryStatement MaxConcurrentQueries "
     "InsufficientEncryptionPolicy InvalidS3Prefix InvalidS3BucketName "
     "InsufficientS3BucketPolicy S3BucketDoesNotExist OperationNotPermitted "
     "UnsupportedOperation NoManagementAccountSLRExists",
     &handle<start_query>, Thread::kPool},
    {"StopEventDataStoreIngestion", &shapes::kStopEventDataStoreIngestionRequest,
     &shapes::kStopEventDataStoreIngestionResponse,
     "EventDataStoreARNInvalid EventDataStoreNotFound InvalidEventDataStoreStatus "
     "InvalidParameter InvalidEventDataStoreCategory OperationNotPermitted "
     "UnsupportedOperation NotOrganizationMasterAccount NoManagementAccountSLRExists "
     "InsufficientDependencyServiceAccessPermission Conflict",
     &handle<stop_event_data_store_ingestion>},
    {"StopImport", &shapes::kStopImportRequest, &shapes::kStopImportResponse,
     "ImportNotFound InvalidParameter OperationNotPermitted UnsupportedOperation", nullptr},
    {"StopLogging", &shapes::kStopLoggingRequest, &shapes::kStopLoggingResponse,
     "TrailNotFound InvalidTrailName CloudTrailARNInvalid Conflict Throttling "
     "InvalidHomeRegion UnsupportedOperation OperationNotPermitted "
     "NotOrganizationMasterAccount NoManagementAccountSLRExists "
     "InsufficientDependencyServiceAccessPermission",
     nullptr},
    {"UpdateChannel", &shapes::kUpdateChannelRequest, &shapes::kUpdateChannelResponse,
     "ChannelARNInvalid ChannelNotFound ChannelAlreadyExists EventDataStoreARNInvalid "
     "EventDataStoreNotFound InvalidEventDataStoreCategory InactiveEventDataStore "
     "InvalidParameter OperationNotPermitted UnsupportedOperation",
     nullptr},
    {"UpdateDashboard", &shapes::kUpdateDashboardRequest, &shapes::kUpdateDashboardResponse,
     "Conflict ResourceNotFound EventDataStoreNotFound InactiveEventDataStore "
     "InsufficientEncryptionPolicy InvalidQueryStatement ServiceQuotaExceeded "
     "UnsupportedOperation",
     nullptr},
    {"UpdateEventDataStore", &shapes::kUpdateEventDataStoreRequest,
     &shapes::kUpdateEventDataStoreResponse,
     "EventDataStoreAlreadyExists EventDataStoreARNInvalid EventDataStoreNotFound "
     "InvalidEventSelectors InvalidInsightSelectors EventDataStoreHasOngoingImport "
     "InactiveEventDataStore InvalidParameter OperationNotPermitted "
     "UnsupportedOperation InsufficientEncryptionPolicy InvalidKmsKeyId KmsKeyNotFound "
     "Kms CloudTrailAccessNotEnabled InsufficientDependencyServiceAccessPermission "
     "OrganizationsNotInUse NotOrganizationMasterAccount NoManagementAccountSLRExists "
     "OrganizationNotInAllFeaturesMode Conflict Throttling",
     &handle<update_event_data_store>},
    {"UpdateTrail", &shapes::kUpdateTrailRequest, &shapes::kUpdateTrailResponse,
     "S3BucketDoesNotExist InsufficientS3BucketPolicy InsufficientSnsTopicPolicy "
     "InsufficientEncryptionPolicy TrailNotFound InvalidS3BucketName InvalidS3Prefix "
     "InvalidSnsTopicName InvalidKmsKeyId InvalidTrailName TrailNotProvided "
     "InvalidEventSelectors CloudTrailARNInvalid Conflict Throttling "
     "InvalidParameterCombination InvalidHomeRegion KmsKeyNotFound KmsKeyDisabled Kms "
     "InvalidCloudWatchLogsLogGroupArn InvalidCloudWatchLogsRoleArn "
     "CloudWatchLogsDeliveryUnavailable UnsupportedOperation OperationNotPermitted "
     "CloudTrailAccessNotEnabled InsufficientDependencyServiceAccessPermission "
     "OrganizationsNotInUse NotOrganizationMasterAccount "
     "OrganizationNotInAllFeaturesMode NoManagementAccountSLRExists "
     "CloudTrailInvalidClientTokenId InvalidParameter",
     nullptr},
};

static_assert(std::size(kOperations) == 60);
static_assert(std::is_sorted(std::begin(kOperations), std::end(kOperations),
                             [](const Operation& a, const Operation& b) {
                               return a.name < b.name;
                             }));

constexpr std::string_view kShortPrefix = "CloudTrail_20131101.";
constexpr std::string_view kLongPrefix = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.";

}  // namespace

bool Operation::declares(std::string_view exception) const {
  constexpr std::string_view kSuffix = "Exception";
  if (!exception.ends_with(kSuffix)) {
    return false;
  }
  exception.remove_suffix(kSuffix.size());
  for (std::string_view rest = errors; !rest.empty();) {
    const auto end = std::min(rest.find(' '), rest.size());
    if (rest.substr(0, end) == exception) {
      return true;
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

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
