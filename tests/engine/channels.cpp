#include "engine/resources/channels.hpp"

#include "tests/engine/test_engine.hpp"

// Facts: AWS API reference, CreateChannel and its neighbours; shared/spec 5.7 and 5.2.
using namespace trailpond;
using engine::ErrorKind;

namespace {

const std::string kActivity = "00000000-0000-4000-8000-00000000000a";

struct TestChannels : TestEngine {
  TestChannels() {
    add_store(kActivity, "activity", [](state::EventDataStore& s) { s.kind = "activity"; });
  }
  engine::CreateChannelRequest request(const std::string& name,
                                       const std::string& source = "Custom") const {
    return {name, source, {{"EVENT_DATA_STORE", kActivity}}, {}};
  }
  auto create(const engine::CreateChannelRequest& request) {
    return engine->call(caller, engine::create_channel, request);
  }
  auto get(const std::string& name) {
    return engine->call(caller, engine::get_channel, engine::ChannelRequest{name});
  }
};

}  // namespace

TEST_CASE("a channel is created, read, listed, changed and deleted") {
  TestChannels test;
  auto request = test.request("my-channel");
  request.tags = {{"team", "security"}};
  const auto created = test.create(request);
  REQUIRE(created.has_value());
  CHECK(created->arn.starts_with("arn:aws:cloudtrail:us-east-1:123456789012:channel/"));
  CHECK(created->name == "my-channel");
  CHECK(created->source == "Custom");
  REQUIRE(created->destinations.size() == 1);
  CHECK(created->destinations[0].location ==
        engine::print_store_arn(test.caller.account, test.caller.region, kActivity));
  CHECK(created->tags == request.tags);
  for (const std::string& name : {created->arn, created->arn.substr(created->arn.find("channel/")),
                                  created->arn.substr(created->arn.find('/') + 1)}) {
    CAPTURE(name);
    REQUIRE(test.get(name).has_value());
    CHECK(test.get(name)->arn == created->arn);
  }
  engine::UpdateChannelRequest update;
  update.channel = created->arn;
  update.name = "renamed";
  const auto updated = test.engine->call(test.caller, engine::update_channel, update);
  REQUIRE(updated.has_value());
  CHECK(updated->name == "renamed");
  CHECK(updated->destinations.size() == 1);
  const auto list = test.engine->call(test.caller, engine::list_channels, {});
  REQUIRE(list.has_value());
  REQUIRE(list->channels.size() == 1);
  CHECK(list->channels[0].name == "renamed");
  CHECK(test.engine->call(test.stranger, engine::list_channels, {})->channels.empty());
  REQUIRE(
      test.engine->call(test.caller, engine::delete_channel, engine::ChannelRequest{created->arn})
          .has_value());
  CHECK_ERROR(test.get(created->arn), ErrorKind::kChannelNotFound);
  CHECK_ERROR(test.engine->call(test.caller, engine::list_tags, {.resource_ids = {created->arn}}),
              ErrorKind::kResourceNotFound);
}

