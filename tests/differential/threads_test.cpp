// A statement gives the same rows in the same order, or the same error, whether its operators run
// on one thread or on several.
#include <doctest/doctest.h>

#include <thread>

#include "sql/statement.hpp"
#include "tests/differential/shapes.hpp"
#include "tests/differential/stores.hpp"

using namespace trailpond;

namespace {

/// Three batches of 4,096 rows: no thread has fewer.
constexpr int kRows = 11'000;
constexpr unsigned kStatements = 200;

const sql::Catalog& large_catalog() {
  static const tests::OneTable catalog = tests::store_in_halves(kRows);
  return catalog;
}

struct Answer {
  std::vector<std::string> rows = {};
  std::string error = {};
  bool exhausted = false;
};

/// Where two answers differ first; empty: nowhere.
std::string difference(const Answer& one, const Answer& other) {
  if (one.error != other.error) return one.error + " / " + other.error;
  for (std::size_t at = 0; at < std::max(one.rows.size(), other.rows.size()); ++at) {
    const std::string left = at < one.rows.size() ? one.rows[at] : "nothing";
    const std::string right = at < other.rows.size() ? other.rows[at] : "nothing";
    if (left != right) return std::to_string(at) + ": " + left + " / " + right;
  }
  return "";
}

Answer ask(const sql::Statement& statement, unsigned threads, std::chrono::milliseconds time) {
  sql::RunLimits limits;
  limits.threads = threads;
  limits.rows_per_thread = 1;
  limits.time = time;
  Answer answer;
  const auto ran = statement.run_canonical(limits, {}, [&](auto cells) {
    answer.rows.push_back(tests::row_of(cells));
    return true;
  });
  if (!ran) {
    answer.rows.clear();
    answer.error = ran.error().text();
    answer.exhausted = ran.error().name == sql::ErrorName::kExceededLimit;
  }
  return answer;
}

void check_threads(const std::string& text) {
  const auto prepared = sql::prepare(tests::over(text), large_catalog(), {});
  REQUIRE_MESSAGE(prepared.has_value(), text << ": " << prepared.error().text());
  const Answer one = ask(**prepared, 1, std::chrono::minutes(1));
  const Answer three = ask(**prepared, 3, std::chrono::minutes(1));
  CAPTURE(text);
  CHECK(difference(one, three) == "");
}

}  // namespace

TEST_CASE("several threads give the rows of one, in the same order") {
  for (const char* text : {
           "SELECT eventname, awsregion, count(*), count(errorcode) FROM $ GROUP BY 1, 2",
           "SELECT concat(eventsource, ':', eventname) AS a, count(*) FROM $ GROUP BY 1",
           "SELECT eventid, min(eventtime), max(lower(eventname)), count(*) FROM $ GROUP BY 1",
           "SELECT element_at(requestparameters, 'bucketName'), array_agg(lower(eventid)) FROM $ "
           "GROUP BY 1",
           "SELECT eventsource, count(DISTINCT eventid), count(DISTINCT lower(eventname)), "
           "approx_distinct(awsregion) FROM $ GROUP BY 1",
           "SELECT eventname, max_by(eventid, eventtime), min_by(lower(awsregion), eventid) FROM $ "
           "GROUP BY 1",
           "SELECT eventname, sum(length(eventid)), avg(length(eventname)), "
           "count_if(readonly) FILTER (WHERE errorcode IS NULL) FROM $ GROUP BY 1",
           "SELECT count(*), min(eventid), max(eventtime) FROM $ WHERE eventname <> 'x'",
           "SELECT DISTINCT lower(eventid), upper(eventname) FROM $",
           "SELECT r.type, count(*), min(r.arn) FROM $ CROSS JOIN UNNEST(resources) AS r(a, type, "
           "arn, p) GROUP BY 1",
           "SELECT e.eventname, count(*), min(f.eventid) FROM $ e LEFT JOIN $ f ON "
           "lower(e.eventid) "
           "= lower(f.eventid) AND f.readonly GROUP BY 1",
           "SELECT e.eventname, count(*) FROM $ e WHERE e.eventid IN (SELECT eventid FROM $ WHERE "
           "errorcode IS NOT NULL GROUP BY 1) AND EXISTS (SELECT 1 FROM $ f WHERE lower(f.eventid) "
           "= "
           "lower(e.eventid) AND f.eventtime >= e.eventtime) GROUP BY 1",
           "SELECT eventname, count(*) FROM $ WHERE lower(eventid) NOT IN (SELECT lower(eventid) "
           "FROM $ WHERE readonly GROUP BY 1) GROUP BY 1",
           "SELECT eventid, rank() OVER (PARTITION BY eventsource ORDER BY eventname DESC, "
           "errorcode), count(*) OVER (PARTITION BY awsregion ORDER BY eventtime) FROM $",
           "SELECT eventname, avg(CAST(length(eventid) AS double) / 3) FROM $ GROUP BY 1",
           "SELECT eventid, errorcode FROM $ WHERE readonly ORDER BY errorcode DESC, awsregion "
           "LIMIT "
           "99",
           "SELECT f.eventname, count(*), max(e.eventid) FROM $ e FULL JOIN $ f ON "
           "lower(e.eventid) "
           "= lower(f.eventid) AND f.readonly GROUP BY 1",
           // Which of the rows that fail comes first is the same, too.
           "SELECT CAST(eventid AS bigint) / 0, count(*) FROM $ GROUP BY 1",
           "SELECT sum(1 / (length(eventname) - 9)), count(*) FROM $ WHERE readonly GROUP BY "
           "awsregion",
       }) {
    check_threads(text);
  }
}

