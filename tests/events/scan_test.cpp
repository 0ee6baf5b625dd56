#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "tests/events/scan_fixture.hpp"

namespace trailpond::events::testing {
namespace {

using Rows = std::vector<std::string>;

/// The columns of the differential tests: coded text, plain text, time, boolean, a map entry, a
/// nested value, a text that is often NULL, an integer's twin in a session, the JSON.
const std::vector<std::string> kColumns = {
    "eventname",  "eventsource", "eventtime",
    "readonly",   "requestid",   "requestparameters['bucketName']",
    "tlsdetails", "errorcode",   "useridentity.sessioncontext.attributes.creationdate",
    "annotation", "eventjson"};

std::string random_event(std::mt19937& random) {
  const auto pick = [&](std::initializer_list<const char*> all) {
    return std::string(all.begin()[random() % all.size()]);
  };
  const auto maybe = [&](int percent) { return static_cast<int>(random() % 100) < percent; };
  std::string json = "{\"eventVersion\":\"1.08\"";
  const auto add = [&](const char* name, const std::string& value) {
    json += std::string(",\"") + name + "\":" + value;
  };
  if (maybe(97)) {
    add("eventName", pick({"\"GetObject\"", "\"PutObject\"", "\"DeleteBucket\"", "\"Get_Object\"",
                           "\"getobject\"", "\"\"", "\"D\u00e9lete\"", "\"10\"", "\"9\""}));
  }
  add("eventSource", pick({"\"s3.amazonaws.com\"", "\"iam.amazonaws.com\""}));
  if (maybe(90)) {
    add("eventTime", "\"2023-07-1" + std::to_string(random() % 10) + "T0" +
                         std::to_string(random() % 10) + ":00:00Z\"");
  }
  if (maybe(80)) add("readOnly", pick({"true", "false"}));
  if (maybe(95)) add("requestID", "\"R" + std::to_string(random() % 50) + "\"");
  if (maybe(60)) {
    add("requestParameters", maybe(50)
                                 ? "{\"bucketName\":\"b" + std::to_string(random() % 7) +
                                       "\",\"key\":\"k" + std::to_string(random() % 99) + "\"}"
                                 : "{}");
  }
  if (maybe(50)) add("tlsDetails", maybe(50) ? "{\"tlsVersion\":\"TLSv1.3\"}" : "{}");
  if (maybe(10)) add("errorCode", pick({"\"AccessDenied\"", "\"NoSuchKey\""}));
  if (maybe(20)) {
    add("userIdentity",
        R"({"sessionContext":{"attributes":{"creationDate":"2023-07-10T11:42:36Z"}}})");
  }
  return json + "}\n";
}

/// A store of several segments, filled with a fixed seed.
void fill(EventStore& store, unsigned seed, int events) {
  std::mt19937 random(seed);
  std::string batch;
  for (int at = 0; at < events; ++at) {
    batch += random_event(random);
    const bool last = at + 1 == events;
    if (last || random() % 300 == 0) {
      store.append(batch, "test");
      batch.clear();
    }
  }
}

/// A connection with the scan `s` and an ordinary table `t` of the same rows.
void declare_twins(Connection& connection, const EventStore& store) {
  connection.declare("s", store, kColumns);
  connection.execute("CREATE TABLE t AS SELECT rowid AS number, * FROM s");
}

std::string random_operand(std::mt19937& random) {
  static const std::vector<std::string> kOperands = {"'GetObject'",
                                                     "'DeleteBucket'",
                                                     "'zzz'",
                                                     "''",
                                                     "'10'",
                                                     "10",
                                                     "NULL",
                                                     "'R7'",
                                                     "'b3'",
                                                     "1",
                                                     "0",
                                                     "1.0",
                                                     "0.5",
                                                     "x'00'",
                                                     "'s3.amazonaws.com'",
                                                     "1688989356000000",
                                                     "1689120000000000",
                                                     "1689120000000000.5",
                                                     "1e300",
                                                     "-1e300",
                                                     "'NoSuchKey'",
                                                     "-1"};
  return kOperands[random() % kOperands.size()];
}

std::string random_condition(std::mt19937& random) {
  static const std::vector<std::string> kComparisons = {
      "=", "<>", "<", "<=", ">", ">=", "IS", "IS NOT"};
  static const std::vector<std::string> kPatterns = {"%",
                                                     "Get%",
                                                     "%Object",
                                                     "%et_bj%",
                                                     "G_t%",
                                                     "_",
                                                     "",
                                                     "D_lete",
                                                     "GET%",
                                                     "%b%e%",
                                                     "R_",
                                                     "%R1",
                                                     "b3",
                                                     "%\"eventName\":\"G%",
                                                     "Get\\_Object",
                                                     "__",
                                                     "%_%_%"};
  const auto column = random() % kColumns.size();
  const std::string name = "x" + std::to_string(column);
  switch (random() % 8) {
    case 0:
      return name + " IS NULL";
    case 1:
      return name + " IS NOT NULL";
    case 2:
      if (column == 6) return name + " IS NULL";
      return name + " LIKE '" + kPatterns[random() % kPatterns.size()] + "'";
    case 3: {
      std::string list = random_operand(random);
      for (auto more = random() % 4; more > 0; --more) list += ", " + random_operand(random);
      return name + " IN (" + list + ")";
    }
    case 4:
      return name + " BETWEEN " + random_operand(random) + " AND " + random_operand(random);
    default:
      return name + " " + kComparisons[random() % kComparisons.size()] + " " +
             random_operand(random);
  }
}

std::string random_where(std::mt19937& random) {
  std::string where = random_condition(random);
  for (auto more = random() % 3; more > 0; --more) {
    where += (random() % 4 == 0 ? " OR " : " AND ") + random_condition(random);
  }
  return where;
}

Rows sorted(Rows rows) {
  std::ranges::sort(rows);
  return rows;
}

std::string replace_all(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// Runs a statement over the scan (FROM s) and over the table (FROM t).
void check_same(Connection& connection, const std::string& sql, bool ordered) {
  CAPTURE(sql);
  const Rows scan = connection.rows(sql);
  const std::string twin = replace_all(replace_all(sql, "FROM s", "FROM t"), "JOIN s", "JOIN t");
  const Rows table = connection.rows(replace_all(twin, "s.rowid", "t.number"));
  if (ordered) {
    CHECK(scan == table);
  } else {
    CHECK(sorted(scan) == sorted(table));
  }
}

}  // namespace

TEST_CASE("random conditions select what SQLite selects from a table of the same values") {
  EventStore store(StoreKind::kCloudTrail);
  fill(store, 1, 3000);
  REQUIRE(store.snapshot()->segments().size() > 1);
  Connection connection;
  declare_twins(connection, store);
  CHECK(connection.value("SELECT count(*) FROM s") == "3000");
  std::mt19937 random(2);
  for (int round = 0; round < 1500; ++round) {
    const std::string where = " WHERE " + random_where(random);
    check_same(connection, "SELECT count(*), min(x2), max(x0), count(x5) FROM s" + where, true);
    if (round % 5 == 0)
      check_same(connection,
                 "SELECT s.rowid, x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10 FROM s" + where,
                 false);
  }
}

TEST_CASE("random groups, orders and limits are those of a table of the same values") {
  EventStore store(StoreKind::kCloudTrail);
  fill(store, 3, 2500);
  Connection connection;
  declare_twins(connection, store);
  std::mt19937 random(4);
  const std::vector<int> scalars = {0, 1, 2, 3, 4, 5, 7, 8, 9};
  const auto column = [&] { return "x" + std::to_string(scalars[random() % scalars.size()]); };
  const auto columns = [&] {
    std::string list = column();
    for (auto more = random() % 3; more > 0; --more) list += ", " + column();
    return list;
  };
  const auto orders = [&] {
    std::string list;
    for (auto terms = 1 + random() % 3; terms > 0; --terms) {
      list += column() + (random() % 2 ? " DESC, " : ", ");
    }
    return list;
  };
  for (int round = 0; round < 300; ++round) {
    const std::string where = random() % 2 ? " WHERE " + random_where(random) : "";
    const std::string group = columns();
    check_same(connection,
               "SELECT " + group + ", count(*), min(x4) FROM s" + where + " GROUP BY " + group,
               false);
    check_same(connection, "SELECT DISTINCT " + columns() + " FROM s" + where, false);
    const std::string distinct = columns();
    check_same(connection,
               "SELECT DISTINCT " + distinct + " FROM s" + where + " ORDER BY " + distinct, true);
    check_same(connection,
               "SELECT " + group + ", count(*) FROM s" + where + " GROUP BY " + group +
                   " ORDER BY " + group,
               true);
    const std::string limit = " LIMIT " + std::to_string(random() % 40) +
                              (random() % 2 ? " OFFSET " + std::to_string(random() % 40) : "");
    check_same(
        connection,
        "SELECT s.rowid, x0, x2, x4 FROM s" + where + " ORDER BY " + orders() + "s.rowid" + limit,
        true);
    // Without a last term ties are free: only what is ordered by is compared.
    const std::string by = column();
    check_same(connection,
               "SELECT " + by + " FROM s" + where + " ORDER BY " + by +
                   (random() % 2 ? " DESC" : "") + limit,
               true);
  }
}

TEST_CASE("times that are hidden are as if the events were not there") {
  constexpr std::int64_t kDay = 86'400'000'000;
  constexpr std::int64_t kTenth = 1'688'947'200'000'000;  // 2023-07-10T00:00:00Z
  EventStore store(StoreKind::kCloudTrail);
  fill(store, 7, 4000);
  std::mt19937 random(8);
  // Segments that are hidden as a whole, and some that are hidden not at all, between the others.
  for (const auto& [day, count] : {std::pair("2023-07-11", 1300), std::pair("2023-07-30", 400)}) {
    std::string batch;
    for (int at = 0; at < count; ++at) {
      const std::string event = random_event(random);
      const auto time = event.find("2023-07-1");
      if (time != event.npos) batch += replace_all(event, event.substr(time, 10), day);
    }
    store.append(batch, "test");
  }
  const auto all = store.snapshot();
  REQUIRE(all->segments().size() > 2);
  for (const HiddenTimes& times :
       {HiddenTimes{kTenth, kTenth + 3 * kDay}, HiddenTimes{0, kTenth + kDay / 2},
        HiddenTimes{kTenth + 9 * kDay, kTenth + 90 * kDay}}) {
    Connection connection;
    connection.declare("f", all, kColumns);
    const std::string hidden =
        "x2 >= " + std::to_string(times.from) + " AND x2 < " + std::to_string(times.until);
    connection.execute("CREATE TABLE t AS SELECT * FROM f WHERE (" + hidden + ") IS NOT 1");
    const auto shown = Snapshot::hide(all, times);
    ScanTotals totals;
    connection.declare("s", shown, kColumns, &totals);
    const std::string count = connection.value("SELECT count(*) FROM t");
    CHECK(connection.value("SELECT count(*) FROM s") == count);
    CHECK(std::to_string(shown->shown_count()) == count);
    CHECK(std::to_string(totals.rows_scanned) == count);
    CHECK(std::to_string(shown->shown_bytes()) ==
          connection.value("SELECT sum(length(CAST(x10 AS BLOB))) FROM t"));
    for (int round = 0; round < 60; ++round) {
      const std::string where = random() % 3 ? " WHERE " + random_where(random) : "";
      const std::string by =
          "x" + std::to_string(std::vector{0, 1, 2, 3, 4, 5, 7, 8}[random() % 8]);
      check_same(connection, "SELECT count(*), min(x2), max(x2), count(x5) FROM s" + where, true);
      check_same(connection, "SELECT x0, x2, x10 FROM s" + where, false);
      check_same(connection, "SELECT " + by + ", count(*) FROM s" + where + " GROUP BY " + by,
                 true);
      check_same(connection, "SELECT DISTINCT " + by + " FROM s" + where + " ORDER BY " + by, true);
      check_same(connection,
                 "SELECT " + by + " FROM s" + where + " ORDER BY " + by + " DESC LIMIT 9", true);
    }
    connection.execute("CREATE TABLE wanted AS SELECT DISTINCT x4 AS value FROM f");
    check_same(connection, "SELECT value, count(*) FROM wanted JOIN s ON x4 = value GROUP BY value",
               false);
  }
  CHECK(Snapshot::hide(all, {kTenth + 30 * kDay, kTenth + 31 * kDay}) == all);
  CHECK(Snapshot::hide(all, {kTenth, kTenth}) == all);
}

TEST_CASE("joins through an index find what a table finds") {
  EventStore store(StoreKind::kCloudTrail);
  fill(store, 5, 1200);
  Connection connection;
  declare_twins(connection, store);
  connection.execute("CREATE TABLE wanted(value)");
  connection.execute(
      "INSERT INTO wanted VALUES ('R7'), ('GetObject'), ('b3'), (NULL), (10), ('R9'), "
      "('none'), (1689120000000000), ('R7'), (1.5), ('10'), (''), (1), (x'00')");
  for (const std::string key : {"x0", "x4", "x5", "x2", "x3", "x7"}) {
    const std::string on = " ON " + key + " = value";
    check_same(connection, "SELECT value, s.rowid FROM wanted JOIN s" + on, false);
    check_same(connection, "SELECT value, s.rowid FROM wanted LEFT JOIN s" + on, false);
    check_same(connection,
               "SELECT value, count(*) FROM wanted CROSS JOIN s" + on +
                   " AND x1 LIKE 's3%' GROUP BY value",
               false);
    check_same(connection,
               "SELECT value FROM wanted WHERE EXISTS (SELECT 1 FROM s WHERE " + key + " = value)",
               false);
    check_same(connection, "SELECT count(*) FROM s WHERE " + key + " IN (SELECT value FROM wanted)",
               false);
    check_same(connection,
               "SELECT count(*) FROM s WHERE " + key +
                   " NOT IN (SELECT value FROM wanted WHERE value IS NOT NULL)",
               false);
  }
  const std::string self =
      "SELECT a.x4, count(*) FROM s AS a JOIN s AS b ON a.x4 = b.x4 AND "
      "a.x2 < b.x2 GROUP BY a.x4";
  CHECK(sorted(connection.rows(self)) ==
        sorted(connection.rows(
            replace_all(replace_all(self, "FROM s", "FROM t"), "JOIN s", "JOIN t"))));
}

TEST_CASE("a row number under DISTINCT is refused, never wrong") {
  EventStore store(StoreKind::kCloudTrail);
  fill(store, 10, 100);
  Connection connection;
  declare_twins(connection, store);
  CHECK(connection.rows("SELECT DISTINCT x1 FROM s WHERE s.rowid % 7 = 3").back() ==
        "a scan under DISTINCT has no row numbers");
  check_same(connection, "SELECT DISTINCT x1, s.rowid FROM s", false);
  check_same(connection,
             "SELECT DISTINCT a.x1 FROM s AS a JOIN s AS b ON a.x4 = b.x4 AND a.x2 < b.x2", false);
  check_same(connection, "SELECT DISTINCT x1 FROM s WHERE x0 || x4 > 'G'", false);
}

TEST_CASE("SQLite leaves conditions and orders to the scan") {
  EventStore store(StoreKind::kCloudTrail);
  fill(store, 6, 100);
  Connection connection;
  connection.declare("s", store, kColumns);
  const auto plan = [&](const std::string& sql) {
    std::string all;
    for (const auto& row : connection.rows("EXPLAIN QUERY PLAN " + sql)) all += row + "\n";
    return all;
  };
  for (const char* sql :
       {"SELECT count(*) FROM s GROUP BY x0", "SELECT x2 FROM s ORDER BY x2 DESC LIMIT 10",
        "SELECT x2 FROM s ORDER BY x2 DESC NULLS LAST LIMIT 10",
        "SELECT x0, x3, count(*) FROM s WHERE x1 = 's3.amazonaws.com' GROUP BY x0, x3"}) {
    CAPTURE(std::string(sql));
    CHECK(plan(sql).find("TEMP B-TREE") == std::string::npos);
  }
  // The whole LIKE, and the whole IN, are in the plan's text.
  CHECK(plan("SELECT 1 FROM s WHERE x0 LIKE 'a%'").find("c0 10;") != std::string::npos);
  CHECK(plan("SELECT 1 FROM s WHERE x0 IN ('a', 'b')").find("c0 11;") != std::string::npos);
}

TEST_CASE("computations: once for each entry, filtered, grouped and sorted by their results") {
  EventStore store(StoreKind::kCloudTrail);
  fill(store, 7, 4000);
  int calls = 0;
  const auto first_letter = [&calls](std::span<const Cell> cells) -> Computed {
    ++calls;
    const auto* text = std::get_if<std::string_view>(&cells[0]);
    if (!text) return {std::string("none")};
    return {std::string(text->substr(0, 1))};
  };
  const auto day = [](std::span<const Cell> cells) -> Computed {
    const auto* time = std::get_if<std::int64_t>(&cells[0]);
    if (!time) return {};
    return {*time - *time % 86'400'000'000};
  };
  ScanColumn letter = column_of(StoreKind::kCloudTrail, "eventname");
  letter.computation = first_letter;
  ScanColumn date = column_of(StoreKind::kCloudTrail, "eventtime");
  date.computation = day;
  ScanColumn id = column_of(StoreKind::kCloudTrail, "requestid");
  id.computation = first_letter;
  Connection connection;
  REQUIRE(declare_scan(connection.handle(), "c", store.snapshot(),
                       {letter, date, column_of(StoreKind::kCloudTrail, "eventname"),
                        column_of(StoreKind::kCloudTrail, "eventtime"), id},
                       nullptr) == SQLITE_OK);
  connection.execute("CREATE TABLE t AS SELECT x2, x3, x4 FROM c");
  calls = 0;
  const std::string by_letter = "SELECT x0, count(*) FROM c GROUP BY x0 ORDER BY x0";
  CHECK(connection.rows(by_letter) ==
        connection.rows("SELECT coalesce(substr(x2, 1, 1), 'none') AS l, count(*) FROM t "
                        "GROUP BY l ORDER BY l"));
  CHECK(calls <= 10);
  CHECK(connection.rows("SELECT x1, count(*) FROM c GROUP BY x1 ORDER BY x1 DESC") ==
        connection.rows("SELECT x3 - x3 % 86400000000 AS d, count(*) FROM t GROUP BY d "
                        "ORDER BY d DESC"));
  CHECK(connection.value("SELECT count(*) FROM c WHERE x0 = 'G'") ==
        connection.value("SELECT count(*) FROM t WHERE substr(x2, 1, 1) = 'G'"));
  CHECK(connection.value("SELECT count(*) FROM c WHERE x1 > 1689120000000000 AND x0 <> 'G'") ==
        connection.value("SELECT count(*) FROM t WHERE x3 - x3 % 86400000000 > 1689120000000000 "
                         "AND coalesce(substr(x2, 1, 1), 'none') <> 'G'"));
  CHECK(connection.value("SELECT count(DISTINCT x4) FROM c") == "2");
}

TEST_CASE("a computation over two columns: once for each pair, until there are too many") {
  // Pairs of 300 names and so many addresses that their results would not all be kept.
  constexpr int kNames = 300;
  constexpr int kEvents = 120'000;
  EventStore store(StoreKind::kCloudTrail);
  std::string lines;
  for (int at = 0; at < kEvents; ++at) {
    lines += R"({"eventName":"n)" + std::to_string(at % kNames) + R"(","awsRegion":"r)" +
             std::to_string(at % 7) + R"(","sourceIPAddress":"a)" + std::to_string(at / kNames) +
             "\"}\n";
  }
  REQUIRE(store.append(lines, "test").accepted == kEvents);
  int calls = 0;
  const auto joined = [&calls](std::span<const Cell> cells) -> Computed {
    ++calls;
    return {std::string(std::get<std::string_view>(cells[0])) + ":" +
            std::string(std::get<std::string_view>(cells[1]))};
  };
  const auto name = column_of(StoreKind::kCloudTrail, "eventname");
  const auto region = column_of(StoreKind::kCloudTrail, "awsregion");
  const auto address = column_of(StoreKind::kCloudTrail, "sourceipaddress");
  ScanColumn few = name;
  few.computation = joined;
  few.more = {{region.path}};
  ScanColumn many = name;
  many.computation = joined;
  many.more = {{address.path}};
  Connection connection;
  REQUIRE(declare_scan(connection.handle(), "c", store.snapshot(),
                       {few, many, name, region, address}, nullptr) == SQLITE_OK);
  CHECK(connection.value("SELECT count(*) FROM c WHERE x0 || '' <> x2 || ':' || x3") == "0");
  CHECK(calls == kNames * 7);
  CHECK(connection.value("SELECT count(*) FROM c WHERE x1 || '' <> x2 || ':' || x4") == "0");
  CHECK(connection.value("SELECT count(DISTINCT x1) FROM c") == std::to_string(kEvents));
}

TEST_CASE("a computation's error is raised only where a row with it is read") {
  EventStore store(StoreKind::kCloudTrail);
  store.append(R"([{"eventName":"a"},{"eventName":"bad"},{"eventName":"c"}])", "test");
  ScanColumn column = column_of(StoreKind::kCloudTrail, "eventname");
  column.computation = [](std::span<const Cell> cells) -> Computed {
    const auto text = std::get<std::string_view>(cells[0]);
    if (text == "bad") return {.value = {}, .error = "cannot do bad"};
    return {static_cast<std::int64_t>(text.size())};
  };
  Connection connection;
  REQUIRE(declare_scan(connection.handle(), "c", store.snapshot(),
                       {column, column_of(StoreKind::kCloudTrail, "eventname")},
                       nullptr) == SQLITE_OK);
  CHECK(connection.rows("SELECT x0 FROM c WHERE x1 <> 'bad'") == Rows{"1", "1"});
  CHECK(connection.rows("SELECT x0 FROM c").back() == "cannot do bad");
  CHECK(connection.rows("SELECT x1 FROM c WHERE x0 = 1").back() == "cannot do bad");
  CHECK(connection.rows("SELECT x1 FROM c WHERE x0 = 1 AND x1 = 'a'") == Rows{"'a'"});
  CHECK(connection.rows("SELECT count(*) FROM c GROUP BY x0").back() == "cannot do bad");
  CHECK(connection.value("SELECT count(*) FROM c") == "3");
}

TEST_CASE("a scan keeps its snapshot while events are added") {
  EventStore store(StoreKind::kCloudTrail);
  fill(store, 8, 500);
  Connection connection;
  connection.declare("s", store, kColumns);
  sqlite3_stmt* statement = nullptr;
  REQUIRE(sqlite3_prepare_v2(connection.handle(), "SELECT x0, x10 FROM s", -1, &statement,
                             nullptr) == SQLITE_OK);
  int rows = 0;
  while (sqlite3_step(statement) == SQLITE_ROW) {
    ++rows;
    if (rows % 50 == 0) fill(store, static_cast<unsigned>(rows), 40);
  }
  sqlite3_finalize(statement);
  CHECK(rows == 500);
  CHECK(store.snapshot()->row_count() == 900);
  connection.declare("later", store, kColumns);
  CHECK(connection.value("SELECT count(*) FROM later") == "900");
  CHECK(connection.value("SELECT count(*) FROM s") == "500");
}

TEST_CASE("a scan without columns counts rows, an impossible column is refused") {
  EventStore store(StoreKind::kCloudTrail);
  fill(store, 9, 30);
  Connection connection;
  ScanTotals counters;
  connection.declare("s", store, {}, &counters);
  CHECK(connection.value("SELECT count(*) FROM s") == "30");
  CHECK(counters.rows_scanned == 30);
  CHECK(counters.bytes_scanned == store.snapshot()->json_bytes());
  const auto declare = [&](ScanColumn column) {
    return declare_scan(connection.handle(), "bad", store.snapshot(), {std::move(column)}, nullptr);
  };
  CHECK(declare({.path = {}}) == SQLITE_MISUSE);
  CHECK(declare({.path = {99}}) == SQLITE_MISUSE);
  CHECK(declare({.path = {0}, .map_key = "x"}) == SQLITE_MISUSE);
  EventStore empty(StoreKind::kInsights);
  connection.declare("e", empty, {"eventid", "eventtime"});
  CHECK(connection.value("SELECT count(*) FROM e WHERE x0 = 'a'") == "0");
  CHECK(connection.rows("SELECT x0 FROM e ORDER BY x1 LIMIT 3").empty());
  CHECK(connection.rows("SELECT x0, count(*) FROM e GROUP BY x0").empty());
}

TEST_CASE("doubles and integers compare as SQLite compares them") {
  EventStore store(StoreKind::kInsights);
  std::string events;
  for (const char* value :
       {"1", "1.5", "-0.0", "0", "1e300", "9007199254740993", "null", "-7.25"}) {
    for (const char* count : {"-1", "0", "7", "2147483647", "null"}) {
      events += std::string(R"({"insightContext":{"baselineAverage":)") + value +
                R"(,"baselineDuration":)" + count + "}}\n";
    }
  }
  store.append(events, "test");
  Connection connection;
  connection.declare("s", store,
                     {"insightcontext.baselineaverage", "insightcontext.baselineduration"});
  connection.execute("CREATE TABLE t AS SELECT rowid AS number, * FROM s");
  connection.execute("CREATE TABLE wanted(value)");
  connection.execute("INSERT INTO wanted VALUES (-1), (0), (7.0), (9223372036854775807), ('7')");
  for (const char* column : {"x0", "x1"}) {
    for (const char* op : {"=", "<>", "<", "<=", ">", ">=", "IS", "IS NOT"}) {
      for (const char* operand :
           {"1", "0", "-0.0", "0.5", "1.5", "7.5", "-1", "9007199254740993", "9007199254740992.0",
            "9223372036854775807", "-9223372036854775808", "9.3e18", "-9.3e18", "1e999", "-1e999",
            "'a'", "x'00'", "NULL", "2147483647.0"}) {
        check_same(connection,
                   std::string("SELECT count(*) FROM s WHERE ") + column + " " + op + " " + operand,
                   true);
      }
    }
    check_same(connection, std::string("SELECT ") + column + ", count(*) FROM s GROUP BY 1", false);
    check_same(connection, std::string("SELECT ") + column + " FROM s ORDER BY 1 DESC", true);
    for (int again = 0; again < 2; ++again) {
      check_same(
          connection,
          std::string("SELECT value, s.rowid FROM wanted CROSS JOIN s ON ") + column + " = value",
          false);
    }
  }
}

}  // namespace trailpond::events::testing
