#pragma once
#include <algorithm>
#include <atomic>
#include <boost/unordered/unordered_flat_map.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "state/clock.hpp"
#include "state/columns.hpp"
#include "state/place.hpp"
#include "state/writing.hpp"

/// Where records are kept. Each repository keeps its records in memory, so that reading one costs a
/// hash lookup. With a data directory SQLite holds them, too; both change together, in
/// Writing::commit().
namespace trailpond::state {

enum class Order : std::uint8_t { kOldestFirst, kNewestFirst };

/// Whether a change of a record must survive the process, where there is a data directory.
enum class Keep : std::uint8_t { kOnDisk, kInMemory };

struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>()(text);
  }
};
template <class Value>
using TextMap = boost::unordered_flat_map<std::string, Value, StringHash, std::equal_to<>>;

/// Prints the name of an account and Region, under which their records are found.
std::string print_scope(std::string_view account, std::string_view region);

/// Instants at which something is due, by record.
class DueTimes {
 public:
  void set(const std::string& key, Micros at);
  std::vector<std::string> list(Micros until) const;
  Micros earliest() const { return times_.empty() ? kNever : times_.begin()->first; }

 private:
  std::set<std::pair<Micros, std::string>> times_ = {};
  TextMap<Micros> by_key_ = {};
};

/// Records of one repository, kept as they were.
class KeptRecords {
 public:
  virtual ~KeptRecords() = default;
  virtual std::size_t size() const = 0;
};

/// Tells whether an owner is an account or something of it ("account/region/…").
inline bool belongs_to(std::string_view owner, std::string_view account) {
  return owner.starts_with(account) &&
         (owner.size() == account.size() || owner[account.size()] == '/');
}

/// What the state does with every repository, whatever its records are.
class AnyRepository {
 public:
  AnyRepository() = default;
  virtual ~AnyRepository() = default;
  AnyRepository(const AnyRepository&) = delete;
  AnyRepository& operator=(const AnyRepository&) = delete;

  virtual const char* table() const = 0;
  /// Answers the word in the ARNs that are the keys of this repository; empty where they are none.
  virtual std::string_view holds_resources() const { return {}; }
  /// Makes the table, or adds columns that it lacks; then reads all records. Throws StorageError.
  virtual void prepare(Database& database) = 0;
  virtual void load(Database& database) = 0;
  virtual void erase_all(Writing& writing) = 0;
  /// Removes the records of an account.
  virtual void erase_account(Writing& writing, std::string_view account) = 0;
  /// Keeps the records, or those of an account, as they are; and puts them back.
  virtual std::shared_ptr<const KeptRecords> keep(
      const std::optional<std::string>& account) const = 0;
  virtual void put_back(Writing& writing, const KeptRecords& kept) = 0;
  virtual bool contains(std::string_view key) const = 0;
  Micros earliest_due() const { return earliest_due_.load(std::memory_order_acquire); }

 protected:
  std::atomic<Micros> earliest_due_ = kNever;
};

/// The records of one kind. A record is a struct that never changes once it is published; a change
/// is a new one in its place. It says of itself:
///   static constexpr const char* kTable        the name of its table
///   std::string record_key() const             unique in the table: the ARN of a resource
///   std::string_view owner() const             the account that it belongs to
///   std::string_view region_name() const
///   Place place() const                        where it stands in lists
///   Micros due() const                         when something happens to it by time; or kNever
///   template <class Self, class Visit>
///   static void visit_columns(Self&, Visit&&)  its members, each with the name of its column
/// and, where its key is the ARN of a resource,
///   static constexpr std::string_view kArnWord the word in that ARN: "channel"
template <class Record>
class Repository : public AnyRepository {
 public:
  using Pointer = std::shared_ptr<const Record>;

  Pointer find(std::string_view key) const {
    const std::shared_lock lock(mutex_);
    const auto found = index_.by_key.find(key);
    return found == index_.by_key.end() ? nullptr : found->second;
  }
  bool contains(std::string_view key) const override { return find(key) != nullptr; }

