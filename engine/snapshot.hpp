#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/delivery/history.hpp"
#include "engine/world.hpp"
#include "state/clock.hpp"
#include "state/ids.hpp"
#include "state/repository.hpp"

namespace trailpond::engine {

/// The events of a store as they were at a time: loaded by a scenario once and taken again by each
/// reset, or kept by a snapshot.
struct LoadedEvents {
  std::shared_ptr<events::EventStore> events = {};
  std::shared_ptr<const events::Snapshot> snapshot = {};
  std::string directory = {};
};

/// Everything at a time, or what belongs to one account. Records and events never change once they
/// are published, so that a snapshot shares them; it costs as much as there are records.
struct Snapshot {
  std::string name = {};
  std::optional<std::string> account = {};
  state::Micros taken_at = 0;
  std::vector<std::shared_ptr<const state::KeptRecords>> tables = {};  // one of each repository
  std::map<std::string, std::shared_ptr<LoadedEvents>> events = {};    // by ARN of the store
  KeptHistory history = {};
  // Of a snapshot of everything:
  std::shared_ptr<const World> world = {};
  state::ClockSetting clock = {};
  std::shared_ptr<const state::IdSource> ids = {};

  std::int64_t records() const {
    std::int64_t count = 0;
    for (const auto& table : tables) {
      count += static_cast<std::int64_t>(table->size());
    }
    return count;
  }
};

}  // namespace trailpond::engine
