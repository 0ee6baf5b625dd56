#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/resources/kinds.hpp"
#include "engine/resources/tags.hpp"
#include "engine/service.hpp"
#include "state/repository.hpp"

/// Channels: where events of other sources than AWS come in. Sources: AWS API reference,
/// CreateChannel and its neighbours; shared/spec 5.7.
namespace trailpond::engine {

struct Channel {
  static constexpr const char* kTable = "channels";
  static constexpr std::string_view kArnWord = "channel";
  static constexpr ResourceKind kKind = ResourceKind::kChannel;
  std::string arn = {};
  std::string account = {};
  std::string region = {};
  std::string id = {};
  std::string name = {};
  std::string source = {};
  std::vector<std::string> store_arns = {};  // the destinations
  state::Micros created_at = 0;
  // What PutAuditEvents did last; 0 and empty: nothing.
  state::Micros succeeded_at = 0;
  state::Micros attempted_at = 0;
  std::string last_success = {};  // ids of events
  std::string last_attempt = {};
  std::string last_error = {};  // its code

  const std::string& record_key() const { return arn; }
  std::string_view owner() const { return account; }
  std::string_view region_name() const { return region; }
  state::Place place() const { return {created_at, id}; }
  state::Micros due() const { return state::kNever; }
  template <class Self, class Visit>
  static void visit_columns(Self& self, Visit&& visit) {
    visit("arn", self.arn);
    visit("account", self.account);
    visit("region", self.region);
    visit("id", self.id);
    visit("name", self.name);
    visit("source", self.source);
    visit("store_arns", self.store_arns);
    visit("created_at", self.created_at);
    visit("succeeded_at", self.succeeded_at);
    visit("attempted_at", self.attempted_at);
    visit("last_success", self.last_success);
    visit("last_attempt", self.last_attempt);
    visit("last_error", self.last_error);
  }
};
using Channels = state::Repository<Channel>;

/// Tells what CreateChannel refuses in a channel: its name and its source; kInvalidParameter and
/// kInvalidSource.
std::optional<Error> check_form(const Channel& channel);
/// Tells what two channels of an account and Region may not share: kChannelAlreadyExists.
std::optional<Error> check_beside(const Channel& channel, const Channel& other);
/// Tells whether the events of a channel may go to a store: kInvalidEventDataStoreCategory,
/// kInvalidParameter.
std::optional<Error> check_destination(const state::EventDataStore& store);

/// Answers the ARN of a channel whose events go to a store; empty where there is none.
std::string find_channel_to_store(const Context& context, std::string_view store_arn);

struct Destination {
  std::string type = "EVENT_DATA_STORE";
  std::string location = {};  // the store's ARN; in a request also the id suffix of one

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Type", self.type);
    visit("Location", self.location);
  }
};

/// What Create, Get and Update answer; each adds its own.
struct ChannelDetails {
  std::string arn = {};
  std::string name = {};
  std::string source = {};
  std::vector<Destination> destinations = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("ChannelArn", self.arn);
    visit("Name", self.name);
    visit("Source", self.source);
    visit("Destinations", self.destinations);
  }
};

struct CreateChannelRequest {
  std::string name = {};
  std::string source = {};
  std::vector<Destination> destinations = {};
  std::vector<Tag> tags = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Name", self.name);
    visit("Source", self.source);
    visit("Destinations", self.destinations);
    visit("Tags", self.tags);
  }
};
struct CreateChannelAnswer : ChannelDetails {
  std::vector<Tag> tags = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    ChannelDetails::visit_members(self, visit);
    visit.unless_empty("Tags", self.tags);
  }
};
/// Fails with kUnsupportedOperation, kInvalidParameter, kInvalidSource, kInvalidTagParameter,
/// kTagsLimitExceeded, kChannelAlreadyExists, kChannelMaxLimitExceeded, and for a destination with
/// kEventDataStoreArnInvalid, kEventDataStoreNotFound, kInactiveEventDataStore,
/// kInvalidEventDataStoreCategory, kOperationNotPermitted.
Result<CreateChannelAnswer> create_channel(Context& context, const CreateChannelRequest& request);

/// A request that names a channel and nothing else.
struct ChannelRequest {
  std::string channel = {};  // ARN, or the id suffix of one

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Channel", self.channel);
  }
};
struct GetChannelAnswer : ChannelDetails {
  std::shared_ptr<const Channel> channel = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    ChannelDetails::visit_members(self, visit);
    const Channel& channel = *self.channel;
    if (channel.attempted_at == 0) {
      return;
    }
    visit.group("IngestionStatus", [&](auto& status) {
      if (channel.succeeded_at != 0) {
        status.instant("LatestIngestionSuccessTime", channel.succeeded_at);
      }
      status.unless_empty("LatestIngestionSuccessEventID", channel.last_success);
      status.unless_empty("LatestIngestionErrorCode", channel.last_error);
      status.instant("LatestIngestionAttemptTime", channel.attempted_at);
      status.unless_empty("LatestIngestionAttemptEventID", channel.last_attempt);
    });
  }
};
/// Fails with kUnsupportedOperation, kChannelArnInvalid, kChannelNotFound, kOperationNotPermitted.
Result<GetChannelAnswer> get_channel(Context& context, const ChannelRequest& request);
Result<void> delete_channel(Context& context, const ChannelRequest& request);

struct ListChannelsRequest {
  std::optional<std::int64_t> max_results = {};
  std::optional<std::string> next_token = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("MaxResults", self.max_results);
    visit("NextToken", self.next_token);
  }
};
struct ChannelSummary {
  std::string arn = {};
  std::string name = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("ChannelArn", self.arn);
    visit("Name", self.name);
  }
};
struct ListChannelsAnswer {
  std::vector<ChannelSummary> channels = {};
  std::optional<std::string> next_token = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Channels", self.channels);
    visit("NextToken", self.next_token);
  }
};
/// Fails with kUnsupportedOperation, kInvalidNextToken.
Result<ListChannelsAnswer> list_channels(Context& context, const ListChannelsRequest& request);

struct UpdateChannelRequest {
  std::string channel = {};
  std::optional<std::vector<Destination>> destinations = {};
  std::optional<std::string> name = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Channel", self.channel);
    visit("Destinations", self.destinations);
    visit("Name", self.name);
  }
};
/// Fails with what get_channel() and create_channel() do, but for kInvalidSource and limits.
Result<ChannelDetails> update_channel(Context& context, const UpdateChannelRequest& request);

}  // namespace trailpond::engine
