#pragma once
#include <string>

/// The same rows twice: as CloudTrail events for a store, and as a relation of VALUES.
namespace trailpond::tests {

struct SameRows {
  std::string lines;  // one event a line
  std::string values;  // (SELECT … FROM (VALUES …)): stands in FROM, its columns named as a store's
};

/// Makes `count` events whose values repeat, with NULLs, empty texts and arrays, and times around
/// midnights. Among the lines are more events, of 2020, which are to be hidden.
SameRows make_rows(unsigned seed, int count);

}  // namespace trailpond::tests
