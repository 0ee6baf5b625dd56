#pragma once
#include <string>

#include "state/clock.hpp"

namespace trailpond::state {

/// Where a record stands among those of its account and Region: by creation time, then by id.
struct Place {
  Micros created_at = 0;
  std::string id = {};
  friend auto operator<=>(const Place&, const Place&) = default;
};

}  // namespace trailpond::state
