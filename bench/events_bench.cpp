#include <sqlite3.h>
#include <time.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <limits>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "events/scan.hpp"
#include "events/store.hpp"

// Measures loading and scanning of 500,000 events of our own making, each number beside the same
// work done by Boost.JSON or by a plain SQLite table, in one run. With a folder as its argument
// it leaves there the events (events.ndjson), the columns (events.csv) and its times (times.txt)
// for bench/events_duckdb.py.

namespace {

using namespace trailpond::events;
using Clock = std::chrono::steady_clock;

constexpr int kEvents = 500'000;
constexpr int kRounds = 5;

double milliseconds(const std::function<void()>& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// The time on a processor, which neighbours on the machine do not lengthen: of this thread or, by
/// CLOCK_PROCESS_CPUTIME_ID, of all.
double processor_milliseconds(const std::function<void()>& work,
                              clockid_t clock = CLOCK_THREAD_CPUTIME_ID) {
  const auto now = [clock] {
    timespec time = {};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
  };
  const double start = now();
  work();
  return now() - start;
}

double best(const std::function<void()>& work) {
  double least = milliseconds(work);
  for (int round = 1; round < kRounds; ++round) least = std::min(least, milliseconds(work));
  return least;
}

/// Makes events whose values repeat as those of a real account do.
class Generator {
 public:
  std::string next() {
    // Squares make a few sources, names and principals far more frequent than the rest.
    const auto source = skewed(60);
    const auto name = source * 13 + skewed(13);
    const auto principal = skewed(5000);
    const std::string account = std::to_string(111122223000 + principal % 40);
    const std::string id = hex(8) + "-" + hex(4) + "-" + hex(4) + "-" + hex(4) + "-" + hex(12);
    std::string json = R"({"eventVersion":"1.09","userIdentity":{"type":"AssumedRole",)";
    json += R"("principalId":"AROA)" + padded(principal, 16) + ":session-" +
            std::to_string(principal % 700) + R"(","arn":"arn:aws:sts::)" + account +
            ":assumed-role/role-" + std::to_string(principal) + "/session-" +
            std::to_string(principal % 700) + R"(","accountId":")" + account +
            R"(","accessKeyId":"ASIA)" + padded(skewed(20000), 16) +
            R"(","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROA)" +
            padded(principal, 16) + R"(","arn":"arn:aws:iam::)" + account + ":role/role-" +
            std::to_string(principal) + R"(","accountId":")" + account + R"(","userName":"role-)" +
            std::to_string(principal) + R"("},"attributes":{"creationDate":")" +
            time(number_ / 50 * 50) + R"(","mfaAuthenticated":"false"}}},"eventTime":")" +
            time(number_ + random_() % 900) + R"(","eventSource":"service)" +
            std::to_string(source) + R"(.amazonaws.com","eventName":")" + verb(name) +
            std::to_string(name) + R"(","awsRegion":"eu-west-)" + std::to_string(skewed(17)) +
            R"(","sourceIPAddress":"10.)" + std::to_string(skewed(16)) + "." +
            std::to_string(random_() % 256) + ".7" + R"(","userAgent":"aws-sdk-cpp/1.11.)" +
            std::to_string(skewed(400)) + R"( Linux/6.1 x86_64 GCC/12.2.0 lang/cpp")";
    if (random_() % 6 == 0) {
      json += R"(,"errorCode":"AccessDenied","errorMessage":"User: role-)" +
              std::to_string(principal) + " is not authorized to perform: " + std::to_string(name) +
              R"( because no policy allows the action")";
    }
    json += R"(,"requestParameters":{"bucketName":"bucket-)" + std::to_string(skewed(900)) +
            R"(","key":"data/2026/)" + hex(10) + R"(.parquet")";
    for (auto more = 1 + random_() % 6; more > 0; --more) {
      json += R"(,"parameter)" + std::to_string(more) + R"(":)" +
              (more == 2 ? R"({"MaxResults":)" + std::to_string(skewed(90)) + "}"
                         : R"("value-)" + std::to_string(skewed(3000)) + '"');
    }
    json += R"(},"responseElements":null,"additionalEventData":{"SignatureVersion":"SigV4",)";
    json += R"("CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":0,)";
    json += R"("bytesTransferredOut":)" + std::to_string(skewed(100000)) + R"(,"x-amz-id-2":")" +
            hex(64) + R"("},"requestID":")" + hex(16) + R"(","eventID":")" + id +
            R"(","readOnly":)" + (name % 3 ? "true" : "false") + R"(,"resources":[{"accountId":")" +
            account + R"(","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::bucket-)" +
            std::to_string(skewed(900)) +
            R"("}],"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":")" +
            account + R"(","eventCategory":"Management","tlsDetails":{"tlsVersion":"TLSv1.3",)" +
            R"("cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"service)" +
            std::to_string(source) + R"(.eu-west-1.amazonaws.com"}})";
    ++number_;
    return json;
  }

 private:
  std::uint64_t skewed(std::uint64_t count) {
    const double uniform = static_cast<double>(random_() % 1'000'000) / 1'000'000;
    return static_cast<std::uint64_t>(uniform * uniform * static_cast<double>(count));
  }
  std::string hex(int digits) {
    std::string text;
    for (; digits > 0; --digits) text += "0123456789abcdef"[random_() % 16];
    return text;
  }
  static std::string padded(std::uint64_t number, std::size_t width) {
    std::string digits = std::to_string(number);
    return std::string(width - digits.size(), 'A') + digits;
  }
  static std::string verb(std::uint64_t name) {
    static const char* const kVerbs[] = {"Describe", "Get", "List", "Put", "Create", "Delete"};
    return kVerbs[name % 6];
  }
  /// A time so many times five seconds after the first of January.
  static std::string time(std::uint64_t steps) {
    const std::uint64_t seconds = steps * 5;
    char text[32];
    std::snprintf(text, sizeof text, "2026-01-%02dT%02d:%02d:%02dZ",
                  static_cast<int>(1 + seconds / 86'400 % 28),
                  static_cast<int>(seconds / 3'600 % 24), static_cast<int>(seconds / 60 % 60),
                  static_cast<int>(seconds % 60));
    return text;
  }
  std::mt19937_64 random_{20260102};
  std::uint64_t number_ = 0;
};

const std::vector<std::pair<const char*, std::vector<std::uint16_t>>>& columns() {
  // Paths by the order of SHREDDING.md section 2.
  static const std::vector<std::pair<const char*, std::vector<std::uint16_t>>> kColumns = {
      {"eventtime", {2}},       {"eventsource", {3}}, {"eventname", {4}},  {"awsregion", {5}},
      {"sourceipaddress", {6}}, {"useragent", {7}},   {"errorcode", {8}},  {"principal", {1, 2}},
      {"account", {1, 3}},      {"readonly", {15}},   {"requestid", {13}}, {"eventid", {14}},
  };
  return kColumns;
}

void run(sqlite3* connection, const std::string& sql,
         const std::function<void(sqlite3_stmt*)>& on_row = {}) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(connection, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
    std::cerr << sqlite3_errmsg(connection) << " in " << sql << '\n';
    std::exit(1);
  }
  while (sqlite3_step(statement) == SQLITE_ROW) {
    if (on_row) on_row(statement);
  }
  sqlite3_finalize(statement);
}

