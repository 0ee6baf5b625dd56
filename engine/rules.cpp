#include "engine/rules.hpp"

#include <algorithm>

#include "engine/resources/delegated_administrators.hpp"
#include "engine/resources/policies.hpp"
#include "state/ids.hpp"

namespace trailpond::engine {
std::optional<Error> check_region(const World& world, const Caller& caller, ErrorKind denied) {
  if (world.lake == LakeAccess::kDenied) {
    return Error{denied, "CloudTrail Lake is not permitted to account " + caller.account + "."};
  }
  if (world.regions_without_lake.contains(caller.region)) {
    return Error{ErrorKind::kUnsupportedOperation,
                 "CloudTrail Lake is not supported in Region " + caller.region + "."};
  }
  return std::nullopt;
}

std::optional<Error> check_service_linked_role(const World& world) {
  if (!world.organization.service_linked_role) {
    return Error{ErrorKind::kNoManagementAccountSlrExists,
                 "The management account does not have a service-linked role."};
  }
  return std::nullopt;
}

std::optional<Error> check_service_linked_role(const World& world,
                                               const state::EventDataStore& store) {
  return store.organization ? check_service_linked_role(world) : std::nullopt;
}

std::optional<Error> check_organization_set_up(const Organization& organization,
                                               const Caller& caller) {
  if (!organization.in_use) {
    return Error{ErrorKind::kOrganizationsNotInUse,
                 "The account " + caller.account + " is not in an organization."};
  }
  if (!organization.all_features) {
    return Error{ErrorKind::kOrganizationNotInAllFeaturesMode,
                 "All features are not enabled in the organization."};
  }
  if (!organization.trusted_access) {
    return Error{ErrorKind::kCloudTrailAccessNotEnabled,
                 "Trusted access between CloudTrail and AWS Organizations is not enabled."};
  }
  return std::nullopt;
}

std::optional<Error> check_permissions(const Organization& organization) {
  if (!organization.permissions) {
    return Error{ErrorKind::kInsufficientDependencyServiceAccessPermission,
                 "The caller lacks permissions of AWS Organizations that the operation needs."};
  }
  return std::nullopt;
}

bool is_member(const Organization& organization, const std::string& account) {
  return organization.in_use &&
         (!organization.accounts || organization.accounts->contains(account));
}

bool manages_for(const Service& service, std::string_view account, std::string_view owner) {
  const auto world = service.world.get();
  const Organization& organization = world->organization;
  if (!organization.in_use || organization.management_account.empty() ||
      organization.management_account != owner) {
    return false;
  }
  const std::string administrator(account);
  return organization.delegated_administrators.contains(administrator) ||
         is_delegated_administrator(service, administrator);
}

std::string owner_of_new(const Context& context, bool of_organization) {
  const std::string& management = context.world()->organization.management_account;
  const bool manages =
      of_organization && manages_for(context.service, context.caller.account, management);
  return manages ? management : context.caller.account;
}

std::optional<Error> check_organization(const Context& context, OrganizationUse use) {
  const auto world = context.world();
  const Organization& organization = world->organization;
  const Caller& caller = context.caller;
  const bool manages =
      organization.management_account.empty() ||
      organization.management_account == caller.account ||
      manages_for(context.service, caller.account, organization.management_account);
  if (organization.in_use && !manages) {
    return Error{ErrorKind::kNotOrganizationMasterAccount,
                 "Account " + caller.account +
                     " is neither the management account nor a delegated administrator of the "
                     "organization."};
  }
  if (use == OrganizationUse::kSetUp) {
    if (auto error = check_organization_set_up(organization, caller)) {
      return error;
    }
  }
  if (use != OrganizationUse::kSettings) {
    if (auto error = check_permissions(organization)) {
      return error;
    }
  }
  return check_service_linked_role(*world);
}

std::optional<Error> check_queryable(const state::EventDataStore& store) {
  switch (store.status) {
    case state::StoreStatus::kEnabled:
    case state::StoreStatus::kStartingIngestion:
    case state::StoreStatus::kStoppingIngestion:
    case state::StoreStatus::kStoppedIngestion:
      return std::nullopt;
    case state::StoreStatus::kCreated:
    case state::StoreStatus::kPendingDeletion:
    case state::StoreStatus::kRemoved:
      break;
  }
  return Error{ErrorKind::kInactiveEventDataStore,
               "The event data store is inactive: " + store.arn + " is in status " +
                   std::string(state::name_of(store.status)) + "."};
}

std::optional<Error> check_encryption(const World& world, const state::EventDataStore& store) {
  if (!store.kms_key_id.empty() && (world.denied_kms_keys.contains(store.kms_key_id) ||
                                    world.missing_kms_keys.contains(store.kms_key_id))) {
    return Error{ErrorKind::kInsufficientEncryptionPolicy,
                 "Insufficient permissions to access KMS key " + store.kms_key_id + "."};
  }
  return std::nullopt;
}

std::optional<Error> check_kms_key(const World& world, const std::string& key, ErrorKind disabled) {
  constexpr std::size_t kMaxLength = 350;  // AWS API reference, EventDataStoreKmsKeyId
  const bool arn =
      key.starts_with("arn:") && key.find(":kms:") != std::string::npos &&
      (key.find(":key/") != std::string::npos || key.find(":alias/") != std::string::npos);
  const bool alias = key.starts_with("alias/") && key.size() > 6;
  const bool multi_region = key.starts_with("mrk-") && key.size() == 36;
  if (key.size() > kMaxLength || !(arn || alias || multi_region || state::is_uuid(key))) {
    return Error{ErrorKind::kInvalidKmsKeyId, "The KMS key ID is not valid: " + key};
  }
  if (world.missing_kms_keys.contains(key)) {
    return Error{ErrorKind::kKmsKeyNotFound, "The KMS key does not exist: " + key};
  }
  if (world.disabled_kms_keys.contains(key)) {
    return Error{disabled, "The KMS key is disabled: " + key};
  }
  if (world.denied_kms_keys.contains(key)) {
    return Error{ErrorKind::kInsufficientEncryptionPolicy,
                 "Insufficient permissions to access KMS key " + key + "."};
  }
  return std::nullopt;
}

bool is_bucket_name(std::string_view name) {
  const auto is_alphanumeric = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  return name.size() >= 3 && name.size() <= 63 && is_alphanumeric(name.front()) &&
         is_alphanumeric(name.back()) && std::all_of(name.begin(), name.end(), [&](char c) {
           return is_alphanumeric(c) || c == '.' || c == '-';
         });
}

bool is_key_prefix(std::string_view prefix) {
  return prefix.find("//") == std::string_view::npos &&
         std::all_of(prefix.begin(), prefix.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
}

std::optional<Error> check_bucket(const World& world, const std::string& bucket) {
  if (!world.buckets) {
    return std::nullopt;
  }
  const auto found = world.buckets->find(bucket);
  if (found == world.buckets->end()) {
    return Error{ErrorKind::kS3BucketDoesNotExist, "S3 bucket does not exist!"};
  }
  if (!found->second.policy_allows) {
    return Error{ErrorKind::kInsufficientS3BucketPolicy,
                 "Incorrect S3 bucket policy is detected for bucket: " + bucket};
  }
  if (!found->second.encryption_allows) {
    return Error{ErrorKind::kInsufficientEncryptionPolicy,
                 "Insufficient permissions to access S3 bucket " + bucket + " or its KMS key."};
  }
  return std::nullopt;
}

bool may_use(const Service& service, const state::EventDataStore& store, std::string_view account,
             std::string_view operation) {
  const auto& granted = store.granted_accounts;
  return store.account == account ||
         std::find(granted.begin(), granted.end(), account) != granted.end() ||
         (store.organization && manages_for(service, account, store.account)) ||
         policy_allows(*service.state, store.arn,
                       {"cloudtrail:" + std::string(operation), account});
}

std::optional<Error> check_name(std::string_view name) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  if (name.size() < kMinNameLength || name.size() > kMaxNameLength ||
      !std::all_of(name.begin(), name.end(), is_allowed)) {
    return invalid_parameter(
        "Name must have 3 to 128 characters of letters, digits, period, underscore and dash.");
  }
  return std::nullopt;
}

Result<std::int64_t> check_max_results(const std::optional<std::int64_t>& asked,
                                       std::int64_t most) {
  if (asked && (*asked < 1 || *asked > most)) {
    return Error{ErrorKind::kInvalidMaxResults,
                 "The maximum number of results must be between 1 and " + std::to_string(most) +
                     ", not " + std::to_string(*asked) + "."};
  }
  return asked.value_or(most);
}

}  // namespace trailpond::engine
