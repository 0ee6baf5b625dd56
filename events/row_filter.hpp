#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "events/condition.hpp"
#include "events/scan_column.hpp"

namespace trailpond::events {

using ScanSources = std::vector<std::unique_ptr<ScanSource>>;

/// Selects the rows for which all conditions hold: texts are decided once for each dictionary
/// entry, numbers by ranges in tight loops.
class RowFilter {
 public:
  RowFilter(const Snapshot& snapshot, ScanSources& sources, std::vector<Condition> conditions);

  bool is_empty() const { return tests_.empty() && !snapshot_.hidden(); }
  /// Says that no row at all can pass.
  bool is_never() const { return never_; }
  /// Writes the rows from `begin` up to `end` of a segment that pass to `out` (room for all of
  /// them), in their order; answers how many.
  std::size_t select(std::size_t segment, std::uint32_t begin, std::uint32_t end,
                     std::uint32_t* out);
  /// Decides about one row.
  bool holds(std::size_t segment, std::size_t row);
  /// The error of a computation that a condition met; null where there was none.
  const std::string* error() const { return error_; }
  /// Finds a condition of equality that an index serves; null where there is none.
  const Condition* find_indexed() const;

 private:
  enum class Kind : std::uint8_t { kAny, kCode, kRange, kPresent };
  struct Test {
    Condition condition;
    ScanSource* source;
    Kind kind = Kind::kAny;
    Code code = kNullCode;                // kCode: the only one that passes
    IntegerRange range = {};              // kRange
    std::vector<std::uint8_t> memo = {};  // kAny: by dictionary or result code
  };
  /// Rows still selected: all from `begin` on, or those written to `rows`.
  struct Selection {
    std::uint32_t* rows;
    std::size_t count;
    std::uint32_t begin;
    bool dense;
  };
  void prepare(Test& test);
  void prepare_text(Test& test);
  void apply(Test& test, std::size_t segment, Selection& selection);
  void apply_range(const Test& test, const ColumnView& view, Selection& selection);
  void apply_code(const Test& test, const ColumnView& view, Selection& selection);
  void apply_any(Test& test, std::size_t segment, const ColumnView& view, Selection& selection);
  bool decide_code(Test& test, const Dictionary& dictionary, Code code);
  void apply_computed(Test& test, std::size_t segment, Selection& selection);
  bool decide(const Test& test, std::size_t segment, std::size_t row);

  /// The times of a segment's events where some of them are hidden; null where none is.
  const Column* find_hidden(std::size_t segment) const;

  const Snapshot& snapshot_;
  std::vector<Test> tests_;
  bool never_ = false;
  const std::string* error_ = nullptr;
  std::vector<Code> codes_ = {};  // of the results of the rows at hand
};

}  // namespace trailpond::events
