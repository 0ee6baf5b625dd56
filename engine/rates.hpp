#pragma once
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>

#include "engine/caller.hpp"
#include "state/clock.hpp"

namespace trailpond::engine {

/// How many calls of an operation an account may make a second in a Region. Source: AWS user guide,
/// "Quotas in AWS CloudTrail" (transactions per second).
double calls_per_second(std::string_view operation);

/// Counts calls against these rates, by token buckets that hold one second's worth. They fill by
/// the clock of the server: a test with a frozen one decides when. Safe from any thread.
class Rates {
 public:
  /// Takes a call; false where it is one too many.
  bool take(std::string_view operation, const Caller& caller, state::Micros now) {
    const double rate = calls_per_second(operation);
    return take(operation, caller, now, rate, rate);
  }
  /// The same for a rate of the caller's and a bucket that holds `burst` tokens.
  bool take(std::string_view operation, const Caller& caller, state::Micros now, double per_second,
            double burst);
  void clear();

 private:
  struct Bucket {
    double tokens = 0;
    state::Micros filled_at = 0;
  };
  std::mutex mutex_;
  std::map<std::tuple<std::string, std::string, std::string>, Bucket> buckets_ = {};
};

}  // namespace trailpond::engine
