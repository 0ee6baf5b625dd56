#pragma once
#include <limits>
#include <optional>

#include "base/tuple_table.hpp"
#include "sql/operators/row_stream.hpp"

namespace trailpond::sql {

/// Which numbers of a window function are wanted, both included.
struct NumberBounds {
  std::size_t window = 0;
  std::int64_t least = std::numeric_limits<std::int64_t>::min();
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
};

/// Computes window functions over all rows of a stream.
class Windowing {
 public:
  /// `wanted`: rows beyond it may be left out.
  /// `sort_partitions`: the rows are to come in the order of the last window, its partitions
  /// ascending by their (one) key, NULL first. Else they come as they are in the stream, so that
  /// whoever reads them goes through the columns from front to back.
  Windowing(const std::vector<OperatorWindow>& planned, RowStream& stream,
            std::span<const NumberBounds> wanted, bool sort_partitions);
  /// Whether no row is missing that others would want.
  bool has_all(std::span<const NumberBounds> wanted) const;
  /// Reads the whole stream.
  void run();
  const Tuples& tuples() const { return tuples_; }
  Value value(std::size_t window, std::size_t row);
  /// Keeps those of some rows in which the number that a window function gives is within bounds;
  /// all of them where it gives no numbers that are known here.
  void keep_between(const NumberBounds& bounds, std::vector<std::uint32_t>& rows) const;

 private:
  /// Rows as partitions that are sorted: `rows` are places in the tuples, `starts` where each
  /// partition begins, `peers` where the rows end that are equal to the one at a place in the
  /// order.
  struct Sorted {
    std::vector<std::uint32_t> rows;
    std::vector<std::uint32_t> starts;
    std::vector<std::uint32_t> peers;
  };
  /// A result: a word of the argument's column, or a number.
  struct Results {
    std::vector<Word> words;
    WordKind kind = WordKind::kInteger;
    bool of_column = false;  // the words are those of the argument's column
  };
  void gather();
  Sorted sort(const OperatorWindow& window);
  void partition(const OperatorWindow& window, Sorted& sorted);
  void number_partitions(const OperatorWindow& window, TupleTable& table,
                         std::span<std::uint32_t> numbers);
  std::vector<std::uint32_t> rank_partitions(const ColumnPlace& place, const TupleTable& table);
  std::vector<std::int64_t> sort_keys(const OperatorSort& order);
  std::vector<Word> rank_texts(const ColumnPlace& place);
  void sort_partitions(const std::vector<std::vector<std::int64_t>>& keys, Sorted& sorted);
  Results compute(const OperatorWindow& window, const Sorted& sorted);
  void number(const OperatorWindow& window, const Sorted& sorted, std::vector<Word>& out);
  void shift(const OperatorWindow& window, const Sorted& sorted, const std::vector<Word>& from,
             std::vector<Word>& out);
  void aggregate(const OperatorWindow& window, const Sorted& sorted, const std::vector<Word>& from,
                 std::vector<Word>& out);
  std::vector<Word> read(const ColumnPlace& place);
  void read(const ColumnPlace& place, std::size_t first, std::span<Word> out);
  void put_in_order(const Sorted& sorted);

  const std::vector<OperatorWindow>& planned_;
  RowStream& stream_;
  OperatorScans& scans_;
  bool sort_partitions_;
  std::optional<NumberBounds> first_ = {};  // the rows that are read, where not all are
  Tuples tuples_;
  std::size_t count_ = 0;
  std::vector<Results> results_;
  MemoryUse use_;
};

}  // namespace trailpond::sql
