#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace trailpond::engine {

/// A thread for work that the state's records name: it begins with the first poke, then does step
/// after step until there is nothing left, and waits for the next poke. Where the storage fails
/// (state::StorageError) it waits, too: the records still say what is to be done.
class Background {
 public:
  /// Does one step; false when there was nothing to do.
  using Step = std::function<bool(const std::stop_token& stop)>;
  explicit Background(Step step) : step_(std::move(step)) {}
  /// Ends after the step at hand.
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  /// Tells that there may be something to do.
  void poke();

 private:
  void work(const std::stop_token& stop);

  Step step_;
  std::mutex mutex_;
  std::condition_variable_any poked_;
  bool look_anew_ = false;
  std::jthread thread_ = {};
};

}  // namespace trailpond::engine
