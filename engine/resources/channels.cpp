#include "engine/resources/channels.hpp"

#include <algorithm>

#include "engine/resources/paging.hpp"
#include "engine/resources/resolver.hpp"
#include "engine/rules.hpp"

namespace trailpond::engine {
namespace {

constexpr std::string_view kStoreType = "EVENT_DATA_STORE";

ChannelDetails describe(const Channel& channel) {
  ChannelDetails details = {channel.arn, channel.name, channel.source, {}};
  for (const std::string& arn : channel.store_arns) {
    details.destinations.push_back({std::string(kStoreType), arn});
  }
  return details;
}

/// kInvalidSource for the sources that belong to AWS itself: channels of its services, which no
/// caller can make. Source: AWS API reference, GetChannel, Source.
std::optional<Error> check_source(const std::string& source) {
  if (source == "CloudTrail" || source.starts_with("aws")) {
    return Error{ErrorKind::kInvalidSource, "The source of the channel is not valid: " + source};
  }
  return std::nullopt;
}

/// A name and a source may stand in one channel of an account and Region each. Source: AWS API
/// reference, CreateChannel: "A maximum of one channel is allowed per source".
std::optional<Error> check_unique(const Context& context, const Channel& channel) {
  const auto& channels = context.state().get<Channels>();
  for (const auto& other : channels.list(channel.account, channel.region)) {
    if (other->arn == channel.arn) {
      continue;
    }
    if (auto error = check_beside(channel, *other)) {
      return error;
    }
  }
  return std::nullopt;
}

/// Finds the stores that events are to go to: the caller's own, of activity events, not of an
/// organization.
Result<std::vector<std::string>> find_destinations(const Context& context,
                                                   const std::vector<Destination>& destinations) {
  std::vector<std::string> arns;
  for (const Destination& destination : destinations) {
    if (destination.type != kStoreType) {
      return invalid_parameter("The Type of a destination must be EVENT_DATA_STORE.");
    }
    const auto found = find_event_data_store(context, destination.location, kOwner);
    if (!found) {
      return found.error().kind == ErrorKind::kNoManagementAccountSlrExists
                 ? not_permitted(context.caller.account)
                 : found.error();
    }
    const state::EventDataStore& store = **found;
    if (auto error = check_queryable(store)) {
      return *error;
    }
    if (auto error = check_destination(store)) {
      return *error;
    }
    if (std::find(arns.begin(), arns.end(), store.arn) != arns.end()) {
      return invalid_parameter("The destination " + store.arn + " appears twice.");
    }
    arns.push_back(store.arn);
  }
  return arns;
}

Result<std::shared_ptr<const Channel>> find_channel(const Context& context,
                                                    const std::string& name) {
  if (auto error = check_region(*context.world(), context.caller)) {
    return *error;
  }
  const auto arn = resolve(context.caller, Channel::kKind, name);
  if (arn && arn->account != context.caller.account && exists(context.state(), *arn)) {
    return Error{ErrorKind::kOperationNotPermitted,
                 "The requested operation is not permitted on channel " + name + "."};
  }
  return find_own<Channel>(context, name);
}

}  // namespace

std::optional<Error> check_form(const Channel& channel) {
  const auto error = check_name(channel.name);
  return error ? error : check_source(channel.source);
}

std::optional<Error> check_beside(const Channel& channel, const Channel& other) {
  if (other.name == channel.name) {
    return resource_already_exists(Channel::kKind, channel.name);
  }
  if (other.source == channel.source) {
    return Error{ErrorKind::kChannelAlreadyExists,
                 "A channel for the source " + channel.source + " already exists."};
  }
  return std::nullopt;
}

std::optional<Error> check_destination(const state::EventDataStore& store) {
  if (store.kind != events::name_of(events::StoreKind::kActivity)) {
    return Error{ErrorKind::kInvalidEventDataStoreCategory,
                 "A channel's events can go only to an event data store of events of the "
                 "category ActivityAuditLog, not to " +
                     store.arn + "."};
  }
  if (store.organization) {
    return invalid_parameter(
        "A channel's events cannot go to an organization's store: " + store.arn + ".");
  }
  return std::nullopt;
}

std::string find_channel_to_store(const Context& context, std::string_view store_arn) {
  const auto& channels = context.state().get<Channels>();
  for (const auto& channel : channels.list(context.caller.account, context.caller.region)) {
    const auto& arns = channel->store_arns;
    if (std::find(arns.begin(), arns.end(), store_arn) != arns.end()) {
      return channel->arn;
    }
  }
  return {};
}

Result<CreateChannelAnswer> create_channel(Context& context, const CreateChannelRequest& request) {
  state::Writing writing(context.reading);
  if (auto error = check_region(*context.world(), context.caller)) {
    return *error;
  }
  if (auto error = check_form({.name = request.name, .source = request.source})) {
    return *error;
  }
  if (auto error = check_tags(request.tags, ErrorKind::kTagsLimitExceeded)) {
    return *error;
  }
  auto destinations = find_destinations(context, request.destinations);
  if (!destinations) {
    return destinations.error();
  }
  auto& channels = context.state().get<Channels>();
  const auto& [account, region] = context.caller;
  Channel channel = {{}, account, region, {}, request.name, request.source, *destinations};
  if (auto error = check_unique(context, channel)) {
    return *error;
  }
  if (channels.count(account, region) >= row_of(Channel::kKind).limit) {
    return resource_limit_exceeded(Channel::kKind, region);
  }
  const Arn arn = next_arn(context, Channel::kKind);
  channel.id = arn.id;
  channel.arn = arn.print();
  channel.created_at = context.service.clock.now();
  put_tags(context, writing, channel.arn, request.tags);
  const auto created = channels.put(writing, std::move(channel));
  writing.commit();
  return CreateChannelAnswer{describe(*created), request.tags};
}

Result<GetChannelAnswer> get_channel(Context& context, const ChannelRequest& request) {
  const auto channel = find_channel(context, request.channel);
  if (!channel) {
    return channel.error();
  }
  return GetChannelAnswer{describe(**channel), *channel};
}

Result<void> delete_channel(Context& context, const ChannelRequest& request) {
  state::Writing writing(context.reading);
  const auto channel = find_channel(context, request.channel);
  if (!channel) {
    return channel.error();
  }
  erase_companions(context.state(), writing, (*channel)->arn);
  context.state().get<Channels>().erase(writing, (*channel)->arn);
  writing.commit();
  return {};
}

Result<ListChannelsAnswer> list_channels(Context& context, const ListChannelsRequest& request) {
  if (auto error = check_region(*context.world(), context.caller)) {
    return *error;
  }
  const auto& [account, region] = context.caller;
  // The shape holds MaxResults to 1 to 1,000; the operation declares no error for it.
  const auto limit = static_cast<std::size_t>(request.max_results.value_or(kMaxListResults));
  const auto page = paginate(context, context.state().get<Channels>(), account, region,
                             state::Order::kOldestFirst,
                             {"channels " + account + " " + region, request.next_token, limit},
                             [](const Channel&) { return Pick::kTake; });
  if (!page) {
    return page.error();
  }
  ListChannelsAnswer answer = {{}, page->next_token};
  for (const auto& channel : page->records) {
    answer.channels.push_back({channel->arn, channel->name});
  }
  return answer;
}

Result<ChannelDetails> update_channel(Context& context, const UpdateChannelRequest& request) {
  state::Writing writing(context.reading);
  const auto found = find_channel(context, request.channel);
  if (!found) {
    return found.error();
  }
  if (!request.name && !request.destinations) {
    return invalid_parameter("At least one of Name and Destinations must be given.");
  }
  Channel channel = **found;
  if (request.name) {
    if (auto error = check_name(*request.name)) {
      return *error;
    }
    channel.name = *request.name;
    if (auto error = check_unique(context, channel)) {
      return *error;
    }
  }
  if (request.destinations) {
    auto destinations = find_destinations(context, *request.destinations);
    if (!destinations) {
      return destinations.error();
    }
    channel.store_arns = std::move(*destinations);
  }
  const auto updated = context.state().get<Channels>().put(writing, std::move(channel));
  writing.commit();
  return describe(*updated);
}

}  // namespace trailpond::engine
