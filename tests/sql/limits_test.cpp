#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "sql/statement.hpp"
#include "tests/catalogs.hpp"

using namespace trailpond;

namespace {

sql::Result<sql::RunStatistics> run(const std::string& statement, sql::RunLimits limits = {},
                                    std::stop_token stop = {}) {
  const tests::EmptyCatalog catalog;
  sql::PrepareOptions options;
  options.require_table = false;
  const auto prepared = sql::prepare(statement, catalog, options);
  if (!prepared) return prepared.error();
  return (*prepared)->run(limits, std::move(stop), [](auto) { return true; });
}

std::string message_of(const sql::Result<sql::RunStatistics>& result) {
  return result ? "fine" : result.error().message;
}

// A million rows out of a few values.
const std::string kMany =
    "FROM UNNEST(sequence(1, 1000)) a(x) CROSS JOIN UNNEST(sequence(1, 1000)) b(y)";

}  // namespace

// AWS user guide, "Optimize CloudTrail Lake queries": the two texts of a FAILED query.
TEST_CASE("rows, bytes and time are limited by name") {
  sql::RunLimits limits;
  limits.result_rows = 10;
  CHECK(message_of(run("SELECT x " + kMany, limits)) == "Query response is too large");
  limits = {};
  limits.result_bytes = 1'000;
  CHECK(message_of(run("SELECT 'a long text to fill it up', x " + kMany, limits)) ==
        "Query response is too large");
  limits = {};
  limits.time = std::chrono::milliseconds(20);
  CHECK(message_of(run("SELECT count(*) " + kMany + " CROSS JOIN UNNEST(sequence(1, 1000)) c(z)",
                       limits)) == "Query exhausted resources at this scale factor");
}

TEST_CASE("a stop is heard within milliseconds, also inside one expression") {
  for (const std::string& statement :
       {std::string("SELECT count(*) ") + kMany + " CROSS JOIN UNNEST(sequence(1, 1000)) c(z)",
        std::string("SELECT reduce(sequence(1, 10000), 0, (s, x) -> s + "
                    "cardinality(filter(sequence(1, 10000), y -> y > x)), s -> s)")}) {
    CAPTURE(statement);
    std::stop_source source;
    std::chrono::steady_clock::time_point asked;
    std::thread stopper([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      asked = std::chrono::steady_clock::now();
      source.request_stop();
    });
    const auto result = run(statement, {}, source.get_token());
    stopper.join();
    REQUIRE_FALSE(result.has_value());
    // The issue asks for 10 ms; a sanitizer on a loaded machine gets more.
    CHECK(std::chrono::steady_clock::now() - asked < std::chrono::milliseconds(500));
  }
}

TEST_CASE("arrays, texts and patterns that would never end fail by name") {
  CHECK(message_of(run("SELECT sequence(1, 1000000000)")) ==
        "result of sequence function must not have more than 10000 entries");
  CHECK(message_of(run("SELECT length(rpad('a', 2000000000, 'b'))")) ==
        "Query exhausted resources at this scale factor");
  CHECK(message_of(run(
            "SELECT regexp_like('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', '^(a|a)*$')")) ==
        "Query exhausted resources at this scale factor");
  CHECK(message_of(run("SELECT reduce(sequence(1, 40), 'a', (s, x) -> s || s, s -> length(s))")) ==
        "Query exhausted resources at this scale factor");
}

TEST_CASE("what groups and partitions keep is limited") {
  sql::RunLimits limits;
  limits.memory_bytes = 1'000'000;
  // Ten thousand rows of a kilobyte, or a hundred groups of a hundred.
  const std::string rows =
      "FROM UNNEST(sequence(1, 100)) a(x) CROSS JOIN UNNEST(sequence(1, 100)) b(y)";
  const std::string wide = "rpad(CAST(x * 1000 + y AS varchar), 1000, 'x')";
  for (const std::string& aggregate :
       {"cardinality(array_agg(" + wide + "))", "count(DISTINCT reverse(" + wide + "))",
        "cardinality(array_agg(DISTINCT " + wide + "))",
        "cardinality(array_agg(y ORDER BY " + wide + "))",
        "cardinality(map_agg(" + wide + ", 1))"}) {
    CAPTURE(aggregate);
    // count(DISTINCT) of SQLite itself keeps its values in a temporary file.
    const bool in_file = aggregate.starts_with("count");
    CHECK(message_of(run("SELECT " + aggregate + " " + rows, limits)) ==
          (in_file ? "fine" : "Query exhausted resources at this scale factor"));
    CHECK(message_of(run("SELECT x, " + aggregate + " " + rows + " GROUP BY x", limits)) == "fine");
  }
  // What is seen and let go again is not kept.
  CHECK(message_of(run("SELECT max_by(" + wide + ", x * 1000 + y), max(" + wide + ") " + rows,
                       limits)) == "fine");
  CHECK(message_of(run("SELECT lag(" + wide + ") IGNORE NULLS OVER (ORDER BY x) " + rows,
                       limits)) == "Query exhausted resources at this scale factor");
}

