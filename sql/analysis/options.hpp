#pragma once
#include <cstdint>

namespace trailpond::sql {

struct PrepareOptions {
  /// CloudTrail Lake wants FROM with an event data store; batch mode of the command line does not.
  bool require_table = true;
  /// The instant of now() and current_timestamp, microseconds since 1970 UTC.
  std::int64_t now_micros = 0;
};

}  // namespace trailpond::sql
