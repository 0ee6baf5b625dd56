#pragma once
// Made by tools/make_service_shapes.py from the service model 2013-11-01 in botocore 1.44.5.
#include "server/api/declared.hpp"
#include "server/api/service_shapes.hpp"

namespace trailpond::api::declared {

using enum engine::ErrorKind;

inline constexpr DeclaredOperation kAddTags = {
    "AddTags",
    &shapes::kAddTagsRequest,
    &shapes::kAddTagsResponse,
    {kResourceNotFound, kCloudTrailArnInvalid, kEventDataStoreArnInvalid, kChannelArnInvalid,
     kResourceTypeNotSupported, kTagsLimitExceeded, kInvalidTrailName, kInvalidTagParameter,
     kInactiveEventDataStore, kEventDataStoreNotFound, kChannelNotFound, kUnsupportedOperation,
     kOperationNotPermitted, kNotOrganizationMasterAccount, kNoManagementAccountSlrExists,
     kConflict}};
inline constexpr DeclaredOperation kCancelQuery = {
    "CancelQuery",
    &shapes::kCancelQueryRequest,
    &shapes::kCancelQueryResponse,
    {kEventDataStoreArnInvalid, kEventDataStoreNotFound, kInactiveEventDataStore, kInactiveQuery,
     kInvalidParameter, kQueryIdNotFound, kOperationNotPermitted, kUnsupportedOperation,
     kNoManagementAccountSlrExists, kConflict}};
inline constexpr DeclaredOperation kCreateChannel = {
    "CreateChannel",
    &shapes::kCreateChannelRequest,
    &shapes::kCreateChannelResponse,
    {kChannelMaxLimitExceeded, kInvalidSource, kChannelAlreadyExists, kEventDataStoreArnInvalid,
     kEventDataStoreNotFound, kInvalidEventDataStoreCategory, kInactiveEventDataStore,
     kInvalidParameter, kInvalidTagParameter, kTagsLimitExceeded, kOperationNotPermitted,
     kUnsupportedOperation}};
inline constexpr DeclaredOperation kCreateDashboard = {
    "CreateDashboard",
    &shapes::kCreateDashboardRequest,
    &shapes::kCreateDashboardResponse,
    {kConflict, kInvalidTagParameter, kEventDataStoreNotFound, kInactiveEventDataStore,
     kInsufficientEncryptionPolicy, kInvalidQueryStatement, kServiceQuotaExceeded,
     kUnsupportedOperation}};
inline constexpr DeclaredOperation kCreateEventDataStore = {
    "CreateEventDataStore",
    &shapes::kCreateEventDataStoreRequest,
    &shapes::kCreateEventDataStoreResponse,
    {kEventDataStoreAlreadyExists, kEventDataStoreMaxLimitExceeded, kInvalidEventSelectors,
     kInvalidParameter, kInvalidTagParameter, kOperationNotPermitted, kUnsupportedOperation,
     kConflict, kInsufficientEncryptionPolicy, kInvalidKmsKeyId, kKmsKeyNotFound, kKms,
     kCloudTrailAccessNotEnabled, kInsufficientDependencyServiceAccessPermission,
     kNotOrganizationMasterAccount, kOrganizationsNotInUse, kOrganizationNotInAllFeaturesMode,
     kNoManagementAccountSlrExists, kThrottling}};
inline constexpr DeclaredOperation kCreateTrail = {"CreateTrail",
                                                   &shapes::kCreateTrailRequest,
                                                   &shapes::kCreateTrailResponse,
                                                   {kMaximumNumberOfTrailsExceeded,
                                                    kTrailAlreadyExists,
                                                    kS3BucketDoesNotExist,
                                                    kInsufficientS3BucketPolicy,
                                                    kInsufficientSnsTopicPolicy,
                                                    kInsufficientEncryptionPolicy,
                                                    kInvalidS3BucketName,
                                                    kInvalidS3Prefix,
                                                    kInvalidSnsTopicName,
                                                    kInvalidKmsKeyId,
                                                    kInvalidTrailName,
                                                    kTrailNotProvided,
                                                    kTagsLimitExceeded,
                                                    kInvalidParameterCombination,
                                                    kInvalidParameter,
                                                    kKmsKeyNotFound,
                                                    kKmsKeyDisabled,
                                                    kKms,
                                                    kInvalidCloudWatchLogsLogGroupArn,
                                                    kInvalidCloudWatchLogsRoleArn,
                                                    kCloudWatchLogsDeliveryUnavailable,
                                                    kInvalidTagParameter,
                                                    kUnsupportedOperation,
                                                    kOperationNotPermitted,
                                                    kCloudTrailAccessNotEnabled,
                                                    kInsufficientDependencyServiceAccessPermission,
                                                    kNotOrganizationMasterAccount,
                                                    kOrganizationsNotInUse,
                                                    kOrganizationNotInAllFeaturesMode,
                                                    kNoManagementAccountSlrExists,
                                                    kCloudTrailInvalidClientTokenId,
                                                    kConflict,
                                                    kThrottling}};
inline constexpr DeclaredOperation kDeleteChannel = {
    "DeleteChannel",
    &shapes::kDeleteChannelRequest,
    &shapes::kDeleteChannelResponse,
    {kChannelArnInvalid, kChannelNotFound, kOperationNotPermitted, kUnsupportedOperation}};
inline constexpr DeclaredOperation kDeleteDashboard = {
    "DeleteDashboard",
    &shapes::kDeleteDashboardRequest,
    &shapes::kDeleteDashboardResponse,
    {kConflict, kResourceNotFound, kUnsupportedOperation}};
inline constexpr DeclaredOperation kDeleteEventDataStore = {
    "DeleteEventDataStore",
    &shapes::kDeleteEventDataStoreRequest,
    &shapes::kDeleteEventDataStoreResponse,
    {kEventDataStoreArnInvalid, kEventDataStoreNotFound, kEventDataStoreTerminationProtected,
     kEventDataStoreHasOngoingImport, kInactiveEventDataStore, kInvalidParameter,
     kOperationNotPermitted, kUnsupportedOperation, kNotOrganizationMasterAccount,
     kNoManagementAccountSlrExists, kChannelExistsForEds,
     kInsufficientDependencyServiceAccessPermission, kConflict, kEventDataStoreFederationEnabled}};
inline constexpr DeclaredOperation kDeleteResourcePolicy = {
    "DeleteResourcePolicy",
    &shapes::kDeleteResourcePolicyRequest,
    &shapes::kDeleteResourcePolicyResponse,
    {kResourceArnNotValid, kResourceNotFound, kResourcePolicyNotFound, kResourceTypeNotSupported,
     kConflict, kOperationNotPermitted, kUnsupportedOperation}};
inline constexpr DeclaredOperation kDeleteTrail = {
    "DeleteTrail",
    &shapes::kDeleteTrailRequest,
    &shapes::kDeleteTrailResponse,
    {kTrailNotFound, kInvalidTrailName, kCloudTrailArnInvalid, kConflict, kThrottling,
     kInvalidHomeRegion, kUnsupportedOperation, kOperationNotPermitted,
     kNotOrganizationMasterAccount, kNoManagementAccountSlrExists,
     kInsufficientDependencyServiceAccessPermission}};
inline constexpr DeclaredOperation kDeregisterOrganizationDelegatedAdmin = {
    "DeregisterOrganizationDelegatedAdmin",
    &shapes::kDeregisterOrganizationDelegatedAdminRequest,
    &shapes::kDeregisterOrganizationDelegatedAdminResponse,
    {kAccountNotFound, kAccountNotRegistered, kCloudTrailAccessNotEnabled, kConflict,
     kInsufficientDependencyServiceAccessPermission, kInvalidParameter,
     kNotOrganizationManagementAccount, kOrganizationNotInAllFeaturesMode, kOrganizationsNotInUse,
     kUnsupportedOperation, kOperationNotPermitted}};
inline constexpr DeclaredOperation kDescribeQuery = {
    "DescribeQuery",
    &shapes::kDescribeQueryRequest,
    &shapes::kDescribeQueryResponse,
    {kEventDataStoreArnInvalid, kEventDataStoreNotFound, kInactiveEventDataStore, kInvalidParameter,
     kQueryIdNotFound, kOperationNotPermitted, kUnsupportedOperation,
     kNoManagementAccountSlrExists}};
inline constexpr DeclaredOperation kDescribeTrails = {
    "DescribeTrails",
    &shapes::kDescribeTrailsRequest,
    &shapes::kDescribeTrailsResponse,
    {kUnsupportedOperation, kOperationNotPermitted, kInvalidTrailName, kCloudTrailArnInvalid,
     kNoManagementAccountSlrExists}};
inline constexpr DeclaredOperation kDisableFederation = {
    "DisableFederation",
    &shapes::kDisableFederationRequest,
    &shapes::kDisableFederationResponse,
    {kEventDataStoreArnInvalid, kEventDataStoreNotFound, kInvalidParameter, kInactiveEventDataStore,
     kOperationNotPermitted, kUnsupportedOperation, kCloudTrailAccessNotEnabled,
     kInsufficientDependencyServiceAccessPermission, kNotOrganizationMasterAccount,
     kNoManagementAccountSlrExists, kOrganizationsNotInUse, kOrganizationNotInAllFeaturesMode,
     kConcurrentModification, kAccessDenied}};
inline constexpr DeclaredOperation kEnableFederation = {
    "EnableFederation",
    &shapes::kEnableFederationRequest,
    &shapes::kEnableFederationResponse,
    {kEventDataStoreArnInvalid, kEventDataStoreNotFound, kInvalidParameter, kInactiveEventDataStore,
     kOperationNotPermitted, kUnsupportedOperation, kCloudTrailAccessNotEnabled,
     kInsufficientDependencyServiceAccessPermission, kNotOrganizationMasterAccount,
     kNoManagementAccountSlrExists, kOrganizationsNotInUse, kOrganizationNotInAllFeaturesMode,
     kConcurrentModification, kAccessDenied, kEventDataStoreFederationEnabled}};
inline constexpr DeclaredOperation kGenerateQuery = {
    "GenerateQuery",
    &shapes::kGenerateQueryRequest,
    &shapes::kGenerateQueryResponse,
    {kEventDataStoreArnInvalid, kEventDataStoreNotFound, kInactiveEventDataStore, kInvalidParameter,
     kGenerateResponse, kOperationNotPermitted, kUnsupportedOperation,
     kNoManagementAccountSlrExists}};
inline constexpr DeclaredOperation kGetChannel = {
    "GetChannel",
    &shapes::kGetChannelRequest,
    &shapes::kGetChannelResponse,
    {kChannelArnInvalid, kChannelNotFound, kOperationNotPermitted, kUnsupportedOperation}};
inline constexpr DeclaredOperation kGetDashboard = {"GetDashboard",
                                                    &shapes::kGetDashboardRequest,
                                                    &shapes::kGetDashboardResponse,
                                                    {kResourceNotFound, kUnsupportedOperation}};
inline constexpr DeclaredOperation kGetEventConfiguration = {
    "GetEventConfiguration",
    &shapes::kGetEventConfigurationRequest,
    &shapes::kGetEventConfigurationResponse,
    {kTrailNotFound, kInvalidTrailName, kCloudTrailArnInvalid, kUnsupportedOperation,
     kOperationNotPermitted, kEventDataStoreArnInvalid, kEventDataStoreNotFound,
     kInvalidEventDataStoreStatus, kInvalidParameter, kInvalidEventDataStoreCategory,
     kNoManagementAccountSlrExists, kInvalidParameterCombination}};
inline constexpr DeclaredOperation kGetEventDataStore = {
    "GetEventDataStore",
    &shapes::kGetEventDataStoreRequest,
    &shapes::kGetEventDataStoreResponse,
    {kEventDataStoreArnInvalid, kEventDataStoreNotFound, kInvalidParameter, kOperationNotPermitted,
     kUnsupportedOperation, kNoManagementAccountSlrExists}};
inline constexpr DeclaredOperation kGetEventSelectors = {
    "GetEventSelectors",
    &shapes::kGetEventSelectorsRequest,
    &shapes::kGetEventSelectorsResponse,
    {kTrailNotFound, kInvalidTrailName, kCloudTrailArnInvalid, kUnsupportedOperation,
     kOperationNotPermitted, kNoManagementAccountSlrExists}};
inline constexpr DeclaredOperation kGetImport = {
    "GetImport",
    &shapes::kGetImportRequest,
    &shapes::kGetImportResponse,
    {kImportNotFound, kInvalidParameter, kOperationNotPermitted, kUnsupportedOperation}};
inline constexpr DeclaredOperation kGetInsightSelectors = {
    "GetInsightSelectors",
    &shapes::kGetInsightSelectorsRequest,
    &shapes::kGetInsightSelectorsResponse,
    {kInvalidParameter, kInvalidParameterCombination, kTrailNotFound, kInvalidTrailName,
     kCloudTrailArnInvalid, kUnsupportedOperation, kOperationNotPermitted, kInsightNotEnabled,
     kNoManagementAccountSlrExists, kThrottling}};
inline constexpr DeclaredOperation kGetQueryResults = {
    "GetQueryResults",
    &shapes::kGetQueryResultsRequest,
    &shapes::kGetQueryResultsResponse,
    {kEventDataStoreArnInvalid, kEventDataStoreNotFound, kInactiveEventDataStore,
     kInvalidMaxResults, kInvalidNextToken, kInvalidParameter, kQueryIdNotFound,
     kInsufficientEncryptionPolicy, kOperationNotPermitted, kUnsupportedOperation,
     kNoManagementAccountSlrExists}};
inline constexpr DeclaredOperation kGetResourcePolicy = {
    "GetResourcePolicy",
    &shapes::kGetResourcePolicyRequest,
    &shapes::kGetResourcePolicyResponse,
    {kResourceArnNotValid, kResourceNotFound, kResourcePolicyNotFound, kResourceTypeNotSupported,
     kOperationNotPermitted, kUnsupportedOperation}};
inline constexpr DeclaredOperation kGetTrail = {
    "GetTrail",
    &shapes::kGetTrailRequest,
    &shapes::kGetTrailResponse,
    {kCloudTrailArnInvalid, kTrailNotFound, kInvalidTrailName, kUnsupportedOperation,
     kOperationNotPermitted}};
inline constexpr DeclaredOperation kGetTrailStatus = {
    "GetTrailStatus",
    &shapes::kGetTrailStatusRequest,
    &shapes::kGetTrailStatusResponse,
    {kCloudTrailArnInvalid, kTrailNotFound, kInvalidTrailName, kUnsupportedOperation,
     kOperationNotPermitted}};
inline constexpr DeclaredOperation kListChannels = {
    "ListChannels",
    &shapes::kListChannelsRequest,
    &shapes::kListChannelsResponse,
    {kInvalidNextToken, kOperationNotPermitted, kUnsupportedOperation}};
inline constexpr DeclaredOperation kListDashboards = {"ListDashboards",
                                                      &shapes::kListDashboardsRequest,
                                                      &shapes::kListDashboardsResponse,
                                                      {kUnsupportedOperation}};
inline constexpr DeclaredOperation kListEventDataStores = {
    "ListEventDataStores",
    &shapes::kListEventDataStoresRequest,
    &shapes::kListEventDataStoresResponse,
    {kInvalidMaxResults, kInvalidNextToken, kOperationNotPermitted, kUnsupportedOperation,
     kNoManagementAccountSlrExists}};
inline constexpr DeclaredOperation kListImportFailures = {
    "ListImportFailures",
    &shapes::kListImportFailuresRequest,
    &shapes::kListImportFailuresResponse,
    {kInvalidNextToken, kOperationNotPermitted, kUnsupportedOperation, kInvalidParameter}};
inline constexpr DeclaredOperation kListImports = {
    "ListImports",
    &shapes::kListImportsRequest,
    &shapes::kListImportsResponse,
    {kEventDataStoreArnInvalid, kInvalidNextToken, kInvalidParameter, kOperationNotPermitted,
     kUnsupportedOperation}};
inline constexpr DeclaredOperation kListInsightsData = {
    "ListInsightsData",
    &shapes::kListInsightsDataRequest,
    &shapes::kListInsightsDataResponse,
    {kInvalidParameter, kOperationNotPermitted, kUnsupportedOperation}};
inline constexpr DeclaredOperation kListInsightsMetricData = {
    "ListInsightsMetricData",
    &shapes::kListInsightsMetricDataRequest,
    &shapes::kListInsightsMetricDataResponse,
    {kInvalidParameter, kInvalidTrailName, kOperationNotPermitted, kUnsupportedOperation}};
inline constexpr DeclaredOperation kListPublicKeys = {
    "ListPublicKeys",
    &shapes::kListPublicKeysRequest,
    &shapes::kListPublicKeysResponse,
    {kInvalidTimeRange, kUnsupportedOperation, kOperationNotPermitted, kInvalidToken}};
inline constexpr DeclaredOperation kListQueries = {
    "ListQueries",
    &shapes::kListQueriesRequest,
    &shapes::kListQueriesResponse,
    {kEventDataStoreArnInvalid, kEventDataStoreNotFound, kInactiveEventDataStore, kInvalidDateRange,
     kInvalidMaxResults, kInvalidNextToken, kInvalidParameter, kInvalidQueryStatus,
     kOperationNotPermitted, kUnsupportedOperation, kNoManagementAccountSlrExists}};
inline constexpr DeclaredOperation kListTags = {
    "ListTags",
    &shapes::kListTagsRequest,
    &shapes::kListTagsResponse,
    {kResourceNotFound, kCloudTrailArnInvalid, kEventDataStoreArnInvalid, kChannelArnInvalid,
     kResourceTypeNotSupported, kInvalidTrailName, kInactiveEventDataStore, kEventDataStoreNotFound,
     kUnsupportedOperation, kOperationNotPermitted, kInvalidToken, kNoManagementAccountSlrExists}};
inline constexpr DeclaredOperation kListTrails = {"ListTrails",
                                                  &shapes::kListTrailsRequest,
                                                  &shapes::kListTrailsResponse,
                                                  {kUnsupportedOperation, kOperationNotPermitted}};
inline constexpr DeclaredOperation kLookupEvents = {
    "LookupEvents",
    &shapes::kLookupEventsRequest,
    &shapes::kLookupEventsResponse,
    {kInvalidLookupAttributes, kInvalidTimeRange, kInvalidMaxResults, kInvalidNextToken,
     kInvalidEventCategory, kUnsupportedOperation, kOperationNotPermitted}};
inline constexpr DeclaredOperation kPutEventConfiguration = {
    "PutEventConfiguration",
    &shapes::kPutEventConfigurationRequest,
    &shapes::kPutEventConfigurationResponse,
    {kTrailNotFound, kInvalidTrailName, kCloudTrailArnInvalid, kInvalidParameterCombination,
     kInvalidHomeRegion, kEventDataStoreArnInvalid, kEventDataStoreNotFound,
     kInvalidEventDataStoreStatus, kInvalidEventDataStoreCategory, kInactiveEventDataStore,
     kUnsupportedOperation, kOperationNotPermitted, kThrottling, kInvalidParameter, kConflict,
     kNotOrganizationMasterAccount, kNoManagementAccountSlrExists,
     kInsufficientDependencyServiceAccessPermission, kInsufficientIamAccessPermission}};
inline constexpr DeclaredOperation kPutEventSelectors = {
    "PutEventSelectors",
    &shapes::kPutEventSelectorsRequest,
    &shapes::kPutEventSelectorsResponse,
    {kTrailNotFound, kInvalidTrailName, kCloudTrailArnInvalid, kInvalidHomeRegion,
     kInvalidEventSelectors, kConflict, kThrottling, kUnsupportedOperation, kOperationNotPermitted,
     kNotOrganizationMasterAccount, kNoManagementAccountSlrExists,
     kInsufficientDependencyServiceAccessPermission}};
inline constexpr DeclaredOperation kPutInsightSelectors = {
    "PutInsightSelectors",
    &shapes::kPutInsightSelectorsRequest,
    &shapes::kPutInsightSelectorsResponse,
    {kInvalidParameter, kInvalidParameterCombination, kTrailNotFound, kInvalidTrailName,
     kCloudTrailArnInvalid, kInvalidHomeRegion, kInvalidInsightSelectors,
     kInsufficientS3BucketPolicy, kInsufficientEncryptionPolicy, kS3BucketDoesNotExist, kKms,
     kUnsupportedOperation, kOperationNotPermitted, kNotOrganizationMasterAccount,
     kNoManagementAccountSlrExists, kConflict, kThrottling}};
inline constexpr DeclaredOperation kPutResourcePolicy = {
    "PutResourcePolicy",
    &shapes::kPutResourcePolicyRequest,
    &shapes::kPutResourcePolicyResponse,
    {kResourceArnNotValid, kResourcePolicyNotValid, kResourceNotFound, kResourceTypeNotSupported,
     kConflict, kOperationNotPermitted, kUnsupportedOperation}};
inline constexpr DeclaredOperation kRegisterOrganizationDelegatedAdmin = {
    "RegisterOrganizationDelegatedAdmin",
    &shapes::kRegisterOrganizationDelegatedAdminRequest,
    &shapes::kRegisterOrganizationDelegatedAdminResponse,
    {kAccountRegistered, kAccountNotFound, kInsufficientDependencyServiceAccessPermission,
     kInvalidParameter, kCannotDelegateManagementAccount, kCloudTrailAccessNotEnabled, kConflict,
     kDelegatedAdminAccountLimitExceeded, kNotOrganizationManagementAccount,
     kOrganizationNotInAllFeaturesMode, kOrganizationsNotInUse, kUnsupportedOperation,
     kOperationNotPermitted, kInsufficientIamAccessPermission}};
inline constexpr DeclaredOperation kRemoveTags = {
    "RemoveTags",
    &shapes::kRemoveTagsRequest,
    &shapes::kRemoveTagsResponse,
    {kResourceNotFound, kCloudTrailArnInvalid, kEventDataStoreArnInvalid, kChannelArnInvalid,
     kResourceTypeNotSupported, kInvalidTrailName, kInvalidTagParameter, kInactiveEventDataStore,
     kEventDataStoreNotFound, kChannelNotFound, kUnsupportedOperation, kOperationNotPermitted,
     kNotOrganizationMasterAccount, kNoManagementAccountSlrExists, kConflict}};
inline constexpr DeclaredOperation kRestoreEventDataStore = {
    "RestoreEventDataStore",
    &shapes::kRestoreEventDataStoreRequest,
    &shapes::kRestoreEventDataStoreResponse,
    {kEventDataStoreArnInvalid, kEventDataStoreNotFound, kEventDataStoreMaxLimitExceeded,
     kInvalidEventDataStoreStatus, kInvalidParameter, kOperationNotPermitted, kUnsupportedOperation,
     kCloudTrailAccessNotEnabled, kInsufficientDependencyServiceAccessPermission,
     kOrganizationsNotInUse, kNotOrganizationMasterAccount, kNoManagementAccountSlrExists,
     kOrganizationNotInAllFeaturesMode}};
inline constexpr DeclaredOperation kSearchSampleQueries = {
    "SearchSampleQueries",
    &shapes::kSearchSampleQueriesRequest,
    &shapes::kSearchSampleQueriesResponse,
    {kInvalidParameter, kUnsupportedOperation, kOperationNotPermitted}};
inline constexpr DeclaredOperation kStartDashboardRefresh = {
    "StartDashboardRefresh",
    &shapes::kStartDashboardRefreshRequest,
    &shapes::kStartDashboardRefreshResponse,
    {kResourceNotFound, kEventDataStoreNotFound, kInactiveEventDataStore, kServiceQuotaExceeded,
     kUnsupportedOperation}};
inline constexpr DeclaredOperation kStartEventDataStoreIngestion = {
    "StartEventDataStoreIngestion",
    &shapes::kStartEventDataStoreIngestionRequest,
    &shapes::kStartEventDataStoreIngestionResponse,
    {kEventDataStoreArnInvalid, kEventDataStoreNotFound, kInvalidEventDataStoreStatus,
     kInvalidParameter, kInvalidEventDataStoreCategory, kOperationNotPermitted,
     kUnsupportedOperation, kNotOrganizationMasterAccount, kNoManagementAccountSlrExists,
     kInsufficientDependencyServiceAccessPermission, kConflict}};
inline constexpr DeclaredOperation kStartImport = {
    "StartImport",
    &shapes::kStartImportRequest,
    &shapes::kStartImportResponse,
    {kAccountHasOngoingImport, kEventDataStoreArnInvalid, kEventDataStoreNotFound,
     kInvalidEventDataStoreStatus, kInvalidEventDataStoreCategory, kInactiveEventDataStore,
     kInvalidImportSource, kImportNotFound, kInvalidParameter, kInsufficientEncryptionPolicy,
     kOperationNotPermitted, kUnsupportedOperation, kOperationNotPermitted, kUnsupportedOperation}};
inline constexpr DeclaredOperation kStartLogging = {
    "StartLogging",
    &shapes::kStartLoggingRequest,
    &shapes::kStartLoggingResponse,
    {kCloudTrailArnInvalid, kConflict, kThrottling, kTrailNotFound, kInvalidTrailName,
     kInvalidHomeRegion, kUnsupportedOperation, kOperationNotPermitted,
     kNotOrganizationMasterAccount, kNoManagementAccountSlrExists,
     kInsufficientDependencyServiceAccessPermission}};
inline constexpr DeclaredOperation kStartQuery = {
    "StartQuery",
    &shapes::kStartQueryRequest,
    &shapes::kStartQueryResponse,
    {kEventDataStoreArnInvalid, kEventDataStoreNotFound, kInactiveEventDataStore, kInvalidParameter,
     kInvalidQueryStatement, kMaxConcurrentQueries, kInsufficientEncryptionPolicy, kInvalidS3Prefix,
     kInvalidS3BucketName, kInsufficientS3BucketPolicy, kS3BucketDoesNotExist,
     kOperationNotPermitted, kUnsupportedOperation, kNoManagementAccountSlrExists}};
inline constexpr DeclaredOperation kStopEventDataStoreIngestion = {
    "StopEventDataStoreIngestion",
    &shapes::kStopEventDataStoreIngestionRequest,
    &shapes::kStopEventDataStoreIngestionResponse,
    {kEventDataStoreArnInvalid, kEventDataStoreNotFound, kInvalidEventDataStoreStatus,
     kInvalidParameter, kInvalidEventDataStoreCategory, kOperationNotPermitted,
     kUnsupportedOperation, kNotOrganizationMasterAccount, kNoManagementAccountSlrExists,
     kInsufficientDependencyServiceAccessPermission, kConflict}};
inline constexpr DeclaredOperation kStopImport = {
    "StopImport",
    &shapes::kStopImportRequest,
    &shapes::kStopImportResponse,
    {kImportNotFound, kInvalidParameter, kOperationNotPermitted, kUnsupportedOperation}};
inline constexpr DeclaredOperation kStopLogging = {
    "StopLogging",
    &shapes::kStopLoggingRequest,
    &shapes::kStopLoggingResponse,
    {kTrailNotFound, kInvalidTrailName, kCloudTrailArnInvalid, kConflict, kThrottling,
     kInvalidHomeRegion, kUnsupportedOperation, kOperationNotPermitted,
     kNotOrganizationMasterAccount, kNoManagementAccountSlrExists,
     kInsufficientDependencyServiceAccessPermission}};
inline constexpr DeclaredOperation kUpdateChannel = {
    "UpdateChannel",
    &shapes::kUpdateChannelRequest,
    &shapes::kUpdateChannelResponse,
    {kChannelArnInvalid, kChannelNotFound, kChannelAlreadyExists, kEventDataStoreArnInvalid,
     kEventDataStoreNotFound, kInvalidEventDataStoreCategory, kInactiveEventDataStore,
     kInvalidParameter, kOperationNotPermitted, kUnsupportedOperation}};
inline constexpr DeclaredOperation kUpdateDashboard = {
    "UpdateDashboard",
    &shapes::kUpdateDashboardRequest,
    &shapes::kUpdateDashboardResponse,
    {kConflict, kResourceNotFound, kEventDataStoreNotFound, kInactiveEventDataStore,
     kInsufficientEncryptionPolicy, kInvalidQueryStatement, kServiceQuotaExceeded,
     kUnsupportedOperation}};
inline constexpr DeclaredOperation kUpdateEventDataStore = {
    "UpdateEventDataStore",
    &shapes::kUpdateEventDataStoreRequest,
    &shapes::kUpdateEventDataStoreResponse,
    {kEventDataStoreAlreadyExists,
     kEventDataStoreArnInvalid,
     kEventDataStoreNotFound,
     kInvalidEventSelectors,
     kInvalidInsightSelectors,
     kEventDataStoreHasOngoingImport,
     kInactiveEventDataStore,
     kInvalidParameter,
     kOperationNotPermitted,
     kUnsupportedOperation,
     kInsufficientEncryptionPolicy,
     kInvalidKmsKeyId,
     kKmsKeyNotFound,
     kKms,
     kCloudTrailAccessNotEnabled,
     kInsufficientDependencyServiceAccessPermission,
     kOrganizationsNotInUse,
     kNotOrganizationMasterAccount,
     kNoManagementAccountSlrExists,
     kOrganizationNotInAllFeaturesMode,
     kConflict,
     kThrottling}};
inline constexpr DeclaredOperation kUpdateTrail = {"UpdateTrail",
                                                   &shapes::kUpdateTrailRequest,
                                                   &shapes::kUpdateTrailResponse,
                                                   {kS3BucketDoesNotExist,
                                                    kInsufficientS3BucketPolicy,
                                                    kInsufficientSnsTopicPolicy,
                                                    kInsufficientEncryptionPolicy,
                                                    kTrailNotFound,
                                                    kInvalidS3BucketName,
                                                    kInvalidS3Prefix,
                                                    kInvalidSnsTopicName,
                                                    kInvalidKmsKeyId,
                                                    kInvalidTrailName,
                                                    kTrailNotProvided,
                                                    kInvalidEventSelectors,
                                                    kCloudTrailArnInvalid,
                                                    kConflict,
                                                    kThrottling,
                                                    kInvalidParameterCombination,
                                                    kInvalidHomeRegion,
                                                    kKmsKeyNotFound,
                                                    kKmsKeyDisabled,
                                                    kKms,
                                                    kInvalidCloudWatchLogsLogGroupArn,
                                                    kInvalidCloudWatchLogsRoleArn,
                                                    kCloudWatchLogsDeliveryUnavailable,
                                                    kUnsupportedOperation,
                                                    kOperationNotPermitted,
                                                    kCloudTrailAccessNotEnabled,
                                                    kInsufficientDependencyServiceAccessPermission,
                                                    kOrganizationsNotInUse,
                                                    kNotOrganizationMasterAccount,
                                                    kOrganizationNotInAllFeaturesMode,
                                                    kNoManagementAccountSlrExists,
                                                    kCloudTrailInvalidClientTokenId,
                                                    kInvalidParameter}};

}  // namespace trailpond::api::declared
