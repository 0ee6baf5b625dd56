#include <doctest/doctest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "state/state.hpp"
#include "tests/state/temporary_directory.hpp"

using namespace trailpond::state;

namespace {

/// The page of a result that holds a row.
std::optional<ResultPage> page_of(State& state, const QueryKey& key, std::int64_t row) {
  Writing writing(state);
  return ResultPages::find(writing, key, row);
}

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
  store.granted_accounts = {"111111111111", "222222222222"};
  store.directory = "x.2";
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
  CHECK(found->directory == store.directory);
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
  query.result_bytes = 16;
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
  CHECK(found->result_bytes == query.result_bytes);
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
  const auto newest = Order::kNewestFirst;
  state->queries().visit("123456789012", "us-east-1", newest, {}, [&](const auto& query) {
    order += query->key.id;
    return true;
  });
  CHECK(order == "q4q3q2q1q0");
  order.clear();
  const Place place = {101, "q2"};
  state->queries().visit("123456789012", "us-east-1", newest, place, [&](const auto& query) {
    order += query->key.id;
    return order.size() < 2;
  });
  CHECK(order == "q1");
  REQUIRE(state->queries().find_by_alias("123456789012", "us-east-1", "alias"));
  CHECK(state->queries().find_by_alias("123456789012", "us-east-1", "alias")->key.id == "q2");
  CHECK_FALSE(state->queries().find_by_alias("123456789012", "us-east-1", "other"));
  {
    Writing writing(*state);
    state->queries().erase(writing, print_key(query_of("q4", 0).key));
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
    ResultPages::append(writing, key, {0, 500, std::string("a\0b", 3)});
    ResultPages::append(writing, key, {500, 10, "second"});
    writing.commit();
  }
  CHECK(page_of(*state, key, 0)->body == std::string("a\0b", 3));
  CHECK(page_of(*state, key, 499)->first_row == 0);
  CHECK(page_of(*state, key, 500)->body == "second");
  CHECK(page_of(*state, key, 509)->row_count == 10);
  CHECK_FALSE(page_of(*state, key, 510));
  CHECK_FALSE(page_of(*state, query_of("other", 1).key, 0));
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

TEST_CASE("records of other accounts and Regions are not listed") {
  const auto state = open();
  for (const char* account : {"111111111111", "222222222222"}) {
    for (const char* region : {"us-east-1", "eu-west-1"}) {
      Query query = query_of("q", 1);
      query.key.account = account;
      query.key.region = region;
      put(*state, query);
    }
  }
  CHECK(state->queries().list("111111111111", "us-east-1").size() == 1);
  CHECK(state->queries().count("222222222222", "eu-west-1") == 1);
  CHECK(state->queries().count("222222222222", "eu-west-2") == 0);
  CHECK(state->queries().list_all().size() == 4);
  {
    Writing writing(*state);
    state->erase_all(writing);
    CHECK(state->queries().list_all().size() == 4);  // not before the commit
    writing.commit_world();
  }
  CHECK(state->queries().list_all().empty());
  CHECK(state->queries().count("111111111111", "us-east-1") == 0);
}

namespace {

/// A kind of record that only this test has: what a new kind needs.
struct Pebble {
  static constexpr const char* kTable = "pebbles";
  std::string name = {};
  std::vector<TextPair> tags = {};
  QueryStatus status = QueryStatus::kTimedOut;
  Micros due_at = kNever;
  std::string record_key() const { return name; }
  std::string_view owner() const { return "123456789012"; }
  std::string_view region_name() const { return "us-east-1"; }
  Place place() const { return {0, name}; }
  Micros due() const { return due_at; }
  template <class Self, class Visit>
  static void visit_columns(Self& self, Visit&& visit) {
    visit("name", self.name);
    visit("tags", self.tags);
    visit("status", self.status);
    visit("due_at", self.due_at);
  }
};

void run_sqlite(const std::string& directory, const std::string& sql) {
  sqlite3* handle = nullptr;
  REQUIRE(sqlite3_open((directory + "/trailpond.sqlite").c_str(), &handle) == SQLITE_OK);
  char* problem = nullptr;
  sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, &problem);
  CHECK_MESSAGE(problem == nullptr, problem);
  sqlite3_free(problem);
  sqlite3_close(handle);
}

}  // namespace

TEST_CASE("a kind of record is kept, due, reset and loaded without being listed anywhere") {
  const TemporaryDirectory directory;
  {
    const auto state = open(directory.path());
    Writing writing(*state);
    state->get<Repository<Pebble>>().put(
        writing, {"flint", {{"team", "a,b"}, {"", ""}, {"3:x", "y"}}, QueryStatus::kFailed, 77});
    writing.commit();
    CHECK(state->earliest_due() == 77);
  }
  const auto state = open(directory.path());
  const auto found = state->get<Repository<Pebble>>().find("flint");
  REQUIRE(found);
  CHECK(found->tags == std::vector<TextPair>{{"team", "a,b"}, {"", ""}, {"3:x", "y"}});
  CHECK(found->status == QueryStatus::kFailed);
  CHECK(state->earliest_due() == 77);
  Writing writing(*state);
  state->erase_all(writing);
  writing.commit_world();
  CHECK_FALSE(state->get<Repository<Pebble>>().find("flint"));
  CHECK(state->earliest_due() == kNever);
}

TEST_CASE("a column that a record has gained is added, with the value of a new record") {
  const TemporaryDirectory directory;
  { const auto state = open(directory.path()); }
  run_sqlite(directory.path(),
             "DROP TABLE pebbles; CREATE TABLE pebbles(key TEXT PRIMARY KEY, name TEXT NOT NULL);"
             "INSERT INTO pebbles VALUES('quartz', 'quartz')");
  const auto state = open(directory.path());
  const auto found = state->get<Repository<Pebble>>().find("quartz");
  REQUIRE(found);
  CHECK(found->status == QueryStatus::kTimedOut);
  CHECK(found->tags.empty());
  CHECK(found->due_at == kNever);
}