TEST_CASE("several threads answer as one does: random statements") {
  unsigned compared = 0;
  for (unsigned seed = 1; seed <= kStatements; ++seed) {
    const std::string text = tests::make_shape(seed).text;
    const auto prepared = sql::prepare(tests::over(text), large_catalog(), {});
    if (!prepared) continue;
    const Answer one = ask(**prepared, 1, std::chrono::milliseconds(100));
    if (one.exhausted) continue;  // a join with too many rows
    ++compared;
    const Answer three = ask(**prepared, 3, std::chrono::minutes(1));
    CAPTURE(text);
    CHECK(difference(one, three) == "");
  }
  CHECK(compared > kStatements / 4);
}

TEST_CASE("all threads of a statement stop soon when it is stopped") {
  // Each row has thousands of partners.
  const auto prepared = sql::prepare(
      tests::over("SELECT e.eventname, count(*) FROM $ e JOIN $ f ON e.awsregion = f.awsregion AND "
                  "e.eventid || f.eventid <> 'x' GROUP BY 1"),
      large_catalog(), {});
  REQUIRE(prepared.has_value());
  std::stop_source source;
  sql::RunLimits limits;
  limits.threads = 3;
  limits.rows_per_thread = 1;
  std::chrono::steady_clock::time_point stopped;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    stopped = std::chrono::steady_clock::now();
    source.request_stop();
  });
  const auto ran = (*prepared)->run(limits, source.get_token(), [](auto) { return true; });
  const auto took = std::chrono::steady_clock::now();
  stopper.join();
  REQUIRE_FALSE(ran.has_value());
  CHECK(ran.error().name == sql::ErrorName::kCancelled);
  MESSAGE("ended " << std::chrono::duration<double, std::milli>(took - stopped).count()
                   << " ms after the stop");
}

TEST_CASE("what the threads of a statement may not keep together goes to temporary files") {
  const auto prepared =
      sql::prepare(tests::over("SELECT rpad(eventid, 1000, 'x'), count(*) FROM $ GROUP BY 1"),
                   large_catalog(), {});
  REQUIRE(prepared.has_value());
  const auto run = [&](std::int64_t memory_bytes, std::int64_t spill_bytes) {
    sql::RunLimits limits;
    limits.threads = 3;
    limits.rows_per_thread = 1;
    limits.memory_bytes = memory_bytes;
    limits.spill_bytes = spill_bytes;
    std::size_t hash = 0;
    const auto ran = (*prepared)->run(limits, {}, [&](auto cells) {
      hash += std::hash<std::string>()(std::string(cells[0]) + std::string(cells[1]));
      return true;
    });
    return ran ? std::to_string(hash) : ran.error().message;
  };
  const std::string exhausted = "Query exhausted resources at this scale factor";
  const std::string whole = run(1 << 30, 0);
  CHECK(whole != exhausted);
  CHECK(run(5'000'000, 1 << 30) == whole);
  CHECK(run(5'000'000, 0) == exhausted);
}
