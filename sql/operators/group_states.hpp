#pragma once
#include <memory>
#include <span>
#include <vector>

#include "sql/operators/translation.hpp"

namespace trailpond::sql {

/// The group of each of some rows, all less than `count`.
struct GroupedRows {
  std::span<const std::uint32_t> groups;
  std::size_t count = 0;
};

/// What one aggregate keeps for every group.
class GroupStates {
 public:
  virtual ~GroupStates() = default;
  /// Takes rows, and the words of each argument. Rows in which the first argument is NULL are not
  /// among them where the aggregate skips those.
  virtual void add(const GroupedRows& rows, std::span<const Word* const> arguments) = 0;
  /// Whether others of the same aggregate can be absorbed, with the same results as if all rows had
  /// come here. Sums of doubles depend on how they are put together.
  virtual bool can_absorb() const { return false; }
  /// Takes what another one has gathered from later rows: groups[n] is the group here of its group
  /// n, of `count` in all. It is of no use afterwards.
  virtual void absorb(GroupStates&, const GroupedRows&, Translation&) {}
  /// Ends the gathering, of so many groups.
  virtual void finish(std::size_t groups) = 0;
  /// The result of a group; it lives until the next call.
  virtual Value result(std::size_t group, Evaluation& evaluation) = 0;
  virtual std::size_t memory_bytes() const = 0;
};

std::unique_ptr<GroupStates> make_states(const OperatorAggregate& aggregate, OperatorScans& scans,
                                         Evaluation& evaluation);

}  // namespace trailpond::sql
