#include "state/queries.hpp"

namespace trailpond::state {
namespace {

bool is_active(const Query& query) { return !is_terminal(query.status); }

/// Whether a query has rows that may be forgotten.
bool has_results(const Query& query) { return !is_active(query) && query.result_bytes > 0; }

}  // namespace

Queries::Pointer Queries::find_by_alias(std::string_view account, std::string_view region,
                                        std::string_view alias) const {
  const auto lock = lock_shared();
  const auto more = more_.find(print_scope(account, region));
  const Scope* scope = find_scope(account, region);
  if (more == more_.end() || scope == nullptr) {
    return nullptr;
  }
  const auto place = more->second.last_of_alias.find(alias);
  if (place == more->second.last_of_alias.end()) {
    return nullptr;
  }
  const auto found = scope->find(place->second);
  return found == scope->end() ? nullptr : found->second;
}

std::int64_t Queries::count_active(std::string_view account, std::string_view region) const {
  const auto lock = lock_shared();
  const auto more = more_.find(print_scope(account, region));
  return more == more_.end() ? 0 : more->second.active;
}

Queries::Pointer Queries::find_oldest_ended(std::string_view account, std::string_view region,
                                            std::size_t limit) const {
  const auto lock = lock_shared();
  const Scope* scope = find_scope(account, region);
  if (scope == nullptr || scope->size() < limit) {
    return nullptr;
  }
  for (const auto& [place, query] : *scope) {
    if (!is_active(*query)) {
      return query;
    }
  }
  return nullptr;
}

std::vector<Queries::Pointer> Queries::list_to_forget(std::int64_t limit) const {
  const auto lock = lock_shared();
  std::vector<Pointer> queries;
  std::int64_t bytes = result_bytes_;
  for (auto it = with_results_.begin(); bytes > limit && it != with_results_.end(); ++it) {
    queries.push_back(*find_locked(it->second));
    bytes -= queries.back()->result_bytes;
  }
  return queries;
}

std::int64_t Queries::result_bytes() const {
  const auto lock = lock_shared();
  return result_bytes_;
}

void Queries::erase(Writing& writing, const std::string& key) {
  static const std::string kSql = "DELETE FROM result_pages WHERE query_key=?";
  writing.database().use(kSql).bind(1, key).step();
  Repository::erase(writing, key);
}

void Queries::erase_all(Writing& writing) {
  static const std::string kSql = "DELETE FROM result_pages";
  writing.database().use(kSql).step();
  Repository::erase_all(writing);
}

void Queries::exchange(const Query* old, const Query* now) {
  if (old != nullptr) {
    More& more = more_[print_scope(old->key.account, old->key.region)];
    more.active -= is_active(*old) ? 1 : 0;
    result_bytes_ -= old->result_bytes;
    if (has_results(*old)) {
      with_results_.erase({old->ended_at, print_key(old->key)});
    }
    const auto last = more.last_of_alias.find(old->alias);
    if (now == nullptr && last != more.last_of_alias.end() && last->second == old->place()) {
      more.last_of_alias.erase(last);
    }
  }
  if (now != nullptr) {
    More& more = more_[print_scope(now->key.account, now->key.region)];
    more.active += is_active(*now) ? 1 : 0;
    result_bytes_ += now->result_bytes;
    if (has_results(*now)) {
      with_results_.emplace(now->ended_at, print_key(now->key));
    }
    if (!now->alias.empty()) {
      const Place place = now->place();
      auto& last = more.last_of_alias.try_emplace(now->alias, place).first->second;
      last = std::max(last, place);
    }
  }
}

void Queries::forget_all() {
  more_.clear();
  with_results_.clear();
  result_bytes_ = 0;
}

}  // namespace trailpond::state
