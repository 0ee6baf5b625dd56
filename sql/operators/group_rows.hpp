#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sql/operators/grouping.hpp"
#include "sql/operators/row_stream.hpp"

namespace trailpond::sql {

/// The groups of an operator as the rows of a statement's answer. Gathers and orders them when it
/// is made. Throws OperatorFailure and MemoryExceeded.
class GroupRows {
 public:
  GroupRows(const OperatorTree& tree, const GroupAnswer& planned, Watch& watch,
            std::span<ScanTotals> totals);
  /// Gives the next row, valid until the call after it; false behind the last.
  bool next(std::span<Value> row);

 private:
  /// The values of one term of the order.
  struct Term {
    const AnswerSort* sort;
    std::vector<Value> values = {};  // of each group
  };
  Value compute(const AnswerColumn& column, std::size_t group);
  void list_groups();
  void order_groups();
  bool is_before(std::uint32_t left, std::uint32_t right);
  static int order_of(const AnswerSort& sort, const Value& left, const Value& right);

  const OperatorTree& tree_;
  const GroupAnswer& planned_;
  Watch& watch_;
  Profile::Step* step_;  // comes before those of the stream
  RowStream stream_;
  Grouping grouping_;
  std::vector<std::uint32_t> groups_ = {};  // that are rows, in their order
  std::vector<Term> terms_ = {};
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::size_t steps_ = 0;
  MemoryUse use_;
};

}  // namespace trailpond::sql
