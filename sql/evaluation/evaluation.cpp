#include "sql/evaluation/evaluation.hpp"

namespace trailpond::sql {

bool Evaluation::check() {
  next_check_ = steps_ + kStepsBetweenChecks;
  if (failed()) return false;
  if (stop_.stop_requested() || (expired_ != nullptr && expired_(expired_data_))) {
    fail(ErrorName::kCancelled, "Query was canceled");
    return false;
  }
  if (steps_ > kMaxStepsPerRow) {
    fail(ErrorName::kExceededLimit, kExhausted);
    return false;
  }
  return true;
}

}  // namespace trailpond::sql
