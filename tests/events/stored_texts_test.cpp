#include "events/stored_texts.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>

#include "events/store.hpp"
#include "tests/events/scan_fixture.hpp"

namespace trailpond::events::testing {
namespace {

constexpr std::size_t kMebibyte = std::size_t{1} << 20;

std::string event(int number) {
  return R"({"eventTime":"2026-01-02T03:)" + std::to_string(10 + number / 60 % 50) + ":" +
         std::to_string(10 + number % 50) + R"(Z","eventName":"PutObject","eventID":"id-)" +
         std::to_string(number) +
         R"(","unknown":{"agent":"aws-sdk-cpp/1.11 Linux/6.1 x86_64","number":)" +
         std::to_string(number) + "}}";
}

/// So many events as lines.
std::string events(int first, int count) {
  std::string lines;
  for (int at = first; at < first + count; ++at) lines += event(at) + "\n";
  return lines;
}

std::string noise(std::size_t bytes, unsigned seed) {
  std::mt19937 random(seed);
  std::string text;
  for (std::size_t at = 0; at < bytes; ++at) text += static_cast<char>(' ' + random() % 90);
  return text;
}

std::shared_ptr<const Segment> segment_of(const std::vector<std::string>& texts) {
  SegmentBuilder builder(std::make_shared<DictionarySet>(StoreKind::kCloudTrail));
  for (const std::string& text : texts) builder.finish_row(text, kNullCode, text);
  return builder.seal({});
}

void check_texts(const std::vector<std::string>& texts) {
  const auto segment = segment_of(texts);
  const std::string lines = segment->json_lines();
  segment->pack_rests();
  CHECK(segment->rests()->are_packed());
  CHECK(segment->json_lines() == lines);
  CHECK(segment->row_count() == texts.size());
  std::size_t bytes = 0;
  TextsReader in_order;
  TextsReader backwards;
  TextsReader anyhow;
  std::mt19937 random(7);
  for (std::size_t row = 0; row < texts.size(); ++row) {
    CHECK(in_order.at(*segment, row) == texts[row]);
    const std::size_t last = texts.size() - 1 - row;
    CHECK(backwards.at(*segment, last) == texts[last]);
    const std::size_t any = random() % texts.size();
    CHECK(anyhow.at(*segment, any) == texts[any]);
    CHECK_FALSE(anyhow.stays());
    bytes += texts[row].size();
  }
  CHECK(segment->json_bytes() == bytes);
}

std::vector<std::string> texts_of(const Snapshot& snapshot) {
  std::vector<std::string> texts;
  TextsReader reader;
  for (const auto& segment : snapshot.segments()) {
    for (std::size_t row = 0; row < segment->row_count(); ++row) {
      texts.emplace_back(reader.at(*segment, row));
    }
  }
  return texts;
}

std::size_t count_packed(const Snapshot& snapshot) {
  return static_cast<std::size_t>(std::ranges::count_if(
      snapshot.segments(), [](const auto& segment) { return segment->rests()->are_packed(); }));
}

}  // namespace

