#include <doctest/doctest.h>

#include "engine/queries/queries.hpp"
#include "tests/engine/test_engine.hpp"
#include "tests/state/temporary_directory.hpp"

using namespace trailpond;

/// Queries that go on after a restart, after a snapshot was restored, or out of a scenario
/// (issue 11: they end as they would have).

namespace {

engine::QueryScript script_of(const char* contains) {
  engine::QueryScript script;
  script.contains = contains;
  return script;
}

}  // namespace

TEST_CASE("a statement that ran when a snapshot was taken runs again when that is restored") {
  for (const bool of_account : {false, true}) {
    CAPTURE(of_account);
    TestEngine test;
    const std::string running = test.start("ROWS 700 GATE 1");
    REQUIRE(wait_for([&] { return test.executor->started == 1; }));
    test.engine->take_snapshot("s", of_account ? std::optional(test.caller.account) : std::nullopt);
    test.engine->advance_clock(TestEngine::kSecond);
    REQUIRE(test.engine->restore_snapshot("s"));
    // The statement of before is stopped; that of the restored query is the second.
    CHECK(wait_for([&] { return test.executor->started == 2; }));
    CHECK(test.status(running) == "RUNNING");
    CHECK(test.describe(running).query->created_at == TestEngine::kStart);
    test.executor->open_gate();
    CHECK(wait_for([&] { return test.status(running) == "FINISHED"; }));
    CHECK(test.describe(running).query->rows == 700);
    CHECK(test.results(running, {}, 1000)->rows.size() == 700);
    // A second time, from the same snapshot.
    REQUIRE(test.engine->restore_snapshot("s"));
    CHECK(wait_for([&] { return test.status(running) == "FINISHED"; }));
    CHECK(test.results(running, {}, 1000)->rows.size() == 700);
    CHECK(test.executor->started == 3);
  }
}

TEST_CASE("a cancel that is under way ends as CANCELLED, whatever comes between") {
  const TemporaryDirectory directory;
  std::string id;
  {
    TestEngine test(directory.path());
    auto script = script_of("BLOCK");
    script.cancel_takes = 10 * TestEngine::kSecond;
    test.add_script(script);
    id = test.start("BLOCK");
    REQUIRE(wait_for([&] { return test.executor->started == 1; }));
    REQUIRE(test.cancel(id).has_value());
    test.engine->take_snapshot("s", {});
    test.engine->advance_clock(10 * TestEngine::kSecond);
    CHECK(test.status(id) == "CANCELLED");
    REQUIRE(test.engine->restore_snapshot("s"));
    CHECK(test.status(id) == "RUNNING");
    CHECK_ERROR(test.cancel(id), engine::ErrorKind::kConflict);
  }
  TestEngine test(directory.path());
  CHECK(test.status(id) == "RUNNING");
  test.engine->advance_clock(10 * TestEngine::kSecond);
  CHECK(test.status(id) == "CANCELLED");
  CHECK(test.executor->started == 0);  // nobody wants its rows
}

TEST_CASE("a script goes on after a restart: looks, releases, and the statement behind them") {
  const TemporaryDirectory directory;
  std::string looked_at;
  std::string held;
  std::string timed;
  {
    TestEngine test(directory.path());
    auto looks = script_of("ROWS 3");
    looks.queued_polls = 3;
    looks.running_polls = 2;
    test.add_script(looks);
    auto waits = script_of("ROWS 4");
    waits.queued_for = state::kNever;
    waits.budget.rows = 3;
    test.add_script(waits);
    auto takes = script_of("ROWS 5");
    takes.running_for = 60 * TestEngine::kSecond;
    takes.end = state::PlannedEnd::kTimeOut;
    takes.partial_rows = 2;
    test.add_script(takes);
    looked_at = test.start("ROWS 3");
    held = test.start("ROWS 4");
    timed = test.start("ROWS 5");
    CHECK(test.status(looked_at) == "QUEUED");
    test.engine->wait_until_idle();
  }
  TestEngine test(directory.path());
  CHECK(test.engine->counts_polls());
  for (const char* expected : {"QUEUED", "QUEUED", "RUNNING", "RUNNING"}) {
    CHECK(test.status(looked_at) == expected);
  }
  CHECK(wait_for([&] { return test.status(looked_at) == "FINISHED"; }));
  CHECK(test.results(looked_at)->rows.size() == 3);
  CHECK(test.status(held) == "QUEUED");
  REQUIRE(test.engine->call(test.caller, engine::release_query, {std::string(held)}).has_value());
  CHECK(wait_for([&] { return test.status(held) == "FAILED"; }));  // beyond its budget
  CHECK(test.status(timed) == "RUNNING");
  test.engine->advance_clock(60 * TestEngine::kSecond);
  CHECK(test.status(timed) == "TIMED_OUT");
  CHECK(test.results(timed)->rows.size() == 2);
}

TEST_CASE("a statement that cannot be run any more fails its query, and says why") {
  TestEngine test;
  engine::QuerySeed seed;
  state::Query& query = seed.query;
  query.key = {test.caller.account, test.caller.region, "22222222-0000-4000-8000-000000000001"};
  query.statement = test.statement("ROWS 1");
  query.status = state::QueryStatus::kRunning;
  query.started_at = TestEngine::kStart;
  query.scripted = true;
  SUBCASE("its store is not there") {
    query.store_arns = {};
    test.engine->change([&](engine::Change& change) { change.put(seed); });
    CHECK(wait_for([&] { return test.status(query.key.id) == "FAILED"; }));
    CHECK(test.describe(query.key.id).query->error_message.find("The statement cannot be run: ") ==
          0);
  }
  SUBCASE("it is") {
    query.store_arns = {test.arn()};
    test.engine->change([&](engine::Change& change) { change.put(seed); });
    CHECK(wait_for([&] { return test.status(query.key.id) == "FINISHED"; }));
    CHECK(test.results(query.key.id)->rows.size() == 1);
    CHECK(test.describe(query.key.id).query->columns == std::vector<std::string>{"n", "text"});
  }
}
