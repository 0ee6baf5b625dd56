#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "sql/types/error.hpp"
#include "sql/values/arena.hpp"

namespace trailpond::sql {

/// Steps (nodes, array elements) that one row's expression may take before it is stopped.
inline constexpr std::int64_t kMaxStepsPerRow = 50'000'000;
/// Elements that an array made by a function may have (Trino's sequence() has 10,000).
inline constexpr std::int64_t kMaxArrayLength = 10'000;
/// Memory that one row's expression may take.
inline constexpr std::size_t kMaxEvaluationBytes = std::size_t{256} << 20;

/// The state of one run on one thread: memory of the row at hand, its first error, lambda slots.
class Evaluation {
 public:
  Evaluation() : arena_(kMaxEvaluationBytes) {}

  Arena& arena() { return arena_; }
  /// Records the user's error of this row and answers NULL; the first one stays.
  Value fail(ErrorName name, std::string message) {
    if (!error_) error_ = Error{name, std::move(message), {}};
    return {};
  }
  bool failed() const { return error_.has_value(); }
  std::optional<Error> take_error() {
    auto taken = std::move(error_);
    error_.reset();
    return taken;
  }

  /// Counts work; beyond the limit, or when stopped, the evaluation fails.
  bool step(std::int64_t count = 1) {
    steps_ += count;
    return steps_ < next_check_ || check();
  }
  void begin_row(std::span<const Value> arguments) {
    arguments_ = arguments;
    steps_ = 0;
    next_check_ = kStepsBetweenChecks;
  }
  void set_stop(std::stop_token stop) { stop_ = std::move(stop); }
  void set_deadline_check(bool (*expired)(void*), void* data) {
    expired_ = expired;
    expired_data_ = data;
  }
  std::span<const Value> arguments() const { return arguments_; }

  Value& slot(std::int32_t index) {
    const auto at = static_cast<std::size_t>(index);
    if (at >= slots_.size()) slots_.resize(at + 1);
    return slots_[at];
  }

  /// Items gathered in a vector, kept until the row is done.
  Value items(std::span<const Value> values) {
    const auto kept = arena_.values(values.size());
    std::ranges::copy(values, kept.begin());
    return Value::of_items(kept);
  }

  /// A text built from pieces, kept until the row is done.
  Value text(std::string_view value) { return Value::of_text(arena_.keep(value)); }

 private:
  static constexpr std::int64_t kStepsBetweenChecks = 4096;
  bool check();

  Arena arena_;
  std::optional<Error> error_;
  std::span<const Value> arguments_;
  std::vector<Value> slots_;
  std::int64_t steps_ = 0;
  std::int64_t next_check_ = kStepsBetweenChecks;
  std::stop_token stop_;
  bool (*expired_)(void*) = nullptr;
  void* expired_data_ = nullptr;
};

}  // namespace trailpond::sql
