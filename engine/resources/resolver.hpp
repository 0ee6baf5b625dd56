#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "engine/resources/arn.hpp"
#include "engine/service.hpp"
#include "state/repository.hpp"

/// From what a request calls a resource (its ARN, the suffix of one, or its id) to the record.
namespace trailpond::engine {

/// Reads what a request calls a resource of a kind by; without an ARN it is one of `owner`, else of
/// the caller. Fails with the kind's "ARN invalid" where the name is malformed, of another kind or
/// Region, or of another account than `owner`.
Result<Arn> resolve(const Caller& caller, ResourceKind kind, std::string_view name,
                    const std::optional<std::string>& owner = {});

/// Finds a resource of the caller's own by its name. Fails with the kind's "ARN invalid" (also for
/// another account's ARN) and "not found".
template <class Record>
Result<std::shared_ptr<const Record>> find_own(const Context& context, std::string_view name) {
  const auto arn = resolve(context.caller, Record::kKind, name);
  if (!arn) {
    return arn.error();
  }
  if (arn->account != context.caller.account) {
    return resource_arn_invalid(Record::kKind, name);
  }
  auto record = context.state().get<state::Repository<Record>>().find(arn->print());
  if (!record) {
    return resource_not_found(Record::kKind, name);
  }
  return record;
}

/// Tells whether there is a resource with an ARN, of whatever kind.
bool exists(const state::State& state, const Arn& arn);

/// Makes an ARN for a new resource of the caller's, with an id that none has.
Arn next_arn(const Context& context, ResourceKind kind);

/// Removes what is kept beside a resource under its ARN: tags and policy.
void erase_companions(state::State& state, state::Writing& writing, const std::string& arn);

/// Which accounts an operation on event data stores serves: the store's own alone, or those, too,
/// that the store lets do this.
struct Access {
  std::string_view operation = {};  // that must be allowed; empty: it is for the owner alone
};
constexpr Access kOwner = {};

/// Finds the store that a request names by ARN, ARN suffix or id. `owner` is
/// EventDataStoreOwnerAccountId. Fails with kEventDataStoreArnInvalid, kEventDataStoreNotFound,
/// kOperationNotPermitted, kNoManagementAccountSlrExists.
Result<state::EventDataStores::Pointer> find_event_data_store(
    const Context& context, std::string_view name, Access access,
    const std::optional<std::string>& owner = {});

/// The refusal of an operation on another account's event data stores.
Error not_permitted(std::string_view account);

}  // namespace trailpond::engine
