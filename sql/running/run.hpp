#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/processors.hpp"
#include "sql/types/error.hpp"

/// Runs what is planned.
namespace trailpond::sql {

struct Plan;  // planning/planner.hpp

/// The limits of one run. Reaching one ends it with ErrorName::kExceededLimit and the text
/// "Query exhausted resources at this scale factor" (AWS user guide, optimizing Lake queries).
struct RunLimits {
  std::int64_t result_rows = 5'000'000;
  std::int64_t result_bytes = std::int64_t{1} << 30;
  /// What groups (array_agg, DISTINCT …) and the partitions of windows hold at a time.
  std::int64_t memory_bytes = std::int64_t{1} << 30;
  /// What sorting, grouping and DISTINCT write to temporary files.
  std::int64_t spill_bytes = std::int64_t{8} << 30;
  std::chrono::milliseconds time = std::chrono::hours(1);
  /// Threads that the operators of one statement use at most, the calling one included.
  unsigned threads = 1;
  /// Fewer rows are not worth a thread.
  std::int64_t rows_per_thread = 1 << 15;
  /// Where they come from; null: from nowhere, there are always enough.
  Processors* processors = nullptr;
};

struct RunStatistics {
  std::int64_t rows = 0;
  std::int64_t events_scanned = 0;
  std::int64_t bytes_scanned = 0;
};

/// Takes one row: the printed cells, valid during the call (NULL is ""). False ends the run early
/// without an error.
using RowSink = std::function<bool(std::span<const std::string_view> cells)>;

/// Takes one row in canonical texts (NULL: nullopt; nested values as JSON), for tools and tests.
using CanonicalSink = std::function<bool(std::span<const std::optional<std::string>> cells)>;

/// Gives the plan of the same statement without operators: what it keeps lies in SQLite's temporary
/// files.
using SpillingPlan = std::function<Result<std::shared_ptr<const Plan>>()>;

/// Runs a plan on the calling thread: see Statement::run and Statement::run_canonical. Where its
/// operators would keep more than the limit, and no row has come yet, it is `spilling` that is run,
/// within what is left of the time.
Result<RunStatistics> run_plan(const Plan& plan, const SpillingPlan& spilling,
                               const RunLimits& limits, std::stop_token stop, const RowSink& sink);
Result<RunStatistics> run_plan_canonical(const Plan& plan, const SpillingPlan& spilling,
                                         const RunLimits& limits, std::stop_token stop,
                                         const CanonicalSink& sink);
/// SQLite's steps for a plan, indented by level.
Result<std::vector<std::string>> explain_plan(const Plan& plan);

}  // namespace trailpond::sql
