#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "tests/engine/test_engine.hpp"

using namespace trailpond;
using engine::ErrorKind;

/// Every exception that AWS declares for an operation on queries has a natural cause here
/// (spec section 4, "Exceptions declared per op").

namespace {

engine::DescribeQueryRequest describe_of(const std::string& id) {
  engine::DescribeQueryRequest request;
  request.query_id = id;
  return request;
}

/// The errors that DescribeQuery, GetQueryResults and CancelQuery have in common, met by each.
struct Asker {
  TestEngine& test;
  std::string query;
  std::optional<std::string> store = {};
  std::optional<std::string> owner = {};

  void check_all(const engine::Caller& caller, ErrorKind expected) const {
    CHECK_ERROR(
        test.engine->call(caller, trailpond::engine::describe_query, {store, query, {}, {}, owner}),
        expected);
    CHECK_ERROR(test.engine->call(caller, trailpond::engine::get_query_results,
                                  {query, store, {}, {}, owner}),
                expected);
    CHECK_ERROR(test.engine->call(caller, trailpond::engine::cancel_query, {query, store, owner}),
                expected);
  }
};

}  // namespace

TEST_CASE("EventDataStoreARNInvalid") {
  TestEngine test;
  const std::string query = test.run("ROWS 1");
  for (const char* wrong :
       {"arn:aws:cloudtrail:us-east-1:123456789012:trail/x", "arn:x", "not-an-id",
        "arn:aws:cloudtrail:eu-west-1:123456789012:eventdatastore/"
        "00000000-0000-4000-8000-000000000001",
        "arn:aws:cloudtrail:us-east-1:999999999999:eventdatastore/"
        "00000000-0000-4000-8000-000000000001"}) {
    CAPTURE(wrong);
    Asker{test, query, wrong}.check_all(test.caller, ErrorKind::kEventDataStoreArnInvalid);
    engine::ListQueriesRequest list;
    list.event_data_store = wrong;
    CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::list_queries, list),
                ErrorKind::kEventDataStoreArnInvalid);
  }
  CHECK_ERROR(test.try_start("SELECT 1 FROM \"arn:aws:cloudtrail:eu-west-1:123456789012:"
                             "eventdatastore/00000000-0000-4000-8000-000000000001\""),
              ErrorKind::kEventDataStoreArnInvalid);
}

TEST_CASE("EventDataStoreNotFound") {
  TestEngine test;
  const std::string query = test.run("ROWS 1");
  const std::string unknown = "00000000-0000-4000-8000-000000000099";
  Asker{test, query, unknown}.check_all(test.caller, ErrorKind::kEventDataStoreNotFound);
  engine::ListQueriesRequest list;
  list.event_data_store = unknown;
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::list_queries, list),
              ErrorKind::kEventDataStoreNotFound);
  CHECK_ERROR(test.try_start("SELECT 1 FROM \"" +
                             engine::print_store_arn("123456789012", "us-east-1", unknown) + "\""),
              ErrorKind::kEventDataStoreNotFound);
}

TEST_CASE("InactiveEventDataStore: PENDING_DELETION") {
  // user guide: nothing but a restore while a store is being deleted.
  TestEngine test;
  const std::string query = test.start("BLOCK");
  REQUIRE(test.engine
              ->call(test.caller, trailpond::engine::delete_event_data_store,
                     trailpond::engine::EventDataStoreRequest{std::string(test.id)})
              .has_value());
  Asker{test, query}.check_all(test.caller, ErrorKind::kInactiveEventDataStore);
  Asker{test, query, test.id}.check_all(test.caller, ErrorKind::kInactiveEventDataStore);
  CHECK_ERROR(test.try_start(test.statement("ROWS 1")), ErrorKind::kInactiveEventDataStore);
  engine::ListQueriesRequest list;
  list.event_data_store = test.id;
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::list_queries, list),
              ErrorKind::kInactiveEventDataStore);
  REQUIRE(test.engine
              ->call(test.caller, trailpond::engine::restore_event_data_store,
                     trailpond::engine::EventDataStoreRequest{std::string(test.id)})
              .has_value());
  CHECK(test.cancel(query).has_value());
}

