#include "engine/engine.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <thread>

#include "engine/backends.hpp"
#include "engine/catalog.hpp"
#include "engine/delivery/trail_delivery.hpp"
#include "engine/due_timer.hpp"
#include "engine/import_runner.hpp"
#include "engine/lake_intake.hpp"
#include "engine/queries/find_query.hpp"
#include "engine/queries/query_life.hpp"
#include "engine/queries/runner.hpp"
#include "engine/resources/imports.hpp"
#include "engine/resources/resolver.hpp"
#include "engine/result_delivery.hpp"
#include "engine/rules.hpp"
#include "engine/settle.hpp"
#include "s3/folder.hpp"

namespace trailpond::engine {
namespace {

constexpr unsigned kLeastWorkers = 2;
constexpr const char* kTokenSecret = "token secret";

unsigned count_workers(unsigned asked) {
  return asked > 0 ? asked : std::max(kLeastWorkers, count_processors());
}

sql::RunLimits limits_of(const EngineOptions& options) {
  sql::RunLimits limits = options.limits;
  limits.threads = options.threads_per_query > 0 ? options.threads_per_query : count_processors();
  return limits;
}

const AccessKey* find_key(const World& world, std::string_view access_key_id) {
  const auto found = std::find_if(world.access_keys.begin(), world.access_keys.end(),
                                  [&](const AccessKey& key) { return key.id == access_key_id; });
  return found == world.access_keys.end() ? nullptr : &*found;
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

/// What is S3, by the options; null where nothing is. Throws outbound::HttpTrouble.
std::shared_ptr<s3::ObjectStore> find_objects(const EngineOptions& options) {
  if (options.s3_endpoint) {
    return std::make_shared<s3::Endpoint>(*options.s3_endpoint);
  }
  if (!options.export_directory && !options.data_directory) {
    return nullptr;
  }
  return std::make_shared<s3::Folder>(
      options.export_directory.value_or(options.data_directory.value_or("") + "/s3"));
}

}  // namespace

class Engine::Body {
 public:
  Body(std::unique_ptr<state::State> state, const EngineOptions& options,
       const PageTokens::Secret& secret, const std::optional<KeyPair>& key)
      : service(std::move(state), options.data_directory, secret),
        durable(options.data_directory.has_value()) {
    service.executor = options.executor;
    service.records_calls = options.records_calls;
    service.objects = find_objects(options);
    service.given_key = key;
    service.imports = std::make_shared<ImportRunner>(service, loading);
    service.deliveries = std::make_shared<ResultDelivery>(service);
    service.trail_deliveries = std::make_shared<TrailDelivery>(service);
    service.delivery_file_bytes = options.delivery_file_bytes;
    service.backends = std::make_shared<Backends>(options.trino);
    service.lake_intake = std::make_shared<LakeIntake>(service);
    service.events.set_forward([this](const state::EventDataStore& store) {
      return service.lake_intake->find_forward(store);
    });
    service.runner = std::make_shared<Runner>(service, count_workers(options.workers),
                                              limits_of(options), [this] { on_query_end(); });
    if (options.data_directory) {
      // By the system's time a restart would end what lives in a frozen one.
      const auto clock =
          state::ClockSetting::parse(service.state->settings().find(kClockSetting).value_or(""));
      service.clock.set(clock.value_or(state::ClockSetting{}));
      service.events.sweep(service.state->event_data_stores().list_all());
    }
    resume_queries(service);
    service.imports->resume();
    service.deliveries->resume();
    service.trail_deliveries->resume();
    timer = std::make_unique<DueTimer>(
        service.clock, [this] { return earliest_due(); }, [this] { settle_quietly(); });
    timer_ready.store(timer.get(), std::memory_order_release);
  }

  ~Body() {
    service.imports.reset();
    // Each uses the other: the workers end first, then nobody pokes the timer.
    service.runner->shut_down();
    service.backends.reset();  // ends its thread, which tells the runner
    timer.reset();
    service.deliveries.reset();
    service.trail_deliveries->stop();
    if (durable) {
      deliver_quietly(state::kNever);  // what waits in memory would be lost
    }
  }

  /// On the thread of the worker that ran it.
  void on_query_end() {
    poke();
    service.deliveries->poke();
  }

  void poke() {
    if (DueTimer* ready = timer_ready.load(std::memory_order_acquire)) {
      ready->poke();
    }
  }

  state::Micros earliest_due() const {
    return std::min({service.state->earliest_due(), service.calls.earliest_due(),
                     service.insights.earliest_due(call_delay())});
  }

  bool is_due() const { return earliest_due() <= service.clock.now(); }

