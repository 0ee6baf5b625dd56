#include "events/event_log.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "events/store.hpp"
#include "tests/events/scan_fixture.hpp"

// Damage is made from a whole file, so nothing here knows how frames look but for the sizes below.
namespace trailpond::events::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFrameHeadBytes = 48;
constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20;

struct Opened {
  std::vector<std::string> lines = {};
  std::vector<LogRange> ranges = {};
  LogDamages damages = {};
  std::string error = {};
};

struct OpenedLog {
  Opened found = {};
  std::unique_ptr<EventLog> log = {};
};

OpenedLog open_log(const TemporaryFolder& folder) {
  OpenedLog opened;
  auto log = EventLog::open(StoreKind::kCloudTrail, folder.path(),
                            [&](std::string_view lines, LogRange range) {
                              opened.found.lines.emplace_back(lines);
                              opened.found.ranges.push_back(range);
                            });
  if (log) {
    opened.log = std::move(*log);
    opened.found.damages = opened.log->damages();
  } else {
    opened.found.error = log.error();
  }
  return opened;
}

Opened read_log_of(const TemporaryFolder& folder) { return open_log(folder).found; }

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Lines of `count` events, so long that no two batches look alike.
std::string batch(int number, int count) {
  std::string lines;
  for (int at = 0; at < count; ++at) {
    lines += "{\"eventName\":\"E" + std::to_string(number) + "-" + std::to_string(at) + "\"}\n";
  }
  return lines;
}

/// A log of four batches of 1, 2, 3 and 4 events.
struct FourBatches {
  FourBatches() {
    const TemporaryFolder folder;
    auto log = open_log(folder).log;
    for (int number = 1; number <= 4; ++number) {
      begins.push_back(fs::file_size(folder.path() + "/events.log"));
      lines.push_back(batch(number, number));
      log->append(lines.back(), static_cast<std::uint64_t>(number));
    }
    content = read_file(folder.path() + "/events.log");
    begins.push_back(content.size());
  }
  std::vector<std::string> lines;
  std::vector<std::size_t> begins;
  std::string content;
};

std::uint64_t count_lost(const LogDamages& damages) {
  std::uint64_t lost = 0;
  for (const LogDamage& damage : damages.places) lost += damage.events;
  return lost;
}

std::vector<std::string> without(std::vector<std::string> lines, const std::vector<int>& gone) {
  std::vector<std::string> left;
  for (std::size_t at = 0; at < lines.size(); ++at) {
    if (std::ranges::count(gone, static_cast<int>(at) + 1) == 0) left.push_back(lines[at]);
  }
  return left;
}

/// Opens a damaged log three times: the damage is told once, all else is there, what was damaged is
/// kept, numbers stay, and what is appended follows.
Opened check_damaged(const FourBatches& whole, const std::string& damaged,
                     const std::vector<int>& gone, std::size_t places) {
  const TemporaryFolder folder;
  folder.write("events.log", damaged);
  const Opened first = read_log_of(folder);
  CHECK(first.error == "");
  CHECK(first.lines == without(whole.lines, gone));
  CHECK(first.damages.places.size() == places);
  std::uint64_t lost = 0;
  for (const int number : gone) lost += static_cast<std::uint64_t>(number);
  CHECK(count_lost(first.damages) == lost);
  for (const LogRange& range : first.ranges) {
    // Batch n begins behind 1 + … + n-1 events.
    const std::uint64_t count = range.last - range.first;
    CHECK(range.first == count * (count - 1) / 2);
  }
  const std::string kept = folder.path() + "/events.log.damaged-1";
  CHECK(first.damages.kept_as == kept);
  CHECK(read_file(kept) == damaged);
  {
    OpenedLog second = open_log(folder);
    CHECK(second.found.damages.places.empty());
    CHECK(second.found.lines == first.lines);
    const auto range = second.log->append(batch(9, 1), 1);
    REQUIRE(range.has_value());
    CHECK(range->first == 10);
  }
  const Opened third = read_log_of(folder);
  CHECK(third.damages.places.empty());
  CHECK(third.lines.size() == first.lines.size() + 1);
  CHECK_FALSE(fs::exists(folder.path() + "/events.log.damaged-2"));
  CHECK_FALSE(fs::exists(folder.path() + "/events.log.new"));
  return first;
}

}  // namespace

TEST_CASE("a damaged frame is told and left out, the rest goes on") {
  const FourBatches whole;
  for (int number = 1; number <= 3; ++number) {
    CAPTURE(number);
    const std::size_t begin = whole.begins[static_cast<std::size_t>(number) - 1];
    const std::size_t end = whole.begins[static_cast<std::size_t>(number)];
    // Every byte of the head (magic, type, number, count, size, checksums), some of the body.
    for (std::size_t at = begin; at < end; at += at < begin + kFrameHeadBytes ? 1 : 11) {
      CAPTURE(at - begin);
      std::string damaged = whole.content;
      damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
      const Opened found = check_damaged(whole, damaged, {number}, 1);
      REQUIRE(found.damages.places.size() == 1);
      CHECK(found.damages.places[0].offset == begin);
      CHECK(found.damages.places[0].bytes == end - begin);
      CHECK_FALSE(found.damages.places[0].reset);
    }
  }
  CHECK(LogDamage{.offset = 10, .bytes = 20, .events = 3}.describe() ==
        "20 bytes from byte 10 on cannot be read; 3 events are lost");
}