TEST_CASE("states are kept by name, and an unknown name is told") {
  const TemporaryDirectory directory;
  put(*open(directory.path()), query_of("q", 1));
  // SQLite answers 0 rows changed where the name is not there, so the second check would fail.
  run_sqlite(directory.path(), "UPDATE queries SET status='LOST' WHERE status='QUEUED'");
  const auto state = State::open(directory.path());
  REQUIRE(state.has_error());
  CHECK(state.error().find("LOST") != std::string::npos);
}

TEST_CASE("a database of version 1, with numbers for names, is read") {
  const TemporaryDirectory directory;
  run_sqlite(directory.path(), R"sql(
CREATE TABLE settings(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE event_data_stores(
  arn TEXT PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, id TEXT NOT NULL,
  name TEXT NOT NULL, kind TEXT NOT NULL, status INTEGER NOT NULL, selectors TEXT NOT NULL,
  billing_mode INTEGER NOT NULL, retention_days INTEGER NOT NULL, multi_region INTEGER NOT NULL,
  organization INTEGER NOT NULL, termination_protection INTEGER NOT NULL,
  kms_key_id TEXT NOT NULL, created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL, tags TEXT NOT NULL, granted_accounts TEXT NOT NULL,
  due_at INTEGER NOT NULL, due_event INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE queries(
  key TEXT PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, id TEXT NOT NULL,
  caller_account TEXT NOT NULL, store_arns TEXT NOT NULL, statement TEXT NOT NULL,
  alias TEXT NOT NULL, prompt TEXT NOT NULL, delivery_uri TEXT NOT NULL,
  delivery_status TEXT NOT NULL, status INTEGER NOT NULL, error_message TEXT NOT NULL,
  created_at INTEGER NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER NOT NULL,
  executes INTEGER NOT NULL, scripted INTEGER NOT NULL, starts_at INTEGER NOT NULL,
  hold_micros INTEGER NOT NULL, held_until INTEGER NOT NULL, cancel_takes INTEGER NOT NULL,
  cancelled_at INTEGER NOT NULL, planned_end INTEGER NOT NULL, planned_message TEXT NOT NULL,
  partial_rows INTEGER NOT NULL, executed INTEGER NOT NULL, execution_error TEXT NOT NULL,
  columns TEXT NOT NULL, rows INTEGER NOT NULL, events_scanned INTEGER NOT NULL,
  bytes_scanned INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE result_pages(
  query_key TEXT NOT NULL, first_row INTEGER NOT NULL, row_count INTEGER NOT NULL,
  body BLOB NOT NULL, PRIMARY KEY(query_key, first_row)
);
INSERT INTO event_data_stores VALUES('arn', '123456789012', 'us-east-1', 'x', 'store', 'cloudtrail',
  4, '[]', 1, 99, 1, 0, 0, '', 11, 22, '4:team,1:a,', '', 33, 5);
INSERT INTO queries VALUES('123456789012/us-east-1/q', '123456789012', 'us-east-1', 'q',
  '123456789012', '3:arn,', 'SELECT 1', '', '', '', '', 5, 'late', 1, 2, 3, 1, 0, 0, 0, 0, 0, 0, 4,
  '', 0, 1, '', '1:a,', 1, 0, 0);
INSERT INTO result_pages VALUES('123456789012/us-east-1/q', 0, 1, x'0161');
PRAGMA user_version=1;
)sql");
  const auto state = open(directory.path());
  const auto store = state->event_data_stores().find("arn");
  REQUIRE(store);
  CHECK(store->status == StoreStatus::kStoppedIngestion);
  CHECK(store->billing_mode == BillingMode::kFixedRetention);
  CHECK(store->due_event == StoreEvent::kIngestionStarted);
  CHECK(store->retention_days == 99);
  const auto query = state->queries().find(QueryKey{"123456789012", "us-east-1", "q"});
  REQUIRE(query);
  CHECK(query->status == QueryStatus::kTimedOut);
  CHECK(query->planned_end == PlannedEnd::kTimeOut);
  CHECK(query->result_bytes == 2);
  CHECK(page_of(*state, query->key, 0)->body.size() == 2);
}

TEST_CASE("the queries that ended first are forgotten when results are too large together") {
  const auto state = open();
  for (int i = 0; i < 4; ++i) {
    Query query = query_of("q" + std::to_string(i), i);
    query.status = i == 0 ? QueryStatus::kRunning : QueryStatus::kFinished;
    query.ended_at = 10 - i;
    query.result_bytes = 100;
    put(*state, query);
  }
  CHECK(state->queries().result_bytes() == 400);
  CHECK(state->queries().list_to_forget(400).empty());
  const auto oldest = state->queries().list_to_forget(250);
  REQUIRE(oldest.size() == 2);
  CHECK(oldest[0]->key.id == "q3");
  CHECK(oldest[1]->key.id == "q2");
}

TEST_CASE("a reading sees one world, and a change of it makes who wanted to write begin again") {
  const auto state = open();
  put(*state, query_of("old", 1));
  Reading reading(*state);
  std::jthread change([&] {
    Writing writing(*state);
    state->erase_all(writing);
    state->queries().put(writing, query_of("new", 2));
    writing.commit_world();
  });
  for (int i = 0; i < 20; ++i) {
    CHECK(state->queries().list_all().size() == 1);
    CHECK(state->queries().list_all().front()->key.id == "old");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  CHECK_THROWS_AS(Writing{reading}, BeginAgain);
  CHECK(state->queries().list_all().front()->key.id == "new");
}
