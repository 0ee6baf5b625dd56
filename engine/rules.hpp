#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/service.hpp"

/// Rules that several operations share, in the order in which they are asked.
namespace trailpond::engine {

/// Items on a page of a list. Source: AWS API reference, MaxResults.
constexpr std::int64_t kMaxListResults = 1000;
/// Names of event data stores and channels have 3 to 128 characters of [a-zA-Z0-9._-].
/// Source: AWS API reference.
constexpr std::size_t kMinNameLength = 3;
constexpr std::size_t kMaxNameLength = 128;

/// kUnsupportedOperation in a Region without CloudTrail Lake; `denied` where nobody may use it
/// (operations that do not declare kOperationNotPermitted give another).
std::optional<Error> check_region(const World& world, const Caller& caller,
                                  ErrorKind denied = ErrorKind::kOperationNotPermitted);
/// kNoManagementAccountSlrExists for an organization's store without the service-linked role.
std::optional<Error> check_service_linked_role(const World& world,
                                               const state::EventDataStore& store);
std::optional<Error> check_service_linked_role(const World& world);
/// What is to be done with a store or a trail of an organization.
enum class OrganizationUse : std::uint8_t {
  kSettings,  // tags, Insights: for managers
  kChange,    // for managers, with permissions of their own in Organizations
  kSetUp,     // the same, and the organization must allow it to CloudTrail
};
/// Whether the caller may do something with an organization's store or trail. To set one up:
/// kOrganizationsNotInUse, kOrganizationNotInAllFeaturesMode, kCloudTrailAccessNotEnabled; for all
/// but settings kInsufficientDependencyServiceAccessPermission; always
/// kNotOrganizationMasterAccount, kNoManagementAccountSlrExists.
std::optional<Error> check_organization(const Context& context, OrganizationUse use);
/// Tells whether an account is among those that a scenario lists as the organization's; without a
/// list every account is.
bool is_member(const Organization& organization, const std::string& account);
/// Tells whether an account manages what the organization's management account owns: it is a
/// delegated administrator. Source: AWS user guide, "Organization delegated administrator".
bool manages_for(const Service& service, std::string_view account, std::string_view owner);
/// The account that a new trail or event data store belongs to: what a delegated administrator
/// makes for the organization is the management account's.
std::string owner_of_new(const Context& context, bool of_organization);
/// The parts that operations on an organization itself share.
std::optional<Error> check_organization_set_up(const Organization& organization,
                                               const Caller& caller);
std::optional<Error> check_permissions(const Organization& organization);
/// kInactiveEventDataStore for a store that cannot be asked: PENDING_DELETION, and CREATED.
std::optional<Error> check_queryable(const state::EventDataStore& store);
/// A query of a store whose KMS key shuts CloudTrail out cannot be run or read:
/// kInsufficientEncryptionPolicy. Source: AWS API reference, KmsKeyId of CreateEventDataStore.
std::optional<Error> check_encryption(const World& world, const state::EventDataStore& store);
/// Checks a key's form (an alias, an ARN of KMS, or a key id) and what the world says of it:
/// kInvalidKmsKeyId, kKmsKeyNotFound, kInsufficientEncryptionPolicy, and `disabled` for a key that
/// is disabled (operations declare different errors for that).
std::optional<Error> check_kms_key(const World& world, const std::string& key, ErrorKind disabled);
/// Tells whether a text can be the name of a bucket. Source: AWS API reference, DeliveryS3Uri.
bool is_bucket_name(std::string_view name);
/// Tells whether a text can be the prefix of an object's key.
bool is_key_prefix(std::string_view prefix);
/// Checks what the world says of a bucket: kS3BucketDoesNotExist, kInsufficientS3BucketPolicy,
/// kInsufficientEncryptionPolicy.
std::optional<Error> check_bucket(const World& world, const std::string& bucket);
/// kInvalidParameter for a name of another form.
std::optional<Error> check_name(std::string_view name);
/// Checks the number of items asked for: kInvalidMaxResults outside of 1 to `most`.
Result<std::int64_t> check_max_results(const std::optional<std::int64_t>& asked, std::int64_t most);

/// Tells whether an account may do something with a store by an operation: the owner, those whom
/// the scenario grants it, those whom the store's resource policy allows it, and who manages it for
/// the organization.
bool may_use(const Service& service, const state::EventDataStore& store, std::string_view account,
             std::string_view operation);

}  // namespace trailpond::engine
