#include "engine/rates.hpp"

#include <algorithm>
#include <array>

namespace trailpond::engine {
namespace {

enum class Names : std::uint8_t { kOne, kAllThatBegin };
struct Rate {
  std::string_view operation;
  double per_second;
  Names names = Names::kOne;
};
constexpr std::array kRates = {
    Rate{"LookupEvents", 2},
    Rate{"ListInsightsData", 2},
    Rate{"ListInsightsMetricData", 1},
    Rate{"PutAuditEvents", 100},
    Rate{"RegisterOrganizationDelegatedAdmin", 10},
    Rate{"Get", 10, Names::kAllThatBegin},
    Rate{"Describe", 10, Names::kAllThatBegin},
    Rate{"List", 10, Names::kAllThatBegin},
};

}  // namespace

double calls_per_second(std::string_view operation) {
  const auto* found = std::find_if(kRates.begin(), kRates.end(), [&](const Rate& rate) {
    return rate.names == Names::kOne ? operation == rate.operation
                                     : operation.starts_with(rate.operation);
  });
  return found == kRates.end() ? 1 : found->per_second;
}

bool Rates::take(std::string_view operation, const Caller& caller, state::Micros now,
                 double per_second, double burst) {
  const std::lock_guard lock(mutex_);
  const auto [found, fresh] =
      buckets_.try_emplace({std::string(operation), caller.account, caller.region});
  Bucket& bucket = found->second;
  if (fresh || now < bucket.filled_at) {  // a clock that was put back starts anew
    bucket.tokens = burst;
  } else {
    const auto passed = static_cast<double>(now - bucket.filled_at) / state::kMicrosPerSecond;
    bucket.tokens = std::min(burst, bucket.tokens + passed * per_second);
  }
  bucket.filled_at = now;
  if (bucket.tokens < 1) {
    return false;
  }
  bucket.tokens -= 1;
  return true;
}

void Rates::clear() {
  const std::lock_guard lock(mutex_);
  buckets_.clear();
}

}  // namespace trailpond::engine
