#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/scan_totals.hpp"

struct sqlite3;

namespace trailpond::events {

class Snapshot;

/// A scalar as a computation sees and returns it.
using Cell = std::variant<std::monostate, std::int64_t, double, std::string_view>;

/// What a computation answers: a scalar that owns its text, or an error that is raised
/// (sqlite3_result_error with this text) only when a row with it is really read.
struct Computed {
  std::variant<std::monostate, std::int64_t, double, std::string> value;
  std::optional<std::string> error = {};
};

/// One column of a scan: a leaf or a whole nested value of the schema, or one entry of a map.
///
/// `path` holds child indices from the top level of the schema (first: the column). A path that
/// ends at a row, array or map delivers the whole value as a BLOB (base/encoding.hpp). With
/// `map_key` the path ends at a map and the column is element_at(map, key): NULL when the map is
/// NULL or has no such key. A path never goes through an array. `computation`, when set, is a
/// deterministic function of the column's value (varchar, boolean, integer, double, timestamp or a
/// map entry; NULL included), applied once per dictionary entry where the column is coded; the scan
/// then delivers its result in place of the value.
struct ScanColumn {
  std::vector<std::uint16_t> path;
  std::optional<std::string> map_key = {};
  std::function<Computed(const Cell&)> computation = {};
  /// Of a computation over timestamps or integers: numbers with the same floor(number / granule)
  /// have the same result, so that it is asked for one of them only.
  std::int64_t granule = 1;
};

/// Declares an eponymous virtual table `name` on a connection, with columns x0, x1 … (no declared
/// type, no affinity) as listed. Reads the snapshot without any lock. Conditions on x-columns are
/// pushed down; rows come grouped or sorted where SQLite asks for it and the columns are coded.
/// `totals` may be null; it must outlive the connection's statements. Answers an SQLite code.
int declare_scan(sqlite3* connection, const std::string& name,
                 std::shared_ptr<const Snapshot> snapshot, std::vector<ScanColumn> columns,
                 ScanTotals* totals);

}  // namespace trailpond::events
