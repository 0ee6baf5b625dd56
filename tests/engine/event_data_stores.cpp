#include "engine/resources/event_data_stores.hpp"

#include <doctest/doctest.h>

#include "state/ids.hpp"
#include "tests/engine/test_engine.hpp"

using namespace trailpond;
using engine::ErrorKind;
using state::BillingMode;
using state::StoreStatus;

namespace {

engine::AdvancedEventSelector category(const std::string& name) {
  engine::FieldSelector field;
  field.field = "eventCategory";
  field.equals = {name};
  return {name, {field}};
}

std::vector<engine::AdvancedEventSelector> with(
    const std::string& name, const std::function<void(engine::FieldSelector&)>& fill) {
  engine::AdvancedEventSelector selector = category(name);
  engine::FieldSelector field;
  fill(field);
  selector.field_selectors.push_back(field);
  return {selector};
}

}  // namespace

TEST_CASE("a store has the documented defaults") {
  // spec 5.1; user guide, "Create an event data store with the AWS CLI".
  TestEngine test;
  const auto created = test.engine->call(test.caller, trailpond::engine::create_event_data_store,
                                         {.name = "defaults"});
  REQUIRE(created.has_value());
  CHECK(created->arn.starts_with("arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/"));
  CHECK(state::is_uuid(created->arn.substr(created->arn.size() - 36)));
  CHECK(created->status == StoreStatus::kCreated);
  CHECK(created->multi_region);
  CHECK_FALSE(created->organization);
  CHECK(created->termination_protection);
  CHECK(created->billing_mode == BillingMode::kExtendableRetention);
  CHECK(created->retention_days == 366);
  CHECK_FALSE(created->kms_key_id);
  CHECK(created->created_at == TestEngine::kStart);
  REQUIRE(created->selectors.size() == 1);
  CHECK(created->selectors[0].name == "Default management events");
  REQUIRE(created->selectors[0].field_selectors.size() == 1);
  CHECK(created->selectors[0].field_selectors[0].field == "eventCategory");
  CHECK(created->selectors[0].field_selectors[0].equals == std::vector<std::string>{"Management"});
  // spec 11: the next read shows the next state.
  CHECK(test.engine
            ->call(test.caller, trailpond::engine::get_event_data_store,
                   trailpond::engine::EventDataStoreRequest{std::string(created->arn)})
            ->status == StoreStatus::kEnabled);
  const auto fixed =
      test.engine->call(test.caller, trailpond::engine::create_event_data_store,
                        {.name = "fixed", .billing_mode = BillingMode::kFixedRetention});
  CHECK(fixed->retention_days == 2557);
}

TEST_CASE("StartIngestion false leads to STOPPED_INGESTION") {
  TestEngine test;
  const auto created = test.engine->call(test.caller, trailpond::engine::create_event_data_store,
                                         {.name = "stopped", .start_ingestion = false});
  REQUIRE(created.has_value());
  CHECK(created->status == StoreStatus::kCreated);
  CHECK(test.engine
            ->call(test.caller, trailpond::engine::get_event_data_store,
                   trailpond::engine::EventDataStoreRequest{std::string(created->arn)})
            ->status == StoreStatus::kStoppedIngestion);
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::create_event_data_store,
                                {.name = "audit",
                                 .selectors = {{category("ActivityAuditLog")}},
                                 .start_ingestion = false}),
              ErrorKind::kInvalidParameter);
}