TEST_CASE("packed texts come back byte for byte") {
  check_texts({});
  check_texts({""});
  check_texts({"{}"});
  check_texts({"", "", "{}", ""});
  check_texts({noise(kMebibyte, 1)});
  check_texts({noise(kMebibyte, 1), "{}", noise(kMebibyte, 2), "", noise(100'000, 3)});
  std::vector<std::string> many;
  for (int at = 0; at < 20'000; ++at) many.push_back(event(at));
  check_texts(many);
  std::vector<std::string> mixed;
  for (unsigned at = 0; at < 300; ++at) mixed.push_back(noise(at * at % 9'000, at));
  check_texts(mixed);
  check_texts(std::vector<std::string>(40'000, "{}"));
  // Blocks that end where a text does, one byte before and one behind.
  for (const std::size_t bytes : {32'767U, 32'768U, 32'769U}) {
    check_texts({std::string(bytes, 'x'), "{}", std::string(bytes, 'y'), "{}"});
  }
}

TEST_CASE("a reader goes from segment to segment, and keeps those it has begun") {
  const auto first = segment_of({"one", "two"});
  const Segment& packed = *first;
  packed.pack_rests();
  const auto second = segment_of({"three", "four"});
  const Segment& plain = *second;
  TextsReader reader;
  CHECK(reader.at(packed, 1) == "two");
  const std::string_view stays = reader.at(plain, 0);
  CHECK(reader.stays());
  plain.pack_rests();
  CHECK(reader.at(packed, 0) == "one");
  CHECK(stays == "three");
  CHECK(reader.at(plain, 1) == "four");
  CHECK(reader.stays());
  CHECK(TextsReader().at(plain, 1) == "four");
}

TEST_CASE("a large store is packed, however the events came; a small one is not") {
  EventStore small(StoreKind::kCloudTrail);
  small.append(events(0, 1000), "x");
  small.finish_packing();
  CHECK(count_packed(*small.snapshot()) == 0);
  constexpr int kEvents = 60'000;
  const std::string lines = events(0, kEvents);
  REQUIRE(lines.size() > 7 * kMebibyte);
  EventStore store(StoreKind::kCloudTrail);
  SUBCASE("at once") { store.append(lines, "x"); }
  SUBCASE("in parts that are merged") {
    for (int first = 0; first < kEvents; first += 2000) store.append(events(first, 2000), "x");
  }
  SUBCASE("by a copy of another store") {
    EventStore other(StoreKind::kCloudTrail);
    other.append(lines, "x");
    other.finish_packing();
    store.copy(*other.snapshot());
  }
  store.finish_packing();
  const auto snapshot = store.snapshot();
  CHECK(count_packed(*snapshot) >= 1);
  const auto json_bytes = static_cast<std::size_t>(snapshot->json_bytes());
  std::size_t held = 0;
  std::size_t plain = 0;
  for (const auto& segment : snapshot->segments()) {
    (segment->rests()->are_packed() ? held : plain) += segment->rests()->memory_bytes();
  }
  CHECK(plain < json_bytes / 2);
  CHECK(held < json_bytes / 4);
  const auto texts = texts_of(*snapshot);
  REQUIRE(texts.size() == kEvents);
  for (int at = 0; at < kEvents; ++at) CHECK(texts[static_cast<std::size_t>(at)] == event(at));
  Connection connection;
  connection.declare("s", store, {"eventjson", "eventid", "eventtime"});
  CHECK(connection.value("SELECT sum(length(x0)) FROM s") == std::to_string(json_bytes));
  CHECK(connection.value("SELECT x0 FROM s WHERE x1 = 'id-54321'") == "'" + event(54321) + "'");
  CHECK(connection.value("SELECT count(*) FROM s WHERE x0 LIKE '%\"id-1234_\"%'") == "10");
  // A statement that reads two events at a time.
  CHECK(connection.value(
            "SELECT count(*) FROM s a JOIN s b ON b.x1 = 'id-59999' AND "
            "length(b.x0) = length(a.x0) WHERE a.x0 <> b.x0 AND a.x1 LIKE 'id-500__'") == "100");
  CHECK(connection.rows("SELECT x0 FROM s ORDER BY x2, x1 LIMIT 1") ==
        std::vector<std::string>{"'" + event(0) + "'"});
}

TEST_CASE("operators keep the packed texts that they were given") {
  EventStore store(StoreKind::kCloudTrail);
  store.append(events(0, 40'000), "x");
  store.finish_packing();
  const auto snapshot = store.snapshot();
  REQUIRE(count_packed(*snapshot) == snapshot->segments().size());
  const auto reader =
      open_rows(snapshot, {column_of(StoreKind::kCloudTrail, "eventjson")}, {}, nullptr);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < 40'000; row += 37) rows.push_back(row * 7919 % 40'000);
  std::vector<std::string_view> texts(rows.size());
  reader->read_texts(0, rows, texts.data());
  std::vector<Word> words(rows.size());
  reader->read(0, rows, words.data());
  std::vector<Word> again(rows.size());
  reader->read(0, rows, again.data());
  CHECK(words == again);
  for (std::size_t at = 0; at < rows.size(); ++at) {
    CHECK(texts[at] == event(static_cast<int>(rows[at])));
    CHECK(reader->text(0, words[at]) == texts[at]);
  }
}

TEST_CASE("events that are hidden in a packed segment are measured") {
  EventStore store(StoreKind::kCloudTrail);
  store.append(events(0, 40'000), "x");
  const auto all = store.snapshot();
  const HiddenTimes times{0, *parse_timestamp("2026-01-02T03:30:00Z")};
  const auto before = Snapshot::hide(all, times);
  store.finish_packing();
  CHECK(count_packed(*all) == all->segments().size());
  const auto behind = Snapshot::hide(all, times);
  CHECK(behind->shown_bytes() == before->shown_bytes());
  CHECK(behind->shown_count() == before->shown_count());
  CHECK(behind->shown_count() < 40'000);
}

TEST_CASE("what is kept on disk is packed when it is opened") {
  const TemporaryFolder folder;
  {
    const auto store = *EventStore::open(StoreKind::kCloudTrail, folder.path());
    for (int first = 0; first < 60'000; first += 20'000) {
      store->append(events(first, 20'000), "x");
    }
    store->finish_packing();
    const auto seed = store->snapshot();
    store->append(event(-1), "x");
    CHECK(store->keep_only(seed));
    store->show(seed);
  }
  const auto store = *EventStore::open(StoreKind::kCloudTrail, folder.path());
  store->finish_packing();
  CHECK(count_packed(*store->snapshot()) >= 1);
  const auto texts = texts_of(*store->snapshot());
  REQUIRE(texts.size() == 60'000);
  CHECK(texts[59'999] == event(59'999));
}

TEST_CASE("several read while texts are packed and merged") {
  EventStore store(StoreKind::kCloudTrail);
  std::atomic<bool> done = false;
  std::atomic<int> wrong = 0;
  const auto read = [&](unsigned seed) {
    std::mt19937 random(seed);
    while (!done) {
      const auto snapshot = store.snapshot();
      TextsReader reader;
      for (std::size_t at = 0; at + 1 < snapshot->starts().size(); ++at) {
        const Segment& segment = *snapshot->segments()[at];
        for (int round = 0; round < 300; ++round) {
          const std::size_t row = random() % segment.row_count();
          if (reader.at(segment, row) != event(static_cast<int>(snapshot->starts()[at] + row))) {
            ++wrong;
          }
        }
      }
    }
  };
  std::thread first(read, 1);
  std::thread second(read, 2);
  for (int at = 0; at < 90'000; at += 9'000) store.append(events(at, 9'000), "x");
  store.finish_packing();
  done = true;
  first.join();
  second.join();
  CHECK(wrong == 0);
  CHECK(count_packed(*store.snapshot()) >= 1);
}

TEST_CASE("a store that goes while it packs leaves nothing behind") {
  for (int round = 0; round < 3; ++round) {
    EventStore store(StoreKind::kCloudTrail);
    store.append(events(0, 60'000), "x");
  }
}

TEST_CASE("damaged packed bytes are an error, not a wrong text") {
  Unpacker unpacker;
  char out[100];
  CHECK_THROWS_AS(unpacker.unpack("not packed at all", "", out, sizeof out), std::runtime_error);
}

}  // namespace trailpond::events::testing
