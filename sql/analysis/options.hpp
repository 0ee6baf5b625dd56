#pragma once
#include <cstdint>

namespace trailpond::sql {

struct PrepareOptions {
  /// CloudTrail Lake wants FROM with an event data store; batch mode of the command line does not.
  bool require_table = true;
  /// Takes what CloudTrail Lake takes beyond Trino (the leniencies of COMPATIBILITY.md). Off: plain
  /// Trino, as batch mode answers.
  bool leniencies = true;
  /// The instant of now() and current_timestamp, microseconds since 1970 UTC.
  std::int64_t now_micros = 0;
  /// Whether scans take conditions, orders, fields and computations on. Off is for tests: SQLite
  /// and the evaluator then do all of it, over the same columns.
  bool push_down = true;
};

}  // namespace trailpond::sql
