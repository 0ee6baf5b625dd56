#include "state/repositories.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "state/state.hpp"
#include "tests/state/temporary_directory.hpp"

using namespace trailpond::state;

namespace {

std::unique_ptr<State> open(const std::optional<std::string>& directory = {}) {
  auto state = State::open(directory);
  REQUIRE(state.has_value());
  return std::move(*state);
}

/// A record with something in every member.
EventDataStore full_store() {
  EventDataStore store;
  store.arn = "arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/x";
  store.account = "123456789012";
  store.region = "us-east-1";
  store.id = "x";
  store.name = "na\xc3\xafve";
  store.kind = "cloudtrail";
  store.status = StoreStatus::kPendingDeletion;
  store.selectors = "[{}]";
  store.billing_mode = BillingMode::kFixedRetention;
  store.retention_days = 99;
  store.multi_region = false;
  store.organization = true;
  store.termination_protection = false;
  store.kms_key_id = "alias/key";
  store.created_at = 11;
  store.updated_at = 22;
  store.tags = {{"team", "a,b"}, {"", ""}, {"3:x", "y"}};
  store.granted_accounts = {"111111111111", "222222222222"};
  store.due_at = 33;
  store.due_event = StoreEvent::kRemove;
  return store;
}

Query query_of(const std::string& id, Micros created_at, std::string alias = "") {
  Query query;
  query.key = {"123456789012", "us-east-1", id};
  query.caller_account = "123456789012";
  query.store_arns = {"arn:1", "arn:2"};
  query.statement = std::string("SELECT '\0'", 10);
  query.alias = std::move(alias);
  query.created_at = created_at;
  query.columns = {"eventName", "_col1", "has,comma:5"};
  return query;
}

void put(State& state, Query query, Keep keep = Keep::kOnDisk) {
  Writing writing(state);
  state.queries().put(writing, std::move(query), keep);
  writing.commit();
}

}  // namespace

TEST_CASE("a store comes back from the disk with every member") {
  const TemporaryDirectory directory;
  const EventDataStore store = full_store();
  {
    const auto state = open(directory.path());
    Writing writing(*state);
    state->event_data_stores().put(writing, store);
    CHECK_FALSE(state->event_data_stores().find(store.arn));  // not before the commit
    writing.commit();
    CHECK(state->event_data_stores().find(store.arn));
  }
  const auto state = open(directory.path());
  const auto found = state->event_data_stores().find(store.arn);
  REQUIRE(found);
  CHECK(found->account == store.account);
  CHECK(found->region == store.region);
  CHECK(found->id == store.id);
  CHECK(found->name == store.name);
  CHECK(found->kind == store.kind);
  CHECK(found->status == store.status);
  CHECK(found->selectors == store.selectors);
  CHECK(found->billing_mode == store.billing_mode);
  CHECK(found->retention_days == store.retention_days);
  CHECK(found->multi_region == store.multi_region);
  CHECK(found->organization == store.organization);
  CHECK(found->termination_protection == store.termination_protection);
  CHECK(found->kms_key_id == store.kms_key_id);
  CHECK(found->created_at == store.created_at);
  CHECK(found->updated_at == store.updated_at);
  CHECK(found->tags == store.tags);
  CHECK(found->granted_accounts == store.granted_accounts);
  CHECK(found->due_at == store.due_at);
  CHECK(found->due_event == store.due_event);
  CHECK(state->earliest_due() == 33);
}

TEST_CASE("a query comes back from the disk with every member") {
  const TemporaryDirectory directory;
  Query query = query_of("q", 5, "alias");
  query.prompt = "who?";
  query.delivery_uri = "s3://bucket";
  query.delivery_status = "PENDING";
  query.status = QueryStatus::kTimedOut;
  query.error_message = "late";
  query.started_at = 6;
  query.ended_at = 7;
  query.executes = false;
  query.scripted = true;
  query.starts_at = 8;
  query.hold_micros = kNever;
  query.held_until = 9;
  query.cancel_takes = 10;
  query.cancelled_at = 11;
  query.planned_end = PlannedEnd::kTimeOut;
  query.planned_message = "planned";
  query.partial_rows = 12;
  query.executed = true;
  query.execution_error = "oops";
  query.rows = 13;
  query.events_scanned = 14;
  query.bytes_scanned = 15;
  put(*open(directory.path()), query);
  const auto found = open(directory.path())->queries().find(query.key);
  REQUIRE(found);
  CHECK(found->key == query.key);
  CHECK(found->caller_account == query.caller_account);
  CHECK(found->store_arns == query.store_arns);
  CHECK(found->statement == query.statement);
  CHECK(found->alias == query.alias);
  CHECK(found->prompt == query.prompt);
  CHECK(found->delivery_uri == query.delivery_uri);
  CHECK(found->delivery_status == query.delivery_status);
  CHECK(found->status == query.status);
  CHECK(found->error_message == query.error_message);
  CHECK(found->created_at == query.created_at);
  CHECK(found->started_at == query.started_at);
  CHECK(found->ended_at == query.ended_at);
  CHECK(found->executes == query.executes);
  CHECK(found->scripted == query.scripted);
  CHECK(found->starts_at == query.starts_at);
  CHECK(found->hold_micros == query.hold_micros);
  CHECK(found->held_until == query.held_until);
  CHECK(found->cancel_takes == query.cancel_takes);
  CHECK(found->cancelled_at == query.cancelled_at);
  CHECK(found->planned_end == query.planned_end);
  CHECK(found->planned_message == query.planned_message);
  CHECK(found->partial_rows == query.partial_rows);
  CHECK(found->executed == query.executed);
  CHECK(found->execution_error == query.execution_error);
  CHECK(found->columns == query.columns);
  CHECK(found->rows == query.rows);
  CHECK(found->events_scanned == query.events_scanned);
  CHECK(found->bytes_scanned == query.bytes_scanned);
}

