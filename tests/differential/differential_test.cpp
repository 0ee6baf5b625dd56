// Every statement runs three times over the same rows: over VALUES, over a store, and over the
// store with nothing pushed down into its scan. The answers must be the same. TRAILPOND_SEED and
// TRAILPOND_STATEMENTS choose others than those that are always run; TRAILPOND_STATEMENT is one
// statement over `$`, whose three answers are shown.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "engine/catalog.hpp"
#include "sql/statement.hpp"
#include "tests/catalogs.hpp"
#include "tests/differential/events.hpp"
#include "tests/differential/statements.hpp"
#include "tests/differential/stores.hpp"

using namespace trailpond;

namespace {

constexpr int kRows = 40;
constexpr int kStatements = 6'000;

/// The rows of an answer, one text each; an error is the only row.
std::vector<std::string> ask(const sql::Catalog& catalog, const std::string& text, bool push_down,
                             bool ordered) {
  sql::PrepareOptions options;
  options.require_table = false;
  options.push_down = push_down;
  const auto prepared = sql::prepare(text, catalog, options);
  if (!prepared) return {"error: " + prepared.error().text()};
  std::vector<std::string> rows;
  const auto ran = (*prepared)->run_canonical({}, {}, [&](auto cells) {
    rows.push_back(tests::row_of(cells));
    return true;
  });
  // Which of the rows that fail comes first is left open: so is the value that the error names.
  if (!ran) return {"error: " + ran.error().text().substr(0, ran.error().text().find('\''))};
  if (!ordered) std::ranges::sort(rows);
  return rows;
}

/// Appends the lines as several segments.
void append_in_parts(events::EventStore& store, const std::string& lines) {
  constexpr std::size_t kParts = 4;
  std::size_t begin = 0;
  for (std::size_t part = 1; part <= kParts; ++part) {
    const std::size_t end =
        part == kParts ? lines.size() : lines.find('\n', part * lines.size() / kParts) + 1;
    REQUIRE(store.append(lines.substr(begin, end - begin), std::to_string(part)).accepted > 0);
    begin = end;
  }
}

int number_of(const char* variable, int absent) {
  const char* text = std::getenv(variable);
  return text == nullptr ? absent : std::atoi(text);
}

bool is_error(const std::vector<std::string>& rows) {
  return !rows.empty() && rows[0].starts_with("error: ");
}

/// Where a statement may fail, SQLite asks its conditions in an order of its own: it may fail on
/// rows that others rule out. The store must fail only where SQLite does.
bool are_same(const std::vector<std::string>& values, const std::vector<std::string>& pushed,
              const std::vector<std::string>& plain, bool risky) {
  if (!risky) return values == pushed && pushed == plain;
  const bool same = is_error(values) || values == pushed;
  return is_error(pushed) ? is_error(plain) : same && (is_error(plain) || pushed == plain);
}

std::string joined(const std::vector<std::string>& rows) {
  std::string text = std::to_string(rows.size()) + " rows";
  for (std::size_t i = 0; i < std::min<std::size_t>(rows.size(), 8); ++i)
    text += "\n    " + rows[i];
  return text;
}

/// Checks that a statement answers the same with and without push-down.
void check_both_ways(const sql::Catalog& catalog, const std::string& statement) {
  const std::string text = tests::over(statement, tests::kStoreName);
  CAPTURE(text);
  CHECK(ask(catalog, text, true, false) == ask(catalog, text, false, false));
}

}  // namespace

