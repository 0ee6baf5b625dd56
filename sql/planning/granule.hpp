#pragma once
#include <cstdint>

#include "sql/bound/bound.hpp"

namespace trailpond::sql {

/// The microseconds within which a program over one timestamp cannot tell instants apart: date(t)
/// gives the same for all of an hour (UTC; a day would do, too). 1 where nothing is known.
std::int64_t granule_of(const Bound& program);

}  // namespace trailpond::sql
