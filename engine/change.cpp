#include "engine/change.hpp"

#include <algorithm>

#include "base/members.hpp"
#include "engine/event_selectors.hpp"
#include "engine/queries/query_life.hpp"
#include "engine/queries/runner.hpp"
#include "engine/queries/stored_rows.hpp"
#include "engine/resources/arn.hpp"
#include "engine/resources/policies.hpp"

namespace trailpond::engine {

Change::Change(Service& service, std::shared_mutex& loading)
    : service_(service),
      loading_(loading),
      world_(service.world.get()),
      clock_(service.clock.setting()) {}

Change::~Change() {
  if (!committed_) {
    for (const auto& [events, before] : restored_) {
      events->keep_only(before);
    }
  }
}

state::Writing& Change::writing() {
  if (!writing_) {
    // Nothing is loaded from here on: it would go into events that are about to be exchanged.
    no_loading_ = std::unique_lock(loading_);
    writing_.emplace(*service_.state);
  }
  return *writing_;
}

void Change::erase_account(const std::string& account) {
  for (const auto& store : service_.state->event_data_stores().list(account)) {
    gone_.push_back(store);
    service_.events.detach(writing(), store->arn);
  }
  for (const auto& query : service_.state->queries().list(account)) {
    if (!state::is_terminal(query->status)) {
      then_.stop.push_back(query->key);
    }
  }
  service_.state->erase_account(writing(), account);
  service_.history.clear(writing(), account);
  ids_.emplace().take_over(service_.ids);
  ids_->restart_account(account);
  erased_account_ = account;
}

Snapshot Change::take_snapshot(const std::string& name, const std::optional<std::string>& account) {
  Snapshot snapshot = {.name = name, .account = account, .taken_at = now()};
  state::ResultPages::keep(writing(), name, account);
  for (const auto& repository : service_.state->repositories()) {
    snapshot.tables.push_back(repository->keep(account));
  }
  for (const auto& store : service_.state->event_data_stores().list_all()) {
    if (account && store->account != *account) {
      continue;
    }
    const auto events = service_.events.get(*store);
    snapshot.events[store->arn] =
        std::make_shared<LoadedEvents>(LoadedEvents{events, events->snapshot(), store->directory});
  }
  snapshot.history = service_.history.keep(account);
  if (!account) {
    const auto ids = std::make_shared<state::IdSource>();
    ids->take_over(service_.ids);
    snapshot.ids = ids;
    snapshot.world = world_;
    snapshot.clock = clock_;
  }
  return snapshot;
}

/// Attaches the events again, and notes where those on the disk lie now.
void Change::restore_stores(const Snapshot& snapshot) {
  auto& stores = service_.state->event_data_stores();
  for (const auto& table : snapshot.tables) {
    stores.visit_kept(*table, [&](const state::EventDataStore& kept) {
      LoadedEvents& loaded = *snapshot.events.at(kept.arn);
      state::EventDataStore store = kept;
      restore(store, loaded);
      store.directory = loaded.directory;
      service_.events.attach(writing(), store.arn, loaded.events);
      stores.put(writing(), std::move(store));
    });
  }
}

void Change::restore(const Snapshot& snapshot) {
  if (snapshot.account) {
    erase_account(*snapshot.account);
  } else {
    erase_all();
    set_world(World(*snapshot.world));
    set_clock(snapshot.clock);
    ids_->take_over(*snapshot.ids);
  }
  const auto& repositories = service_.state->repositories();
  for (std::size_t i = 0; i < repositories.size(); ++i) {
    repositories[i]->put_back(writing(), *snapshot.tables[i]);
  }
  state::ResultPages::put_back(writing(), snapshot.name);
  restore_stores(snapshot);
  resume_queries(snapshot);
  service_.history.put_back(writing(), snapshot.history);
}

/// Lets the queries go on that had not ended when the snapshot was taken.
void Change::resume_queries(const Snapshot& snapshot) {
  for (const auto& table : snapshot.tables) {
    service_.state->queries().visit_kept(
        *table, [&](const state::Query& kept) { resume_query(service_, kept, then_); });
  }
}

void Change::forget_snapshot(const std::string& name) {
  state::ResultPages::forget(writing(), name);
}

void Change::put_companions(const std::string& arn, const std::string& account,
                            const std::string& region, Companions companions) {
  if (!companions.tags.empty()) {
    service_.state->get<TagSets>().put(writing(),
                                       {arn, account, region, std::move(companions.tags)});
  }
  if (!companions.policy.empty()) {
    service_.state->get<ResourcePolicies>().put(
        writing(), {arn, account, region, std::move(companions.policy)});
  }
}

void Change::set_world(World world) {
  world_ = std::make_shared<const World>(std::move(world));
  new_world_ = true;
}

void Change::set_clock(const state::ClockSetting& clock) {
  clock_ = clock;
  new_clock_ = true;
}

void Change::seed_ids(std::optional<std::uint64_t> seed) { ids_.emplace().restart(seed); }

void Change::erase_all() {
  gone_ = service_.state->event_data_stores().list_all();
  service_.state->erase_all(writing());
  service_.events.detach_all(writing());
  service_.history.clear(writing());
  set_world({});
  set_clock({});
  seed_ids({});
  erased_ = true;
  put_.clear();
}

bool Change::has_store(const std::string& arn) const {
  const auto parts = parse_arn(arn);
  return put_.contains(arn) || (!is_erased(parts ? parts->account : std::string_view()) &&
                                service_.state->event_data_stores().contains(arn));
}

std::shared_ptr<LoadedEvents> Change::load_events(
    const state::EventDataStore& store, const std::function<void(events::EventStore&)>& load) {
  auto made = service_.events.make(store);
  load(*made.events);
  auto loaded = std::make_shared<LoadedEvents>();
  loaded->snapshot = made.events->snapshot();
  loaded->events = std::move(made.events);
  loaded->directory = std::move(made.directory);
  return loaded;
}

/// Brings events back that were loaded before. Those of a store that is still there are only cut
/// down to what they were; of one that has gone they are copied into a new place.
void Change::restore(const state::EventDataStore& store, LoadedEvents& loaded) {
  const bool in_memory = loaded.directory.empty();
  if (in_memory || service_.events.are_of(loaded.events, store.arn)) {
    if (loaded.events->snapshot() == loaded.snapshot) {
      return;
    }
    restored_.push_back({loaded.events, loaded.events->snapshot()});
    if (loaded.events->keep_only(loaded.snapshot)) {
      writing().on_commit(
          [events = loaded.events, snapshot = loaded.snapshot] { events->show(snapshot); });
      return;
    }
    restored_.pop_back();  // not on the disk any more: they are written again, in a new place
  }
  auto made = service_.events.make(store);
  made.events->copy(*loaded.snapshot);
  loaded.snapshot = made.events->snapshot();
  loaded.events = std::move(made.events);
  loaded.directory = std::move(made.directory);
}

SeedOutcome Change::put(StoreSeed seed) {
  state::EventDataStore& store = seed.store;
  store.arn = print_store_arn(store.account, store.region, store.id);
  if (has_store(store.arn)) {
    return SeedOutcome::kAlreadyThere;
  }
  store.created_at = store.created_at == 0 ? now() : store.created_at;
  store.updated_at = store.updated_at == 0 ? store.created_at : store.updated_at;
  if (store.selectors.empty()) {
    const auto kind = events::find_kind(store.kind).value_or(events::StoreKind::kCloudTrail);
    store.selectors = print_items(selectors_of_kind(kind));
  }
  if (!settle_store(store, now())) {
    return SeedOutcome::kCreated;  // it was to go before now
  }
  if (!seed.loaded) {
    seed.loaded = load_events(store, [](events::EventStore&) {});
  } else {
    restore(store, *seed.loaded);
  }
  store.directory = seed.loaded->directory;
  service_.events.attach(writing(), store.arn, seed.loaded->events);
  put_companions(store.arn, store.account, store.region, std::move(seed.companions));
  put_.insert(store.arn);
  service_.state->event_data_stores().put(writing(), std::move(store));
  return SeedOutcome::kCreated;
}

SeedOutcome Change::put(QuerySeed seed) {
  state::Query& query = seed.query;
  state::IdSource& ids = ids_ ? *ids_ : service_.ids;
  if (query.key.id.empty()) {
    query.key.id = ids.next("query " + query.key.account + " " + query.key.region);
  }
  const std::string key = query.record_key();
  if (put_.contains(key) ||
      (!is_erased(query.key.account) && service_.state->queries().contains(key))) {
    return SeedOutcome::kAlreadyThere;
  }
  query.created_at = query.created_at == 0 ? now() : query.created_at;
  query.rows = std::max(query.rows, static_cast<std::int64_t>(seed.rows.size()));
  if (advance(query, now(), 0).expired) {
    return SeedOutcome::kCreated;
  }
  if (!state::is_terminal(query.status) || readable_rows(query) > 0) {
    query.result_bytes = store_rows(writing(), query.key, seed.rows);
  }
  resume_query(service_, query, then_);
  put_.insert(key);
  service_.state->queries().put(writing(), std::move(query));
  return SeedOutcome::kCreated;
}

SeedOutcome Change::put_history(events::StoreKind kind, const Caller& owner,
                                std::vector<std::string> generations) {
  const auto& [account, region] = owner;
  const std::string key =
      "event history " + account + "/" + region + "/" + std::string(events::name_of(kind));
  if (put_.contains(key) ||
      (!is_erased(account) && !service_.history.is_empty(kind, account, region))) {
    return SeedOutcome::kAlreadyThere;
  }
  put_.insert(key);
  writing().on_commit([this, kind, owner, generations = std::move(generations)] {
    for (const std::string& events : generations) {
      service_.history.append(kind, owner.account, owner.region, events);
    }
  });
  return SeedOutcome::kCreated;
}

void Change::put_call(state::Micros due, RecordedCall call) {
  calls_.emplace_back(due, std::move(call));
}

void Change::keep_text(const std::string& name, const std::string& text) {
  if (text.empty()) {
    service_.state->settings().erase(writing(), name);
  } else {
    service_.state->settings().put(writing(), name, text);
  }
}

/// What goes with the records, while nobody reads and nobody else writes.
void Change::publish() {
  if (new_world_) {
    service_.world.set(world_);
  }
  if (new_clock_) {
    service_.clock.set(clock_);
  }
  if (ids_) {
    service_.ids.take_over(*ids_);
  }
  if (erased_account_) {
    service_.calls.clear(*erased_account_);
  }
  if (erased_) {
    service_.calls.clear();
    service_.insights.clear();
    service_.rates.clear();
    service_.runner->stop_all();
  }
  for (auto& [due, call] : calls_) {
    service_.calls.add(due, std::move(call));
  }
  // At once: a query that has come in the place of another must not get the rows of that one.
  for (const auto& key : std::exchange(then_.stop, {})) {
    service_.runner->stop(key);
  }
}

void Change::commit() {
  if (new_clock_) {
    keep_text(kClockSetting, clock_.print());
  }
  if (!erased_) {
    Settling settling = {service_, writing(), now(), then_};
    settle(settling);
  }
  writing().on_commit([this] { publish(); });
  writing().commit_world();
  committed_ = true;
  writing_.reset();
  std::erase_if(gone_, [&](const auto& store) {
    const auto now_there = service_.state->event_data_stores().find(store->arn);
    return now_there && now_there->directory == store->directory;
  });
  no_loading_ = {};
  for (const auto& [events, before] : restored_) {
    events->compact();
  }
  follow(service_, then_);
  service_.events.remove_directories(gone_);
}

}  // namespace trailpond::engine
