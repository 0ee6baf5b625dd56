#pragma once
#include <string>

#include "engine/service.hpp"
#include "state/repository.hpp"

namespace trailpond::engine {

/// The resource policy of one resource: a row by its ARN, whatever the kind.
/// Source: AWS API reference, PutResourcePolicy.
struct ResourcePolicy {
  static constexpr const char* kTable = "resource_policies";
  std::string arn = {};
  std::string account = {};
  std::string region = {};
  std::string policy = {};  // JSON text, as it was put

  const std::string& record_key() const { return arn; }
  std::string_view owner() const { return account; }
  std::string_view region_name() const { return region; }
  state::Place place() const { return {0, arn}; }
  state::Micros due() const { return state::kNever; }
  template <class Self, class Visit>
  static void visit_columns(Self& self, Visit&& visit) {
    visit("arn", self.arn);
    visit("account", self.account);
    visit("region", self.region);
    visit("policy", self.policy);
  }
};
using ResourcePolicies = state::Repository<ResourcePolicy>;

}  // namespace trailpond::engine
