#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/resources/arn.hpp"
#include "engine/service.hpp"
#include "state/repository.hpp"

/// Resource policies of event data stores, channels and dashboards. Sources: AWS API reference,
/// PutResourcePolicy; IAM user guide, "IAM JSON policy elements"; shared/spec 5.7, 5.10.
namespace trailpond::engine {

/// The resource policy of one resource: a row by its ARN, whatever the kind.
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

/// What a policy is asked: may this account do that?
struct PolicyQuestion {
  std::string action;        // cloudtrail:StartQuery
  std::string_view account;  // 12 digits
  std::vector<std::pair<std::string_view, std::string_view>> conditions = {};  // key and value
};

/// Answers a question by the policy of a resource. False where there is none or nothing allows it.
/// A condition with an operator that is not known here holds for nobody.
bool policy_allows(const state::State& state, std::string_view arn, const PolicyQuestion& question);

struct ResourcePolicyDetails {
  std::string arn = {};
  std::string policy = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("ResourceArn", self.arn);
    visit("ResourcePolicy", self.policy);
  }
};
using PutResourcePolicyRequest = ResourcePolicyDetails;
/// Fails with kUnsupportedOperation, kResourceArnNotValid, kResourceTypeNotSupported,
/// kResourceNotFound, kOperationNotPermitted, kConflict, kResourcePolicyNotValid.
Result<ResourcePolicyDetails> put_resource_policy(Context& context,
                                                  const PutResourcePolicyRequest& request);

struct ResourcePolicyRequest {
  std::string arn = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("ResourceArn", self.arn);
  }
};
/// Fails as put_resource_policy() does, and with kResourcePolicyNotFound.
Result<ResourcePolicyDetails> get_resource_policy(Context& context,
                                                  const ResourcePolicyRequest& request);
Result<void> delete_resource_policy(Context& context, const ResourcePolicyRequest& request);

}  // namespace trailpond::engine
