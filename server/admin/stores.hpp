#pragma once
#include "base/json_writer.hpp"
#include "server/admin/route.hpp"

namespace trailpond::admin {

/// Finds the event data store that the path's {id} names, of the account and Region that are asked
/// for. Fails with kStoreNotFound and kAmbiguousId.
std::optional<Failure> find_store(const Context& context,
                                  std::shared_ptr<const state::EventDataStore>& store);

}  // namespace trailpond::admin