/// A statement over the columns by name, with the table as $; `limit` is the most it may take of
/// SQLite's time.
struct Query {
  const char* name;
  const char* sql;
  double limit;
};
constexpr Query kQueries[] = {
    {"count",
     "SELECT count(*) FROM $ WHERE eventsource = 'service3.amazonaws.com' AND "
     "eventtime >= 1768003200000000",
     0.5},
    {"group", "SELECT eventname, count(*) FROM $ GROUP BY eventname", 0.5},
    {"top", "SELECT eventtime, eventname, eventid FROM $ ORDER BY eventtime DESC LIMIT 10", 0.5},
    {"in", "SELECT count(*) FROM $ WHERE eventname IN ('Get1', 'Put3', 'List8') AND readonly = 0",
     0},
    {"like", "SELECT count(*) FROM $ WHERE useragent LIKE '%1.11.3%' AND errorcode IS NULL", 0},
    {"group2",
     "SELECT eventsource, account, count(*), max(eventtime) FROM $ GROUP BY eventsource, "
     "account",
     0},
    {"distinct", "SELECT DISTINCT principal FROM $", 0},
    {"wide", "SELECT count(eventname || useragent || principal || eventid) FROM $", 0},
    {"all", "SELECT count(*) FROM $ WHERE eventtime > 0 AND eventsource <> 'x'", 0},
};

