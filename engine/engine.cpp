#include "engine/engine.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <mutex>
#include <shared_mutex>
#include <thread>

#include "engine/catalog.hpp"
#include "engine/context.hpp"
#include "engine/due_timer.hpp"
#include "engine/query_operations.hpp"
#include "engine/runner.hpp"
#include "engine/settle.hpp"
#include "engine/store_names.hpp"
#include "engine/store_operations.hpp"
#include "engine/stored_rows.hpp"

namespace trailpond::engine {
namespace {

constexpr unsigned kLeastWorkers = 2;
constexpr const char* kTokenSecret = "token secret";
/// The clock is kept, too: by the system's time a restart would end what lives in a frozen one.
constexpr const char* kClock = "clock";

unsigned count_workers(unsigned asked) {
  return asked > 0 ? asked : std::max(kLeastWorkers, std::thread::hardware_concurrency());
}

/// Reads the secret of the tokens, or makes one and keeps it where there is a data directory.
PageTokens::Secret find_secret(state::State& state, bool durable) {
  PageTokens::Secret secret = {};
  if (durable) {
    const auto kept = state.settings().find(kTokenSecret);
    if (kept && kept->size() == secret.size()) {
      std::memcpy(secret.data(), kept->data(), secret.size());
      return secret;
    }
  }
  state::fill_random(secret.data(), secret.size());
  if (durable) {
    state::Writing writing(state);
    state.settings().put(writing, kTokenSecret, {secret.data(), secret.size()});
    writing.commit();
  }
  return secret;
}

}  // namespace

class Engine::Body {
 public:
  Body(std::unique_ptr<state::State> state, const EngineOptions& options,
       const PageTokens::Secret& secret)
      : context(std::move(state), options.data_directory, secret),
        runner(context, count_workers(options.workers), options.limits, [this] { poke(); }),
        stores(context),
        queries(context, runner),
        durable(options.data_directory.has_value()) {
    context.executor = options.executor;
    if (durable) {
      context.clock.restore(context.state->settings().find(kClock).value_or(""));
    }
    end_interrupted_queries(context);
    timer = std::make_unique<DueTimer>(
        context.clock, [this] { return context.state->earliest_due(); },
        [this] { settle_quietly(); });
    timer_ready.store(timer.get(), std::memory_order_release);
  }

  ~Body() {
    // Each uses the other: the workers end first, then nobody pokes the timer.
    runner.shut_down();
    timer.reset();
  }

  /// Runs an operation on a settled state, kept from running into a reset.
  template <class Operation>
  auto run(Operation&& operation) -> decltype(operation()) {
    return guard_storage([&]() -> decltype(operation()) {
      const std::shared_lock lock(gate);
      settle(context, runner);
      auto answer = operation();
      poke();
      return answer;
    });
  }

  void poke() {
    if (DueTimer* ready = timer_ready.load(std::memory_order_acquire)) {
      ready->poke();
    }
  }

  void settle_quietly() {
    try {
      settle(context, runner);
    } catch (const state::StorageError&) {
      // The next request meets the same trouble, and has somebody to tell.
    }
  }

  void clock_changed() {
    if (durable) {
      state::Writing writing(*context.state);
      context.state->settings().put(writing, kClock, context.clock.print());
      writing.commit();
    }
    settle_quietly();
    timer->restart();
  }

