#pragma once
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "engine/caller.hpp"
#include "engine/error.hpp"
#include "engine/event_stores.hpp"
#include "engine/executor.hpp"
#include "engine/page_tokens.hpp"
#include "engine/world.hpp"
#include "state/clock.hpp"
#include "state/ids.hpp"
#include "state/state.hpp"

namespace trailpond::engine {

/// The world in force: replaced as a whole, read by everyone.
class CurrentWorld {
 public:
  std::shared_ptr<const World> get() const {
    const std::lock_guard lock(mutex_);
    return world_;
  }
  void set(World world);
  /// Finds the script for a query and counts the match.
  std::optional<QueryScript> take_script(const state::Query& query,
                                         const std::vector<std::string>& store_names);

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const World> world_ = std::make_shared<const World>();
  std::map<std::size_t, std::int64_t> matches_ = {};  // script's place in the list -> so far
};

/// What every operation works on. Owned by the Engine.
struct Context {
  std::unique_ptr<state::State> state;
  state::Clock clock = {};
  state::IdSource ids = {};
  CurrentWorld world = {};
  EventStores events;
  PageTokens tokens;
  std::shared_ptr<const Executor> executor = {};

  Context(std::unique_ptr<state::State> opened, std::optional<std::string> directory,
          const PageTokens::Secret& secret)
      : state(std::move(opened)), events(std::move(directory)), tokens(secret) {}
};

/// Which accounts an operation serves.
enum class Access : std::uint8_t {
  kOwner,    // the store's own account alone
  kGranted,  // accounts that the store lets in, too
};

/// Rules that several operations share, in the order in which they are asked.

/// kUnsupportedOperation in a Region without CloudTrail Lake.
std::optional<Error> check_region(const World& world, const Caller& caller);
/// kNoManagementAccountSlrExists for an organization's store without the service-linked role.
std::optional<Error> check_service_linked_role(const World& world,
                                               const state::EventDataStore& store);
/// Whether the caller may manage an organization's stores: kOrganizationsNotInUse,
/// kNotOrganizationMasterAccount, kOrganizationNotInAllFeaturesMode, kNoManagementAccountSlrExists.
std::optional<Error> check_organization(const World& world, const Caller& caller);
/// kInactiveEventDataStore for a store that cannot be asked: PENDING_DELETION, and CREATED.
std::optional<Error> check_queryable(const state::EventDataStore& store);

/// Finds the store that a request names by ARN, ARN suffix or id. `owner` is
/// EventDataStoreOwnerAccountId. Fails with kEventDataStoreArnInvalid, kEventDataStoreNotFound,
/// kOperationNotPermitted, kNoManagementAccountSlrExists.
Result<state::EventDataStores::Pointer> find_event_data_store(
    const Context& context, const Caller& caller, std::string_view name, Access access,
    const std::optional<std::string>& owner = {});

/// Tells whether an account may read a store.
bool may_read(const state::EventDataStore& store, std::string_view account);

/// A query of a store whose KMS key shuts CloudTrail out cannot be run or read:
/// kInsufficientEncryptionPolicy. Source: AWS API reference, KmsKeyId of CreateEventDataStore.
std::optional<Error> check_encryption(const World& world, const state::EventDataStore& store);

/// Checks the number of items asked for: kInvalidMaxResults outside of 1 to `most`.
Result<std::int64_t> check_max_results(const std::optional<std::int64_t>& asked, std::int64_t most);

/// Runs an operation; failing storage becomes kInternal instead of an exception.
template <class Operation>
auto guard_storage(Operation&& operation) -> decltype(operation()) {
  try {
    return operation();
  } catch (const state::StorageError& error) {
    return Error{ErrorKind::kInternal, std::string("The storage failed: ") + error.what()};
  }
}

}  // namespace trailpond::engine
