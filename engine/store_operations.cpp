#include "engine/store_operations.hpp"

#include <algorithm>
#include <set>

#include "engine/store_names.hpp"

namespace trailpond::engine {
namespace {

using state::BillingMode;
using state::StoreEvent;
using state::StoreStatus;

constexpr std::size_t kMaxTagKeyLength = 128;    // AWS API reference, Tag
constexpr std::size_t kMaxTagValueLength = 256;  // AWS API reference, Tag
constexpr std::size_t kMaxKmsKeyIdLength = 350;  // AWS API reference, EventDataStoreKmsKeyId

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

std::optional<Error> check_name(std::string_view name) {
  if (name.size() < kMinNameLength || name.size() > kMaxNameLength ||
      !std::all_of(name.begin(), name.end(), is_name_character)) {
    return invalid_parameter(
        "Name must have 3 to 128 characters of letters, digits, period, underscore and dash.");
  }
  return std::nullopt;
}

std::optional<Error> check_retention(std::int64_t days, BillingMode mode) {
  const std::int64_t most = mode == BillingMode::kExtendableRetention ? kMaxExtendableRetentionDays
                                                                      : kMaxFixedRetentionDays;
  if (days < kMinRetentionDays || days > most) {
    return invalid_parameter("RetentionPeriod must be between 7 and " + std::to_string(most) +
                             " days for billing mode " + std::string(name_of(mode)) + ", not " +
                             std::to_string(days) + ".");
  }
  return std::nullopt;
}

std::optional<Error> check_tags(const std::vector<Tag>& tags) {
  if (tags.size() > kMaxTags) {
    return Error{ErrorKind::kInvalidTagParameter, "A resource has at most 50 tags."};
  }
  std::set<std::string_view> keys;
  for (const auto& [key, value] : tags) {
    if (key.empty() || key.size() > kMaxTagKeyLength || value.size() > kMaxTagValueLength ||
        key.starts_with("aws:")) {
      return Error{ErrorKind::kInvalidTagParameter, "The tag with key '" + key + "' is not valid."};
    }
    if (!keys.insert(key).second) {
      return Error{ErrorKind::kInvalidTagParameter, "The tag key '" + key + "' appears twice."};
    }
  }
  return std::nullopt;
}

/// Checks a key's form (an alias, an ARN of KMS, or a key id) and what the world says of it.
std::optional<Error> check_kms_key(const World& world, const std::string& key) {
  const bool arn =
      key.starts_with("arn:") && key.find(":kms:") != std::string::npos &&
      (key.find(":key/") != std::string::npos || key.find(":alias/") != std::string::npos);
  const bool alias = key.starts_with("alias/") && key.size() > 6;
  const bool multi_region = key.starts_with("mrk-") && key.size() == 36;
  if (key.size() > kMaxKmsKeyIdLength || !(arn || alias || multi_region || state::is_uuid(key))) {
    return Error{ErrorKind::kInvalidKmsKeyId, "The KMS key ID is not valid: " + key};
  }
  if (world.missing_kms_keys.contains(key)) {
    return Error{ErrorKind::kKmsKeyNotFound, "The KMS key does not exist: " + key};
  }
  if (world.denied_kms_keys.contains(key)) {
    return Error{ErrorKind::kInsufficientEncryptionPolicy,
                 "Insufficient permissions to access KMS key " + key + "."};
  }
  return std::nullopt;
}

/// Tells whether ingestion of a store can be stopped and started: those of management, data,
/// network activity events and configuration items. Source: AWS user guide, stop ingestion.
bool has_ingestion(const std::vector<AdvancedEventSelector>& selectors) {
  const auto categories = categories_of(selectors);
  return !categories.empty() &&
         std::all_of(categories.begin(), categories.end(), [](const std::string& category) {
           return category == "Management" || category == "Data" || category == "NetworkActivity" ||
                  category == "ConfigurationItem";
         });
}

EventDataStoreDetails describe(const state::EventDataStore& store) {
  EventDataStoreDetails details;
  details.arn = store.arn;
  details.name = store.name;
  details.status = store.status;
  details.selectors = parse_selectors(store.selectors);
  details.multi_region = store.multi_region;
  details.organization = store.organization;
  details.termination_protection = store.termination_protection;
  details.billing_mode = store.billing_mode;
  details.retention_days = store.retention_days;
  if (!store.kms_key_id.empty()) {
    details.kms_key_id = store.kms_key_id;
  }
  details.created_at = store.created_at;
  details.updated_at = store.updated_at;
  details.tags = store.tags;
  return details;
}

/// The parts of a new store that need checks of their own; each rule in the order in which it wins.
Result<state::EventDataStore> check_new_store(const World& world, const Caller& caller,
                                              const CreateEventDataStoreRequest& request) {
  state::EventDataStore store;
  store.account = caller.account;
  store.region = caller.region;
  if (auto error = check_name(request.name)) {
    return *error;
  }
  store.name = request.name;
  const auto selectors = request.selectors.value_or(default_selectors());
  const auto kind = check_selectors(selectors);
  if (!kind) {
    return kind.error();
  }
  store.kind = events::name_of(*kind);
  store.selectors = print_selectors(selectors);
  store.billing_mode = request.billing_mode.value_or(BillingMode::kExtendableRetention);
  const std::int64_t days = request.retention_days.value_or(
      store.billing_mode == BillingMode::kExtendableRetention ? kDefaultExtendableRetentionDays
                                                              : kDefaultFixedRetentionDays);
  if (auto error = check_retention(days, store.billing_mode)) {
    return *error;
  }
  store.retention_days = static_cast<std::int32_t>(days);
  if (!request.start_ingestion.value_or(true)) {
    if (!has_ingestion(selectors)) {
      return invalid_parameter(
          "StartIngestion can be false only for event data stores of "
          "management, data and network activity events and of "
          "configuration items.");
    }
    store.due_event = StoreEvent::kEnableStopped;
  }
  if (auto error = check_tags(request.tags)) {
    return *error;
  }
  store.tags = request.tags;
  if (request.kms_key_id) {
    if (auto error = check_kms_key(world, *request.kms_key_id)) {
      return *error;
    }
    store.kms_key_id = *request.kms_key_id;
  }
  store.multi_region = request.multi_region.value_or(true);
  store.organization = request.organization.value_or(false);
  store.termination_protection = request.termination_protection.value_or(true);
  return store;
}

bool is_empty(const UpdateEventDataStoreRequest& request) {
  return !request.name && !request.selectors && !request.multi_region && !request.organization &&
         !request.retention_days && !request.termination_protection && !request.kms_key_id &&
         !request.billing_mode;
}

std::optional<Error> update_selectors(const UpdateEventDataStoreRequest& request,
                                      state::EventDataStore& store) {
  if (!request.selectors) {
    return std::nullopt;
  }
  const auto kind = check_selectors(*request.selectors);
  if (!kind) {
    return kind.error();
  }
  if (events::name_of(*kind) != store.kind) {
    return Error{ErrorKind::kInvalidEventSelectors,
                 "The type of events of an event data store cannot be changed."};
  }
  store.selectors = print_selectors(*request.selectors);
  return std::nullopt;
}

std::optional<Error> update_billing(const UpdateEventDataStoreRequest& request,
                                    state::EventDataStore& store) {
  if (request.billing_mode && *request.billing_mode != store.billing_mode) {
    if (*request.billing_mode == BillingMode::kFixedRetention) {
      return invalid_parameter(
          "The billing mode of an event data store cannot be changed from "
          "EXTENDABLE_RETENTION_PRICING to FIXED_RETENTION_PRICING.");
    }
    store.billing_mode = *request.billing_mode;
  }
  const std::int64_t days = request.retention_days.value_or(store.retention_days);
  if (auto error = check_retention(days, store.billing_mode)) {
    return error;
  }
  store.retention_days = static_cast<std::int32_t>(days);
  return std::nullopt;
}

std::optional<Error> update_kms_key(const World& world, const UpdateEventDataStoreRequest& request,
                                    state::EventDataStore& store) {
  if (!request.kms_key_id || *request.kms_key_id == store.kms_key_id) {
    return std::nullopt;
  }
  if (!store.kms_key_id.empty()) {
    return invalid_parameter("The KMS key of an event data store cannot be changed.");
  }
  if (auto error = check_kms_key(world, *request.kms_key_id)) {
    return error;
  }
  store.kms_key_id = *request.kms_key_id;
  return std::nullopt;
}

/// kInactiveEventDataStore while it is being deleted, kConflict while something else is going on.
std::optional<Error> check_changeable(const state::EventDataStore& store) {
  switch (store.status) {
    case StoreStatus::kEnabled:
    case StoreStatus::kStoppedIngestion:
      return std::nullopt;
    case StoreStatus::kPendingDeletion:
    case StoreStatus::kRemoved:
      return check_queryable(store);
    case StoreStatus::kCreated:
    case StoreStatus::kStartingIngestion:
    case StoreStatus::kStoppingIngestion:
      break;
  }
  return Error{ErrorKind::kConflict,
               "The event data store is not ready for the operation: " + store.arn +
                   " is in status " + std::string(state::name_of(store.status)) + "."};
}

/// Prints where a store stands in a list: its creation time with leading zeros, then its ARN.
std::string print_place(const state::EventDataStore& store) {
  const std::string micros = std::to_string(std::max<state::Micros>(store.created_at, 0));
  return std::string(20 - std::min<std::size_t>(micros.size(), 20), '0') + micros + store.arn;
}

Error wrong_status(const state::EventDataStore& store, std::string_view operation) {
  return {ErrorKind::kInvalidEventDataStoreStatus,
          "The event data store is in status " + std::string(state::name_of(store.status)) +
              ", which does not allow " + std::string(operation) + "."};
}

}  // namespace

std::string_view name_of(BillingMode mode) {
  switch (mode) {
    case BillingMode::kExtendableRetention:
      return "EXTENDABLE_RETENTION_PRICING";
    case BillingMode::kFixedRetention:
      return "FIXED_RETENTION_PRICING";
  }
  return "";
}

std::optional<BillingMode> find_billing_mode(std::string_view name) {
  for (const BillingMode mode : {BillingMode::kExtendableRetention, BillingMode::kFixedRetention}) {
    if (name_of(mode) == name) {
      return mode;
    }
  }
  return std::nullopt;
}

bool StoreOperations::is_name_taken(const Caller& caller, std::string_view name,
                                    std::string_view but_arn) const {
  const auto stores = context_.state->event_data_stores().list(caller.account, caller.region);
  return std::any_of(stores.begin(), stores.end(), [&](const Pointer& store) {
    return store->name == name && store->arn != but_arn;
  });
}

std::string StoreOperations::next_id(const Caller& caller) {
  const std::string stream = "event data store " + caller.account + " " + caller.region;
  while (true) {
    std::string id = context_.ids.next(stream);
    // A seed makes the same ids again after a restart over kept state.
    const std::string arn = print_store_arn(caller.account, caller.region, id);
    if (!context_.state->event_data_stores().find(arn)) {
      return id;
    }
  }
}

Result<EventDataStoreDetails> StoreOperations::create(const Caller& caller,
                                                      const CreateEventDataStoreRequest& request) {
  const auto world = context_.world.get();
  if (auto error = check_region(*world, caller)) {
    return *error;
  }
  auto checked = check_new_store(*world, caller, request);
  if (!checked) {
    return checked.error();
  }
  state::EventDataStore& store = *checked;
  if (store.organization) {
    if (auto error = check_organization(*world, caller)) {
      return *error;
    }
  }
  state::Writing writing(*context_.state);
  auto& stores = context_.state->event_data_stores();
  if (is_name_taken(caller, store.name, {})) {
    return Error{ErrorKind::kEventDataStoreAlreadyExists,
                 "An event data store with the name " + store.name + " already exists."};
  }
  if (stores.list(caller.account, caller.region).size() >= kMaxEventDataStores) {
    return Error{ErrorKind::kEventDataStoreMaxLimitExceeded,
                 "The account has reached the maximum number of 10 event data stores in Region " +
                     caller.region + "."};
  }
  store.id = next_id(caller);
  store.arn = print_store_arn(caller.account, caller.region, store.id);
  store.created_at = context_.clock.now();
  store.updated_at = store.created_at;
  store.due_at = store.created_at + world->creation_takes;
  context_.events.make(store);
  const Pointer created = stores.put(writing, std::move(store));
  writing.commit();
  return describe(*created);
}

Result<EventDataStoreDetails> StoreOperations::get(const Caller& caller, std::string_view name) {
  if (auto error = check_region(*context_.world.get(), caller)) {
    return *error;
  }
  const auto store = find_event_data_store(context_, caller, name, Access::kGranted);
  if (!store) {
    return store.error();
  }
  return describe(**store);
}

Result<EventDataStoreList> StoreOperations::list(const Caller& caller,
                                                 const ListEventDataStoresRequest& request) {
  const auto world = context_.world.get();
  if (auto error = check_region(*world, caller)) {
    return *error;
  }
  const auto limit = check_max_results(request.max_results, kMaxListResults);
  if (!limit) {
    return limit.error();
  }
  const std::string scope = "stores " + caller.account + " " + caller.region;
  std::string after;
  if (request.next_token) {
    const auto place = context_.tokens.open(scope, *request.next_token);
    if (!place) {
      return invalid_token();
    }
    after = *place;
  }
  EventDataStoreList answer;
  bool skipping = !after.empty();
  for (const Pointer& store :
       context_.state->event_data_stores().list(caller.account, caller.region)) {
    if (auto error = check_service_linked_role(*world, *store)) {
      return *error;
    }
    // The place is the creation time and ARN of the last one shown: it holds when that is gone.
    const std::string place = print_place(*store);
    if (skipping && place <= after) {
      continue;
    }
    skipping = false;
    if (answer.stores.size() == static_cast<std::size_t>(*limit)) {
      answer.next_token = context_.tokens.make(scope, after);
      break;
    }
    answer.stores.push_back({store->arn, store->name});
    after = place;
  }
  return answer;
}

Result<StoreOperations::Pointer> StoreOperations::find_for_change(const Caller& caller,
                                                                  std::string_view name) const {
  const auto world = context_.world.get();
  if (auto error = check_region(*world, caller)) {
    return *error;
  }
  auto store = find_event_data_store(context_, caller, name, Access::kOwner);
  if (store && (*store)->organization) {
    if (auto error = check_organization(*world, caller)) {
      return *error;
    }
  }
  return store;
}

Result<EventDataStoreDetails> StoreOperations::update(const Caller& caller,
                                                      const UpdateEventDataStoreRequest& request) {
  const auto world = context_.world.get();
  state::Writing writing(*context_.state);
  const auto found = find_for_change(caller, request.event_data_store);
  if (!found) {
    return found.error();
  }
  if (is_empty(request)) {
    return invalid_parameter("At least one member besides EventDataStore must be given.");
  }
  if (auto error = check_changeable(**found)) {
    return *error;
  }
  state::EventDataStore store = **found;
  if (request.name) {
    if (auto error = check_name(*request.name)) {
      return *error;
    }
    if (is_name_taken(caller, *request.name, store.arn)) {
      return Error{ErrorKind::kEventDataStoreAlreadyExists,
                   "An event data store with the name " + *request.name + " already exists."};
    }
    store.name = *request.name;
  }
  for (const auto& error : {update_selectors(request, store), update_billing(request, store),
                            update_kms_key(*world, request, store)}) {
    if (error) {
      return *error;
    }
  }
  if (request.organization.value_or(false)) {
    if (auto error = check_organization(*world, caller)) {
      return *error;
    }
  }
  store.organization = request.organization.value_or(store.organization);
  store.multi_region = request.multi_region.value_or(store.multi_region);
  store.termination_protection =
      request.termination_protection.value_or(store.termination_protection);
  store.updated_at = context_.clock.now();
  const Pointer updated = context_.state->event_data_stores().put(writing, std::move(store));
  writing.commit();
  return describe(*updated);
}

Result<void> StoreOperations::remove(const Caller& caller, std::string_view name) {
  state::Writing writing(*context_.state);
  const auto found = find_for_change(caller, name);
  if (!found) {
    return found.error();
  }
  state::EventDataStore store = **found;
  if (store.status == StoreStatus::kPendingDeletion) {
    return *check_queryable(store);
  }
  if (store.termination_protection) {
    return Error{ErrorKind::kEventDataStoreTerminationProtected,
                 "The event data store cannot be deleted because termination protection is "
                 "enabled for it."};
  }
  if (!state::apply(store, StoreEvent::kDelete)) {
    return *check_changeable(store);
  }
  store.updated_at = context_.clock.now();
  store.due_at = store.updated_at + state::kDeletionWait;
  store.due_event = StoreEvent::kRemove;
  context_.state->event_data_stores().put(writing, std::move(store));
  writing.commit();
  return {};
}

Result<EventDataStoreDetails> StoreOperations::restore(const Caller& caller,
                                                       std::string_view name) {
  state::Writing writing(*context_.state);
  const auto found = find_for_change(caller, name);
  if (!found) {
    return found.error();
  }
  state::EventDataStore store = **found;
  if (!state::apply(store, StoreEvent::kRestore)) {
    return wrong_status(store, "a restore");
  }
  store.updated_at = context_.clock.now();
  store.due_at = state::kNever;
  const Pointer restored = context_.state->event_data_stores().put(writing, std::move(store));
  writing.commit();
  return describe(*restored);
}

Result<void> StoreOperations::change_ingestion(const Caller& caller, std::string_view name,
                                               StoreEvent event, StoreEvent then) {
  state::Writing writing(*context_.state);
  const auto found = find_for_change(caller, name);
  if (!found) {
    return found.error();
  }
  state::EventDataStore store = **found;
  if (!has_ingestion(parse_selectors(store.selectors))) {
    return Error{ErrorKind::kInvalidEventDataStoreCategory,
                 "Ingestion can be started and stopped only for event data stores of management, "
                 "data and network activity events and of configuration items."};
  }
  if (!state::apply(store, event)) {
    return wrong_status(store, event == StoreEvent::kStartIngestion ? "a start of ingestion"
                                                                    : "a stop of ingestion");
  }
  store.updated_at = context_.clock.now();
  store.due_at = store.updated_at + context_.world.get()->ingestion_takes;
  store.due_event = then;
  context_.state->event_data_stores().put(writing, std::move(store));
  writing.commit();
  return {};
}

Result<void> StoreOperations::start_ingestion(const Caller& caller, std::string_view name) {
  return change_ingestion(caller, name, StoreEvent::kStartIngestion, StoreEvent::kIngestionStarted);
}

Result<void> StoreOperations::stop_ingestion(const Caller& caller, std::string_view name) {
  return change_ingestion(caller, name, StoreEvent::kStopIngestion, StoreEvent::kIngestionStopped);
}

}  // namespace trailpond::engine