TEST_CASE("InactiveEventDataStore: CREATED, but not STOPPED_INGESTION") {
  TestEngine test;
  test.change_world([](engine::World& world) { world.creation_takes = TestEngine::kSecond; });
  const auto created =
      test.engine->call(test.caller, trailpond::engine::create_event_data_store, {.name = "fresh"});
  REQUIRE(created.has_value());
  const std::string statement = "SELECT 1 FROM " + created->arn.substr(created->arn.size() - 36);
  CHECK_ERROR(test.try_start(statement), ErrorKind::kInactiveEventDataStore);
  test.engine->advance_clock(TestEngine::kSecond);
  CHECK(test.try_start(statement).has_value());
  REQUIRE(test.engine
              ->call(test.caller, trailpond::engine::stop_event_data_store_ingestion,
                     trailpond::engine::EventDataStoreRequest{std::string(created->arn)})
              .has_value());
  CHECK(test.engine
            ->call(test.caller, trailpond::engine::get_event_data_store,
                   trailpond::engine::EventDataStoreRequest{std::string(created->arn)})
            ->status == state::StoreStatus::kStoppedIngestion);
  CHECK(test.try_start(statement).has_value());
}

TEST_CASE("InvalidParameter") {
  TestEngine test;
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::start_query, {}),
              ErrorKind::kInvalidParameter);
  engine::StartQueryRequest request;
  request.statement = test.statement("ROWS ?");
  request.parameters = {"1", "2"};
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::start_query, request),
              ErrorKind::kInvalidParameter);
  request.parameters = {"2"};
  const auto started = test.engine->call(test.caller, trailpond::engine::start_query, request);
  REQUIRE(started.has_value());
  test.engine->wait_until_idle();
  CHECK(test.describe(started->query_id).query->statement == test.statement("ROWS 2"));
  request.parameters = std::vector<std::string>(11, "x");
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::start_query, request),
              ErrorKind::kInvalidParameter);
  request = {};
  request.alias = "unknown";
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::start_query, request),
              ErrorKind::kInvalidParameter);
  Asker{test, "not-a-query-id"}.check_all(test.caller, ErrorKind::kInvalidParameter);
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::describe_query, {}),
              ErrorKind::kInvalidParameter);
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::describe_query,
                                {{}, started->query_id, "alias", {}, {}}),
              ErrorKind::kInvalidParameter);
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::describe_query,
                                {{}, started->query_id, {}, "1234567890", {}}),
              ErrorKind::kInvalidParameter);
}

TEST_CASE("QueryIdNotFound") {
  TestEngine test;
  Asker{test, "00000000-0000-4000-8000-0000000000aa"}.check_all(test.caller,
                                                                ErrorKind::kQueryIdNotFound);
  // Another store's query, and another account's.
  const std::string query = test.run("ROWS 1");
  test.add_store("00000000-0000-4000-8000-000000000002", "other");
  Asker{test, query, "00000000-0000-4000-8000-000000000002"}.check_all(test.caller,
                                                                       ErrorKind::kQueryIdNotFound);
  Asker{test, query}.check_all(test.stranger, ErrorKind::kQueryIdNotFound);
  CHECK(test.engine->call(test.caller, trailpond::engine::describe_query, describe_of(query))
            .has_value());
}

TEST_CASE("OperationNotPermitted: another account's store without a grant") {
  TestEngine test;
  const std::string query = test.start("BLOCK");
  Asker{test, query, {}, "123456789012"}.check_all(test.stranger,
                                                   ErrorKind::kOperationNotPermitted);
  Asker{test, query, test.id, "123456789012"}.check_all(test.stranger,
                                                        ErrorKind::kOperationNotPermitted);
  engine::StartQueryRequest request;
  request.statement = test.statement("ROWS 1");
  request.owner_account = "123456789012";
  CHECK_ERROR(test.engine->call(test.stranger, trailpond::engine::start_query, request),
              ErrorKind::kOperationNotPermitted);
  // Without naming the account: a bare id is an unknown table, an ARN is not one of the account's.
  request.owner_account = {};
  CHECK_ERROR(test.engine->call(test.stranger, trailpond::engine::start_query, request),
              ErrorKind::kInvalidQueryStatement);
  request.statement = "SELECT 1 FROM \"" + test.arn() + "\"";
  CHECK_ERROR(test.engine->call(test.stranger, trailpond::engine::start_query, request),
              ErrorKind::kEventDataStoreArnInvalid);
}

