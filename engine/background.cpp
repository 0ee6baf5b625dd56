#include "engine/background.hpp"

#include "state/database.hpp"

namespace trailpond::engine {

Background::~Background() {
  thread_.request_stop();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Background::poke() {
  {
    const std::lock_guard lock(mutex_);
    look_anew_ = true;
    if (!thread_.joinable()) {
      thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
    }
  }
  poked_.notify_one();
}

void Background::work(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      poked_.wait(lock, stop, [this] { return look_anew_; });
      look_anew_ = false;
    }
    try {
      while (!stop.stop_requested() && step_(stop)) {
      }
    } catch (const state::StorageError&) {
      // The disk refused: the next poke tries again from where the records are.
    }
  }
}

}  // namespace trailpond::engine
