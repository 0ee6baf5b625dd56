#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/caller.hpp"
#include "engine/error.hpp"
#include "engine/event_data_stores.hpp"
#include "engine/executor.hpp"
#include "engine/queries.hpp"
#include "engine/world.hpp"
#include "events/store.hpp"
#include "state/records.hpp"

namespace trailpond::engine {

struct EngineOptions {
  /// Where everything is kept across restarts; a private temporary place without it.
  std::optional<std::string> data_directory = {};
  /// Threads that run statements; 0: as many as processors, at least 2.
  unsigned workers = 0;
  /// What runs statements; make_sql_executor() outside of tests.
  std::shared_ptr<const Executor> executor = {};
  sql::RunLimits limits = {};
};

/// A store that a scenario declares: the record as it is to be (the engine fills in the ARN, and
/// an id, timestamps and selectors where they are missing), and what loads its events. `load` may
/// be empty. `events` are what the store held when it was loaded before, in this process: a reset
/// takes them instead of loading again.
struct StoreSeed {
  state::EventDataStore store = {};
  std::function<void(events::EventStore&)> load = {};
  std::shared_ptr<const events::Snapshot> events = {};
};

/// A query that a scenario declares, in any state, with its rows.
struct QuerySeed {
  state::Query query = {};
  std::vector<std::vector<std::string>> rows = {};
};

enum class SeedOutcome : std::uint8_t { kCreated, kAlreadyThere };

struct ClockReading {
  state::Micros now = 0;
  bool frozen = false;
};

/// How a query is carried out and what becomes of its rows, for a person. `statement` is null and
/// `clauses` empty where SQL was not to be run (rows given by a scenario) or cannot be any more.
struct QueryExplanation {
  std::shared_ptr<const state::Query> query = {};
  std::shared_ptr<const sql::Statement> statement = {};
  std::vector<sql::WhyClause> clauses = {};
  std::string problem = {};  // why something is missing; empty: nothing is
};

/// CloudTrail Lake without a wire: every operation takes who asks and a request, and answers a
/// value or the error that AWS documents. Safe from any thread; no operation waits for a query.
/// Whatever is due by time is applied before anything is read.
class Engine {
 public:
  /// Opens the state. The error is a sentence for the user.
  static trailpond::Result<std::unique_ptr<Engine>, std::string> open(EngineOptions options);
  /// Stops all statements and waits for the workers.
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Event data stores.
  Result<EventDataStoreDetails> create_event_data_store(const Caller& caller,
                                                        const CreateEventDataStoreRequest& request);
  Result<EventDataStoreDetails> get_event_data_store(const Caller& caller,
                                                     std::string_view event_data_store);
  Result<EventDataStoreList> list_event_data_stores(const Caller& caller,
                                                    const ListEventDataStoresRequest& request);
  Result<EventDataStoreDetails> update_event_data_store(const Caller& caller,
                                                        const UpdateEventDataStoreRequest& request);
  Result<void> delete_event_data_store(const Caller& caller, std::string_view event_data_store);
  Result<EventDataStoreDetails> restore_event_data_store(const Caller& caller,
                                                         std::string_view event_data_store);
  Result<void> start_event_data_store_ingestion(const Caller& caller,
                                                std::string_view event_data_store);
  Result<void> stop_event_data_store_ingestion(const Caller& caller,
                                               std::string_view event_data_store);

  // Queries.
  Result<StartQueryAnswer> start_query(const Caller& caller, const StartQueryRequest& request);
  Result<QueryDescription> describe_query(const Caller& caller,
                                          const DescribeQueryRequest& request);
  Result<QueryResultsPage> get_query_results(const Caller& caller,
                                             const GetQueryResultsRequest& request);
  Result<CancelQueryAnswer> cancel_query(const Caller& caller, const CancelQueryRequest& request);
  Result<QueryList> list_queries(const Caller& caller, const ListQueriesRequest& request);

  // Our own: events, clock, control, seed. Those that answer no Result throw
  // state::StorageError when the storage fails.

  /// Appends events (NDJSON, {"Records": []} or a JSON array) to a store, whatever its ingestion
  /// state; `part` says what the text is of a stream's. `source` names them in the report. Fails
  /// with kEventDataStoreNotFound, kEventDataStoreArnInvalid, kInactiveEventDataStore.
  Result<events::LoadReport> load_events(const Caller& caller, std::string_view event_data_store,
                                         std::string text, std::string_view source,
                                         const events::Part& part = {});
  /// Finds the account and Region of the one store with an id, for requests that name no account.
  std::optional<Caller> find_owner(std::string_view event_data_store_id) const;

  ClockReading clock() const;
  void freeze_clock(state::Micros at);
  void advance_clock(state::Micros by);
  void run_clock();

  /// Lists all queries of all accounts, oldest first.
  std::vector<std::shared_ptr<const state::Query>> all_queries();
  /// Lets a query that is held in its state go on to the next. Fails with kQueryIdNotFound, and
  /// kInactiveQuery when it has ended or is not held.
  Result<std::shared_ptr<const state::Query>> release_query(std::string_view query_id);
  /// Explains a query of any account over the events as they are now. Runs statements on the
  /// calling thread, for some seconds at most. Fails with kQueryIdNotFound.
  Result<QueryExplanation> explain_query(std::string_view query_id);
  /// The tables that a caller's statements see, each with the events of the moment when it is
  /// found. For statements that are no queries (`trailpond sql`); the engine outlives it.
  std::unique_ptr<const sql::Catalog> catalog(const Caller& caller);
  std::vector<std::shared_ptr<const state::EventDataStore>> all_event_data_stores();
  /// Counts the events of a store, reading them from disk where that was not done before. Throws
  /// state::StorageError where they cannot be read.
  std::int64_t count_events(const state::EventDataStore& store);
  std::optional<AccessKey> find_access_key(std::string_view access_key_id) const;

  /// Changes the world at once for all that come after.
  void set_world(World world);
  World world() const;
  void seed_ids(std::optional<std::uint64_t> seed);
  /// Creates a store unless one with this account, Region and id is there. Everything or nothing:
  /// events first, then the record.
  SeedOutcome seed_event_data_store(StoreSeed seed);
  SeedOutcome seed_query(QuerySeed seed);

  /// Says what reset() does after it has removed everything (fixtures::install sets it).
  void set_seed(std::function<void(Engine&)> seed);
  /// Stops all queries, forgets everything and seeds again.
  void reset();

  /// Waits until no statement is running or waiting for a worker; for tests and shutdown.
  void wait_until_idle();

 private:
  class Body;
  explicit Engine(std::unique_ptr<Body> body);
  std::unique_ptr<Body> body_;
};

}  // namespace trailpond::engine
