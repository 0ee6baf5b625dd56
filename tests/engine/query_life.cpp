#include "engine/queries/query_life.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <set>

#include "tests/engine/test_engine.hpp"

using namespace trailpond;
using engine::ErrorKind;
using state::QueryStatus;

TEST_CASE("a query is started, runs and is read") {
  TestEngine test;
  const std::string id = test.run("ROWS 3");
  CHECK(id.size() == 36);
  const auto description = test.describe(id);
  CHECK(description.query->status == QueryStatus::kFinished);
  // spec 3: EventsMatched is the number of result rows.
  CHECK(description.events_matched == 3);
  CHECK(description.events_scanned == 1000);
  CHECK(description.bytes_scanned == 23446);
  CHECK(description.query->created_at == TestEngine::kStart);
  CHECK(description.query->statement == test.statement("ROWS 3"));
  CHECK(description.query->error_message.empty());
  const auto page = test.results(id);
  REQUIRE(page.has_value());
  CHECK(page->rows.columns() == std::vector<std::string>{"n", "text"});
  REQUIRE(page->rows.size() == 3);
  CHECK(page->rows.row(2)[0] == "2");
  CHECK(page->total_rows == 3);
  CHECK(page->bytes_scanned == 23446);
  CHECK_FALSE(page->next_token);
}

TEST_CASE("a mistake in the statement is told at once") {
  // spec 11: all that analysis can find, with line L:C.
  TestEngine test;
  const auto bad = test.try_start(test.statement("BAD"));
  CHECK_ERROR(bad, ErrorKind::kInvalidQueryStatement);
  CHECK(bad.error().message == "line 1:8: Column 'bad' cannot be resolved");
  CHECK_ERROR(test.try_start("SELECT 1"), ErrorKind::kInvalidQueryStatement);
  // spec 1.2: an unknown store in FROM.
  CHECK_ERROR(test.try_start("SELECT 1 FROM 00000000-0000-4000-8000-000000000099"),
              ErrorKind::kInvalidQueryStatement);
  CHECK(test.engine->all_queries().empty());
}

TEST_CASE("a failure of the run makes the query FAILED") {
  TestEngine test;
  const std::string id = test.run("FAIL");
  CHECK(test.status(id) == "FAILED");
  CHECK(test.describe(id).query->error_message == "Division by zero");
  const auto page = test.results(id);
  REQUIRE(page.has_value());  // spec 3: FAILED answers 200, with ErrorMessage
  CHECK(page->rows.size() == 0);
  CHECK_FALSE(page->next_token);
  CHECK(page->query->error_message == "Division by zero");
  const std::string thrown = test.run("THROW");
  CHECK(test.status(thrown) == "FAILED");
  CHECK(test.describe(thrown).query->error_message.find("something broke") != std::string::npos);
}

TEST_CASE("while it is QUEUED or RUNNING there is a token and no row") {
  // spec 3 and 11: NextToken is present until the query is terminal.
  TestEngine test;
  const std::string id = test.start("GATE ROWS 2");
  CHECK(wait_for([&] { return test.status(id) == "RUNNING"; }));
  const auto page = test.results(id);
  REQUIRE(page.has_value());
  CHECK(page->rows.size() == 0);
  REQUIRE(page->next_token);
  CHECK(page->query->status == QueryStatus::kRunning);
  test.executor->open_gate();
  test.engine->wait_until_idle();
  const auto rest = test.results(id, page->next_token);
  REQUIRE(rest.has_value());
  CHECK(rest->rows.size() == 2);
  CHECK_FALSE(rest->next_token);
}

TEST_CASE("a running statement is stopped within 10 ms") {
  TestEngine test;
  const std::string id = test.start("BLOCK");
  REQUIRE(wait_for([&] { return test.executor->started == 1; }));
  const auto before = std::chrono::steady_clock::now();
  const auto answer = test.cancel(id);
  REQUIRE(answer.has_value());
  CHECK(answer->status == QueryStatus::kCancelled);
  CHECK(answer->query_id == id);
  test.engine->wait_until_idle();
  CHECK(std::chrono::steady_clock::now() - before < std::chrono::milliseconds(200));
  CHECK(test.executor->stopped == 1);
  CHECK(test.status(id) == "CANCELLED");
  CHECK_FALSE(test.describe(id).query->error_message.empty());
  // API reference, CancelQuery.
  CHECK_ERROR(test.cancel(id), ErrorKind::kInactiveQuery);
}

TEST_CASE("a query that waits for a worker is cancelled without running") {
  TestEngine test({}, 1);
  test.start("BLOCK");
  const std::string waiting = test.start("ROWS 1");
  REQUIRE(wait_for([&] { return test.executor->started == 1; }));
  CHECK(test.status(waiting) == "QUEUED");
  CHECK(test.cancel(waiting).has_value());
  CHECK(test.status(waiting) == "CANCELLED");
  CHECK(test.executor->started == 1);
}

TEST_CASE("a terminal query is not cancelled") {
  TestEngine test;
  for (const char* words : {"ROWS 1", "FAIL"}) {
    CAPTURE(words);
    CHECK_ERROR(test.cancel(test.run(words)), ErrorKind::kInactiveQuery);
  }
}

TEST_CASE("a second cancel while the first is under way is a conflict") {
  TestEngine test;
  engine::QueryScript script;
  script.cancel_takes = 5 * TestEngine::kSecond;
  test.add_script(script);
  const std::string id = test.start("BLOCK");
  REQUIRE(wait_for([&] { return test.executor->started == 1; }));
  const auto first = test.cancel(id);
  REQUIRE(first.has_value());
  CHECK(first->status == QueryStatus::kRunning);
  CHECK_ERROR(test.cancel(id), ErrorKind::kConflict);
  test.engine->wait_until_idle();
  CHECK(test.status(id) == "RUNNING");
  test.engine->advance_clock(5 * TestEngine::kSecond);
  CHECK(test.status(id) == "CANCELLED");
  CHECK(test.describe(id).query->ended_at == TestEngine::kStart + 5 * TestEngine::kSecond);
  CHECK_ERROR(test.cancel(id), ErrorKind::kInactiveQuery);
}

