#include "events/outline.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "events/json_reader.hpp"
#include "events/store.hpp"
#include "tests/events/random_events.hpp"
#include "tests/events/scan_fixture.hpp"

// An event's text comes back byte for byte, without the whitespace between its parts: AWS's
// CloudTrailEvent and Lake's eventjson are the event as it was delivered.

namespace trailpond::events::testing {
namespace {

std::vector<std::string> texts_of(const EventStore& store) {
  std::vector<std::string> texts;
  TextsReader reader;
  for (const auto& segment : store.snapshot()->segments()) {
    for (std::size_t row = 0; row < segment->row_count(); ++row) {
      texts.emplace_back(reader.at(*segment, row));
    }
  }
  return texts;
}

std::string compact(std::string_view json) {
  std::string text;
  JsonReader::append_compact(json, text);
  return text;
}

void check_texts(StoreKind kind, const std::vector<std::string>& events) {
  EventStore store(kind);
  std::string lines;
  for (const std::string& event : events) lines += event + "\n";
  REQUIRE(store.append(lines, "x").rejected == 0);
  const auto texts = texts_of(store);
  REQUIRE(texts.size() == events.size());
  std::int64_t bytes = 0;
  for (std::size_t at = 0; at < events.size(); ++at) {
    const std::string expected = compact(events[at]);
    CHECK(texts[at] == expected);
    bytes += static_cast<std::int64_t>(expected.size());
  }
  CHECK(store.snapshot()->json_bytes() == bytes);
}

std::size_t rest_bytes(const EventStore& store) {
  std::size_t bytes = 0;
  for (const auto& segment : store.snapshot()->segments()) bytes += segment->rest_bytes();
  return bytes;
}

}  // namespace

TEST_CASE("an event is put together from its outline and its columns") {
  const std::string one =
      R"({"eventVersion":"1.10","userIdentity":{"type":"IAMUser","sessionContext":{"attributes":)"
      R"({"creationDate":"2026-01-02T03:04:05Z","mfaAuthenticated":"false"}}},"eventTime":)"
      R"("2026-01-02T03:04:05Z","eventName":"Put","requestParameters":{"a":"b","c":{"d":[1,2]},)"
      R"("e":7},"responseElements":null,"requestID":"r","eventID":"id","readOnly":true,)"
      R"("resources":[{"ARN":"x","type":"t"},{"ARN":"y"}],"eventCategory":"Management"})";
  EventStore store(StoreKind::kCloudTrail);
  store.append(one, "x");
  CHECK(texts_of(store) == std::vector<std::string>{one});
  CHECK(rest_bytes(store) == 0);
  CHECK(store.snapshot()->segments()[0]->outlines().codes.get(0) != kNullCode);
  check_texts(StoreKind::kCloudTrail, {one, one, R"({"eventName":"other"})", one});
  Connection connection;
  connection.declare("s", store, {"eventjson", "eventid"});
  CHECK(connection.value("SELECT x0 FROM s WHERE x1 = 'id'") == "'" + one + "'");
}

TEST_CASE("what no column spells is kept beside the outline") {
  for (const char* event : {
           R"({})",
           R"({"eventName":"a","eventName":"b"})",
           R"({"EventName":"a","eventName":"b","EVENTNAME":"c"})",
           R"({"requestParameters":{"k":1,"k":2,"l":3}})",
           R"({"requestParameters":{"k":null,"\u006b":"x"}})",
           R"({"requestParameters":"text","resources":{},"userIdentity":[1]})",
           R"({"unknown":{"a":[1,{"b":"\n"}]},"eventName":"a","other":"x"})",
           R"({"eventTime":"2026-01-02T03:04:05.000Z"})",
           R"({"eventTime":"2026-01-02t03:04:05Z"})",
           R"({"eventTime":1700000000})",
           R"({"readOnly":"TRUE","managementEvent":1})",
           R"({"resources":[null,{},{"ARN":null},{"ARN":["a"]},3,{"ARN":"z","ARN":"y"}]})",
           R"({"eventJson":"x","eventJsonChecksum":"y"})",
           R"({"userAgent":"[\"a\"]","errorMessage":"caf\u00e9 \/ café"})",
       }) {
    CAPTURE(event);
    check_texts(StoreKind::kCloudTrail, {event, event});
  }
  check_texts(StoreKind::kCloudTrail,
              {R"({ "eventName" : "a" , "requestParameters" : )"
               R"({ "k" : [ 1 , 2 ] , "t" : " x " } , "u" : { "v" : 1 } })"});
  // Longer than a piece of an outline may be.
  const std::string name(70'000, 'n');
  check_texts(StoreKind::kCloudTrail,
              {"{\"eventName\":\"a\",\"" + name + "\":1,\"eventID\":\"i\"}"});
  // More entries and elements than an outline counts.
  std::string many = R"({"requestParameters":{"a":1)";
  for (int at = 0; at < 66'000; ++at) many += ",\"" + std::to_string(at) + "\":0";
  check_texts(StoreKind::kCloudTrail, {many + "}}"});
}

TEST_CASE("random events of every kind come back") {
  constexpr StoreKind kKinds[] = {StoreKind::kCloudTrail, StoreKind::kInsights, StoreKind::kConfig,
                                  StoreKind::kEvidence, StoreKind::kActivity};
  for (unsigned seed = 0; seed < 30; ++seed) {
    RandomEvents writer(seed);
    std::vector<std::string> events;
    for (int at = 0; at < 300; ++at) events.push_back(writer.event());
    check_texts(kKinds[seed % std::size(kKinds)], events);
  }
}

TEST_CASE("texts stay as they are when segments are merged, packed, copied and opened again") {
  RandomEvents writer(99);
  std::vector<std::string> events;
  std::vector<std::string> expected;
  for (int at = 0; at < 12'000; ++at) {
    events.push_back(writer.event());
    expected.push_back(compact(events.back()));
  }
  const TemporaryFolder folder;
  {
    const auto store = *EventStore::open(StoreKind::kCloudTrail, folder.path());
    std::size_t next = 0;
    for (std::size_t part = 1; next < events.size(); part = part * 3 % 701 + 1) {
      std::string lines;
      for (std::size_t at = 0; at < part && next < events.size(); ++at)
        lines += events[next++] + "\n";
      REQUIRE(store->append(lines, "x").rejected == 0);
    }
    store->finish_packing();
    CHECK(texts_of(*store) == expected);
    EventStore copy(StoreKind::kCloudTrail);
    copy.copy(*store->snapshot());
    CHECK(texts_of(copy) == expected);
  }
  const auto store = *EventStore::open(StoreKind::kCloudTrail, folder.path());
  CHECK(texts_of(*store) == expected);
}

TEST_CASE("events that share nothing do not fill memory with outlines") {
  EventStore store(StoreKind::kCloudTrail);
  std::string lines;
  std::vector<std::string> expected;
  std::mt19937_64 random(5);
  for (int at = 0; at < 20'000; ++at) {
    std::string event = R"({"eventName":"a","requestParameters":{)";
    for (int key = 0; key < 20; ++key) {
      event += (key > 0 ? ",\"" : "\"") + std::to_string(random()) + "\":1";
    }
    expected.push_back(event + "}}");
    lines += expected.back() + "\n";
  }
  REQUIRE(store.append(lines, "x").rejected == 0);
  const auto& outlines = store.snapshot()->dictionaries()->outlines();
  CHECK(outlines.memory_bytes() < (std::size_t{3} << 20));
  CHECK(texts_of(store) == expected);
  store.finish_packing();
  CHECK(texts_of(store) == expected);
}

TEST_CASE("the shared corpus comes back, where it is there") {
  const std::string folder = std::string(TRAILPOND_SOURCE_DIR) + "/../shared/oracle/events/";
  if (!std::filesystem::exists(folder)) return;
  const std::pair<StoreKind, const char*> files[] = {
      {StoreKind::kConfig, "config_eds.ndjson"},
      {StoreKind::kActivity, "integration_eds.ndjson"},
      {StoreKind::kInsights, "insights_eds.ndjson"},
      {StoreKind::kEvidence, "evidence_eds.ndjson"}};
  for (const auto& [kind, name] : files) {
    std::ifstream file(folder + name);
    std::vector<std::string> events;
    for (std::string line; std::getline(file, line);) events.push_back(line);
    check_texts(kind, events);
  }
}

}  // namespace trailpond::events::testing
