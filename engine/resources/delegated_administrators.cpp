#include "engine/resources/delegated_administrators.hpp"

#include "engine/resources/arn.hpp"
#include "engine/rules.hpp"

namespace trailpond::engine {
namespace {

/// Administrators of an organization. Source: AWS user guide, "Organization delegated
/// administrator".
constexpr std::size_t kMaxAdministrators = 3;

/// Checks that the caller manages an organization that has this account.
std::optional<Error> check_account(const Context& context, const std::string& account) {
  if (!is_account(account)) {
    return invalid_parameter("An account has 12 digits, not " + account + ".");
  }
  const auto world = context.world();
  const Organization& organization = world->organization;
  if (organization.in_use && !organization.management_account.empty() &&
      organization.management_account != context.caller.account) {
    return Error{ErrorKind::kNotOrganizationManagementAccount,
                 "Account " + context.caller.account +
                     " is not the management account of the organization."};
  }
  for (const auto& error :
       {check_organization_set_up(organization, context.caller), check_permissions(organization)}) {
    if (error) {
      return error;
    }
  }
  if (account != context.caller.account && !is_member(organization, account)) {
    return Error{ErrorKind::kAccountNotFound,
                 "Account " + account + " is not in the organization."};
  }
  return std::nullopt;
}

}  // namespace

bool is_delegated_administrator(const Service& service, const std::string& account) {
  const auto world = service.world.get();
  const DelegatedAdministrator wanted = {world->organization.management_account, account};
  return service.state->get<DelegatedAdministrators>().contains(wanted.record_key());
}

Result<void> register_organization_delegated_admin(
    Context& context, const RegisterOrganizationDelegatedAdminRequest& request) {
  state::Writing writing(context.reading);
  const std::string& account = request.member_account;
  if (auto error = check_account(context, account)) {
    return *error;
  }
  if (account == context.caller.account) {
    return Error{ErrorKind::kCannotDelegateManagementAccount,
                 "The management account " + account +
                     " cannot be a delegated administrator of its own organization."};
  }
  auto& administrators = context.state().get<DelegatedAdministrators>();
  const auto world = context.world();
  const auto& declared = world->organization.delegated_administrators;
  DelegatedAdministrator made = {context.caller.account, account};
  if (declared.contains(account) || administrators.contains(made.record_key())) {
    return Error{ErrorKind::kAccountRegistered,
                 "Account " + account + " is registered as a delegated administrator already."};
  }
  if (declared.size() + administrators.count(context.caller.account, {}) >= kMaxAdministrators) {
    return Error{ErrorKind::kDelegatedAdminAccountLimitExceeded,
                 "An organization has at most 3 delegated administrators."};
  }
  administrators.put(writing, std::move(made));
  writing.commit();
  return {};
}

Result<void> deregister_organization_delegated_admin(
    Context& context, const DeregisterOrganizationDelegatedAdminRequest& request) {
  state::Writing writing(context.reading);
  if (auto error = check_account(context, request.account)) {
    return *error;
  }
  auto& administrators = context.state().get<DelegatedAdministrators>();
  const DelegatedAdministrator named = {context.caller.account, request.account};
  if (!administrators.contains(named.record_key())) {
    return Error{ErrorKind::kAccountNotRegistered,
                 "Account " + request.account + " is not registered as a delegated administrator."};
  }
  administrators.erase(writing, named.record_key());
  writing.commit();
  return {};
}

}  // namespace trailpond::engine
