#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/change.hpp"
#include "engine/delivery/delivery.hpp"
#include "engine/resources/audit_events.hpp"
#include "engine/result_delivery.hpp"
#include "engine/service.hpp"
#include "s3/endpoint.hpp"
#include "trino/server.hpp"

namespace trailpond::engine {

struct EngineOptions {
  /// Where everything is kept across restarts; a private temporary place without it.
  std::optional<std::string> data_directory = {};
  /// Threads that run statements; 0: one per processor, at least 2.
  unsigned workers = 0;
  /// Threads that one statement uses at most while processors are free; 0: one per processor.
  unsigned threads_per_query = 0;
  /// What runs statements; make_sql_executor() outside of tests.
  std::shared_ptr<const Executor> executor = {};
  sql::RunLimits limits = {};
  /// What is S3: an endpoint, or a folder that stands for it: the object s3://BUCKET/KEY is the
  /// file DIR/BUCKET/KEY. Without both, s3/ in the data directory, or nothing.
  std::optional<s3::EndpointOptions> s3_endpoint = {};
  std::optional<std::string> export_directory = {};
  /// Where all stores are that say nothing of it themselves; none: here.
  std::optional<trino::Server> trino = {};
  /// The private key that signs what is delivered, PEM; empty: keys of our own.
  std::string signing_key = {};
  /// About how many bytes a file of delivered results has before the next begins.
  std::int64_t delivery_file_bytes = kDeliveryFileBytes;
  /// Whether calls are recorded as events, where the scenario does not say no.
  bool records_calls = true;
};

struct ClockReading {
  state::Micros now = 0;
  bool frozen = false;
  double scale = 1;  // how many times as fast as the system's it goes
};

/// How a query is carried out and what becomes of its rows, for a person. `statement` is null and
/// `clauses` empty where SQL was not to be run (rows given by a scenario) or cannot be any more.
struct QueryExplanation {
  std::shared_ptr<const state::Query> query = {};
  std::shared_ptr<const sql::Statement> statement = {};
  std::vector<sql::WhyClause> clauses = {};
  std::string problem = {};  // why something is missing; empty: nothing is
};

/// What became of events that were posted to an account.
struct HappenedEvents {
  events::LoadReport report = {};
  DeliveryReport delivered = {};
};

/// What reset() does instead of removing everything: it puts what there was at the start into a
/// change, of one account where that is given.
using Seed = std::function<void(Change& change, const std::optional<std::string>& account)>;

struct SnapshotFacts {
  std::string name = {};
  std::string account = {};  // empty: of all accounts
  state::Micros taken_at = 0;
  std::int64_t records = 0;
};

/// Whether a call may wait for the disk or for who writes: one on an I/O thread must not. What is
/// due by time is then left to the timer, which is a moment later. kNotNow: it changes things like
/// one that may wait, but throws state::WouldWait before the first change where it would wait or
/// take long.
enum class Wait : std::uint8_t { kMay, kMustNot, kNotNow };

struct Import;

/// What is told of changes, once others can see them. Those of records are told under a lock: a
/// watcher must be quick and ask nothing of the engine then. Either record may be null: one is
/// made, or goes; both are where all have gone at once.
struct Watcher {
  std::function<void(const state::Query* old, const state::Query* now)> query = {};
  std::function<void(const state::EventDataStore* old, const state::EventDataStore* now)> store =
      {};
  std::function<void(const Import* old, const Import* now)> import = {};
  std::function<void(const ClockReading& now)> clock = {};  // that was set
};

/// CloudTrail Lake without a wire. Operations are functions (see Context); call() runs one. Safe
/// from any thread; no operation waits for a query.
class Engine {
 public:
  /// Opens the state. The error is a sentence for the user.
  static trailpond::Result<std::unique_ptr<Engine>, std::string> open(EngineOptions options);
  /// Stops all statements and waits for the workers.
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Runs an operation for a caller. Failing storage becomes kInternal.
  template <class Answer, class Request>
  Result<Answer> call(const Caller& caller, Result<Answer> (*operation)(Context&, const Request&),
                      const Request& request, Wait wait = Wait::kMay) {
    if (wait == Wait::kMay) {
      deliver_due_calls();
    }
    return perform(caller, operation, request, wait);
  }

  // Our own: events, clock, control. Those that answer no Result throw state::StorageError when the
  // storage fails.

  /// Appends events (NDJSON, {"Records": []} or a JSON array) to a store, whatever its ingestion
  /// state; `part` says what the text is of a stream's. `source` names them in the report. Fails
  /// with kEventDataStoreNotFound, kEventDataStoreArnInvalid, kInactiveEventDataStore.
  Result<events::LoadReport> load_events(const Caller& caller, std::string_view event_data_store,
                                         std::string text, std::string_view source,
                                         const events::Part& part = {});
  /// Lets events happen in an account: its event history takes them, the event data stores and the
  /// trails that select them. The text may have any form that load_events() takes. Throws
  /// state::StorageError.
  HappenedEvents post_events(const Caller& caller, std::string text, std::string_view source,
                             const events::Part& part = {});
  /// Takes events of an application through a channel: see take_audit_events().
  Result<PutAuditEventsAnswer> put_audit_events(const Caller& caller,
                                                const PutAuditEventsRequest& request);
  /// Finds the account and Region of the one store with an id, for requests that name no account.
  std::optional<Caller> find_owner(std::string_view event_data_store_id) const;

