#pragma once
#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "engine/engine.hpp"
#include "engine/queries/queries.hpp"
#include "engine/resources/arn.hpp"
#include "engine/resources/event_data_stores.hpp"
#include "tests/engine/fake_executor.hpp"

/// An engine with a fake SQL engine, a frozen clock and one store, for the tests of rules.
struct TestEngine {
  static constexpr trailpond::state::Micros kStart = 1'714'521'600'000'000;  // 2024-05-01
  static constexpr trailpond::state::Micros kSecond = 1'000'000;
  static constexpr trailpond::state::Micros kDay = 86'400 * kSecond;
  const std::string id = "00000000-0000-4000-8000-000000000001";
  const trailpond::engine::Caller caller = {"123456789012", "us-east-1"};
  const trailpond::engine::Caller stranger = {"999999999999", "us-east-1"};
  std::shared_ptr<FakeExecutor> executor = std::make_shared<FakeExecutor>();
  std::unique_ptr<trailpond::engine::Engine> engine;

  explicit TestEngine(const std::optional<std::string>& directory = {}, unsigned workers = 2) {
    trailpond::engine::EngineOptions options;
    options.data_directory = directory;
    options.workers = workers;
    options.executor = executor;
    auto opened = trailpond::engine::Engine::open(std::move(options));
    REQUIRE(opened.has_value());
    engine = std::move(*opened);
    engine->set_clock({kStart});
    add_store(id, "store");
  }

  trailpond::engine::StoreSeed seed_of(const std::string& store_id, const std::string& name) const {
    trailpond::engine::StoreSeed seed;
    seed.store.account = caller.account;
    seed.store.region = caller.region;
    seed.store.id = store_id;
    seed.store.name = name;
    seed.store.kind = "cloudtrail";
    seed.store.status = trailpond::state::StoreStatus::kEnabled;
    seed.store.termination_protection = false;
    return seed;
  }
  void add_store(const std::string& store_id, const std::string& name,
                 const std::function<void(trailpond::state::EventDataStore&)>& change = {}) {
    auto seed = seed_of(store_id, name);
    if (change) {
      change(seed.store);
    }
    engine->change([&](trailpond::engine::Change& made) { made.put(std::move(seed)); });
  }

  std::string arn() const {
    return trailpond::engine::print_store_arn(caller.account, caller.region, id);
  }
  std::string statement(const std::string& words) const {
    return "SELECT " + words + " FROM " + id;
  }

  trailpond::engine::Result<trailpond::engine::StartQueryAnswer> try_start(
      const std::string& statement_text) {
    trailpond::engine::StartQueryRequest request;
    request.statement = statement_text;
    return engine->call(caller, trailpond::engine::start_query, request);
  }
  std::string start(const std::string& words) {
    const auto answer = try_start(statement(words));
    REQUIRE(answer.has_value());
    return answer->query_id;
  }
  /// Starts a query and waits for its end.
  std::string run(const std::string& words) {
    const std::string query = start(words);
    engine->wait_until_idle();
    return query;
  }

  trailpond::engine::DescribeQueryAnswer describe(const std::string& query_id) {
    trailpond::engine::DescribeQueryRequest request;
    request.query_id = query_id;
    const auto answer = engine->call(caller, trailpond::engine::describe_query, request);
    REQUIRE(answer.has_value());
    return *answer;
  }
  std::string status(const std::string& query_id) {
    return std::string(trailpond::state::name_of(describe(query_id).query->status));
  }
  trailpond::engine::Result<trailpond::engine::GetQueryResultsAnswer> results(
      const std::string& query_id, std::optional<std::string> token = {},
      std::optional<std::int64_t> rows = {}) {
    trailpond::engine::GetQueryResultsRequest request;
    request.query_id = query_id;
    request.next_token = std::move(token);
    request.max_query_results = rows;
    return engine->call(caller, trailpond::engine::get_query_results, request);
  }
  trailpond::engine::Result<trailpond::engine::CancelQueryAnswer> cancel(
      const std::string& query_id) {
    trailpond::engine::CancelQueryRequest request;
    request.query_id = query_id;
    return engine->call(caller, trailpond::engine::cancel_query, request);
  }
  std::string store_status() {
    const auto answer = engine->call(caller, trailpond::engine::get_event_data_store,
                                     trailpond::engine::EventDataStoreRequest{std::string(id)});
    REQUIRE(answer.has_value());
    return std::string(trailpond::state::name_of(answer->status));
  }
  void change_world(const std::function<void(trailpond::engine::World&)>& change) {
    engine->change([&](trailpond::engine::Change& made) {
      auto world = made.world();
      change(world);
      made.set_world(std::move(world));
    });
  }
  void add_script(const trailpond::engine::QueryScript& script) {
    change_world([&](trailpond::engine::World& world) { world.scripts.push_back(script); });
  }
};

/// Waits for what another thread does; for seconds at most.
inline bool wait_for(const std::function<bool()>& condition) {
  for (int i = 0; i < 5000; ++i) {
    if (condition()) {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

#define CHECK_ERROR(result, expected)                                       \
  do {                                                                      \
    const auto& checked = (result);                                         \
    CHECK(checked.has_error());                                             \
    if (checked.has_error()) {                                              \
      CHECK_MESSAGE(checked.error().kind == (expected),                     \
                    trailpond::engine::name_of(checked.error().kind), ": ", \
                    checked.error().message);                               \
      CHECK_FALSE(checked.error().message.empty());                         \
    }                                                                       \
  } while (false)