TEST_CASE("a granted account works with the owner's store") {
  TestEngine test;
  test.add_store("00000000-0000-4000-8000-000000000002", "shared",
                 [](state::EventDataStore& store) { store.granted_accounts = {"999999999999"}; });
  engine::StartQueryRequest request;
  request.statement = "SELECT ROWS 2 FROM 00000000-0000-4000-8000-000000000002";
  request.owner_account = "123456789012";
  const auto started = test.engine->call(test.stranger, trailpond::engine::start_query, request);
  REQUIRE(started.has_value());
  CHECK(started->owner_account == "123456789012");
  test.engine->wait_until_idle();
  const auto described = test.engine->call(test.stranger, trailpond::engine::describe_query,
                                           {{}, started->query_id, {}, {}, "123456789012"});
  REQUIRE(described.has_value());
  CHECK(described->owner_account == "123456789012");
  CHECK(test.engine
            ->call(test.stranger, trailpond::engine::get_query_results,
                   {started->query_id, {}, {}, {}, "123456789012"})
            ->rows.size() == 2);
  // The owner sees it, too.
  CHECK(test.status(started->query_id) == "FINISHED");
  // But the grant of one store opens no other.
  request.statement = test.statement("ROWS 1");
  CHECK_ERROR(test.engine->call(test.stranger, trailpond::engine::start_query, request),
              ErrorKind::kOperationNotPermitted);
}

TEST_CASE("UnsupportedOperation: a Region without Lake") {
  TestEngine test;
  test.change_world([](engine::World& world) { world.regions_without_lake.insert("eu-west-9"); });
  const engine::Caller there = {"123456789012", "eu-west-9"};
  Asker{test, "00000000-0000-4000-8000-0000000000aa"}.check_all(there,
                                                                ErrorKind::kUnsupportedOperation);
  engine::StartQueryRequest request;
  request.statement = test.statement("ROWS 1");
  CHECK_ERROR(test.engine->call(there, trailpond::engine::start_query, request),
              ErrorKind::kUnsupportedOperation);
  engine::ListQueriesRequest list;
  list.event_data_store = test.id;
  CHECK_ERROR(test.engine->call(there, trailpond::engine::list_queries, list),
              ErrorKind::kUnsupportedOperation);
  CHECK_ERROR(
      test.engine->call(there, trailpond::engine::create_event_data_store, {.name = "name"}),
      ErrorKind::kUnsupportedOperation);
  CHECK_ERROR(test.engine->call(there, trailpond::engine::list_event_data_stores, {}),
              ErrorKind::kUnsupportedOperation);
}

TEST_CASE("NoManagementAccountSLRExists: an organization's store without the role") {
  TestEngine test;
  test.add_store("00000000-0000-4000-8000-000000000002", "organization",
                 [](state::EventDataStore& store) { store.organization = true; });
  engine::StartQueryRequest request;
  request.statement = "SELECT BLOCK FROM 00000000-0000-4000-8000-000000000002";
  const auto started = test.engine->call(test.caller, trailpond::engine::start_query, request);
  REQUIRE(started.has_value());
  test.change_world([](engine::World& world) { world.organization.service_linked_role = false; });
  Asker{test, started->query_id}.check_all(test.caller, ErrorKind::kNoManagementAccountSlrExists);
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::start_query, request),
              ErrorKind::kNoManagementAccountSlrExists);
  engine::ListQueriesRequest list;
  list.event_data_store = "00000000-0000-4000-8000-000000000002";
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::list_queries, list),
              ErrorKind::kNoManagementAccountSlrExists);
}

