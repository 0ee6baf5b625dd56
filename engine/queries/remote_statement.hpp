#pragma once
#include <functional>
#include <memory>

#include "sql/error.hpp"
#include "sql/statement.hpp"

namespace trailpond::engine {

/// Who is told of a statement that runs elsewhere, on a thread of its backend. No call may throw.
struct RemoteWatcher {
  std::function<void()> on_running = {};  // once, when it is no longer queued there
  sql::RowSink on_row = {};               // false ends the run
  /// Once, unless it is cancelled before.
  std::function<void(sql::Result<sql::RunStatistics>)> on_end = {};
};

class RemoteRun {
 public:
  virtual ~RemoteRun() = default;
  /// Ends it here and there; from any thread, and does not wait.
  virtual void cancel() = 0;
};

/// A statement whose rows another engine computes: what stands beside sql::Statement for stores
/// with a backend. Immutable: may be started from any thread.
class RemoteStatement {
 public:
  virtual ~RemoteStatement() = default;
  /// Starts it and does not wait.
  virtual std::shared_ptr<RemoteRun> start(const sql::RunLimits& limits,
                                           RemoteWatcher watcher) const = 0;
};

}  // namespace trailpond::engine
