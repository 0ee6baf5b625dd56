#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/resources/tags.hpp"
#include "engine/service.hpp"
#include "engine/settle.hpp"
#include "engine/snapshot.hpp"

namespace trailpond::engine {

/// What may stand beside a resource, by its ARN.
struct Companions {
  std::vector<Tag> tags = {};
  std::string policy = {};  // JSON text; empty: none
};

/// A store that a scenario declares: the record as it is to be (timestamps and selectors are filled
/// in where they are missing), what stands beside it, and its events.
struct StoreSeed {
  state::EventDataStore store = {};
  Companions companions = {};
  std::shared_ptr<LoadedEvents> loaded = {};  // null: no events
};

/// A query that a scenario declares, in any state, with its rows.
struct QuerySeed {
  state::Query query = {};
  std::vector<std::vector<std::string>> rows = {};
};

enum class SeedOutcome : std::uint8_t { kCreated, kAlreadyThere };

/// One change of the whole world: reset, replace, scenario, clock. It is put together first, then
/// committed: readers see all of it or nothing, and a failure in the middle leaves everything as it
/// was. With a data directory it is as durable as what an operation changes. There is one change at
/// a time; Engine::change() makes it. Throws state::StorageError.
class Change {
 public:
  Change(Service& service, std::shared_mutex& loading);
  /// Takes back what was not committed.
  ~Change();
  Change(const Change&) = delete;
  Change& operator=(const Change&) = delete;

  const World& world() const { return *world_; }
  void set_world(World world);
  state::Micros now() const { return clock_.now(); }
  const state::ClockSetting& clock() const { return clock_; }
  void set_clock(const state::ClockSetting& clock);
  void seed_ids(std::optional<std::uint64_t> seed);

  /// Forgets all records, the world, the clock and the ids.
  void erase_all();
  /// Forgets the records of an account, and starts its ids over.
  void erase_account(const std::string& account);
  /// Keeps everything as it is, or what belongs to an account.
  Snapshot take_snapshot(const std::string& name, const std::optional<std::string>& account);
  /// Puts a snapshot in the place of everything, or of what belongs to its account.
  void restore(const Snapshot& snapshot);
  /// Forgets the results that were kept for a snapshot.
  void forget_snapshot(const std::string& name);
  /// Tells whether a store will be there.
  bool has_store(const std::string& arn) const;
  /// Makes events for a store and lets `load` fill them; nobody is held up meanwhile.
  std::shared_ptr<LoadedEvents> load_events(const state::EventDataStore& store,
                                            const std::function<void(events::EventStore&)>& load);
  /// Adds a store unless one with this account, Region and id is there.
  SeedOutcome put(StoreSeed seed);
  SeedOutcome put(QuerySeed seed);
  /// Adds a record of any other kind unless one with its key is there.
  template <class Record>
  SeedOutcome put_record(Record record, Companions companions = {}) {
    const std::string key = record.record_key();
    auto& repository = service_.state->get<state::Repository<Record>>();
    const std::string name = std::string(Record::kTable) + " " + key;
    if (put_.contains(name) || (!is_erased(record.owner()) && repository.contains(key))) {
      return SeedOutcome::kAlreadyThere;
    }
    put_.insert(name);
    put_companions(key, std::string(record.owner()), std::string(record.region_name()),
                   std::move(companions));
    repository.put(writing(), std::move(record));
    return SeedOutcome::kCreated;
  }

  /// Adds events to the event history of an account and Region, a text (NDJSON) for each of its
  /// generations, unless there are events of that kind.
  SeedOutcome put_history(events::StoreKind kind, const Caller& owner,
                          std::vector<std::string> generations);
  /// Adds a recorded call that is delivered at a time.
  void put_call(state::Micros due, RecordedCall call);

  /// Keeps a named text with the change; empty: forgets it.
  void keep_text(const std::string& name, const std::string& text);

  /// Makes it so. Statements of queries that have gone are stopped.
  void commit();

 private:
  state::Writing& writing();
  bool is_erased(std::string_view owner) const {
    return erased_ || (erased_account_ && state::belongs_to(owner, *erased_account_));
  }
  void put_companions(const std::string& arn, const std::string& account, const std::string& region,
                      Companions companions);
  void restore_stores(const Snapshot& snapshot);
  void resume_queries(const Snapshot& snapshot);
  void publish();
  void restore(const state::EventDataStore& store, LoadedEvents& loaded);

  Service& service_;
  std::shared_mutex& loading_;
  std::unique_lock<std::shared_mutex> no_loading_ = {};
  std::optional<state::Writing> writing_ = {};
  std::shared_ptr<const World> world_;
  bool new_world_ = false;
  state::ClockSetting clock_;
  bool new_clock_ = false;
  std::optional<state::IdSource> ids_ = {};
  bool erased_ = false;
  std::optional<std::string> erased_account_ = {};
  std::set<std::string> put_ = {};  // ARNs of stores and keys of queries
  Consequences then_ = {};
  std::vector<std::pair<state::Micros, RecordedCall>> calls_ = {};
  std::vector<std::shared_ptr<const state::EventDataStore>> gone_ = {};
  struct Restored {
    std::shared_ptr<events::EventStore> events;
    std::shared_ptr<const events::Snapshot> before;
  };
  std::vector<Restored> restored_ = {};
  bool committed_ = false;
};

/// The name under which the setting of the clock is kept.
constexpr const char* kClockSetting = "clock";

}  // namespace trailpond::engine
