#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/store.hpp"
#include "state/writing.hpp"

namespace trailpond::engine {

/// Event histories as they were.
struct KeptHistory {
  struct Generation {
    events::StoreKind kind;
    std::int64_t number;
    std::shared_ptr<events::EventStore> store;
    std::shared_ptr<const events::Snapshot> snapshot;
  };
  std::map<std::string, std::vector<Generation>> places = {};  // by ACCOUNT/REGION/KIND-
};

/// The event history of each account and Region: management events and Insights events whether a
/// store takes them or not. The newest 10,000 at least are kept, 20,000 at most; with a directory
/// in DIR/history/ACCOUNT/REGION/KIND-NUMBER, each number one generation. Safe from any thread.
/// Source: AWS user guide, "Working with CloudTrail event history".
class EventHistory {
 public:
  explicit EventHistory(std::optional<std::string> directory) : directory_(std::move(directory)) {}

  /// Adds events, NDJSON. Throws state::StorageError.
  void append(events::StoreKind kind, const std::string& account, const std::string& region,
              std::string_view events);
  /// Gives the events as they are now: those of one generation or two. Throws state::StorageError.
  std::vector<std::shared_ptr<const events::Snapshot>> snapshots(events::StoreKind kind,
                                                                 const std::string& account,
                                                                 const std::string& region);
  /// Tells whether there are no events of a kind. Throws state::StorageError.
  bool is_empty(events::StoreKind kind, const std::string& account, const std::string& region);
  /// Forgets all events, or those of an account, when the writing is committed.
  void clear(state::Writing& writing, const std::optional<std::string>& account = {});
  /// Keeps what there is now, of one account where that is given. Throws state::StorageError.
  KeptHistory keep(const std::optional<std::string>& account);
  /// Puts it back when the writing is committed, where nothing is any more.
  void put_back(state::Writing& writing, const KeptHistory& kept);

 private:
  /// The generations of one kind in one Region, the newest last.
  struct Generations {
    std::vector<std::shared_ptr<events::EventStore>> stores = {};
    std::string prefix = {};  // of their paths; empty without a directory
    std::int64_t number = 0;  // of the newest
  };
  Generations& find(events::StoreKind kind, const std::string& account, const std::string& region);
  void find_all();
  void open(events::StoreKind kind, std::int64_t number, Generations& generations) const;

  std::optional<std::string> directory_;
  std::mutex mutex_;
  std::map<std::string, Generations> by_place_ = {};
};

}  // namespace trailpond::engine
