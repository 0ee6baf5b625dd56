// Operators over so many rows that they choose, cut and slide: they answer as SQLite does over the
// same store with nothing pushed down.
#include <doctest/doctest.h>

#include <algorithm>

#include "engine/catalog.hpp"
#include "sql/statement.hpp"
#include "tests/differential/stores.hpp"

using namespace trailpond;

namespace {

constexpr int kRows = 5'000;
/// Fewer, for what SQLite does row by row.
constexpr int kFewRows = 600;

/// A catalog of a store with so many rows in two segments.
template <int rows>
const sql::Catalog& catalog_of() {
  static const tests::OneTable catalog = tests::store_in_halves(rows);
  return catalog;
}

std::vector<std::string> ask(const std::string& text, bool push_down, bool ordered,
                             const sql::Catalog& catalog = catalog_of<kRows>()) {
  sql::PrepareOptions options;
  options.push_down = push_down;
  const auto prepared = sql::prepare(text, catalog, options);
  if (!prepared) return {"error: " + prepared.error().text()};
  std::vector<std::string> rows;
  const auto ran = (*prepared)->run_canonical({}, {}, [&](auto cells) {
    rows.push_back(tests::row_of(cells));
    return true;
  });
  if (!ran) return {"error: " + ran.error().text()};
  if (!ordered) std::ranges::sort(rows);
  return rows;
}

/// Checks that a statement answers the same with and without push-down.
void check_both_ways(const std::string& text, bool ordered = false) {
  CAPTURE(text);
  CHECK(ask(text, true, ordered) == ask(text, false, ordered));
}

/// What `--explain` prints of the plan.
std::string plan_of(const std::string& statement,
                    const sql::Catalog& catalog = catalog_of<kRows>()) {
  const auto prepared = sql::prepare(tests::over(statement), catalog, {});
  REQUIRE_MESSAGE(prepared.has_value(), prepared.error().text());
  const auto explained = (*prepared)->explain();
  REQUIRE(explained.has_value());
  std::string text;
  for (const std::string& line : explained->steps) text += line + "\n";
  return text;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the first rows in an order are those that SQLite finds") {
  for (const char* order : {
           "eventname, eventtime DESC, eventid",
           "eventname DESC, eventid",
           "errorcode, eventid",
           "errorcode DESC, eventid DESC",
           "errorcode NULLS FIRST, eventtime DESC NULLS LAST, eventid",
           "errorcode DESC NULLS LAST, awsregion, eventid",
           "eventid",
           "eventid DESC",
           "eventtime DESC, eventname, eventid",
           "eventtime, lower(eventname) DESC, eventid",
           "readonly, eventid",
           "readonly DESC NULLS FIRST, useridentity.username NULLS FIRST, eventid",
           "length(eventname) DESC, eventid",
           "element_at(requestparameters, 'key') DESC NULLS FIRST, eventid",
           "element_at(requestparameters, 'bucketName'), eventid",
           "date_trunc('day', eventtime) DESC, errorcode, awsregion DESC, eventid",
           "coalesce(errorcode, eventid), eventid",
           "2 DESC, 1",
           "upper(n), id",
       }) {
    for (const char* limit : {"LIMIT 10", "OFFSET 7 LIMIT 1", "LIMIT 1500", "OFFSET 4990 LIMIT 40",
                              "LIMIT 0", "LIMIT 100000"}) {
      for (const char* where : {"", "WHERE readonly", "WHERE errorcode IS NULL AND eventid > 'e'",
                                "WHERE eventid = 'none'"}) {
        const std::string text =
            tests::over("SELECT eventid AS id, eventname AS n, errorcode FROM $ " +
                        std::string(where) + " ORDER BY " + order + " " + limit);
        CAPTURE(text);
        const auto found = ask(text, true, true);
        CHECK(found == ask(text, false, true));
        REQUIRE((found.empty() || !found[0].starts_with("error")));
      }
    }
  }
}

TEST_CASE("the first rows of joins and of queries in FROM are those that SQLite finds") {
  for (const char* statement : {
           "SELECT e.eventid, f.eventname FROM $ e LEFT JOIN $ f ON e.eventid = f.eventid AND "
           "f.readonly ORDER BY f.errorcode NULLS FIRST, f.awsregion DESC, e.eventid LIMIT 30",
           "SELECT e.eventid, r.arn FROM $ e CROSS JOIN UNNEST(e.resources) AS r(a, type, arn, p) "
           "ORDER BY r.type DESC, e.eventid, r.arn LIMIT 25",
           "SELECT eventid FROM $ WHERE eventid IN (SELECT eventid FROM $ WHERE errorcode IS NOT "
           "NULL) ORDER BY eventname, eventid DESC LIMIT 12",
           "SELECT n, count(*) FROM (SELECT eventname AS n FROM $ ORDER BY errorcode, eventid "
           "LIMIT 700) GROUP BY n",
           "SELECT e.eventid FROM $ e JOIN (SELECT eventid AS id FROM $ ORDER BY awsregion, "
           "eventid LIMIT 50) t ON t.id = e.eventid ORDER BY e.eventname, e.eventid LIMIT 5",
           "SELECT eventname, (SELECT max(id) FROM (SELECT eventid AS id FROM $ ORDER BY "
           "awsregion DESC, eventid LIMIT 9)) FROM $ ORDER BY eventname, eventid LIMIT 3",
       }) {
    const std::string text = tests::over(statement);
    CAPTURE(text);
    const bool ordered = !has(text, "GROUP BY");
    const auto found = ask(text, true, ordered);
    CHECK(found == ask(text, false, ordered));
    CHECK(!found.empty());
  }
}

TEST_CASE(
    "what may fail is computed once for each entry where it is shown, and fails where it is read") {
  const auto is_computed = [](const std::string& statement) {
    const auto prepared = sql::prepare(tests::over(statement), catalog_of<kRows>(), {});
    REQUIRE(prepared.has_value());
    const auto explained = (*prepared)->explain();
    REQUIRE(explained.has_value());
    return !has(explained->sqlite, "eval(") && !has(explained->sqlite, "vary(");
  };
  const std::string risky = "CAST(substr(eventname, 2) AS bigint)";
  CHECK(is_computed("SELECT " + risky + " FROM $"));
  CHECK(is_computed("SELECT eventid, " + risky + " FROM $ WHERE readonly LIMIT 3"));
  CHECK(is_computed("SELECT regexp_replace(eventname, '[a-z]+', awsregion) FROM $"));
  CHECK(is_computed("SELECT " + risky + " FROM $ ORDER BY eventname, eventid"));
  CHECK(is_computed("SELECT " + risky + " FROM $ ORDER BY eventname, eventid LIMIT 4"));
  CHECK(!is_computed("SELECT " + risky + " FROM $ ORDER BY 1"));
  CHECK(!is_computed("SELECT DISTINCT " + risky + ", random() FROM $"));
  CHECK(!is_computed("SELECT n FROM (SELECT " + risky +
                     " AS n, eventid FROM $ LIMIT 5) WHERE n > 0"));
  CHECK(!is_computed("SELECT eventname FROM $ WHERE " + risky + " > 0"));
  CHECK(
      !is_computed("SELECT (SELECT max(" + risky + ") FROM $ WHERE random() < 2), eventid FROM $"));
  CHECK(!is_computed("SELECT random(length(eventname)) FROM $"));
  CHECK(
      !is_computed("SELECT " + risky + " FROM $ UNION ALL SELECT " + risky + " FROM $ ORDER BY 1"));
  for (
      const std::string& statement : std::initializer_list<std::string>{
          "SELECT " + risky + " FROM $",
          "SELECT " + risky + " FROM $ WHERE eventid = 'none'",
          "SELECT " + risky + " FROM $ LIMIT 0",
          "SELECT eventid, CASE WHEN eventid = 'none' THEN " + risky + " ELSE 1 END FROM $",
          "SELECT eventid, TRY(" + risky + ") FROM $",
          "SELECT eventid, coalesce(CAST(errorcode AS bigint), 5) FROM $ WHERE errorcode IS NULL",
          "SELECT eventid, CAST(length(eventname) AS varchar(3)), date_parse('2024', '%Y') FROM $",
          "SELECT eventid, 10 / nullif(length(eventname) % 2, 1) FROM $ WHERE length(eventname) % "
          "2 = 1",
          "SELECT eventid, 10 / (length(eventname) % 2) FROM $",
          "SELECT eventid, 10 / (length(eventname) % 2) FROM $ ORDER BY eventname, eventid LIMIT 5",
          "SELECT eventid, 10 / nullif(length(eventname) % 2, 0) FROM $ WHERE length(eventname) % "
          "2 = 1 "
          "ORDER BY eventname DESC, eventid LIMIT 50",
          "SELECT eventid, 10 / (length(eventname) % 2) FROM $ WHERE 7 / length(eventname) < 5 AND "
          "length(eventname) % 2 = 1 ORDER BY eventtime, eventid",
          "SELECT eventid, split_part(eventname, 'e', length(awsregion)) FROM $",
          "SELECT eventid, regexp_extract(eventname, '([A-Z])', 1), "
          "json_extract_scalar(errorcode, '$.a') "
          "FROM $ WHERE readonly",
      }) {
    check_both_ways(tests::over(statement));
  }
}

TEST_CASE("groups that are the answer are those that SQLite finds") {
  for (
      const char* statement : {
          "SELECT eventname, count(*) FROM $ GROUP BY eventname ORDER BY 2 DESC, 1",
          "SELECT eventname, count(*) AS n FROM $ WHERE readonly GROUP BY 1 HAVING count(*) > 40 "
          "AND "
          "eventname LIKE '%e%' ORDER BY n, eventname DESC",
          "SELECT errorcode, min(eventtime), max(length(eventid)) FROM $ GROUP BY 1 ORDER BY "
          "errorcode "
          "NULLS FIRST",
          "SELECT errorcode, awsregion, avg(length(eventname)) FROM $ GROUP BY 1, 2 ORDER BY 3 "
          "DESC NULLS "
          "FIRST, 1 DESC NULLS LAST, 2",
          "SELECT count(*) * 2 + 1, upper(eventname), 'x', NULL FROM $ GROUP BY eventname ORDER BY "
          "length(eventname) DESC, eventname",
          "SELECT count(*), sum(length(errorcode)) FROM $ WHERE eventid = 'none'",
          "SELECT count(*) FROM $ HAVING count(*) < 0",
          "SELECT count(*) FROM $ HAVING NULL",
          "SELECT eventname FROM $ GROUP BY eventname, errorcode ORDER BY eventname, errorcode "
          "NULLS FIRST",
          "SELECT DISTINCT awsregion, errorcode FROM $ ORDER BY errorcode DESC NULLS FIRST, "
          "awsregion",
          "SELECT DISTINCT eventname, count(*) FROM $ GROUP BY eventname ORDER BY 1",
          "SELECT CASE WHEN count(*) > 50 THEN 'many' ELSE eventname END, max(eventid) FROM $ "
          "GROUP BY "
          "eventname ORDER BY 2",
          "SELECT sqrt(-1.0e0 * (count(*) % 3)), eventname FROM $ GROUP BY eventname ORDER BY 1, 2",
          "SELECT sqrt(-1.0e0 * (count(*) % 3)), eventname FROM $ GROUP BY eventname ORDER BY 1 "
          "DESC, 2",
          "SELECT date_trunc('day', eventtime) AS day, array_agg(eventid ORDER BY eventid) FROM $ "
          "GROUP BY "
          "1 ORDER BY day DESC",
          "SELECT e.eventname, count(f.eventid) FROM $ e LEFT JOIN $ f ON e.eventid = f.eventid "
          "AND "
          "f.readonly GROUP BY 1 ORDER BY 2, 1",
      }) {
    for (const char* limit : {"", " LIMIT 3", " OFFSET 2 LIMIT 2", " OFFSET 1", " LIMIT 0",
                              " OFFSET 100000", " LIMIT 100000"}) {
      const std::string text = tests::over(statement) + limit;
      CAPTURE(text);
      const auto found = ask(text, true, true);
      CHECK(found == ask(text, false, true));
      REQUIRE((found.empty() || !found[0].starts_with("error")));
    }
  }
}

TEST_CASE("groups are the answer where SQLite has nothing to do") {
  const auto answers = [](const std::string& statement) {
    return has(plan_of(statement), "ANSWER: the rows of o0");
  };
  CHECK(
      has(plan_of("SELECT eventname, count(*) FROM $ GROUP BY 1 HAVING count(*) > 1 ORDER BY 2, 1 "
                  "OFFSET 3 LIMIT 5"),
          "ANSWER: the rows of o0, HAVING, ORDER BY 2 terms, OFFSET 3, LIMIT 5\n"));
  CHECK(answers("SELECT DISTINCT eventname FROM $"));
  CHECK(answers("SELECT upper(eventname), count(*) + 1 FROM $ GROUP BY eventname"));
  CHECK(answers("SELECT count(*) FROM $ e JOIN $ f ON e.eventid = f.eventid"));
  CHECK(!answers("SELECT eventname, random() FROM $ GROUP BY eventname"));
  CHECK(!answers("SELECT count(*), (SELECT 1) FROM $"));
  CHECK(!answers("SELECT count(*), row_number() OVER () FROM $"));
  CHECK(!answers(
      "SELECT eventname, awsregion, count(*) FROM $ GROUP BY ROLLUP (eventname, awsregion)"));
  CHECK(!answers("SELECT count(*) FROM $ WHERE eventid IN (VALUES 'a', 'b')"));
  CHECK(!answers("SELECT eventname FROM $ GROUP BY 1 ORDER BY 1 FETCH FIRST 2 ROWS WITH TIES"));
  CHECK(!answers("SELECT count(*) FROM $ UNION ALL SELECT 1"));
  // The operator has the groups of the query inside, as many keys and aggregates as the one
  // outside.
  const std::string outside =
      "SELECT count(*), cardinality(s) FROM (SELECT awsregion, array_agg(DISTINCT eventname ORDER "
      "BY eventname) "
      "AS s FROM $ GROUP BY 1) GROUP BY s ORDER BY 2 DESC, 1";
  CHECK(!answers(outside));
  check_both_ways(tests::over(outside), true);
  for (const char* inside :
       {"SELECT DISTINCT n FROM (SELECT DISTINCT eventname AS n, awsregion FROM $) ORDER BY 1",
        "SELECT DISTINCT n || 'x' FROM (SELECT DISTINCT eventname AS n FROM $) ORDER BY 1",
        "SELECT n FROM (SELECT DISTINCT eventname AS n FROM $) WHERE n > 'E' ORDER BY 1",
        "SELECT DISTINCT s FROM (SELECT DISTINCT ARRAY[eventname] AS s FROM $)",
        "SELECT DISTINCT s FROM (SELECT array_agg(DISTINCT eventname ORDER BY eventname) AS s FROM "
        "$ "
        "GROUP BY awsregion)"}) {
    check_both_ways(tests::over(inside));
  }
  // It fails for a row that is not shown, as SQLite's and Trino's do.
  const std::string fails =
      "SELECT eventname, 1 / (count(*) - count(*)) FROM $ GROUP BY 1 ORDER BY 1 LIMIT 0";
  CHECK(!answers(fails));
  check_both_ways(tests::over(fails), true);
  for (const char* statement :
       {"SELECT eventname, 1 / (count(*) - count(*)) FROM $ GROUP BY 1",
        "SELECT eventname FROM $ GROUP BY 1 HAVING 1 / (count(*) - count(*)) > 0",
        "SELECT eventname FROM $ GROUP BY 1 ORDER BY 1 / (count(*) - count(*))"}) {
    CHECK(answers(statement));
    const auto rows = ask(tests::over(statement), true, true);
    REQUIRE(rows.size() == 1);
    CHECK(has(rows[0], "Division by zero"));
    check_both_ways(tests::over(statement), true);
  }
}

TEST_CASE("an answer that would keep too much is found by SQLite, and one that is stopped ends") {
  const auto prepared =
      sql::prepare(tests::over("SELECT eventid, count(*) FROM $ GROUP BY 1 ORDER BY 1 DESC"),
                   catalog_of<kRows>(), {});
  REQUIRE(prepared.has_value());
  const auto all = ask(tests::over("SELECT DISTINCT eventid FROM $"), false, false).size();
  std::size_t rows = 0;
  const auto count = [&](auto) { return ++rows > 0; };
  sql::RunLimits tight;
  tight.memory_bytes = 100'000;
  REQUIRE((*prepared)->run_canonical(tight, {}, count).has_value());
  CHECK(rows == all);
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = (*prepared)->run_canonical({}, stop.get_token(), count);
  REQUIRE(!stopped.has_value());
  CHECK(stopped.error().name == sql::ErrorName::kCancelled);
  sql::RunLimits few;
  few.result_rows = 10;
  const auto many = (*prepared)->run_canonical(few, {}, count);
  REQUIRE(!many.has_value());
  CHECK(many.error().message == "Query response is too large");
  rows = 0;
  const auto ended = (*prepared)->run_canonical({}, {}, [&](auto) { return ++rows < 5; });
  CHECK(ended.has_value());
  CHECK(rows == 5);
}

TEST_CASE("an operator finds the first rows where a scan does not give them") {
  CHECK(has(plan_of("SELECT eventid FROM $ ORDER BY eventname, eventtime DESC OFFSET 5 LIMIT 10"),
            "TOP 15 BY s0_0, s0_1 DESC\n"));
  CHECK(has(plan_of("SELECT eventid FROM $ ORDER BY errorcode DESC NULLS FIRST LIMIT 10"),
            "TOP 10 BY s0_0 DESC NULLS FIRST\n"));
  events::EventStore timed(events::StoreKind::kCloudTrail);
  timed.append("{\"eventID\":\"a\",\"eventTime\":\"2024-01-01T00:00:00Z\"}\n", "one");
  const tests::OneTable catalog(engine::make_table(timed.kind(), timed.snapshot()));
  CHECK(!has(plan_of("SELECT eventid FROM $ ORDER BY eventtime LIMIT 10", catalog), "OPERATOR"));
  CHECK(has(plan_of("SELECT eventid FROM $ ORDER BY eventtime LIMIT 10"), "TOP"));
  CHECK(!has(plan_of("SELECT eventid FROM $ ORDER BY eventname"), "OPERATOR"));
  CHECK(!has(plan_of("SELECT DISTINCT eventname FROM $ ORDER BY eventname LIMIT 10"), "TOP"));
  CHECK(!has(plan_of("SELECT eventid FROM $ ORDER BY random(), eventname LIMIT 10"), "TOP"));
}

TEST_CASE("FULL joins keep the rows of both sides, as SQLite's do") {
  const std::string answer =
      "SELECT e.eventid, e.errorcode, f.eventid, f.awsregion FROM $ e FULL JOIN $ f ON ";
  for (
      const std::string& statement : std::vector<std::string>{
          answer + "lower(e.eventid) = upper(f.eventid)",
          answer + "e.eventid = f.eventid AND f.readonly",
          answer + "e.eventid = f.eventid AND e.errorcode IS NULL AND f.eventtime > e.eventtime",
          answer + "e.eventid = f.eventid AND e.readonly WHERE f.eventname = 'GetObject'",
          answer + "e.eventid = f.eventid AND f.readonly WHERE f.eventid IS NULL",
          answer + "e.eventid = f.eventid AND f.readonly WHERE coalesce(e.awsregion, 'x') > 'v'",
          answer + "e.errorcode = f.eventid",
          "SELECT count(*), count(e.eventid), count(f.eventid), count(g.eventid) FROM $ e FULL "
          "JOIN $ f ON e.eventid = f.eventid AND e.readonly FULL JOIN $ g ON g.eventid = f.eventid "
          "AND g.errorcode IS NULL",
          "SELECT count(*), max(g.eventid), min(e.eventid) FROM $ e FULL JOIN $ f ON e.eventid = "
          "f.eventid AND e.readonly LEFT JOIN $ g ON g.eventid = e.eventid",
          "SELECT f.eventname, count(*), min(e.eventid) FROM $ e FULL JOIN $ f ON e.eventid = "
          "f.eventid AND f.readonly GROUP BY 1",
          "SELECT count(*) FROM (SELECT eventid AS a FROM $ WHERE readonly GROUP BY 1) p FULL JOIN "
          "(SELECT eventid AS b FROM $ WHERE errorcode IS NULL GROUP BY 1) q ON p.a = q.b WHERE "
          "p.a IS NULL OR q.b IS NULL",
          "SELECT count(*), count(e.eventid), max(f.eventid) FROM (SELECT eventid FROM $ WHERE "
          "eventid = "
          "'none') e FULL JOIN $ f ON e.eventid = f.eventid",
          "SELECT count(*), max(e.eventid), count(f.eventid) FROM $ e FULL JOIN (SELECT eventid "
          "FROM $ WHERE eventid = 'none') f ON e.eventid = f.eventid",
          "SELECT e.eventid, f.eventid, rank() OVER (PARTITION BY e.errorcode ORDER BY "
          "f.eventtime) "
          "FROM $ e FULL JOIN $ f ON e.eventid = f.eventid AND e.readonly",
          "SELECT e.eventname, (SELECT count(*) FROM $ f FULL JOIN $ g ON f.eventid = g.eventid "
          "AND "
          "f.readonly) FROM $ e WHERE e.eventid < 'e0003'",
      }) {
    const std::string text = tests::over(statement);
    CAPTURE(text);
    const auto found = ask(text, true, false, catalog_of<kFewRows>());
    CHECK(found == ask(text, false, false, catalog_of<kFewRows>()));
    CHECK(!found.empty());
    CHECK(has(plan_of(statement), "FULL HASH JOIN"));
  }
}

TEST_CASE("set operations over many rows answer as SQLite's do") {
  for (const std::string& statement : std::vector<std::string>{
           "SELECT eventid FROM $ WHERE readonly UNION SELECT eventid FROM $ WHERE errorcode IS "
           "NULL",
           "SELECT errorcode, awsregion FROM $ UNION SELECT awsregion, errorcode FROM $",
           "SELECT errorcode FROM $ UNION SELECT NULL UNION ALL SELECT NULL UNION SELECT 'x'",
           "SELECT eventname FROM $ UNION ALL SELECT eventid FROM $ UNION SELECT errorcode FROM $",
           "SELECT eventname FROM $ UNION SELECT eventid FROM $ UNION ALL SELECT errorcode FROM $",
           "SELECT a, count(*) FROM (SELECT eventtime AS a FROM $ UNION SELECT NULL UNION SELECT "
           "TIMESTAMP '2024-01-01 00:00:00') GROUP BY a",
           "SELECT length(eventid) FROM $ UNION SELECT CAST(1.5 AS double)",
           "SELECT eventname FROM $ EXCEPT (SELECT eventname FROM $ WHERE readonly UNION SELECT "
           "NULL)",
           "SELECT eventid FROM $ WHERE eventid = 'none' UNION SELECT eventid FROM $ WHERE eventid "
           "= 'nobody'",
       }) {
    const std::string text = tests::over(statement);
    check_both_ways(text);
  }
  CHECK(has(plan_of("SELECT eventname FROM $ UNION SELECT awsregion FROM $"), "QUERY s0"));
}

TEST_CASE("window functions over long partitions answer as SQLite's do") {
  for (const std::string& over : std::vector<std::string>{
           "ORDER BY eventtime, eventid", "ORDER BY eventtime DESC NULLS FIRST, eventid DESC",
           "ORDER BY errorcode DESC, eventname, length(eventid), eventid",
           "PARTITION BY eventname ORDER BY eventid DESC",
           "PARTITION BY errorcode, readonly ORDER BY eventtime NULLS FIRST, eventid",
           "PARTITION BY awsregion ORDER BY length(eventid) - 5000000000, eventid",
           "ORDER BY readonly, (length(eventname) - 9) * 4611686018427387, eventid"}) {
    const std::string text = tests::over(
        "SELECT eventid, row_number() OVER w, lag(eventname) OVER w, lead(eventtime, 3) OVER w, "
        "count(errorcode) OVER w, last_value(awsregion) OVER w, sum(length(eventname)) OVER w "
        "FROM $ WINDOW w AS (" +
        over + ")");
    check_both_ways(text);
  }
  CHECK(has(plan_of("SELECT eventid, rank() OVER (ORDER BY eventtime) FROM $"), "WINDOW"));
}

TEST_CASE("conditions on window functions leave the same rows as SQLite's") {
  for (const std::string& condition :
       std::vector<std::string>{"n <= 3",
                                "n < 3",
                                "n = 2",
                                "n > 40 AND n < 44",
                                "n >= 4 AND r <= 5",
                                "3 >= r",
                                "r BETWEEN 2 AND 4",
                                "n = 1 OR n = 3",
                                "n = 1 OR r = 7 OR l = 'GetObject'",
                                "n IN (1, 5, 9)",
                                "n <> 1 AND n < 4",
                                "s > 5 AND s < 100",
                                "s <= 9.5",
                                "n < 2.5",
                                "n < r",
                                "l > 'G'",
                                "m = TIMESTAMP '2024-02-29 00:00:00'",
                                "n > NULL",
                                "c = 0",
                                "n = (SELECT count(*) FROM $ WHERE eventid = 'none') + 1",
                                "n < 3 ORDER BY t, i"}) {
    const std::string text = tests::over(
        "SELECT * FROM (SELECT eventid AS i, errorcode AS t, row_number() OVER w AS n, rank() OVER "
        "w AS r, lag(eventname) OVER w AS l, max(eventtime) OVER w AS m, count(errorcode) OVER w "
        "AS c, avg(length(eventname)) OVER w AS s FROM $ WINDOW w AS (PARTITION BY errorcode "
        "ORDER BY eventtime, eventid)) AS q WHERE " +
        condition);
    check_both_ways(text);
  }
  const std::string joined = tests::over(
      "SELECT p.i, q.i FROM (SELECT eventid AS i, row_number() OVER (PARTITION BY eventname ORDER "
      "BY eventid) AS n FROM $) p JOIN (SELECT eventid AS i, row_number() OVER (PARTITION BY "
      "awsregion ORDER BY eventid) AS n FROM $) q ON p.n = q.n AND q.i = p.i WHERE p.n < 30");
  check_both_ways(joined);
}

TEST_CASE("expressions over several columns are what they are row by row") {
  for (const std::string& expression : std::vector<std::string>{
           "concat(eventsource, ':', eventname)", "eventid || awsregion",
           "lower(eventname) || coalesce(errorcode, '-') || awsregion",
           "length(eventname) * length(awsregion) - length(errorcode)",
           "regexp_replace(eventname || awsregion, '[a-z]+', errorcode)",
           "date_diff('day', TIMESTAMP '2024-01-01 00:00:00', eventtime) + length(eventname)",
           "greatest(eventname, errorcode, awsregion)", "eventname < upper(awsregion)",
           "element_at(requestparameters, 'bucketName') || eventname || awsregion",
           "reverse(useridentity.username) || sourceipaddress",
           "CAST(readonly AS varchar) || eventname",
           "CAST(length(eventname) AS double) / length(errorcode)",
           "substr(eventid || eventname || errorcode || awsregion, 2)"}) {
    for (const std::string& rest : std::vector<std::string>{"", " ORDER BY x, eventid LIMIT 100"}) {
      const std::string text = tests::over("SELECT eventid, " + expression + " AS x FROM $" + rest);
      check_both_ways(text, !rest.empty());
    }
  }
}

TEST_CASE("the first rows of partitions are those of all rows, numbered as there") {
  for (const std::string& over :
       std::vector<std::string>{"PARTITION BY errorcode ORDER BY eventtime DESC, eventid",
                                "PARTITION BY eventname, readonly ORDER BY eventtime NULLS FIRST",
                                "PARTITION BY awsregion ORDER BY length(eventname), errorcode DESC",
                                "PARTITION BY eventid ORDER BY readonly DESC NULLS LAST",
                                "ORDER BY length(errorcode) DESC NULLS FIRST",
                                "PARTITION BY errorcode ORDER BY 0 - length(eventid), eventtime",
                                "PARTITION BY eventname ORDER BY awsregion, eventtime"}) {
    for (const std::string& condition : std::vector<std::string>{
             "r <= 3", "r < 2", "r = 1", "r BETWEEN 5 AND 40", "d <= 2 AND r <= 100",
             "r <= 700 ORDER BY r DESC", "r <= 0", "r = 2 AND r <= 9"}) {
      const std::string text = tests::over(
          "SELECT * FROM (SELECT errorcode AS e, eventname AS n, awsregion AS a, eventtime AS t, "
          "length(eventname), length(errorcode), rank() OVER w AS r, dense_rank() OVER w AS d FROM "
          "$ WINDOW w AS (" +
          over + ")) WHERE " + condition);
      check_both_ways(text);
    }
    // Which of equal rows is numbered first is not said, but it is the same for all bounds.
    const auto numbered = [&](const std::string& condition) {
      return ask(tests::over("SELECT eventid, n FROM (SELECT eventid, row_number() OVER (" + over +
                             ") AS n FROM $) WHERE " + condition),
                 true, false);
    };
    CAPTURE(over);
    CHECK(numbered("n <= 7") == numbered("n + 0 <= 7"));
  }
  // Bounds that grow from one look to the next.
  for (const char* const bound : {"n <= b", "n = b", "n < b AND n > 2", "n <= b AND n <= 4"}) {
    const std::string ranked =
        "(SELECT eventid AS i, rank() OVER (PARTITION BY eventname ORDER BY eventtime, eventid) AS "
        "n FROM $)";
    for (const std::string& start :
         {"SELECT b, i, n FROM (VALUES 3, 1, 40, 7, NULL, 41) AS v(b) JOIN " + ranked + " ON ",
          "SELECT b, (SELECT count(*) FROM " + ranked + " WHERE ",
          "SELECT b, (SELECT max(i) FROM " + ranked + " WHERE "}) {
      const bool counts = start.starts_with("SELECT b, (");
      const std::string text = tests::over(
          start + bound + (counts ? ") FROM (VALUES 3, 1, 40, 7, NULL, 41) AS v(b)" : ""));
      check_both_ways(text);
    }
  }
}

TEST_CASE("operators say what they promise of their rows") {
  events::EventStore full(events::StoreKind::kCloudTrail);
  full.append("{\"eventID\":\"a\",\"eventName\":\"b\",\"eventTime\":\"2024-01-01T00:00:00Z\"}\n",
              "one");
  const tests::OneTable catalog(engine::make_table(full.kind(), full.snapshot()));
  const auto promises = [&](const std::string& statement) {
    const std::string plan = plan_of(statement, catalog);
    const std::size_t at = plan.find("PROMISES ");
    return at == std::string::npos ? "" : plan.substr(at + 9, plan.find('\n', at) - at - 9);
  };
  CHECK(promises("SELECT eventtime, errorcode, count(*), max(eventid) FROM $ GROUP BY 1, 2") ==
        "unique k0, k1; never NULL k0, a0");
  CHECK(promises("SELECT count(*), max(eventid) FROM $") == "at most 1 rows; never NULL a0");
  CHECK(promises("SELECT eventid FROM $ ORDER BY errorcode, eventtime LIMIT 5") ==
        "at most 5 rows, in order; never NULL s0_1, s0_2");
  CHECK(
      promises("SELECT e.eventtime, f.eventtime FROM $ e LEFT JOIN $ f ON e.eventid = f.eventid") ==
      "never NULL s0_0, s0_1");  // each event has an id
  CHECK(promises("SELECT e.eventtime FROM $ e FULL JOIN $ f ON e.eventid = f.eventid").empty());
  CHECK(
      promises("SELECT rank() OVER (ORDER BY errorcode), lag(eventtime) OVER (ORDER BY errorcode) "
               "FROM $") == "never NULL s0_1, w0");
  // Groups that show their keys are different without DISTINCT.
  const auto distinct = [&](const std::string& statement) {
    return has(plan_of(statement, catalog), "DISTINCT");
  };
  CHECK(!distinct("SELECT DISTINCT count(*), eventname FROM $ GROUP BY eventname"));
  CHECK(distinct("SELECT DISTINCT count(*) FROM $ GROUP BY eventname"));
  CHECK(distinct("SELECT DISTINCT eventname FROM $ GROUP BY GROUPING SETS (eventname, eventname)"));
}