TEST_CASE("what goes to temporary files is limited, each run anew") {
  const std::string wide = "rpad(CAST(x * 1000 + y AS varchar), 1000, 'x')";
  const std::string rows =
      " FROM UNNEST(sequence(1, 200)) a(x) CROSS JOIN UNNEST(sequence(1, 100)) b(y)";
  sql::RunLimits limits;
  limits.spill_bytes = 5'000'000;
  limits.memory_bytes = 5'000'000;
  for (const std::string& statement :
       {"SELECT " + wide + rows + " ORDER BY 1", "SELECT DISTINCT " + wide + rows,
        "SELECT " + wide + ", count(*)" + rows + " GROUP BY 1",
        "SELECT " + wide + rows + " UNION SELECT 'x'"}) {
    CAPTURE(statement);
    CHECK(message_of(run(statement, limits)) == "Query exhausted resources at this scale factor");
    CHECK(message_of(run(statement)) == "fine");
  }
}

TEST_CASE("no statement writes, attaches or reads files") {
  for (const std::string& statement :
       {std::string("ATTACH DATABASE 'x' AS y"), std::string("PRAGMA user_version"),
        std::string("CREATE TABLE t (a int)"), std::string("DELETE FROM t"),
        std::string("SELECT load_extension('x')"), std::string("SELECT readfile('/etc/passwd')"),
        std::string("SELECT * FROM sqlite_master"), std::string("SELECT writefile('a','b')")}) {
    CAPTURE(statement);
    CHECK_FALSE(run(statement).has_value());
  }
}

TEST_CASE("what repeats itself ends by name, and what is nested is read at once") {
  std::string doubling = "WITH a0 AS (SELECT 1 x)";
  for (int i = 1; i < 40; ++i) {
    const std::string before = "a" + std::to_string(i - 1);
    doubling +=
        ", a" + std::to_string(i) + " AS (SELECT p.x FROM " + before + " p, " + before + " q)";
  }
  CHECK(message_of(run(doubling + " SELECT 1 FROM a39")).starts_with("more than 2000 relations"));
  CHECK(message_of(run("SELECT 1 FROM (VALUES (1, 2)) t(a, b) GROUP BY CUBE (a, b), CUBE (a, b), "
                       "CUBE (a, b), CUBE (a, b), CUBE (a, b), CUBE (a, b)")) ==
        "GROUP BY has 4096 grouping sets but can contain at most 2048");
  std::string recursive =
      "WITH RECURSIVE t0(n) AS (VALUES 1 UNION ALL SELECT n FROM t0 WHERE n > 1)";
  for (int i = 1; i < 8; ++i) {
    const std::string name = "t" + std::to_string(i);
    recursive += ", " + name + "(n) AS (VALUES 1 UNION ALL SELECT a.n FROM " + name + " a, t" +
                 std::to_string(i - 1) + " b WHERE a.n > 1)";
  }
  CHECK(message_of(run(recursive + " SELECT * FROM t7")).find("so often") != std::string::npos);
  const auto nested = [](const std::string& begin, int times, const std::string& middle,
                         const std::string& end) {
    std::string text;
    for (int i = 0; i < times; ++i) text += begin;
    text += middle;
    for (int i = 0; i < times; ++i) text += end;
    return text;
  };
  // A common table for each, else SQLite's parser would overflow.
  CHECK(message_of(run(nested("SELECT * FROM (", 60, "SELECT 1", ")"))) == "fine");
  CHECK(message_of(run(nested("SELECT 1 WHERE 1 IN (", 60, "SELECT 1", ")"))) ==
        "statement is too deeply nested");
  // Trying each parenthesis twice took a time that doubled with each.
  CHECK(message_of(run(nested("SELECT ((", 60, "SELECT 1 +", ""))).starts_with("mismatched input"));
}
