#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/event_selectors.hpp"
#include "engine/resources/tags.hpp"
#include "engine/service.hpp"
#include "state/records.hpp"

/// The operations on event data stores. Sources: AWS API reference; shared/spec 5.1-5.3.
namespace trailpond::engine {

/// Retention in days. Source: AWS API reference, CreateEventDataStore.
constexpr std::int64_t kMinRetentionDays = 7;
constexpr std::int64_t kMaxExtendableRetentionDays = 3653;
constexpr std::int64_t kMaxFixedRetentionDays = 2557;
constexpr std::int32_t kDefaultExtendableRetentionDays = 366;
constexpr std::int32_t kDefaultFixedRetentionDays = 2557;

/// What Create, Get, Update and Restore answer.
struct EventDataStoreDetails {
  std::string arn = {};
  std::string name = {};
  state::StoreStatus status = state::StoreStatus::kCreated;
  std::vector<AdvancedEventSelector> selectors = {};
  bool multi_region = true;
  bool organization = false;
  bool termination_protection = true;
  state::BillingMode billing_mode = state::BillingMode::kExtendableRetention;
  std::int32_t retention_days = 0;
  std::optional<std::string> kms_key_id = {};
  state::Micros created_at = 0;
  state::Micros updated_at = 0;
  std::optional<state::FederationStatus> federation_status = {};  // of Get and Update
  std::string federation_role_arn = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("EventDataStoreArn", self.arn);
    visit("Name", self.name);
    visit("Status", self.status);
    visit("AdvancedEventSelectors", self.selectors);
    visit("MultiRegionEnabled", self.multi_region);
    visit("OrganizationEnabled", self.organization);
    visit("BillingMode", self.billing_mode);
    visit("RetentionPeriod", self.retention_days);
    visit("KmsKeyId", self.kms_key_id);
    visit("TerminationProtectionEnabled", self.termination_protection);
    visit.instant("CreatedTimestamp", self.created_at);
    visit.instant("UpdatedTimestamp", self.updated_at);
    visit("FederationStatus", self.federation_status);
    visit.unless_empty("FederationRoleArn", self.federation_role_arn);
  }
};

struct CreateEventDataStoreRequest {
  std::string name = {};
  std::optional<std::vector<AdvancedEventSelector>> selectors = {};
  std::optional<bool> multi_region = {};
  std::optional<bool> organization = {};
  std::optional<std::int64_t> retention_days = {};
  std::optional<bool> termination_protection = {};
  std::vector<Tag> tags = {};
  std::optional<std::string> kms_key_id = {};
  std::optional<bool> start_ingestion = {};
  std::optional<state::BillingMode> billing_mode = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Name", self.name);
    visit("AdvancedEventSelectors", self.selectors);
    visit("MultiRegionEnabled", self.multi_region);
    visit("OrganizationEnabled", self.organization);
    visit("RetentionPeriod", self.retention_days);
    visit("TerminationProtectionEnabled", self.termination_protection);
    visit("TagsList", self.tags);
    visit("KmsKeyId", self.kms_key_id);
    visit("StartIngestion", self.start_ingestion);
    visit("BillingMode", self.billing_mode);
  }
};
struct CreateEventDataStoreAnswer : EventDataStoreDetails {
  std::vector<Tag> tags = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    EventDataStoreDetails::visit_members(self, visit);
    visit.unless_empty("TagsList", self.tags);
  }
};
/// Fails with kUnsupportedOperation, kInvalidParameter, kInvalidEventSelectors,
/// kInvalidTagParameter, kInvalidKmsKeyId, kKmsKeyNotFound, kInsufficientEncryptionPolicy, those of
/// check_organization(), kEventDataStoreAlreadyExists, kEventDataStoreMaxLimitExceeded.
Result<CreateEventDataStoreAnswer> create_event_data_store(
    Context& context, const CreateEventDataStoreRequest& request);

