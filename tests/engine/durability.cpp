#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "tests/engine/test_engine.hpp"
#include "tests/state/temporary_directory.hpp"

using namespace trailpond;

TEST_CASE("a restart keeps what ended and goes on with what was running") {
  const TemporaryDirectory directory;
  std::string finished;
  std::string running;
  std::string queued;
  std::string held;
  {
    TestEngine test(directory.path(), 1);
    finished = test.run("ROWS 3");
    engine::QueryScript script;
    script.contains = "ROWS 77";
    script.running_for = state::kNever;
    script.canned = engine::QueryScript::Canned{{"a"}, {{"1"}}};
    test.add_script(script);
    held = test.start("ROWS 77");
    running = test.start("BLOCK");
    REQUIRE(wait_for([&] { return test.executor->started == 2; }));
    queued = test.start("ROWS 2");
    CHECK(test.status(queued) == "QUEUED");
    CHECK(test.status(running) == "RUNNING");
  }
  TestEngine test(directory.path());
  CHECK(test.status(finished) == "FINISHED");
  CHECK(test.results(finished)->rows.size() == 3);
  // Statements begin anew; the one that is blocked can be cancelled as before.
  CHECK(wait_for([&] { return test.status(queued) == "FINISHED"; }));
  CHECK(test.results(queued)->rows.size() == 2);
  CHECK(test.status(running) == "RUNNING");
  CHECK(test.cancel(running).has_value());
  CHECK(test.status(running) == "CANCELLED");
  // What a scenario holds loses nothing by a restart.
  CHECK(test.status(held) == "RUNNING");
  CHECK(test.engine
            ->call(trailpond::engine::Caller(), trailpond::engine::release_query,
                   trailpond::engine::ReleaseQueryRequest{std::string(held)})
            .has_value());
  CHECK(test.status(held) == "FINISHED");
}

TEST_CASE("kill -9 loses neither a store nor a query that was answered") {
  const TemporaryDirectory directory;
  struct Answer {
    char query[37];
    bool ended;
  };
  for (int round = 0; round < 6; ++round) {
    int ends[2] = {};
    REQUIRE(pipe(ends) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      TestEngine test(directory.path());
      while (true) {
        Answer answer = {};
        const std::string id = test.start("ROWS 600");
        id.copy(answer.query, 36);
        if (write(ends[1], &answer, sizeof answer) < 0) {
          _exit(1);
        }
        test.engine->wait_until_idle();
        answer.ended = true;
        if (write(ends[1], &answer, sizeof answer) < 0) {
          _exit(1);
        }
      }
    }
    close(ends[1]);
    std::this_thread::sleep_for(std::chrono::milliseconds(60 + 17 * round));
    REQUIRE(kill(child, SIGKILL) == 0);
    waitpid(child, nullptr, 0);
    TestEngine test(directory.path());
    CHECK(test.store_status() == "ENABLED");
    Answer answer = {};
    while (read(ends[0], &answer, sizeof answer) == static_cast<ssize_t>(sizeof answer)) {
      // One that had not ended is run again.
      CHECK(wait_for([&] { return test.status(answer.query) == "FINISHED"; }));
      CHECK(test.results(answer.query)->rows.size() == 600);
    }
    close(ends[0]);
  }
}

TEST_CASE("a seeded id that is taken is passed over") {
  const TemporaryDirectory directory;
  std::string first;
  {
    TestEngine test(directory.path());
    test.engine->change([&](trailpond::engine::Change& change) { change.seed_ids(7); });
    first = test.run("ROWS 1");
  }
  TestEngine test(directory.path());
  test.engine->change([&](trailpond::engine::Change& change) { change.seed_ids(7); });
  const std::string second = test.run("ROWS 1");
  CHECK(second != first);
  CHECK(test.status(first) == "FINISHED");
}

