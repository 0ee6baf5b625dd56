#pragma once
#include <cstdint>

/// What SQLite puts into temporary files while a statement runs (sorting, grouping, DISTINCT).
namespace trailpond::sql {

/// The name of the VFS (https://www.sqlite.org/vfs.html) whose temporary files count what is
/// written to them. Registered by the first call; null where SQLite refuses. Safe from any thread.
const char* spill_vfs();

/// Limits what this thread's statement writes to temporary files while it lives: more is
/// SQLITE_FULL. Not to be nested.
class SpillLimit {
 public:
  explicit SpillLimit(std::int64_t bytes);
  ~SpillLimit();
  SpillLimit(const SpillLimit&) = delete;
  SpillLimit& operator=(const SpillLimit&) = delete;
};

}  // namespace trailpond::sql