  Context context;
  Runner runner;
  StoreOperations stores;
  QueryOperations queries;
  const bool durable;
  std::unique_ptr<DueTimer> timer;
  std::atomic<DueTimer*> timer_ready = nullptr;
  std::shared_mutex gate;        // operations share it, reset() has it alone
  std::recursive_mutex seeding;  // one at a time: seeding, and the reset that seeds
  std::function<void(Engine&)> seed;
};

trailpond::Result<std::unique_ptr<Engine>, std::string> Engine::open(EngineOptions options) {
  auto state = state::State::open(options.data_directory);
  if (!state) {
    return state.error();
  }
  try {
    const auto secret = find_secret(**state, options.data_directory.has_value());
    return std::unique_ptr<Engine>(
        new Engine(std::make_unique<Body>(std::move(*state), options, secret)));
  } catch (const state::StorageError& error) {
    return std::string(error.what());
  }
}

Engine::Engine(std::unique_ptr<Body> body) : body_(std::move(body)) {}
Engine::~Engine() = default;

// Event data stores

Result<EventDataStoreDetails> Engine::create_event_data_store(
    const Caller& caller, const CreateEventDataStoreRequest& request) {
  return body_->run([&] { return body_->stores.create(caller, request); });
}

Result<EventDataStoreDetails> Engine::get_event_data_store(const Caller& caller,
                                                           std::string_view event_data_store) {
  return body_->run([&] { return body_->stores.get(caller, event_data_store); });
}

Result<EventDataStoreList> Engine::list_event_data_stores(
    const Caller& caller, const ListEventDataStoresRequest& request) {
  return body_->run([&] { return body_->stores.list(caller, request); });
}

Result<EventDataStoreDetails> Engine::update_event_data_store(
    const Caller& caller, const UpdateEventDataStoreRequest& request) {
  return body_->run([&] { return body_->stores.update(caller, request); });
}

Result<void> Engine::delete_event_data_store(const Caller& caller,
                                             std::string_view event_data_store) {
  return body_->run([&] { return body_->stores.remove(caller, event_data_store); });
}

Result<EventDataStoreDetails> Engine::restore_event_data_store(const Caller& caller,
                                                               std::string_view event_data_store) {
  return body_->run([&] { return body_->stores.restore(caller, event_data_store); });
}

Result<void> Engine::start_event_data_store_ingestion(const Caller& caller,
                                                      std::string_view event_data_store) {
  return body_->run([&] { return body_->stores.start_ingestion(caller, event_data_store); });
}

Result<void> Engine::stop_event_data_store_ingestion(const Caller& caller,
                                                     std::string_view event_data_store) {
  return body_->run([&] { return body_->stores.stop_ingestion(caller, event_data_store); });
}

// Queries

Result<StartQueryAnswer> Engine::start_query(const Caller& caller,
                                             const StartQueryRequest& request) {
  return body_->run([&] { return body_->queries.start(caller, request); });
}

Result<QueryDescription> Engine::describe_query(const Caller& caller,
                                                const DescribeQueryRequest& request) {
  return body_->run([&] { return body_->queries.describe(caller, request); });
}

Result<QueryResultsPage> Engine::get_query_results(const Caller& caller,
                                                   const GetQueryResultsRequest& request) {
  return body_->run([&] { return body_->queries.get_results(caller, request); });
}

Result<CancelQueryAnswer> Engine::cancel_query(const Caller& caller,
                                               const CancelQueryRequest& request) {
  return body_->run([&] { return body_->queries.cancel(caller, request); });
}

Result<QueryList> Engine::list_queries(const Caller& caller, const ListQueriesRequest& request) {
  return body_->run([&] { return body_->queries.list(caller, request); });
}

// Events, clock, control

Result<events::LoadReport> Engine::load_events(const Caller& caller,
                                               std::string_view event_data_store, std::string text,
                                               std::string_view source, const events::Part& part) {
  return body_->run([&]() -> Result<events::LoadReport> {
    const auto store =
        find_event_data_store(body_->context, caller, event_data_store, Access::kOwner);
    if (!store) {
      return store.error();
    }
    if (auto error = check_queryable(**store)) {
      return *error;
    }
    return body_->context.events.get(**store)->take(std::move(text), source, part);
  });
}

std::optional<Caller> Engine::find_owner(std::string_view event_data_store_id) const {
  const auto id = parse_store_id(event_data_store_id);
  std::optional<Caller> owner;
  for (const auto& store : body_->context.state->event_data_stores().list_all()) {
    if (id && store->id == *id) {
      if (owner) {
        return std::nullopt;
      }
      owner = {store->account, store->region};
    }
  }
  return owner;
}

ClockReading Engine::clock() const {
  return {body_->context.clock.now(), body_->context.clock.is_frozen()};
}

void Engine::freeze_clock(state::Micros at) {
  body_->context.clock.freeze(at);
  body_->clock_changed();
}

void Engine::advance_clock(state::Micros by) {
  body_->context.clock.advance(by);
  body_->clock_changed();
}

void Engine::run_clock() {
  body_->context.clock.run();
  body_->clock_changed();
}

std::vector<std::shared_ptr<const state::Query>> Engine::all_queries() {
  const std::shared_lock lock(body_->gate);
  body_->settle_quietly();
  return body_->context.state->queries().list_all();
}

std::vector<std::shared_ptr<const state::EventDataStore>> Engine::all_event_data_stores() {
  const std::shared_lock lock(body_->gate);
  body_->settle_quietly();
  return body_->context.state->event_data_stores().list_all();
}

Result<QueryExplanation> Engine::explain_query(std::string_view query_id) {
  constexpr std::chrono::seconds kTime{10};
  QueryExplanation explanation;
  for (auto& query : all_queries()) {
    if (query->key.id == query_id) {
      explanation.query = std::move(query);
    }
  }
  if (!explanation.query) {
    return Error{
        ErrorKind::kQueryIdNotFound,
        "The query ID does not exist or does not map to a query: " + std::string(query_id)};
  }
  const state::Query& query = *explanation.query;
  const Context& context = body_->context;
  if (!query.executes) {
    explanation.problem = "The scenario gives this query's end; no SQL is run for it.";
    return explanation;
  }
  const std::shared_lock lock(body_->gate);
  const StoreCatalog tables(context.state->event_data_stores(), body_->context.events,
                            query.key.account, query.key.region, query.caller_account);
  const sql::PrepareOptions options = {.now_micros = query.created_at};
  const auto prepared = context.executor->prepare(query.statement, tables, options);
  if (!prepared) {
    explanation.problem = prepared.error().text();
    return explanation;
  }
  explanation.statement = *prepared;
  sql::RunLimits limits;
  limits.time = kTime;
  auto clauses = context.executor->explain_rows(query.statement, tables, options, limits);
  if (clauses) {
    explanation.clauses = std::move(*clauses);
  } else {
    explanation.problem = clauses.error().text();
  }
  return explanation;
}

std::unique_ptr<const sql::Catalog> Engine::catalog(const Caller& caller) {
  return std::make_unique<const StoreCatalog>(body_->context.state->event_data_stores(),
                                              body_->context.events, caller.account, caller.region,
                                              caller.account);
}

std::int64_t Engine::count_events(const state::EventDataStore& store) {
  const std::shared_lock lock(body_->gate);
  return body_->context.events.get(store)->snapshot()->row_count();
}

Result<std::shared_ptr<const state::Query>> Engine::release_query(std::string_view query_id) {
  return body_->run([&] { return body_->queries.release(query_id); });
}

std::optional<AccessKey> Engine::find_access_key(std::string_view access_key_id) const {
  const auto world = body_->context.world.get();
  for (const AccessKey& key : world->access_keys) {
    if (key.id == access_key_id) {
      return key;
    }
  }
  return std::nullopt;
}

// Seed

void Engine::set_world(World world) { body_->context.world.set(std::move(world)); }

World Engine::world() const { return *body_->context.world.get(); }

void Engine::seed_ids(std::optional<std::uint64_t> seed) { body_->context.ids.restart(seed); }

SeedOutcome Engine::seed_event_data_store(StoreSeed seed) {
  const std::lock_guard seeding(body_->seeding);
  Context& context = body_->context;
  state::EventDataStore& store = seed.store;
  if (store.id.empty()) {
    store.id = context.ids.next("event data store " + store.account + " " + store.region);
  }
  store.arn = print_store_arn(store.account, store.region, store.id);
  if (context.state->event_data_stores().find(store.arn)) {
    return SeedOutcome::kAlreadyThere;
  }
  const state::Micros now = context.clock.now();
  store.created_at = store.created_at == 0 ? now : store.created_at;
  store.updated_at = store.updated_at == 0 ? store.created_at : store.updated_at;
  if (store.selectors.empty()) {
    const auto kind = events::find_kind(store.kind).value_or(events::StoreKind::kCloudTrail);
    store.selectors = print_selectors(selectors_of_kind(kind));
  }
  if (!seed.events || !context.events.make(store, seed.events)) {
    const auto events = context.events.make(store);
    if (seed.load) {
      seed.load(*events);
    }
  }
  state::Writing writing(*context.state);
  context.state->event_data_stores().put(writing, std::move(store));
  writing.commit();
  body_->poke();
  return SeedOutcome::kCreated;
}

SeedOutcome Engine::seed_query(QuerySeed seed) {
  const std::lock_guard seeding(body_->seeding);
  Context& context = body_->context;
  state::Query& query = seed.query;
  const state::Micros now = context.clock.now();
  if (query.key.id.empty()) {
    query.key.id = context.ids.next("query " + query.key.account + " " + query.key.region);
  }
  query.created_at = query.created_at == 0 ? now : query.created_at;
  state::Writing writing(*context.state);
  if (context.state->queries().find(query.key)) {
    return SeedOutcome::kAlreadyThere;
  }
  query.rows = std::max(query.rows, static_cast<std::int64_t>(seed.rows.size()));
  store_rows(*context.state, writing, query.key, seed.rows);
  context.state->queries().put(writing, std::move(query));
  writing.commit();
  body_->poke();
  return SeedOutcome::kCreated;
}

void Engine::set_seed(std::function<void(Engine&)> seed) {
  const std::lock_guard seeding(body_->seeding);
  body_->seed = std::move(seed);
}

void Engine::reset() {
  const std::lock_guard seeding(body_->seeding);
  const std::unique_lock gate(body_->gate);
  body_->runner.stop_all();
  body_->runner.wait_until_idle();
  Context& context = body_->context;
  const auto stores = context.state->event_data_stores().list_all();
  {
    state::Writing writing(*context.state);
    context.state->queries().erase_all(writing);
    context.state->event_data_stores().erase_all(writing);
    writing.commit();
  }
  context.events.set_all_aside();
  context.world.set({});
  context.ids.restart({});
  run_clock();
  if (body_->seed) {
    body_->seed(*this);
  }
  context.events.remove_set_aside(stores);
  body_->timer->restart();
}

void Engine::wait_until_idle() { body_->runner.wait_until_idle(); }

}  // namespace trailpond::engine
