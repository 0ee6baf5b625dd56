#include <oniguruma.h>
#include <sqlite3.h>

#include <boost/json.hpp>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "bench/lake.hpp"

// Measures functions and relational constructs of Lake statements, from prepare() to the last
// printed cell, over the events that events_bench left in a folder (events.ndjson): each beside
// the same work done by the library that it stands on, by hand-written SQL on a plain SQLite
// table, or by a loop, in one run and on one thread.

namespace {

using namespace trailpond;
using namespace trailpond::bench;

/// Events of the second half of the table; the first half uses all.
constexpr std::size_t kFewEvents = 100'000;

/// What the peers read: the same values, ready in memory.
struct Peer {
  std::vector<std::string> parameters = {};  // requestParameters as JSON text
  std::vector<std::string> inner = {};       // its member parameter2, itself JSON; "" without it
  std::vector<std::string> keys = {};        // its member key
  std::vector<std::string> agents = {};      // userAgent
  std::vector<std::string> resources = {};   // resources as JSON text
};

std::string member_text(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value == nullptr ? "" : boost::json::serialize(*value);
}

void fill(sqlite3* connection, const std::string& path, Peer& peer) {
  run_plain(connection,
            "CREATE TABLE plain(eventtime INTEGER, eventname TEXT, awsregion TEXT, principal TEXT, "
            "eventid TEXT, params TEXT, resources TEXT)");
  run_plain(connection, "CREATE TABLE few AS SELECT * FROM plain");
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(connection, "INSERT INTO plain VALUES (unixepoch(?) * 1000000,?,?,?,?,?,?)",
                     -1, &insert, nullptr);
  sqlite3_exec(connection, "BEGIN", nullptr, nullptr, nullptr);
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const auto event = boost::json::parse(line).as_object();
    const auto& parameters = event.at("requestParameters").as_object();
    const auto text = [&](std::string_view name) {
      return std::string(std::string_view(event.at(name).as_string()));
    };
    peer.parameters.push_back(boost::json::serialize(parameters));
    peer.inner.push_back(member_text(parameters, "parameter2"));
    peer.keys.emplace_back(std::string_view(parameters.at("key").as_string()));
    peer.agents.push_back(text("userAgent"));
    peer.resources.push_back(member_text(event, "resources"));
    int index = 0;
    for (const std::string& field :
         {text("eventTime"), text("eventName"), text("awsRegion"),
          std::string(
              std::string_view(event.at("userIdentity").as_object().at("principalId").as_string())),
          text("eventID"), peer.parameters.back(), peer.resources.back()}) {
      sqlite3_bind_text(insert, ++index, field.c_str(), -1, SQLITE_TRANSIENT);
    }
    sqlite3_step(insert);
    sqlite3_reset(insert);
  }
  sqlite3_exec(connection, "COMMIT", nullptr, nullptr, nullptr);
  sqlite3_finalize(insert);
  run_plain(connection, "INSERT INTO few SELECT * FROM plain LIMIT " + std::to_string(kFewEvents));
}

/// Prints a row; `limit` is what ours may take of the peer's time, 0: for information.
void report(const char* name, double ours, const char* peer, double theirs, double limit) {
  std::printf("%-34s %8.2f ms   %-22s %8.2f ms   ratio %.3f", name, ours, peer, theirs,
              ours / theirs);
  std::printf(limit > 0 ? " (limit %.1f)\n" : "\n", limit);
  std::fflush(stdout);
}

/// Keeps the compiler from leaving out a loop whose result nobody needs.
void keep(std::size_t count) {
  volatile std::size_t kept = count;
  (void)kept;
}

std::size_t count_json_values(const std::vector<std::string>& texts) {
  std::size_t found = 0;
  for (const std::string& text : texts) {
    if (text.empty()) continue;
    unsigned char buffer[2048];
    boost::json::static_resource memory(buffer);
    const auto value = boost::json::parse(text, &memory);
    found += value.as_object().if_contains("MaxResults") != nullptr ? 1 : 0;
  }
  return found;
}

std::size_t count_matches(const std::vector<std::string>& texts, const std::string& pattern) {
  const auto* begin = reinterpret_cast<const OnigUChar*>(pattern.data());
  regex_t* regex = nullptr;
  OnigErrorInfo error = {};
  onig_new(&regex, begin, begin + pattern.size(), ONIG_OPTION_NONE, ONIG_ENCODING_UTF8,
           ONIG_SYNTAX_JAVA, &error);
  std::size_t found = 0;
  for (const std::string& text : texts) {
    const auto* at = reinterpret_cast<const OnigUChar*>(text.data());
    const auto* end = at + text.size();
    found += onig_search(regex, at, end, at, end, nullptr, ONIG_OPTION_NONE) >= 0 ? 1 : 0;
  }
  onig_free(regex);
  return found;
}

std::size_t count_resources(const std::vector<std::string>& texts) {
  std::size_t found = 0;
  for (const std::string& text : texts) {
    unsigned char buffer[4096];
    boost::json::static_resource memory(buffer);
    for (const auto& resource : boost::json::parse(text, &memory).as_array()) {
      const std::string_view arn = resource.as_object().at("ARN").as_string();
      if (arn.ends_with("-42")) {
        ++found;
        break;
      }
    }
  }
  return found;
}