TEST_CASE("two damaged frames, apart and side by side, with their heads or without") {
  const FourBatches whole;
  for (const std::size_t in_frame : {std::size_t{0}, std::size_t{9}, kFrameHeadBytes + 3}) {
    CAPTURE(in_frame);
    const auto damage = [&](std::vector<int> numbers) {
      std::string damaged = whole.content;
      for (const int number : numbers) {
        damaged[whole.begins[static_cast<std::size_t>(number) - 1] + in_frame] ^= 1;
      }
      return damaged;
    };
    const std::size_t joined = in_frame < kFrameHeadBytes ? 1 : 2;
    check_damaged(whole, damage({1, 3}), {1, 3}, 2);
    check_damaged(whole, damage({1, 2}), {1, 2}, joined);
    check_damaged(whole, damage({2, 3}), {2, 3}, joined);
  }
  std::string one_head = whole.content;
  one_head[whole.begins[1] + 5] ^= 1;
  one_head[whole.begins[2] + kFrameHeadBytes] ^= 1;
  check_damaged(whole, one_head, {2, 3}, 2);
}

TEST_CASE("bytes that are missing, more than there were, or not of a log") {
  const FourBatches whole;
  const auto cut = [&](std::size_t begin, std::size_t end) {
    return whole.content.substr(0, begin) + whole.content.substr(end);
  };
  check_damaged(whole, cut(whole.begins[1], whole.begins[2]), {2}, 1);  // just a frame
  check_damaged(whole, cut(whole.begins[1] + 60, whole.begins[1] + 70), {2}, 1);
  check_damaged(whole, cut(whole.begins[1] + 10, whole.begins[1] + 20), {2}, 1);
  check_damaged(whole, cut(whole.begins[1] + 60, whole.begins[2] + 20), {2, 3}, 1);
  check_damaged(whole, cut(whole.begins[0] + 60, whole.begins[2]), {1, 2}, 1);
  std::string garbage;
  for (int at = 0; at < 5000; ++at) garbage += static_cast<char>(at * 7919 >> 3);
  const auto insert = [&](std::size_t at) {
    std::string damaged = whole.content;
    return damaged.insert(at, garbage);
  };
  check_damaged(whole, insert(whole.begins[0]), {}, 1);
  check_damaged(whole, insert(whole.begins[2]), {}, 1);
  check_damaged(whole, insert(whole.begins[2] + 3), {3}, 1);
  check_damaged(whole, insert(whole.begins[2] + 55), {3}, 1);
  check_damaged(whole, insert(0), {}, 1);
  for (std::size_t at = 0; at < whole.begins[0]; ++at) {
    std::string damaged = whole.content;
    damaged[at] ^= 1;
    check_damaged(whole, damaged, {}, 1);
  }
  const TemporaryFolder folder;
  folder.write("events.log", garbage);
  CHECK(read_log_of(folder).error.ends_with("not an event log"));
}

TEST_CASE("damage counts as lost just what no reset had removed") {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/events.log";
  std::vector<std::size_t> begins;
  {
    auto log = open_log(folder).log;
    const auto one = log->append(batch(1, 1), 1);
    begins.push_back(fs::file_size(path));
    log->append(batch(2, 2), 2);
    begins.push_back(fs::file_size(path));
    CHECK(log->keep_only({*one}));
    begins.push_back(fs::file_size(path));
    log->append(batch(3, 3), 3);
  }
  const std::string content = read_file(path);
  std::string damaged = content;
  SUBCASE("a batch that was removed") {
    damaged[begins[0] + 70] ^= 1;
    folder.write("events.log", damaged);
    const Opened found = read_log_of(folder);
    CHECK(found.lines == std::vector{batch(1, 1), batch(3, 3)});
    REQUIRE(found.damages.places.size() == 1);
    CHECK(found.damages.places[0].events == 0);
    CHECK_FALSE(found.damages.places[0].reset);
  }
  SUBCASE("the mark of the reset") {
    SUBCASE("its head") { damaged[begins[1] + 5] ^= 1; }
    SUBCASE("its body") { damaged[begins[1] + kFrameHeadBytes + 2] ^= 1; }
    folder.write("events.log", damaged);
    const Opened found = read_log_of(folder);
    CHECK(found.lines == std::vector{batch(1, 1), batch(2, 2), batch(3, 3)});
    REQUIRE(found.damages.places.size() == 1);
    CHECK(found.damages.places[0].events == 0);
    CHECK(found.damages.places[0].reset);
  }
  CHECK(read_log_of(folder).damages.places.empty());
}

