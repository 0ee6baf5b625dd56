#pragma once
#include <map>
#include <string>
#include <vector>

#include "sql/evaluation/function.hpp"
#include "sql/planning/planner.hpp"
#include "sql/values/arena.hpp"
#include "sql/values/memory_use.hpp"

/// Window functions that SQLite has not: the rows of a partition are kept, and each row looks at
/// its frame. Source: https://trino.io/docs/current/functions/window.html
namespace trailpond::sql {

/// One partition of one window function, in the order of its rows.
class Partition {
 public:
  explicit Partition(const WindowProgram& program);

  /// Takes the next row; its values are copied.
  void add(std::span<const Value> arguments);
  /// Answers for the next row, once every row is there. Errors go to the evaluation.
  Value next(Evaluation& evaluation);
  TypePointer type() const { return window_.type; }

 private:
  using Row = std::span<const Value>;
  /// Rows begin … end - 1 of the partition; none when they are equal.
  struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  Value keep(TypePointer type, const Value& value);
  void find_peers();
  bool are_peers(Row left, Row right) const;
  Span frame(Evaluation& evaluation, std::size_t row);
  std::size_t rows_edge(FrameEdge edge, std::int64_t offset, std::size_t row, bool is_end) const;
  std::size_t groups_edge(FrameEdge edge, std::int64_t offset, std::size_t row, bool is_end) const;
  std::size_t range_edge(const WindowProgram::Edge& edge, std::size_t row, bool is_end) const;
  std::size_t plain_edge(FrameEdge edge, std::size_t row, bool is_end) const;

  Value function(Evaluation& evaluation, std::size_t row);
  Value neighbour(Evaluation& evaluation, std::size_t row, int step);
  Value value_in_frame(Evaluation& evaluation, Span frame, std::size_t row);
  Value bucket(Evaluation& evaluation, std::size_t row);
  Value aggregate(Evaluation& evaluation, Span frame);
  bool slide(Evaluation& evaluation, Span frame);
  bool take_back(std::size_t begin, std::size_t end);
  std::unique_ptr<Accumulator> make_accumulator() const;
  bool takes(Row row) const;
  std::string key_of(Row row) const;
  void accumulate(Evaluation& evaluation, Row row);

  const WindowProgram& program_;
  const BoundWindow& window_;
  Arena arena_;
  MemoryUse use_;
  std::vector<Row> rows_;
  std::vector<std::size_t> group_of_;     // row → its group of peers
  std::vector<std::size_t> group_start_;  // group → its first row, and one past the last group
  std::size_t next_ = 0;
  bool is_ordered_ = false;   // an ORDER BY among the arguments matters
  bool is_distinct_ = false;  // so does DISTINCT
  bool takes_none_back_ = false;
  // Of an aggregate: what the accumulator holds.
  Span held_;
  std::unique_ptr<Accumulator> accumulator_;
  std::map<std::string, std::size_t> seen_;  // DISTINCT: how often it holds each
};

}  // namespace trailpond::sql