TEST_CASE("names, retention and tags have limits") {
  TestEngine test;
  for (const std::string& name :
       {std::string("ab"), std::string(129, 'a'), std::string("with space"), std::string("sl/ash"),
        std::string("")}) {
    CAPTURE(name);
    CHECK_ERROR(
        test.engine->call(test.caller, trailpond::engine::create_event_data_store, {.name = name}),
        ErrorKind::kInvalidParameter);
  }
  for (const std::int64_t days : {6, 3654, -1}) {
    CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::create_event_data_store,
                                  {.name = "days", .retention_days = days}),
                ErrorKind::kInvalidParameter);
  }
  CHECK_ERROR(
      test.engine->call(
          test.caller, trailpond::engine::create_event_data_store,
          {.name = "days", .retention_days = 2558, .billing_mode = BillingMode::kFixedRetention}),
      ErrorKind::kInvalidParameter);
  for (const auto& tags : std::vector<std::vector<engine::Tag>>{{{"", "x"}},
                                                                {{"a", "1"}, {"a", "2"}},
                                                                {{"aws:x", "1"}},
                                                                {{std::string(129, 'k'), ""}},
                                                                {{"k", std::string(257, 'v')}}}) {
    CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::create_event_data_store,
                                  {.name = "tags", .tags = tags}),
                ErrorKind::kInvalidTagParameter);
  }
  for (const std::int64_t days : {7, 3653}) {
    CHECK(test.engine
              ->call(test.caller, engine::create_event_data_store,
                     {.name = "ok" + std::to_string(days), .retention_days = days})
              .has_value());
  }
}

TEST_CASE("selectors are checked, and say the kind of the store") {
  TestEngine test;
  const auto create = [&](std::vector<engine::AdvancedEventSelector> selectors) {
    return test.engine->call(test.caller, trailpond::engine::create_event_data_store,
                             {.name = "selectors", .selectors = selectors});
  };
  using Field = engine::FieldSelector;
  const std::vector<std::vector<engine::AdvancedEventSelector>> wrong = {
      {},
      std::vector<engine::AdvancedEventSelector>(6, category("Management")),
      {category("Nothing")},
      {{"no category", {}}},
      {category("Management"), category("Insight")},
      {category("Management"), category("ActivityAuditLog")},
      {category("Data")},             // without resources.type
      {category("NetworkActivity")},  // without eventSource
      with("Management",
           [](Field& f) {
             f.field = "colour";
             f.equals = {"red"};
           }),
      with("Management", [](Field& f) { f.field = "eventName"; }),
      with("Management",
           [](Field& f) {
             f.field = "eventName";
             f.equals = {""};
           }),
      with("Management",
           [](Field& f) {
             f.field = "readOnly";
             f.not_equals = {"true"};
           }),
      with("Management",
           [](Field& f) {
             f.field = "eventCategory";
             f.equals = {"Data"};
           }),
      with("ConfigurationItem",
           [](Field& f) {
             f.field = "eventName";
             f.equals = {"x"};
           }),
      with("Management",
           [](Field& f) {
             f.field = "eventName";
             f.equals = std::vector<std::string>(500, "x");
           }),
  };
  for (const auto& selectors : wrong) {
    CHECK_ERROR(create(selectors), ErrorKind::kInvalidEventSelectors);
  }
  const auto data = create(with("Data", [](Field& f) {
    f.field = "resources.type";
    f.equals = {"AWS::S3::Object"};
  }));
  REQUIRE(data.has_value());
  CHECK(data->selectors[0].field_selectors[1].equals ==
        std::vector<std::string>{"AWS::S3::Object"});
  const std::map<std::string, std::string> kinds = {{"Insight", "insights"},
                                                    {"ConfigurationItem", "config"},
                                                    {"Evidence", "evidence"},
                                                    {"ActivityAuditLog", "activity"}};
  for (const auto& [name, kind] : kinds) {
    REQUIRE(test.engine
                ->call(test.caller, engine::create_event_data_store,
                       {.name = name, .selectors = {{category(name)}}})
                .has_value());
  }
  for (const auto& store : test.engine->all_event_data_stores()) {
    const auto known = kinds.find(store->name);
    CHECK(store->kind == (known == kinds.end() ? "cloudtrail" : known->second));
  }
}

