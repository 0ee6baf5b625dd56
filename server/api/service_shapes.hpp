#pragma once
// Made by tools/make_service_shapes.py from the service model 2013-11-01 in botocore 1.44.5.
#include "server/api/shapes.hpp"

namespace trailpond::api::shapes {

inline constexpr Shape kString = text("String", kNoBound, kNoBound);
inline constexpr Shape kTagKey = text("TagKey", 1, 128);
inline constexpr Shape kTagValue = text("TagValue", 1, 256);
inline constexpr Member kTagMembers[] = {{"Key", &kTagKey, kRequired}, {"Value", &kTagValue}};
inline constexpr Shape kTag = structure("Tag", kTagMembers);
inline constexpr Shape kTagsList = list("TagsList", kTag, kNoBound, 200);
inline constexpr Member kAddTagsRequestMembers[] = {{"ResourceId", &kString, kRequired},
                                                    {"TagsList", &kTagsList, kRequired}};
inline constexpr Shape kAddTagsRequest = structure("AddTagsRequest", kAddTagsRequestMembers);
inline constexpr Shape kAddTagsResponse = structure("AddTagsResponse");
inline constexpr Shape kEventDataStoreArn =
    text("EventDataStoreArn", 3, 256, R"(^[a-zA-Z0-9._/\-:]+$)");
inline constexpr Shape kUUID = text("UUID", 36, 36, R"(^[a-f0-9\-]+$)");
inline constexpr Shape kAccountId = text("AccountId", 12, 16, R"(\d+)");
inline constexpr Member kCancelQueryRequestMembers[] = {
    {"EventDataStore", &kEventDataStoreArn},
    {"QueryId", &kUUID, kRequired},
    {"EventDataStoreOwnerAccountId", &kAccountId}};
inline constexpr Shape kCancelQueryRequest =
    structure("CancelQueryRequest", kCancelQueryRequestMembers);
inline constexpr std::string_view kQueryStatusValues[] = {"QUEUED", "RUNNING",   "FINISHED",
                                                          "FAILED", "CANCELLED", "TIMED_OUT"};
inline constexpr Shape kQueryStatus = one_of("QueryStatus", kQueryStatusValues);
inline constexpr Member kCancelQueryResponseMembers[] = {
    {"QueryId", &kUUID, kRequired},
    {"QueryStatus", &kQueryStatus, kRequired},
    {"EventDataStoreOwnerAccountId", &kAccountId}};
inline constexpr Shape kCancelQueryResponse =
    structure("CancelQueryResponse", kCancelQueryResponseMembers);
inline constexpr Shape kChannelName = text("ChannelName", 3, 128, R"(^[a-zA-Z0-9._\-]+$)");
inline constexpr Shape kSource = text("Source", 1, 256, R"(.*)");
inline constexpr std::string_view kDestinationTypeValues[] = {"EVENT_DATA_STORE", "AWS_SERVICE"};
inline constexpr Shape kDestinationType = one_of("DestinationType", kDestinationTypeValues);
inline constexpr Shape kLocation = text("Location", 3, 1024, R"(^[a-zA-Z0-9._/\-:*]+$)");
inline constexpr Member kDestinationMembers[] = {{"Type", &kDestinationType, kRequired},
                                                 {"Location", &kLocation, kRequired}};
inline constexpr Shape kDestination = structure("Destination", kDestinationMembers);
inline constexpr Shape kDestinations = list("Destinations", kDestination, 1, 200);
inline constexpr Member kCreateChannelRequestMembers[] = {
    {"Name", &kChannelName, kRequired},
    {"Source", &kSource, kRequired},
    {"Destinations", &kDestinations, kRequired},
    {"Tags", &kTagsList}};
inline constexpr Shape kCreateChannelRequest =
    structure("CreateChannelRequest", kCreateChannelRequestMembers);
inline constexpr Shape kChannelArn = text("ChannelArn", 3, 256, R"(^[a-zA-Z0-9._/\-:]+$)");
inline constexpr Member kCreateChannelResponseMembers[] = {{"ChannelArn", &kChannelArn},
                                                           {"Name", &kChannelName},
                                                           {"Source", &kSource},
                                                           {"Destinations", &kDestinations},
                                                           {"Tags", &kTagsList}};
inline constexpr Shape kCreateChannelResponse =
    structure("CreateChannelResponse", kCreateChannelResponseMembers);
inline constexpr Shape kDashboardName = text("DashboardName", 3, 128, R"(^[a-zA-Z0-9_\-]+$)");
inline constexpr std::string_view kRefreshScheduleFrequencyUnitValues[] = {"HOURS", "DAYS"};
inline constexpr Shape kRefreshScheduleFrequencyUnit =
    one_of("RefreshScheduleFrequencyUnit", kRefreshScheduleFrequencyUnitValues);
inline constexpr Shape kRefreshScheduleFrequencyValue =
    scalar("RefreshScheduleFrequencyValue", ShapeKind::kInteger, kNoBound, kNoBound);
inline constexpr Member kRefreshScheduleFrequencyMembers[] = {
    {"Unit", &kRefreshScheduleFrequencyUnit}, {"Value", &kRefreshScheduleFrequencyValue}};
inline constexpr Shape kRefreshScheduleFrequency =
    structure("RefreshScheduleFrequency", kRefreshScheduleFrequencyMembers);
inline constexpr std::string_view kRefreshScheduleStatusValues[] = {"ENABLED", "DISABLED"};
inline constexpr Shape kRefreshScheduleStatus =
    one_of("RefreshScheduleStatus", kRefreshScheduleStatusValues);
inline constexpr Shape kTimeOfDay = text("TimeOfDay", kNoBound, kNoBound, R"(^[0-9]{2}:[0-9]{2})");
inline constexpr Member kRefreshScheduleMembers[] = {{"Frequency", &kRefreshScheduleFrequency},
                                                     {"Status", &kRefreshScheduleStatus},
                                                     {"TimeOfDay", &kTimeOfDay}};
inline constexpr Shape kRefreshSchedule = structure("RefreshSchedule", kRefreshScheduleMembers);
inline constexpr Shape kTerminationProtectionEnabled =
    scalar("TerminationProtectionEnabled", ShapeKind::kBoolean, kNoBound, kNoBound);
inline constexpr Shape kQueryStatement = text("QueryStatement", 1, 10000, R"((?s).*)");
inline constexpr Shape kQueryParameter = text("QueryParameter", 1, 1024, R"(.*)");
inline constexpr Shape kQueryParameters = list("QueryParameters", kQueryParameter, 1, 10);
inline constexpr Shape kViewPropertiesKey =
    text("ViewPropertiesKey", 3, 128, R"(^[a-zA-Z0-9._\-]+$)");
inline constexpr Shape kViewPropertiesValue =
    text("ViewPropertiesValue", 1, 128, R"(^[a-zA-Z0-9._\- ]+$)");
inline constexpr Shape kViewPropertiesMap =
    map("ViewPropertiesMap", kViewPropertiesKey, kViewPropertiesValue, kNoBound, kNoBound);
inline constexpr Member kRequestWidgetMembers[] = {
    {"QueryStatement", &kQueryStatement, kRequired},
    {"QueryParameters", &kQueryParameters},
    {"ViewProperties", &kViewPropertiesMap, kRequired}};
inline constexpr Shape kRequestWidget = structure("RequestWidget", kRequestWidgetMembers);
inline constexpr Shape kRequestWidgetList =
    list("RequestWidgetList", kRequestWidget, kNoBound, kNoBound);
inline constexpr Member kCreateDashboardRequestMembers[] = {
    {"Name", &kDashboardName, kRequired},
    {"RefreshSchedule", &kRefreshSchedule},
    {"TagsList", &kTagsList},
    {"TerminationProtectionEnabled", &kTerminationProtectionEnabled},
    {"Widgets", &kRequestWidgetList}};
inline constexpr Shape kCreateDashboardRequest =
    structure("CreateDashboardRequest", kCreateDashboardRequestMembers);
inline constexpr Shape kDashboardArn =
    text("DashboardArn", kNoBound, kNoBound, R"(^[a-zA-Z0-9._/\-:]+$)");
inline constexpr std::string_view kDashboardTypeValues[] = {"MANAGED", "CUSTOM"};
inline constexpr Shape kDashboardType = one_of("DashboardType", kDashboardTypeValues);
inline constexpr Shape kQueryAlias = text("QueryAlias", 1, 256, R"(^[a-zA-Z][a-zA-Z0-9._\-]*$)");
inline constexpr Member kWidgetMembers[] = {{"QueryAlias", &kQueryAlias},
                                            {"QueryStatement", &kQueryStatement},
                                            {"QueryParameters", &kQueryParameters},
                                            {"ViewProperties", &kViewPropertiesMap}};
inline constexpr Shape kWidget = structure("Widget", kWidgetMembers);
inline constexpr Shape kWidgetList = list("WidgetList", kWidget, kNoBound, kNoBound);
inline constexpr Member kCreateDashboardResponseMembers[] = {
    {"DashboardArn", &kDashboardArn},
    {"Name", &kDashboardName},
    {"Type", &kDashboardType},
    {"Widgets", &kWidgetList},
    {"TagsList", &kTagsList},
    {"RefreshSchedule", &kRefreshSchedule},
    {"TerminationProtectionEnabled", &kTerminationProtectionEnabled}};
inline constexpr Shape kCreateDashboardResponse =
    structure("CreateDashboardResponse", kCreateDashboardResponseMembers);
inline constexpr Shape kEventDataStoreName =
    text("EventDataStoreName", 3, 128, R"(^[a-zA-Z0-9._\-]+$)");
inline constexpr Shape kSelectorName = text("SelectorName", 0, 1000, R"(.*)");
inline constexpr Shape kSelectorField = text("SelectorField", 1, 1000, R"([\w|\d|\.|_]+)");
inline constexpr Shape kOperatorValue = text("OperatorValue", 1, 2048, R"(.+)");
inline constexpr Shape kOperator = list("Operator", kOperatorValue, 1, kNoBound);
inline constexpr Member kAdvancedFieldSelectorMembers[] = {{"Field", &kSelectorField, kRequired},
                                                           {"Equals", &kOperator},
                                                           {"StartsWith", &kOperator},
                                                           {"EndsWith", &kOperator},
                                                           {"NotEquals", &kOperator},
                                                           {"NotStartsWith", &kOperator},
                                                           {"NotEndsWith", &kOperator}};
inline constexpr Shape kAdvancedFieldSelector =
    structure("AdvancedFieldSelector", kAdvancedFieldSelectorMembers);
inline constexpr Shape kAdvancedFieldSelectors =
    list("AdvancedFieldSelectors", kAdvancedFieldSelector, 1, kNoBound);
inline constexpr Member kAdvancedEventSelectorMembers[] = {
    {"Name", &kSelectorName}, {"FieldSelectors", &kAdvancedFieldSelectors, kRequired}};
inline constexpr Shape kAdvancedEventSelector =
    structure("AdvancedEventSelector", kAdvancedEventSelectorMembers);
inline constexpr Shape kAdvancedEventSelectors =
    list("AdvancedEventSelectors", kAdvancedEventSelector, kNoBound, kNoBound);
inline constexpr Shape kBoolean = scalar("Boolean", ShapeKind::kBoolean, kNoBound, kNoBound);
inline constexpr Shape kRetentionPeriod = scalar("RetentionPeriod", ShapeKind::kInteger, 7, 3653);
inline constexpr Shape kEventDataStoreKmsKeyId =
    text("EventDataStoreKmsKeyId", 1, 350, R"(^[a-zA-Z0-9._/\-:]+$)");
inline constexpr std::string_view kBillingModeValues[] = {"EXTENDABLE_RETENTION_PRICING",
                                                          "FIXED_RETENTION_PRICING"};
inline constexpr Shape kBillingMode = one_of("BillingMode", kBillingModeValues);
inline constexpr Member kCreateEventDataStoreRequestMembers[] = {
    {"Name", &kEventDataStoreName, kRequired},
    {"AdvancedEventSelectors", &kAdvancedEventSelectors},
    {"MultiRegionEnabled", &kBoolean},
    {"OrganizationEnabled", &kBoolean},
    {"RetentionPeriod", &kRetentionPeriod},
    {"TerminationProtectionEnabled", &kTerminationProtectionEnabled},
    {"TagsList", &kTagsList},
    {"KmsKeyId", &kEventDataStoreKmsKeyId},
    {"StartIngestion", &kBoolean},
    {"BillingMode", &kBillingMode}};
inline constexpr Shape kCreateEventDataStoreRequest =
    structure("CreateEventDataStoreRequest", kCreateEventDataStoreRequestMembers);
inline constexpr std::string_view kEventDataStoreStatusValues[] = {
    "CREATED",          "ENABLED", "PENDING_DELETION", "STARTING_INGESTION", "STOPPING_INGESTION",
    "STOPPED_INGESTION"};
inline constexpr Shape kEventDataStoreStatus =
    one_of("EventDataStoreStatus", kEventDataStoreStatusValues);
inline constexpr Shape kDate = scalar("Date", ShapeKind::kTimestamp, kNoBound, kNoBound);
inline constexpr Member kCreateEventDataStoreResponseMembers[] = {
    {"EventDataStoreArn", &kEventDataStoreArn},
    {"Name", &kEventDataStoreName},
    {"Status", &kEventDataStoreStatus},
    {"AdvancedEventSelectors", &kAdvancedEventSelectors},
    {"MultiRegionEnabled", &kBoolean},
    {"OrganizationEnabled", &kBoolean},
    {"RetentionPeriod", &kRetentionPeriod},
    {"TerminationProtectionEnabled", &kTerminationProtectionEnabled},
    {"TagsList", &kTagsList},
    {"CreatedTimestamp", &kDate},
    {"UpdatedTimestamp", &kDate},
    {"KmsKeyId", &kEventDataStoreKmsKeyId},
    {"BillingMode", &kBillingMode}};
inline constexpr Shape kCreateEventDataStoreResponse =
    structure("CreateEventDataStoreResponse", kCreateEventDataStoreResponseMembers);
inline constexpr Member kCreateTrailRequestMembers[] = {{"Name", &kString, kRequired},
                                                        {"S3BucketName", &kString, kRequired},
                                                        {"S3KeyPrefix", &kString},
                                                        {"SnsTopicName", &kString},
                                                        {"IncludeGlobalServiceEvents", &kBoolean},
                                                        {"IsMultiRegionTrail", &kBoolean},
                                                        {"EnableLogFileValidation", &kBoolean},
                                                        {"CloudWatchLogsLogGroupArn", &kString},
                                                        {"CloudWatchLogsRoleArn", &kString},
                                                        {"KmsKeyId", &kString},
                                                        {"IsOrganizationTrail", &kBoolean},
                                                        {"TagsList", &kTagsList},
                                                        {"RecursiveLogging", &kBoolean}};
inline constexpr Shape kCreateTrailRequest =
    structure("CreateTrailRequest", kCreateTrailRequestMembers);
inline constexpr Member kCreateTrailResponseMembers[] = {{"Name", &kString},
                                                         {"S3BucketName", &kString},
                                                         {"S3KeyPrefix", &kString},
                                                         {"SnsTopicName", &kString},
                                                         {"SnsTopicARN", &kString},
                                                         {"IncludeGlobalServiceEvents", &kBoolean},
                                                         {"IsMultiRegionTrail", &kBoolean},
                                                         {"TrailARN", &kString},
                                                         {"LogFileValidationEnabled", &kBoolean},
                                                         {"CloudWatchLogsLogGroupArn", &kString},
                                                         {"CloudWatchLogsRoleArn", &kString},
                                                         {"KmsKeyId", &kString},
                                                         {"IsOrganizationTrail", &kBoolean},
                                                         {"RecursiveLogging", &kBoolean}};
inline constexpr Shape kCreateTrailResponse =
    structure("CreateTrailResponse", kCreateTrailResponseMembers);
inline constexpr Member kDeleteChannelRequestMembers[] = {{"Channel", &kChannelArn, kRequired}};
inline constexpr Shape kDeleteChannelRequest =
    structure("DeleteChannelRequest", kDeleteChannelRequestMembers);
inline constexpr Shape kDeleteChannelResponse = structure("DeleteChannelResponse");
inline constexpr Member kDeleteDashboardRequestMembers[] = {
    {"DashboardId", &kDashboardArn, kRequired}};
inline constexpr Shape kDeleteDashboardRequest =
    structure("DeleteDashboardRequest", kDeleteDashboardRequestMembers);
inline constexpr Shape kDeleteDashboardResponse = structure("DeleteDashboardResponse");
inline constexpr Member kDeleteEventDataStoreRequestMembers[] = {
    {"EventDataStore", &kEventDataStoreArn, kRequired}};
inline constexpr Shape kDeleteEventDataStoreRequest =
    structure("DeleteEventDataStoreRequest", kDeleteEventDataStoreRequestMembers);
inline constexpr Shape kDeleteEventDataStoreResponse = structure("DeleteEventDataStoreResponse");
inline constexpr Shape kResourceArn = text("ResourceArn", 3, 256, R"(^[a-zA-Z0-9._/\-:]+$)");
inline constexpr Member kDeleteResourcePolicyRequestMembers[] = {
    {"ResourceArn", &kResourceArn, kRequired}};
inline constexpr Shape kDeleteResourcePolicyRequest =
    structure("DeleteResourcePolicyRequest", kDeleteResourcePolicyRequestMembers);
inline constexpr Shape kDeleteResourcePolicyResponse = structure("DeleteResourcePolicyResponse");
inline constexpr Member kDeleteTrailRequestMembers[] = {{"Name", &kString, kRequired}};
inline constexpr Shape kDeleteTrailRequest =
    structure("DeleteTrailRequest", kDeleteTrailRequestMembers);
inline constexpr Shape kDeleteTrailResponse = structure("DeleteTrailResponse");
inline constexpr Member kDeregisterOrganizationDelegatedAdminRequestMembers[] = {
    {"DelegatedAdminAccountId", &kAccountId, kRequired}};
inline constexpr Shape kDeregisterOrganizationDelegatedAdminRequest =
    structure("DeregisterOrganizationDelegatedAdminRequest",
              kDeregisterOrganizationDelegatedAdminRequestMembers);
inline constexpr Shape kDeregisterOrganizationDelegatedAdminResponse =
    structure("DeregisterOrganizationDelegatedAdminResponse");
inline constexpr Shape kRefreshId = text("RefreshId", 10, 20, R"(\d+)");
inline constexpr Member kDescribeQueryRequestMembers[] = {
    {"EventDataStore", &kEventDataStoreArn},
    {"QueryId", &kUUID},
    {"QueryAlias", &kQueryAlias},
    {"RefreshId", &kRefreshId},
    {"EventDataStoreOwnerAccountId", &kAccountId}};
inline constexpr Shape kDescribeQueryRequest =
    structure("DescribeQueryRequest", kDescribeQueryRequestMembers);
inline constexpr Shape kLong = scalar("Long", ShapeKind::kLong, kNoBound, kNoBound);
inline constexpr Shape kInteger = scalar("Integer", ShapeKind::kInteger, kNoBound, kNoBound);
inline constexpr Member kQueryStatisticsForDescribeQueryMembers[] = {
    {"EventsMatched", &kLong},
    {"EventsScanned", &kLong},
    {"BytesScanned", &kLong},
    {"ExecutionTimeInMillis", &kInteger},
    {"CreationTime", &kDate}};
inline constexpr Shape kQueryStatisticsForDescribeQuery =
    structure("QueryStatisticsForDescribeQuery", kQueryStatisticsForDescribeQueryMembers);
inline constexpr Shape kErrorMessage = text("ErrorMessage", 4, 1000, R"(.*)");
inline constexpr Shape kDeliveryS3Uri =
    text("DeliveryS3Uri", kNoBound, 1024, R"(s3://[a-z0-9][\.\-a-z0-9]{1,61}[a-z0-9](/.*)?)");
inline constexpr std::string_view kDeliveryStatusValues[] = {"SUCCESS",
                                                             "FAILED",
                                                             "FAILED_SIGNING_FILE",
                                                             "PENDING",
                                                             "RESOURCE_NOT_FOUND",
                                                             "ACCESS_DENIED",
                                                             "ACCESS_DENIED_SIGNING_FILE",
                                                             "CANCELLED",
                                                             "UNKNOWN"};
inline constexpr Shape kDeliveryStatus = one_of("DeliveryStatus", kDeliveryStatusValues);
inline constexpr Shape kPrompt = text("Prompt", 3, 500, R"(^[ -~\n]*$)");
inline constexpr Member kDescribeQueryResponseMembers[] = {
    {"QueryId", &kUUID},
    {"QueryString", &kQueryStatement},
    {"QueryStatus", &kQueryStatus},
    {"QueryStatistics", &kQueryStatisticsForDescribeQuery},
    {"ErrorMessage", &kErrorMessage},
    {"DeliveryS3Uri", &kDeliveryS3Uri},
    {"DeliveryStatus", &kDeliveryStatus},
    {"Prompt", &kPrompt},
    {"EventDataStoreOwnerAccountId", &kAccountId}};
inline constexpr Shape kDescribeQueryResponse =
    structure("DescribeQueryResponse", kDescribeQueryResponseMembers);
inline constexpr Shape kTrailNameList = list("TrailNameList", kString, kNoBound, kNoBound);
inline constexpr Member kDescribeTrailsRequestMembers[] = {{"trailNameList", &kTrailNameList},
                                                           {"includeShadowTrails", &kBoolean}};
inline constexpr Shape kDescribeTrailsRequest =
    structure("DescribeTrailsRequest", kDescribeTrailsRequestMembers);
inline constexpr Member kTrailMembers[] = {{"Name", &kString},
                                           {"S3BucketName", &kString},
                                           {"S3KeyPrefix", &kString},
                                           {"SnsTopicName", &kString},
                                           {"SnsTopicARN", &kString},
                                           {"IncludeGlobalServiceEvents", &kBoolean},
                                           {"IsMultiRegionTrail", &kBoolean},
                                           {"HomeRegion", &kString},
                                           {"TrailARN", &kString},
                                           {"LogFileValidationEnabled", &kBoolean},
                                           {"CloudWatchLogsLogGroupArn", &kString},
                                           {"CloudWatchLogsRoleArn", &kString},
                                           {"KmsKeyId", &kString},
                                           {"HasCustomEventSelectors", &kBoolean},
                                           {"HasInsightSelectors", &kBoolean},
                                           {"IsOrganizationTrail", &kBoolean},
                                           {"RecursiveLogging", &kBoolean}};
inline constexpr Shape kTrail = structure("Trail", kTrailMembers);
inline constexpr Shape kTrailList = list("TrailList", kTrail, kNoBound, kNoBound);
inline constexpr Member kDescribeTrailsResponseMembers[] = {{"trailList", &kTrailList}};
inline constexpr Shape kDescribeTrailsResponse =
    structure("DescribeTrailsResponse", kDescribeTrailsResponseMembers);
inline constexpr Member kDisableFederationRequestMembers[] = {
    {"EventDataStore", &kEventDataStoreArn, kRequired}};
inline constexpr Shape kDisableFederationRequest =
    structure("DisableFederationRequest", kDisableFederationRequestMembers);
inline constexpr std::string_view kFederationStatusValues[] = {"ENABLING", "ENABLED", "DISABLING",
                                                               "DISABLED"};
inline constexpr Shape kFederationStatus = one_of("FederationStatus", kFederationStatusValues);
inline constexpr Member kDisableFederationResponseMembers[] = {
    {"EventDataStoreArn", &kEventDataStoreArn}, {"FederationStatus", &kFederationStatus}};
inline constexpr Shape kDisableFederationResponse =
    structure("DisableFederationResponse", kDisableFederationResponseMembers);
inline constexpr Shape kFederationRoleArn =
    text("FederationRoleArn", 3, 125, R"(^[a-zA-Z0-9._/\-:@=\+,\.]+$)");
inline constexpr Member kEnableFederationRequestMembers[] = {
    {"EventDataStore", &kEventDataStoreArn, kRequired},
    {"FederationRoleArn", &kFederationRoleArn, kRequired}};
inline constexpr Shape kEnableFederationRequest =
    structure("EnableFederationRequest", kEnableFederationRequestMembers);
inline constexpr Member kEnableFederationResponseMembers[] = {
    {"EventDataStoreArn", &kEventDataStoreArn},
    {"FederationStatus", &kFederationStatus},
    {"FederationRoleArn", &kFederationRoleArn}};
inline constexpr Shape kEnableFederationResponse =
    structure("EnableFederationResponse", kEnableFederationResponseMembers);
inline constexpr Shape kEventDataStoreList = list("EventDataStoreList", kEventDataStoreArn, 1, 1);
inline constexpr Member kGenerateQueryRequestMembers[] = {
    {"EventDataStores", &kEventDataStoreList, kRequired}, {"Prompt", &kPrompt, kRequired}};
inline constexpr Shape kGenerateQueryRequest =
    structure("GenerateQueryRequest", kGenerateQueryRequestMembers);
inline constexpr Member kGenerateQueryResponseMembers[] = {
    {"QueryStatement", &kQueryStatement},
    {"QueryAlias", &kQueryAlias},
    {"EventDataStoreOwnerAccountId", &kAccountId}};
inline constexpr Shape kGenerateQueryResponse =
    structure("GenerateQueryResponse", kGenerateQueryResponseMembers);
inline constexpr Member kGetChannelRequestMembers[] = {{"Channel", &kChannelArn, kRequired}};
inline constexpr Shape kGetChannelRequest =
    structure("GetChannelRequest", kGetChannelRequestMembers);
inline constexpr Member kSourceConfigMembers[] = {
    {"ApplyToAllRegions", &kBoolean}, {"AdvancedEventSelectors", &kAdvancedEventSelectors}};
inline constexpr Shape kSourceConfig = structure("SourceConfig", kSourceConfigMembers);
inline constexpr Member kIngestionStatusMembers[] = {{"LatestIngestionSuccessTime", &kDate},
                                                     {"LatestIngestionSuccessEventID", &kUUID},
                                                     {"LatestIngestionErrorCode", &kErrorMessage},
                                                     {"LatestIngestionAttemptTime", &kDate},
                                                     {"LatestIngestionAttemptEventID", &kUUID}};
inline constexpr Shape kIngestionStatus = structure("IngestionStatus", kIngestionStatusMembers);
inline constexpr Member kGetChannelResponseMembers[] = {{"ChannelArn", &kChannelArn},
                                                        {"Name", &kChannelName},
                                                        {"Source", &kSource},
                                                        {"SourceConfig", &kSourceConfig},
                                                        {"Destinations", &kDestinations},
                                                        {"IngestionStatus", &kIngestionStatus}};
inline constexpr Shape kGetChannelResponse =
    structure("GetChannelResponse", kGetChannelResponseMembers);
inline constexpr Member kGetDashboardRequestMembers[] = {
    {"DashboardId", &kDashboardArn, kRequired}};
inline constexpr Shape kGetDashboardRequest =
    structure("GetDashboardRequest", kGetDashboardRequestMembers);
inline constexpr std::string_view kDashboardStatusValues[] = {"CREATING", "CREATED", "UPDATING",
                                                              "UPDATED", "DELETING"};
inline constexpr Shape kDashboardStatus = one_of("DashboardStatus", kDashboardStatusValues);
inline constexpr Member kGetDashboardResponseMembers[] = {
    {"DashboardArn", &kDashboardArn},
    {"Type", &kDashboardType},
    {"Status", &kDashboardStatus},
    {"Widgets", &kWidgetList},
    {"RefreshSchedule", &kRefreshSchedule},
    {"CreatedTimestamp", &kDate},
    {"UpdatedTimestamp", &kDate},
    {"LastRefreshId", &kRefreshId},
    {"LastRefreshFailureReason", &kErrorMessage},
    {"TerminationProtectionEnabled", &kTerminationProtectionEnabled}};
inline constexpr Shape kGetDashboardResponse =
    structure("GetDashboardResponse", kGetDashboardResponseMembers);
inline constexpr Member kGetEventConfigurationRequestMembers[] = {{"TrailName", &kString},
                                                                  {"EventDataStore", &kString}};
inline constexpr Shape kGetEventConfigurationRequest =
    structure("GetEventConfigurationRequest", kGetEventConfigurationRequestMembers);
inline constexpr std::string_view kMaxEventSizeValues[] = {"Standard", "Large"};
inline constexpr Shape kMaxEventSize = one_of("MaxEventSize", kMaxEventSizeValues);
inline constexpr std::string_view kTypeValues[] = {"TagContext", "RequestContext"};
inline constexpr Shape kType = one_of("Type", kTypeValues);
inline constexpr Shape kOperatorTargetListMember = text("OperatorTargetListMember", 1, 128);
inline constexpr Shape kOperatorTargetList =
    list("OperatorTargetList", kOperatorTargetListMember, 1, 50);
inline constexpr Member kContextKeySelectorMembers[] = {
    {"Type", &kType, kRequired}, {"Equals", &kOperatorTargetList, kRequired}};
inline constexpr Shape kContextKeySelector =
    structure("ContextKeySelector", kContextKeySelectorMembers);
inline constexpr Shape kContextKeySelectors =
    list("ContextKeySelectors", kContextKeySelector, kNoBound, 2);
inline constexpr std::string_view kTemplateValues[] = {"API_ACTIVITY", "RESOURCE_ACCESS",
                                                       "USER_ACTIONS"};
inline constexpr Shape kTemplate = one_of("Template", kTemplateValues);
inline constexpr Shape kTemplates = list("Templates", kTemplate, 1, 50);
inline constexpr std::string_view kEventCategoryAggregationValues[] = {"Data"};
inline constexpr Shape kEventCategoryAggregation =
    one_of("EventCategoryAggregation", kEventCategoryAggregationValues);
inline constexpr Member kAggregationConfigurationMembers[] = {
    {"Templates", &kTemplates, kRequired},
    {"EventCategory", &kEventCategoryAggregation, kRequired}};
inline constexpr Shape kAggregationConfiguration =
    structure("AggregationConfiguration", kAggregationConfigurationMembers);
inline constexpr Shape kAggregationConfigurations =
    list("AggregationConfigurations", kAggregationConfiguration, kNoBound, 1);
inline constexpr Member kGetEventConfigurationResponseMembers[] = {
    {"TrailARN", &kString},
    {"EventDataStoreArn", &kEventDataStoreArn},
    {"MaxEventSize", &kMaxEventSize},
    {"ContextKeySelectors", &kContextKeySelectors},
    {"AggregationConfigurations", &kAggregationConfigurations}};
inline constexpr Shape kGetEventConfigurationResponse =
    structure("GetEventConfigurationResponse", kGetEventConfigurationResponseMembers);
inline constexpr Member kGetEventDataStoreRequestMembers[] = {
    {"EventDataStore", &kEventDataStoreArn, kRequired}};
inline constexpr Shape kGetEventDataStoreRequest =
    structure("GetEventDataStoreRequest", kGetEventDataStoreRequestMembers);
inline constexpr Shape kPartitionKeyName =
    text("PartitionKeyName", 1, 255, R"([\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*)");
inline constexpr Shape kPartitionKeyType =
    text("PartitionKeyType", 0, 255, R"([\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*)");
inline constexpr Member kPartitionKeyMembers[] = {{"Name", &kPartitionKeyName, kRequired},
                                                  {"Type", &kPartitionKeyType, kRequired}};
inline constexpr Shape kPartitionKey = structure("PartitionKey", kPartitionKeyMembers);
inline constexpr Shape kPartitionKeyList = list("PartitionKeyList", kPartitionKey, kNoBound, 2);
inline constexpr Member kGetEventDataStoreResponseMembers[] = {
    {"EventDataStoreArn", &kEventDataStoreArn},
    {"Name", &kEventDataStoreName},
    {"Status", &kEventDataStoreStatus},
    {"AdvancedEventSelectors", &kAdvancedEventSelectors},
    {"MultiRegionEnabled", &kBoolean},
    {"OrganizationEnabled", &kBoolean},
    {"RetentionPeriod", &kRetentionPeriod},
    {"TerminationProtectionEnabled", &kTerminationProtectionEnabled},
    {"CreatedTimestamp", &kDate},
    {"UpdatedTimestamp", &kDate},
    {"KmsKeyId", &kEventDataStoreKmsKeyId},
    {"BillingMode", &kBillingMode},
    {"FederationStatus", &kFederationStatus},
    {"FederationRoleArn", &kFederationRoleArn},
    {"PartitionKeys", &kPartitionKeyList}};
inline constexpr Shape kGetEventDataStoreResponse =
    structure("GetEventDataStoreResponse", kGetEventDataStoreResponseMembers);
inline constexpr Member kGetEventSelectorsRequestMembers[] = {{"TrailName", &kString, kRequired}};
inline constexpr Shape kGetEventSelectorsRequest =
    structure("GetEventSelectorsRequest", kGetEventSelectorsRequestMembers);
inline constexpr std::string_view kReadWriteTypeValues[] = {"ReadOnly", "WriteOnly", "All"};
inline constexpr Shape kReadWriteType = one_of("ReadWriteType", kReadWriteTypeValues);
inline constexpr Shape kDataResourceValues =
    list("DataResourceValues", kString, kNoBound, kNoBound);
inline constexpr Member kDataResourceMembers[] = {{"Type", &kString},
                                                  {"Values", &kDataResourceValues}};
inline constexpr Shape kDataResource = structure("DataResource", kDataResourceMembers);
inline constexpr Shape kDataResources = list("DataResources", kDataResource, kNoBound, kNoBound);
inline constexpr Shape kExcludeManagementEventSources =
    list("ExcludeManagementEventSources", kString, kNoBound, kNoBound);
inline constexpr Member kEventSelectorMembers[] = {
    {"ReadWriteType", &kReadWriteType},
    {"IncludeManagementEvents", &kBoolean},
    {"DataResources", &kDataResources},
    {"ExcludeManagementEventSources", &kExcludeManagementEventSources}};
inline constexpr Shape kEventSelector = structure("EventSelector", kEventSelectorMembers);
inline constexpr Shape kEventSelectors = list("EventSelectors", kEventSelector, kNoBound, kNoBound);
inline constexpr Member kGetEventSelectorsResponseMembers[] = {
    {"TrailARN", &kString},
    {"EventSelectors", &kEventSelectors},
    {"AdvancedEventSelectors", &kAdvancedEventSelectors}};
inline constexpr Shape kGetEventSelectorsResponse =
    structure("GetEventSelectorsResponse", kGetEventSelectorsResponseMembers);
inline constexpr Member kGetImportRequestMembers[] = {{"ImportId", &kUUID, kRequired}};
inline constexpr Shape kGetImportRequest = structure("GetImportRequest", kGetImportRequestMembers);
inline constexpr Shape kImportDestinations = list("ImportDestinations", kEventDataStoreArn, 1, 1);
inline constexpr Member kS3ImportSourceMembers[] = {{"S3LocationUri", &kString, kRequired},
                                                    {"S3BucketRegion", &kString, kRequired},
                                                    {"S3BucketAccessRoleArn", &kString, kRequired}};
inline constexpr Shape kS3ImportSource = structure("S3ImportSource", kS3ImportSourceMembers);
inline constexpr Member kImportSourceMembers[] = {{"S3", &kS3ImportSource, kRequired}};
inline constexpr Shape kImportSource = structure("ImportSource", kImportSourceMembers);
inline constexpr std::string_view kImportStatusValues[] = {"INITIALIZING", "IN_PROGRESS", "FAILED",
                                                           "STOPPED", "COMPLETED"};
inline constexpr Shape kImportStatus = one_of("ImportStatus", kImportStatusValues);
inline constexpr Member kImportStatisticsMembers[] = {{"PrefixesFound", &kLong},
                                                      {"PrefixesCompleted", &kLong},
                                                      {"FilesCompleted", &kLong},
                                                      {"EventsCompleted", &kLong},
                                                      {"FailedEntries", &kLong}};
inline constexpr Shape kImportStatistics = structure("ImportStatistics", kImportStatisticsMembers);
inline constexpr Member kGetImportResponseMembers[] = {{"ImportId", &kUUID},
                                                       {"Destinations", &kImportDestinations},
                                                       {"ImportSource", &kImportSource},
                                                       {"StartEventTime", &kDate},
                                                       {"EndEventTime", &kDate},
                                                       {"ImportStatus", &kImportStatus},
                                                       {"CreatedTimestamp", &kDate},
                                                       {"UpdatedTimestamp", &kDate},
                                                       {"ImportStatistics", &kImportStatistics}};
inline constexpr Shape kGetImportResponse =
    structure("GetImportResponse", kGetImportResponseMembers);
inline constexpr Member kGetInsightSelectorsRequestMembers[] = {
    {"TrailName", &kString}, {"EventDataStore", &kEventDataStoreArn}};
inline constexpr Shape kGetInsightSelectorsRequest =
    structure("GetInsightSelectorsRequest", kGetInsightSelectorsRequestMembers);
inline constexpr std::string_view kInsightTypeValues[] = {"ApiCallRateInsight",
                                                          "ApiErrorRateInsight"};
inline constexpr Shape kInsightType = one_of("InsightType", kInsightTypeValues);
inline constexpr std::string_view kSourceEventCategoryValues[] = {"Management", "Data"};
inline constexpr Shape kSourceEventCategory =
    one_of("SourceEventCategory", kSourceEventCategoryValues);
inline constexpr Shape kSourceEventCategories =
    list("SourceEventCategories", kSourceEventCategory, kNoBound, kNoBound);
inline constexpr Member kInsightSelectorMembers[] = {{"InsightType", &kInsightType},
                                                     {"EventCategories", &kSourceEventCategories}};
inline constexpr Shape kInsightSelector = structure("InsightSelector", kInsightSelectorMembers);
inline constexpr Shape kInsightSelectors =
    list("InsightSelectors", kInsightSelector, kNoBound, kNoBound);
inline constexpr Member kGetInsightSelectorsResponseMembers[] = {
    {"TrailARN", &kString},
    {"InsightSelectors", &kInsightSelectors},
    {"EventDataStoreArn", &kEventDataStoreArn},
    {"InsightsDestination", &kEventDataStoreArn}};
inline constexpr Shape kGetInsightSelectorsResponse =
    structure("GetInsightSelectorsResponse", kGetInsightSelectorsResponseMembers);
inline constexpr Shape kPaginationToken = text("PaginationToken", 4, 1000, R"(.*)");
inline constexpr Shape kMaxQueryResults = scalar("MaxQueryResults", ShapeKind::kInteger, 1, 1000);
inline constexpr Member kGetQueryResultsRequestMembers[] = {
    {"EventDataStore", &kEventDataStoreArn},
    {"QueryId", &kUUID, kRequired},
    {"NextToken", &kPaginationToken},
    {"MaxQueryResults", &kMaxQueryResults},
    {"EventDataStoreOwnerAccountId", &kAccountId}};
inline constexpr Shape kGetQueryResultsRequest =
    structure("GetQueryResultsRequest", kGetQueryResultsRequestMembers);
inline constexpr Member kQueryStatisticsMembers[] = {
    {"ResultsCount", &kInteger}, {"TotalResultsCount", &kInteger}, {"BytesScanned", &kLong}};
inline constexpr Shape kQueryStatistics = structure("QueryStatistics", kQueryStatisticsMembers);
inline constexpr Shape kQueryResultKey = text("QueryResultKey", kNoBound, kNoBound);
inline constexpr Shape kQueryResultValue = text("QueryResultValue", kNoBound, kNoBound);
inline constexpr Shape kQueryResultColumn =
    map("QueryResultColumn", kQueryResultKey, kQueryResultValue, kNoBound, kNoBound);
inline constexpr Shape kQueryResultRow =
    list("QueryResultRow", kQueryResultColumn, kNoBound, kNoBound);
inline constexpr Shape kQueryResultRows =
    list("QueryResultRows", kQueryResultRow, kNoBound, kNoBound);
inline constexpr Member kGetQueryResultsResponseMembers[] = {{"QueryStatus", &kQueryStatus},
                                                             {"QueryStatistics", &kQueryStatistics},
                                                             {"QueryResultRows", &kQueryResultRows},
                                                             {"NextToken", &kPaginationToken},
                                                             {"ErrorMessage", &kErrorMessage}};
inline constexpr Shape kGetQueryResultsResponse =
    structure("GetQueryResultsResponse", kGetQueryResultsResponseMembers);
inline constexpr Member kGetResourcePolicyRequestMembers[] = {
    {"ResourceArn", &kResourceArn, kRequired}};
inline constexpr Shape kGetResourcePolicyRequest =
    structure("GetResourcePolicyRequest", kGetResourcePolicyRequestMembers);
inline constexpr Shape kResourcePolicy = text("ResourcePolicy", 1, 8192);
inline constexpr Member kGetResourcePolicyResponseMembers[] = {
    {"ResourceArn", &kResourceArn},
    {"ResourcePolicy", &kResourcePolicy},
    {"DelegatedAdminResourcePolicy", &kResourcePolicy}};
inline constexpr Shape kGetResourcePolicyResponse =
    structure("GetResourcePolicyResponse", kGetResourcePolicyResponseMembers);
inline constexpr Member kGetTrailRequestMembers[] = {{"Name", &kString, kRequired}};
inline constexpr Shape kGetTrailRequest = structure("GetTrailRequest", kGetTrailRequestMembers);
inline constexpr Member kGetTrailResponseMembers[] = {{"Trail", &kTrail}};
inline constexpr Shape kGetTrailResponse = structure("GetTrailResponse", kGetTrailResponseMembers);
inline constexpr Member kGetTrailStatusRequestMembers[] = {{"Name", &kString, kRequired}};
inline constexpr Shape kGetTrailStatusRequest =
    structure("GetTrailStatusRequest", kGetTrailStatusRequestMembers);
inline constexpr Member kGetTrailStatusResponseMembers[] = {
    {"IsLogging", &kBoolean},
    {"LatestDeliveryError", &kString},
    {"LatestNotificationError", &kString},
    {"LatestDeliveryTime", &kDate},
    {"LatestNotificationTime", &kDate},
    {"StartLoggingTime", &kDate},
    {"StopLoggingTime", &kDate},
    {"LatestCloudWatchLogsDeliveryError", &kString},
    {"LatestCloudWatchLogsDeliveryTime", &kDate},
    {"LatestDigestDeliveryTime", &kDate},
    {"LatestDigestDeliveryError", &kString},
    {"LatestDeliveryAttemptTime", &kString},
    {"LatestNotificationAttemptTime", &kString},
    {"LatestNotificationAttemptSucceeded", &kString},
    {"LatestDeliveryAttemptSucceeded", &kString},
    {"TimeLoggingStarted", &kString},
    {"TimeLoggingStopped", &kString}};
inline constexpr Shape kGetTrailStatusResponse =
    structure("GetTrailStatusResponse", kGetTrailStatusResponseMembers);
inline constexpr Shape kListChannelsMaxResultsCount =
    scalar("ListChannelsMaxResultsCount", ShapeKind::kInteger, 1, 1000);
inline constexpr Member kListChannelsRequestMembers[] = {
    {"MaxResults", &kListChannelsMaxResultsCount}, {"NextToken", &kPaginationToken}};
inline constexpr Shape kListChannelsRequest =
    structure("ListChannelsRequest", kListChannelsRequestMembers);
inline constexpr Member kChannelMembers[] = {{"ChannelArn", &kChannelArn}, {"Name", &kChannelName}};
inline constexpr Shape kChannel = structure("Channel", kChannelMembers);
inline constexpr Shape kChannels = list("Channels", kChannel, kNoBound, kNoBound);
inline constexpr Member kListChannelsResponseMembers[] = {{"Channels", &kChannels},
                                                          {"NextToken", &kPaginationToken}};
inline constexpr Shape kListChannelsResponse =
    structure("ListChannelsResponse", kListChannelsResponseMembers);
inline constexpr Shape kListDashboardsMaxResultsCount =
    scalar("ListDashboardsMaxResultsCount", ShapeKind::kInteger, 1, 1000);
inline constexpr Member kListDashboardsRequestMembers[] = {
    {"NamePrefix", &kDashboardName},
    {"Type", &kDashboardType},
    {"NextToken", &kPaginationToken},
    {"MaxResults", &kListDashboardsMaxResultsCount}};
inline constexpr Shape kListDashboardsRequest =
    structure("ListDashboardsRequest", kListDashboardsRequestMembers);
inline constexpr Member kDashboardDetailMembers[] = {{"DashboardArn", &kDashboardArn},
                                                     {"Type", &kDashboardType}};
inline constexpr Shape kDashboardDetail = structure("DashboardDetail", kDashboardDetailMembers);
inline constexpr Shape kDashboards = list("Dashboards", kDashboardDetail, kNoBound, kNoBound);
inline constexpr Member kListDashboardsResponseMembers[] = {{"Dashboards", &kDashboards},
                                                            {"NextToken", &kPaginationToken}};
inline constexpr Shape kListDashboardsResponse =
    structure("ListDashboardsResponse", kListDashboardsResponseMembers);
inline constexpr Shape kListEventDataStoresMaxResultsCount =
    scalar("ListEventDataStoresMaxResultsCount", ShapeKind::kInteger, 1, 1000);
inline constexpr Member kListEventDataStoresRequestMembers[] = {
    {"NextToken", &kPaginationToken}, {"MaxResults", &kListEventDataStoresMaxResultsCount}};
inline constexpr Shape kListEventDataStoresRequest =
    structure("ListEventDataStoresRequest", kListEventDataStoresRequestMembers);
inline constexpr Member kEventDataStoreMembers[] = {
    {"EventDataStoreArn", &kEventDataStoreArn},
    {"Name", &kEventDataStoreName},
    {"TerminationProtectionEnabled", &kTerminationProtectionEnabled},
    {"Status", &kEventDataStoreStatus},
    {"AdvancedEventSelectors", &kAdvancedEventSelectors},
    {"MultiRegionEnabled", &kBoolean},
    {"OrganizationEnabled", &kBoolean},
    {"RetentionPeriod", &kRetentionPeriod},
    {"CreatedTimestamp", &kDate},
    {"UpdatedTimestamp", &kDate}};
inline constexpr Shape kEventDataStore = structure("EventDataStore", kEventDataStoreMembers);
inline constexpr Shape kEventDataStores =
    list("EventDataStores", kEventDataStore, kNoBound, kNoBound);
inline constexpr Member kListEventDataStoresResponseMembers[] = {
    {"EventDataStores", &kEventDataStores}, {"NextToken", &kPaginationToken}};
inline constexpr Shape kListEventDataStoresResponse =
    structure("ListEventDataStoresResponse", kListEventDataStoresResponseMembers);
inline constexpr Shape kListImportFailuresMaxResultsCount =
    scalar("ListImportFailuresMaxResultsCount", ShapeKind::kInteger, 1, 1000);
inline constexpr Member kListImportFailuresRequestMembers[] = {
    {"ImportId", &kUUID, kRequired},
    {"MaxResults", &kListImportFailuresMaxResultsCount},
    {"NextToken", &kPaginationToken}};
inline constexpr Shape kListImportFailuresRequest =
    structure("ListImportFailuresRequest", kListImportFailuresRequestMembers);
inline constexpr std::string_view kImportFailureStatusValues[] = {"FAILED", "RETRY", "SUCCEEDED"};
inline constexpr Shape kImportFailureStatus =
    one_of("ImportFailureStatus", kImportFailureStatusValues);
inline constexpr Member kImportFailureListItemMembers[] = {{"Location", &kString},
                                                           {"Status", &kImportFailureStatus},
                                                           {"ErrorType", &kString},
                                                           {"ErrorMessage", &kString},
                                                           {"LastUpdatedTime", &kDate}};
inline constexpr Shape kImportFailureListItem =
    structure("ImportFailureListItem", kImportFailureListItemMembers);
inline constexpr Shape kImportFailureList =
    list("ImportFailureList", kImportFailureListItem, kNoBound, kNoBound);
inline constexpr Member kListImportFailuresResponseMembers[] = {{"Failures", &kImportFailureList},
                                                                {"NextToken", &kPaginationToken}};
inline constexpr Shape kListImportFailuresResponse =
    structure("ListImportFailuresResponse", kListImportFailuresResponseMembers);
inline constexpr Shape kListImportsMaxResultsCount =
    scalar("ListImportsMaxResultsCount", ShapeKind::kInteger, 1, 1000);
inline constexpr Member kListImportsRequestMembers[] = {
    {"MaxResults", &kListImportsMaxResultsCount},
    {"Destination", &kEventDataStoreArn},
    {"ImportStatus", &kImportStatus},
    {"NextToken", &kPaginationToken}};
inline constexpr Shape kListImportsRequest =
    structure("ListImportsRequest", kListImportsRequestMembers);
inline constexpr Member kImportsListItemMembers[] = {{"ImportId", &kUUID},
                                                     {"ImportStatus", &kImportStatus},
                                                     {"Destinations", &kImportDestinations},
                                                     {"CreatedTimestamp", &kDate},
                                                     {"UpdatedTimestamp", &kDate}};
inline constexpr Shape kImportsListItem = structure("ImportsListItem", kImportsListItemMembers);
inline constexpr Shape kImportsList = list("ImportsList", kImportsListItem, kNoBound, kNoBound);
inline constexpr Member kListImportsResponseMembers[] = {{"Imports", &kImportsList},
                                                         {"NextToken", &kPaginationToken}};
inline constexpr Shape kListImportsResponse =
    structure("ListImportsResponse", kListImportsResponseMembers);
inline constexpr std::string_view kListInsightsDataTypeValues[] = {"InsightsEvents"};
inline constexpr Shape kListInsightsDataType =
    one_of("ListInsightsDataType", kListInsightsDataTypeValues);
inline constexpr std::string_view kListInsightsDataDimensionKeyValues[] = {"EventId", "EventName",
                                                                           "EventSource"};
inline constexpr Shape kListInsightsDataDimensionKey =
    one_of("ListInsightsDataDimensionKey", kListInsightsDataDimensionKeyValues);
inline constexpr Shape kListInsightsDataDimensionValue =
    text("ListInsightsDataDimensionValue", 1, 2000);
inline constexpr Shape kListInsightsDataDimensions =
    map("ListInsightsDataDimensions", kListInsightsDataDimensionKey,
        kListInsightsDataDimensionValue, 1, 1);
inline constexpr Shape kListInsightsDataMaxResultsCount =
    scalar("ListInsightsDataMaxResultsCount", ShapeKind::kInteger, 1, 50);
inline constexpr Member kListInsightsDataRequestMembers[] = {
    {"InsightSource", &kResourceArn, kRequired},
    {"DataType", &kListInsightsDataType, kRequired},
    {"Dimensions", &kListInsightsDataDimensions},
    {"StartTime", &kDate},
    {"EndTime", &kDate},
    {"MaxResults", &kListInsightsDataMaxResultsCount},
    {"NextToken", &kPaginationToken}};
inline constexpr Shape kListInsightsDataRequest =
    structure("ListInsightsDataRequest", kListInsightsDataRequestMembers);
inline constexpr Member kResourceMembers[] = {{"ResourceType", &kString},
                                              {"ResourceName", &kString}};
inline constexpr Shape kResource = structure("Resource", kResourceMembers);
inline constexpr Shape kResourceList = list("ResourceList", kResource, kNoBound, kNoBound);
inline constexpr Member kEventMembers[] = {
    {"EventId", &kString},     {"EventName", &kString},       {"ReadOnly", &kString},
    {"AccessKeyId", &kString}, {"EventTime", &kDate},         {"EventSource", &kString},
    {"Username", &kString},    {"Resources", &kResourceList}, {"CloudTrailEvent", &kString}};
inline constexpr Shape kEvent = structure("Event", kEventMembers);
inline constexpr Shape kEventsList = list("EventsList", kEvent, kNoBound, kNoBound);
inline constexpr Member kListInsightsDataResponseMembers[] = {{"Events", &kEventsList},
                                                              {"NextToken", &kPaginationToken}};
inline constexpr Shape kListInsightsDataResponse =
    structure("ListInsightsDataResponse", kListInsightsDataResponseMembers);
inline constexpr Shape kEventSource =
    text("EventSource", kNoBound, 256, R"(^[a-z0-9_-]+\.amazonaws\.com$)");
inline constexpr Shape kEventName = text("EventName", kNoBound, 128, R"(^[A-Za-z0-9_]+$)");
inline constexpr Shape kErrorCode = text("ErrorCode", kNoBound, 128, R"(^[\w\d\s_.,\-:\[\]]+$)");
inline constexpr Shape kInsightsMetricPeriod =
    scalar("InsightsMetricPeriod", ShapeKind::kInteger, 60, 3600);
inline constexpr std::string_view kInsightsMetricDataTypeValues[] = {"FillWithZeros",
                                                                     "NonZeroData"};
inline constexpr Shape kInsightsMetricDataType =
    one_of("InsightsMetricDataType", kInsightsMetricDataTypeValues);
inline constexpr Shape kInsightsMetricMaxResults =
    scalar("InsightsMetricMaxResults", ShapeKind::kInteger, 1, 21600);
inline constexpr Shape kInsightsMetricNextToken = text("InsightsMetricNextToken", 1, 5000);
inline constexpr Member kListInsightsMetricDataRequestMembers[] = {
    {"TrailName", &kString},
    {"EventSource", &kEventSource, kRequired},
    {"EventName", &kEventName, kRequired},
    {"InsightType", &kInsightType, kRequired},
    {"ErrorCode", &kErrorCode},
    {"StartTime", &kDate},
    {"EndTime", &kDate},
    {"Period", &kInsightsMetricPeriod},
    {"DataType", &kInsightsMetricDataType},
    {"MaxResults", &kInsightsMetricMaxResults},
    {"NextToken", &kInsightsMetricNextToken}};
inline constexpr Shape kListInsightsMetricDataRequest =
    structure("ListInsightsMetricDataRequest", kListInsightsMetricDataRequestMembers);
inline constexpr Shape kTimestamps = list("Timestamps", kDate, kNoBound, kNoBound);
inline constexpr Shape kDouble = scalar("Double", ShapeKind::kDouble, kNoBound, kNoBound);
inline constexpr Shape kInsightsMetricValues =
    list("InsightsMetricValues", kDouble, kNoBound, kNoBound);
inline constexpr Member kListInsightsMetricDataResponseMembers[] = {
    {"TrailARN", &kString},
    {"EventSource", &kEventSource},
    {"EventName", &kEventName},
    {"InsightType", &kInsightType},
    {"ErrorCode", &kErrorCode},
    {"Timestamps", &kTimestamps},
    {"Values", &kInsightsMetricValues},
    {"NextToken", &kInsightsMetricNextToken}};
inline constexpr Shape kListInsightsMetricDataResponse =
    structure("ListInsightsMetricDataResponse", kListInsightsMetricDataResponseMembers);
inline constexpr Member kListPublicKeysRequestMembers[] = {
    {"StartTime", &kDate}, {"EndTime", &kDate}, {"NextToken", &kString}};
inline constexpr Shape kListPublicKeysRequest =
    structure("ListPublicKeysRequest", kListPublicKeysRequestMembers);
inline constexpr Shape kByteBuffer = scalar("ByteBuffer", ShapeKind::kBlob, kNoBound, kNoBound);
inline constexpr Member kPublicKeyMembers[] = {{"Value", &kByteBuffer},
                                               {"ValidityStartTime", &kDate},
                                               {"ValidityEndTime", &kDate},
                                               {"Fingerprint", &kString}};
inline constexpr Shape kPublicKey = structure("PublicKey", kPublicKeyMembers);
inline constexpr Shape kPublicKeyList = list("PublicKeyList", kPublicKey, kNoBound, kNoBound);
inline constexpr Member kListPublicKeysResponseMembers[] = {{"PublicKeyList", &kPublicKeyList},
                                                            {"NextToken", &kString}};
inline constexpr Shape kListPublicKeysResponse =
    structure("ListPublicKeysResponse", kListPublicKeysResponseMembers);
inline constexpr Shape kListQueriesMaxResultsCount =
    scalar("ListQueriesMaxResultsCount", ShapeKind::kInteger, 1, 1000);
inline constexpr Member kListQueriesRequestMembers[] = {
    {"EventDataStore", &kEventDataStoreArn, kRequired},
    {"NextToken", &kPaginationToken},
    {"MaxResults", &kListQueriesMaxResultsCount},
    {"StartTime", &kDate},
    {"EndTime", &kDate},
    {"QueryStatus", &kQueryStatus}};
inline constexpr Shape kListQueriesRequest =
    structure("ListQueriesRequest", kListQueriesRequestMembers);
inline constexpr Member kQueryMembers[] = {
    {"QueryId", &kUUID}, {"QueryStatus", &kQueryStatus}, {"CreationTime", &kDate}};
inline constexpr Shape kQuery = structure("Query", kQueryMembers);
inline constexpr Shape kQueries = list("Queries", kQuery, kNoBound, kNoBound);
inline constexpr Member kListQueriesResponseMembers[] = {{"Queries", &kQueries},
                                                         {"NextToken", &kPaginationToken}};
inline constexpr Shape kListQueriesResponse =
    structure("ListQueriesResponse", kListQueriesResponseMembers);
inline constexpr Shape kResourceIdList = list("ResourceIdList", kString, kNoBound, kNoBound);
inline constexpr Member kListTagsRequestMembers[] = {
    {"ResourceIdList", &kResourceIdList, kRequired}, {"NextToken", &kString}};
inline constexpr Shape kListTagsRequest = structure("ListTagsRequest", kListTagsRequestMembers);
inline constexpr Member kResourceTagMembers[] = {{"ResourceId", &kString},
                                                 {"TagsList", &kTagsList}};
inline constexpr Shape kResourceTag = structure("ResourceTag", kResourceTagMembers);
inline constexpr Shape kResourceTagList = list("ResourceTagList", kResourceTag, kNoBound, kNoBound);
inline constexpr Member kListTagsResponseMembers[] = {{"ResourceTagList", &kResourceTagList},
                                                      {"NextToken", &kString}};
inline constexpr Shape kListTagsResponse = structure("ListTagsResponse", kListTagsResponseMembers);
inline constexpr Member kListTrailsRequestMembers[] = {{"NextToken", &kString}};
inline constexpr Shape kListTrailsRequest =
    structure("ListTrailsRequest", kListTrailsRequestMembers);
inline constexpr Member kTrailInfoMembers[] = {
    {"TrailARN", &kString}, {"Name", &kString}, {"HomeRegion", &kString}};
inline constexpr Shape kTrailInfo = structure("TrailInfo", kTrailInfoMembers);
inline constexpr Shape kTrails = list("Trails", kTrailInfo, kNoBound, kNoBound);
inline constexpr Member kListTrailsResponseMembers[] = {{"Trails", &kTrails},
                                                        {"NextToken", &kString}};
inline constexpr Shape kListTrailsResponse =
    structure("ListTrailsResponse", kListTrailsResponseMembers);
inline constexpr std::string_view kLookupAttributeKeyValues[] = {
    "EventId",      "EventName",    "ReadOnly",    "Username",
    "ResourceType", "ResourceName", "EventSource", "AccessKeyId"};
inline constexpr Shape kLookupAttributeKey =
    one_of("LookupAttributeKey", kLookupAttributeKeyValues);
inline constexpr Shape kLookupAttributeValue = text("LookupAttributeValue", 1, 2000);
inline constexpr Member kLookupAttributeMembers[] = {
    {"AttributeKey", &kLookupAttributeKey, kRequired},
    {"AttributeValue", &kLookupAttributeValue, kRequired}};
inline constexpr Shape kLookupAttribute = structure("LookupAttribute", kLookupAttributeMembers);
inline constexpr Shape kLookupAttributesList =
    list("LookupAttributesList", kLookupAttribute, kNoBound, kNoBound);
inline constexpr std::string_view kEventCategoryValues[] = {"insight"};
inline constexpr Shape kEventCategory = one_of("EventCategory", kEventCategoryValues);
inline constexpr Shape kMaxResults = scalar("MaxResults", ShapeKind::kInteger, 1, 50);
inline constexpr Shape kNextToken = text("NextToken", kNoBound, kNoBound);
inline constexpr Member kLookupEventsRequestMembers[] = {
    {"LookupAttributes", &kLookupAttributesList},
    {"StartTime", &kDate},
    {"EndTime", &kDate},
    {"EventCategory", &kEventCategory},
    {"MaxResults", &kMaxResults},
    {"NextToken", &kNextToken}};
inline constexpr Shape kLookupEventsRequest =
    structure("LookupEventsRequest", kLookupEventsRequestMembers);
inline constexpr Member kLookupEventsResponseMembers[] = {{"Events", &kEventsList},
                                                          {"NextToken", &kNextToken}};
inline constexpr Shape kLookupEventsResponse =
    structure("LookupEventsResponse", kLookupEventsResponseMembers);
inline constexpr Member kPutEventConfigurationRequestMembers[] = {
    {"TrailName", &kString},
    {"EventDataStore", &kString},
    {"MaxEventSize", &kMaxEventSize},
    {"ContextKeySelectors", &kContextKeySelectors},
    {"AggregationConfigurations", &kAggregationConfigurations}};
inline constexpr Shape kPutEventConfigurationRequest =
    structure("PutEventConfigurationRequest", kPutEventConfigurationRequestMembers);
inline constexpr Member kPutEventConfigurationResponseMembers[] = {
    {"TrailARN", &kString},
    {"EventDataStoreArn", &kEventDataStoreArn},
    {"MaxEventSize", &kMaxEventSize},
    {"ContextKeySelectors", &kContextKeySelectors},
    {"AggregationConfigurations", &kAggregationConfigurations}};
inline constexpr Shape kPutEventConfigurationResponse =
    structure("PutEventConfigurationResponse", kPutEventConfigurationResponseMembers);
inline constexpr Member kPutEventSelectorsRequestMembers[] = {
    {"TrailName", &kString, kRequired},
    {"EventSelectors", &kEventSelectors},
    {"AdvancedEventSelectors", &kAdvancedEventSelectors}};
inline constexpr Shape kPutEventSelectorsRequest =
    structure("PutEventSelectorsRequest", kPutEventSelectorsRequestMembers);
inline constexpr Member kPutEventSelectorsResponseMembers[] = {
    {"TrailARN", &kString},
    {"EventSelectors", &kEventSelectors},
    {"AdvancedEventSelectors", &kAdvancedEventSelectors}};
inline constexpr Shape kPutEventSelectorsResponse =
    structure("PutEventSelectorsResponse", kPutEventSelectorsResponseMembers);
inline constexpr Member kPutInsightSelectorsRequestMembers[] = {
    {"TrailName", &kString},
    {"InsightSelectors", &kInsightSelectors, kRequired},
    {"EventDataStore", &kEventDataStoreArn},
    {"InsightsDestination", &kEventDataStoreArn}};
inline constexpr Shape kPutInsightSelectorsRequest =
    structure("PutInsightSelectorsRequest", kPutInsightSelectorsRequestMembers);
inline constexpr Member kPutInsightSelectorsResponseMembers[] = {
    {"TrailARN", &kString},
    {"InsightSelectors", &kInsightSelectors},
    {"EventDataStoreArn", &kEventDataStoreArn},
    {"InsightsDestination", &kEventDataStoreArn}};
inline constexpr Shape kPutInsightSelectorsResponse =
    structure("PutInsightSelectorsResponse", kPutInsightSelectorsResponseMembers);
inline constexpr Member kPutResourcePolicyRequestMembers[] = {
    {"ResourceArn", &kResourceArn, kRequired}, {"ResourcePolicy", &kResourcePolicy, kRequired}};
inline constexpr Shape kPutResourcePolicyRequest =
    structure("PutResourcePolicyRequest", kPutResourcePolicyRequestMembers);
inline constexpr Member kPutResourcePolicyResponseMembers[] = {
    {"ResourceArn", &kResourceArn},
    {"ResourcePolicy", &kResourcePolicy},
    {"DelegatedAdminResourcePolicy", &kResourcePolicy}};
inline constexpr Shape kPutResourcePolicyResponse =
    structure("PutResourcePolicyResponse", kPutResourcePolicyResponseMembers);
inline constexpr Member kRegisterOrganizationDelegatedAdminRequestMembers[] = {
    {"MemberAccountId", &kAccountId, kRequired}};
inline constexpr Shape kRegisterOrganizationDelegatedAdminRequest = structure(
    "RegisterOrganizationDelegatedAdminRequest", kRegisterOrganizationDelegatedAdminRequestMembers);
inline constexpr Shape kRegisterOrganizationDelegatedAdminResponse =
    structure("RegisterOrganizationDelegatedAdminResponse");
inline constexpr Member kRemoveTagsRequestMembers[] = {{"ResourceId", &kString, kRequired},
                                                       {"TagsList", &kTagsList, kRequired}};
inline constexpr Shape kRemoveTagsRequest =
    structure("RemoveTagsRequest", kRemoveTagsRequestMembers);
inline constexpr Shape kRemoveTagsResponse = structure("RemoveTagsResponse");
inline constexpr Member kRestoreEventDataStoreRequestMembers[] = {
    {"EventDataStore", &kEventDataStoreArn, kRequired}};
inline constexpr Shape kRestoreEventDataStoreRequest =
    structure("RestoreEventDataStoreRequest", kRestoreEventDataStoreRequestMembers);
inline constexpr Member kRestoreEventDataStoreResponseMembers[] = {
    {"EventDataStoreArn", &kEventDataStoreArn},
    {"Name", &kEventDataStoreName},
    {"Status", &kEventDataStoreStatus},
    {"AdvancedEventSelectors", &kAdvancedEventSelectors},
    {"MultiRegionEnabled", &kBoolean},
    {"OrganizationEnabled", &kBoolean},
    {"RetentionPeriod", &kRetentionPeriod},
    {"TerminationProtectionEnabled", &kTerminationProtectionEnabled},
    {"CreatedTimestamp", &kDate},
    {"UpdatedTimestamp", &kDate},
    {"KmsKeyId", &kEventDataStoreKmsKeyId},
    {"BillingMode", &kBillingMode}};
inline constexpr Shape kRestoreEventDataStoreResponse =
    structure("RestoreEventDataStoreResponse", kRestoreEventDataStoreResponseMembers);
inline constexpr Shape kSearchSampleQueriesSearchPhrase =
    text("SearchSampleQueriesSearchPhrase", 2, 1000, R"(^[ -~\n]*$)");
inline constexpr Shape kSearchSampleQueriesMaxResults =
    scalar("SearchSampleQueriesMaxResults", ShapeKind::kInteger, 1, 50);
inline constexpr Member kSearchSampleQueriesRequestMembers[] = {
    {"SearchPhrase", &kSearchSampleQueriesSearchPhrase, kRequired},
    {"MaxResults", &kSearchSampleQueriesMaxResults},
    {"NextToken", &kPaginationToken}};
inline constexpr Shape kSearchSampleQueriesRequest =
    structure("SearchSampleQueriesRequest", kSearchSampleQueriesRequestMembers);
inline constexpr Shape kSampleQueryName = text("SampleQueryName", kNoBound, kNoBound);
inline constexpr Shape kSampleQueryDescription = text("SampleQueryDescription", kNoBound, kNoBound);
inline constexpr Shape kSampleQuerySQL = text("SampleQuerySQL", kNoBound, kNoBound);
inline constexpr Shape kSampleQueryRelevance =
    scalar("SampleQueryRelevance", ShapeKind::kFloat, kNoBound, kNoBound);
inline constexpr Member kSearchSampleQueriesSearchResultMembers[] = {
    {"Name", &kSampleQueryName},
    {"Description", &kSampleQueryDescription},
    {"SQL", &kSampleQuerySQL},
    {"Relevance", &kSampleQueryRelevance}};
inline constexpr Shape kSearchSampleQueriesSearchResult =
    structure("SearchSampleQueriesSearchResult", kSearchSampleQueriesSearchResultMembers);
inline constexpr Shape kSearchSampleQueriesSearchResults =
    list("SearchSampleQueriesSearchResults", kSearchSampleQueriesSearchResult, kNoBound, kNoBound);
inline constexpr Member kSearchSampleQueriesResponseMembers[] = {
    {"SearchResults", &kSearchSampleQueriesSearchResults}, {"NextToken", &kPaginationToken}};
inline constexpr Shape kSearchSampleQueriesResponse =
    structure("SearchSampleQueriesResponse", kSearchSampleQueriesResponseMembers);
inline constexpr Shape kQueryParameterKey =
    text("QueryParameterKey", 3, 128, R"(^[a-zA-Z0-9._/\-:$]+$)");
inline constexpr Shape kQueryParameterValue =
    text("QueryParameterValue", 1, 128, R"(^[a-zA-Z0-9._/\-:]+$)");
inline constexpr Shape kQueryParameterValues =
    map("QueryParameterValues", kQueryParameterKey, kQueryParameterValue, kNoBound, kNoBound);
inline constexpr Member kStartDashboardRefreshRequestMembers[] = {
    {"DashboardId", &kDashboardArn, kRequired}, {"QueryParameterValues", &kQueryParameterValues}};
inline constexpr Shape kStartDashboardRefreshRequest =
    structure("StartDashboardRefreshRequest", kStartDashboardRefreshRequestMembers);
inline constexpr Member kStartDashboardRefreshResponseMembers[] = {{"RefreshId", &kRefreshId}};
inline constexpr Shape kStartDashboardRefreshResponse =
    structure("StartDashboardRefreshResponse", kStartDashboardRefreshResponseMembers);
inline constexpr Member kStartEventDataStoreIngestionRequestMembers[] = {
    {"EventDataStore", &kEventDataStoreArn, kRequired}};
inline constexpr Shape kStartEventDataStoreIngestionRequest =
    structure("StartEventDataStoreIngestionRequest", kStartEventDataStoreIngestionRequestMembers);
inline constexpr Shape kStartEventDataStoreIngestionResponse =
    structure("StartEventDataStoreIngestionResponse");
inline constexpr Member kStartImportRequestMembers[] = {{"Destinations", &kImportDestinations},
                                                        {"ImportSource", &kImportSource},
                                                        {"StartEventTime", &kDate},
                                                        {"EndEventTime", &kDate},
                                                        {"ImportId", &kUUID}};
inline constexpr Shape kStartImportRequest =
    structure("StartImportRequest", kStartImportRequestMembers);
inline constexpr Member kStartImportResponseMembers[] = {{"ImportId", &kUUID},
                                                         {"Destinations", &kImportDestinations},
                                                         {"ImportSource", &kImportSource},
                                                         {"StartEventTime", &kDate},
                                                         {"EndEventTime", &kDate},
                                                         {"ImportStatus", &kImportStatus},
                                                         {"CreatedTimestamp", &kDate},
                                                         {"UpdatedTimestamp", &kDate}};
inline constexpr Shape kStartImportResponse =
    structure("StartImportResponse", kStartImportResponseMembers);
inline constexpr Member kStartLoggingRequestMembers[] = {{"Name", &kString, kRequired}};
inline constexpr Shape kStartLoggingRequest =
    structure("StartLoggingRequest", kStartLoggingRequestMembers);
inline constexpr Shape kStartLoggingResponse = structure("StartLoggingResponse");
inline constexpr Member kStartQueryRequestMembers[] = {
    {"QueryStatement", &kQueryStatement},
    {"DeliveryS3Uri", &kDeliveryS3Uri},
    {"QueryAlias", &kQueryAlias},
    {"QueryParameters", &kQueryParameters},
    {"EventDataStoreOwnerAccountId", &kAccountId}};
inline constexpr Shape kStartQueryRequest =
    structure("StartQueryRequest", kStartQueryRequestMembers);
inline constexpr Member kStartQueryResponseMembers[] = {
    {"QueryId", &kUUID}, {"EventDataStoreOwnerAccountId", &kAccountId}};
inline constexpr Shape kStartQueryResponse =
    structure("StartQueryResponse", kStartQueryResponseMembers);
inline constexpr Member kStopEventDataStoreIngestionRequestMembers[] = {
    {"EventDataStore", &kEventDataStoreArn, kRequired}};
inline constexpr Shape kStopEventDataStoreIngestionRequest =
    structure("StopEventDataStoreIngestionRequest", kStopEventDataStoreIngestionRequestMembers);
inline constexpr Shape kStopEventDataStoreIngestionResponse =
    structure("StopEventDataStoreIngestionResponse");
inline constexpr Member kStopImportRequestMembers[] = {{"ImportId", &kUUID, kRequired}};
inline constexpr Shape kStopImportRequest =
    structure("StopImportRequest", kStopImportRequestMembers);
inline constexpr Member kStopImportResponseMembers[] = {{"ImportId", &kUUID},
                                                        {"ImportSource", &kImportSource},
                                                        {"Destinations", &kImportDestinations},
                                                        {"ImportStatus", &kImportStatus},
                                                        {"CreatedTimestamp", &kDate},
                                                        {"UpdatedTimestamp", &kDate},
                                                        {"StartEventTime", &kDate},
                                                        {"EndEventTime", &kDate},
                                                        {"ImportStatistics", &kImportStatistics}};
inline constexpr Shape kStopImportResponse =
    structure("StopImportResponse", kStopImportResponseMembers);
inline constexpr Member kStopLoggingRequestMembers[] = {{"Name", &kString, kRequired}};
inline constexpr Shape kStopLoggingRequest =
    structure("StopLoggingRequest", kStopLoggingRequestMembers);
inline constexpr Shape kStopLoggingResponse = structure("StopLoggingResponse");
inline constexpr Member kUpdateChannelRequestMembers[] = {{"Channel", &kChannelArn, kRequired},
                                                          {"Destinations", &kDestinations},
                                                          {"Name", &kChannelName}};
inline constexpr Shape kUpdateChannelRequest =
    structure("UpdateChannelRequest", kUpdateChannelRequestMembers);
inline constexpr Member kUpdateChannelResponseMembers[] = {{"ChannelArn", &kChannelArn},
                                                           {"Name", &kChannelName},
                                                           {"Source", &kSource},
                                                           {"Destinations", &kDestinations}};
inline constexpr Shape kUpdateChannelResponse =
    structure("UpdateChannelResponse", kUpdateChannelResponseMembers);
inline constexpr Member kUpdateDashboardRequestMembers[] = {
    {"DashboardId", &kDashboardArn, kRequired},
    {"Widgets", &kRequestWidgetList},
    {"RefreshSchedule", &kRefreshSchedule},
    {"TerminationProtectionEnabled", &kTerminationProtectionEnabled}};
inline constexpr Shape kUpdateDashboardRequest =
    structure("UpdateDashboardRequest", kUpdateDashboardRequestMembers);
inline constexpr Member kUpdateDashboardResponseMembers[] = {
    {"DashboardArn", &kDashboardArn},
    {"Name", &kDashboardName},
    {"Type", &kDashboardType},
    {"Widgets", &kWidgetList},
    {"RefreshSchedule", &kRefreshSchedule},
    {"TerminationProtectionEnabled", &kTerminationProtectionEnabled},
    {"CreatedTimestamp", &kDate},
    {"UpdatedTimestamp", &kDate}};
inline constexpr Shape kUpdateDashboardResponse =
    structure("UpdateDashboardResponse", kUpdateDashboardResponseMembers);
inline constexpr Member kUpdateEventDataStoreRequestMembers[] = {
    {"EventDataStore", &kEventDataStoreArn, kRequired},
    {"Name", &kEventDataStoreName},
    {"AdvancedEventSelectors", &kAdvancedEventSelectors},
    {"MultiRegionEnabled", &kBoolean},
    {"OrganizationEnabled", &kBoolean},
    {"RetentionPeriod", &kRetentionPeriod},
    {"TerminationProtectionEnabled", &kTerminationProtectionEnabled},
    {"KmsKeyId", &kEventDataStoreKmsKeyId},
    {"BillingMode", &kBillingMode}};
inline constexpr Shape kUpdateEventDataStoreRequest =
    structure("UpdateEventDataStoreRequest", kUpdateEventDataStoreRequestMembers);
inline constexpr Member kUpdateEventDataStoreResponseMembers[] = {
    {"EventDataStoreArn", &kEventDataStoreArn},
    {"Name", &kEventDataStoreName},
    {"Status", &kEventDataStoreStatus},
    {"AdvancedEventSelectors", &kAdvancedEventSelectors},
    {"MultiRegionEnabled", &kBoolean},
    {"OrganizationEnabled", &kBoolean},
    {"RetentionPeriod", &kRetentionPeriod},
    {"TerminationProtectionEnabled", &kTerminationProtectionEnabled},
    {"CreatedTimestamp", &kDate},
    {"UpdatedTimestamp", &kDate},
    {"KmsKeyId", &kEventDataStoreKmsKeyId},
    {"BillingMode", &kBillingMode},
    {"FederationStatus", &kFederationStatus},
    {"FederationRoleArn", &kFederationRoleArn}};
inline constexpr Shape kUpdateEventDataStoreResponse =
    structure("UpdateEventDataStoreResponse", kUpdateEventDataStoreResponseMembers);
inline constexpr Member kUpdateTrailRequestMembers[] = {{"Name", &kString, kRequired},
                                                        {"S3BucketName", &kString},
                                                        {"S3KeyPrefix", &kString},
                                                        {"SnsTopicName", &kString},
                                                        {"IncludeGlobalServiceEvents", &kBoolean},
                                                        {"IsMultiRegionTrail", &kBoolean},
                                                        {"EnableLogFileValidation", &kBoolean},
                                                        {"CloudWatchLogsLogGroupArn", &kString},
                                                        {"CloudWatchLogsRoleArn", &kString},
                                                        {"KmsKeyId", &kString},
                                                        {"IsOrganizationTrail", &kBoolean},
                                                        {"RecursiveLogging", &kBoolean}};
inline constexpr Shape kUpdateTrailRequest =
    structure("UpdateTrailRequest", kUpdateTrailRequestMembers);
inline constexpr Member kUpdateTrailResponseMembers[] = {{"Name", &kString},
                                                         {"S3BucketName", &kString},
                                                         {"S3KeyPrefix", &kString},
                                                         {"SnsTopicName", &kString},
                                                         {"SnsTopicARN", &kString},
                                                         {"IncludeGlobalServiceEvents", &kBoolean},
                                                         {"IsMultiRegionTrail", &kBoolean},
                                                         {"TrailARN", &kString},
                                                         {"LogFileValidationEnabled", &kBoolean},
                                                         {"CloudWatchLogsLogGroupArn", &kString},
                                                         {"CloudWatchLogsRoleArn", &kString},
                                                         {"KmsKeyId", &kString},
                                                         {"IsOrganizationTrail", &kBoolean},
                                                         {"RecursiveLogging", &kBoolean}};
inline constexpr Shape kUpdateTrailResponse =
    structure("UpdateTrailResponse", kUpdateTrailResponseMembers);

}  // namespace trailpond::api::shapes
