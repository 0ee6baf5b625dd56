#include "engine/change.hpp"

#include <algorithm>

#include "base/members.hpp"
#include "engine/event_selectors.hpp"
#include "engine/queries/query_life.hpp"
#include "engine/queries/stored_rows.hpp"
#include "engine/resources/arn.hpp"

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
  return put_.contains(arn) || (!erased_ && service_.state->event_data_stores().contains(arn));
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
    if (!loaded.events->keep_only(loaded.snapshot)) {
      throw state::StorageError("the events of " + store.arn + " cannot be reset");
    }
    writing().on_commit(
        [events = loaded.events, snapshot = loaded.snapshot] { events->show(snapshot); });
    return;
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
  if (!seed.tags.empty()) {
    service_.state->get<TagSets>().put(
        writing(), {store.arn, store.account, store.region, std::move(seed.tags)});
  }
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
  if (put_.contains(key) || (!erased_ && service_.state->queries().contains(key))) {
    return SeedOutcome::kAlreadyThere;
  }
  query.created_at = query.created_at == 0 ? now() : query.created_at;
  query.rows = std::max(query.rows, static_cast<std::int64_t>(seed.rows.size()));
  if (advance(query, now(), 0).expired) {
    return SeedOutcome::kCreated;
  }
  query.result_bytes = store_rows(writing(), query.key, seed.rows);
  put_.insert(key);
  service_.state->queries().put(writing(), std::move(query));
  return SeedOutcome::kCreated;
}

void Change::keep_text(const std::string& name, const std::string& text) {
  if (text.empty()) {
    service_.state->settings().erase(writing(), name);
  } else {
    service_.state->settings().put(writing(), name, text);
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
  writing().on_commit([this] {
    if (new_world_) {
      service_.world.set(world_);
    }
    if (new_clock_) {
      service_.clock.set(clock_);
    }
    if (ids_) {
      service_.ids.take_over(*ids_);
    }
    if (erased_) {
      service_.calls.clear();
      service_.insights.clear();
      service_.rates.clear();
      service_.runner->stop_all();
    }
  });
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
