#pragma once
#include "state/records.hpp"
#include "state/repository.hpp"

namespace trailpond::state {

using EventDataStores = Repository<EventDataStore>;

}  // namespace trailpond::state