TEST_CASE("delivery: InvalidS3BucketName, InvalidS3Prefix, S3BucketDoesNotExist and the policies") {
  TestEngine test;
  const auto deliver = [&](const std::string& uri) {
    engine::StartQueryRequest request;
    request.statement = test.statement("ROWS 1");
    request.delivery_s3_uri = uri;
    return test.engine->call(test.caller, trailpond::engine::start_query, request);
  };
  for (const char* wrong : {"bucket", "s3://", "s3://ab", "s3://Bucket", "s3://-bucket", "s3:///x",
                            "http://bucket/x", "s3://bucket_name"}) {
    CAPTURE(wrong);
    CHECK_ERROR(deliver(wrong), ErrorKind::kInvalidS3BucketName);
  }
  CHECK_ERROR(deliver("s3://bucket/a//b"), ErrorKind::kInvalidS3Prefix);
  CHECK_ERROR(deliver("s3://bucket/" + std::string(1100, 'a')), ErrorKind::kInvalidS3Prefix);
  const auto good = deliver("s3://bucket/prefix");
  REQUIRE(good.has_value());
  test.engine->wait_until_idle();
  CHECK(test.describe(good->query_id).query->delivery_uri == "s3://bucket/prefix");
  // There is no folder for the results; that is found out in the background.
  const auto delivery = [&] { return test.describe(good->query_id).query->delivery_status; };
  for (int waited = 0; delivery() == "PENDING" && waited < 5000; ++waited) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  CHECK(delivery() == "UNKNOWN");
  test.change_world([](engine::World& world) {
    world.buckets = std::map<std::string, engine::Bucket>{{"open", {"open", true, true}},
                                                          {"closed", {"closed", false, true}},
                                                          {"sealed", {"sealed", true, false}}};
  });
  CHECK(deliver("s3://open").has_value());
  CHECK_ERROR(deliver("s3://bucket"), ErrorKind::kS3BucketDoesNotExist);
  CHECK_ERROR(deliver("s3://closed"), ErrorKind::kInsufficientS3BucketPolicy);
  CHECK_ERROR(deliver("s3://sealed"), ErrorKind::kInsufficientEncryptionPolicy);
}

TEST_CASE("InsufficientEncryptionPolicy: the store's key shuts CloudTrail out") {
  TestEngine test;
  test.add_store("00000000-0000-4000-8000-000000000002", "encrypted",
                 [](state::EventDataStore& store) { store.kms_key_id = "alias/key"; });
  engine::StartQueryRequest request;
  request.statement = "SELECT ROWS 1 FROM 00000000-0000-4000-8000-000000000002";
  const auto started = test.engine->call(test.caller, trailpond::engine::start_query, request);
  REQUIRE(started.has_value());
  test.engine->wait_until_idle();
  test.change_world([](engine::World& world) { world.denied_kms_keys.insert("alias/key"); });
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::start_query, request),
              ErrorKind::kInsufficientEncryptionPolicy);
  CHECK_ERROR(test.results(started->query_id), ErrorKind::kInsufficientEncryptionPolicy);
}

TEST_CASE("InvalidMaxResults and InvalidNextToken") {
  TestEngine test;
  const std::string query = test.run("ROWS 30");
  for (const std::int64_t wrong : {-1, 0, 1001}) {
    CHECK_ERROR(test.results(query, {}, wrong), ErrorKind::kInvalidMaxResults);
    engine::ListQueriesRequest list;
    list.event_data_store = test.id;
    list.max_results = wrong;
    CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::list_queries, list),
                ErrorKind::kInvalidMaxResults);
    CHECK_ERROR(
        test.engine->call(test.caller, trailpond::engine::list_event_data_stores, {{}, wrong}),
        ErrorKind::kInvalidMaxResults);
  }
  for (const char* wrong :
       {"", "abcd", "AAAAAAAAAAAAAAAAAAAAAAAAAAAA", "\xff\xff\xff\xff", "===="}) {
    CAPTURE(wrong);
    CHECK_ERROR(test.results(query, wrong), ErrorKind::kInvalidNextToken);
    engine::ListQueriesRequest list;
    list.event_data_store = test.id;
    list.next_token = wrong;
    CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::list_queries, list),
                ErrorKind::kInvalidNextToken);
    CHECK_ERROR(
        test.engine->call(test.caller, trailpond::engine::list_event_data_stores, {wrong, {}}),
        ErrorKind::kInvalidNextToken);
  }
}

TEST_CASE("InvalidDateRange and InvalidQueryStatus") {
  TestEngine test;
  engine::ListQueriesRequest list;
  list.event_data_store = test.id;
  list.start_time = TestEngine::kStart + 1;
  list.end_time = TestEngine::kStart;
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::list_queries, list),
              ErrorKind::kInvalidDateRange);
  list.start_time = list.end_time;
  CHECK(test.engine->call(test.caller, trailpond::engine::list_queries, list).has_value());
  list.status = "DONE";
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::list_queries, list),
              ErrorKind::kInvalidQueryStatus);
}
