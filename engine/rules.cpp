#include "engine/rules.hpp"

#include <algorithm>

namespace trailpond::engine {
std::optional<Error> check_region(const World& world, const Caller& caller) {
  if (world.regions_without_lake.contains(caller.region)) {
    return Error{ErrorKind::kUnsupportedOperation,
                 "CloudTrail Lake is not supported in Region " + caller.region + "."};
  }
  return std::nullopt;
}

std::optional<Error> check_service_linked_role(const World& world,
                                               const state::EventDataStore& store) {
  if (store.organization && !world.organization.service_linked_role) {
    return Error{ErrorKind::kNoManagementAccountSlrExists,
                 "The management account does not have a service-linked role."};
  }
  return std::nullopt;
}

std::optional<Error> check_organization(const World& world, const Caller& caller) {
  const Organization& organization = world.organization;
  if (!organization.in_use) {
    return Error{ErrorKind::kOrganizationsNotInUse,
                 "The account " + caller.account + " is not in an organization."};
  }
  if (!organization.management_account.empty() &&
      organization.management_account != caller.account &&
      !organization.delegated_administrators.contains(caller.account)) {
    return Error{ErrorKind::kNotOrganizationMasterAccount,
                 "Account " + caller.account +
                     " is neither the management account nor a delegated administrator of the "
                     "organization."};
  }
  if (!organization.all_features) {
    return Error{ErrorKind::kOrganizationNotInAllFeaturesMode,
                 "All features are not enabled in the organization."};
  }
  if (!organization.service_linked_role) {
    return Error{ErrorKind::kNoManagementAccountSlrExists,
                 "The management account does not have a service-linked role."};
  }
  return std::nullopt;
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

bool may_read(const state::EventDataStore& store, std::string_view account) {
  const auto& granted = store.granted_accounts;
  return store.account == account ||
         std::find(granted.begin(), granted.end(), account) != granted.end();
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