  ClockReading clock() const;
  /// Lists all queries of all accounts, oldest first.
  std::vector<std::shared_ptr<const state::Query>> all_queries();
  std::vector<std::shared_ptr<const state::EventDataStore>> all_event_data_stores();
  /// Lists all imports of all accounts, oldest first.
  std::vector<std::shared_ptr<const Import>> all_imports();
  /// Says who is told of changes from now on, to the engine's end.
  void watch(Watcher watcher);
  /// Explains a query (by id, or by key where several have one id) over the events as they are now.
  /// Runs statements on the calling thread, seconds at most. Fails with kQueryIdNotFound.
  Result<QueryExplanation> explain_query(std::string_view query_id);
  /// The tables that a caller's statements see, each with the events of the moment when it is
  /// found. For statements that are no queries (`trailpond sql`); the engine outlives it.
  std::unique_ptr<const sql::Catalog> catalog(const Caller& caller);
  /// What is S3, null where nothing is.
  std::shared_ptr<const s3::ObjectStore> objects() const;
  /// How many deliveries of log files wait for their time, or for S3 to take them.
  std::size_t count_waiting_logs() const;
  /// Counts the events of a store, reading them from disk where that was not done before. Throws
  /// state::StorageError where they cannot be read.
  /// The events of a store as they are now, those that its retention hides left out.
  std::shared_ptr<const events::Snapshot> events_of(const state::EventDataStore& store);
  std::int64_t count_events(const state::EventDataStore& store);
  /// Says what was damaged when a store's events were read from disk. Throws as count_events().
  events::LogDamages find_damages(const state::EventDataStore& store);
  std::optional<AccessKey> find_access_key(std::string_view access_key_id) const;
  World world() const;
  /// Tells whether a call of an operation is to be recorded; then it counts as one. To be asked
  /// before what the call was is put together.
  bool takes_call(std::string_view operation);
  /// Records a call as an event that is delivered later. Never waits.
  void record_call(Call call);
  /// Tells what happens to a call, if anything: by the faults of the scenario, or because there are
  /// too many calls.
  std::optional<FaultOutcome> take_fault(std::string_view operation, const Caller& caller,
                                         const MemberOf& member_of);
  /// Whether looks at queries count, because a script says how many see a state: they write then.
  bool counts_polls() const;
  /// Whether calls leave their mark before they are done: faults that are told for so many of them,
  /// and rates. One of these cannot begin again unseen.
  bool counts_calls() const;
  /// Whether changes go to the disk.
  bool is_durable() const;
  /// The tokens of paged answers.
  const PageTokens& tokens() const;

  /// Changes the whole world: calls `change` and commits what it has put together, unless it
  /// throws. Changes take turns.
  void change(const std::function<void(Change&)>& change);
  void set_clock(const state::ClockSetting& clock);
  void advance_clock(state::Micros by);
  /// Says what reset() does instead of removing everything (fixtures::install sets it).
  void set_seed(Seed seed);
  /// Stops all queries, forgets everything and seeds again; or only what belongs to an account. The
  /// world, the clock and the ids are then left as they are.
  void reset(const std::optional<std::string>& account = {});
  /// Keeps everything as it is now, or what belongs to an account, under a name of the caller's, in
  /// memory: it is gone with the process. Takes the place of what was kept under that name.
  void take_snapshot(const std::string& name, const std::optional<std::string>& account);
  /// Brings it back. False where nothing is kept under the name. Queries that were QUEUED or
  /// RUNNING go on; statements that were running begin anew, as after a restart.
  bool restore_snapshot(const std::string& name);
  bool forget_snapshot(const std::string& name);
  /// Names, with the accounts (empty: all) and the instants at which they were taken.
  std::vector<SnapshotFacts> list_snapshots() const;
  /// Gives a text that a change has kept; empty where there is none.
  std::string kept_text(const std::string& name) const;

  /// Waits until no statement is running or waiting for a worker; for tests and shutdown.
  void wait_until_idle();

 private:
  class Body;
  explicit Engine(std::unique_ptr<Body> body);
  /// The part of call() for who holds the right to load events already.
  template <class Answer, class Request>
  Result<Answer> perform(const Caller& caller,
                         Result<Answer> (*operation)(Context&, const Request&),
                         const Request& request, Wait wait) {
    std::optional<Result<Answer>> answer;
    const auto problem =
        run(caller, wait, [&](Context& context) { answer.emplace(operation(context, request)); });
    return problem ? Result<Answer>(*problem) : std::move(*answer);
  }
  void deliver_due_calls();
  std::optional<Error> run(const Caller& caller, Wait wait,
                           const std::function<void(Context&)>& operation);
  std::unique_ptr<Body> body_;
};

}  // namespace trailpond::engine
