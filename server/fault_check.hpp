#pragma once
#include <vector>

#include "fixtures/scenario.hpp"

namespace trailpond {

/// Finds what is wrong with the faults of a scenario: operations that do not exist, and errors that
/// their operation neither declares nor shares with all services.
std::vector<fixtures::Problem> check_faults(const fixtures::Scenario& scenario);

/// Turns a scenario with such mistakes into the list of them.
fixtures::Result<fixtures::Scenario> with_checked_faults(
    fixtures::Result<fixtures::Scenario> scenario);

}  // namespace trailpond
