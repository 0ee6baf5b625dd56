#include "engine/error.hpp"

namespace trailpond::engine {

Error invalid_parameter(std::string message) {
  return {ErrorKind::kInvalidParameter, std::move(message)};
}

Error invalid_token() { return {ErrorKind::kInvalidNextToken, "The NextToken is not valid."}; }

std::string_view name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kConflict:
      return "Conflict";
    case ErrorKind::kEventDataStoreAlreadyExists:
      return "EventDataStoreAlreadyExists";
    case ErrorKind::kEventDataStoreArnInvalid:
      return "EventDataStoreArnInvalid";
    case ErrorKind::kEventDataStoreMaxLimitExceeded:
      return "EventDataStoreMaxLimitExceeded";
    case ErrorKind::kEventDataStoreNotFound:
      return "EventDataStoreNotFound";
    case ErrorKind::kEventDataStoreTerminationProtected:
      return "EventDataStoreTerminationProtected";
    case ErrorKind::kInactiveEventDataStore:
      return "InactiveEventDataStore";
    case ErrorKind::kInactiveQuery:
      return "InactiveQuery";
    case ErrorKind::kInsufficientEncryptionPolicy:
      return "InsufficientEncryptionPolicy";
    case ErrorKind::kInsufficientS3BucketPolicy:
      return "InsufficientS3BucketPolicy";
    case ErrorKind::kInvalidDateRange:
      return "InvalidDateRange";
    case ErrorKind::kInvalidEventDataStoreCategory:
      return "InvalidEventDataStoreCategory";
    case ErrorKind::kInvalidEventDataStoreStatus:
      return "InvalidEventDataStoreStatus";
    case ErrorKind::kInvalidEventSelectors:
      return "InvalidEventSelectors";
    case ErrorKind::kInvalidKmsKeyId:
      return "InvalidKmsKeyId";
    case ErrorKind::kInvalidMaxResults:
      return "InvalidMaxResults";
    case ErrorKind::kInvalidNextToken:
      return "InvalidNextToken";
    case ErrorKind::kInvalidParameter:
      return "InvalidParameter";
    case ErrorKind::kInvalidQueryStatement:
      return "InvalidQueryStatement";
    case ErrorKind::kInvalidQueryStatus:
      return "InvalidQueryStatus";
    case ErrorKind::kInvalidS3BucketName:
      return "InvalidS3BucketName";
    case ErrorKind::kInvalidS3Prefix:
      return "InvalidS3Prefix";
    case ErrorKind::kInvalidTagParameter:
      return "InvalidTagParameter";
    case ErrorKind::kKmsKeyNotFound:
      return "KmsKeyNotFound";
    case ErrorKind::kMaxConcurrentQueries:
      return "MaxConcurrentQueries";
    case ErrorKind::kNoManagementAccountSlrExists:
      return "NoManagementAccountSlrExists";
    case ErrorKind::kNotOrganizationMasterAccount:
      return "NotOrganizationMasterAccount";
    case ErrorKind::kOperationNotPermitted:
      return "OperationNotPermitted";
    case ErrorKind::kOrganizationNotInAllFeaturesMode:
      return "OrganizationNotInAllFeaturesMode";
    case ErrorKind::kOrganizationsNotInUse:
      return "OrganizationsNotInUse";
    case ErrorKind::kQueryIdNotFound:
      return "QueryIdNotFound";
    case ErrorKind::kS3BucketDoesNotExist:
      return "S3BucketDoesNotExist";
    case ErrorKind::kUnsupportedOperation:
      return "UnsupportedOperation";
    case ErrorKind::kInternal:
      return "Internal";
  }
  return "";
}

}  // namespace trailpond::engine
