#pragma once
#include <optional>
#include <string>

#include "engine/resources/event_data_stores.hpp"
#include "engine/service.hpp"
#include "state/lifecycles.hpp"
#include "state/repository.hpp"

/// Federation: an event data store that Athena may read. Sources: AWS API reference,
/// EnableFederation, DisableFederation; shared/spec 5.5.
namespace trailpond::engine {

/// The federation of one store; a store that is not federated has none.
struct Federation {
  static constexpr const char* kTable = "federations";
  std::string arn = {};  // of the store
  std::string account = {};
  std::string region = {};
  std::string role_arn = {};
  state::FederationStatus status = state::FederationStatus::kEnabling;
  state::Micros due_at = state::kNever;  // when what is under way is done

  const std::string& record_key() const { return arn; }
  std::string_view owner() const { return account; }
  std::string_view region_name() const { return region; }
  state::Place place() const { return {0, arn}; }
  state::Micros due() const { return due_at; }
  template <class Self, class Visit>
  static void visit_columns(Self& self, Visit&& visit) {
    visit("arn", self.arn);
    visit("account", self.account);
    visit("region", self.region);
    visit("role_arn", self.role_arn);
    visit("status", self.status);
    visit("due_at", self.due_at);
  }
};
using Federations = state::Repository<Federation>;

/// Names the federation of a store, for the guard of its deletion; empty where there is none.
std::string find_federation(const Context& context, std::string_view store_arn);

struct EnableFederationRequest {
  std::string event_data_store = {};
  std::string role_arn = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("EventDataStore", self.event_data_store);
    visit("FederationRoleArn", self.role_arn);
  }
};
struct FederationAnswer {
  std::string arn = {};
  state::FederationStatus status = state::FederationStatus::kEnabling;
  std::string role_arn = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("EventDataStoreArn", self.arn);
    visit("FederationStatus", self.status);
    visit.unless_empty("FederationRoleArn", self.role_arn);
  }
};
/// Fails with what find_event_data_store() and check_organization() do, kInactiveEventDataStore,
/// kInvalidParameter, kConcurrentModification, kEventDataStoreFederationEnabled.
Result<FederationAnswer> enable_federation(Context& context,
                                           const EnableFederationRequest& request);
/// Fails as the other does; kInvalidParameter for a store that is not federated.
Result<FederationAnswer> disable_federation(Context& context, const EventDataStoreRequest& request);

}  // namespace trailpond::engine