std::string with_columns(std::string sql, const std::string& table, bool scan) {
  sql.replace(sql.find('$'), 1, table);
  if (!scan) return sql;
  for (std::size_t at = 0; at < columns().size(); ++at) {
    const std::string name = columns()[at].first;
    for (auto found = sql.find(name); found != sql.npos; found = sql.find(name, found + 1)) {
      sql.replace(found, name.size(), "x" + std::to_string(at));
    }
  }
  return sql;
}

void parse_by_boost(const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    boost::json::monotonic_resource memory;
    const auto value =
        boost::json::parse(boost::json::string_view(text.data() + at, end - at), &memory);
    if (!value.is_object()) std::exit(1);
    at = end + 1;
  }
}

std::int64_t accepted(const LoadReport& report) {
  if (report.rejected != 0) std::exit(1);
  return report.accepted;
}

/// Loads a text, in turns with Boost.JSON, the best of a few rounds each; the last store is handed
/// out.
void measure_loading(const std::string& text, std::unique_ptr<EventStore>& loaded) {
  constexpr int kLoadRounds = 3;
  double boost_ms = std::numeric_limits<double>::max();
  double load_ms = boost_ms;
  std::int64_t events = 0;
  for (int round = 0; round < kLoadRounds; ++round) {
    boost_ms = std::min(boost_ms, processor_milliseconds([&] { parse_by_boost(text); }));
    loaded = std::make_unique<EventStore>(StoreKind::kCloudTrail);
    const double all_threads = processor_milliseconds(
        [&] {
          events = accepted(loaded->append(text, "bench"));
          loaded->finish_packing();
        },
        CLOCK_PROCESS_CPUTIME_ID);
    load_ms = std::min(load_ms, all_threads);
  }
  const auto snapshot = loaded->snapshot();
  const auto held = static_cast<double>(snapshot->memory_bytes());
  const auto json = static_cast<double>(snapshot->json_bytes());
  std::printf("%-24s %8.0f ms   Boost.JSON alone %8.0f ms   ratio %.2f (limit 1.3)\n",
              "load, all threads", load_ms, boost_ms, load_ms / boost_ms);
  const auto count = static_cast<double>(events);
  std::printf("%-24s %8.0f bytes, of %.0f bytes of JSON, ratio %.3f (limit 0.35)\n",
              "memory an event", held / count, json / count, held / json);
}

