#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sql/bound/bound.hpp"
#include "sql/types/catalog.hpp"

/// The part of a plan that operators of ours run over columns; SQLite runs the rest and reads what
/// they answer as a virtual table.
namespace trailpond::sql {

/// A column of one of an operator's scans.
struct ColumnPlace {
  std::size_t scan = 0;
  std::size_t column = 0;
};

/// One FROM of an event data store: the columns that the operator reads, and which rows.
struct OperatorScan {
  std::int32_t relation = 0;
  std::shared_ptr<const Table> table;
  std::vector<ScanRequest> columns = {};
  std::vector<RowCondition> conditions = {};
};

/// A condition over several scans: a comparison of two columns that are numbers, or a program.
struct OperatorCondition {
  std::optional<Comparison> comparison = {};
  BoundPointer program = {};  // columns replaced by kArgument; its value is a boolean
  std::vector<ColumnPlace> inputs = {};
  std::vector<TypePointer> types = {};  // of the inputs
};

/// A pair of columns whose values must be equal.
struct OperatorKey {
  ColumnPlace left;
  ColumnPlace right;
};

/// Joins the scan `right` with those before it: a hash table over the keys, then the conditions.
struct OperatorJoin {
  bool outer = false;  // LEFT: rows on the left without a partner stay
  std::vector<OperatorKey> keys = {};
  std::vector<OperatorCondition> conditions = {};
};

/// Keeps the rows that have a partner, or those that have none.
struct SemiJoin {
  bool negated = false;
  bool is_in = false;  // x IN (…): NULLs count; else EXISTS
  /// The partners are the rows of a query that reads nothing outside (one column, by SQLite's
  /// text), or those of the scan that stands behind the operator's other scans.
  BoundQueryPointer query = {};
  std::string sql = {};
  std::size_t scan = 0;
  std::vector<OperatorKey> keys = {};  // `right` is meaningless with `sql`
  std::vector<OperatorCondition> conditions = {};
  std::vector<TypePointer> types = {};  // of the keys
};

enum class AggregateKind : std::uint8_t {
  kCount,          // of rows, or of values that are not NULL
  kCountTrue,      // count_if
  kCountDistinct,  // also approx_distinct
  kSumInteger,
  kSumReal,
  kAverage,
  kLeast,
  kGreatest,
  kLeastBy,
  kGreatestBy,
  kArray,    // array_agg
  kGeneral,  // an accumulator for each group
};

struct OperatorAggregate {
  AggregateKind kind = AggregateKind::kGeneral;
  std::shared_ptr<const BoundAggregate> aggregate;
  std::vector<ColumnPlace> arguments = {};  // one for each argument, also where it is a literal
  std::vector<BoundPointer> literals = {};  // the arguments that are constant; null where not
  std::vector<TypePointer> types = {};      // of the arguments
  std::optional<ColumnPlace> filter = {};
};

/// One row for each combination of the keys; without keys one row.
struct OperatorGrouping {
  std::vector<ColumnPlace> keys = {};
  std::vector<TypePointer> types = {};
  std::vector<OperatorAggregate> aggregates = {};
};

/// Scans, joined from the left, filtered, then grouped. Its rows are the virtual table `name`: the
/// columns of the scans as s<scan>_<column>, or with a grouping its keys k<n> and aggregates a<n>.
struct OperatorTree {
  std::string name;
  std::vector<OperatorScan> scans;   // those of FROM, then those of semi-joins
  std::vector<OperatorJoin> joins;   // one fewer than the scans of FROM
  std::vector<OperatorCondition> conditions;
  std::vector<SemiJoin> semi_joins;
  std::optional<OperatorGrouping> grouping;
};

/// The operator as lines for a person, indented by level.
std::vector<std::string> describe(const OperatorTree& tree);

}  // namespace trailpond::sql
