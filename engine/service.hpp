#pragma once
#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "engine/caller.hpp"
#include "engine/current_world.hpp"
#include "engine/delivery/calls.hpp"
#include "engine/delivery/history.hpp"
#include "engine/delivery/insights.hpp"
#include "engine/error.hpp"
#include "engine/event_stores.hpp"
#include "engine/key_pair.hpp"
#include "engine/page_tokens.hpp"
#include "engine/queries/executor.hpp"
#include "engine/rates.hpp"
#include "s3/objects.hpp"
#include "state/clock.hpp"
#include "state/ids.hpp"
#include "state/state.hpp"

namespace trailpond::engine {

class Backends;
class LakeIntake;
class ImportRunner;
class Runner;
class TrailDelivery;
class ResultDelivery;

/// What all operations work on. Owned by the Engine.
struct Service {
  std::unique_ptr<state::State> state;
  state::Clock clock = {};
  state::IdSource ids = {};
  CurrentWorld world = {};
  EventStores events;
  EventHistory history;
  bool records_calls = true;
  RecordedCalls calls = {};
  InsightsWatch insights = {};
  Rates rates = {};
  PageTokens tokens;
  std::shared_ptr<const Executor> executor = {};
  std::shared_ptr<Backends> backends = {};
  std::shared_ptr<LakeIntake> lake_intake = {};
  std::shared_ptr<Runner> runner = {};
  std::shared_ptr<s3::ObjectStore> objects = {};  // a folder or an endpoint; null: nothing is S3
  std::optional<KeyPair> given_key = {};          // signs in place of keys of our own
  std::shared_ptr<ImportRunner> imports = {};
  std::shared_ptr<ResultDelivery> deliveries = {};
  std::shared_ptr<TrailDelivery> trail_deliveries = {};
  std::int64_t delivery_file_bytes = 0;     // of one file of results, about
  std::atomic<bool> counts_polls = false;   // a query waits for a number of looks at it
  std::atomic<std::int64_t> refreshes = 0;  // of dashboards, so that no two have one id

  Service(std::unique_ptr<state::State> opened, std::optional<std::string> directory,
          const PageTokens::Secret& secret)
      : state(std::move(opened)),
        events(directory),
        history(std::move(directory)),
        tokens(secret) {}
};

/// One call of an operation: what it works on, who asks, and its look at the state.
///
/// An operation is a function `Result<Answer> cancel_query(Context&, const CancelQueryRequest&)`
/// with AWS's name in snake case. It answers a value or the error that AWS documents. It reads what
/// it likes; to change something it makes a state::Writing of `reading`, once and before what it
/// decides by is read, and commits that at its end. An operation that loses a race with a change of
/// the whole world is begun again from its start (state::BeginAgain).
struct Context {
  Service& service;
  const Caller& caller;
  state::Reading& reading;

  state::State& state() const { return *service.state; }
  std::shared_ptr<const World> world() const { return service.world.get(); }
  /// To be called before what takes longer than some tenths of a millisecond, and before anything
  /// is changed. Throws state::WouldWait where the operation must be brief.
  void take_time() const {
    if (reading.is_brief()) {
      throw state::WouldWait();
    }
  }
};

/// Runs an operation for a caller, again from its start until it has seen one world from its
/// beginning to its end. `is_brief`: it must not take time; then this throws state::WouldWait
/// where it would.
template <class Operation>
void run_operation(Service& service, const Caller& caller, bool is_brief, Operation&& operation) {
  while (true) {
    try {
      state::Reading reading(*service.state, is_brief);
      Context context = {service, caller, reading};
      operation(context);
      return;
    } catch (const state::BeginAgain&) {
      continue;
    }
  }
}

}  // namespace trailpond::engine
