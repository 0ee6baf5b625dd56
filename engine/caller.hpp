#pragma once
#include <string>

namespace trailpond::engine {

/// Who asks, and where: both come from the credential scope of the signature.
struct Caller {
  std::string account = {};
  std::string region = {};
};

}  // namespace trailpond::engine
