#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/rows.hpp"
#include "base/scan_totals.hpp"
#include "sql/types/column.hpp"

struct sqlite3;

/// What the SQL engine sees of the world: which tables there are, their columns, how to scan them.
namespace trailpond::sql {

/// What a column of a scan reads: the child indices from the table's column list downwards,
/// optionally one map entry (see events::ScanInput, which has the same shape).
struct ScanInput {
  std::vector<std::uint16_t> path;
  std::optional<std::string> map_key = {};
  bool operator==(const ScanInput&) const = default;
};

/// One column that a statement reads, or a computation over one or more (see events::ScanColumn).
struct ScanRequest {
  ScanInput input;
  Computation computation = {};
  std::int64_t granule = 1;           // see planning/granule.hpp
  std::vector<ScanInput> more = {};   // what the computation reads besides
  WordKind result = WordKind::kCode;  // of the computation
};

/// A table as a statement found it. Holds its rows as they are when the run begins.
class Table {
 public:
  virtual ~Table() = default;
  /// Columns in the order of SELECT *.
  virtual const std::vector<Column>& columns() const = 0;
  /// Declares the scan as an (eponymous virtual) table `name` with columns x0, x1 …; the values are
  /// encoded as base/encoding.hpp says. Answers an SQLite code. `totals` outlives the connection.
  virtual int declare_scan(sqlite3* connection, const std::string& name,
                           std::vector<ScanRequest> requests, ScanTotals* totals) const = 0;
  /// Opens the rows for which all conditions hold, for operators; null: there are none to open.
  virtual std::unique_ptr<RowReader> open_rows(std::vector<ScanRequest> requests,
                                               const std::vector<RowCondition>& conditions,
                                               ScanTotals* totals) const = 0;
  /// Opens the elements of the array at a path as rows; the paths of the requests go through it,
  /// child 0. Null: it has none to open.
  virtual std::unique_ptr<RowReader> open_elements(const std::vector<std::uint16_t>& array,
                                                   std::vector<ScanRequest> requests) const = 0;
  /// Answers whether a column may hold NULL.
  virtual bool has_null(const ScanInput& input) const = 0;
};

class Catalog {
 public:
  virtual ~Catalog() = default;
  /// Finds the table of a FROM clause: `name` is what stands there (a bare id, a quoted id or an
  /// ARN). Null when there is none; the statement then fails with Trino's TABLE_NOT_FOUND.
  virtual std::shared_ptr<const Table> find_table(std::string_view name) const = 0;
};

}  // namespace trailpond::sql
