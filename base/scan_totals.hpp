#pragma once
#include <cstdint>

namespace trailpond {

/// What a scan has read: events counts it, the SQL engine reports it, neither knows the other.
struct ScanTotals {
  std::int64_t rows_scanned = 0;   // all rows of the snapshot, once per full pass
  std::int64_t bytes_scanned = 0;  // the size of their JSON
};

}  // namespace trailpond