TEST_CASE("a name is used once in an account and Region, and ten stores are the most") {
  TestEngine test;
  CHECK_ERROR(
      test.engine->call(test.caller, trailpond::engine::create_event_data_store, {.name = "store"}),
      ErrorKind::kEventDataStoreAlreadyExists);
  CHECK(test.engine
            ->call(test.stranger, trailpond::engine::create_event_data_store, {.name = "store"})
            .has_value());
  for (int i = 0; i < 9; ++i) {
    REQUIRE(test.engine
                ->call(test.caller, trailpond::engine::create_event_data_store,
                       {.name = "s-" + std::to_string(i)})
                .has_value());
  }
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::create_event_data_store,
                                {.name = "eleventh"}),
              ErrorKind::kEventDataStoreMaxLimitExceeded);
  // spec 5.3: in any state, so a deletion frees the place only after seven days.
  REQUIRE(test.engine
              ->call(test.caller, trailpond::engine::delete_event_data_store,
                     trailpond::engine::EventDataStoreRequest{std::string(test.id)})
              .has_value());
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::create_event_data_store,
                                {.name = "eleventh"}),
              ErrorKind::kEventDataStoreMaxLimitExceeded);
  test.engine->advance_clock(7 * TestEngine::kDay);
  CHECK(test.engine
            ->call(test.caller, trailpond::engine::create_event_data_store, {.name = "eleventh"})
            .has_value());
}

TEST_CASE("a store is deleted, waits seven days and is gone") {
  TestEngine test;
  engine::UpdateEventDataStoreRequest protect;
  protect.event_data_store = test.id;
  protect.termination_protection = true;
  REQUIRE(test.engine->call(test.caller, trailpond::engine::update_event_data_store, protect)
              .has_value());
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::delete_event_data_store,
                                trailpond::engine::EventDataStoreRequest{std::string(test.id)}),
              ErrorKind::kEventDataStoreTerminationProtected);
  protect.termination_protection = false;
  REQUIRE(test.engine->call(test.caller, trailpond::engine::update_event_data_store, protect)
              .has_value());
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::restore_event_data_store,
                                trailpond::engine::EventDataStoreRequest{std::string(test.id)}),
              ErrorKind::kInvalidEventDataStoreStatus);
  REQUIRE(test.engine
              ->call(test.caller, trailpond::engine::delete_event_data_store,
                     trailpond::engine::EventDataStoreRequest{std::string(test.id)})
              .has_value());
  // Terraform waits for this state to be readable (spec 5.2).
  CHECK(test.store_status() == "PENDING_DELETION");
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::delete_event_data_store,
                                trailpond::engine::EventDataStoreRequest{std::string(test.id)}),
              ErrorKind::kInactiveEventDataStore);
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::update_event_data_store, protect),
              ErrorKind::kInactiveEventDataStore);
  CHECK_ERROR(test.engine->load_events(test.caller, test.id, "{}", "x"),
              ErrorKind::kInactiveEventDataStore);
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::start_event_data_store_ingestion,
                                trailpond::engine::EventDataStoreRequest{std::string(test.id)}),
              ErrorKind::kInvalidEventDataStoreStatus);
  test.engine->advance_clock(7 * TestEngine::kDay - 1);
  const auto restored =
      test.engine->call(test.caller, trailpond::engine::restore_event_data_store,
                        trailpond::engine::EventDataStoreRequest{std::string(test.arn())});
  REQUIRE(restored.has_value());
  CHECK(restored->status == StoreStatus::kEnabled);
  REQUIRE(test.engine
              ->call(test.caller, trailpond::engine::delete_event_data_store,
                     trailpond::engine::EventDataStoreRequest{std::string(test.id)})
              .has_value());
  test.engine->advance_clock(7 * TestEngine::kDay);
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::get_event_data_store,
                                trailpond::engine::EventDataStoreRequest{std::string(test.id)}),
              ErrorKind::kEventDataStoreNotFound);
}