/// A request that names a store and nothing else.
struct EventDataStoreRequest {
  std::string event_data_store = {};  // ARN, or the id suffix of one

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("EventDataStore", self.event_data_store);
  }
};

/// A partition key, as GetEventDataStore names them. Source: shared/spec 1.6.
struct PartitionKey {
  std::string name = {};
  std::string type = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Name", self.name);
    visit("Type", self.type);
  }
};
struct GetEventDataStoreAnswer : EventDataStoreDetails {
  std::vector<PartitionKey> partition_keys = {{"calendarday", "bigint"}, {"hour", "bigint"}};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    EventDataStoreDetails::visit_members(self, visit);
    visit("PartitionKeys", self.partition_keys);
  }
};
/// Fails with what find_event_data_store() does.
Result<GetEventDataStoreAnswer> get_event_data_store(Context& context,
                                                     const EventDataStoreRequest& request);

struct ListEventDataStoresRequest {
  std::optional<std::string> next_token = {};
  std::optional<std::int64_t> max_results = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("NextToken", self.next_token);
    visit("MaxResults", self.max_results);
  }
};
struct EventDataStoreSummary {
  std::string arn = {};
  std::string name = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("EventDataStoreArn", self.arn);
    visit("Name", self.name);
  }
};
struct ListEventDataStoresAnswer {
  std::vector<EventDataStoreSummary> stores = {};
  std::optional<std::string> next_token = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("EventDataStores", self.stores);
    visit("NextToken", self.next_token);
  }
};
/// Fails with kInvalidMaxResults, kInvalidNextToken, kNoManagementAccountSlrExists.
Result<ListEventDataStoresAnswer> list_event_data_stores(Context& context,
                                                         const ListEventDataStoresRequest& request);

struct UpdateEventDataStoreRequest {
  std::string event_data_store = {};  // ARN, or the id suffix of one
  std::optional<std::string> name = {};
  std::optional<std::vector<AdvancedEventSelector>> selectors = {};
  std::optional<bool> multi_region = {};
  std::optional<bool> organization = {};
  std::optional<std::int64_t> retention_days = {};
  std::optional<bool> termination_protection = {};
  std::optional<std::string> kms_key_id = {};
  std::optional<state::BillingMode> billing_mode = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("EventDataStore", self.event_data_store);
    visit("Name", self.name);
    visit("AdvancedEventSelectors", self.selectors);
    visit("MultiRegionEnabled", self.multi_region);
    visit("OrganizationEnabled", self.organization);
    visit("RetentionPeriod", self.retention_days);
    visit("TerminationProtectionEnabled", self.termination_protection);
    visit("KmsKeyId", self.kms_key_id);
    visit("BillingMode", self.billing_mode);
  }
};
/// Fails with what a change of a store can (kInactiveEventDataStore, kConflict and those of
/// find_event_data_store()) and with the refusals of CreateEventDataStore.
Result<EventDataStoreDetails> update_event_data_store(Context& context,
                                                      const UpdateEventDataStoreRequest& request);

/// Fails, besides what a change can, with kEventDataStoreTerminationProtected and where something
/// still points at the store (check_unreferenced()).
Result<void> delete_event_data_store(Context& context, const EventDataStoreRequest& request);
/// Fails, besides what a change can, with kInvalidEventDataStoreStatus.
Result<EventDataStoreDetails> restore_event_data_store(Context& context,
                                                       const EventDataStoreRequest& request);
/// Both fail, besides what a change can, with kInvalidEventDataStoreCategory and
/// kInvalidEventDataStoreStatus.
Result<void> start_event_data_store_ingestion(Context& context,
                                              const EventDataStoreRequest& request);
Result<void> stop_event_data_store_ingestion(Context& context,
                                             const EventDataStoreRequest& request);

/// kInactiveEventDataStore while a store is being deleted, kConflict while something else is going
/// on.
std::optional<Error> check_changeable(const state::EventDataStore& store);

}  // namespace trailpond::engine
