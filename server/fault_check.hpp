#pragma once
#include "fixtures/scenario.hpp"

namespace trailpond {

/// Checks the faults and scripts of a scenario: an operation that does not exist, or an error that
/// the operation neither declares nor shares with all services, is a mistake of it.
fixtures::RuleCheck rule_check();

}  // namespace trailpond
