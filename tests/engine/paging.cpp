#include <doctest/doctest.h>

#include "engine/page_tokens.hpp"
#include "tests/engine/test_engine.hpp"
#include "tests/state/temporary_directory.hpp"

using namespace trailpond;
using engine::ErrorKind;

TEST_CASE("a result is read page by page, in any size, and again") {
  TestEngine test;
  const std::string query = test.run("ROWS 2345");
  std::vector<std::string> cells;
  std::optional<std::string> token;
  std::vector<std::optional<std::string>> tokens;
  std::int64_t size = 1;
  do {
    tokens.push_back(token);
    const auto page = test.results(query, token, size);
    REQUIRE(page.has_value());
    CHECK(page->total_rows == 2345);
    for (std::size_t i = 0; i < page->rows.size(); ++i) {
      cells.emplace_back(page->rows.row(i)[0]);
    }
    token = page->next_token;
    // API reference: NextToken has 4 to 1000 characters.
    CHECK((!token || (token->size() >= 4 && token->size() <= 1000)));
    size = size % 333 * 3 + 1;
  } while (token);
  REQUIRE(cells.size() == 2345);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    CHECK(cells[i] == std::to_string(i));
  }
  // Reading again from the second page gives the second row.
  REQUIRE(tokens.size() > 2);
  CHECK(test.results(query, tokens[1], 1)->rows.row(0)[0] == "1");
  // Without MaxQueryResults a page has 1000 rows (spec 11).
  CHECK(test.results(query)->rows.size() == 1000);
}

TEST_CASE("a page is bounded in bytes, too") {
  TestEngine test;
  const std::string query = test.run("ROWS 40 WIDE 1000000");
  std::size_t rows = 0;
  std::optional<std::string> token;
  int pages = 0;
  do {
    const auto page = test.results(query, token);
    REQUIRE(page.has_value());
    CHECK(page->rows.text_bytes() <= engine::kMaxPageTextBytes + 1'100'000);
    CHECK(page->rows.size() > 0);
    rows += page->rows.size();
    token = page->next_token;
    ++pages;
  } while (token);
  CHECK(rows == 40);
  CHECK(pages > 1);
}

TEST_CASE("an altered token and another query's token are refused") {
  TestEngine test;
  const std::string one = test.run("ROWS 10");
  const std::string other = test.run("ROWS 10");
  const std::string token = *test.results(one, {}, 3)->next_token;
  CHECK(test.results(one, token)->rows.row(0)[0] == "3");
  CHECK_ERROR(test.results(other, token), ErrorKind::kInvalidNextToken);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string altered = token;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    CHECK_ERROR(test.results(one, altered), ErrorKind::kInvalidNextToken);
  }
  CHECK_ERROR(test.results(one, token + "A"), ErrorKind::kInvalidNextToken);
  CHECK_ERROR(test.results(one, token.substr(1)), ErrorKind::kInvalidNextToken);
}

TEST_CASE("a token is of its secret, scope and place") {
  engine::PageTokens::Secret secret = {};
  const engine::PageTokens tokens(secret);
  secret[0] = 1;
  const engine::PageTokens others(secret);
  const std::string token = tokens.make("scope", "12");
  CHECK(tokens.open("scope", token) == "12");
  CHECK_FALSE(tokens.open("scop", token));
  CHECK_FALSE(tokens.open("scope1", tokens.make("scope", "2")));  // "scope1" + "2" = "scope" + "12"
  CHECK_FALSE(others.open("scope", token));
  CHECK(tokens.open("scope", tokens.make("scope", "")) == "");
}

TEST_CASE("tokens outlive a restart over kept state") {
  const TemporaryDirectory directory;
  std::string token;
  std::string query;
  {
    TestEngine test(directory.path());
    query = test.run("ROWS 10");
    token = *test.results(query, {}, 3)->next_token;
  }
  TestEngine test(directory.path());
  const auto page = test.results(query, token);
  REQUIRE(page.has_value());
  CHECK(page->rows.row(0)[0] == "3");
}

TEST_CASE("stores are listed in pages") {
  TestEngine test;
  for (int i = 2; i <= 7; ++i) {
    test.add_store("00000000-0000-4000-8000-00000000000" + std::to_string(i),
                   "store" + std::to_string(i));
  }
  std::vector<std::string> names;
  engine::ListEventDataStoresRequest request;
  request.max_results = 3;
  do {
    const auto page =
        test.engine->call(test.caller, trailpond::engine::list_event_data_stores, request);
    REQUIRE(page.has_value());
    CHECK(page->stores.size() <= 3);
    for (const auto& store : page->stores) {
      names.push_back(store.name);
    }
    request.next_token = page->next_token;
  } while (request.next_token);
  CHECK(names == std::vector<std::string>{"store", "store2", "store3", "store4", "store5", "store6",
                                          "store7"});
  // Another account sees none of them.
  CHECK(test.engine->call(test.stranger, trailpond::engine::list_event_data_stores, {})
            ->stores.empty());
}

TEST_CASE("queries are listed newest first, filtered, in pages") {
  TestEngine test;
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(test.run(i == 2 ? "FAIL" : "ROWS 1"));
    test.engine->advance_clock(TestEngine::kSecond);
  }
  test.add_store("00000000-0000-4000-8000-000000000002", "other");
  engine::ListQueriesRequest request;
  request.event_data_store = test.arn();
  request.max_results = 2;
  std::vector<std::string> listed;
  std::optional<std::string> second_page;
  do {
    const auto page = test.engine->call(test.caller, trailpond::engine::list_queries, request);
    REQUIRE(page.has_value());
    for (const auto& query : page->queries) {
      listed.push_back(query.id);
    }
    request.next_token = page->next_token;
    second_page = second_page ? second_page : page->next_token;
  } while (request.next_token);
  CHECK(listed == std::vector<std::string>(ids.rbegin(), ids.rend()));
  request.next_token = second_page;
  request.status = "FAILED";  // the token is of another request
  CHECK_ERROR(test.engine->call(test.caller, trailpond::engine::list_queries, request),
              ErrorKind::kInvalidNextToken);
  request.next_token = {};
  REQUIRE(
      test.engine->call(test.caller, trailpond::engine::list_queries, request)->queries.size() ==
      1);
  CHECK(test.engine->call(test.caller, trailpond::engine::list_queries, request)->queries[0].id ==
        ids[2]);
  request.status = {};
  request.start_time = TestEngine::kStart + TestEngine::kSecond;
  request.end_time = TestEngine::kStart + 3 * TestEngine::kSecond;
  request.max_results = 1000;
  CHECK(test.engine->call(test.caller, trailpond::engine::list_queries, request)->queries.size() ==
        3);
  request.event_data_store = "00000000-0000-4000-8000-000000000002";
  CHECK(test.engine->call(test.caller, trailpond::engine::list_queries, request)->queries.empty());
}
