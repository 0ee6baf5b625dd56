#include "sql/foreign.hpp"

#include "sql/statement.hpp"
#include "tests/catalogs.hpp"

/// Statements in plain Trino. What Lake takes beyond it, and what it means there:
/// shared/oracle/README.md, "From the published text to Trino's text", and COMPATIBILITY.md. That
/// Trino takes the texts below as meant was asked of a Trino 476 (tools/trino_cluster ask).
namespace trailpond::sql {
namespace {

class EventsTable final : public Table {
 public:
  const std::vector<Column>& columns() const override {
    static const auto text = varchar_type();
    static const std::vector<Column> columns = {
        {"eventname", text},
        {"eventtime", timestamp_type(3)},
        {"requestparameters", map_type(text, text)},
        {"useridentity", row_type({{"arn", text}, {"tags", array_type(text)}})},
        {"console", text}};
    return columns;
  }
  int declare_scan(sqlite3*, const std::string&, std::vector<ScanRequest>,
                   ScanTotals*) const override {
    return 1;
  }
  std::unique_ptr<RowReader> open_rows(std::vector<ScanRequest>, const std::vector<RowCondition>&,
                                       ScanTotals*) const override {
    return nullptr;
  }
  std::unique_ptr<RowReader> open_elements(const std::vector<std::uint16_t>&,
                                           std::vector<ScanRequest>) const override {
    return nullptr;
  }
  bool has_null(const ScanInput&) const override { return true; }
};

std::string print(std::string_view text, const std::string& day_column = "",
                  const std::string& time_column = "") {
  const tests::OneTable catalog(std::make_shared<const EventsTable>());
  std::unordered_map<std::string, ForeignTable> tables;
  for (const std::string& name : list_table_names(text))
    tables[name] = {"(lake." + name, day_column, time_column};
  constexpr std::int64_t kNow = 1'715'331'600'123'456;  // 2024-05-10T09:00:00.123456Z
  const auto printed = print_for_trino(text, catalog, {.now_micros = kNow}, tables);
  return printed ? printed->text : printed.error().text();
}

}  // namespace

TEST_CASE("tables keep their names") {
  CHECK(print("SELECT eventName FROM events;") ==
        R"(SELECT eventName FROM (lake.events) AS "events")");
  CHECK(print("SELECT e.eventName FROM events e, other") ==
        R"(SELECT e.eventName FROM ((lake.events) AS e CROSS JOIN (lake.other) AS "other"))");
  CHECK(print("WITH events AS (SELECT 1 AS x FROM other) SELECT x FROM events") ==
        R"(WITH events AS (SELECT 1 AS x FROM (lake.other) AS "other") SELECT x FROM "events")");
  CHECK(print("TABLE events") == R"(SELECT * FROM (lake.events) AS "events")");
}

TEST_CASE("times that are compared with texts") {
  CHECK(print("SELECT 1 FROM e WHERE eventTime > '2024-05-10T09:00:00Z'") ==
        R"(SELECT 1 FROM (lake.e) AS "e" WHERE (eventTime > TIMESTAMP '2024-05-10 09:00:00.000'))");
  CHECK(
      print("SELECT 1 FROM e WHERE eventTime BETWEEN '2024-05-10' AND now()") ==
      R"(SELECT 1 FROM (lake.e) AS "e" WHERE (eventTime BETWEEN TIMESTAMP '2024-05-10 00:00:00.000')"
      R"( AND TIMESTAMP '2024-05-10 09:00:00.123 UTC'))");
  CHECK(
      print("SELECT 1 FROM e WHERE eventTime IN ('2024-05-10', eventTime)") ==
      R"(SELECT 1 FROM (lake.e) AS "e" WHERE (eventTime IN (TIMESTAMP '2024-05-10 00:00:00.000', eventTime)))");
  CHECK(print("SELECT 1 FROM e WHERE CAST(eventTime AS date) = '2024-05-10'")
            .ends_with(R"(CAST(eventTime AS date) = DATE '2024-05-10'))"));
  const std::string computed = print("SELECT 1 FROM e WHERE eventTime < eventName");
  CHECK(computed.find("eventTime < TRY(CAST(at_timezone(from_iso8601_timestamp(") !=
        std::string::npos);
  CHECK(computed.find("regexp_extract(eventName, '") != std::string::npos);
}

TEST_CASE("times are those of the server's clock") {
  CHECK(print("SELECT current_date, current_timestamp(0), localtimestamp FROM e") ==
        R"(SELECT DATE '2024-05-10', TIMESTAMP '2024-05-10 09:00:00 UTC', )"
        R"(TIMESTAMP '2024-05-10 09:00:00.123' FROM (lake.e) AS "e")");
}

TEST_CASE("other leniencies") {
  CHECK(print("SELECT 1 FROM e WHERE console = true").ends_with(R"(WHERE (console = 'true'))"));
  CHECK(print("SELECT eventTime FROM e UNION SELECT eventName FROM f")
            .find(R"(UNION SELECT TRY(CAST()") != std::string::npos);
  CHECK(print("SELECT CAST(requestParameters AS varchar) FROM e")
            .starts_with("SELECT element_at(transform(ARRAY[requestParameters], _v -> '{' || "
                         "array_join(transform(map_entries(_v), _v0 -> coalesce(_v0[1], 'null') || "
                         "'=' || coalesce(_v0[2], 'null')), ', ') || '}'), 1) FROM"));
}

TEST_CASE("JSON paths") {
  const auto path = [](const std::string& call) {
    const std::string printed = print("SELECT " + call + " FROM e");
    return printed.substr(7, printed.find(" FROM (lake") - 7);
  };
  CHECK(path("json_extract(eventName, '$.a.b')") == "json_extract(eventName, '$.a.b')");
  CHECK(path("json_extract(eventName, 'a-b[''c d''][0]')") ==
        R"(json_extract(eventName, '$["a-b"]["c d"][0]'))");
  CHECK(path("json_extract_scalar(eventName, '$.a[*].b')") ==
        R"(JSON_VALUE(eventName, 'lax $."a"[*]."b"'))");
  CHECK(path("json_extract(json_parse(eventName), '$.a[?(@.k == ''x'' && @.l)]')") ==
        R"(json_parse(JSON_QUERY(json_format(json_parse(eventName)), )"
        R"('lax $."a"[*]?(((@."k" == "x") && exists(@."l")))' )"
        R"(WITH UNCONDITIONAL ARRAY WRAPPER EMPTY ARRAY ON EMPTY)))");
}

TEST_CASE("conditions on the event's time choose days") {
  const auto days = [](const std::string& rest) {
    const std::string printed = print("SELECT 1 FROM e " + rest, "day");
    return printed.substr(0, printed.find(") AS"))
        .substr(std::string_view("SELECT 1 FROM (lake.e").size());
  };
  CHECK(days("WHERE eventTime > '2024-05-10 12:00:00' AND eventTime < '2024-05-12'") ==
        R"( WHERE "day" >= '2024-05-10' AND "day" <= '2024-05-12')");
  CHECK(days("WHERE '2024-05-10' = eventTime") ==
        R"( WHERE "day" >= '2024-05-10' AND "day" <= '2024-05-10')");
  CHECK(days("WHERE eventName = 'x' AND eventTime BETWEEN '2024-05-10' AND '2024-05-11'") ==
        R"( WHERE "day" >= '2024-05-10' AND "day" <= '2024-05-11')");
  for (const char* none :
       {"WHERE eventTime > '2024-05-10' OR eventName = 'x'", "WHERE eventTime <> '2024-05-10'",
        "WHERE NOT eventTime > '2024-05-10'", "WHERE eventTime > '0001-01-01'", "",
        "WHERE NOT EXISTS (SELECT 1 FROM f WHERE e.eventTime > '2024-05-10')"}) {
    CAPTURE(none);
    CHECK(days(none).empty());
  }
  CHECK(print("SELECT 1 FROM e LEFT JOIN f ON true WHERE f.eventTime >= '2024-05-10'", "day")
            .find(R"((lake.f WHERE "day" >= '2024-05-10') AS "f")") != std::string::npos);
  const std::string_view both =
      "SELECT 1 FROM e WHERE eventTime BETWEEN '2024-05-10' AND '2024-05-11'";
  CHECK(print(both, "year || '-' || month")
            .find(R"(WHERE (year || '-' || month) >= '2024-05-10' AND )"
                  R"((year || '-' || month) <= '2024-05-11') AS)") != std::string::npos);
  CHECK(print(both, "", "at")
            .find(R"(WHERE "at" >= TIMESTAMP '2024-05-10 00:00:00' - INTERVAL '1' SECOND AND )"
                  R"("at" < TIMESTAMP '2024-05-11 00:00:00' + INTERVAL '1' DAY) AS)") !=
        std::string::npos);
}

TEST_CASE("mistakes are those of the user's text") {
  CHECK(print("SELECT\n wrong FROM e") == "line 2:2: Column 'wrong' cannot be resolved");
}

TEST_CASE("places lead back to the user's text") {
  const tests::OneTable catalog(std::make_shared<const EventsTable>());
  const std::string_view text = "SELECT\n  1 / 0, eventName\nFROM e WHERE eventTime > '2024-05-10'";
  const auto printed = print_for_trino(text, catalog, {}, {{"e", {"(x"}}});
  REQUIRE(printed.has_value());
  const auto place_of = [&](std::string_view part) {
    const auto column = static_cast<std::int32_t>(printed->text.find(part)) + 1;
    return printed->find_place({1, column});
  };
  CHECK(place_of("eventName") == Position{2, 10});
  CHECK(place_of("TIMESTAMP") == Position{3, 26});
  CHECK(printed->find_place({2, 1}) == Position{});
}

}  // namespace trailpond::sql