TEST_CASE("what CreateChannel refuses") {
  TestChannels test;
  CHECK_ERROR(test.create(test.request("ab")), ErrorKind::kInvalidParameter);
  CHECK_ERROR(test.create(test.request("my-channel", "CloudTrail")), ErrorKind::kInvalidSource);
  auto request = test.request("my-channel");
  request.tags = {{"", "x"}};
  CHECK_ERROR(test.create(request), ErrorKind::kInvalidTagParameter);
  for (int i = 0; i < 51; ++i) {
    request.tags.push_back({"key" + std::to_string(i), ""});
  }
  CHECK_ERROR(test.create(request), ErrorKind::kTagsLimitExceeded);
  request = test.request("my-channel");
  request.destinations[0].location = "not a store";
  CHECK_ERROR(test.create(request), ErrorKind::kEventDataStoreArnInvalid);
  request.destinations[0].location = "99999999-0000-4000-8000-000000000001";
  CHECK_ERROR(test.create(request), ErrorKind::kEventDataStoreNotFound);
  request.destinations[0].location = test.id;
  CHECK_ERROR(test.create(request), ErrorKind::kInvalidEventDataStoreCategory);
  request.destinations[0] = {"AWS_SERVICE", kActivity};
  CHECK_ERROR(test.create(request), ErrorKind::kInvalidParameter);
  request.destinations = {{"EVENT_DATA_STORE", kActivity}, {"EVENT_DATA_STORE", kActivity}};
  CHECK_ERROR(test.create(request), ErrorKind::kInvalidParameter);
  REQUIRE(test.create(test.request("my-channel")).has_value());
  CHECK_ERROR(test.create(test.request("my-channel", "Okta")), ErrorKind::kChannelAlreadyExists);
  CHECK_ERROR(test.create(test.request("other", "Custom")), ErrorKind::kChannelAlreadyExists);
  for (int i = 1; i < 25; ++i) {
    const std::string number = std::to_string(i);
    REQUIRE(test.create(test.request("channel" + number, "Partner" + number)).has_value());
  }
  CHECK_ERROR(test.create(test.request("one-more", "One more")),
              ErrorKind::kChannelMaxLimitExceeded);
  test.change_world([](engine::World& world) { world.regions_without_lake.insert("us-east-1"); });
  CHECK_ERROR(test.create(test.request("nowhere")), ErrorKind::kUnsupportedOperation);
}

TEST_CASE("channels come in pages, oldest first") {
  TestChannels test;
  for (int i = 0; i < 5; ++i) {
    const std::string number = std::to_string(i);
    REQUIRE(test.create(test.request("channel" + number, "Partner" + number)).has_value());
    test.engine->advance_clock(TestEngine::kSecond);
  }
  engine::ListChannelsRequest request;
  request.max_results = 2;
  std::string names;
  do {
    const auto page = test.engine->call(test.caller, engine::list_channels, request);
    REQUIRE(page.has_value());
    for (const auto& channel : page->channels) {
      names += channel.name.back();
    }
    request.next_token = page->next_token;
  } while (request.next_token);
  CHECK(names == "01234");
  request.next_token = "made-up";
  CHECK_ERROR(test.engine->call(test.caller, engine::list_channels, request),
              ErrorKind::kInvalidNextToken);
}

TEST_CASE("a store cannot be deleted while a channel points at it") {
  // AWS API reference, DeleteEventDataStore, ChannelExistsForEDSException.
  TestChannels test;
  const auto created = test.create(test.request("my-channel"));
  REQUIRE(created.has_value());
  const engine::EventDataStoreRequest store = {kActivity};
  CHECK_ERROR(test.engine->call(test.caller, engine::delete_event_data_store, store),
              ErrorKind::kChannelExistsForEds);
  REQUIRE(
      test.engine->call(test.caller, engine::delete_channel, engine::ChannelRequest{created->arn})
          .has_value());
  CHECK(test.engine->call(test.caller, engine::delete_event_data_store, store).has_value());
}

TEST_CASE("a channel of another account") {
  TestChannels test;
  const auto created = test.create(test.request("my-channel"));
  REQUIRE(created.has_value());
  const auto ask = [&](const std::string& name) {
    return test.engine->call(test.stranger, engine::get_channel, engine::ChannelRequest{name});
  };
  CHECK_ERROR(ask(created->arn), ErrorKind::kOperationNotPermitted);
  CHECK_ERROR(ask(created->arn.substr(created->arn.find('/') + 1)), ErrorKind::kChannelNotFound);
  CHECK_ERROR(ask("arn:aws:cloudtrail:us-east-1:123456789012:channel/"
                  "99999999-0000-4000-8000-000000000001"),
              ErrorKind::kChannelArnInvalid);
  CHECK_ERROR(ask("arn:aws:cloudtrail:eu-west-1:999999999999:channel/x"),
              ErrorKind::kChannelArnInvalid);
}

