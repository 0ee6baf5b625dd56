#pragma once
#include "base/json_writer.hpp"
#include "server/admin/route.hpp"

/// Queries as our own API shows them.
namespace trailpond::admin {

extern const Fields kQuery;
extern const Fields kExplanation;  // of explain_query()

void write_query(JsonWriter& json, const state::Query& query);

/// Finds the query that the path's {id} names, of the account and Region that are asked for.
/// Fails with kQueryNotFound and kAmbiguousId.
std::optional<Failure> find_query(const Context& context,
                                  std::shared_ptr<const state::Query>& query);

}  // namespace trailpond::admin
