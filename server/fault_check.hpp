#pragma once
#include "fixtures/scenario.hpp"

namespace trailpond {

/// Checks the faults of a scenario that is right otherwise: an operation that does not exist, or an
/// error that the operation neither declares nor shares with all services, is a mistake of it.
fixtures::Result<fixtures::Scenario> with_checked_faults(
    fixtures::Result<fixtures::Scenario> scenario);

}  // namespace trailpond
