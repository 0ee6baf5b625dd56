#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace trailpond::engine {

/// THE table of errors: kind, name on the wire, status on our own API. The first are all that the
/// operations of CloudTrail declare, by name; then those of PutAuditEvents, and those common to all
/// AWS services that an answer of ours can be, and last those of a service in trouble. On AWS's API
/// the status is 400, but for these two (shared/spec 7). Source: AWS API reference, "Errors" of
/// each operation and "Common Errors".
// clang-format off
#define TRAILPOND_ERRORS(X) \
  X(kAccessDenied, "AccessDeniedException", 400) \
  X(kAccountHasOngoingImport, "AccountHasOngoingImportException", 409) \
  X(kAccountNotFound, "AccountNotFoundException", 404) \
  X(kAccountNotRegistered, "AccountNotRegisteredException", 400) \
  X(kAccountRegistered, "AccountRegisteredException", 409) \
  X(kCannotDelegateManagementAccount, "CannotDelegateManagementAccountException", 400) \
  X(kChannelAlreadyExists, "ChannelAlreadyExistsException", 409) \
  X(kChannelArnInvalid, "ChannelARNInvalidException", 404) \
  X(kChannelExistsForEds, "ChannelExistsForEDSException", 409) \
  X(kChannelMaxLimitExceeded, "ChannelMaxLimitExceededException", 400) \
  X(kChannelNotFound, "ChannelNotFoundException", 404) \
  X(kCloudTrailAccessNotEnabled, "CloudTrailAccessNotEnabledException", 400) \
  X(kCloudTrailArnInvalid, "CloudTrailARNInvalidException", 404) \
  X(kCloudTrailInvalidClientTokenId, "CloudTrailInvalidClientTokenIdException", 400) \
  X(kCloudWatchLogsDeliveryUnavailable, "CloudWatchLogsDeliveryUnavailableException", 400) \
  X(kConcurrentModification, "ConcurrentModificationException", 409) \
  X(kConflict, "ConflictException", 409) \
  X(kDelegatedAdminAccountLimitExceeded, "DelegatedAdminAccountLimitExceededException", 400) \
  X(kEventDataStoreAlreadyExists, "EventDataStoreAlreadyExistsException", 409) \
  X(kEventDataStoreArnInvalid, "EventDataStoreARNInvalidException", 404) \
  X(kEventDataStoreFederationEnabled, "EventDataStoreFederationEnabledException", 409) \
  X(kEventDataStoreHasOngoingImport, "EventDataStoreHasOngoingImportException", 409) \
  X(kEventDataStoreMaxLimitExceeded, "EventDataStoreMaxLimitExceededException", 400) \
  X(kEventDataStoreNotFound, "EventDataStoreNotFoundException", 404) \
  X(kEventDataStoreTerminationProtected, "EventDataStoreTerminationProtectedException", 409) \
  X(kGenerateResponse, "GenerateResponseException", 400) \
  X(kImportNotFound, "ImportNotFoundException", 404) \
  X(kInactiveEventDataStore, "InactiveEventDataStoreException", 409) \
  X(kInactiveQuery, "InactiveQueryException", 409) \
  X(kInsightNotEnabled, "InsightNotEnabledException", 400) \
  X(kInsufficientDependencyServiceAccessPermission, "InsufficientDependencyServiceAccessPermissionException", 400) \
  X(kInsufficientEncryptionPolicy, "InsufficientEncryptionPolicyException", 400) \
  X(kInsufficientIamAccessPermission, "InsufficientIAMAccessPermissionException", 400) \
  X(kInsufficientS3BucketPolicy, "InsufficientS3BucketPolicyException", 400) \
  X(kInsufficientSnsTopicPolicy, "InsufficientSnsTopicPolicyException", 400) \
  X(kInvalidCloudWatchLogsLogGroupArn, "InvalidCloudWatchLogsLogGroupArnException", 400) \
  X(kInvalidCloudWatchLogsRoleArn, "InvalidCloudWatchLogsRoleArnException", 400) \
  X(kInvalidDateRange, "InvalidDateRangeException", 400) \
  X(kInvalidEventCategory, "InvalidEventCategoryException", 400) \
  X(kInvalidEventDataStoreCategory, "InvalidEventDataStoreCategoryException", 400) \
  X(kInvalidEventDataStoreStatus, "InvalidEventDataStoreStatusException", 409) \
  X(kInvalidEventSelectors, "InvalidEventSelectorsException", 400) \
  X(kInvalidHomeRegion, "InvalidHomeRegionException", 400) \
  X(kInvalidImportSource, "InvalidImportSourceException", 400) \
  X(kInvalidInsightSelectors, "InvalidInsightSelectorsException", 400) \
  X(kInvalidKmsKeyId, "InvalidKmsKeyIdException", 400) \
  X(kInvalidLookupAttributes, "InvalidLookupAttributesException", 400) \
  X(kInvalidMaxResults, "InvalidMaxResultsException", 400) \
  X(kInvalidNextToken, "InvalidNextTokenException", 400) \
  X(kInvalidParameter, "InvalidParameterException", 400) \
  X(kInvalidParameterCombination, "InvalidParameterCombinationException", 400) \
  X(kInvalidQueryStatement, "InvalidQueryStatementException", 400) \
  X(kInvalidQueryStatus, "InvalidQueryStatusException", 400) \
  X(kInvalidS3BucketName, "InvalidS3BucketNameException", 400) \
  X(kInvalidS3Prefix, "InvalidS3PrefixException", 400) \
  X(kInvalidSnsTopicName, "InvalidSnsTopicNameException", 400) \
  X(kInvalidSource, "InvalidSourceException", 400) \
  X(kInvalidTagParameter, "InvalidTagParameterException", 400) \
  X(kInvalidTimeRange, "InvalidTimeRangeException", 400) \
  X(kInvalidToken, "InvalidTokenException", 400) \
  X(kInvalidTrailName, "InvalidTrailNameException", 400) \
  X(kKms, "KmsException", 400) \
  X(kKmsKeyDisabled, "KmsKeyDisabledException", 400) \
  X(kKmsKeyNotFound, "KmsKeyNotFoundException", 404) \
  X(kMaxConcurrentQueries, "MaxConcurrentQueriesException", 400) \
  X(kMaximumNumberOfTrailsExceeded, "MaximumNumberOfTrailsExceededException", 400) \
  X(kNoManagementAccountSlrExists, "NoManagementAccountSLRExistsException", 400) \
  X(kNotOrganizationManagementAccount, "NotOrganizationManagementAccountException", 400) \
  X(kNotOrganizationMasterAccount, "NotOrganizationMasterAccountException", 400) \
  X(kOperationNotPermitted, "OperationNotPermittedException", 400) \
  X(kOrganizationNotInAllFeaturesMode, "OrganizationNotInAllFeaturesModeException", 400) \
  X(kOrganizationsNotInUse, "OrganizationsNotInUseException", 400) \
  X(kQueryIdNotFound, "QueryIdNotFoundException", 404) \
  X(kResourceArnNotValid, "ResourceARNNotValidException", 400) \
  X(kResourceNotFound, "ResourceNotFoundException", 404) \
  X(kResourcePolicyNotFound, "ResourcePolicyNotFoundException", 404) \
  X(kResourcePolicyNotValid, "ResourcePolicyNotValidException", 400) \
  X(kResourceTypeNotSupported, "ResourceTypeNotSupportedException", 400) \
  X(kS3BucketDoesNotExist, "S3BucketDoesNotExistException", 404) \
  X(kServiceQuotaExceeded, "ServiceQuotaExceededException", 400) \
  X(kTagsLimitExceeded, "TagsLimitExceededException", 400) \
  X(kThrottling, "ThrottlingException", 429) \
  X(kTrailAlreadyExists, "TrailAlreadyExistsException", 409) \
  X(kTrailNotFound, "TrailNotFoundException", 404) \
  X(kTrailNotProvided, "TrailNotProvidedException", 400) \
  X(kUnsupportedOperation, "UnsupportedOperationException", 400) \
  X(kChannelInsufficientPermission, "ChannelInsufficientPermission", 403) \
  X(kChannelUnsupportedSchema, "ChannelUnsupportedSchema", 400) \
  X(kDuplicatedAuditEventId, "DuplicatedAuditEventId", 400) \
  X(kInvalidChannelArn, "InvalidChannelARN", 400) \
  X(kNoSuchChannel, "ChannelNotFound", 404) \
  X(kValidation, "ValidationException", 400) \
  X(kMissingAuthenticationToken, "MissingAuthenticationTokenException", 403) \
  X(kIncompleteSignature, "IncompleteSignatureException", 403) \
  X(kUnrecognizedClient, "UnrecognizedClientException", 403) \
  X(kInvalidSignature, "InvalidSignatureException", 403) \
  X(kUnknownOperation, "UnknownOperationException", 404) \
  X(kSerialization, "SerializationException", 400) \
  X(kServiceUnavailable, "ServiceUnavailable", 503) \
  X(kInternal, "InternalFailure", 500)
