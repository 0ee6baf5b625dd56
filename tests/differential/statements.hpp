#pragma once
#include <random>
#include <string>

/// Random statements over one relation of CloudTrail events, the same for the same seed.
namespace trailpond::tests {

struct RandomStatement {
  std::string text;      // `$` stands where the relation comes
  bool ordered = false;  // ORDER BY fixes the place of every row
  bool risky = false;    // fails on some rows, which other conditions may rule out
};

RandomStatement make_statement(unsigned seed);

}  // namespace trailpond::tests