TEST_CASE("reset goes back to the seed") {
  for (const bool durable : {false, true}) {
    CAPTURE(durable);
    const TemporaryDirectory directory;
    TestEngine test(durable ? std::optional(directory.path()) : std::nullopt);
    test.engine->set_seed([&](engine::Change& change, const auto& /*account*/) {
      change.erase_all();
      change.set_clock({TestEngine::kStart});
      change.seed_ids(5);
      change.put(test.seed_of(test.id, "store"));
    });
    test.engine->reset();
    const std::string id = test.run("ROWS 1");
    test.start("BLOCK");
    test.engine->advance_clock(TestEngine::kDay);
    REQUIRE(test.engine
                ->call(test.caller, trailpond::engine::create_event_data_store, {.name = "extra"})
                .has_value());
    REQUIRE(
        test.engine->load_events(test.caller, test.id, "{\"eventID\": \"x\"}\n", "t").has_value());
    test.engine->reset();
    CHECK(test.engine->clock().now == TestEngine::kStart);
    CHECK(test.engine->all_queries().empty());
    CHECK(test.engine->call(test.caller, trailpond::engine::list_event_data_stores, {})
              ->stores.size() == 1);
    CHECK(test.run("ROWS 1") == id);  // ids start over, too
  }
}

TEST_CASE("a frozen clock stays frozen over a restart") {
  // A query of 2024 in a clock frozen in 2024 must not expire by the clock on the wall.
  const TemporaryDirectory directory;
  std::string id;
  {
    TestEngine test(directory.path());
    id = test.run("ROWS 1");
    test.engine->advance_clock(TestEngine::kSecond);
  }
  engine::EngineOptions options;
  options.data_directory = directory.path();
  options.executor = std::make_shared<FakeExecutor>();
  auto opened = engine::Engine::open(std::move(options));
  REQUIRE(opened.has_value());
  CHECK((*opened)->clock().frozen);
  CHECK((*opened)->clock().now == TestEngine::kStart + TestEngine::kSecond);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK((*opened)->all_queries().size() == 1);
}

TEST_CASE("a server that lives long keeps ten thousand queries, the newest") {
  TestEngine test;
  engine::QuerySeed seed;
  seed.query.key = {test.caller.account, test.caller.region, {}};
  seed.query.status = state::QueryStatus::kFinished;
  seed.query.ended_at = TestEngine::kStart;
  for (std::size_t i = 0; i < engine::kMaxKeptQueries; ++i) {
    seed.query.key.id = {};
    seed.query.created_at = TestEngine::kStart - 1'000'000 + static_cast<std::int64_t>(i);
    test.engine->change([&](engine::Change& change) { change.put(seed); });
  }
  const std::string oldest = test.engine->all_queries().front()->key.id;
  const std::string id = test.run("ROWS 1");
  CHECK(test.engine->all_queries().size() == engine::kMaxKeptQueries);
  CHECK(test.engine->all_queries().front()->key.id != oldest);
  CHECK(test.status(id) == "FINISHED");
}

TEST_CASE("a reset gives back the disk that the removed events took, once it is committed") {
  const TemporaryDirectory directory;
  const std::string second = "00000000-0000-4000-8000-000000000002";
  const auto count = [&](TestEngine& test) {
    for (const auto& store : test.engine->all_event_data_stores()) {
      if (store->id == second) {
        return test.engine->count_events(*store);
      }
    }
    return std::int64_t{-1};
  };
  const auto bytes_on_disk = [&] {
    std::uintmax_t bytes = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory.path())) {
      if (entry.path().filename() == "events.log") {
        bytes += entry.file_size();
      }
    }
    return bytes;
  };
  constexpr std::uintmax_t kMebibyte = 1 << 20;
  const std::string large =
      R"({"eventName":"large","errorMessage":")" + std::string(900'000, 'x') + "\"}\n";
  std::string text;
  for (int i = 0; i < 20; ++i) {
    text += large;
  }
  {
    TestEngine test(directory.path());
    engine::StoreSeed seed = test.seed_of(second, "seeded");
    const auto put = [&](engine::Change& change) {
      change.erase_all();
      if (!seed.loaded) {
        seed.loaded = change.load_events(seed.store, [](events::EventStore& events) {
          events.append(R"({"eventName":"kept"})", "test");
        });
      }
      change.put(seed);
    };
    test.engine->change(put);
    REQUIRE(test.engine->load_events(test.caller, second, text, "test").has_value());
    CHECK(count(test) == 21);
    CHECK(bytes_on_disk() > 16 * kMebibyte);
    // One that comes to nothing removes nothing.
    CHECK_THROWS(test.engine->change([&](engine::Change& change) {
      put(change);
      throw state::StorageError("by the test");
    }));
    CHECK(count(test) == 21);
    CHECK(bytes_on_disk() > 16 * kMebibyte);
    test.engine->change(put);
    CHECK(count(test) == 1);
    CHECK(bytes_on_disk() < kMebibyte);
  }
  TestEngine test(directory.path());
  CHECK(count(test) == 1);
}
