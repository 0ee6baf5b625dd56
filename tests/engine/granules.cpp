// Expressions over eventTime are computed once for many instants (sql/granule.hpp): each must give
// what it gives when it is computed row by row.
#include <doctest/doctest.h>

#include <random>

#include "engine/catalog.hpp"
#include "sql/statement.hpp"
#include "state/clock.hpp"
#include "tests/catalogs.hpp"

using namespace trailpond;

namespace {

/// Instants around the borders of minutes, hours, days, months and years, before 1970, too, in no
/// order, and NULL.
std::string make_events() {
  std::mt19937_64 random(7);
  std::string lines = "{\"eventName\":\"without\"}\n";
  for (const char* border :
       {"1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "1900-02-28T23:59:59Z",
        "2024-02-29T12:59:59Z", "2024-12-31T23:59:59Z", "2023-10-29T00:59:59Z"}) {
    const auto middle = state::parse_instant(border);
    REQUIRE(middle.has_value());
    for (int i = 0; i < 200; ++i) {
      const auto away = static_cast<std::int64_t>(random() % 172'800'000) - 86'400'000;
      lines += "{\"eventTime\":\"" + state::print_instant(*middle + away * 1000) + "\"}\n";
    }
  }
  return lines;
}

std::string ask(const sql::Catalog& catalog, const std::string& statement) {
  const auto prepared = sql::prepare(statement, catalog, {});
  if (!prepared) return prepared.error().text();
  std::string answer;
  const auto ran = (*prepared)->run({}, {}, [&](auto cells) {
    for (const auto cell : cells) answer += std::string(cell) + "|";
    return true;
  });
  return ran ? answer : ran.error().text();
}

}  // namespace

TEST_CASE("what is computed for many instants at once is computed right") {
  events::EventStore store(events::StoreKind::kCloudTrail);
  const auto report = store.append(make_events(), "test");
  REQUIRE(report.accepted == 1201);
  const tests::OneTable catalog(engine::make_table(store.kind(), store.snapshot()));
  const std::string from = " FROM aaaaaaaa-0000-4000-8000-000000000001";
  std::vector<std::string> expressions;
  for (const char* unit :
       {"millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year"}) {
    expressions.push_back("date_trunc('" + std::string(unit) + "', $)");
  }
  for (const char* field :
       {"date", "year", "quarter", "month", "week", "day", "day_of_week", "day_of_year",
        "year_of_week", "hour", "minute", "second", "millisecond"}) {
    expressions.push_back(std::string(field) + "($)");
  }
  for (const char letter : std::string("aYybcdejHhIklMmpvWx%isSTrf")) {
    expressions.push_back("date_format($, '" + std::string("<%") + letter + ">')");
  }
  for (const char* expression :
       {"date_format($, '%Y-%m-%d %H')", "CAST($ AS date)", "lower(date_format($, '%M %i'))",
        "day_of_week(date_trunc('day', $)) + hour($)", "format_datetime($, 'yyyy-MM-dd mm')",
        "(date_trunc('hour', $) = date_trunc('day', $))"}) {
    expressions.emplace_back(expression);
  }
  for (const std::string& expression : expressions) {
    CAPTURE(expression);
    const auto with = [&](const std::string& time) {
      std::string text = expression;
      for (std::size_t at = 0; (at = text.find('$', at)) != std::string::npos; at += time.size()) {
        text.replace(at, 1, time);
      }
      return text;
    };
    // date_add may fail, so that what stands around it is computed row by row.
    CHECK(ask(catalog, "SELECT count(*), count_if(" + with("eventTime") + " IS DISTINCT FROM " +
                           with("date_add('millisecond', 0, eventTime)") + ")" + from) ==
          "1201|0|");
    CHECK(ask(catalog, "SELECT count(DISTINCT " + with("eventTime") + ") = count(DISTINCT " +
                           with("date_add('millisecond', 0, eventTime)") + ")" + from) == "true|");
  }
}
