#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/service.hpp"

/// From what a request calls a query by to the record, for all operations on one.
namespace trailpond::engine {

/// What a request says of the query it means.
struct WantedQuery {
  std::optional<std::string> event_data_store = {};
  std::optional<std::string> owner_account = {};
  std::string_view operation = {};  // that must be allowed: see Access
};

/// Finds a query by its id. Fails with kUnsupportedOperation, kInvalidParameter, kQueryIdNotFound,
/// and those of the store that is named and of the stores that the query reads.
Result<std::shared_ptr<const state::Query>> find_query(const Context& context,
                                                       const std::string& query_id,
                                                       const WantedQuery& wanted);

/// Checks that the caller may see a query, and that its stores can be asked. Fails as find_query().
Result<std::shared_ptr<const state::Query>> check_found_query(
    const Context& context, std::shared_ptr<const state::Query> query, const WantedQuery& wanted,
    std::string_view name);

/// kOperationNotPermitted when the account named as the owner lets the caller into no store.
std::optional<Error> check_owner(const Context& context, const std::optional<std::string>& owner,
                                 std::string_view operation);

/// The refusal of an id or alias that stands for no query.
Error query_not_found(std::string_view name);

}  // namespace trailpond::engine