TEST_CASE("tags of stores and channels") {
  // AWS API reference, AddTags: a key that is there gets the new value; at most 50 tags.
  TestChannels test;
  const std::string arn = test.arn();
  const auto add = [&](const std::vector<engine::Tag>& tags) {
    return test.engine->call(test.caller, engine::add_tags, {arn, tags});
  };
  const auto list = [&] {
    return test.engine->call(test.caller, engine::list_tags, {.resource_ids = {arn}})
        ->resources.at(0)
        .tags;
  };
  CHECK(list().empty());
  REQUIRE(add({{"a", "1"}, {"b", "2"}}).has_value());
  REQUIRE(add({{"b", "3"}, {"c", ""}}).has_value());
  CHECK(list() == std::vector<engine::Tag>{{"a", "1"}, {"b", "3"}, {"c", ""}});
  REQUIRE(test.engine->call(test.caller, engine::remove_tags, {arn, {{"b", "whatever"}, {"z", ""}}})
              .has_value());
  CHECK(list() == std::vector<engine::Tag>{{"a", "1"}, {"c", ""}});
  // Lengths count characters: 128 of two bytes each are let in.
  std::string key;
  for (int i = 0; i < 128; ++i) {
    key += "\xc3\xa4";
  }
  CHECK(add({{key, ""}}).has_value());
  CHECK_ERROR(add({{key + "x", ""}}), ErrorKind::kInvalidTagParameter);
  CHECK_ERROR(add({{"aws:x", ""}}), ErrorKind::kInvalidTagParameter);
  std::vector<engine::Tag> many;
  for (int i = 0; i < 47; ++i) {
    many.push_back({"key" + std::to_string(i), ""});
  }
  REQUIRE(add(many).has_value());
  CHECK(list().size() == 50);
  CHECK_ERROR(add({{"one more", ""}}), ErrorKind::kTagsLimitExceeded);
  CHECK(list().size() == 50);
}

TEST_CASE("which resources have tags") {
  TestChannels test;
  const auto ask = [&](const std::string& arn) {
    return test.engine->call(test.caller, engine::add_tags, {arn, {{"a", "1"}}});
  };
  const std::string prefix = "arn:aws:cloudtrail:us-east-1:123456789012:";
  CHECK_ERROR(ask("no ARN"), ErrorKind::kCloudTrailArnInvalid);
  CHECK_ERROR(ask(prefix + "import/x"), ErrorKind::kResourceTypeNotSupported);
  CHECK_ERROR(ask(prefix + "trail/ab"), ErrorKind::kInvalidTrailName);
  CHECK_ERROR(ask(prefix + "trail/my-trail"), ErrorKind::kResourceNotFound);
  CHECK_ERROR(ask(prefix + "dashboard/my-dashboard"), ErrorKind::kResourceNotFound);
  CHECK_ERROR(ask(prefix + "channel/no-uuid"), ErrorKind::kChannelArnInvalid);
  CHECK_ERROR(ask(prefix + "channel/99999999-0000-4000-8000-000000000001"),
              ErrorKind::kChannelNotFound);
  CHECK_ERROR(ask(prefix + "eventdatastore/no-uuid"), ErrorKind::kEventDataStoreArnInvalid);
  CHECK_ERROR(ask(prefix + "eventdatastore/99999999-0000-4000-8000-000000000001"),
              ErrorKind::kEventDataStoreNotFound);
  engine::ListTagsRequest list;
  list.resource_ids = {test.arn()};
  list.next_token = "reserved";
  CHECK_ERROR(test.engine->call(test.caller, engine::list_tags, list), ErrorKind::kInvalidToken);
  REQUIRE(test.engine
              ->call(test.caller, engine::delete_event_data_store,
                     engine::EventDataStoreRequest{test.id})
              .has_value());
  CHECK_ERROR(ask(test.arn()), ErrorKind::kInactiveEventDataStore);
}
