#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/scan_totals.hpp"
#include "sql/types/column.hpp"

struct sqlite3;

/// What the SQL engine sees of the world: which tables there are, their columns, how to scan them.
namespace trailpond::sql {

/// A value that a pushed computation sees or answers, borrowed text.
struct ScalarView {
  enum class Kind : std::uint8_t { kNull, kInteger, kReal, kText } kind = Kind::kNull;
  std::int64_t integer = 0;
  double real = 0;
  std::string_view text = {};
};
struct ScalarAnswer {
  ScalarView::Kind kind = ScalarView::Kind::kNull;
  std::int64_t integer = 0;
  double real = 0;
  std::string text = {};
  std::optional<std::string> error = {};
};

/// One column that a statement reads: the child indices from the table's column list downwards,
/// optionally one map entry (see events::ScanColumn, which has the same shape).
struct ScanRequest {
  std::vector<std::uint16_t> path;
  std::optional<std::string> map_key = {};
  std::function<ScalarAnswer(const ScalarView&)> computation = {};
  std::int64_t granule = 1;  // see planning/granule.hpp
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
};

class Catalog {
 public:
  virtual ~Catalog() = default;
  /// Finds the table of a FROM clause: `name` is what stands there (a bare id, a quoted id or an
  /// ARN). Null when there is none; the statement then fails with Trino's TABLE_NOT_FOUND.
  virtual std::shared_ptr<const Table> find_table(std::string_view name) const = 0;
};

}  // namespace trailpond::sql