  /// Visits the records of an account and Region in an order, those behind `after` where it is
  /// given, until `visit` answers false.
  template <class Visit>
  void visit(std::string_view account, std::string_view region, Order order,
             const std::optional<Place>& after, Visit&& visit) const {
    const std::shared_lock lock(mutex_);
    const auto* scope = find_scope(account, region);
    if (scope == nullptr) {
      return;
    }
    if (order == Order::kOldestFirst) {
      auto it = after ? scope->upper_bound(*after) : scope->begin();
      while (it != scope->end() && visit(it->second)) {
        ++it;
      }
      return;
    }
    auto it = after ? scope->lower_bound(*after) : scope->end();
    while (it != scope->begin() && visit((--it)->second)) {
    }
  }
  /// Lists the records of an account and Region, oldest first. Those of others cost nothing.
  std::vector<Pointer> list(std::string_view account, std::string_view region) const {
    std::vector<Pointer> records;
    visit(account, region, Order::kOldestFirst, std::nullopt, [&](const Pointer& record) {
      records.push_back(record);
      return true;
    });
    return records;
  }
  /// Lists the records of an account in all Regions, by Region, oldest first. Those of other
  /// accounts cost nothing.
  std::vector<Pointer> list(std::string_view account) const {
    std::vector<Pointer> records;
    const std::shared_lock lock(mutex_);
    const std::string first = print_scope(account, {});
    for (auto it = index_.names.lower_bound(first);
         it != index_.names.end() && it->starts_with(first); ++it) {
      for (const auto& [place, record] : index_.scopes.find(*it)->second) {
        records.push_back(record);
      }
    }
    return records;
  }
  std::size_t count(std::string_view account, std::string_view region) const {
    const std::shared_lock lock(mutex_);
    const auto* scope = find_scope(account, region);
    return scope == nullptr ? 0 : scope->size();
  }
  /// Lists all records, oldest first.
  std::vector<Pointer> list_all() const {
    std::vector<Pointer> records;
    {
      const std::shared_lock lock(mutex_);
      records.reserve(index_.by_key.size());
      for (const auto& [key, record] : index_.by_key) {
        records.push_back(record);
      }
    }
    std::sort(records.begin(), records.end(), [](const Pointer& one, const Pointer& other) {
      return std::pair(one->place(), one->record_key()) <
             std::pair(other->place(), other->record_key());
    });
    return records;
  }
  std::vector<Pointer> list_due(Micros until) const {
    std::vector<Pointer> records;
    const std::shared_lock lock(mutex_);
    for (const std::string& key : index_.due.list(until)) {
      records.push_back(index_.by_key.find(key)->second);
    }
    return records;
  }

  /// What is told of each record that takes the place of another (either may be null), and with two
  /// nulls when all have gone. It is called under the lock: it must be quick and ask nothing here.
  using Watch = std::function<void(const Record* old, const Record* now)>;
  void watch(Watch watch) {
    const std::unique_lock lock(mutex_);
    watch_ = std::move(watch);
  }

  Pointer put(Writing& writing, Record record, Keep keep = Keep::kOnDisk) {
    const auto kept = std::make_shared<const Record>(std::move(record));
    if (keep == Keep::kOnDisk && writing.keeps_records()) {
      const std::string key = kept->record_key();
      Statement statement = writing.database().use(sql().insert());
      ColumnBinder binder(statement);
      binder(kKeyColumn, key);
      Record::visit_columns(*kept, binder);
      statement.step();
    }
    writing.on_commit([this, kept] { publish(kept); });
    return kept;
  }
  virtual void erase(Writing& writing, const std::string& key) {
    if (writing.keeps_records()) {
      writing.database().use(sql().erase()).bind(1, key).step();
    }
    writing.on_commit([this, key] { withdraw(key); });
  }
  void erase_all(Writing& writing) override {
    if (writing.keeps_records()) {
      writing.database().use(sql().clear()).step();
    }
    // The records are let go when the change is over: freeing them may take long.
    writing.on_commit([this, old = std::make_shared<Index>()] {
      const std::unique_lock lock(mutex_);
      std::swap(index_, *old);
      forget_all();
      note_due();
      tell(nullptr, nullptr);
    });
  }

  void erase_account(Writing& writing, std::string_view account) override {
    for (const Pointer& record : list_of(account)) {
      erase(writing, record->record_key());
    }
  }
  std::shared_ptr<const KeptRecords> keep(
      const std::optional<std::string>& account) const override {
    auto kept = std::make_shared<Kept>();
    kept->records = account ? list_of(*account) : list_all();
    return kept;
  }
  void put_back(Writing& writing, const KeptRecords& kept) override {
    for (const Pointer& record : static_cast<const Kept&>(kept).records) {
      put(writing, *record);
    }
  }

