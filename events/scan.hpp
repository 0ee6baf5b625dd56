#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/rows.hpp"
#include "base/scan_totals.hpp"

struct sqlite3;

namespace trailpond::events {

class Snapshot;

/// A value as a computation sees it: a scalar, or the bytes of a nested one (base/encoding.hpp).
using Cell = Scalar;

/// What a column of a scan reads: a leaf or a whole nested value of the schema, or one entry of a
/// map.
///
/// `path` holds child indices from the top level of the schema (first: the column). A path that
/// ends at a row, array or map delivers the whole value as a BLOB (base/encoding.hpp). With
/// `map_key` the path ends at a map and the value is element_at(map, key): NULL when the map is
/// NULL or has no such key. A path never goes through an array.
struct ScanInput {
  std::vector<std::uint16_t> path;
  std::optional<std::string> map_key = {};
};

/// One column of a scan: what it reads, or a computation over that and perhaps more.
///
/// `computation`, when set, is a deterministic function of the values read (NULL included). It is
/// applied once for each dictionary entry where one coded value is read, once for each combination
/// that occurs where several are; the scan then delivers its result in place of the value.
struct ScanColumn {
  std::vector<std::uint16_t> path;
  std::optional<std::string> map_key = {};
  Computation computation = {};
  /// Of a computation over one timestamp or integer: numbers with the same floor(number / granule)
  /// have the same result, so that it is asked for one of them only.
  std::int64_t granule = 1;
  std::vector<ScanInput> more = {};   // what the computation reads besides
  WordKind result = WordKind::kCode;  // of the computation: texts, else numbers
};

/// Declares an eponymous virtual table `name` on a connection, with columns x0, x1 … (no declared
/// type, no affinity) as listed. Reads the snapshot without any lock. Conditions on x-columns are
/// pushed down; rows come grouped or sorted where SQLite asks for it and the columns are coded.
/// `totals` may be null; it must outlive the connection's statements. Answers an SQLite code.
int declare_scan(sqlite3* connection, const std::string& name,
                 std::shared_ptr<const Snapshot> snapshot, std::vector<ScanColumn> columns,
                 ScanTotals* totals);

/// Opens the rows of a snapshot for operators: its columns as words, and the rows for which all of
/// `conditions` hold; what computes is asked last, in the order given. Null where a column is none
/// of the snapshot's. `totals` may be null; it is counted once.
std::unique_ptr<RowReader> open_rows(std::shared_ptr<const Snapshot> snapshot,
                                     std::vector<ScanColumn> columns,
                                     const std::vector<RowCondition>& conditions,
                                     ScanTotals* totals);

/// Opens the elements of the array at `array` as rows; the paths of the columns go through it.
std::unique_ptr<RowReader> open_elements(std::shared_ptr<const Snapshot> snapshot,
                                         const std::vector<std::uint16_t>& array,
                                         std::vector<ScanColumn> columns);

/// Answers whether the column at a path may hold NULL.
bool has_null(const Snapshot& snapshot, const std::vector<std::uint16_t>& path);

}  // namespace trailpond::events
