#pragma once
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "state/clock.hpp"

namespace trailpond::engine {

/// Wakes when the next thing is due by time, so that a query that is held starts and a statement
/// that ran too long stops though nobody asks. Sleeps while the clock is frozen.
class DueTimer {
 public:
  /// `earliest` tells when something is due, `settle` applies it.
  DueTimer(const state::Clock& clock, std::function<state::Micros()> earliest,
           std::function<void()> settle);

  /// Looks anew at what is due; cheap when that is not earlier than what it waits for.
  void poke();
  /// Looks anew whatever it waits for: the clock has changed.
  void restart();

 private:
  void wait(const std::stop_token& stop);
  const state::Clock& clock_;
  std::function<state::Micros()> earliest_;
  std::function<void()> settle_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::atomic<state::Micros> waits_for_ = state::kNever;
  bool look_anew_ = false;
  std::jthread thread_;
};

}  // namespace trailpond::engine
