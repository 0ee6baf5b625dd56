// Calls on a thread that must not wait: they are done at once, or nothing has happened.
#include <future>

#include "state/writing.hpp"
#include "tests/engine/test_engine.hpp"

using namespace trailpond;
using engine::Wait;

namespace {

/// Starts a query; empty where that would wait.
std::optional<std::string> start_at_once(TestEngine& test, const std::string& statement) {
  engine::StartQueryRequest request;
  request.statement = statement;
  try {
    const auto answer = test.engine->call(test.caller, engine::start_query, request, Wait::kNotNow);
    REQUIRE(answer.has_value());
    return answer->query_id;
  } catch (const state::WouldWait&) {
    return std::nullopt;
  }
}

/// Reads the first page of a result; empty where that would wait.
std::optional<std::size_t> rows_at_once(TestEngine& test, const std::string& query) {
  engine::GetQueryResultsRequest request;
  request.query_id = query;
  try {
    const auto answer =
        test.engine->call(test.caller, engine::get_query_results, request, Wait::kNotNow);
    REQUIRE(answer.has_value());
    return answer->rows.size();
  } catch (const state::WouldWait&) {
    return std::nullopt;
  }
}

std::size_t count_queries(TestEngine& test) {
  engine::ListQueriesRequest request;
  request.event_data_store = test.id;
  const auto answer = test.engine->call(test.caller, engine::list_queries, request);
  REQUIRE(answer.has_value());
  return answer->queries.size();
}

}  // namespace

TEST_CASE("a short statement is started at once, a small result read at once") {
  TestEngine test;
  const auto query = start_at_once(test, test.statement("ROWS 3"));
  REQUIRE(query.has_value());
  test.engine->wait_until_idle();
  CHECK(test.status(*query) == "FINISHED");
  CHECK(rows_at_once(test, *query) == 3);
  CHECK(count_queries(test) == 1);
}

TEST_CASE("what would take long does not begin") {
  TestEngine test;
  const std::string longer = test.statement("ROWS 3") + std::string(1'000, ' ');
  CHECK(!start_at_once(test, longer).has_value());
  CHECK(count_queries(test) == 0);
  CHECK(test.try_start(longer).has_value());
  const std::string wide = test.run("WIDE 70000");
  CHECK(test.status(wide) == "FINISHED");
  CHECK(!rows_at_once(test, wide).has_value());
  CHECK(test.results(wide)->rows.size() > 0);
}

TEST_CASE("nothing is started while another one writes") {
  TestEngine test;
  const std::string small = test.run("ROWS 2");
  const std::string large = test.run("WIDE 2000");
  test.engine->change([&](engine::Change& change) {
    change.put(test.seed_of("00000000-0000-4000-8000-000000000002", "other"));
    // From another thread, as calls come.
    std::async(std::launch::async, [&] {
      CHECK(!start_at_once(test, test.statement("ROWS 3")).has_value());
      CHECK(rows_at_once(test, small) == 2);  // lies in the query's record
      CHECK(!rows_at_once(test, large).has_value());
    }).get();
  });
  CHECK(count_queries(test) == 2);
  CHECK(start_at_once(test, test.statement("ROWS 3")).has_value());
  CHECK(rows_at_once(test, large).has_value());
}

TEST_CASE("what is due with the call is settled with it") {
  TestEngine test;
  engine::QueryScript script;
  script.name = "canned";
  script.canned = {{"a"}, {{"1"}, {"2"}}};
  test.add_script(script);
  const auto query = start_at_once(test, test.statement("BLOCK"));
  REQUIRE(query.has_value());
  CHECK(test.status(*query) == "FINISHED");
  CHECK(rows_at_once(test, *query) == 2);
}
