#include "state/repository.hpp"

namespace trailpond::state {

std::string print_scope(std::string_view account, std::string_view region) {
  std::string scope;
  scope.reserve(account.size() + 1 + region.size());
  scope.append(account).append("/").append(region);
  return scope;
}

void DueTimes::set(const std::string& key, Micros at) {
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) {
    if (found->second == at) {
      return;
    }
    times_.erase({found->second, key});
    by_key_.erase(found);
  }
  if (at != kNever) {
    times_.emplace(at, key);
    by_key_.emplace(key, at);
  }
}

std::vector<std::string> DueTimes::list(Micros until) const {
  std::vector<std::string> keys;
  for (auto it = times_.begin(); it != times_.end() && it->first <= until; ++it) {
    keys.push_back(it->second);
  }
  return keys;
}

}  // namespace trailpond::state
