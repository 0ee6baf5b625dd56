#include "server/watch/watch.hpp"

#include <doctest/doctest.h>

#include <thread>

using namespace trailpond;
using namespace trailpond::watch;

namespace {

Call call_of(std::string_view operation, std::string_view request) {
  Call call;
  call.operation = operation;
  call.account = "123456789012";
  call.region = "us-east-1";
  call.request_id = "an-id";
  call.request = request;
  call.answer = "{}";
  return call;
}

}  // namespace

TEST_CASE("an entry keeps what a call was, and cuts what is too long") {
  Call call = call_of("StartQuery", R"({"QueryStatement":"SELECT 1"})");
  call.error = "SomeException";
  call.fault = "slow";
  const Entry entry(7, call);
  CHECK(entry.id() == 7);
  CHECK(entry.operation() == "StartQuery");
  CHECK(entry.account() == "123456789012");
  CHECK(entry.region() == "us-east-1");
  CHECK(entry.request_id() == "an-id");
  CHECK(entry.fault() == "slow");
  CHECK(entry.request() == R"({"QueryStatement":"SELECT 1"})");
  CHECK(entry.answer() == "{}");
  CHECK_FALSE(entry.is_request_cut());
  const std::string long_text(kKeptRequestBytes + 1, 'x');
  const Entry cut(8, call_of("StartQuery", long_text));
  CHECK(cut.is_request_cut());
  CHECK(cut.request().size() == kKeptRequestBytes);
}

TEST_CASE("a journal keeps no more than its limits") {
  Journal by_count({.entries = 3});
  for (int i = 0; i < 10; ++i) {
    by_count.add(call_of("A", "{}"));
  }
  CHECK(by_count.size().entries == 3);
  CHECK(by_count.size().dropped == 7);
  CHECK(by_count.list(8).size() == 2);
  CHECK(by_count.list().front()->id() == 8);
  CHECK(by_count.clear() == 3);
  CHECK(by_count.size().bytes == 0);
  CHECK(by_count.add(call_of("A", "{}"))->id() == 11);

  Journal by_bytes({.entries = 1000, .bytes = 10'000});
  const std::string text(1000, 'x');
  for (int i = 0; i < 100; ++i) {
    by_bytes.add(call_of("A", text));
    CHECK(by_bytes.size().bytes <= 10'000);
  }
  CHECK(by_bytes.size().entries > 5);

  Journal none({.entries = 0});
  CHECK(none.add(call_of("A", "{}")) == nullptr);
  CHECK(none.size().entries == 0);
}

TEST_CASE("who does not read is let go, and holds nobody up") {
  Hub hub;
  CHECK_FALSE(hub.is_heard());
  auto slow = hub.subscribe({});
  auto quick = hub.subscribe({.type = "query", .account = "1"});
  CHECK(hub.is_heard());
  int rings = 0;
  quick->listen([&] { ++rings; });
  const std::string data(1000, 'x');
  std::string taken;
  for (int i = 0; i < 1000; ++i) {
    hub.publish(Topic::kQuery, "id", "1", "r", data);
    hub.publish(Topic::kQuery, "id", "2", "r", data);  // of another account
    hub.publish(Topic::kJournal, {}, "1", "r", data);  // of another type
    taken.clear();
    CHECK(quick->take(taken));
    CHECK(taken.size() < 1100);
  }
  CHECK(rings == 1000);
  CHECK(hub.counts().let_go == 1);
  taken.clear();
  CHECK_FALSE(slow->take(taken));
  CHECK(taken.empty());
  slow.reset();
  quick.reset();
  CHECK_FALSE(hub.is_heard());
  CHECK(hub.counts().clients == 0);
}

TEST_CASE("there are only so many clients") {
  Hub hub;
  std::vector<std::shared_ptr<Subscription>> clients;
  for (std::size_t i = 0; i < kMaxClients; ++i) {
    clients.push_back(hub.subscribe({}));
    CHECK(clients.back() != nullptr);
  }
  CHECK(hub.subscribe({}) == nullptr);
  clients.pop_back();
  CHECK(hub.subscribe({}) != nullptr);
}

TEST_CASE("who waits for one thing is rung for that") {
  Hub hub;
  int one = 0;
  int all = 0;
  const auto first = hub.ring_at(Topic::kQuery, "a", [&] { ++one; });
  auto second = hub.ring_at(Topic::kQuery, {}, [&] { ++all; });
  hub.publish(Topic::kQuery, "a", {}, {}, "{}");
  hub.publish(Topic::kQuery, "b", {}, {}, "{}");
  hub.publish(Topic::kQuery, {}, {}, {}, "{}");  // all are meant
  hub.publish(Topic::kImport, "a", {}, {}, "{}");
  CHECK(one == 2);
  CHECK(all == 3);
  second.reset();
  hub.publish(Topic::kQuery, "a", {}, {}, "{}");
  CHECK(all == 3);
}

TEST_CASE("clients come and go while others publish") {
  Hub hub;
  std::jthread publisher([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      hub.publish(Topic::kQuery, "a", {}, {}, "{}");
    }
  });
  for (int i = 0; i < 2000; ++i) {
    const auto client = hub.subscribe({});
    const auto waiter = hub.ring_at(Topic::kQuery, "a", [] {});
    std::string text;
    client->take(text);
  }
}

TEST_CASE("metrics are Prometheus' text") {
  std::string out;
  MetricsWriter writer(out);
  writer.family("a_total", "counter", "What it is.");
  writer.sample({{"x", "1"}, {"y", "a\"b\\c\nd"}}, 2.5);
  writer.sample({}, 3);
  CHECK(out ==
        "# HELP a_total What it is.\n# TYPE a_total counter\n"
        "a_total{x=\"1\",y=\"a\\\"b\\\\c\\nd\"} 2.5\na_total 3\n");
}

TEST_CASE("lines of the log") {
  const Log text({});
  CHECK(text.takes(LogLevel::kWarn));
  CHECK(text.takes(LogLevel::kInfo));
  CHECK_FALSE(text.takes(LogLevel::kDebug));
  CHECK_FALSE(text.takes(LogLevel::kOff));
  CHECK(text.print(LogLevel::kWarn, "two\nlines",
                   {{"a", "b"}, {"c", "d e"}, {"n", std::int64_t{3}}},
                   "T") == "T warn trailpond: two lines a=b c=\"d e\" n=3\n");
  const Log json({LogLevel::kDebug, LogFormat::kJson});
  CHECK(json.print(LogLevel::kError, "m", {{"a", "b\""}, {"x", 1.5}}, "T") ==
        "{\"time\":\"T\",\"level\":\"error\",\"message\":\"m\",\"a\":\"b\\\"\",\"x\":1.500}\n");
  CHECK(find_level("debug") == LogLevel::kDebug);
  CHECK_FALSE(find_level("loud").has_value());
}
