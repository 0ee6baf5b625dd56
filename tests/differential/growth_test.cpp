// What a statement over a store costs grows as the store does: each shape is run over n events and
// over 4n.
#include <doctest/doctest.h>

#include <ctime>
#include <memory>

#include "engine/catalog.hpp"
#include "sql/statement.hpp"
#include "tests/catalogs.hpp"
#include "tests/differential/events.hpp"

using namespace trailpond;

namespace {

constexpr int kRows = 8'000;
/// Four times the rows may take six times as long, and some milliseconds for noise.
constexpr double kMostGrowth = 6;
constexpr double kNoise = 15;

/// What this thread has used of a processor, in milliseconds: what else the machine does counts
/// less.
double processor_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

/// A store of so many events.
class Store {
 public:
  explicit Store(int rows) : store_(events::StoreKind::kCloudTrail) {
    REQUIRE(store_.append(tests::make_rows(1, rows).lines, "test").accepted >=
            static_cast<std::size_t>(rows));
    catalog_ =
        std::make_unique<tests::OneTable>(engine::make_table(store_.kind(), store_.snapshot()));
  }

  /// The best of three runs.
  double time_of(const std::string& text) const {
    const auto prepared = sql::prepare(text, *catalog_, {});
    REQUIRE_MESSAGE(prepared.has_value(), text << ": " << prepared.error().text());
    double best = 1e9;
    for (int round = 0; round < 3; ++round) {
      const double start = processor_time();
      const auto ran = (*prepared)->run({}, {}, [](auto) { return true; });
      REQUIRE_MESSAGE(ran.has_value(), text << ": " << ran.error().text());
      best = std::min(best, processor_time() - start);
    }
    return best;
  }

