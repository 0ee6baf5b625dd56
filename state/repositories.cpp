#include "state/repositories.hpp"

#include <algorithm>

#include "state/record_columns.hpp"
#include "state/state.hpp"

namespace trailpond::state {
namespace {

/// Builds "INSERT OR REPLACE INTO table(a, b …) VALUES(?, ? …)" and "SELECT a, b … FROM table"
/// from the columns that `visit` names.
struct RecordSql {
  std::string insert;
  std::string select;
};

template <class VisitColumns>
RecordSql make_sql(const std::string& table, VisitColumns&& visit_columns) {
  std::string names;
  std::string marks;
  visit_columns([&](const char* name, const auto&) {
    names += (names.empty() ? "" : ",") + std::string(name);
    marks += marks.empty() ? "?" : ",?";
  });
  return {"INSERT OR REPLACE INTO " + table + "(" + names + ") VALUES(" + marks + ")",
          "SELECT " + names + " FROM " + table};
}

const RecordSql& store_sql() {
  static const RecordSql sql = make_sql("event_data_stores", [](auto&& visit) {
    EventDataStore sample;
    visit_store_columns(sample, visit);
  });
  return sql;
}

/// A query's row begins with its key.
template <class KeyText, class Record, class Visit>
void visit_query_row(KeyText& key, Record& query, Visit&& visit) {
  visit("key", key);
  visit_query_columns(query, visit);
}

const RecordSql& query_sql() {
  static const RecordSql sql = make_sql("queries", [](auto&& visit) {
    std::string key;
    Query sample;
    visit_query_row(key, sample, visit);
  });
  return sql;
}

std::string print_scope(std::string_view account, std::string_view region) {
  std::string scope;
  scope.reserve(account.size() + 1 + region.size());
  scope.append(account).append("/").append(region);
  return scope;
}

bool is_active(const Query& query) { return !is_terminal(query.status); }

bool by_age(const EventDataStores::Pointer& one, const EventDataStores::Pointer& other) {
  return std::tie(one->created_at, one->arn) < std::tie(other->created_at, other->arn);
}

}  // namespace

std::string print_key(const QueryKey& key) {
  std::string text;
  text.reserve(key.account.size() + key.region.size() + key.id.size() + 2);
  text.append(key.account).append("/").append(key.region).append("/").append(key.id);
  return text;
}

// DueTimes

void DueTimes::set(const std::string& key, Micros at) {
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) {
    times_.erase({found->second, key});
    by_key_.erase(found);
  }
  if (at != kNever) {
    times_.emplace(at, key);
    by_key_.emplace(key, at);
  }
}

std::vector<std::string> DueTimes::list(Micros until) const {
  std::vector<std::string> keys;
  for (auto it = times_.begin(); it != times_.end() && it->first <= until; ++it) {
    keys.push_back(it->second);
  }
  return keys;
}

void DueTimes::clear() {
  times_.clear();
  by_key_.clear();
}

// EventDataStores

EventDataStores::Pointer EventDataStores::find(std::string_view arn) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_arn_.find(arn);
  return found == by_arn_.end() ? nullptr : found->second;
}

std::vector<EventDataStores::Pointer> EventDataStores::list(std::string_view account,
                                                            std::string_view region) const {
  std::vector<Pointer> stores = list_all();
  std::erase_if(stores, [&](const Pointer& store) {
    return store->account != account || store->region != region;
  });
  return stores;
}

std::vector<EventDataStores::Pointer> EventDataStores::list_all() const {
  std::vector<Pointer> stores;
  {
    const std::shared_lock lock(mutex_);
    for (const auto& [arn, store] : by_arn_) {
      stores.push_back(store);
    }
  }
  std::sort(stores.begin(), stores.end(), by_age);
  return stores;
}

std::vector<EventDataStores::Pointer> EventDataStores::list_due(Micros until) const {
  std::vector<Pointer> stores;
  const std::shared_lock lock(mutex_);
  for (const std::string& arn : due_.list(until)) {
    stores.push_back(by_arn_.find(arn)->second);
  }
  return stores;
}

EventDataStores::Pointer EventDataStores::put(Writing& writing, EventDataStore store) {
  const auto record = std::make_shared<const EventDataStore>(std::move(store));
  Statement statement = writing.database().use(store_sql().insert);
  ColumnBinder binder(statement);
  visit_store_columns(*record, binder);
  statement.step();
  writing.on_commit([this, record] { publish(record); });
  return record;
}

