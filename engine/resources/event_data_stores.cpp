#include "engine/resources/event_data_stores.hpp"

#include <algorithm>

#include "base/members.hpp"
#include "engine/resources/event_logging.hpp"
#include "engine/resources/federation.hpp"
#include "engine/resources/guards.hpp"
#include "engine/resources/imports.hpp"
#include "engine/resources/paging.hpp"
#include "engine/resources/resolver.hpp"
#include "engine/rules.hpp"
#include "engine/settle.hpp"

namespace trailpond::engine {
namespace {

using state::BillingMode;
using state::StoreEvent;
using state::StoreStatus;
using Pointer = state::EventDataStores::Pointer;

constexpr ResourceKind kKind = ResourceKind::kEventDataStore;

std::optional<Error> check_retention(std::int64_t days, BillingMode mode) {
  const std::int64_t most = mode == BillingMode::kExtendableRetention ? kMaxExtendableRetentionDays
                                                                      : kMaxFixedRetentionDays;
  if (days < kMinRetentionDays || days > most) {
    return invalid_parameter("RetentionPeriod must be between 7 and " + std::to_string(most) +
                             " days for billing mode " + std::string(state::name_of(mode)) +
                             ", not " + std::to_string(days) + ".");
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
  details.selectors = parse_items<AdvancedEventSelector>(store.selectors);
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
  return details;
}

EventDataStoreDetails describe_federated(const Context& context,
                                         const state::EventDataStore& store) {
  EventDataStoreDetails details = describe(store);
  if (const auto federation = context.state().get<Federations>().find(store.arn)) {
    details.federation_status = federation->status;
    details.federation_role_arn = federation->role_arn;
  }
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
  store.selectors = print_items(selectors);
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
  if (auto error = check_tags(request.tags, ErrorKind::kInvalidTagParameter)) {
    return *error;
  }
  if (request.kms_key_id) {
    if (auto error = check_kms_key(world, *request.kms_key_id, ErrorKind::kKms)) {
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
  if (!store.insight_selectors.empty() && !logs_management_events(*request.selectors, false)) {
    return Error{ErrorKind::kInvalidInsightSelectors,
                 "Insights are enabled on the event data store, so its selectors must include "
                 "management events."};
  }
  store.selectors = print_items(*request.selectors);
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
  if (auto error = check_kms_key(world, *request.kms_key_id, ErrorKind::kKms)) {
    return error;
  }
  store.kms_key_id = *request.kms_key_id;
  return std::nullopt;
}

Error wrong_status(const state::EventDataStore& store, std::string_view operation) {
  return {ErrorKind::kInvalidEventDataStoreStatus,
          "The event data store is in status " + std::string(state::name_of(store.status)) +
              ", which does not allow " + std::string(operation) + "."};
}

}  // namespace

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

namespace {

/// Refuses a name that another store of the account and Region has: kEventDataStoreAlreadyExists,
/// kConflict while that one is being made.
std::optional<Error> check_name_is_free(const Context& context, const std::string& name,
                                        std::string_view but_arn = {}) {
  const auto& [account, region] = context.caller;
  for (const Pointer& store : context.state().event_data_stores().list(account, region)) {
    if (store->name == name && store->arn != but_arn) {
      return store->status == StoreStatus::kCreated ? check_changeable(*store)
                                                    : resource_already_exists(kKind, name);
    }
  }
  return std::nullopt;
}

/// Finds a store for a change: its owner only; for an organization's, its managers.
Result<Pointer> find_for_change(const Context& context, std::string_view name,
                                OrganizationUse use = OrganizationUse::kChange) {
  const auto world = context.world();
  if (auto error = check_region(*world, context.caller)) {
    return *error;
  }
  auto store = find_event_data_store(context, name, kOwner);
  if (store && (*store)->organization) {
    if (auto error = check_organization(context, use)) {
      return *error;
    }
  }
  return store;
}

}  // namespace

Result<CreateEventDataStoreAnswer> create_event_data_store(
    Context& context, const CreateEventDataStoreRequest& request) {
  const auto world = context.world();
  if (auto error = check_region(*world, context.caller)) {
    return *error;
  }
  if (world->lake == LakeAccess::kClosed &&
      context.state().event_data_stores().list(context.caller.account).empty()) {
    return Error{ErrorKind::kOperationNotPermitted,
                 "CloudTrail Lake is not open to new customers: account " + context.caller.account +
                     " has no event data store."};
  }
  auto checked = check_new_store(*world, context.caller, request);
  if (!checked) {
    return checked.error();
  }
  state::EventDataStore& store = *checked;
  if (store.organization) {
    if (auto error = check_organization(context, OrganizationUse::kSetUp)) {
      return *error;
    }
  }
  const Caller owner = {owner_of_new(context, store.organization), store.region};
  Context for_owner = {context.service, owner, context.reading};
  store.account = owner.account;
  state::Writing writing(context.reading);
  auto& stores = context.state().event_data_stores();
  if (auto error = check_name_is_free(for_owner, store.name)) {
    return *error;
  }
  if (stores.count(store.account, store.region) >= row_of(kKind).limit) {
    return resource_limit_exceeded(kKind, store.region);
  }
  const Arn arn = next_arn(for_owner, kKind);
  store.id = arn.id;
  store.arn = arn.print();
  store.created_at = context.service.clock.now();
  store.updated_at = store.created_at;
  store.due_at = store.created_at + world->creation_takes.value_or(0);
  auto made = context.service.events.make(store);
  store.directory = made.directory;
  context.service.events.attach(writing, store.arn, std::move(made.events));
  put_tags(for_owner, writing, store.arn, request.tags);
  const Pointer created = stores.put(writing, std::move(store));
  writing.commit();
  return CreateEventDataStoreAnswer{describe(*created), request.tags};
}

Result<GetEventDataStoreAnswer> get_event_data_store(Context& context,
                                                     const EventDataStoreRequest& request) {
  if (auto error = check_region(*context.world(), context.caller)) {
    return *error;
  }
  const auto store =
      find_event_data_store(context, request.event_data_store, Access{"GetEventDataStore"});
  if (!store) {
    return store.error();
  }
  return GetEventDataStoreAnswer{describe_federated(context, **store)};
}

Result<ListEventDataStoresAnswer> list_event_data_stores(
    Context& context, const ListEventDataStoresRequest& request) {
  const auto world = context.world();
  if (auto error = check_region(*world, context.caller)) {
    return *error;
  }
  const auto limit = check_max_results(request.max_results, kMaxListResults);
  if (!limit) {
    return limit.error();
  }
  const auto& [account, region] = context.caller;
  std::optional<Error> refused;
  const auto page = paginate(
      context, context.state().event_data_stores(), account, region, state::Order::kOldestFirst,
      {"stores " + account + " " + region, request.next_token, static_cast<std::size_t>(*limit)},
      [&](const state::EventDataStore& store) {
        refused = check_service_linked_role(*world, store);
        return refused ? Pick::kEnd : Pick::kTake;
      });
  if (!page || refused) {
    return page ? *refused : page.error();
  }
  ListEventDataStoresAnswer answer = {{}, page->next_token};
  for (const auto& store : page->records) {
    answer.stores.push_back({store->arn, store->name});
  }
  return answer;
}

Result<EventDataStoreDetails> update_event_data_store(Context& context,
                                                      const UpdateEventDataStoreRequest& request) {
  state::Writing writing(context.reading);
  const auto world = context.world();
  const auto found = find_for_change(context, request.event_data_store, OrganizationUse::kSetUp);
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
  if (const std::string import = find_import_into(context, store.arn); !import.empty()) {
    return Error{
        ErrorKind::kEventDataStoreHasOngoingImport,
        "The event data store cannot be changed while import " + import + " is under way."};
  }
  if (request.name) {
    if (auto error = check_name(*request.name)) {
      return *error;
    }
    if (auto error = check_name_is_free(context, *request.name, store.arn)) {
      return *error;
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
    if (auto error = check_organization(context, OrganizationUse::kSetUp)) {
      return *error;
    }
  }
  store.organization = request.organization.value_or(store.organization);
  store.multi_region = request.multi_region.value_or(store.multi_region);
  store.termination_protection =
      request.termination_protection.value_or(store.termination_protection);
  store.updated_at = context.service.clock.now();
  const Pointer updated = context.state().event_data_stores().put(writing, std::move(store));
  writing.commit();
  return describe_federated(context, *updated);
}

Result<void> delete_event_data_store(Context& context, const EventDataStoreRequest& request) {
  state::Writing writing(context.reading);
  const auto found = find_for_change(context, request.event_data_store);
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
  if (auto error = check_unreferenced(context, kKind, store.arn)) {
    return *error;
  }
  if (!state::apply(store, StoreEvent::kDelete)) {
    return *check_changeable(store);
  }
  store.updated_at = context.service.clock.now();
  store.due_at = store.updated_at + state::kDeletionWait;
  store.due_event = StoreEvent::kRemove;
  context.state().event_data_stores().put(writing, std::move(store));
  writing.commit();
  return {};
}

Result<EventDataStoreDetails> restore_event_data_store(Context& context,
                                                       const EventDataStoreRequest& request) {
  state::Writing writing(context.reading);
  const auto found = find_for_change(context, request.event_data_store, OrganizationUse::kSetUp);
  if (!found) {
    return found.error();
  }
  state::EventDataStore store = **found;
  if (!state::apply(store, StoreEvent::kRestore)) {
    return wrong_status(store, "a restore");
  }
  // One that waits for its deletion counts: only a scenario can have declared too many.
  if (context.state().event_data_stores().count(store.account, store.region) >
      row_of(kKind).limit) {
    return resource_limit_exceeded(kKind, store.region);
  }
  store.updated_at = context.service.clock.now();
  store.due_at = state::kNever;
  const Pointer restored = context.state().event_data_stores().put(writing, std::move(store));
  writing.commit();
  return describe(*restored);
}

namespace {

Result<void> change_ingestion(Context& context, const EventDataStoreRequest& request,
                              StoreEvent event, StoreEvent then) {
  state::Writing writing(context.reading);
  const auto found = find_for_change(context, request.event_data_store);
  if (!found) {
    return found.error();
  }
  state::EventDataStore store = **found;
  if (!has_ingestion(parse_items<AdvancedEventSelector>(store.selectors))) {
    return Error{ErrorKind::kInvalidEventDataStoreCategory,
                 "Ingestion can be started and stopped only for event data stores of management, "
                 "data and network activity events and of configuration items."};
  }
  if (store.status == StoreStatus::kStartingIngestion ||
      store.status == StoreStatus::kStoppingIngestion) {
    return *check_changeable(store);
  }
  if (!state::apply(store, event)) {
    return wrong_status(store, event == StoreEvent::kStartIngestion ? "a start of ingestion"
                                                                    : "a stop of ingestion");
  }
  store.updated_at = context.service.clock.now();
  store.due_at = store.updated_at + context.world()->ingestion_takes.value_or(0);
  store.due_event = then;
  context.state().event_data_stores().put(writing, std::move(store));
  writing.commit();
  return {};
}

}  // namespace

Result<void> start_event_data_store_ingestion(Context& context,
                                              const EventDataStoreRequest& request) {
  return change_ingestion(context, request, StoreEvent::kStartIngestion,
                          StoreEvent::kIngestionStarted);
}

Result<void> stop_event_data_store_ingestion(Context& context,
                                             const EventDataStoreRequest& request) {
  return change_ingestion(context, request, StoreEvent::kStopIngestion,
                          StoreEvent::kIngestionStopped);
}

}  // namespace trailpond::engine
