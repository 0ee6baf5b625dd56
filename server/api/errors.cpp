#include "server/api/errors.hpp"

#include "server/http/json_writer.hpp"

namespace trailpond::api {

std::string_view exception_of(engine::ErrorKind kind) {
  using engine::ErrorKind;
  switch (kind) {
    case ErrorKind::kConflict:
      return "ConflictException";
    case ErrorKind::kEventDataStoreAlreadyExists:
      return "EventDataStoreAlreadyExistsException";
    case ErrorKind::kEventDataStoreArnInvalid:
      return "EventDataStoreARNInvalidException";
    case ErrorKind::kEventDataStoreMaxLimitExceeded:
      return "EventDataStoreMaxLimitExceededException";
    case ErrorKind::kEventDataStoreNotFound:
      return "EventDataStoreNotFoundException";
    case ErrorKind::kEventDataStoreTerminationProtected:
      return "EventDataStoreTerminationProtectedException";
    case ErrorKind::kInactiveEventDataStore:
      return "InactiveEventDataStoreException";
    case ErrorKind::kInactiveQuery:
      return "InactiveQueryException";
    case ErrorKind::kInsufficientEncryptionPolicy:
      return "InsufficientEncryptionPolicyException";
    case ErrorKind::kInsufficientS3BucketPolicy:
      return "InsufficientS3BucketPolicyException";
    case ErrorKind::kInvalidDateRange:
      return "InvalidDateRangeException";
    case ErrorKind::kInvalidEventDataStoreCategory:
      return "InvalidEventDataStoreCategoryException";
    case ErrorKind::kInvalidEventDataStoreStatus:
      return "InvalidEventDataStoreStatusException";
    case ErrorKind::kInvalidEventSelectors:
      return "InvalidEventSelectorsException";
    case ErrorKind::kInvalidKmsKeyId:
      return "InvalidKmsKeyIdException";
    case ErrorKind::kInvalidMaxResults:
      return "InvalidMaxResultsException";
    case ErrorKind::kInvalidNextToken:
      return "InvalidNextTokenException";
    case ErrorKind::kInvalidParameter:
      return "InvalidParameterException";
    case ErrorKind::kInvalidQueryStatement:
      return "InvalidQueryStatementException";
    case ErrorKind::kInvalidQueryStatus:
      return "InvalidQueryStatusException";
    case ErrorKind::kInvalidS3BucketName:
      return "InvalidS3BucketNameException";
    case ErrorKind::kInvalidS3Prefix:
      return "InvalidS3PrefixException";
    case ErrorKind::kInvalidTagParameter:
      return "InvalidTagParameterException";
    case ErrorKind::kKmsKeyNotFound:
      return "KmsKeyNotFoundException";
    case ErrorKind::kMaxConcurrentQueries:
      return "MaxConcurrentQueriesException";
    case ErrorKind::kNoManagementAccountSlrExists:
      return "NoManagementAccountSLRExistsException";
    case ErrorKind::kNotOrganizationMasterAccount:
      return "NotOrganizationMasterAccountException";
    case ErrorKind::kOperationNotPermitted:
      return "OperationNotPermittedException";
    case ErrorKind::kOrganizationNotInAllFeaturesMode:
      return "OrganizationNotInAllFeaturesModeException";
    case ErrorKind::kOrganizationsNotInUse:
      return "OrganizationsNotInUseException";
    case ErrorKind::kQueryIdNotFound:
      return "QueryIdNotFoundException";
    case ErrorKind::kS3BucketDoesNotExist:
      return "S3BucketDoesNotExistException";
    case ErrorKind::kUnsupportedOperation:
      return "UnsupportedOperationException";
    case ErrorKind::kInternal:
      return "InternalFailure";
  }
  return "InternalFailure";
}

void write_error(http::Response& response, std::string_view exception, std::string_view message) {
  response.status = exception == "InternalFailure" ? 500 : 400;
  response.content_type = kJsonContentType;
  response.body.clear();
  http::JsonWriter json(response.body);
  json.open_object();
  json.member("__type", exception);
  json.member("message", message);
  json.member("Message", message);
  json.close_object();
}

}  // namespace trailpond::api
