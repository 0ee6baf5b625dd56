#include <atomic>
#include <set>

#include "base/broken.hpp"
#include "engine/resources/channels.hpp"
#include "tests/engine/test_engine.hpp"
#include "tests/state/temporary_directory.hpp"

using namespace trailpond;
using engine::ErrorKind;

namespace {

/// Puts a world in place in which everything bears one number: the names of two stores, the alias
/// of a query template and the second of the frozen clock.
void put_world(TestEngine& test, int number) {
  test.engine->change([&](engine::Change& change) {
    change.erase_all();
    engine::World world;
    world.query_templates["number"] = std::to_string(number);
    change.set_world(std::move(world));
    change.set_clock({TestEngine::kStart + number * TestEngine::kSecond});
    change.put(test.seed_of(test.id, "one-" + std::to_string(number)));
    change.put(
        test.seed_of("00000000-0000-4000-8000-000000000002", "two-" + std::to_string(number)));
  });
}

struct Empty {};

/// Whether one operation sees parts of two worlds.
engine::Result<bool> sees_two(engine::Context& context, const Empty&) {
  std::set<std::string> numbers;
  const auto look = [&] {
    const auto& [account, region] = context.caller;
    for (const auto& store : context.state().event_data_stores().list(account, region)) {
      numbers.insert(store->name.substr(4));
    }
    numbers.insert(context.world()->query_templates.at("number"));
    numbers.insert(
        std::to_string((context.service.clock.now() - TestEngine::kStart) / TestEngine::kSecond));
  };
  look();
  std::this_thread::yield();
  look();
  return numbers.size() > 1;
}

/// Starts a query and reads its rows until a change of the world takes them away. Answers how often
/// there were some. They come from the disk, and that must not hold up a change for good.
int read_results(TestEngine& test) {
  const auto query = test.try_start(test.statement("ROWS 3"));
  int pages = 0;
  for (int i = 0; query && i < 50; ++i) {
    const auto rows = test.results(query->query_id);
    if (!rows) break;
    pages += rows->rows.size() > 0 ? 1 : 0;
  }
  return pages;
}

}  // namespace

TEST_CASE("a change of the world is seen whole or not at all, under traffic") {
  TestEngine test;
  put_world(test, 1);
  std::atomic<bool> done = false;
  std::atomic<int> torn = 0;
  std::atomic<int> looks = 0;
  std::atomic<int> created = 0;
  std::atomic<int> started = 0;
  std::atomic<int> pages_read = 0;
  {
    std::vector<std::jthread> threads;
    for (const engine::Wait wait : {engine::Wait::kMay, engine::Wait::kMustNot}) {
      threads.emplace_back([&, wait] {
        while (!done) {
          torn += *test.engine->call(test.caller, sees_two, Empty{}, wait) ? 1 : 0;
          ++looks;
        }
      });
    }
    threads.emplace_back([&] {
      while (!done) {
        // A name that is taken is refused: in each world there is room for the first ten.
        const std::string name = "store-" + std::to_string(looks);
        if (test.engine->call(test.stranger, engine::create_event_data_store, {.name = name})
                .has_value()) {
          ++created;
        }
        if (test.try_start(test.statement("ROWS 3")).has_value()) {
          ++started;
        }
      }
    });
    threads.emplace_back([&] {
      while (!done) pages_read += read_results(test);
    });
    threads.emplace_back([&] {
      while (!done) {
        if (!test.engine->load_events(test.caller, test.id, "{\"eventID\": \"x\"}\n", "t")) {
          ++torn;  // the store is in every world
        }
      }
    });
    for (int number = 2;
         number < 100 || looks < 200 || created == 0 || started == 0 || pages_read == 0; ++number) {
      put_world(test, number);
    }
    done = true;
  }
  CHECK(torn == 0);
  test.engine->wait_until_idle();
  put_world(test, 1000);
  CHECK(test.engine->all_event_data_stores().size() == 2);
  CHECK(test.engine->all_queries().empty());
}

