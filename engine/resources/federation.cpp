#include "engine/resources/federation.hpp"

#include "base/broken.hpp"
#include "engine/resources/arn.hpp"
#include "engine/resources/resolver.hpp"
#include "engine/rules.hpp"
#include "engine/settle.hpp"

namespace trailpond::engine {
namespace {

using state::FederationEvent;
using state::FederationStatus;

void settle_federation(Settling& settling, const Federation& record) {
  Federation federation = record;
  federation.due_at = state::kNever;
  const auto next = next_status(federation.status, FederationEvent::kDone);
  if (!next) {
    report_broken("the federation of " + record.arn + " in status " +
                  std::string(name_of(record.status)) + " is due");
  }
  federation.status = next.value_or(federation.status);
  auto& federations = settling.service.state->get<Federations>();
  if (federation.status == FederationStatus::kDisabled) {
    federations.erase(settling.writing, federation.arn);
  } else {
    federations.put(settling.writing, std::move(federation));
  }
}

const DueRule<Federations> kFederationRule(settle_federation);

/// Finds the store whose federation is to change.
Result<state::EventDataStores::Pointer> find_store(const Context& context,
                                                   const std::string& name) {
  if (auto error = check_region(*context.world(), context.caller)) {
    return *error;
  }
  auto store = find_event_data_store(context, name, kOwner);
  if (!store) {
    return store;
  }
  if ((*store)->organization) {
    if (auto error = check_organization(context, OrganizationUse::kSetUp)) {
      return *error;
    }
  }
  if (auto error = check_queryable(**store)) {
    return *error;
  }
  return store;
}

Error under_way(const Federation& federation) {
  return {ErrorKind::kConcurrentModification,
          "The federation of " + federation.arn + " is in status " +
              std::string(name_of(federation.status)) + "; try again later."};
}

}  // namespace

std::string find_federation(const Context& context, std::string_view store_arn) {
  const auto federation = context.state().get<Federations>().find(store_arn);
  return federation ? "with role " + federation->role_arn : std::string();
}

Result<FederationAnswer> enable_federation(Context& context,
                                           const EnableFederationRequest& request) {
  state::Writing writing(context.reading);
  const auto store = find_store(context, request.event_data_store);
  if (!store) {
    return store.error();
  }
  if (!looks_like_role_arn(request.role_arn)) {
    return invalid_parameter("FederationRoleArn must be the ARN of a role of IAM, not " +
                             request.role_arn + ".");
  }
  auto& federations = context.state().get<Federations>();
  if (const auto there = federations.find((*store)->arn)) {
    if (there->status != FederationStatus::kEnabled) {
      return under_way(*there);
    }
    return Error{ErrorKind::kEventDataStoreFederationEnabled,
                 "Federation is enabled already for " + there->arn + "."};
  }
  const auto& [account, region] = context.caller;
  Federation made = {(*store)->arn, account, region, request.role_arn};
  made.due_at = context.service.clock.now() + context.world()->federation_takes.value_or(0);
  const auto put = federations.put(writing, std::move(made));
  writing.commit();
  return FederationAnswer{put->arn, put->status, put->role_arn};
}

Result<FederationAnswer> disable_federation(Context& context,
                                            const EventDataStoreRequest& request) {
  state::Writing writing(context.reading);
  const auto store = find_store(context, request.event_data_store);
  if (!store) {
    return store.error();
  }
  auto& federations = context.state().get<Federations>();
  const auto there = federations.find((*store)->arn);
  if (!there) {
    return invalid_parameter("Federation is not enabled for " + (*store)->arn + ".");
  }
  const auto next = next_status(there->status, FederationEvent::kDisable);
  if (!next) {
    return under_way(*there);
  }
  Federation federation = *there;
  federation.status = *next;
  federation.due_at = context.service.clock.now() + context.world()->federation_takes.value_or(0);
  const auto put = federations.put(writing, std::move(federation));
  writing.commit();
  return FederationAnswer{put->arn, put->status, {}};
}

}  // namespace trailpond::engine
