#pragma once
#include "sql/running/run.hpp"

namespace trailpond::sql {

/// Runs a plan and tells what each step of it did: see profile().
Result<std::vector<std::string>> profile_plan(const Plan& plan, const SpillingPlan& spilling,
                                              const RunLimits& limits, std::stop_token stop);

}  // namespace trailpond::sql
