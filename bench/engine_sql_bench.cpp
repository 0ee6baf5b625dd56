#include <sqlite3.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "bench/lake.hpp"

// Measures whole Lake statements, from prepare() to the last printed cell, over the events that
// events_bench left in a folder (events.ndjson, events.csv), each beside hand-written SQL on a
// plain SQLite table of the same typed columns, in one run and on one thread. Leaves sql_times.txt
// there for events_duckdb.py. With a second folder it also times prepare() on every .sql file in
// it.

namespace {

using namespace trailpond;
using namespace trailpond::bench;
/// A Lake statement with the store as $, the same by hand for SQLite (and DuckDB), and the most
/// that ours may take of SQLite's time (0: for information).
struct Query {
  const char* name;
  const char* lake;
  const char* plain;
  double limit;
};
constexpr Query kQueries[] = {
    {"count",
     "SELECT count(*) FROM $ WHERE eventSource = 'service3.amazonaws.com' AND eventTime >= "
     "'2026-01-10 00:00:00'",
     "SELECT count(*) FROM $ WHERE eventsource = 'service3.amazonaws.com' AND eventtime >= "
     "1768003200000000",
     0.5},
    {"group", "SELECT eventName, count(*) FROM $ GROUP BY eventName",
     "SELECT eventname, count(*) FROM $ GROUP BY eventname", 0.5},
    {"top", "SELECT eventTime, eventName, eventID FROM $ ORDER BY eventTime DESC LIMIT 10",
     "SELECT eventtime, eventname, eventid FROM $ ORDER BY eventtime DESC LIMIT 10", 0.5},
    {"who",
     "SELECT userIdentity.principalId, eventName FROM $ WHERE eventName = 'Delete5' AND errorCode "
     "IS NOT NULL",
     "SELECT principal, eventname FROM $ WHERE eventname = 'Delete5' AND errorcode IS NOT NULL",
     0.6},
    {"group two, order",
     "SELECT eventSource, eventName, count(*) AS n FROM $ WHERE eventTime > '2026-01-02' GROUP BY "
     "eventSource, eventName "
     "ORDER BY n DESC",
     "SELECT eventsource, eventname, count(*) AS n FROM $ WHERE eventtime > 1767312000000000 GROUP "
     "BY eventsource, "
     "eventname ORDER BY n DESC",
     0.6},
    {"like", "SELECT count(*) FROM $ WHERE userIdentity.arn LIKE '%role-42/%' AND readOnly = false",
     "SELECT count(*) FROM $ WHERE principal LIKE '%42:%' AND readonly = 0", 0.6},
    {"errors",
     "SELECT errorCode, awsRegion, count(*) FROM $ WHERE errorCode IS NOT NULL GROUP BY errorCode, "
     "awsRegion",
     "SELECT errorcode, awsregion, count(*) FROM $ WHERE errorcode IS NOT NULL GROUP BY errorcode, "
     "awsregion",
     0.6},
    {"distinct", "SELECT DISTINCT userIdentity.accountId, awsRegion FROM $",
     "SELECT DISTINCT account, awsregion FROM $", 0.6},
    {"per day", "SELECT date(eventTime) AS d, count(*) FROM $ GROUP BY date(eventTime) ORDER BY d",
     "SELECT eventtime / 86400000000 AS d, count(*) FROM $ GROUP BY 1 ORDER BY 1", 0.6},
    {"in",
     "SELECT count(*) FROM $ WHERE eventName IN ('Get1', 'Put3', 'List8') AND sourceIPAddress NOT "
     "LIKE '10.1.%'",
     "SELECT count(*) FROM $ WHERE eventname IN ('Get1', 'Put3', 'List8') AND sourceipaddress NOT "
     "LIKE '10.1.%'",
     0.6},
    {"lower",
     "SELECT lower(eventName) AS e, count(*) FROM $ GROUP BY lower(eventName) ORDER BY 2 DESC "
     "LIMIT 5",
     "SELECT lower(eventname) AS e, count(*) FROM $ GROUP BY 1 ORDER BY 2 DESC LIMIT 5", 0},
    {"all rows pass", "SELECT count(*) FROM $ WHERE eventSource <> 'x'",
     "SELECT count(*) FROM $ WHERE eventsource <> 'x'", 0},
};

void fill_plain(sqlite3* connection, const std::string& path) {
  run_plain(connection,
            "CREATE TABLE plain(eventtime INTEGER, eventsource TEXT, eventname TEXT, awsregion "
            "TEXT, sourceipaddress TEXT, "
            "useragent TEXT, errorcode TEXT, principal TEXT, account TEXT, readonly INTEGER, "
            "requestid TEXT, eventid TEXT)");
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(connection, "INSERT INTO plain VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", -1, &insert,
                     nullptr);
  sqlite3_exec(connection, "BEGIN", nullptr, nullptr, nullptr);
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    int index = 1;
    for (std::string field; std::getline(fields, field, ','); ++index) {
      if (field.empty())
        sqlite3_bind_null(insert, index);
      else
        sqlite3_bind_text(insert, index, field.c_str(), -1, SQLITE_TRANSIENT);
    }
    sqlite3_step(insert);
    sqlite3_reset(insert);
  }
  sqlite3_exec(connection, "COMMIT", nullptr, nullptr, nullptr);
  sqlite3_finalize(insert);
}

