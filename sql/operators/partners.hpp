#pragma once
#include <functional>
#include <memory>
#include <optional>

#include "base/tuple_table.hpp"
#include "sql/operators/key_coding.hpp"
#include "sql/operators/tuples.hpp"

namespace trailpond::sql {

/// A hash table over the rows of one scan: finds, for tuples of other scans, the rows whose keys
/// are equal and for which conditions hold. Where a condition compares a number of these rows with
/// one outside, the rows of a key are in its order, and only those within the bounds are looked at.
/// Once filled, the table is read by any number of these, each on a thread of its own.
class Partners {
 public:
  /// `keys`: the column of the scan, the column outside. `nulls_match`: NULL is equal to NULL.
  Partners(OperatorScans& scans, std::size_t scan,
           std::vector<std::pair<ColumnPlace, ColumnPlace>> keys,
           const std::vector<OperatorCondition>& conditions, bool nulls_match = false);
  /// Looks up in the table of another one, which is filled and outlives this.
  Partners(OperatorScans& scans, const Partners& filled);
  /// How many of the conditions bound one column of a scan.
  static std::size_t count_bounds(std::size_t scan,
                                  const std::vector<OperatorCondition>& conditions);
  bool is_filled() const { return table_ != nullptr; }
  /// Fills the table with rows of the scan.
  void fill(const std::vector<std::uint32_t>& rows);

  /// Takes candidates: tuples with the scan's row set, and the place of each in what was asked for.
  using OnFound = std::function<void(const Tuples&, std::span<const std::uint32_t> origins)>;
  /// Looks up tuples; calls `found` with the ones that hold, some thousands at a time. Answers how
  /// many of the tuples were looked up: at least one, not all where their partners are very many.
  /// With `marks` (one for each tuple) only whether there is a partner is asked, of all: the mark
  /// is then set.
  std::size_t look_up(const Tuples& tuples, Evaluation& evaluation, const OnFound& found,
                      std::span<std::uint8_t> marks = {});

 private:
  /// A bound of the ordered column: a column outside.
  struct Edge {
    ColumnPlace outside;
    Comparison comparison;  // the ordered column … the outside
  };
  /// The rows by key; never changed once it is filled.
  struct Table {
    explicit Table(std::size_t width) : keys(width) {}
    TupleTable keys;
    std::vector<std::uint32_t> starts = {};  // where the rows of each key begin
    std::vector<std::uint32_t> rows = {};
    std::vector<std::int64_t> order = {};  // the ordered column in the rows
    MemoryUse use = {};
  };
  void order_rows(Table& table);
  void count_memory(Table& table) const;
  void look_up_keys(const Tuples& tuples, std::vector<std::uint32_t>& numbers);
  std::pair<std::uint32_t, std::uint32_t> range_of(std::uint32_t number, std::size_t tuple) const;
  void check_candidates(const Tuples& tuples, Evaluation& evaluation, const OnFound& found,
                        std::span<std::uint8_t> marks);

  OperatorScans& scans_;
  std::size_t scan_;
  bool nulls_match_;
  std::vector<std::pair<ColumnPlace, ColumnPlace>> keys_;
  std::vector<KeyCoding> codings_;
  std::vector<ConditionCheck> checks_;
  std::optional<ColumnPlace> ordered_ = {};
  std::vector<Edge> bounds_;

  std::shared_ptr<const Table> table_;
  std::vector<std::vector<Word>> outside_;  // the bounds' columns in the tuples at hand
  Tuples candidates_;
  std::vector<std::uint32_t> origins_;
  std::vector<std::uint8_t> holds_;
};

}  // namespace trailpond::sql
