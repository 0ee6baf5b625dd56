#include "engine/queries/find_query.hpp"

#include "engine/queries/query_life.hpp"
#include "engine/resources/resolver.hpp"
#include "engine/rules.hpp"

namespace trailpond::engine {
namespace {

/// Checks that the caller may see a query, and that its stores can be asked.
std::optional<Error> check_stores_of(const Context& context, const state::Query& query,
                                     std::string_view operation) {
  const auto world = context.world();
  for (const std::string& arn : query.store_arns) {
    const auto store = context.state().event_data_stores().find(arn);
    if (!store) {
      return resource_not_found(ResourceKind::kEventDataStore, arn);
    }
    if (!may_use(context.service, *store, context.caller.account, operation)) {
      return Error{ErrorKind::kOperationNotPermitted,
                   "The requested operation is not permitted on event data store " + arn + "."};
    }
    for (const auto& error : {check_service_linked_role(*world, *store), check_queryable(*store)}) {
      if (error) {
        return error;
      }
    }
  }
  return std::nullopt;
}

}  // namespace

Error query_not_found(std::string_view name) {
  return {ErrorKind::kQueryIdNotFound,
          "The query ID does not exist or does not map to a query: " + std::string(name)};
}

std::optional<Error> check_owner(const Context& context, const std::optional<std::string>& owner,
                                 std::string_view operation) {
  const auto& [account, region] = context.caller;
  if (!owner || *owner == account) {
    return std::nullopt;
  }
  for (const auto& store : context.state().event_data_stores().list(*owner, region)) {
    if (may_use(context.service, *store, account, operation)) {
      return std::nullopt;
    }
  }
  return not_permitted(*owner);
}

Result<std::shared_ptr<const state::Query>> find_query(const Context& context,
                                                       const std::string& query_id,
                                                       const WantedQuery& wanted) {
  const auto& [account, region] = context.caller;
  if (auto error = check_region(*context.world(), context.caller)) {
    return *error;
  }
  if (auto error = check_owner(context, wanted.owner_account, wanted.operation)) {
    return *error;
  }
  if (!state::is_uuid(query_id)) {
    return invalid_parameter("QueryId is not valid: " + query_id);
  }
  const state::QueryKey key = {wanted.owner_account.value_or(account), region, query_id};
  return check_found_query(context, context.state().queries().find(key), wanted, query_id);
}

Result<std::shared_ptr<const state::Query>> check_found_query(
    const Context& context, std::shared_ptr<const state::Query> query, const WantedQuery& wanted,
    std::string_view name) {
  if (wanted.event_data_store) {
    const auto store = find_event_data_store(context, *wanted.event_data_store,
                                             Access{wanted.operation}, wanted.owner_account);
    if (!store) {
      return store.error();
    }
    if (auto error = check_queryable(**store)) {
      return *error;
    }
    if (query && !reads_store(*query, (*store)->arn)) {
      query = nullptr;
    }
  }
  if (!query) {
    return query_not_found(name);
  }
  if (auto error = check_stores_of(context, *query, wanted.operation)) {
    return *error;
  }
  return query;
}

}  // namespace trailpond::engine
