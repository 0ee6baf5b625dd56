#pragma once
#include "state/records.hpp"
#include "state/repository.hpp"

namespace trailpond::state {

/// The queries, with what else they are asked for: by alias, how many are active, and which ended
/// first.
class Queries : public Repository<Query> {
 public:
  using Repository::find;
  Pointer find(const QueryKey& key) const { return find(print_key(key)); }
  /// Finds the query that was created last under an alias.
  Pointer find_by_alias(std::string_view account, std::string_view region,
                        std::string_view alias) const;
  /// Counts those that are QUEUED or RUNNING.
  std::int64_t count_active(std::string_view account, std::string_view region) const;
  /// Finds the oldest query that has ended, where an account and Region has `limit` queries or
  /// more.
  Pointer find_oldest_ended(std::string_view account, std::string_view region,
                            std::size_t limit) const;
  /// Lists the queries of all accounts that ended first and must go so that the kept results are
  /// `limit` bytes at most.
  std::vector<Pointer> list_to_forget(std::int64_t limit) const;
  /// The bytes of all kept results.
  std::int64_t result_bytes() const;

  /// Removes a query and its result pages.
  void erase(Writing& writing, const std::string& key) override;
  void erase_all(Writing& writing) override;

 protected:
  void exchange(const Query* old, const Query* now) override;
  void forget_all() override;

 private:
  struct More {
    std::int64_t active = 0;
    TextMap<Place> last_of_alias = {};
  };
  TextMap<More> more_ = {};                                     // by account and Region
  std::set<std::pair<Micros, std::string>> with_results_ = {};  // ended_at, key
  std::int64_t result_bytes_ = 0;
};

}  // namespace trailpond::state