TEST_CASE("a crash between the steps of a repair leaves a log that is repaired once") {
  const FourBatches whole;
  std::string damaged = whole.content;
  damaged[whole.begins[1] + 60] ^= 1;
  const TemporaryFolder folder;
  const std::string path = folder.write("events.log", damaged);
  fs::create_hard_link(path, path + ".damaged-1");  // what the first step leaves
  folder.write("events.log.new", whole.content.substr(0, 100));
  CHECK(read_log_of(folder).damages.places.size() == 1);
  CHECK(read_file(path + ".damaged-1") == damaged);
  CHECK_FALSE(fs::exists(path + ".damaged-2"));
  CHECK_FALSE(fs::exists(path + ".new"));
  // Another damage, later, is kept beside the first.
  std::string again = read_file(path);
  again[again.find("E3-0")] ^= 1;
  folder.write("events.log", again);
  CHECK(read_log_of(folder).damages.kept_as == path + ".damaged-2");
  CHECK(read_file(path + ".damaged-1") == damaged);
}

TEST_CASE("what a reset removed leaves the file when it is more than half") {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/events.log";
  const std::string large = batch(0, 200'000);
  REQUIRE(large.size() > 4 * kMebibyte);
  std::vector<LogRange> kept;
  {
    auto log = open_log(folder).log;
    for (int number = 1; number <= 4; ++number) {
      kept.push_back(*log->append(batch(number, number), static_cast<std::uint64_t>(number)));
      log->append(large, 200'000);
    }
    CHECK(log->keep_only(kept));
    CHECK(fs::file_size(path) > 16 * kMebibyte);
    SUBCASE("at once") {
      log->compact();
      CHECK(fs::file_size(path) < 2000);
      CHECK_FALSE(log->keep_only({{0, 200'001}}));  // gone
      CHECK(log->keep_only(kept));
      // The lock went over to the new file.
      CHECK(open_log(folder).found.error.ends_with("in use by another process"));
      CHECK(log->append(batch(5, 5), 5)->first == 800'010);
      CHECK(log->append(batch(6, 6), 6)->first == 800'015);
      CHECK(log->keep_only({kept[1], kept[3], {800'015, 800'021}}));
    }
    SUBCASE("when it is opened") {}
  }
  const bool at_once = fs::file_size(path) < kMebibyte;
  std::vector<std::string> expected = {batch(1, 1), batch(2, 2), batch(3, 3), batch(4, 4)};
  if (at_once) expected = {batch(2, 2), batch(4, 4), batch(6, 6)};
  for (int round = 0; round < 2; ++round) {
    folder.write("events.log.new", "left by a crash");
    const Opened found = read_log_of(folder);
    CHECK(found.lines == expected);
    CHECK(found.damages.places.empty());
    CHECK(found.ranges.back().last == (at_once ? 800'021 : 600'010));
    CHECK_FALSE(fs::exists(path + ".new"));
    CHECK(fs::file_size(path) < 2000);
  }
  // Damage is told in a file that was rewritten, too; what is gone does not count as lost.
  std::string damaged = read_file(path);
  damaged[damaged.find("E4-0") - 40] ^= 1;
  folder.write("events.log", damaged);
  const Opened found = read_log_of(folder);
  CHECK(count_lost(found.damages) == 4);
  CHECK(found.lines.size() == expected.size() - 1);
}

TEST_CASE("little that is dead stays") {
  const TemporaryFolder folder;
  auto log = open_log(folder).log;
  const auto one = log->append(batch(1, 1), 1);
  log->append(batch(2, 100'000), 100'000);
  CHECK(log->keep_only({*one}));
  const auto size = fs::file_size(folder.path() + "/events.log");
  log->compact();
  CHECK(fs::file_size(folder.path() + "/events.log") == size);
}

TEST_CASE("a store of a damaged log goes on") {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/events.log";
  {
    const auto store = *EventStore::open(StoreKind::kCloudTrail, folder.path());
    CHECK(store->damages().places.empty());
    for (int number = 1; number <= 3; ++number) store->append(batch(number, number), "x");
  }
  std::string content = read_file(path);
  content[content.find("E2-1")] = 'X';
  folder.write("events.log", content);
  const auto store = EventStore::open(StoreKind::kCloudTrail, folder.path());
  REQUIRE(store.has_value());
  CHECK((*store)->snapshot()->row_count() == 4);
  REQUIRE((*store)->damages().places.size() == 1);
  CHECK((*store)->damages().places[0].events == 2);
  CHECK((*store)->append(batch(4, 4), "x").accepted == 4);
}

TEST_CASE("a log of the version before is read and written anew") {
  // Bytes of that version: two batches and the mark of a reset.
  const std::string before = std::string(TRAILPOND_SOURCE_DIR) + "/tests/events/log_of_version_1";
  const TemporaryFolder folder;
  const std::string content = read_file(before);
  REQUIRE_FALSE(content.empty());
  folder.write("events.log", content);
  const Opened found = read_log_of(folder);
  CHECK(found.error == "");
  CHECK(found.lines.size() == 2);
  CHECK(found.ranges[1].first == 3);
  CHECK(read_file(folder.path() + "/events.log").starts_with("tpevent2"));
  CHECK(read_log_of(folder).lines == found.lines);
}

}  // namespace trailpond::events::testing
