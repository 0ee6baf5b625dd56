#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/rows.hpp"
#include "sql/evaluation/evaluation.hpp"
#include "sql/operators/watch.hpp"
#include "sql/planning/physical.hpp"
#include "sql/values/memory_use.hpp"

namespace trailpond::sql {

/// Rows that go through an operator together.
inline constexpr std::size_t kTuples = 4096;

/// Combinations of rows: rows[scan][n] is the row of a scan in the n-th of them. A scan that is not
/// joined yet has none.
struct Tuples {
  std::vector<std::vector<std::uint32_t>> rows;

  std::size_t size() const;
  void clear() {
    for (auto& column : rows) column.clear();
  }
  /// Leaves the first tuples out.
  void drop(std::size_t count);
  void append(const Tuples& others);
  /// Takes the rows of `from` at the places `origins`, but for those of one scan, which stay.
  void take(const Tuples& from, std::span<const std::uint32_t> origins, std::size_t but_scan);
  /// Keeps the tuples whose mark is set, in their order.
  void keep(std::span<const std::uint8_t> marks);
};

/// The scans of an operator while it runs.
struct OperatorScans {
  std::vector<std::unique_ptr<RowReader>> readers;
  Watch* watch = nullptr;
  MemoryUse use;  // of the readers

  RowReader& at(const ColumnPlace& place) { return *readers[place.scan]; }
  /// Reads a column; throws where a computation failed in one of the rows.
  void read(const ColumnPlace& place, std::span<const std::uint32_t> rows, Word* out);
  void check(const RowReader& reader) const;
  /// To be called every few thousand rows: throws where the run must end.
  void pause();
  /// A word of a column as a value.
  Value value(const ColumnPlace& place, TypePointer type, Word word);
};

/// Decides a condition for tuples.
class ConditionCheck {
 public:
  explicit ConditionCheck(const OperatorCondition& condition) : condition_(condition) {}
  const OperatorCondition& condition() const { return condition_; }
  /// Clears the marks of the tuples for which it does not hold; only marked ones are looked at.
  void apply(OperatorScans& scans, Evaluation& evaluation, const Tuples& tuples,
             std::span<std::uint8_t> marks);

 private:
  /// The same, where all are marked.
  void decide(OperatorScans& scans, Evaluation& evaluation, const Tuples& tuples,
              std::span<std::uint8_t> marks);
  void compare(std::span<std::uint8_t> marks) const;
  void test(std::span<std::uint8_t> marks) const;
  void evaluate_program(OperatorScans& scans, Evaluation& evaluation,
                        std::span<std::uint8_t> marks);

  const OperatorCondition& condition_;
  std::vector<std::vector<Word>> words_;
};

}  // namespace trailpond::sql