TEST_CASE("what is not committed did not happen") {
  const auto state = open();
  {
    Writing writing(*state);
    state->queries().put(writing, query_of("q", 1));
  }
  CHECK_FALSE(state->queries().find(query_of("q", 1).key));
  put(*state, query_of("q", 1));
  CHECK(state->queries().find(query_of("q", 1).key));
}

TEST_CASE("queries are counted, listed newest first and found by alias") {
  const auto state = open();
  for (int i = 0; i < 5; ++i) {
    put(*state, query_of("q" + std::to_string(i), 100 + i / 2, i < 3 ? "alias" : ""));
  }
  CHECK(state->queries().count_active("123456789012", "us-east-1") == 5);
  CHECK(state->queries().count_active("123456789012", "eu-west-1") == 0);
  Query ended = query_of("q1", 100);
  ended.status = QueryStatus::kFinished;
  put(*state, ended);
  CHECK(state->queries().count_active("123456789012", "us-east-1") == 4);
  std::string order;
  state->queries().visit("123456789012", "us-east-1", {}, [&](const Queries::Pointer& query) {
    order += query->key.id;
    return true;
  });
  CHECK(order == "q4q3q2q1q0");
  order.clear();
  state->queries().visit("123456789012", "us-east-1", Queries::Place{101, "q2"},
                         [&](const Queries::Pointer& query) {
                           order += query->key.id;
                           return order.size() < 2;
                         });
  CHECK(order == "q1");
  REQUIRE(state->queries().find_by_alias("123456789012", "us-east-1", "alias"));
  CHECK(state->queries().find_by_alias("123456789012", "us-east-1", "alias")->key.id == "q2");
  CHECK_FALSE(state->queries().find_by_alias("123456789012", "us-east-1", "other"));
  {
    Writing writing(*state);
    state->queries().erase(writing, query_of("q4", 0).key);
    writing.commit();
  }
  CHECK(state->queries().count_active("123456789012", "us-east-1") == 3);
  CHECK(state->queries().list_all().size() == 4);
}

TEST_CASE("a change in memory alone is seen, but not after a restart") {
  const TemporaryDirectory directory;
  Query query = query_of("q", 1);
  {
    const auto state = open(directory.path());
    put(*state, query);
    query.status = QueryStatus::kRunning;
    put(*state, query, Keep::kInMemory);
    CHECK(state->queries().find(query.key)->status == QueryStatus::kRunning);
  }
  CHECK(open(directory.path())->queries().find(query.key)->status == QueryStatus::kQueued);
}

TEST_CASE("result pages are found by any of their rows") {
  const auto state = open();
  const QueryKey key = query_of("q", 1).key;
  {
    Writing writing(*state);
    state->result_pages().append(writing, key, {0, 500, std::string("a\0b", 3)});
    state->result_pages().append(writing, key, {500, 10, "second"});
    writing.commit();
  }
  CHECK(state->result_pages().find(key, 0)->body == std::string("a\0b", 3));
  CHECK(state->result_pages().find(key, 499)->first_row == 0);
  CHECK(state->result_pages().find(key, 500)->body == "second");
  CHECK(state->result_pages().find(key, 509)->row_count == 10);
  CHECK_FALSE(state->result_pages().find(key, 510));
  CHECK_FALSE(state->result_pages().find(query_of("other", 1).key, 0));
}

TEST_CASE("a second server on the same directory is told so") {
  const TemporaryDirectory directory;
  const auto first = open(directory.path());
  const auto second = State::open(directory.path());
  REQUIRE(second.has_error());
  CHECK(second.error().find("another process uses this data directory") != std::string::npos);
}

TEST_CASE("a directory that is none, and a database that is none, are told by name") {
  const TemporaryDirectory directory;
  const std::string file = directory.path() + "/file";
  std::ofstream(file) << "text";
  const auto under_a_file = State::open(file + "/below");
  REQUIRE(under_a_file.has_error());
  CHECK(under_a_file.error().find(file) != std::string::npos);
  std::ofstream(directory.path() + "/trailpond.sqlite") << std::string(4096, 'x');
  const auto damaged = State::open(directory.path());
  REQUIRE(damaged.has_error());
  CHECK(damaged.error().find("trailpond.sqlite") != std::string::npos);
}

TEST_CASE("many threads write and read without waiting for a lock error") {
  // users.md, wish 11: never "database is locked".
  const TemporaryDirectory directory;
  const auto state = open(directory.path());
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 25; ++i) {
          const Query query = query_of(std::to_string(t) + "-" + std::to_string(i), i);
          put(*state, query);
          CHECK(state->queries().find(query.key));
        }
      });
    }
  }
  CHECK(state->queries().list_all().size() == 200);
}
