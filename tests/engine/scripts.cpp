#include <doctest/doctest.h>

#include "tests/engine/test_engine.hpp"

using namespace trailpond;
using engine::ErrorKind;
using engine::QueryScript;
using state::kNever;
using state::PlannedEnd;

TEST_CASE("a query is held QUEUED and RUNNING for a time of a frozen clock") {
  TestEngine test;
  QueryScript script;
  script.queued_for = 2 * TestEngine::kSecond;
  script.running_for = 3 * TestEngine::kSecond;
  test.add_script(script);
  const std::string id = test.start("ROWS 4");
  CHECK(test.status(id) == "QUEUED");
  CHECK(test.executor->started == 0);
  test.engine->advance_clock(2 * TestEngine::kSecond);
  CHECK(test.status(id) == "RUNNING");
  test.engine->wait_until_idle();  // its rows are there, but the hold goes on
  CHECK(test.status(id) == "RUNNING");
  CHECK(test.results(id)->rows.size() == 0);
  CHECK(test.results(id)->next_token);
  test.engine->advance_clock(3 * TestEngine::kSecond);
  CHECK(test.status(id) == "FINISHED");
  CHECK(test.results(id)->rows.size() == 4);
  const auto description = test.describe(id);
  CHECK(description.query->started_at == TestEngine::kStart + 2 * TestEngine::kSecond);
  CHECK(description.query->ended_at == TestEngine::kStart + 5 * TestEngine::kSecond);
  CHECK(description.execution_time_ms == 3000);
}

TEST_CASE("one advance settles several steps, each at its time") {
  TestEngine test;
  QueryScript script;
  script.queued_for = TestEngine::kSecond;
  script.running_for = TestEngine::kSecond;
  script.end = PlannedEnd::kFail;
  script.error_message = "Query response is too large";
  test.add_script(script);
  const std::string id = test.start("ROWS 4");
  test.engine->advance_clock(TestEngine::kDay);
  CHECK(test.status(id) == "FAILED");
  CHECK(test.describe(id).query->error_message == "Query response is too large");
  CHECK(test.describe(id).query->ended_at == TestEngine::kStart + 2 * TestEngine::kSecond);
  CHECK(test.executor->started == 0);  // a failure that is planned needs no execution
}

TEST_CASE("a query is held until it is released, state by state") {
  TestEngine test;
  QueryScript script;
  script.queued_for = kNever;
  script.running_for = kNever;
  test.add_script(script);
  const std::string id = test.start("ROWS 1");
  test.engine->advance_clock(30 * TestEngine::kSecond);
  CHECK(test.status(id) == "QUEUED");
  REQUIRE(test.engine
              ->call(trailpond::engine::Caller(), trailpond::engine::release_query,
                     trailpond::engine::ReleaseQueryRequest{std::string(id)})
              .has_value());
  CHECK(test.status(id) == "RUNNING");
  test.engine->wait_until_idle();
  CHECK(test.status(id) == "RUNNING");
  REQUIRE(test.engine
              ->call(trailpond::engine::Caller(), trailpond::engine::release_query,
                     trailpond::engine::ReleaseQueryRequest{std::string(id)})
              .has_value());
  CHECK(test.status(id) == "FINISHED");
  CHECK_ERROR(test.engine->call(trailpond::engine::Caller(), trailpond::engine::release_query,
                                trailpond::engine::ReleaseQueryRequest{std::string(id)}),
              ErrorKind::kInactiveQuery);
  CHECK_ERROR(test.engine->call(trailpond::engine::Caller(), trailpond::engine::release_query,
                                trailpond::engine::ReleaseQueryRequest{
                                    std::string("00000000-0000-4000-8000-0000000000aa")}),
              ErrorKind::kQueryIdNotFound);
}

TEST_CASE("a held query can be cancelled, in either state") {
  TestEngine test;
  QueryScript script;
  script.queued_for = kNever;
  test.add_script(script);
  const std::string queued = test.start("ROWS 1");
  CHECK(test.cancel(queued)->status == state::QueryStatus::kCancelled);
  script.queued_for = 0;
  script.running_for = kNever;
  test.change_world([&](engine::World& world) { world.scripts = {script}; });
  const std::string running = test.start("ROWS 1");
  CHECK(test.status(running) == "RUNNING");
  CHECK(test.cancel(running)->status == state::QueryStatus::kCancelled);
  CHECK(test.status(running) == "CANCELLED");
}

TEST_CASE("canned rows need no SQL that is understood") {
  TestEngine test;
  QueryScript script;
  script.contains = "bad";
  script.canned = QueryScript::Canned{{"name", "count"}, {{"a", "1"}, {"b", ""}}};
  script.statistics.events_scanned = 42;
  script.statistics.bytes_scanned = 1234;
  test.add_script(script);
  const std::string id = test.start("BAD");
  CHECK(test.status(id) == "FINISHED");
  CHECK(test.executor->prepared == 0);
  const auto page = test.results(id);
  REQUIRE(page->rows.size() == 2);
  CHECK(page->rows.columns() == std::vector<std::string>{"name", "count"});
  CHECK(page->rows.row(1)[0] == "b");
  CHECK(page->rows.row(1)[1] == "");
  CHECK(test.describe(id).events_scanned == 42);
  CHECK(test.describe(id).bytes_scanned == 1234);
}