void EventDataStores::publish(const Pointer& store) {
  const std::unique_lock lock(mutex_);
  by_arn_[store->arn] = store;
  due_.set(store->arn, store->due_at);
  earliest_due_.store(due_.earliest(), std::memory_order_release);
}

void EventDataStores::erase(Writing& writing, const std::string& arn) {
  static const std::string kSql = "DELETE FROM event_data_stores WHERE arn=?";
  writing.database().use(kSql).bind(1, arn).step();
  writing.on_commit([this, arn] {
    const std::unique_lock lock(mutex_);
    by_arn_.erase(arn);
    due_.set(arn, kNever);
    earliest_due_.store(due_.earliest(), std::memory_order_release);
  });
}

void EventDataStores::erase_all(Writing& writing) {
  writing.database().run("DELETE FROM event_data_stores");
  writing.on_commit([this] {
    const std::unique_lock lock(mutex_);
    by_arn_.clear();
    due_.clear();
    earliest_due_.store(kNever, std::memory_order_release);
  });
}

void EventDataStores::load(Database& database) {
  Statement statement = database.use(store_sql().select);
  while (statement.step()) {
    EventDataStore store;
    ColumnReader reader(statement);
    visit_store_columns(store, reader);
    publish(std::make_shared<const EventDataStore>(std::move(store)));
  }
}

// Queries

Queries::Pointer Queries::find(const QueryKey& key) const {
  const std::string text = print_key(key);
  const std::shared_lock lock(mutex_);
  const auto found = by_key_.find(text);
  return found == by_key_.end() ? nullptr : found->second;
}

const Queries::Scope* Queries::find_scope(std::string_view account, std::string_view region) const {
  const auto found = scopes_.find(print_scope(account, region));
  return found == scopes_.end() ? nullptr : &found->second;
}

Queries::Pointer Queries::find_by_alias(std::string_view account, std::string_view region,
                                        std::string_view alias) const {
  const std::shared_lock lock(mutex_);
  const Scope* scope = find_scope(account, region);
  if (scope == nullptr) {
    return nullptr;
  }
  const auto place = scope->last_of_alias.find(alias);
  if (place == scope->last_of_alias.end()) {
    return nullptr;
  }
  const auto found = scope->by_time.find(place->second);
  return found == scope->by_time.end() ? nullptr : found->second;
}

std::int64_t Queries::count_active(std::string_view account, std::string_view region) const {
  const std::shared_lock lock(mutex_);
  const Scope* scope = find_scope(account, region);
  return scope == nullptr ? 0 : scope->active;
}

Queries::Pointer Queries::find_oldest_ended(std::string_view account, std::string_view region,
                                            std::size_t limit) const {
  const std::shared_lock lock(mutex_);
  const Scope* scope = find_scope(account, region);
  if (scope == nullptr || scope->by_time.size() < limit) {
    return nullptr;
  }
  for (const auto& [place, query] : scope->by_time) {
    if (!is_active(*query)) {
      return query;
    }
  }
  return nullptr;
}

void Queries::visit(std::string_view account, std::string_view region,
                    const std::optional<Place>& after,
                    const std::function<bool(const Pointer&)>& visit) const {
  const std::shared_lock lock(mutex_);
  const Scope* scope = find_scope(account, region);
  if (scope == nullptr) {
    return;
  }
  auto it = after ? scope->by_time.lower_bound(*after) : scope->by_time.end();
  while (it != scope->by_time.begin()) {
    --it;
    if (!visit(it->second)) {
      return;
    }
  }
}

std::vector<Queries::Pointer> Queries::list_all() const {
  std::vector<Pointer> queries;
  {
    const std::shared_lock lock(mutex_);
    for (const auto& [key, query] : by_key_) {
      queries.push_back(query);
    }
  }
  std::sort(queries.begin(), queries.end(), [](const Pointer& one, const Pointer& other) {
    return std::tie(one->created_at, one->key.id) < std::tie(other->created_at, other->key.id);
  });
  return queries;
}

std::vector<Queries::Pointer> Queries::list_due(Micros until) const {
  std::vector<Pointer> queries;
  const std::shared_lock lock(mutex_);
  for (const std::string& key : due_.list(until)) {
    queries.push_back(by_key_.find(key)->second);
  }
  return queries;
}

Queries::Pointer Queries::put(Writing& writing, Query query, Keep keep) {
  const auto record = std::make_shared<const Query>(std::move(query));
  if (keep == Keep::kOnDisk) {
    const std::string key = print_key(record->key);
    Statement statement = writing.database().use(query_sql().insert);
    ColumnBinder binder(statement);
    visit_query_row(key, *record, binder);
    statement.step();
  }
  writing.on_commit([this, record] { publish(record); });
  return record;
}

