#include "events/known_events.hpp"

#include <doctest/doctest.h>

#include <random>

#include "tests/events/random_events.hpp"
#include "tests/events/scan_fixture.hpp"

// Events that are spelled as one before are compared, not parsed. What a store holds must not
// depend on that: each event is loaded into a store of its own, which knows no other, and all of
// them into one store, several times.

namespace trailpond::events::testing {
namespace {

std::vector<std::string> columns_of(StoreKind kind) {
  std::vector<std::string> names;
  for (const Field& field : schema_of(kind)) names.emplace_back(field.name);
  return names;
}

std::vector<std::string> all_rows(const EventStore& store, StoreKind kind) {
  Connection connection;
  connection.declare("scan", store, columns_of(kind));
  return connection.rows("SELECT * FROM scan");
}

void check_alone_and_together(StoreKind kind, const std::vector<std::string>& events) {
  constexpr int kTimes = 3;
  std::vector<std::string> alone;
  std::int64_t rejected = 0;
  std::vector<std::string> reasons;
  std::string lines;
  for (const std::string& event : events) {
    EventStore store(kind);
    const LoadReport report = store.append(event, "x");
    rejected += report.rejected;
    for (const BadEvent& bad : report.bad) reasons.push_back(bad.reason);
    const auto rows = all_rows(store, kind);
    alone.insert(alone.end(), rows.begin(), rows.end());
    lines += event + "\n";
  }
  EventStore store(kind);
  for (int time = 0; time < kTimes; ++time) {
    const LoadReport report = store.append(lines, "x");
    CHECK(report.rejected == rejected);
    std::vector<std::string> found;
    for (const BadEvent& bad : report.bad) found.push_back(bad.reason);
    if (reasons.size() < kReportedBadEvents) CHECK(found == reasons);
  }
  const auto together = all_rows(store, kind);
  REQUIRE(together.size() == kTimes * alone.size());
  for (std::size_t at = 0; at < together.size(); ++at) {
    CHECK(together[at] == alone[at % alone.size()]);
  }
}

/// The event with a byte changed, taken away or put in.
std::string damaged(std::string event, std::mt19937_64& random) {
  static constexpr std::string_view kBytes = "\"{}[],:0tfn\\ e\x01\xff";
  const std::size_t at = random() % event.size();
  const std::string byte(1, kBytes[random() % kBytes.size()]);
  switch (random() % 3) {
    case 0:
      return event.replace(at, 1, byte);
    case 1:
      return event.erase(at, 1 + random() % 3);
    default:
      return event.insert(at, byte);
  }
}

}  // namespace

TEST_CASE("random events are the same alone and among others") {
  constexpr StoreKind kKinds[] = {StoreKind::kCloudTrail, StoreKind::kInsights, StoreKind::kConfig,
                                  StoreKind::kEvidence, StoreKind::kActivity};
  for (unsigned seed = 0; seed < 10; ++seed) {
    CAPTURE(seed);
    RandomEvents writer(1000 + seed);
    std::mt19937_64 random(seed);
    std::vector<std::string> events;
    for (int count = 0; count < 40; ++count) {
      const std::string event = writer.event();
      events.insert(events.end(), {event, damaged(event, random), event, damaged(event, random)});
    }
    check_alone_and_together(kKinds[seed % std::size(kKinds)], events);
  }
}

TEST_CASE("events that differ where it matters") {
  // Beside each other, so that each is tried as the one before it was spelled.
  check_alone_and_together(
      StoreKind::kCloudTrail,
      {R"({"eventName":"a","readOnly":true})",
       R"({"eventName":"a","readOnly":false})",
       R"({"eventName":"a","readOnly":null})",
       R"({"eventName":"a","readOnly":"true"})",
       R"({"eventName":"a\n","readOnly":true})",
       R"({"eventName":null,"readOnly":true})",
       R"({"eventName":7,"readOnly":true})",
       R"({"eventName":{"a":[1]},"readOnly":true})",
       R"({"eventName":"a","readOnly":true} )",
       R"({"eventName":"a","readOnly":true}})",
       R"({"eventName":"a","readOnly": true})",
       R"({"eventName":"a","readOnly":true},)",
       R"({"requestParameters":{"a":"b","c":1}})",
       R"({"requestParameters":{"a":null,"c":1}})",
       R"({"requestParameters":{"a":"b","c":[1]}})",
       R"({"requestParameters":{"a":"b","c":{"d":1}}})",
       R"({"requestParameters":{"a":"b","a":1}})",
       R"({"requestParameters":{}})",
       R"({"requestParameters":null})",
       R"({"requestParameters":"b"})",
       R"({"resources":[]})",
       R"({"resources":[{"ARN":"x"}]})",
       R"({"resources":[{"ARN":"x"},{"ARN":"y"}]})",
       R"({"resources":["x"]})",
       R"({"resources":[null]})",
       R"({"resources":[{"ARN":"x"},null,{"ARN":"z","type":"t"}]})",
       R"({"resources":["x"],"eventName":"b"})",
       R"({"resources":[],"eventName":"b"})",
       R"({"eventName":"a","resources":[{"ARN":"x"}]})",
       R"({"eventName":"a","resources":["x"]})",
       R"({"eventTime":"2026-01-02T03:04:05Z"})",
       R"({"eventTime":"2026-01-02T03:04:05.5Z"})",
       R"({"eventTime":"never"})",
       R"({"eventTime":1})",
       R"({"other":1})",
       R"({"other":"x"})",
       R"({"other":null})",
       R"({"other":[{"eventName":"c"}]})",
       R"({})",
       R"([])",
       R"({"Records":[{"eventName":"a","readOnly":true},{"eventName":"d"}]})",
       R"([{"eventName":"a","readOnly":true},{"eventName":"a","readOnly":true}])"});
}

TEST_CASE("arrays inside arrays") {
  std::vector<std::string> events;
  for (const char* name : {"a", "b", "c", "d", "e", "f"}) {
    events.push_back(
        std::string(R"({"insightContext":{"attributions":[{"attribute":")") + name +
        R"(","insight":[{"value":"v","average":1.5},{"value":"w","average":2}],"baseline":)" +
        R"([{"value":")" + name + R"(","average":3}],"insightValue":"x"},{"attribute":"second",)" +
        R"("insight":[],"baseline":[{"value":"y","average":4}],"insightValue":")" + name +
        R"("}]},"eventID":")" + name + "\"}");
  }
  check_alone_and_together(StoreKind::kInsights, events);
}

