#include "engine/settle.hpp"

#include <algorithm>
#include <cstring>

#include "base/broken.hpp"
#include "engine/delivery/trail_delivery.hpp"
#include "engine/queries/query_life.hpp"
#include "engine/queries/runner.hpp"
#include "engine/queries/stored_rows.hpp"
#include "engine/resources/dashboards.hpp"
#include "engine/resources/resolver.hpp"
#include "engine/result_delivery.hpp"

namespace trailpond::engine {
namespace {

using state::Writing;

std::vector<const AnyDueRule*>& rules() {
  static std::vector<const AnyDueRule*> rules;
  return rules;
}

void settle_store_record(Settling& settling, const state::EventDataStore& record) {
  Service& service = settling.service;
  state::EventDataStore store = record;
  auto& stores = service.state->event_data_stores();
  if (settle_store(store, settling.now)) {
    stores.put(settling.writing, std::move(store));
    return;
  }
  stores.erase(settling.writing, record.arn);
  erase_companions(*service.state, settling.writing, record.arn);
  service.events.detach(settling.writing, record.arn);
  settling.then.removed.push_back(std::make_shared<const state::EventDataStore>(record));
}

void settle_query(Settling& settling, const state::Query& record) {
  state::State& state = *settling.service.state;
  auto& queries = state.queries();
  const state::QueryKey& key = record.key;
  state::Query query = record;
  const auto progress = advance(query, settling.now, settling.service.runner->rows_stored(key));
  if (progress.ended) {
    settling.then.stop.push_back(key);
  } else if (progress.started) {
    settling.then.submit.push_back(key);
  }
  if (progress.expired) {
    queries.erase(settling.writing, record.record_key());
    return;
  }
  if (progress.ended && readable_rows(query) == 0) {
    drop_rows(settling.writing, query);
  }
  if (progress.changed) {
    queries.put(settling.writing, std::move(query));
  }
}

const DueRule<state::EventDataStores> kStoreRule(settle_store_record);
const DueRule<state::Queries> kQueryRule(settle_query);

}  // namespace

AnyDueRule::AnyDueRule() { rules().push_back(this); }
const std::vector<const AnyDueRule*>& AnyDueRule::all() { return rules(); }

bool settle_store(state::EventDataStore& store, state::Micros now) {
  while (store.due_at <= now) {
    const state::Micros at = std::exchange(store.due_at, state::kNever);
    if (!state::apply(store, store.due_event)) {
      report_broken("event data store " + store.arn + " in status " +
                    std::string(name_of(store.status)) + " is due for " +
                    std::string(name_of(store.due_event)));
      return true;
    }
    store.updated_at = at;
  }
  return store.status != state::StoreStatus::kRemoved;
}

void settle(Settling& settling) {
  for (const auto& repository : settling.service.state->repositories()) {
    if (repository->earliest_due() > settling.now) {
      continue;
    }
    const auto rule = std::find_if(rules().begin(), rules().end(), [&](const AnyDueRule* each) {
      return std::strcmp(each->table(), repository->table()) == 0;
    });
    if (rule == rules().end()) {
      report_broken(std::string("no rule says what is due in ") + repository->table());
    } else {
      (*rule)->settle(settling);
    }
  }
}

void follow(Service& service, const Consequences& then) {
  for (const auto& key : then.stop) {
    service.runner->stop(key);
  }
  for (const auto& key : then.submit) {
    service.runner->submit(key);
  }
  service.events.remove_directories(then.removed);
  service.deliveries->poke();  // a query may have ended
  if (then.deliver_logs) {
    service.trail_deliveries->expect();
  }
  if (!then.refresh.empty()) {
    refresh_dashboards(service, then.refresh);
    settle(service);  // their queries may be due at once
  }
}

void settle(Service& service) {
  if (service.state->earliest_due() > service.clock.now()) {
    return;
  }
  Consequences then;
  {
    Writing writing(*service.state);
    Settling settling = {service, writing, service.clock.now(), then};
    settle(settling);
    writing.commit();
  }
  follow(service, then);
  service.trail_deliveries->work();
}

void resume_query(Service& service, const state::Query& query, Consequences& then) {
  if (counts_polls(query)) {
    service.counts_polls = true;
  }
  if (is_to_run(query)) {
    then.submit.push_back(query.key);
  }
}

void resume_queries(Service& service) {
  Consequences then;
  for (const auto& query : service.state->queries().list_all()) {
    resume_query(service, *query, then);
  }
  for (const auto& key : then.submit) {
    service.runner->submit(key);
  }
}

}  // namespace trailpond::engine