  /// Looks into records that keep() of a repository of this kind has kept; those of others hold
  /// nothing for it.
  template <class Visit>
  static void visit_kept(const KeptRecords& kept, Visit&& visit) {
    if (const auto* own = dynamic_cast<const Kept*>(&kept)) {
      for (const Pointer& record : own->records) {
        visit(*record);
      }
    }
  }

  const char* table() const override { return Record::kTable; }
  std::string_view holds_resources() const override {
    if constexpr (requires { Record::kArnWord; }) {
      return Record::kArnWord;
    } else {
      return {};
    }
  }
  void prepare(Database& database) override { sql().prepare(database); }
  void load(Database& database) override {
    Statement statement = database.use(sql().select());
    while (statement.step()) {
      std::string key;
      Record record;
      ColumnReader reader(statement);
      reader(kKeyColumn, key);
      Record::visit_columns(record, reader);
      publish(std::make_shared<const Record>(std::move(record)));
    }
  }

 protected:
  /// For kinds that keep an index more: called under the lock when a record takes the place of
  /// another (either may be null), and when all have gone.
  virtual void exchange(const Record* /*old*/, const Record* /*now*/) {}
  virtual void forget_all() {}
  std::shared_lock<std::shared_mutex> lock_shared() const { return std::shared_lock(mutex_); }
  const Pointer* find_locked(std::string_view key) const {
    const auto found = index_.by_key.find(key);
    return found == index_.by_key.end() ? nullptr : &found->second;
  }
  using Scope = std::map<Place, Pointer>;
  const Scope* find_scope(std::string_view account, std::string_view region) const {
    const auto found = index_.scopes.find(print_scope(account, region));
    return found == index_.scopes.end() ? nullptr : &found->second;
  }

 private:
  static constexpr const char* kKeyColumn = "key";
  struct Kept final : KeptRecords {
    std::vector<Pointer> records = {};
    std::size_t size() const override { return records.size(); }
  };
  std::vector<Pointer> list_of(std::string_view account) const {
    std::vector<Pointer> records;
    const std::shared_lock lock(mutex_);
    for (const auto& [key, record] : index_.by_key) {
      if (belongs_to(record->owner(), account)) {
        records.push_back(record);
      }
    }
    return records;
  }
  struct Index {
    TextMap<Pointer> by_key = {};
    TextMap<Scope> scopes = {};
    std::set<std::string> names = {};  // of the scopes, in order
    DueTimes due = {};
  };

  static const TableSql& sql() {
    static const TableSql made = [] {
      TableSql table(Record::kTable);
      const Record sample;
      table(kKeyColumn, std::string());
      Record::visit_columns(sample, table);
      table.finish();
      return table;
    }();
    return made;
  }
  void tell(const Record* old, const Record* now) {
    if (watch_) {
      watch_(old, now);
    }
  }
  void note_due() { earliest_due_.store(index_.due.earliest(), std::memory_order_release); }
  void publish(const Pointer& record) {
    const std::string key = record->record_key();
    const std::unique_lock lock(mutex_);
    const std::string name = print_scope(record->owner(), record->region_name());
    Scope& scope = index_.scopes[name];
    if (scope.empty()) {
      index_.names.insert(name);
    }
    Pointer& slot = index_.by_key[key];
    if (slot) {
      scope.erase(slot->place());
    }
    exchange(slot.get(), record.get());
    tell(slot.get(), record.get());
    slot = record;
    scope.emplace(record->place(), record);
    index_.due.set(key, record->due());
    note_due();
  }
  void withdraw(const std::string& key) {
    const std::unique_lock lock(mutex_);
    const auto found = index_.by_key.find(key);
    if (found == index_.by_key.end()) {
      return;
    }
    const Pointer record = found->second;
    index_.by_key.erase(found);
    const auto scope = index_.scopes.find(print_scope(record->owner(), record->region_name()));
    scope->second.erase(record->place());
    if (scope->second.empty()) {
      index_.names.erase(scope->first);
      index_.scopes.erase(scope);
    }
    exchange(record.get(), nullptr);
    tell(record.get(), nullptr);
    index_.due.set(key, kNever);
    note_due();
  }

  mutable std::shared_mutex mutex_;
  Index index_ = {};
  Watch watch_ = {};
};

}  // namespace trailpond::state