TEST_CASE("a change that fails in the middle leaves everything as it was") {
  for (const bool durable : {false, true}) {
    CAPTURE(durable);
    const TemporaryDirectory directory;
    TestEngine test(durable ? std::optional(directory.path()) : std::nullopt);
    put_world(test, 7);
    REQUIRE(
        test.engine->load_events(test.caller, test.id, "{\"eventID\": \"x\"}\n", "t").has_value());
    CHECK_THROWS_AS(test.engine->change([&](engine::Change& change) {
      change.erase_all();
      change.put(test.seed_of(test.id, "other"));
      throw std::runtime_error("in the middle");
    }),
                    std::runtime_error);
    CHECK_FALSE(*test.engine->call(test.caller, sees_two, Empty{}));
    CHECK(test.engine->world().query_templates.at("number") == "7");
    REQUIRE(test.engine->all_event_data_stores().size() == 2);
    const auto stores = test.engine->all_event_data_stores();
    CHECK(test.engine->count_events(*stores[0]) + test.engine->count_events(*stores[1]) == 1);
    // And the next change finds nothing in its way.
    put_world(test, 8);
    CHECK(test.engine->world().query_templates.at("number") == "8");
  }
}

TEST_CASE("the clock is durable") {
  const TemporaryDirectory directory;
  {
    TestEngine test(directory.path());
    test.engine->set_clock({TestEngine::kStart});
    test.engine->advance_clock(5 * TestEngine::kSecond);
  }
  engine::EngineOptions options;
  options.data_directory = directory.path();
  options.executor = std::make_shared<FakeExecutor>();
  const auto engine = engine::Engine::open(std::move(options));
  REQUIRE(engine.has_value());
  CHECK((*engine)->clock().frozen);
  CHECK((*engine)->clock().now == TestEngine::kStart + 5 * TestEngine::kSecond);
}

TEST_CASE("a refused query uses up no turn of a script") {
  TestEngine test;
  engine::QueryScript script;
  script.contains = "ROWS";
  script.nth = 2;
  script.end = state::PlannedEnd::kFail;
  test.add_script(script);
  const std::string first = test.run("ROWS 1");
  CHECK_ERROR(test.try_start("SELECT ROWS MISTAKE FROM nowhere"),
              ErrorKind::kInvalidQueryStatement);
  const std::string second = test.run("ROWS 1");
  CHECK(test.status(first) == "FINISHED");
  CHECK(test.status(second) == "FAILED");
}

TEST_CASE("a query that is held until it is released has no hour's end") {
  TestEngine test;
  engine::QueryScript script;
  script.running_for = state::kNever;
  test.add_script(script);
  const std::string id = test.run("ROWS 1");
  test.engine->advance_clock(3 * TestEngine::kDay);
  CHECK(test.status(id) == "RUNNING");
  const engine::ReleaseQueryRequest release = {id};
  REQUIRE(test.engine->call(engine::Caller(), engine::release_query, release).has_value());
  CHECK(test.status(id) == "FINISHED");
}

namespace {
std::atomic<int> broken_reports = 0;
}  // namespace

TEST_CASE("a step by time that no lifecycle has is reported and ends") {
  TestEngine test;
  set_broken_handler([](std::string_view) { ++broken_reports; });
  test.engine->change([&](engine::Change& change) {
    auto seed = test.seed_of("00000000-0000-4000-8000-000000000003", "odd");
    seed.store.due_at = TestEngine::kStart + TestEngine::kSecond;
    seed.store.due_event = state::StoreEvent::kRestore;  // nothing that an ENABLED store can do
    change.put(std::move(seed));
  });
  test.engine->advance_clock(TestEngine::kDay);
  CHECK(broken_reports == 1);
  test.engine->advance_clock(TestEngine::kDay);
  CHECK(broken_reports == 1);
  set_broken_handler(nullptr);
  CHECK(test.engine->all_event_data_stores().size() == 2);
}
