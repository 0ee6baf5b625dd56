#pragma once
#include "engine/engine.hpp"
#include "server/watch/hub.hpp"
#include "server/watch/journal.hpp"
#include "server/watch/log.hpp"
#include "server/watch/metrics.hpp"

namespace trailpond::watch {

struct WatchOptions {
  JournalLimits journal = {};
  LogOptions log = {};
};

/// All that sees what the server does. It is shared with the engine that it follows, so that either
/// may end first.
class Watch : public std::enable_shared_from_this<Watch> {
 public:
  explicit Watch(const WatchOptions& options) : journal(options.journal), log(options.log) {}

  /// Tells the hub of the engine's changes from now on.
  void follow(engine::Engine& engine);
  /// Keeps, counts, logs and tells of a call that was answered.
  void record(const Call& call);

  Journal journal;
  Metrics metrics = {};
  Hub hub = {};
  Log log;
};

}  // namespace trailpond::watch