TEST_CASE("ingestion stops and starts by way of the states between") {
  TestEngine test;
  test.change_world([](engine::World& world) { world.ingestion_takes = TestEngine::kSecond; });
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::start_event_data_store_ingestion,
                                trailpond::engine::EventDataStoreRequest{std::string(test.id)}),
              ErrorKind::kInvalidEventDataStoreStatus);
  REQUIRE(test.engine
              ->call(test.caller, trailpond::engine::stop_event_data_store_ingestion,
                     trailpond::engine::EventDataStoreRequest{std::string(test.id)})
              .has_value());
  CHECK(test.store_status() == "STOPPING_INGESTION");
  // AWS API reference, ConflictException: "another operation is modifying the resource".
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::stop_event_data_store_ingestion,
                                trailpond::engine::EventDataStoreRequest{std::string(test.id)}),
              ErrorKind::kConflict);
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::delete_event_data_store,
                                trailpond::engine::EventDataStoreRequest{std::string(test.id)}),
              ErrorKind::kConflict);
  test.engine->advance_clock(TestEngine::kSecond);
  CHECK(test.store_status() == "STOPPED_INGESTION");
  REQUIRE(test.engine
              ->call(test.caller, trailpond::engine::start_event_data_store_ingestion,
                     trailpond::engine::EventDataStoreRequest{std::string(test.id)})
              .has_value());
  CHECK(test.store_status() == "STARTING_INGESTION");
  test.engine->advance_clock(TestEngine::kSecond);
  CHECK(test.store_status() == "ENABLED");
  const auto audit =
      test.engine->call(test.caller, trailpond::engine::create_event_data_store,
                        {.name = "audit", .selectors = {{category("ActivityAuditLog")}}});
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::stop_event_data_store_ingestion,
                                trailpond::engine::EventDataStoreRequest{std::string(audit->arn)}),
              ErrorKind::kInvalidEventDataStoreCategory);
}

TEST_CASE("an update changes what is given and nothing else") {
  TestEngine test;
  engine::UpdateEventDataStoreRequest request;
  request.event_data_store = test.id;
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::update_event_data_store, request),
              ErrorKind::kInvalidParameter);
  test.engine->advance_clock(TestEngine::kSecond);
  request.name = "renamed";
  request.retention_days = 90;
  const auto updated =
      test.engine->call(test.caller, trailpond::engine::update_event_data_store, request);
  REQUIRE(updated.has_value());
  CHECK(updated->name == "renamed");
  CHECK(updated->retention_days == 90);
  CHECK(updated->multi_region);
  CHECK(updated->created_at == TestEngine::kStart);
  CHECK(updated->updated_at == TestEngine::kStart + TestEngine::kSecond);
  request = {};
  request.event_data_store = test.id;
  request.billing_mode = BillingMode::kFixedRetention;  // API reference: not this way round
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::update_event_data_store, request),
              ErrorKind::kInvalidParameter);
  request = {};
  request.event_data_store = test.id;
  request.selectors = {{category("Insight")}};
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::update_event_data_store, request),
              ErrorKind::kInvalidEventSelectors);
  REQUIRE(
      test.engine->call(test.caller, trailpond::engine::create_event_data_store, {.name = "taken"})
          .has_value());
  request = {};
  request.event_data_store = test.id;
  request.name = "taken";
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::update_event_data_store, request),
              ErrorKind::kEventDataStoreAlreadyExists);
  request.name = "renamed";  // its own name is no clash
  CHECK(test.engine->call(test.caller, trailpond::engine::update_event_data_store, request)
            .has_value());
}

TEST_CASE("KMS keys") {
  TestEngine test;
  test.change_world([](engine::World& world) {
    world.missing_kms_keys.insert("alias/missing");
    world.denied_kms_keys.insert("alias/denied");
  });
  const auto create = [&](const std::string& key) {
    return test.engine->call(test.caller, trailpond::engine::create_event_data_store,
                             {.name = "kms", .kms_key_id = key});
  };
  CHECK_ERROR(create("nonsense"), ErrorKind::kInvalidKmsKeyId);
  CHECK_ERROR(create("alias/missing"), ErrorKind::kKmsKeyNotFound);
  CHECK_ERROR(create("alias/denied"), ErrorKind::kInsufficientEncryptionPolicy);
  const auto created =
      create("arn:aws:kms:us-east-2:123456789012:key/12345678-1234-1234-1234-123456789012");
  REQUIRE(created.has_value());
  engine::UpdateEventDataStoreRequest request;
  request.event_data_store = created->arn;
  CHECK(test.engine
            ->call(test.caller, trailpond::engine::get_event_data_store,
                   trailpond::engine::EventDataStoreRequest{std::string(created->arn)})
            .has_value());
  request.kms_key_id = "alias/other";  // API reference: cannot be changed
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::update_event_data_store, request),
              ErrorKind::kInvalidParameter);
}

