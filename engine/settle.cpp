#include "engine/settle.hpp"

#include <vector>

#include "engine/query_life.hpp"

namespace trailpond::engine {
namespace {

using state::Writing;

/// What is to be done once the state has changed.
struct Consequences {
  std::vector<state::QueryKey> submit = {};
  std::vector<state::QueryKey> stop = {};
  std::vector<state::EventDataStore> removed = {};
};

void settle_store(Context& context, Writing& writing, state::EventDataStore store,
                  Consequences& then) {
  auto& stores = context.state->event_data_stores();
  const state::Micros at = store.due_at;
  store.due_at = state::kNever;
  if (state::apply(store, store.due_event)) {
    store.updated_at = at;
  }
  if (store.status == state::StoreStatus::kRemoved) {
    stores.erase(writing, store.arn);
    then.removed.push_back(std::move(store));
  } else {
    stores.put(writing, std::move(store));
  }
}

void settle_query(Context& context, Runner& runner, Writing& writing, state::Query query,
                  state::Micros now, Consequences& then) {
  auto& queries = context.state->queries();
  const auto progress = advance(query, now, runner.rows_stored(query.key));
  const state::QueryKey key = query.key;
  if (progress.ended) {
    then.stop.push_back(key);
  } else if (progress.started) {
    then.submit.push_back(key);
  }
  if (progress.expired) {
    context.state->result_pages().erase(writing, key);
    queries.erase(writing, key);
    return;
  }
  if (progress.ended && readable_rows(query) == 0) {
    context.state->result_pages().erase(writing, key);
  }
  if (progress.changed) {
    queries.put(writing, std::move(query));
  }
}

}  // namespace

void settle(Context& context, Runner& runner) {
  if (context.state->earliest_due() > context.clock.now()) {
    return;
  }
  Consequences then;
  {
    Writing writing(*context.state);
    const state::Micros now = context.clock.now();
    for (const auto& store : context.state->event_data_stores().list_due(now)) {
      settle_store(context, writing, *store, then);
    }
    for (const auto& query : context.state->queries().list_due(now)) {
      settle_query(context, runner, writing, *query, now, then);
    }
    writing.commit();
  }
  for (const auto& key : then.stop) {
    runner.stop(key);
  }
  for (const auto& key : then.submit) {
    runner.submit(key);
  }
  for (const auto& store : then.removed) {
    context.events.remove(store);
  }
}

void end_interrupted_queries(Context& context) {
  Writing writing(*context.state);
  auto& queries = context.state->queries();
  const state::Micros now = context.clock.now();
  for (const auto& found : queries.list_all()) {
    const bool cancelling = found->cancelled_at != state::kNever;
    const bool lost = found->executes && !found->executed;
    if (state::is_terminal(found->status) || !(cancelling || lost)) {
      continue;
    }
    state::Query query = *found;
    if (cancelling) {
      cancel(query, now);
    } else {
      fail(query, now, kRestartedMessage);
    }
    context.state->result_pages().erase(writing, query.key);
    queries.put(writing, std::move(query));
  }
  writing.commit();
}

}  // namespace trailpond::engine
