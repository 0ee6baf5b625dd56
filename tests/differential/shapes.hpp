#pragma once
#include "tests/differential/statements.hpp"

namespace trailpond::tests {

/// A statement of the shapes that operators of ours run: joins, IN and EXISTS, windows, UNNEST,
/// queries in FROM, groups, and what may fail on rows that others rule out.
RandomStatement make_shape(unsigned seed);

}  // namespace trailpond::tests
