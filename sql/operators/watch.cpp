#include "sql/operators/watch.hpp"

namespace trailpond::sql {

std::optional<Error> Watch::interruption() const {
  if (stop.stop_requested()) return Error{ErrorName::kCancelled, "Query was canceled", {}};
  if (std::chrono::steady_clock::now() > deadline) return exhausted();
  return std::nullopt;
}

}  // namespace trailpond::sql