void Queries::publish(const Pointer& query) {
  const std::string key = print_key(query->key);
  const std::unique_lock lock(mutex_);
  Scope& scope = scopes_[print_scope(query->key.account, query->key.region)];
  Pointer& slot = by_key_[key];
  if (slot) {
    scope.active -= is_active(*slot) ? 1 : 0;
    scope.by_time.erase({slot->created_at, slot->key.id});
  }
  slot = query;
  scope.active += is_active(*query) ? 1 : 0;
  const Place place = {query->created_at, query->key.id};
  scope.by_time.emplace(place, query);
  if (!query->alias.empty()) {
    auto& last = scope.last_of_alias.try_emplace(query->alias, place).first->second;
    last = std::max(last, place);
  }
  due_.set(key, next_due(*query).at);
  earliest_due_.store(due_.earliest(), std::memory_order_release);
}

void Queries::withdraw(const std::string& key) {
  const std::unique_lock lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) {
    return;
  }
  const Pointer query = found->second;
  by_key_.erase(found);
  Scope& scope = scopes_[print_scope(query->key.account, query->key.region)];
  scope.active -= is_active(*query) ? 1 : 0;
  const Place place = {query->created_at, query->key.id};
  scope.by_time.erase(place);
  const auto last = scope.last_of_alias.find(query->alias);
  if (last != scope.last_of_alias.end() && last->second == place) {
    scope.last_of_alias.erase(last);
  }
  due_.set(key, kNever);
  earliest_due_.store(due_.earliest(), std::memory_order_release);
}

void Queries::erase(Writing& writing, const QueryKey& key) {
  static const std::string kSql = "DELETE FROM queries WHERE key=?";
  const std::string text = print_key(key);
  writing.database().use(kSql).bind(1, text).step();
  writing.on_commit([this, text] { withdraw(text); });
}

void Queries::erase_all(Writing& writing) {
  writing.database().run("DELETE FROM queries; DELETE FROM result_pages");
  writing.on_commit([this] {
    const std::unique_lock lock(mutex_);
    by_key_.clear();
    scopes_.clear();
    due_.clear();
    earliest_due_.store(kNever, std::memory_order_release);
  });
}

void Queries::load(Database& database) {
  Statement statement = database.use(query_sql().select);
  while (statement.step()) {
    std::string key;
    Query query;
    ColumnReader reader(statement);
    visit_query_row(key, query, reader);
    publish(std::make_shared<const Query>(std::move(query)));
  }
}

// ResultPages

void ResultPages::append(Writing& writing, const QueryKey& key, const ResultPage& page) {
  static const std::string kSql =
      "INSERT INTO result_pages(query_key, first_row, row_count, body) VALUES(?,?,?,?)";
  const std::string text = print_key(key);
  writing.database()
      .use(kSql)
      .bind(1, text)
      .bind(2, page.first_row)
      .bind(3, page.row_count)
      .bind_blob(4, page.body)
      .step();
}

std::optional<ResultPage> ResultPages::find(const QueryKey& key, std::int64_t row) const {
  static const std::string kSql =
      "SELECT first_row, row_count, body FROM result_pages WHERE query_key=? AND first_row<=? "
      "ORDER BY first_row DESC LIMIT 1";
  const std::string text = print_key(key);
  const std::lock_guard lock(state_.writer_);
  Statement statement = state_.database_->use(kSql);
  statement.bind(1, text).bind(2, row);
  if (!statement.step() || row >= statement.integer(0) + statement.integer(1)) {
    return std::nullopt;
  }
  return ResultPage{statement.integer(0), statement.integer(1), std::string(statement.text(2))};
}

void ResultPages::erase(Writing& writing, const QueryKey& key) {
  static const std::string kSql = "DELETE FROM result_pages WHERE query_key=?";
  writing.database().use(kSql).bind(1, print_key(key)).step();
}

// Settings

std::optional<std::string> Settings::find(const std::string& name) const {
  static const std::string kSql = "SELECT value FROM settings WHERE name=?";
  const std::lock_guard lock(state_.writer_);
  Statement statement = state_.database_->use(kSql);
  statement.bind(1, name);
  if (!statement.step()) {
    return std::nullopt;
  }
  return std::string(statement.text(0));
}

void Settings::put(Writing& writing, const std::string& name, std::string_view value) {
  static const std::string kSql = "INSERT OR REPLACE INTO settings(name, value) VALUES(?,?)";
  writing.database().use(kSql).bind(1, name).bind_blob(2, value).step();
}

}  // namespace trailpond::state
