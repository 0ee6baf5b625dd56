#include "engine/resources/resolver.hpp"

#include "engine/resources/policies.hpp"
#include "engine/resources/tags.hpp"
#include "engine/rules.hpp"

namespace trailpond::engine {

Error not_permitted(std::string_view account) {
  return {ErrorKind::kOperationNotPermitted,
          "The requested operation is not permitted on event data stores of account " +
              std::string(account) + "."};
}

Result<Arn> resolve(const Caller& caller, ResourceKind kind, std::string_view name,
                    const std::optional<std::string>& owner) {
  if (looks_like_arn(name)) {
    auto arn = parse_arn(name);
    if (!arn || arn->kind != kind || arn->region != caller.region ||
        (owner && *owner != arn->account)) {
      return resource_arn_invalid(kind, name);
    }
    return std::move(*arn);
  }
  const auto id = parse_resource_id(kind, name);
  if (!id) {
    return resource_arn_invalid(kind, name);
  }
  return Arn{kind, caller.region, owner.value_or(caller.account), *id};
}

bool exists(const state::State& state, const Arn& arn) {
  const std::string text = arn.print();
  for (const auto& repository : state.repositories()) {
    if (repository->holds_resources() == row_of(arn.kind).word && repository->contains(text)) {
      return true;
    }
  }
  return false;
}

Arn next_arn(const Context& context, ResourceKind kind) {
  Arn arn = {kind, context.caller.region, context.caller.account, {}};
  const std::string stream = std::string(row_of(kind).noun) + " " + arn.account + " " + arn.region;
  do {
    // A seed makes the same ids again after a restart over kept state.
    arn.id = context.service.ids.next(stream);
  } while (exists(context.state(), arn));
  return arn;
}

void erase_companions(state::State& state, state::Writing& writing, const std::string& arn) {
  state.get<TagSets>().erase(writing, arn);
  state.get<ResourcePolicies>().erase(writing, arn);
}

Result<state::EventDataStores::Pointer> find_event_data_store(
    const Context& context, std::string_view name, Access access,
    const std::optional<std::string>& owner) {
  const std::string& caller = context.caller.account;
  const auto arn = resolve(context.caller, ResourceKind::kEventDataStore, name, owner);
  if (!arn) {
    return arn.error();
  }
  auto store = context.state().event_data_stores().find(arn->print());
  if (arn->account != caller &&
      (!store || !may_use(context.service, *store, caller, access.operation))) {
    // An organization's store is no secret to its members; others' stores are, unless named so.
    const bool known = owner || (store && store->organization);
    return known ? not_permitted(arn->account)
                 : resource_arn_invalid(ResourceKind::kEventDataStore, name);
  }
  if (!store) {
    return resource_not_found(ResourceKind::kEventDataStore, name);
  }
  const bool manages = store->organization && manages_for(context.service, caller, arn->account);
  if (access.operation.empty() && arn->account != caller && !manages) {
    return not_permitted(arn->account);
  }
  if (auto error = check_service_linked_role(*context.world(), *store)) {
    return *error;
  }
  return store;
}

}  // namespace trailpond::engine