TEST_CASE("organization stores") {
  TestEngine test;
  const auto create = [&] {
    return test.engine->call(test.caller, trailpond::engine::create_event_data_store,
                             {.name = "org", .organization = true});
  };
  const auto set = [&](const std::function<void(engine::Organization&)>& change) {
    engine::World world;
    change(world.organization);
    test.engine->change([&](engine::Change& made) { made.set_world(world); });
  };
  set([](engine::Organization& o) { o.in_use = false; });
  CHECK_ERROR(create(), ErrorKind::kOrganizationsNotInUse);
  set([](engine::Organization& o) { o.management_account = "111111111111"; });
  CHECK_ERROR(create(), ErrorKind::kNotOrganizationMasterAccount);
  set([](engine::Organization& o) { o.all_features = false; });
  CHECK_ERROR(create(), ErrorKind::kOrganizationNotInAllFeaturesMode);
  set([](engine::Organization& o) { o.service_linked_role = false; });
  CHECK_ERROR(create(), ErrorKind::kNoManagementAccountSlrExists);
  set([&](engine::Organization& o) {
    o.management_account = "111111111111";
    o.delegated_administrators = {test.caller.account};
  });
  // What a delegated administrator makes is the management account's (AWS user guide,
  // "Organization delegated administrator").
  const auto created = create();
  REQUIRE(created.has_value());
  CHECK(created->arn.find(":111111111111:") != std::string::npos);
  const engine::Caller management = {"111111111111", test.caller.region};
  set([](engine::Organization& o) { o.management_account = "111111111111"; });
  CHECK_ERROR(
      test.engine->call(test.caller, trailpond::engine::delete_event_data_store,
                        trailpond::engine::EventDataStoreRequest{std::string(created->arn)}),
      ErrorKind::kOperationNotPermitted);
  set([](engine::Organization& o) { o.service_linked_role = false; });
  CHECK_ERROR(
      test.engine->call(management, trailpond::engine::get_event_data_store,
                        trailpond::engine::EventDataStoreRequest{std::string(created->arn)}),
      ErrorKind::kNoManagementAccountSlrExists);
  CHECK_ERROR(test.engine->call(management, trailpond::engine::list_event_data_stores, {}),
              ErrorKind::kNoManagementAccountSlrExists);
}

TEST_CASE("a store is named by ARN, ARN suffix or id") {
  TestEngine test;
  for (const std::string& name : {test.arn(), "eventdatastore/" + test.id, test.id}) {
    CAPTURE(name);
    CHECK(test.engine
              ->call(test.caller, trailpond::engine::get_event_data_store,
                     trailpond::engine::EventDataStoreRequest{std::string(name)})
              .has_value());
  }
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::get_event_data_store,
                                trailpond::engine::EventDataStoreRequest{std::string("store")}),
              ErrorKind::kEventDataStoreArnInvalid);
  CHECK_ERROR(test.engine->call(test.stranger, trailpond::engine::get_event_data_store,
                                trailpond::engine::EventDataStoreRequest{std::string(test.id)}),
              ErrorKind::kEventDataStoreNotFound);
  CHECK_ERROR(test.engine->call(test.stranger, trailpond::engine::get_event_data_store,
                                trailpond::engine::EventDataStoreRequest{std::string(test.arn())}),
              ErrorKind::kEventDataStoreArnInvalid);
  const auto owner = test.engine->find_owner(test.id);
  REQUIRE(owner);
  CHECK(owner->account == test.caller.account);
  CHECK_FALSE(test.engine->find_owner("00000000-0000-4000-8000-000000000099"));
}