TEST_CASE("VALUES, a store and a store without push-down give the same answers") {
  const tests::SameRows rows = tests::make_rows(1, kRows);
  events::EventStore store(events::StoreKind::kCloudTrail);
  append_in_parts(store, rows.lines);
  // From 1970 to 2024.
  const auto snapshot = events::Snapshot::hide(store.snapshot(), {0, 1'704'067'200'000'000});
  REQUIRE(snapshot->shown_count() == kRows);
  const tests::OneTable catalog(engine::make_table(store.kind(), snapshot));
  const auto first = static_cast<unsigned>(number_of("TRAILPOND_SEED", 1));
  const int count = number_of("TRAILPOND_STATEMENTS", kStatements);
  if (const char* one = std::getenv("TRAILPOND_STATEMENT")) {
    MESSAGE("VALUES: " << joined(ask(catalog, tests::over(one, rows.values), true, false))
                       << "\n  store: "
                       << joined(ask(catalog, tests::over(one, tests::kStoreName), true, false))
                       << "\n  store, nothing pushed down: "
                       << joined(ask(catalog, tests::over(one, tests::kStoreName), false, false)));
    return;
  }
  int failures = 0;
  int with_rows = 0;
  int errors = 0;
  for (unsigned seed = first; seed < first + static_cast<unsigned>(count) && failures < 5; ++seed) {
    const tests::RandomStatement made = tests::make_statement(seed);
    const auto values = ask(catalog, tests::over(made.text, rows.values), true, made.ordered);
    const auto pushed = ask(catalog, tests::over(made.text, tests::kStoreName), true, made.ordered);
    const auto plain = ask(catalog, tests::over(made.text, tests::kStoreName), false, made.ordered);
    if (!made.risky && is_error(pushed)) {
      ++errors;
      MESSAGE("seed " << seed << ": " << made.text << "\n  " << pushed[0]);
    }
    with_rows += pushed.empty() ? 0 : 1;
    if (are_same(values, pushed, plain, made.risky)) continue;
    ++failures;
    FAIL_CHECK("seed " << seed << ": " << made.text << "\n  VALUES: " << joined(values)
                       << "\n  store: " << joined(pushed)
                       << "\n  store, nothing pushed down: " << joined(plain));
  }
  MESSAGE(count << " statements, " << with_rows << " with rows, " << errors << " with errors");
  // What mostly finds nothing, or fails, compares nothing.
  if (count >= 100) {
    CHECK(with_rows > count * 6 / 10);
    CHECK(errors == 0);
  }
}

TEST_CASE("An empty store and one without push-down give the same answers") {
  const events::EventStore store(events::StoreKind::kCloudTrail);
  const tests::OneTable catalog(engine::make_table(store.kind(), store.snapshot()));
  constexpr unsigned kSeeds = 600;
  for (unsigned seed = 1; seed <= kSeeds; ++seed) {
    const std::string text = tests::over(tests::make_statement(seed).text, tests::kStoreName);
    CAPTURE(text);
    CHECK(ask(catalog, text, true, false) == ask(catalog, text, false, false));
  }
}

namespace {

/// A store of so many events, of which as good as all have partners in each other.
events::EventStore& store_of_equals() {
  static events::EventStore store(events::StoreKind::kCloudTrail);
  constexpr int kEvents = 400;
  std::string lines;
  for (int at = 0; at < kEvents; ++at) {
    lines += "{\"eventID\":\"e" + std::to_string(1'000 + at) + "\",\"eventName\":\"Get" +
             std::to_string(at % 2) + "\",\"awsRegion\":\"r" + std::to_string(at % 100) + "\"}\n";
  }
  if (store.snapshot()->row_count() == 0) REQUIRE(store.append(lines, "one").accepted == kEvents);
  return store;
}

}  // namespace

TEST_CASE("Joins with more partners than are held together") {
  const events::EventStore& store = store_of_equals();
  const tests::OneTable catalog(engine::make_table(store.kind(), store.snapshot()));
  for (const char* statement : {
           "SELECT count(*), max(f.eventid) FROM $ e JOIN $ f ON e.eventname = f.eventname",
           "SELECT count(*), count(f.eventid), min(f.eventid) FROM $ e LEFT JOIN $ f ON "
           "e.eventname "
           "= f.eventname AND length(e.awsregion) < length(f.awsregion)",
           "SELECT e.awsregion, count(*), count(g.eventid) FROM $ e JOIN $ f ON e.eventname = "
           "f.eventname LEFT JOIN $ g ON g.awsregion = f.awsregion AND g.eventid > e.eventid GROUP "
           "BY 1",
           "SELECT e.eventid, count(*) OVER (PARTITION BY f.awsregion) FROM $ e JOIN $ f ON "
           "e.eventname = f.eventname WHERE e.eventid < 'e1200'",
           "SELECT e.eventid, EXISTS (SELECT 1 FROM (SELECT i.eventid AS x FROM $ i JOIN $ j ON "
           "i.eventname = j.eventname) w WHERE w.x > e.eventid) FROM $ e",
       }) {
    check_both_ways(catalog, statement);
  }
}

TEST_CASE("What gave other answers before") {
  const events::EventStore& store = store_of_equals();
  const tests::OneTable catalog(engine::make_table(store.kind(), store.snapshot()));
  // Each level names the column of the one below twice.
  std::string nested = "SELECT a || a AS a FROM (SELECT substr(eventname, 1, 1) AS a FROM $) t0";
  for (int level = 1; level < 16; ++level) {
    nested = "SELECT substr(a || a, 1, 2) AS a FROM (" + nested + ") t" + std::to_string(level);
  }
  for (
      const std::string& statement : std::vector<std::string>{
          nested,
          "SELECT count(*) FROM $ e LEFT JOIN $ f ON e.eventid < f.eventid AND e.eventname LIKE "
          "'%1'",
          "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT t.n + 1 FROM t JOIN (SELECT "
          "row_number() OVER (ORDER BY e.eventid) AS k FROM $ e) w ON w.k = t.n WHERE t.n < 4) "
          "SELECT n FROM t",
          "SELECT -9223372036854775807 - cardinality(array_agg(eventid)) / 400 FROM $ UNION SELECT "
          "cardinality(array_agg(eventid)) FROM $",
          "SELECT x, count(*) FROM (SELECT -9223372036854775807 - length(eventid) / 5 AS x FROM $) "
          "GROUP BY x",
          "SELECT x, rank() OVER (ORDER BY x) FROM (SELECT CASE WHEN eventname = 'Get0' THEN "
          "9223372036854775807 END AS x FROM $) e",
          "SELECT try_cast('-922337203685477580' || e.x AS bigint) FROM (SELECT CASE WHEN "
          "eventname = 'Get0' THEN '8' ELSE '7' END AS x FROM $) e",
          "SELECT count(*) FROM $ e WHERE e.eventid = 'none' AND e.eventid IN (SELECT "
          "CAST(CAST(f.eventid AS bigint) AS varchar) FROM $ f)",
          "SELECT count(*) FROM $ e WHERE e.eventname IN (SELECT f.eventname FROM $ f WHERE "
          "f.eventid = 'none') AND CAST(e.eventid AS bigint) > 0",
          "SELECT count(*) FROM $ e LEFT JOIN $ f ON e.eventname = f.eventname AND e.eventid = "
          "'none' AND CAST(e.eventid AS bigint) > 5",
      }) {
    check_both_ways(catalog, statement);
  }
}

TEST_CASE("What operators cannot keep within the statement's memory goes to temporary files") {
  const events::EventStore& store = store_of_equals();
  const tests::OneTable catalog(engine::make_table(store.kind(), store.snapshot()));
  for (const char* statement : {
           "SELECT count(*) FROM (SELECT e.eventid || 'x' AS a FROM $ e GROUP BY 1) t",
           "SELECT count(DISTINCT upper(e.eventid)) FROM $ e",
           "SELECT e.eventid, rank() OVER (ORDER BY e.eventname || e.eventid) FROM $ e",
           "SELECT count(*) FROM $ e JOIN $ f ON lower(e.eventid) = lower(f.eventid)",
       }) {
    const auto prepared = sql::prepare(tests::over(statement, tests::kStoreName), catalog, {});
    REQUIRE(prepared.has_value());
    CAPTURE(std::string(statement));
    const auto rows_of = [&](const sql::RunLimits& limits) {
      std::vector<std::string> rows;
      const auto ran = (*prepared)->run_canonical(limits, {}, [&](auto cells) {
        rows.push_back(cells[0].value_or("NULL") + "|" + cells.back().value_or("NULL"));
        return true;
      });
      if (!ran) rows = {"error: " + ran.error().text()};
      std::ranges::sort(rows);
      return rows;
    };
    sql::RunLimits limits;
    limits.memory_bytes = 15'000;
    CHECK(rows_of(limits) == rows_of({}));
  }
}

TEST_CASE("the rows of GROUPING SETS are scanned once, as Trino does it") {
  const events::EventStore& store = store_of_equals();
  const tests::OneTable catalog(engine::make_table(store.kind(), store.snapshot()));
  for (const char* statement : {
           "SELECT eventname, awsregion, count(*) FROM $ GROUP BY ROLLUP (eventname, awsregion)",
           "SELECT a, count(*) FROM (SELECT eventname AS a FROM $ GROUP BY 1) GROUP BY CUBE (a)",
       }) {
    const auto prepared = sql::prepare(tests::over(statement, tests::kStoreName), catalog, {});
    REQUIRE(prepared.has_value());
    CAPTURE(std::string(statement));
    const auto ran = (*prepared)->run({}, {}, [](auto) { return true; });
    REQUIRE(ran.has_value());
    CHECK(ran->events_scanned == store.snapshot()->row_count());
  }
}
