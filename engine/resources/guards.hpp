#pragma once
#include <optional>
#include <string_view>

#include "engine/resources/kinds.hpp"
#include "engine/service.hpp"

namespace trailpond::engine {

/// Checks that nothing points at a resource any more, so that it may go. Fails with the error of
/// the first guard that finds something, e.g. kChannelExistsForEds.
std::optional<Error> check_unreferenced(const Context& context, ResourceKind kind,
                                        std::string_view arn);

}  // namespace trailpond::engine