  state::Micros call_delay() const { return service.world.get()->call_delay.value_or(kCallDelay); }

  /// Delivers the calls that are due at a time.
  void deliver_due(state::Micros now) {
    if (service.calls.earliest_due() <= now) {
      const std::shared_lock no_change(loading);
      deliver_calls(service, now);
    }
    const state::Micros delay = call_delay();
    if (service.insights.earliest_due(delay) <= now) {
      const std::shared_lock no_change(loading);
      deliver_insights(service, now - delay);
    }
  }

  void deliver_quietly(state::Micros now) {
    try {
      deliver_due(now);
    } catch (const state::StorageError&) {
      // Nobody waits for these events.
    }
  }

  void settle_quietly() {
    deliver_quietly(service.clock.now());
    try {
      settle(service);
    } catch (const state::StorageError&) {
      // The next request meets the same trouble, and has somebody to tell.
    }
  }

  Service service;
  const bool durable;
  std::unique_ptr<DueTimer> timer;
  std::atomic<DueTimer*> timer_ready = nullptr;
  std::shared_mutex loading;      // who loads events shares it; a change has it alone
  std::recursive_mutex changing;  // one change of the world at a time
  Seed seed;
  std::map<std::string, std::shared_ptr<Snapshot>> snapshots;
  std::function<void(const ClockReading&)> clock_watch;
};

trailpond::Result<std::unique_ptr<Engine>, std::string> Engine::open(EngineOptions options) {
  std::optional<KeyPair> key;
  if (!options.signing_key.empty()) {
    auto read = read_key_pair(options.signing_key);
    if (!read) {
      return "the signing key cannot be taken: " + read.error();
    }
    key = std::move(*read);
  }
  auto state = state::State::open(options.data_directory);
  if (!state) {
    return state.error();
  }
  try {
    const auto secret = find_secret(**state, options.data_directory.has_value());
    return std::unique_ptr<Engine>(
        new Engine(std::make_unique<Body>(std::move(*state), options, secret, key)));
  } catch (const state::StorageError& error) {
    return std::string(error.what());
  } catch (const outbound::HttpTrouble& trouble) {
    return trouble.message;
  }
}

Engine::Engine(std::unique_ptr<Body> body) : body_(std::move(body)) {}
Engine::~Engine() = default;

std::optional<Error> Engine::run(const Caller& caller, Wait wait,
                                 const std::function<void(Context&)>& operation) {
  try {
    if (wait == Wait::kNotNow && body_->is_due()) {
      throw state::WouldWait();
    }
    if (wait == Wait::kMay) {
      settle(body_->service);
    }
    run_operation(body_->service, caller, wait == Wait::kNotNow, operation);
    if (wait != Wait::kMustNot) {
      settle(body_->service);  // what was made may be due at once
      body_->poke();
      body_->service.deliveries->poke();  // a call may have ended a query
    }
    return std::nullopt;
  } catch (const state::StorageError& error) {
    return Error{ErrorKind::kInternal, std::string("The storage failed: ") + error.what()};
  }
}

void Engine::deliver_due_calls() { body_->deliver_quietly(body_->service.clock.now()); }

bool Engine::takes_call(std::string_view operation) {
  Service& service = body_->service;
  return service.records_calls && service.world.get()->records_calls.value_or(true) &&
         service.calls.admits(operation);
}

void Engine::record_call(Call call) {
  Service& service = body_->service;
  const auto world = service.world.get();
  if (const AccessKey* key = find_key(*world, call.access_key_id)) {
    call.user_name = key->user;
  }
  const state::Micros now = service.clock.now();
  if (service.calls.add(now + world->call_delay.value_or(kCallDelay), RecordedCall(call, now))) {
    body_->poke();
  }
}

// Events, clock, control

Result<events::LoadReport> Engine::load_events(const Caller& caller,
                                               std::string_view event_data_store, std::string text,
                                               std::string_view source, const events::Part& part) {
  const std::shared_lock loading(body_->loading);
  std::optional<Result<std::shared_ptr<events::EventStore>>> events;
  const auto problem = run(caller, Wait::kMay, [&](Context& context) {
    const auto store = find_event_data_store(context, event_data_store, kOwner);
    if (!store) {
      events.emplace(store.error());
    } else if (auto error = check_queryable(**store)) {
      events.emplace(*error);
    } else {
      events.emplace(context.service.events.get(**store));
    }
  });
  if (problem || !*events) {
    return problem ? *problem : events->error();
  }
  return (**events)->append(text, source, part);
}

Result<PutAuditEventsAnswer> Engine::put_audit_events(const Caller& caller,
                                                      const PutAuditEventsRequest& request) {
  deliver_due_calls();
  const std::shared_lock loading(body_->loading);
  auto intake = perform(caller, take_audit_events, request, Wait::kMay);
  if (!intake) {
    return intake.error();
  }
  if (!intake->text.empty()) {
    for (const auto& store : intake->stores) {
      store->append(intake->text, "PutAuditEvents");
    }
  }
  return std::move(intake->answer);
}

HappenedEvents Engine::post_events(const Caller& caller, std::string text, std::string_view source,
                                   const events::Part& part) {
  HappenedEvents happened;
  // A store of its own reads whatever form the text has.
  constexpr bool kBrief = true;
  events::EventStore read(events::StoreKind::kCloudTrail, kBrief);
  happened.report = read.append(text, source, part);
  AccountEvents events = {caller.account, caller.region};
  for (const auto& segment : read.snapshot()->segments()) {
    events.lines += segment->json_lines();
  }
  const std::shared_lock loading(body_->loading);
  happened.delivered = deliver(body_->service, Origin::kPosted, {std::move(events)});
  return happened;
}

std::optional<Caller> Engine::find_owner(std::string_view event_data_store_id) const {
  const auto id = parse_resource_id(ResourceKind::kEventDataStore, event_data_store_id);
  std::optional<Caller> owner;
  for (const auto& store : body_->service.state->event_data_stores().list_all()) {
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
  const auto setting = body_->service.clock.setting();
  return {setting.now(), setting.frozen_at.has_value(), setting.scale};
}

std::vector<std::shared_ptr<const state::Query>> Engine::all_queries() {
  return body_->service.state->queries().list_all();
}

std::vector<std::shared_ptr<const state::EventDataStore>> Engine::all_event_data_stores() {
  return body_->service.state->event_data_stores().list_all();
}

std::vector<std::shared_ptr<const Import>> Engine::all_imports() {
  return body_->service.state->get<Imports>().list_all();
}

void Engine::watch(Watcher watcher) {
  const std::lock_guard turn(body_->changing);
  const state::State& state = *body_->service.state;
  state.queries().watch(std::move(watcher.query));
  state.event_data_stores().watch(std::move(watcher.store));
  state.get<Imports>().watch(std::move(watcher.import));
  body_->clock_watch = std::move(watcher.clock);
}

Result<QueryExplanation> Engine::explain_query(std::string_view query_id) {
  constexpr std::chrono::seconds kTime{4};  // less than the server waits for at its end
  QueryExplanation explanation;
  for (auto& query : all_queries()) {
    if (query->key.id == query_id || query->record_key() == query_id) {
      explanation.query = std::move(query);
    }
  }
  if (!explanation.query) {
    return query_not_found(query_id);
  }
  const state::Query& query = *explanation.query;
  const Service& service = body_->service;
  if (!query.executes) {
    explanation.problem = "The scenario decides how this query ends; no SQL is run for it.";
    return explanation;
  }
  for (const auto& store : all_event_data_stores()) {
    const auto backend = service.backends->find(*store);
    if (reads_store(query, store->arn) && (!backend || *backend)) {
      explanation.problem = "Its rows are not here: Trino runs this query, and can EXPLAIN it.";
      return explanation;
    }
  }
  const StoreCatalog tables(body_->service, service.clock.now(), query.key.account,
                            query.key.region, query.caller_account);
  const sql::PrepareOptions options = {.now_micros = query.created_at};
  const auto prepared = service.executor->prepare(query.statement, tables, options);
  if (!prepared) {
    explanation.problem = prepared.error().text();
    return explanation;
  }
  explanation.statement = *prepared;
  sql::RunLimits limits;
  limits.time = kTime;
  auto clauses = service.executor->explain_rows(query.statement, tables, options, limits);
  if (clauses) {
    explanation.clauses = std::move(*clauses);
  } else {
    explanation.problem = clauses.error().text();
  }
  return explanation;
}

std::unique_ptr<const sql::Catalog> Engine::catalog(const Caller& caller) {
  Service& service = body_->service;
  return std::make_unique<const StoreCatalog>(service, service.clock.now(), caller.account,
                                              caller.region, caller.account);
}

std::shared_ptr<const s3::ObjectStore> Engine::objects() const { return body_->service.objects; }

std::size_t Engine::count_waiting_logs() const {
  return body_->service.state->get<WaitingLogs>().list_all().size();
}

std::shared_ptr<const events::Snapshot> Engine::events_of(const state::EventDataStore& store) {
  return body_->service.events.visible(store, body_->service.clock.now());
}

std::int64_t Engine::count_events(const state::EventDataStore& store) {
  return events_of(store)->shown_count();
}

events::LogDamages Engine::find_damages(const state::EventDataStore& store) {
  return body_->service.events.get(store)->damages();
}

std::optional<AccessKey> Engine::find_access_key(std::string_view access_key_id) const {
  const auto world = body_->service.world.get();
  const AccessKey* key = find_key(*world, access_key_id);
  return key == nullptr ? std::nullopt : std::optional(*key);
}

World Engine::world() const { return *body_->service.world.get(); }

std::optional<FaultOutcome> Engine::take_fault(std::string_view operation, const Caller& caller,
                                               const MemberOf& member_of) {
  Service& service = body_->service;
  std::optional<FaultOutcome> outcome;
  if (service.world.has_faults()) {
    outcome = service.world.take_fault(operation, caller, member_of, service.clock.now());
  }
  const bool fails = outcome && (outcome->error || outcome->harm != Harm::kNone);
  const bool keeps_rates = !fails && service.world.get()->keeps_rates.value_or(false);
  if (keeps_rates && !service.rates.take(operation, caller, service.clock.now())) {
    outcome = outcome ? outcome : FaultOutcome{};
    outcome->name = "rates";
    outcome->error = Error{ErrorKind::kThrottling, "Rate exceeded"};
  }
  return outcome;
}

bool Engine::counts_polls() const { return body_->service.counts_polls; }

bool Engine::counts_calls() const {
  const Service& service = body_->service;
  return service.world.has_faults() || service.world.get()->keeps_rates.value_or(false);
}

bool Engine::is_durable() const { return body_->durable; }

const PageTokens& Engine::tokens() const { return body_->service.tokens; }

// Changes of the world

void Engine::change(const std::function<void(Change&)>& change) {
  const std::lock_guard turn(body_->changing);
  const state::ClockSetting before = body_->service.clock.setting();
  {
    Change made(body_->service, body_->loading);
    change(made);
    made.commit();
  }
  if (body_->clock_watch && body_->service.clock.setting() != before) {
    body_->clock_watch(this->clock());
  }
  body_->deliver_quietly(body_->service.clock.now());
  body_->service.trail_deliveries->work();  // after the calls, which may go into the same files
  body_->timer->restart();
}

void Engine::set_clock(const state::ClockSetting& clock) {
  change([&](Change& made) { made.set_clock(clock); });
}

void Engine::advance_clock(state::Micros by) {
  change([&](Change& made) {
    state::ClockSetting clock = made.clock();
    clock.advance(by);
    made.set_clock(clock);
  });
}

void Engine::set_seed(Seed seed) {
  const std::lock_guard turn(body_->changing);
  body_->seed = std::move(seed);
}

void Engine::reset(const std::optional<std::string>& account) {
  const std::lock_guard turn(body_->changing);
  change([&](Change& made) {
    if (body_->seed) {
      body_->seed(made, account);
    } else if (account) {
      made.erase_account(*account);
    } else {
      made.erase_all();
    }
  });
  if (!account) {
    body_->service.runner->wait_until_stopped();
  }
}

void Engine::take_snapshot(const std::string& name, const std::optional<std::string>& account) {
  const std::lock_guard turn(body_->changing);
  change([&](Change& made) {
    body_->snapshots[name] = std::make_shared<Snapshot>(made.take_snapshot(name, account));
  });
}

bool Engine::restore_snapshot(const std::string& name) {
  const std::lock_guard turn(body_->changing);
  const auto found = body_->snapshots.find(name);
  if (found == body_->snapshots.end()) {
    return false;
  }
  const auto snapshot = found->second;
  change([&](Change& made) { made.restore(*snapshot); });
  return true;
}

bool Engine::forget_snapshot(const std::string& name) {
  const std::lock_guard turn(body_->changing);
  if (body_->snapshots.erase(name) == 0) {
    return false;
  }
  change([&](Change& made) { made.forget_snapshot(name); });
  return true;
}

std::vector<SnapshotFacts> Engine::list_snapshots() const {
  const std::lock_guard turn(body_->changing);
  std::vector<SnapshotFacts> facts;
  for (const auto& [name, snapshot] : body_->snapshots) {
    facts.push_back(
        {name, snapshot->account.value_or(""), snapshot->taken_at, snapshot->records()});
  }
  return facts;
}

std::string Engine::kept_text(const std::string& name) const {
  return body_->service.state->settings().find(name).value_or("");
}

void Engine::wait_until_idle() { body_->service.runner->wait_until_idle(); }

}  // namespace trailpond::engine
