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
  const Micros before = clock.now();
  CHECK(before > parse_instant("2024-01-01"));
  CHECK_FALSE(clock.is_frozen());
  ClockSetting setting;
  setting.advance(3600 * kMicrosPerSecond);
  clock.set(setting);
  CHECK(clock.now() >= before + 3600 * kMicrosPerSecond);
  setting = {1000};
  clock.set(setting);
  CHECK(clock.is_frozen());
  CHECK(clock.now() == 1000);
  setting.advance(-1);
  clock.set(setting);
  CHECK(clock.now() == 999);
}

TEST_CASE("the setting of a clock is kept as a text") {
  for (const ClockSetting& setting :
       {ClockSetting{}, ClockSetting{std::nullopt, -5}, ClockSetting{-7}, ClockSetting{12}}) {
    CHECK(ClockSetting::parse(setting.print()) == setting);
  }
  for (const char* wrong : {"", "frozen", "frozen x", "stopped 5", "12"}) {
    CAPTURE(wrong);
    CHECK_FALSE(ClockSetting::parse(wrong));
  }
}