/// A Lake statement over the few events and the same by hand for SQLite.
struct Construct {
  const char* name;
  const char* lake;
  const char* plain;
};
constexpr Construct kConstructs[] = {
    {"UNNEST", "SELECT r.arn, count(*) FROM $ CROSS JOIN UNNEST(resources) AS r GROUP BY r.arn",
     "SELECT json_extract(r.value, '$.ARN') AS arn, count(*) FROM $, json_each(resources) AS r "
     "GROUP BY 1"},
    {"rank",
     "SELECT count(*) FROM (SELECT rank() OVER (PARTITION BY eventName ORDER BY eventTime) AS k "
     "FROM $) WHERE k <= 3",
     "SELECT count(*) FROM (SELECT rank() OVER (PARTITION BY eventname ORDER BY eventtime) AS k "
     "FROM $) WHERE k <= 3"},
    {"array_agg", "SELECT eventName, array_agg(eventID) FROM $ GROUP BY eventName",
     "SELECT eventname, json_group_array(eventid) FROM $ GROUP BY eventname"},
    {"max_by", "SELECT userIdentity.principalId, max_by(eventName, eventTime) FROM $ GROUP BY 1",
     "SELECT principal, eventname, max(eventtime) FROM $ GROUP BY 1"},
    {"DISTINCT", "SELECT DISTINCT userIdentity.principalId, eventName FROM $",
     "SELECT DISTINCT principal, eventname FROM $"},
};

/// Times the two sides of one comparison.
struct Sides {
  const OneStore& all;
  const OneStore& few;
  sqlite3* connection;
  const Peer& peer;

  double lake(const OneStore& catalog, const std::string& text) const {
    return best([&] { run_lake(catalog, with_table(text, kStore)); });
  }
  double plain(const std::string& text) const {
    return best([&] { run_plain(connection, text); });
  }
  void maps_and_json() const;
  void other_functions() const;
};

void Sides::maps_and_json() const {
  report(
      "element_at(map, k) = 'x'",
      lake(
          all,
          "SELECT count(*) FROM $ WHERE element_at(requestParameters, 'bucketName') = 'bucket-42'"),
      "SQLite json_extract",
      plain("SELECT count(*) FROM plain WHERE json_extract(params, '$.bucketName') = 'bucket-42'"),
      0.1);
  report(
      "GROUP BY element_at(map, k)",
      lake(all, "SELECT element_at(requestParameters, 'bucketName'), count(*) FROM $ GROUP BY 1"),
      "SQLite json_extract",
      plain("SELECT json_extract(params, '$.bucketName'), count(*) FROM plain GROUP BY 1"), 0.1);
  report("count(element_at(map, k))",
         lake(all, "SELECT count(element_at(requestParameters, 'bucketName')) FROM $"),
         "SQLite json_extract",
         plain("SELECT count(json_extract(params, '$.bucketName')) FROM plain"), 0.1);
  report("… of a key with a value each row",
         lake(all, "SELECT sum(length(element_at(requestParameters, 'key'))) FROM $"),
         "SQLite json_extract",
         plain("SELECT sum(length(json_extract(params, '$.key'))) FROM plain"), 0);
  report("json_extract_scalar(element_at)",
         lake(all,
              "SELECT count(json_extract_scalar(element_at(requestParameters, 'parameter2'), "
              "'$.MaxResults')) FROM $"),
         "Boost.JSON alone", best([&] { keep(count_json_values(peer.inner)); }), 1.5);
  report("json_extract_scalar(eventJson)",
         lake(few,
              "SELECT count(json_extract_scalar(eventJson, '$.requestParameters.bucketName')) "
              "FROM $"),
         "SQLite json_extract",
         plain("SELECT count(json_extract(params, '$.bucketName')) FROM few"), 0);
}

void Sides::other_functions() const {
  report("regexp_like",
         lake(all, "SELECT count(*) FROM $ WHERE regexp_like(userAgent, 'cpp/1\\.11\\.[0-9]*7 ')"),
         "Oniguruma alone",
         best([&] { keep(count_matches(peer.agents, "cpp/1\\.11\\.[0-9]*7 ")); }), 1.5);
  report("regexp_like, a value each row",
         lake(all,
              "SELECT count(*) FROM $ WHERE regexp_like(element_at(requestParameters, 'key'), "
              "'^data/.*ab[0-9]+')"),
         "Oniguruma alone", best([&] { keep(count_matches(peer.keys, "^data/.*ab[0-9]+")); }), 1.5);
  report("date_trunc",
         lake(all, "SELECT date_trunc('hour', eventTime), count(*) FROM $ GROUP BY 1"),
         "SQLite, by hand",
         plain("SELECT eventtime - eventtime % 3600000000, count(*) FROM plain GROUP BY 1"), 1.5);
  report("any_match",
         lake(all, "SELECT count(*) FROM $ WHERE any_match(resources, r -> r.arn LIKE '%-42')"),
         "Boost.JSON alone", best([&] { keep(count_resources(peer.resources)); }), 1.5);
  for (const Construct& construct : kConstructs) {
    report(construct.name, lake(few, construct.lake), "SQLite, by hand",
           plain(with_table(construct.plain, "few")), 2);
  }
}

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count < 2) {
    std::cerr << "usage: engine_functions_bench FOLDER\n";
    return 2;
  }
  const std::string path = std::string(arguments[1]) + "/events.ndjson";
  events::EventStore store(events::StoreKind::kCloudTrail);
  store.append_file(path);
  const OneStore all(engine::make_table(store.kind(), store.snapshot()));
  events::EventStore some(events::StoreKind::kCloudTrail);
  {
    std::ifstream file(path);
    std::string text;
    std::string line;
    for (std::size_t i = 0; i < kFewEvents && std::getline(file, line); ++i) text += line + "\n";
    some.append(text, path);
  }
  const OneStore few(engine::make_table(some.kind(), some.snapshot()));
  sqlite3* connection = nullptr;
  sqlite3_open(":memory:", &connection);
  Peer peer;
  fill(connection, path, peer);
  const Sides sides{all, few, connection, peer};
  sides.maps_and_json();
  sides.other_functions();
  sqlite3_close(connection);
  return 0;
}
