#pragma once
#include <memory>

#include "base/scan_totals.hpp"
#include "sql/operators/crew.hpp"
#include "sql/operators/partners.hpp"
#include "sql/operators/tuples.hpp"

struct sqlite3;

namespace trailpond::sql {

/// The rows of an operator's scans, filtered and joined, some thousands at a time.
class RowStream {
 public:
  /// `connection` runs the queries whose rows are looked up. `totals`: one for each scan.
  RowStream(const OperatorTree& tree, sqlite3* connection, Watch& watch,
            std::span<ScanTotals> totals);
  /// Gives a stretch of the rows of another stream, with readers of its own. That one is_ready()
  /// and outlives this.
  RowStream(const RowStream& leader, RowRange rows, Watch& watch);
  ~RowStream();
  /// Answers false at the end.
  bool next(Tuples& tuples);
  /// Gives the rows once more.
  void restart();
  /// Whether all is there that rows are looked up in: it is made when the first row needs it.
  bool is_ready() const;
  /// The rows of the scan that is read through, or of its list, that next() has not read yet.
  RowRange rest() const { return {at_, end_}; }
  /// Leaves out what others read.
  void read_to(std::size_t end) { end_ = end; }
  /// Whether its rows are all those of one scan, but for the scan's own conditions.
  bool is_whole_scan() const { return tree_.scans.size() == 1 && steps_.empty(); }
  OperatorScans& scans() { return scans_; }
  Evaluation& evaluation() { return evaluation_; }

 private:
  class Step;
  class Join;
  class Unnest;
  class ScanLookup;
  class QueryLookup;
  class Filter;
  std::vector<std::uint32_t> all_rows(std::size_t scan);
  void add_step(std::unique_ptr<Step> step, const std::string& name);
  void open_scans(std::span<ScanTotals> totals, const RowStream* leader);
  std::unique_ptr<RowReader> open_scan(std::size_t scan, ScanTotals* totals,
                                       const RowStream* leader);
  void find_end();
  void add_joins();
  void add_join(std::size_t at);
  void add_lookups();
  bool next_scanned(Tuples& tuples);
  std::size_t step_with_rest(Tuples& tuples);
  std::size_t step_behind_last(Tuples& tuples);

  const OperatorTree& tree_;
  sqlite3* connection_;
  OperatorScans scans_;
  Evaluation evaluation_;
  std::size_t first_ = 0;                                     // the scan that is read through
  std::shared_ptr<const std::vector<std::uint32_t>> listed_;  // null: all rows of the scan
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::vector<std::unique_ptr<Step>> steps_;
  std::size_t ended_ = 0;  // so many steps have given all that they have
  Profile::Step* scan_profile_ = nullptr;
  std::vector<Profile::Step*> step_profiles_;  // of each step
  MemoryUse use_;
};

}  // namespace trailpond::sql
