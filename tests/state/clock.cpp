#include "state/clock.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace trailpond::state;

TEST_CASE("an instant is read and printed") {
  // Seconds since 1970 from `date -u -d ... +%s`.
  CHECK(parse_instant("2024-05-01T00:00:00Z") == 1714521600LL * 1000000);
  CHECK(parse_instant("2024-05-01") == 1714521600LL * 1000000);
  CHECK(parse_instant("2024-05-01 00:00:01.5") == 1714521601500000LL);
  CHECK(parse_instant("1970-01-01T00:00:00.000001Z") == 1);
  CHECK(print_instant(1714521601500000LL) == "2024-05-01T00:00:01.500Z");
  CHECK(print_instant(-1000) == "1969-12-31T23:59:59.999Z");
  for (const char* wrong :
       {"", "2024", "2024-13-01", "2024-02-30", "2024-05-01T25:00:00Z", "2024-05-01T00:00:00+01:00",
        "2024-05-01T00:00", "2024-05-01T00:00:00.Z", "yesterday", "2024-05-01X00:00:00Z"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_instant(wrong));
  }
}

TEST_CASE("a length of time is read") {
  CHECK(parse_duration("0") == 0);
  CHECK(parse_duration("15") == 15 * kMicrosPerSecond);
  CHECK(parse_duration("1500ms") == 1500000);
  CHECK(parse_duration("10s") == 10 * kMicrosPerSecond);
  CHECK(parse_duration("5m") == 300 * kMicrosPerSecond);
  CHECK(parse_duration("2h") == 7200 * kMicrosPerSecond);
  CHECK(parse_duration("7d") == 7 * kMicrosPerDay);
  for (const char* wrong : {"", "-1", "1.5s", "s", "1 s", "1w", "999999999999d", "1e3"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_duration(wrong));
  }
}

TEST_CASE("a clock runs, stands still and is moved") {
  Clock clock;
  const auto system = std::chrono::duration_cast<std::chrono::microseconds>(
                          std::chrono::system_clock::now().time_since_epoch())
                          .count();
  CHECK(clock.now() >= system);
  CHECK(clock.now() < system + 10 * kMicrosPerSecond);
  CHECK_FALSE(clock.is_frozen());
  clock.advance(kMicrosPerDay);
  CHECK(clock.now() >= system + kMicrosPerDay);
  clock.freeze(1000);
  CHECK(clock.is_frozen());
  CHECK(clock.now() == 1000);
  clock.advance(5);
  CHECK(clock.now() == 1005);
  clock.run();
  CHECK_FALSE(clock.is_frozen());
  CHECK(clock.now() < system + kMicrosPerDay);
}