TEST_CASE("ten queries may be queued or running in an account and Region") {
  // MaxConcurrentQueriesException: "The maximum number of concurrent queries is 10."
  TestEngine test;
  std::vector<std::string> ids;
  for (int i = 0; i < 10; ++i) {
    ids.push_back(test.start("BLOCK"));
  }
  const auto eleventh = test.try_start(test.statement("ROWS 1"));
  CHECK_ERROR(eleventh, ErrorKind::kMaxConcurrentQueries);
  CHECK(eleventh.error().message.find("The maximum number of concurrent queries is 10.") !=
        std::string::npos);
  // Another Region counts for itself.
  test.add_store("00000000-0000-4000-8000-000000000002", "elsewhere",
                 [](state::EventDataStore& store) { store.region = "eu-west-1"; });
  engine::StartQueryRequest request;
  request.statement = "SELECT ROWS 1 FROM 00000000-0000-4000-8000-000000000002";
  CHECK(test.engine->call({"123456789012", "eu-west-1"}, trailpond::engine::start_query, request)
            .has_value());
  CHECK(test.cancel(ids[9]).has_value());
  CHECK(test.try_start(test.statement("BLOCK")).has_value());
}

TEST_CASE("an hour of running is a time-out, with the rows so far") {
  // spec 3: partial results of a timed-out query are readable.
  TestEngine test;
  const std::string id = test.start("PARTIAL 1200");
  REQUIRE(wait_for([&] { return test.executor->started == 1; }));
  // Two pages of 500 rows are stored; the rest of the third is with the worker.
  REQUIRE(wait_for([&] {
    test.engine->advance_clock(0);
    return test.status(id) == "RUNNING";
  }));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  test.engine->advance_clock(state::kQueryTimeOut - 1);
  CHECK(test.status(id) == "RUNNING");
  test.engine->advance_clock(1);
  CHECK(test.status(id) == "TIMED_OUT");
  CHECK_FALSE(test.describe(id).query->error_message.empty());
  test.engine->wait_until_idle();
  CHECK(test.executor->stopped == 1);
  const auto page = test.results(id);
  REQUIRE(page.has_value());
  CHECK(page->total_rows == 1000);
  CHECK(page->rows.size() == 1000);
  CHECK_FALSE(page->next_token);
}

TEST_CASE("queries and their results go after seven days") {
  TestEngine test;
  const std::string id = test.run("ROWS 5");
  test.engine->advance_clock(7 * TestEngine::kDay - 1);
  CHECK(test.status(id) == "FINISHED");
  CHECK(test.results(id)->rows.size() == 5);
  test.engine->advance_clock(1);
  CHECK_ERROR(test.results(id), ErrorKind::kQueryIdNotFound);
  CHECK(test.engine->all_queries().empty());
}

TEST_CASE("execution time is in milliseconds, of the injected clock") {
  TestEngine test;
  const std::string id = test.start("GATE");
  REQUIRE(wait_for([&] { return test.executor->started == 1; }));
  test.engine->advance_clock(1'213'000);
  CHECK(test.describe(id).execution_time_ms == 1213);
  test.executor->open_gate();
  test.engine->wait_until_idle();
  test.engine->advance_clock(TestEngine::kSecond);
  CHECK(test.describe(id).execution_time_ms == 1213);
}

TEST_CASE("a message fits the length of ErrorMessage") {
  // API reference: ErrorMessage has 4 to 1000 characters.
  CHECK(engine::fit_error_message("x").size() >= 4);
  CHECK(engine::fit_error_message("").size() >= 4);
  CHECK(engine::fit_error_message(std::string(5000, 'x')).size() == 1000);
  // Lengths count characters: "ä" is one of two bytes.
  std::string umlauts;
  for (int i = 0; i < 1001; ++i) {
    umlauts += "\xc3\xa4";
  }
  CHECK(engine::fit_error_message(umlauts) == umlauts.substr(0, 2000));
  CHECK(engine::fit_error_message("x" + umlauts) == "x" + umlauts.substr(0, 1998));
  CHECK(engine::fit_error_message("\xc3\xa4\xc3\xa4") == "Error: \xc3\xa4\xc3\xa4");
}

TEST_CASE("a hundred threads start, describe, read and cancel") {
  TestEngine test;
  std::atomic<int> refused = 0;
  std::atomic<int> cancelled = 0;
  std::atomic<int> finished = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 100; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 10; ++i) {
          const auto answer = test.try_start(test.statement(t % 3 == 0 ? "BLOCK" : "ROWS 700"));
          if (answer.has_error()) {
            // Only the limit may be met.
            CHECK(answer.error().kind == ErrorKind::kMaxConcurrentQueries);
            ++refused;
            continue;
          }
          const std::string id = answer->query_id;
          if (t % 3 == 0) {
            CHECK(test.cancel(id).has_value());
            CHECK(test.status(id) == "CANCELLED");
            ++cancelled;
            continue;
          }
          CHECK(wait_for([&] { return test.status(id) == "FINISHED"; }));
          CHECK(test.results(id)->rows.size() == 700);
          ++finished;
        }
      });
    }
  }
  CHECK(refused + cancelled + finished == 1000);
  CHECK(cancelled > 0);
  CHECK(finished > 0);
  test.engine->wait_until_idle();
  CHECK(test.engine->all_queries().size() == static_cast<std::size_t>(cancelled + finished));
}
