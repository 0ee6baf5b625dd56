#pragma once
#include <memory>
#include <span>
#include <vector>

#include "sql/operators/tuples.hpp"

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
  /// Ends the gathering, of so many groups.
  virtual void finish(std::size_t groups) = 0;
  /// The result of a group; it lives until the next call.
  virtual Value result(std::size_t group, Evaluation& evaluation) = 0;
  virtual std::size_t memory_bytes() const = 0;
};

std::unique_ptr<GroupStates> make_states(const OperatorAggregate& aggregate, OperatorScans& scans,
                                         Evaluation& evaluation);

}  // namespace trailpond::sql
