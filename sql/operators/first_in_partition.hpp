#pragma once
#include "base/tuple_table.hpp"
#include "sql/operators/row_stream.hpp"

namespace trailpond::sql {

/// Gathers the rows of a stream that may be among the first few of their partition, which is all
/// that a condition like rank() <= 3 lets through. Each row that stays has with it all rows that
/// come before it, so that functions which number rows give the same as over all rows.
class FirstInPartition {
 public:
  /// Whether it can serve these windows: they number rows in one order that begins with a number.
  static bool serves(const std::vector<OperatorWindow>& windows, OperatorScans& scans);

  FirstInPartition(const OperatorWindow& window, std::int64_t count, OperatorScans& scans);
  void add(const Tuples& tuples);
  /// The rows, in the order in which they came.
  Tuples take();

 private:
  std::span<const std::uint32_t> number_partitions(const Tuples& tuples);
  std::span<const Word> read(const ColumnPlace& place, const Tuples& tuples,
                             std::vector<Word>& words);
  void cut();
  void count_memory();

  const OperatorWindow& window_;
  std::size_t count_;
  bool needs_peers_;  // rows are kept that are equal to the last by the first term
  OperatorScans& scans_;
  TupleTable partitions_;
  /// By partition: rows with a greater key have enough before them.
  std::vector<std::int64_t> bounds_ = {};
  Tuples kept_ = {};
  std::vector<std::uint32_t> numbers_ = {};  // of the partitions of those that are kept
  std::vector<std::int64_t> keys_ = {};      // their first term
  std::size_t next_cut_;
  // Of the tuples at hand.
  std::vector<std::uint32_t> some_numbers_ = {};
  std::vector<std::int64_t> some_keys_ = {};
  std::vector<std::vector<Word>> words_ = {};
  std::vector<std::uint32_t> chosen_ = {};
  MemoryUse use_ = {};
};

}  // namespace trailpond::sql
