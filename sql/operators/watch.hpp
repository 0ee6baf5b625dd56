#pragma once
#include <chrono>
#include <optional>
#include <stop_token>

#include "base/processors.hpp"
#include "sql/operators/profile.hpp"
#include "sql/types/error.hpp"

namespace trailpond::sql {

/// Ends what an operator is doing; caught where SQLite calls it.
struct OperatorFailure {
  Error error;
  bool only_here = false;  // without operators the statement may well go on
};

/// When a run must end, and what ended it.
struct Watch {
  std::stop_token stop;
  std::chrono::steady_clock::time_point deadline;
  std::optional<Error> error;     // the first failure, whoever saw it
  bool operators_failed = false;  // they would keep more than the limit, or what they cannot
  Profile* profile = nullptr;     // where the steps of operators are to be noted
  unsigned threads = 1;           // that an operator may use, its own included
  std::size_t rows_per_thread = 0;
  Processors* processors = nullptr;  // where they come from

  Profile::Step* new_step(const std::string& name) {
    return profile ? &profile->add(name) : nullptr;
  }

  /// The error that ends the run now; null while it may go on.
  std::optional<Error> interruption() const;
  /// Throws OperatorFailure where there is an interruption. To be called every few thousand rows.
  void check() const {
    if (auto found = interruption()) throw OperatorFailure{std::move(*found)};
  }
};

}  // namespace trailpond::sql
