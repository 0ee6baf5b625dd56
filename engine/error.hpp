#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace trailpond::engine {

/// Why the service refuses. Named after the exceptions of the CloudTrail API reference, without
/// their "Exception"; the server joins the two vocabularies by one total switch.
enum class ErrorKind : std::uint8_t {
  kConflict,
  kEventDataStoreAlreadyExists,
  kEventDataStoreArnInvalid,
  kEventDataStoreMaxLimitExceeded,
  kEventDataStoreNotFound,
  kEventDataStoreTerminationProtected,
  kInactiveEventDataStore,
  kInactiveQuery,
  kInsufficientEncryptionPolicy,
  kInsufficientS3BucketPolicy,
  kInvalidDateRange,
  kInvalidEventDataStoreCategory,
  kInvalidEventDataStoreStatus,
  kInvalidEventSelectors,
  kInvalidKmsKeyId,
  kInvalidMaxResults,
  kInvalidNextToken,
  kInvalidParameter,
  kInvalidQueryStatement,
  kInvalidQueryStatus,
  kInvalidS3BucketName,
  kInvalidS3Prefix,
  kInvalidTagParameter,
  kKmsKeyNotFound,
  kMaxConcurrentQueries,
  kNoManagementAccountSlrExists,
  kNotOrganizationMasterAccount,
  kOperationNotPermitted,
  kOrganizationNotInAllFeaturesMode,
  kOrganizationsNotInUse,
  kQueryIdNotFound,
  kS3BucketDoesNotExist,
  kUnsupportedOperation,
  kInternal,  // our fault: storage failed
};

/// A refusal: its kind and what to tell the user.
struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string message = {};
};

Error invalid_parameter(std::string message);
Error invalid_token();

template <class T>
using Result = trailpond::Result<T, Error>;

/// Answers the kind's name without the k: "InactiveQuery". For logs and tests.
std::string_view name_of(ErrorKind kind);

}  // namespace trailpond::engine
