#include "engine/due_timer.hpp"

#include <algorithm>
#include <chrono>

namespace trailpond::engine {
namespace {

/// The system clock may be set while this waits: it looks again at least so often.
constexpr std::chrono::microseconds kLongestWait = std::chrono::minutes(10);
/// Something is due but was not settled (the disk is full, say): no spinning.
constexpr std::chrono::microseconds kShortestWait = std::chrono::milliseconds(1);

}  // namespace

DueTimer::DueTimer(const state::Clock& clock, std::function<state::Micros()> earliest,
                   std::function<void()> settle)
    : clock_(clock),
      earliest_(std::move(earliest)),
      settle_(std::move(settle)),
      thread_([this](const std::stop_token& stop) { wait(stop); }) {}

void DueTimer::poke() {
  if (earliest_() < waits_for_.load(std::memory_order_acquire)) {
    restart();
  }
}

void DueTimer::restart() {
  {
    const std::lock_guard lock(mutex_);
    look_anew_ = true;
  }
  changed_.notify_one();
}

void DueTimer::wait(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    look_anew_ = false;
    // Whoever changes something while this looks must not be missed: poke() sees no instant yet.
    waits_for_.store(state::kNever, std::memory_order_seq_cst);
    const state::Micros due = earliest_();
    waits_for_.store(due, std::memory_order_release);
    if (due == state::kNever || clock_.is_frozen()) {
      changed_.wait(lock, stop, [this] { return look_anew_; });
      continue;
    }
    const auto left = std::chrono::microseconds(static_cast<state::Micros>(
        static_cast<double>(due - std::min(due, clock_.now())) / clock_.setting().scale));
    const auto pause = std::clamp(left, kShortestWait, kLongestWait);
    changed_.wait_for(lock, stop, pause, [this] { return look_anew_; });
    if (clock_.now() >= due && !stop.stop_requested()) {
      lock.unlock();
      settle_();
      lock.lock();
    }
  }
}

}  // namespace trailpond::engine
