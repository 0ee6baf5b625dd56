#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/event_selectors.hpp"
#include "state/records.hpp"

/// Requests and answers of the operations on event data stores. An absent member is an empty
/// optional. Sources: AWS API reference; shared/spec 5.1-5.3.
namespace trailpond::engine {

/// Event data stores per account and Region, in any state. Source: AWS user guide, quotas.
constexpr std::size_t kMaxEventDataStores = 10;
/// Retention in days. Source: AWS API reference, CreateEventDataStore.
constexpr std::int64_t kMinRetentionDays = 7;
constexpr std::int64_t kMaxExtendableRetentionDays = 3653;
constexpr std::int64_t kMaxFixedRetentionDays = 2557;
constexpr std::int32_t kDefaultExtendableRetentionDays = 366;
constexpr std::int32_t kDefaultFixedRetentionDays = 2557;
/// Tags per resource. Source: AWS API reference, AddTags.
constexpr std::size_t kMaxTags = 50;
/// Names have 3 to 128 characters of [a-zA-Z0-9._-]. Source: AWS API reference.
constexpr std::size_t kMinNameLength = 3;
constexpr std::size_t kMaxNameLength = 128;
/// Items on a page of a list. Source: AWS API reference, MaxResults.
constexpr std::int64_t kMaxListResults = 1000;

using Tag = std::pair<std::string, std::string>;

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
};

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
};

/// What Create, Get, Update and Restore answer (GetEventDataStore adds the partition keys).
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
  std::vector<Tag> tags = {};
};

/// The partition keys that GetEventDataStore names. Source: shared/spec 1.6.
struct PartitionKey {
  const char* name;
  const char* type;
};
constexpr PartitionKey kPartitionKeys[] = {{"calendarday", "bigint"}, {"hour", "bigint"}};

struct ListEventDataStoresRequest {
  std::optional<std::string> next_token = {};
  std::optional<std::int64_t> max_results = {};
};
struct EventDataStoreSummary {
  std::string arn = {};
  std::string name = {};
};
struct EventDataStoreList {
  std::vector<EventDataStoreSummary> stores = {};
  std::optional<std::string> next_token = {};
};

/// Answers the documented word of a billing mode, e.g. EXTENDABLE_RETENTION_PRICING.
std::string_view name_of(state::BillingMode mode);
std::optional<state::BillingMode> find_billing_mode(std::string_view name);

}  // namespace trailpond::engine
