#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/caller.hpp"
#include "engine/rates.hpp"
#include "engine/world.hpp"
#include "state/records.hpp"

namespace trailpond::engine {

/// What the scripts say of a query that is about to start: the script that it gets, and which
/// scripts have matched for which time by that.
struct ScriptMatch {
  std::shared_ptr<const World> world = {};
  std::optional<QueryScript> script = {};
  std::vector<std::pair<std::size_t, std::int64_t>> numbers = {};  // place in the list, nth match
};

/// The world in force: replaced as a whole, read by everyone.
class CurrentWorld {
 public:
  std::shared_ptr<const World> get() const {
    const std::lock_guard lock(mutex_);
    return world_;
  }
  /// Exchanges the world; scripts count from one again.
  void set(std::shared_ptr<const World> world);

  /// Finds the script for a query without counting the match: a query that is refused uses up none.
  /// `normalize` prints a statement in one way.
  ScriptMatch find_script(const state::Query& query, const std::vector<std::string>& store_names,
                          const std::function<std::string(std::string_view)>& normalize) const;
  /// Tells what the faults do to a call, and counts what matched until one decides; nothing where
  /// none matches.
  std::optional<FaultOutcome> take_fault(std::string_view operation, const Caller& caller,
                                         const MemberOf& member_of, state::Micros now);
  /// Whether there is any fault.
  bool has_faults() const { return has_faults_.load(std::memory_order_relaxed); }
  /// Counts a match. False, and nothing counted, when another query has come first.
  bool count(const ScriptMatch& match);

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const World> world_ = std::make_shared<const World>();
  using Counts = std::map<std::size_t, std::int64_t>;  // place in the list -> matches so far
  Counts matches_ = {};                                // of scripts
  Counts fault_matches_ = {};
  std::map<std::size_t, Rates> fault_rates_ = {};
  std::atomic<bool> has_faults_ = false;
};

}  // namespace trailpond::engine
