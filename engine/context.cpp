#include "engine/context.hpp"

#include <algorithm>
#include <cctype>

#include "base/text.hpp"
#include "engine/store_names.hpp"

namespace trailpond::engine {
namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

/// A statement with each run of white space as one blank, and without a semicolon at the end.
std::string squeeze(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!is_space(c)) {
      out.push_back(c);
    } else if (!out.empty() && out.back() != ' ') {
      out.push_back(' ');
    }
  }
  while (!out.empty() && (out.back() == ' ' || out.back() == ';')) {
    out.pop_back();
  }
  return out;
}

bool contains_in_any_case(std::string_view text, std::string_view part) {
  return ascii_lower(text).find(ascii_lower(part)) != std::string::npos;
}

bool matches(const QueryScript& script, const state::Query& query,
             const std::vector<std::string>& stores) {
  return (!script.statement || squeeze(*script.statement) == squeeze(query.statement)) &&
         (!script.contains || contains_in_any_case(query.statement, *script.contains)) &&
         (!script.alias || *script.alias == query.alias) &&
         (!script.account || *script.account == query.key.account) &&
         (!script.region || *script.region == query.key.region) &&
         (!script.store || std::find(stores.begin(), stores.end(), *script.store) != stores.end());
}

Error arn_invalid(std::string_view name) {
  return {ErrorKind::kEventDataStoreArnInvalid,
          "The event data store ARN is not valid or does not map to an event data store in your "
          "account: " +
              std::string(name)};
}

Error not_permitted(std::string_view account) {
  return {ErrorKind::kOperationNotPermitted,
          "The requested operation is not permitted on event data stores of account " +
              std::string(account) + "."};
}

}  // namespace

void CurrentWorld::set(World world) {
  const std::lock_guard lock(mutex_);
  world_ = std::make_shared<const World>(std::move(world));
  matches_.clear();
}

std::optional<QueryScript> CurrentWorld::take_script(const state::Query& query,
                                                     const std::vector<std::string>& store_names) {
  const std::lock_guard lock(mutex_);
  const auto& scripts = world_->scripts;
  for (std::size_t i = 0; i < scripts.size(); ++i) {
    if (!matches(scripts[i], query, store_names)) {
      continue;
    }
    const std::int64_t number = ++matches_[i];
    if ((!scripts[i].nth || *scripts[i].nth == number) &&
        (!scripts[i].times || number <= *scripts[i].times)) {
      return scripts[i];
    }
  }
  return std::nullopt;
}

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

Result<state::EventDataStores::Pointer> find_event_data_store(
    const Context& context, const Caller& caller, std::string_view name, Access access,
    const std::optional<std::string>& owner) {
  std::string account = owner.value_or(caller.account);
  std::optional<std::string> id;
  if (looks_like_arn(name)) {
    const auto arn = parse_store_arn(name);
    if (!arn || arn->region != caller.region || (owner && *owner != arn->account)) {
      return arn_invalid(name);
    }
    account = arn->account;
    id = arn->id;
  } else {
    id = parse_store_id(name);
  }
  if (!id) {
    return arn_invalid(name);
  }
  auto store =
      context.state->event_data_stores().find(print_store_arn(account, caller.region, *id));
  if (account != caller.account && (!store || !may_read(*store, caller.account))) {
    // An organization's store is no secret to its members; others' stores are, unless named so.
    const bool known = owner || (store && store->organization);
    return known ? not_permitted(account) : arn_invalid(name);
  }
  if (!store) {
    return Error{ErrorKind::kEventDataStoreNotFound,
                 "The specified event data store was not found: " + std::string(name)};
  }
  if (access == Access::kOwner && account != caller.account) {
    return not_permitted(account);
  }
  if (auto error = check_service_linked_role(*context.world.get(), *store)) {
    return *error;
  }
  return store;
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
