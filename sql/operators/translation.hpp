#pragma once
#include <vector>

#include "sql/operators/tuples.hpp"

namespace trailpond::sql {

/// Turns words that one set of readers gave into those of another one with the same columns: each
/// numbers the texts that no dictionary codes in its own way.
class Translation {
 public:
  Translation(const OperatorScans& from, OperatorScans& to);
  void apply(const ColumnPlace& place, std::span<Word> words);

 private:
  const OperatorScans& from_;
  OperatorScans& to_;
  std::vector<std::vector<std::vector<Word>>>
      known_;  // of a code of a column: the other's, or NULL
};

}  // namespace trailpond::sql