 private:
  events::EventStore store_;
  std::unique_ptr<tests::OneTable> catalog_;
};

const char* const kShapes[] = {
    "SELECT count(*) FROM $ WHERE eventname = 'GetObject' AND awsregion = 'us-east-1'",
    "SELECT count(*) FROM $ WHERE eventname LIKE '%Object%'",
    "SELECT count(*) FROM $ WHERE eventname IN ('GetObject', 'PutObject', 'x', 'y')",
    "SELECT eventname, count(*) FROM $ GROUP BY 1",
    "SELECT eventname, awsregion, useridentity.type, errorcode, count(*) FROM $ GROUP BY 1, 2, 3, "
    "4",
    "SELECT eventid, count(*) FROM $ GROUP BY 1",
    "SELECT date_trunc('hour', eventtime), count(*) FROM $ GROUP BY 1",
    "SELECT concat(eventsource, ':', eventname), count(*) FROM $ GROUP BY 1",
    "SELECT lower(useridentity.username), count(*) FROM $ GROUP BY 1",
    "SELECT eventsource, count(DISTINCT eventid) FROM $ GROUP BY 1",
    "SELECT eventname, min(eventtime), max(eventtime), min(eventid) FROM $ GROUP BY 1",
    "SELECT count(*) FROM $ WHERE eventid IN (SELECT eventid FROM $ WHERE errorcode IS NOT NULL)",
    "SELECT count(*) FROM $ WHERE eventid NOT IN (SELECT eventid FROM $ WHERE readonly = true)",
    "SELECT count(*) FROM $ a WHERE EXISTS (SELECT 1 FROM $ b WHERE b.eventid = a.eventid AND "
    "b.errorcode IS NULL)",
    "SELECT count(*) FROM $ a WHERE NOT EXISTS (SELECT 1 FROM $ b WHERE lower(b.eventid) = "
    "lower(a.eventid) AND b.eventtime > a.eventtime)",
    "SELECT count(*) FROM $ a JOIN $ b ON a.eventid = b.eventid",
    "SELECT count(*) FROM $ a LEFT JOIN $ b ON lower(a.eventid) = lower(b.eventid) AND b.readonly",
    "SELECT count(*) FROM $ a FULL JOIN $ b ON lower(a.eventid) = upper(b.eventid)",
    "SELECT count(*) FROM $ a RIGHT JOIN $ b ON lower(a.eventid) = lower(b.eventid)",
    "SELECT count((SELECT max(b.eventtime) FROM $ b WHERE lower(b.eventid) = lower(a.eventid))) "
    "FROM $ a",
    "SELECT a.eventname, count(*) FROM $ a JOIN $ b ON a.eventid = b.eventid AND b.eventtime "
    "BETWEEN a.eventtime AND a.eventtime + INTERVAL '5' MINUTE GROUP BY 1",
    "WITH failed AS (SELECT eventid, eventname FROM $ WHERE errorcode IS NOT NULL) SELECT "
    "f.eventname, count(*) FROM failed f JOIN $ e ON e.eventid = f.eventid GROUP BY 1",
    "SELECT eventid FROM (SELECT eventid, rank() OVER (PARTITION BY eventsource ORDER BY "
    "eventtime, eventid) AS place FROM $) WHERE place <= 3",
    "SELECT max(so_far) FROM (SELECT count(*) OVER (PARTITION BY eventname ORDER BY eventtime) AS "
    "so_far FROM $)",
    "SELECT count(before) FROM (SELECT lag(eventid) OVER (PARTITION BY eventname ORDER BY "
    "eventtime) AS before FROM $)",
    "SELECT eventid FROM $ ORDER BY eventtime LIMIT 10",
    "SELECT eventid FROM $ ORDER BY eventtime DESC LIMIT 10",
    "SELECT eventid FROM $ ORDER BY eventname, eventid LIMIT 10",
    "SELECT eventid FROM $ ORDER BY eventid DESC LIMIT 10",
    "SELECT eventid FROM $ ORDER BY errorcode, eventtime DESC LIMIT 1000",
    "SELECT r.type, count(*) FROM $ CROSS JOIN UNNEST(resources) AS r(a, type, arn, p) GROUP BY 1",
    "SELECT count(*) FROM $ WHERE regexp_like(eventname, '^(Get|Put)[A-Z]')",
    "SELECT element_at(requestparameters, 'bucketName'), count(*) FROM $ GROUP BY 1",
    "SELECT eventsource, sum(CASE WHEN readonly THEN 1 ELSE 0 END), sum(CASE WHEN errorcode IS NOT "
    "NULL THEN 1 ELSE 0 END) FROM $ GROUP BY 1",
    "SELECT sourceipaddress, count(*) FROM $ GROUP BY 1 HAVING count(*) > 30",
    "SELECT DISTINCT awsregion, eventid FROM $",
    "SELECT eventid FROM $ WHERE readonly UNION SELECT eventid FROM $ WHERE errorcode IS NULL",
    "SELECT eventid FROM $ WHERE readonly EXCEPT SELECT eventid FROM $ WHERE errorcode IS NULL",
    "SELECT eventname, array_agg(DISTINCT eventid) FROM $ GROUP BY 1",
    "WITH t AS (SELECT eventid AS id, count(*) AS n FROM $ GROUP BY 1) SELECT e.eventname, "
    "max(t.n) FROM $ e JOIN t ON e.eventid = t.id GROUP BY 1",
    "SELECT eventsource, eventname, count(*) FROM $ GROUP BY ROLLUP (eventsource, eventname)",
    "SELECT eventid FROM $ WHERE readonly INTERSECT SELECT eventid FROM $ WHERE errorcode IS NULL",
    "SELECT max(s) FROM (SELECT count_if(readonly) OVER (PARTITION BY eventname ORDER BY eventtime "
    "ROWS 999 PRECEDING) AS s FROM $)",
    "SELECT max(s), max(t), max(u), max(v) FROM (SELECT sum(CAST(length(eventid) AS double)) OVER "
    "w AS s, max_by(eventid, eventname) OVER w AS t, approx_distinct(eventid) OVER w AS u, "
    "min(CAST(length(eventname) AS double)) OVER w AS v FROM $ WINDOW w AS (ORDER BY eventtime, "
    "eventid ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING))",
};

}  // namespace

TEST_CASE("statements over a store grow as it does") {
  const Store small(kRows);
  const Store large(4 * kRows);
  for (const char* shape : kShapes) {
    std::string text;
    for (const char* c = shape; *c != '\0'; ++c)
      text += *c == '$' ? "aaaaaaaa-0000-4000-8000-000000000001" : std::string(1, *c);
    double before = small.time_of(text);
    double after = large.time_of(text);
    // What else runs here takes caches away, too: then both are measured again.
    for (int round = 0; round < 4 && after > kMostGrowth * before + kNoise; ++round) {
      before = small.time_of(text);
      after = std::min(after, large.time_of(text));
    }
    CHECK_MESSAGE(after <= kMostGrowth * before + kNoise,
                  std::string(shape) << ": " << before << " ms, then " << after << " ms");
  }
}