TEST_CASE("an attempt that fails leaves no text behind") {
  constexpr StoreKind kKind = StoreKind::kCloudTrail;
  std::string lines;
  for (int count = 0; count < 8000; ++count) {
    // Its values are new each time; what follows is known of some events only.
    const std::string other = count % 2 == 0 ? "other" : "other" + std::to_string(count);
    lines +=
        R"({"requestParameters":{"id":"i)" + std::to_string(count) + "\"},\"" + other + "\":1}\n";
  }
  EventStore store(kKind);
  REQUIRE(store.append(lines, "x").accepted == 8000);
  const NodeId node = Layout::of(kKind).find(path_of(kKind, "requestparameters"));
  std::size_t own = 0;
  for (const auto& segment : store.snapshot()->segments()) {
    const Column& column = segment->column(node);
    std::size_t used = 0;
    for (std::size_t at = 0; at < column.values.size(); ++at) {
      used += (column.values.get(at) & kOwnText) != 0 ? 1 : 0;
    }
    CHECK(column.own_ends.size() == used);
    own += used;
  }
  CHECK(own > 1000);
}

TEST_CASE("unlike events are learnt up to a limit, then seldom tried") {
  constexpr std::size_t kMost = std::size_t{1} << 20;
  KnownEvents known;
  for (int count = 0; count < 100'000; ++count) {
    const std::string event = "{\"name" + std::to_string(count) + "\":1}";
    const char* value = event.data() + event.size() - 2;
    const OutlineMaker::Cut cut = {value, value + 1, 0, kRootNode, Source::kRest};
    const Deed deed = {.kind = Deed::Kind::kSkipped, .depth = 2};
    known.learn(event, {&deed, 1}, {&cut, 1}, Code{1});
  }
  CHECK(known.memory_bytes() >= kMost);
  CHECK(known.memory_bytes() < kMost + 4096);
  int tried = 0;
  for (int count = 0; count < 100'000; ++count) {
    tried += known.is_promising() ? 1 : 0;
    known.note(false);
  }
  CHECK(tried > 0);
  CHECK(tried < 1000);
  for (int count = 0; count < 2000 && !known.is_promising(); ++count) known.note(false);
  for (int count = 0; count < 100; ++count) {
    CHECK(known.is_promising());
    known.note(count % 4 == 0);
  }
}

}  // namespace trailpond::events::testing