TEST_CASE("a query times out as its script says, with partial rows") {
  TestEngine test;
  QueryScript script;
  script.running_for = TestEngine::kSecond;
  script.end = PlannedEnd::kTimeOut;
  script.partial_rows = 2;
  test.add_script(script);
  const std::string id = test.start("ROWS 9");
  test.engine->wait_until_idle();
  CHECK(test.status(id) == "RUNNING");
  // Partial rows are read while it is RUNNING, with a token to go on at.
  const auto partial = test.results(id);
  CHECK(partial->rows.size() == 2);
  REQUIRE(partial->next_token);
  test.engine->advance_clock(TestEngine::kSecond);
  CHECK(test.status(id) == "TIMED_OUT");
  CHECK(test.results(id)->rows.size() == 2);
  CHECK(test.results(id, partial->next_token)->rows.size() == 0);
  CHECK_FALSE(test.results(id, partial->next_token)->next_token);
}

TEST_CASE("a query is cancelled by its script") {
  TestEngine test;
  QueryScript script;
  script.end = PlannedEnd::kCancel;
  test.add_script(script);
  const std::string id = test.start("ROWS 9");
  CHECK(test.status(id) == "CANCELLED");
  CHECK_ERROR(test.cancel(id), ErrorKind::kInactiveQuery);
}

TEST_CASE("scripts match by statement, part, alias, store, number and times") {
  TestEngine test;
  test.add_store("00000000-0000-4000-8000-000000000002", "other");
  const auto fails_with = [&](QueryScript script, const std::string& statement,
                              const std::string& alias = "") {
    script.end = PlannedEnd::kFail;
    test.change_world([&](engine::World& world) { world.scripts = {script}; });
    std::string outcome;
    for (int i = 0; i < 3; ++i) {
      engine::StartQueryRequest request;
      request.statement = statement;
      if (!alias.empty()) {
        request.alias = alias;
      }
      const auto answer = test.engine->call(test.caller, trailpond::engine::start_query, request);
      REQUIRE(answer.has_value());
      test.engine->wait_until_idle();
      outcome += test.status(answer->query_id) == "FAILED" ? 'F' : '-';
    }
    return outcome;
  };
  QueryScript script;
  CHECK(fails_with(script, test.statement("ROWS 1")) == "FFF");
  script.nth = 2;
  CHECK(fails_with(script, test.statement("ROWS 1")) == "-F-");
  script = {};
  script.times = 2;
  CHECK(fails_with(script, test.statement("ROWS 1")) == "FF-");
  script = {};
  script.statement = "  " + test.statement("ROWS   1") + "\n;";
  CHECK(fails_with(script, test.statement("ROWS 1")) == "FFF");
  CHECK(fails_with(script, test.statement("ROWS 2")) == "---");
  script = {};
  script.contains = "rows 2";
  CHECK(fails_with(script, test.statement("ROWS 2")) == "FFF");
  CHECK(fails_with(script, test.statement("ROWS 1")) == "---");
  script = {};
  script.alias = "daily";
  CHECK(fails_with(script, test.statement("ROWS 1"), "daily") == "FFF");
  CHECK(fails_with(script, test.statement("ROWS 1")) == "---");
  script = {};
  script.store = "other";
  CHECK(fails_with(script, "SELECT ROWS 1 FROM 00000000-0000-4000-8000-000000000002") == "FFF");
  CHECK(fails_with(script, test.statement("ROWS 1")) == "---");
  script.store = test.id;
  CHECK(fails_with(script, test.statement("ROWS 1")) == "FFF");
  script = {};
  script.account = "999999999999";
  CHECK(fails_with(script, test.statement("ROWS 1")) == "---");
}

TEST_CASE("with a running clock a held query starts though nobody asks") {
  TestEngine test;
  test.engine->set_clock({});
  QueryScript script;
  script.queued_for = 20'000;  // 20 ms
  test.add_script(script);
  test.start("ROWS 1");
  CHECK(wait_for([&] { return test.executor->started == 1; }));
}

TEST_CASE("DescribeQuery by alias gives the last query of the alias") {
  // API reference, DescribeQuery: "returns information about the last query run for the alias".
  TestEngine test;
  test.change_world(
      [&](engine::World& world) { world.query_templates["top"] = test.statement("ROWS ?"); });
  engine::StartQueryRequest request;
  request.alias = "top";
  request.parameters = {"3"};
  REQUIRE(test.engine->call(test.caller, trailpond::engine::start_query, request).has_value());
  test.engine->advance_clock(TestEngine::kSecond);
  request.parameters = {"5"};
  const auto last = test.engine->call(test.caller, trailpond::engine::start_query, request);
  REQUIRE(last.has_value());
  test.engine->wait_until_idle();
  engine::DescribeQueryRequest describe;
  describe.alias = "top";
  const auto answer = test.engine->call(test.caller, trailpond::engine::describe_query, describe);
  REQUIRE(answer.has_value());
  CHECK(answer->query->key.id == last->query_id);
  CHECK(answer->query->statement == test.statement("ROWS 5"));
  describe.alias = "none";
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::describe_query, describe),
              ErrorKind::kQueryIdNotFound);
}
