#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "state/database.hpp"
#include "state/records.hpp"

/// One repository per record kind. SQLite holds the truth; beside it each keeps its records in
/// memory, so that reading one costs a hash lookup. Both change together, in Writing::commit().
namespace trailpond::state {

class State;

/// A change of the state: holds the only right to write while it lives. What was put is seen by
/// readers after commit(); without it nothing happened. Throws StorageError.
class Writing {
 public:
  explicit Writing(State& state);
  ~Writing();
  Writing(const Writing&) = delete;
  Writing& operator=(const Writing&) = delete;

  void commit();

  /// For repositories: the connection (a transaction is open from then on), and what to do for the
  /// readers once the transaction is done.
  Database& database();
  void on_commit(std::function<void()> publish) { published_.push_back(std::move(publish)); }

 private:
  State& state_;
  std::unique_lock<std::mutex> lock_;
  bool transaction_ = false;
  std::vector<std::function<void()>> published_;
};

/// Instants at which something is due, by record.
class DueTimes {
 public:
  void set(const std::string& key, Micros at);
  std::vector<std::string> list(Micros until) const;
  Micros earliest() const { return times_.empty() ? kNever : times_.begin()->first; }
  void clear();

 private:
  std::set<std::pair<Micros, std::string>> times_;
  std::unordered_map<std::string, Micros> by_key_;
};

struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>()(text);
  }
};

class EventDataStores {
 public:
  using Pointer = std::shared_ptr<const EventDataStore>;

  Pointer find(std::string_view arn) const;
  /// Lists the stores of an account and Region by creation time, then id.
  std::vector<Pointer> list(std::string_view account, std::string_view region) const;
  std::vector<Pointer> list_all() const;
  std::vector<Pointer> list_due(Micros until) const;
  Micros earliest_due() const { return earliest_due_.load(std::memory_order_acquire); }

  Pointer put(Writing& writing, EventDataStore store);
  void erase(Writing& writing, const std::string& arn);
  void erase_all(Writing& writing);
  void load(Database& database);

 private:
  void publish(const Pointer& store);
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, Pointer, StringHash, std::equal_to<>> by_arn_;
  DueTimes due_;
  std::atomic<Micros> earliest_due_ = kNever;
};

/// Whether a change of a query must survive the process. RUNNING need not: after a restart QUEUED
/// and RUNNING get the same answer.
enum class Keep : std::uint8_t { kOnDisk, kInMemory };

class Queries {
 public:
  using Pointer = std::shared_ptr<const Query>;

  Pointer find(const QueryKey& key) const;
  /// Finds the query that was created last under an alias.
  Pointer find_by_alias(std::string_view account, std::string_view region,
                        std::string_view alias) const;
  /// Counts those that are QUEUED or RUNNING.
  std::int64_t count_active(std::string_view account, std::string_view region) const;
  /// Finds the oldest query that has ended, where an account and Region has `limit` queries or
  /// more.
  Pointer find_oldest_ended(std::string_view account, std::string_view region,
                            std::size_t limit) const;
  /// Visits the queries of an account and Region, newest first (then by id, descending), those
  /// after `after` where it is given, until `visit` answers false.
  using Place = std::pair<Micros, std::string>;  // created_at, id
  void visit(std::string_view account, std::string_view region, const std::optional<Place>& after,
             const std::function<bool(const Pointer&)>& visit) const;
  /// Lists all queries, oldest first.
  std::vector<Pointer> list_all() const;
  std::vector<Pointer> list_due(Micros until) const;
  Micros earliest_due() const { return earliest_due_.load(std::memory_order_acquire); }

  Pointer put(Writing& writing, Query query, Keep keep = Keep::kOnDisk);
  /// Removes a query and its result pages.
  void erase(Writing& writing, const QueryKey& key);
  void erase_all(Writing& writing);
  void load(Database& database);

 private:
  struct Scope {
    std::map<Place, Pointer> by_time;
    std::unordered_map<std::string, Place, StringHash, std::equal_to<>> last_of_alias;
    std::int64_t active = 0;
  };
  const Scope* find_scope(std::string_view account, std::string_view region) const;
  void publish(const Pointer& query);
  void withdraw(const std::string& key);

  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, Pointer, StringHash, std::equal_to<>> by_key_;
  std::unordered_map<std::string, Scope, StringHash, std::equal_to<>> scopes_;
  DueTimes due_;
  std::atomic<Micros> earliest_due_ = kNever;
};

/// A run of result rows in one blob; the engine knows what is in it.
struct ResultPage {
  std::int64_t first_row = 0;
  std::int64_t row_count = 0;
  std::string body = {};
};

/// The rows of queries, kept in SQLite alone: results of any size take no memory.
class ResultPages {
 public:
  explicit ResultPages(State& state) : state_(state) {}
  void append(Writing& writing, const QueryKey& key, const ResultPage& page);
  /// Reads the page that holds `row`; empty where there is none.
  std::optional<ResultPage> find(const QueryKey& key, std::int64_t row) const;
  void erase(Writing& writing, const QueryKey& key);

 private:
  State& state_;
};

/// Named values of the installation, such as the secret of its tokens.
class Settings {
 public:
  explicit Settings(State& state) : state_(state) {}
  std::optional<std::string> find(const std::string& name) const;
  void put(Writing& writing, const std::string& name, std::string_view value);

 private:
  State& state_;
};

/// Prints the key under which the records of a query stand: account/region/id.
std::string print_key(const QueryKey& key);

}  // namespace trailpond::state