/// Reads whole events: all of them in their order, all by their time, and fifty one by one.
void measure_texts(sqlite3* connection, const EventStore& store) {
  declare_scan(connection, "texts", store.snapshot(), {{{32}}, {{14}}, {{2}}}, nullptr);
  const auto print = [](const char* name, double ms) { std::printf("%-24s %8.2f ms\n", name, ms); };
  print("texts, all", milliseconds([&] { run(connection, "SELECT sum(length(x0)) FROM texts"); }));
  print("texts, json_extract", milliseconds([&] {
          run(connection, "SELECT count(json_extract(x0, '$.awsRegion')) FROM texts");
        }));
  print("texts, by time", milliseconds([&] {
          run(connection, "SELECT x0 FROM texts ORDER BY x2",
              [](sqlite3_stmt* row) { sqlite3_column_text(row, 0); });
        }));
  std::vector<std::string> ids;
  run(connection, "SELECT x1 FROM texts ORDER BY x1 LIMIT 50", [&](sqlite3_stmt* row) {
    ids.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(row, 0)));
  });
  std::string list;
  for (const std::string& id : ids) list += (list.empty() ? "'" : ",'") + id + "'";
  print("texts, 50 ids",
        milliseconds([&] { run(connection, "SELECT x1 FROM texts WHERE x1 IN (" + list + ")"); }));
  print("texts, 50 by id", milliseconds([&] {
          run(connection, "SELECT x0 FROM texts WHERE x1 IN (" + list + ")",
              [](sqlite3_stmt* row) { sqlite3_column_text(row, 0); });
        }));
}

void fill_table(sqlite3* connection) {
  std::string definition;
  for (std::size_t at = 0; at < columns().size(); ++at) {
    const std::string name = columns()[at].first;
    const bool number = name == "eventtime" || name == "readonly";
    definition += (at > 0 ? ", " : "") + name + (number ? " INTEGER" : " TEXT");
  }
  run(connection, "CREATE TABLE plain(" + definition + ")");
  run(connection, "INSERT INTO plain SELECT * FROM scan");
}

void write_csv(sqlite3* connection, const std::string& path) {
  std::ofstream file(path);
  run(connection, "SELECT * FROM scan", [&](sqlite3_stmt* row) {
    for (int column = 0; column < sqlite3_column_count(row); ++column) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(row, column));
      file << (column > 0 ? "," : "") << (text ? text : "");
    }
    file << '\n';
  });
}

}  // namespace

/// Prints how long Boost.JSON alone takes for the lines of a file, in seconds: for others to
/// compare with.
int time_parsing(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  const std::string lines = std::move(text).str();
  double least = std::numeric_limits<double>::max();
  for (int round = 0; round < 3; ++round) {
    least = std::min(least, processor_milliseconds([&] { parse_by_boost(lines); }));
  }
  std::printf("%.4f\n", least / 1000);
  return 0;
}

int main(int argument_count, char** arguments) {
  if (argument_count == 3 && std::string_view(arguments[1]) == "--parse") {
    return time_parsing(arguments[2]);
  }
  std::string text;
  Generator generator;
  for (int at = 0; at < kEvents; ++at) text += generator.next() + "\n";
  std::unique_ptr<EventStore> store;
  if (argument_count > 1) {
    std::filesystem::create_directories(arguments[1]);
    std::ofstream(std::string(arguments[1]) + "/events.ndjson") << text;
  }
  measure_loading(text, store);
  sqlite3* connection = nullptr;
  sqlite3_open(":memory:", &connection);
  run(connection, "PRAGMA case_sensitive_like = ON");
  std::vector<ScanColumn> wanted;
  for (const auto& [name, path] : columns()) wanted.push_back({path});
  declare_scan(connection, "scan", store->snapshot(), wanted, nullptr);
  fill_table(connection);
  std::string times;
  for (const Query& query : kQueries) {
    const double scan = best([&] { run(connection, with_columns(query.sql, "scan", true)); });
    const double plain = best([&] { run(connection, with_columns(query.sql, "plain", false)); });
    std::printf("%-24s %8.2f ms   SQLite table %8.2f ms   ratio %.3f", query.name, scan, plain,
                scan / plain);
    std::printf(query.limit > 0 ? " (limit %.1f)\n" : "\n", query.limit);
    times += std::string(query.name) + "\t" + std::to_string(scan) + "\t" +
             with_columns(query.sql, "events", false) + "\n";
  }
  if (argument_count > 1) {
    const std::string folder = arguments[1];
    std::ofstream(folder + "/times.txt") << times;
    write_csv(connection, folder + "/events.csv");
  }
  measure_texts(connection, *store);
  sqlite3_close(connection);
  return 0;
}
