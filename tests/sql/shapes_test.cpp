// What a statement costs grows as its input does: each shape is run at n and at 4n.
#include <doctest/doctest.h>

#include <chrono>
#include <functional>

#include "sql/statement.hpp"
#include "tests/catalogs.hpp"

using namespace trailpond;

namespace {

std::int64_t rows_of(const std::string& statement) {
  const tests::EmptyCatalog catalog;
  sql::PrepareOptions options;
  options.require_table = false;
  const auto prepared = sql::prepare(statement, catalog, options);
  REQUIRE_MESSAGE(prepared.has_value(), prepared.error().text());
  const auto ran = (*prepared)->run({}, {}, [](auto) { return true; });
  REQUIRE_MESSAGE(ran.has_value(), ran.error().text());
  return ran->rows;
}

/// The best of three, in milliseconds.
double time_of(const std::string& statement) {
  double best = 1e9;
  for (int round = 0; round < 3; ++round) {
    const auto start = std::chrono::steady_clock::now();
    rows_of(statement);
    best = std::min(
        best, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
                  .count());
  }
  return best;
}

std::string repeated(int count, const std::function<std::string(int)>& make) {
  std::string text;
  for (int i = 0; i < count; ++i) text += (i > 0 ? ", " : "") + make(i);
  return text;
}

std::string numbers(int count) {
  return repeated(count, [](int i) { return std::to_string(i); });
}

std::string zoned(int count) {
  return repeated(count, [](int i) {
    return "(" + std::to_string(i) + ", TIMESTAMP '2024-01-01 0" + std::to_string(i % 10) +
           ":00:00 " + (i % 2 == 0 ? "UTC" : "Europe/Berlin") + "')";
  });
}

}  // namespace

TEST_CASE("VALUES takes any number of rows") {
  for (const int count : {1, 100, 101, 500, 501, 5'000}) {
    CAPTURE(count);
    CHECK(rows_of("VALUES " + numbers(count)) == count);
    CHECK(rows_of("SELECT x + 1, y FROM (VALUES " +
                  repeated(count, [](int i) { return "(" + std::to_string(i) + ", 'a')"; }) +
                  ") t(x, y)") == count);
  }
}

TEST_CASE("shapes at n and 4n") {
  struct Shape {
    const char* name;
    std::function<std::string(int)> make;
    int size;
  };
  const Shape shapes[] = {
      {"VALUES", [](int n) { return "SELECT sum(x) FROM (VALUES " + numbers(n) + ") t(x)"; },
       1'500},
      {"IN", [](int n) { return "SELECT 1 WHERE 1 IN (" + numbers(n) + ")"; }, 2'000},
      {"random() a row",
       [](int n) {
         return "SELECT count(DISTINCT r) FROM (SELECT random() BETWEEN 0 AND 0.5 r FROM "
                "UNNEST(sequence(1, 5000)) a(x) CROSS JOIN UNNEST(sequence(1, " +
                std::to_string(n) + ")) b(y))";
       },
       10},
      {"zoned keys",
       [](int n) { return "SELECT x, count(*) FROM (VALUES " + zoned(n) + ") t(i, x) GROUP BY x"; },
       800},
      {"zoned set operations",
       [](int n) {
         return "SELECT x FROM (VALUES " + zoned(n) +
                ") t(i, x) INTERSECT ALL SELECT x FROM (VALUES " + zoned(n) + ") t(i, x)";
       },
       500},
      {"decimals",
       [](int n) {
         return "SELECT sum(x * 1.5 / 3), avg(x) FROM (SELECT CAST(k AS decimal(30,10)) x FROM "
                "UNNEST(sequence(1, 2000)) a(k) CROSS JOIN UNNEST(sequence(1, " +
                std::to_string(n) + ")) b(y))";
       },
       10},
      {"arrays_overlap",
       [](int n) {
         return "SELECT arrays_overlap(sequence(1, " + std::to_string(n) + "), sequence(-" +
                std::to_string(n) + ", -1))";
       },
       2'500},
  };
  for (const Shape& shape : shapes) {
    const double once = time_of(shape.make(shape.size));
    const double four_times = time_of(shape.make(4 * shape.size));
    CAPTURE(shape.name);
    CAPTURE(once);
    CAPTURE(four_times);
    // Four times the work, twice that for a busy machine; a square would be sixteen times.
    CHECK(four_times < 8 * once + 20);
  }
}
