#pragma once
#include <string>

#include "state/clock.hpp"

/// Times in the keys of what is delivered, as AWS writes them.
namespace trailpond::engine {

/// Prints the UTC day of an instant: 2024/05/01.
std::string print_key_day(state::Micros at);
/// Prints an instant to the second: 20240501T123456Z.
std::string print_key_second(state::Micros at);

}  // namespace trailpond::engine
