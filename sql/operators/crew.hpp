#pragma once
#include <functional>
#include <vector>

#include "sql/operators/watch.hpp"

namespace trailpond::sql {

/// A stretch of rows, by number.
struct RowRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Cuts rows into ranges of about equal size that begin at a multiple of kTuples after the first,
/// so that each batch of rows is the same in whatever range it is.
std::vector<RowRange> cut(RowRange rows, std::size_t parts);

/// The threads that an operator may use now, this one included, for so many rows. They belong to it
/// for as long as this lives.
class Crew {
 public:
  Crew(const Watch& watch, std::size_t rows);
  std::size_t size() const { return 1 + share_.count(); }

  /// Does parts 0 to `parts` - 1 at once, the first on this thread. A part gets a watch of its own.
  /// Where parts fail, the failure of the first of them is thrown, as if they had been done one
  /// after the other; those behind it are stopped.
  static void run(const Watch& watch, std::size_t parts,
                  const std::function<void(std::size_t part, Watch& watch)>& body);

 private:
  Processors::Share share_;
};

}  // namespace trailpond::sql
