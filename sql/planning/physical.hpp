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
  bool operator==(const ColumnPlace&) const = default;
};

/// The elements of an array in the rows of another scan: UNNEST.
struct ArrayElements {
  std::size_t scan = 0;                  // whose rows hold the array
  std::vector<std::uint16_t> path = {};  // of the array
  bool of_rows = false;                  // each element is a row, whose fields are the columns
};

/// One FROM of an event data store, or of a query that reads nothing outside (by SQLite's text, its
/// columns all plain): the columns that the operator reads, and which rows.
struct OperatorScan {
  std::int32_t relation = 0;
  std::shared_ptr<const Table> table;  // null: a query
  BoundQueryPointer query = {};
  std::string sql = {};
  std::vector<TypePointer> types = {};  // of the query's columns
  std::optional<ArrayElements> elements = {};
  std::vector<ScanRequest> columns = {};
  std::vector<RowCondition> conditions = {};
  bool is_query() const { return !table; }
};

/// The path of a column in the table, given that in the relation.
ScanInput path_in_table(const std::optional<ArrayElements>& elements, ScanInput input);

/// A condition on tuples: a comparison of two columns that are numbers, one of such a column with a
/// constant, a test for NULL, a column that is true, or a program.
struct OperatorCondition {
  std::optional<Comparison> comparison = {};
  std::optional<Operator> test = {};  // of the one input: kIsNull, kIsNotNull, or with `constant`
  std::int64_t constant = 0;
  BoundPointer program = {};  // columns replaced by kArgument; its value is a boolean
  std::vector<ColumnPlace> inputs = {};
  std::vector<TypePointer> types = {};  // of the inputs
};

/// A pair of columns whose values must be equal.
struct OperatorKey {
  ColumnPlace left;
  ColumnPlace right;
};

/// Joins a scan with those before it: by a hash table over the keys, then the conditions; or it has
/// the elements of an array.
struct OperatorJoin {
  bool outer = false;  // LEFT and FULL: rows on the left without a partner stay
  bool full = false;   // FULL: those of the scan stay, too
  std::vector<OperatorKey> keys = {};
  std::vector<OperatorCondition> conditions = {};
};

/// Keeps the rows that have a partner, or those that have none.
struct SemiJoin {
  bool negated = false;
  bool nulls_match = false;  // a NULL among the keys is equal to NULL: INTERSECT, EXCEPT
  /// The partners are the rows of a query that reads nothing outside (one column, by SQLite's
  /// text), or those of the scan that stands behind the operator's other scans.
  BoundQueryPointer query = {};
  std::string sql = {};
  TypePointer type = nullptr;  // of the query's values
  std::size_t scan = 0;
  std::vector<OperatorKey> keys = {};  // `right` is meaningless with `sql`
  std::vector<OperatorCondition> conditions = {};
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

enum class WindowKind : std::uint8_t {
  kRowNumber,
  kRank,
  kDenseRank,
  kLag,  // the row `offset` before the one at hand; kLead: behind it
  kLead,
  kFirst,  // first_value, last_value
  kLast,
  kCount,
  kSumInteger,
  kSumReal,
  kAverage,
  kLeast,
  kGreatest,
};

/// The rows of a partition that an aggregate sees; all begin at the first.
enum class WindowFrame : std::uint8_t {
  kAll,
  kToPeers,  // up to the last row that is equal in ORDER BY (RANGE)
  kToRow,    // up to the row itself (ROWS)
};

struct OperatorSort {
  ColumnPlace column;
  bool descending = false;
  bool nulls_first = false;
  bool operator==(const OperatorSort&) const = default;
};

/// The first rows in an order; of equal ones those that came first.
struct OperatorTop {
  std::vector<OperatorSort> order = {};
  std::size_t count = 0;
};

/// A window function over the rows of an operator.
struct OperatorWindow {
  WindowKind kind = WindowKind::kRowNumber;
  WindowFrame frame = WindowFrame::kAll;
  std::optional<ColumnPlace> argument = {};
  TypePointer type = nullptr;  // of the result
  std::int64_t offset = 1;
  std::vector<ColumnPlace> partition = {};
  std::vector<OperatorSort> order = {};

  /// Whether both see the same partitions in the same order.
  bool is_sorted_like(const OperatorWindow& other) const {
    return partition == other.partition && order == other.order;
  }
};

/// Scans, joined from the left, filtered, then grouped. Its rows are the virtual table `name`: the
/// columns of the scans as s<scan>_<column> and the window functions as w<n>, or with a grouping
/// its keys k<n> and aggregates a<n>.
struct OperatorTree {
  std::string name;
  std::vector<OperatorScan> scans;  // those of FROM, then those of semi-joins
  std::vector<OperatorJoin> joins;  // one fewer than the scans of FROM
  std::vector<OperatorCondition> conditions;
  std::vector<SemiJoin> semi_joins;
  std::vector<OperatorCondition> last_conditions;  // may fail: asked of what the rest lets through
  std::vector<OperatorWindow> windows;
  std::optional<OperatorGrouping> grouping;
  std::optional<OperatorTop> top;  // of the rows; without windows and a grouping
  bool is_repeat = false;          // another operator has counted the rows that it scans
};

/// A column of an answer: a program over columns of an operator, or one of these as it stands.
struct AnswerColumn {
  TypePointer type = nullptr;
  std::vector<std::size_t> inputs = {};  // among the operator's columns
  BoundPointer program = {};             // null: the one input itself
};

struct AnswerSort {
  AnswerColumn column;
  bool descending = false;
  bool nulls_first = false;
};

/// What makes a statement's answer of the groups of an operator, where SQLite has no part in it.
struct GroupAnswer {
  std::vector<AnswerColumn> columns = {};
  std::optional<AnswerColumn> having = {};
  std::vector<AnswerSort> order = {};
  std::size_t offset = 0;
  std::optional<std::size_t> limit = {};
};

/// What an operator says of its rows, whatever the store holds when it runs. Columns are named as
/// those of its table.
struct OperatorPromises {
  std::optional<std::size_t> most_rows = {};  // there are no more than these
  bool is_ordered = false;                    // by its TOP
  std::vector<std::string> unique = {};  // no two rows are equal in all of these; none: no word
  std::vector<std::string> without_null = {};  // as far as it is known
};

OperatorPromises promises_of(const OperatorTree& tree);

/// The operator as lines for a person, indented by level.
std::vector<std::string> describe(const OperatorTree& tree);
/// The answer as a line, over the operator of this name.
std::string describe(const GroupAnswer& answer, const std::string& name);

}  // namespace trailpond::sql
