#pragma once
#include <vector>

#include "server/admin/route.hpp"

namespace trailpond::admin {

inline constexpr Code kInvalidScenario = {"invalid_scenario", 400,
                                          "The scenario has mistakes: `problems` lists them all."};
/// The refusal of a scenario, with each of its mistakes.
Failure describe(const std::vector<fixtures::Problem>& problems);

}  // namespace trailpond::admin