// clang-format on

/// Why the service refuses.
enum class ErrorKind : std::uint8_t {
#define TRAILPOND_ERROR(kind, name, status) kind,
  TRAILPOND_ERRORS(TRAILPOND_ERROR)
#undef TRAILPOND_ERROR
};

struct ErrorRow {
  ErrorKind kind;
  std::string_view name;  // as `__type` on the wire
  unsigned status;        // of an answer of our own API
};
inline constexpr ErrorRow kErrors[] = {
#define TRAILPOND_ERROR(kind, name, status) {ErrorKind::kind, name, status},
    TRAILPOND_ERRORS(TRAILPOND_ERROR)
#undef TRAILPOND_ERROR
};

constexpr const ErrorRow& row_of(ErrorKind kind) { return kErrors[static_cast<std::size_t>(kind)]; }
/// Answers the name on the wire: "InactiveQueryException".
constexpr std::string_view name_of(ErrorKind kind) { return row_of(kind).name; }

/// A refusal: its kind and what to tell the user.
struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string message = {};
};

/// Finds the kind with a name on the wire, with or without "Exception" at its end.
std::optional<ErrorKind> find_error_kind(std::string_view name);

Error invalid_parameter(std::string message);
Error invalid_token();

template <class T>
using Result = trailpond::Result<T, Error>;

}  // namespace trailpond::engine