void time_prepare(const sql::Catalog& catalog, const std::string& folder) {
  std::vector<std::string> statements;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".sql") continue;
    std::ifstream file(entry.path());
    std::string text((std::istreambuf_iterator<char>(file)), {});
    for (const std::string name : {"__EDS__", "__EDS2__", "__CONFIG_EDS__", "__INSIGHTS_EDS__",
                                   "__EVIDENCE_EDS__", "__INTEGRATION_EDS__"}) {
      for (std::size_t at = 0; (at = text.find(name, at)) != std::string::npos;)
        text.replace(at, name.size(), kStore);
    }
    if (sql::prepare(text, catalog, {})) statements.push_back(std::move(text));
  }
  if (statements.empty()) return;
  constexpr int kRepeats = 20;
  const double took = best([&] {
    for (int i = 0; i < kRepeats; ++i) {
      for (const std::string& statement : statements)
        (void)sql::prepare(statement, catalog, {}).has_value();
    }
  });
  std::printf("%-24s %8.1f us a statement, mean of %zu published queries (limit 150)\n", "prepare",
              took * 1000 / kRepeats / static_cast<double>(statements.size()), statements.size());
}

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count < 2) {
    std::cerr << "usage: engine_sql_bench FOLDER [FOLDER OF .sql FILES]\n";
    return 2;
  }
  const std::string folder = arguments[1];
  events::EventStore store(events::StoreKind::kCloudTrail);
  std::cerr << store.append_file(folder + "/events.ndjson").accepted << " events\n";
  const OneStore catalog(engine::make_table(store.kind(), store.snapshot()));
  sqlite3* connection = nullptr;
  sqlite3_open(":memory:", &connection);
  sqlite3_exec(connection, "PRAGMA case_sensitive_like = ON", nullptr, nullptr, nullptr);
  fill_plain(connection, folder + "/events.csv");
  std::ofstream times(folder + "/sql_times.txt");
  // One of them alone, for a profiler.
  const char* only = std::getenv("BENCH_ONLY");
  for (const Query& query : kQueries) {
    if (only != nullptr && std::string_view(only) != query.name) continue;
    const double ours = best([&] { run_lake(catalog, with_table(query.lake, kStore)); });
    const double plain = best([&] { run_plain(connection, with_table(query.plain, "plain")); });
    std::printf("%-24s %8.2f ms   SQLite table %8.2f ms   ratio %.3f", query.name, ours, plain,
                ours / plain);
    std::printf(query.limit > 0 ? " (limit %.1f)\n" : "\n", query.limit);
    times << query.name << '\t' << ours << '\t' << with_table(query.plain, "events") << '\n';
  }
  if (argument_count > 2) time_prepare(catalog, arguments[2]);
  sqlite3_close(connection);
  return 0;
}
