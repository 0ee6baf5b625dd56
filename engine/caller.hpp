#pragma once
#include <string>
#include <string_view>

namespace trailpond::engine {

/// Account and Region where a request or a scenario does not name them.
constexpr std::string_view kDefaultAccount = "123456789012";
constexpr std::string_view kDefaultRegion = "us-east-1";

/// Who asks, and where: both come from the credential scope of the signature.
struct Caller {
  std::string account = std::string(kDefaultAccount);
  std::string region = std::string(kDefaultRegion);
};

}  // namespace trailpond::engine
