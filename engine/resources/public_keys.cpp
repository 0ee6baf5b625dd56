#include "engine/resources/public_keys.hpp"

#include <algorithm>

#include "engine/key_pair.hpp"

namespace trailpond::engine {
namespace {

using Pointer = std::shared_ptr<const SigningKey>;

SigningKey make_key(const std::string& region, KeyPair pair, state::Micros at) {
  SigningKey made;
  made.region = region;
  made.fingerprint = std::move(pair.fingerprint);
  made.private_key = std::move(pair.private_key);
  made.public_key = std::move(pair.public_key);
  // Valid since the beginning of the day: what ended earlier today can be verified, too.
  made.valid_from = at - at % state::kMicrosPerDay;
  made.valid_until = made.valid_from + kKeyValidity;
  return made;
}

/// The key that signs at a time; one that the server was started with is the only one.
Pointer find_valid(const Context& context, state::Micros at) {
  const auto& given = context.service.given_key;
  for (const auto& key : context.state().get<SigningKeys>().list({}, context.caller.region)) {
    if (key->valid_from <= at && at < key->valid_until &&
        (!given || key->fingerprint == given->fingerprint)) {
      return key;
    }
  }
  return nullptr;
}

/// The key that the server was started with, valid at a time and for as long as it was before.
SigningKey extend_given(const Context& context, state::Micros at) {
  SigningKey key = make_key(context.caller.region, *context.service.given_key, at);
  if (const auto before = context.state().get<SigningKeys>().find(key.record_key())) {
    key.valid_from = std::min(key.valid_from, before->valid_from);
    key.valid_until = std::max(key.valid_until, before->valid_until);
  }
  return key;
}

}  // namespace

Pointer find_signing_key(Context& context, state::Micros at) {
  if (auto found = find_valid(context, at)) {
    return found;
  }
  const bool given = context.service.given_key.has_value();
  SigningKey made;
  if (!given) {
    made = make_key(context.caller.region, make_key_pair(), at);  // before others must wait
  }
  state::Writing writing(context.reading);
  if (auto found = find_valid(context, at)) {
    return found;
  }
  auto key = context.state().get<SigningKeys>().put(
      writing, given ? extend_given(context, at) : std::move(made));
  writing.commit();
  return key;
}

Pointer find_signing_key(Service& service, const Caller& caller, state::Micros at) {
  Pointer key;
  run_operation(service, caller, false,
                [&](Context& context) { key = find_signing_key(context, at); });
  return key;
}

Result<ListPublicKeysAnswer> list_public_keys(Context& context,
                                              const ListPublicKeysRequest& request) {
  if (request.next_token) {
    return Error{ErrorKind::kInvalidToken, "The NextToken is not valid."};
  }
  const state::Micros now = context.service.clock.now();
  const state::Micros start = request.start_time.value_or(request.end_time.value_or(now));
  const state::Micros end = request.end_time.value_or(std::max(start, now));
  if (start > end) {
    return Error{ErrorKind::kInvalidTimeRange, "StartTime must not be later than EndTime."};
  }
  find_signing_key(context, now);
  ListPublicKeysAnswer answer;
  for (const auto& key : context.state().get<SigningKeys>().list({}, context.caller.region)) {
    if (key->valid_from <= end && start < key->valid_until) {
      answer.keys.push_back({key});
    }
  }
  return answer;
}

}  // namespace trailpond::engine
