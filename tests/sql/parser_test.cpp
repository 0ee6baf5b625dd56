#include "sql/syntax/parser.hpp"

#include <doctest/doctest.h>

using namespace trailpond::sql;

namespace {

std::string printed(std::string_view statement) {
  const auto parsed = parse(statement);
  return parsed ? ast::print(**parsed) : parsed.error().text();
}

}  // namespace

TEST_CASE("a statement prints itself back, and the print parses to the same tree") {
  static constexpr std::string_view kStatements[] = {
      "SELECT 1",
      "SELECT DISTINCT a, b.c AS d, t.* FROM t WHERE a = 1 AND NOT b <> 2 OR c IS NULL",
      "SELECT count(*), sum(DISTINCT x) FILTER (WHERE y > 1) FROM t GROUP BY 1, 2 HAVING count(*) "
      "> 1",
      "SELECT x FROM t ORDER BY 1 DESC NULLS FIRST, lower(x) OFFSET 2 LIMIT 3",
      "SELECT a FROM t UNION ALL (SELECT b FROM u EXCEPT SELECT c FROM v) ORDER BY 1",
      "WITH a (x) AS (SELECT 1), b AS (SELECT x FROM a) SELECT * FROM a JOIN b ON a.x = b.x",
      "SELECT * FROM a LEFT JOIN b USING (x) CROSS JOIN UNNEST(c, d) WITH ORDINALITY AS u (p, q, "
      "n)",
      "SELECT CASE x WHEN 1 THEN 'a' ELSE 'b' END, CASE WHEN x > 1 THEN 2 END FROM t",
      "SELECT CAST(x AS map(varchar, json)), TRY_CAST(y AS decimal(10,2)), x[1], ROW(1, 2), "
      "ARRAY[1, 2]",
      "SELECT filter(a, x -> x > 1), reduce(a, 0, (s, x) -> s + x, s -> s) FROM t",
      "SELECT rank() OVER (PARTITION BY a ORDER BY b DESC ROWS BETWEEN 1 PRECEDING AND CURRENT "
      "ROW) FROM t",
      "SELECT x IN (1, 2), x NOT IN (SELECT y FROM u), EXISTS (SELECT 1), (SELECT 1), x LIKE 'a%' "
      "ESCAPE '!'",
      "SELECT x BETWEEN 1 AND 2, x IS NOT DISTINCT FROM y, -x, a || b, timestamp '2024-01-01', "
      "interval '1' day",
      "SELECT x AT TIME ZONE 'UTC', extract(year FROM x), trim(BOTH 'a' FROM b), current_timestamp",
      "VALUES (1, 'a'), (2, 'b')",
      "SELECT 1 FROM t GROUP BY GROUPING SETS ((a, b), (a), ())",
  };
  for (const std::string_view statement : kStatements) {
    CAPTURE(statement);
    const std::string once = printed(statement);
    CHECK_FALSE(once.starts_with("line "));
    CHECK(printed(once) == once);
  }
}

TEST_CASE("precedence: OR under AND under NOT under comparison under + under *") {
  CHECK(printed("SELECT a OR b AND NOT c = d + e * f || g") ==
        "SELECT (a OR (b AND (NOT (c = ((d + (e * f)) || g)))))");
}

TEST_CASE("a trailing semicolon and keyword aliases are taken") {
  CHECK(printed("SELECT a user, b AS key, c AS value FROM t;") ==
        "SELECT a AS user, b AS key, c AS value FROM \"t\"");
}

// Trino 476's answers to the published broken queries (shared/oracle/corpus), shortened.
TEST_CASE("syntax errors name the token, its place and what would have fitted") {
  CHECK(printed("SELECT a FROM FROM t")
            .starts_with("line 1:15: mismatched input 'FROM'. Expecting: "));
  CHECK(printed("SELECT a FROM t WHERE a < = 1")
            .starts_with("line 1:27: mismatched input '='. Expecting: "));
  CHECK(printed("SELECT a FROM t WHERE a = 1 GROUP a")
            .starts_with("line 1:35: mismatched input 'a'. Expecting: 'BY'"));
  CHECK(printed("SELECT a FROM t\nWHERE a = 'x").starts_with("line 2:11: mismatched input '''"));
  CHECK(printed("").starts_with("line 1:1: mismatched input '<EOF>'") == false);
  CHECK(printed("").starts_with("line 1:1: mismatched input <EOF>"));
  CHECK(printed("INSERT INTO t VALUES (1)").starts_with("line 1:1: mismatched input 'INSERT'"));
  CHECK(printed("DROP TABLE t").starts_with("line 1:1: mismatched input 'DROP'"));
  CHECK(printed("SELECT 1; SELECT 2").starts_with("line 1:11: mismatched input 'SELECT'"));
}

TEST_CASE("nesting is limited by name, not by the stack") {
  const std::string deep(5'000, '(');
  CHECK(printed("SELECT " + deep).find("too deeply nested") != std::string::npos);
  CHECK_FALSE(printed("SELECT " + std::string(150, '(') + "1" + std::string(150, ')'))
                  .starts_with("line "));
  std::string nots = "SELECT ";
  for (int i = 0; i < 2'000; ++i) nots += "NOT ";
  CHECK(printed(nots + "true").find("too deeply nested") != std::string::npos);
  std::string fields = "SELECT a";
  std::string sum = "SELECT 1";
  for (int i = 0; i < 3'000; ++i) {
    fields += ".a";
    sum += "+1";
  }
  CHECK(printed(fields).find("too long") != std::string::npos);
  CHECK(printed(sum).find("too long") != std::string::npos);
  std::string minus = "SELECT ";
  for (int i = 0; i < 2'000; ++i) minus += "- ";
  CHECK(printed(minus + "1").find("too deeply nested") != std::string::npos);
}
