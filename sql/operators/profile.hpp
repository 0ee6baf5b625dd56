#pragma once
#include <chrono>
#include <deque>
#include <string>
#include <vector>

namespace trailpond::sql {

/// What the steps of a run did: for `trailpond sql --explain --analyze`.
class Profile {
 public:
  using Clock = std::chrono::steady_clock;
  struct Step {
    std::string name;
    std::int64_t rows = 0;  // that left it
    Clock::duration time = {};
  };

  /// A new step; it stays where it is.
  Step& add(std::string name) { return steps_.emplace_back(Step{std::move(name)}); }
  const std::deque<Step>& steps() const { return steps_; }

 private:
  std::deque<Step> steps_;
};

/// Times one turn of a step, where there is a profile.
class StepTimer {
 public:
  explicit StepTimer(Profile::Step* step) : step_(step) {
    if (step_) began_ = Profile::Clock::now();
  }
  void end(std::size_t rows) {
    if (!step_) return;
    step_->rows += static_cast<std::int64_t>(rows);
    step_->time += Profile::Clock::now() - began_;
  }

 private:
  Profile::Step* step_;
  Profile::Clock::time_point began_;
};

}  // namespace trailpond::sql
