#pragma once
#include <string>
#include <string_view>

#include "engine/service.hpp"
#include "state/repository.hpp"

/// Accounts that manage an organization's trails and event data stores beside its management
/// account. Sources: AWS API reference, RegisterOrganizationDelegatedAdmin and its neighbour.
namespace trailpond::engine {

struct DelegatedAdministrator {
  static constexpr const char* kTable = "delegated_administrators";
  std::string management_account = {};
  std::string member_account = {};

  std::string record_key() const { return management_account + "/" + member_account; }
  std::string_view owner() const { return management_account; }
  std::string_view region_name() const { return {}; }  // the same in all Regions
  state::Place place() const { return {0, member_account}; }
  state::Micros due() const { return state::kNever; }
  template <class Self, class Visit>
  static void visit_columns(Self& self, Visit&& visit) {
    visit("management_account", self.management_account);
    visit("member_account", self.member_account);
  }
};
using DelegatedAdministrators = state::Repository<DelegatedAdministrator>;

/// Tells whether an account was made an administrator of the organization by a call.
bool is_delegated_administrator(const Service& service, const std::string& account);

struct RegisterOrganizationDelegatedAdminRequest {
  std::string member_account = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("MemberAccountId", self.member_account);
  }
};
/// Fails with kInvalidParameter, kOrganizationsNotInUse, kNotOrganizationManagementAccount,
/// kOrganizationNotInAllFeaturesMode, kAccountNotFound, kCannotDelegateManagementAccount,
/// kAccountRegistered, kDelegatedAdminAccountLimitExceeded.
Result<void> register_organization_delegated_admin(
    Context& context, const RegisterOrganizationDelegatedAdminRequest& request);

struct DeregisterOrganizationDelegatedAdminRequest {
  std::string account = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("DelegatedAdminAccountId", self.account);
  }
};
/// Fails as the other does, and with kAccountNotRegistered.
Result<void> deregister_organization_delegated_admin(
    Context& context, const DeregisterOrganizationDelegatedAdminRequest& request);

}  // namespace trailpond::engine
