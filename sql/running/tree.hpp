#pragma once
#include <string>

#include "sql/bound/bound.hpp"

namespace trailpond::sql {

/// Prints the tree for a person, one node on a line, indented by level.
std::string print(const BoundQuery& query);

}  // namespace trailpond::sql
