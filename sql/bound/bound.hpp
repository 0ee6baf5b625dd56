#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/types/column.hpp"
#include "sql/types/error.hpp"
#include "sql/values/value.hpp"

/// The tree after the analysis: every name is resolved, every type known, every coercion written.
namespace trailpond::sql {

class Table;               // types/catalog.hpp
struct Function;           // evaluation/registry.hpp
struct AggregateFunction;  // evaluation/registry.hpp
struct Bound;
struct BoundQuery;
using BoundPointer = std::shared_ptr<const Bound>;
using BoundQueryPointer = std::shared_ptr<const BoundQuery>;

enum class BoundKind : std::uint8_t {
  kLiteral,
  kColumn,           // `column` of `relation`
  kArgument,         // `column`-th argument of an evaluator program
  kLambdaParameter,  // slot `column`
  kField,            // `column`-th field of children[0]
  kCall,             // function(children)
  kLambda,           // children[0], its parameters in `slots`
  kLet,              // children[1], where the slot in `slots` is children[0], computed once
  kAnd,
  kOr,
  kNot,
  kCase,  // condition, result, condition, result …, else
  kCoalesce,
  kCompare,  // children[0] `comparison` children[1], both of one type
  kIsDistinct,
  kIsNull,
  kIn,    // children[0] IN (children[1] …)
  kLike,  // children[0] LIKE children[1] [ESCAPE children[2]]
  kCast,  // to `type`; `lenient`: NULL instead of an error (TRY_CAST)
  kTry,
  kRow,
  kArray,
  kGrouping,   // GROUPING(): which of the keys in `slots` the row's grouping set leaves out
  kGroupKey,   // the `column`-th key of the grouping below
  kAggregate,  // the `column`-th aggregate of the grouping below
  kWindow,     // the `column`-th window function of the SELECT
  kOutput,     // the `column`-th column of the SELECT list (in ORDER BY)
  kSubquery,   // a scalar subquery
  kExists,
  kInSubquery,  // children[0] IN (query)
};

enum class Comparison : std::uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual
};

/// The operator as Trino and SQLite both write it.
std::string_view symbol_of(Comparison comparison);
Comparison comparison_of(std::string_view symbol);
/// What a comparison is with its sides exchanged.
Comparison turned(Comparison comparison);

/// Work done once per statement for one call: a compiled pattern, a parsed path.
using CallState = std::shared_ptr<const void>;

struct Bound {
  BoundKind kind = BoundKind::kLiteral;
  TypePointer type = nullptr;
  Position position = {};
  std::vector<BoundPointer> children = {};
  Value literal = {};
  std::shared_ptr<const std::string> storage = {};  // what the literal borrows from
  std::int32_t relation = 0;
  std::int32_t column = 0;
  Comparison comparison = Comparison::kEqual;
  bool lenient = false;
  const Function* function = nullptr;
  bool varies = false;  // kCall: another value at each call, as random()
  CallState state = {};
  std::vector<std::int32_t> slots = {};
  BoundQueryPointer query = {};
};

/// Structural equality, positions aside. A call that varies is the same only as itself: where it
/// stands tells.
bool same_expression(const Bound& left, const Bound& right);

/// Owns one part of a tree; a copy of the tree has a copy of it.
template <class T>
class Owned : public std::unique_ptr<T> {
 public:
  Owned() = default;
  Owned(std::unique_ptr<T> part) : std::unique_ptr<T>(std::move(part)) {}
  Owned(Owned&&) noexcept = default;
  Owned& operator=(Owned&&) noexcept = default;
  Owned(const Owned& other) : std::unique_ptr<T>(other ? std::make_unique<T>(*other) : nullptr) {}
  Owned& operator=(const Owned& other) { return *this = Owned(other); }
};

struct BoundSort {
  BoundPointer expression;
  bool descending = false;
  bool nulls_first = false;
};

/// Answers whether a row comes before another, given their sort keys.
bool sorts_before(const std::vector<BoundSort>& order, std::span<const Value> left,
                  std::span<const Value> right);

struct BoundAggregate {
  const AggregateFunction* function = nullptr;
  TypePointer type = nullptr;
  std::vector<BoundPointer> arguments;
  bool distinct = false;
  BoundPointer filter;
  std::vector<BoundSort> order_by;
  Position position;
};

enum class FrameEdge : std::uint8_t {
  kUnboundedPreceding,
  kPreceding,
  kCurrentRow,
  kFollowing,
  kUnboundedFollowing,
};
enum class FrameUnit : std::uint8_t { kRows, kRange, kGroups };
struct BoundFrame {
  FrameUnit unit = FrameUnit::kRange;
  FrameEdge start = FrameEdge::kUnboundedPreceding;
  BoundPointer start_offset;
  FrameEdge end = FrameEdge::kCurrentRow;
  BoundPointer end_offset;
  /// RANGE with an offset: the sort key and the values at which the frame starts and ends, each in
  /// the type that they are compared in.
  BoundPointer start_key;
  BoundPointer start_value;
  BoundPointer end_key;
  BoundPointer end_value;
};
struct BoundWindow {
  std::string name;                              // rank, lag, …; empty: an aggregate
  const AggregateFunction* aggregate = nullptr;  // an aggregate as a window function
  TypePointer type = nullptr;
  std::vector<BoundPointer> arguments;
  std::vector<BoundSort> argument_order;  // of an aggregate: array_agg(x ORDER BY y)
  bool distinct = false;
  std::vector<BoundPointer> partition_by;
  std::vector<BoundSort> order_by;
  std::optional<BoundFrame> frame;
  bool ignore_nulls = false;
};

/// kLateral: a query that sees the relations to its left. kWorking: the rows of the step before,
/// inside a recursive WITH query. kRecursive: such a query.
enum class BoundRelationKind : std::uint8_t {
  kNone,
  kScan,
  kQuery,
  kJoin,
  kUnnest,
  kLateral,
  kWorking,
  kRecursive
};
enum class BoundJoinKind : std::uint8_t { kCross, kInner, kLeft, kRight, kFull };

/// Columns that copies of a tree share.
class ColumnList {
 public:
  ColumnList() = default;
  ColumnList(std::vector<Column> columns)
      : columns_(std::make_shared<const std::vector<Column>>(std::move(columns))) {}
  /// Those of a table, which it keeps alive.
  explicit ColumnList(std::shared_ptr<const std::vector<Column>> columns)
      : columns_(std::move(columns)) {}
  std::size_t size() const { return columns_ ? columns_->size() : 0; }
  const Column& operator[](std::size_t at) const { return (*columns_)[at]; }
  const Column* begin() const { return columns_ ? columns_->data() : nullptr; }
  const Column* end() const { return begin() + size(); }

 private:
  std::shared_ptr<const std::vector<Column>> columns_ = {};
};

struct BoundRelation {
  BoundRelationKind kind = BoundRelationKind::kNone;
  std::int32_t id = 0;
  std::shared_ptr<const Table> table = {};     // kScan
  ColumnList columns = {};                     // of every kind but joins
  BoundQueryPointer query = {};                // kQuery
  BoundJoinKind join = BoundJoinKind::kCross;  // kJoin
  Owned<BoundRelation> left = {};
  Owned<BoundRelation> right = {};
  BoundPointer condition = {};
  std::vector<BoundPointer> arguments = {};  // kUnnest
  bool with_ordinality = false;
  BoundQueryPointer step = {};           // kRecursive: adds rows to those of the step before
  std::int32_t working = 0;              // kRecursive, kWorking: what joins them
  bool distinct = false;                 // kRecursive: UNION
  std::optional<double> sample_percent;  // TABLESAMPLE
};

struct BoundSelect {
  std::int32_t id = 0;  // what kGroupKey, kAggregate and kWindow name as their `relation`
  Owned<BoundRelation> from;
  BoundPointer where;
  bool grouped = false;
  std::vector<BoundPointer> group_keys;
  /// Each a set of bits, one per key; empty: one set of all keys.
  std::vector<std::uint64_t> grouping_sets;
  std::vector<BoundAggregate> aggregates;
  BoundPointer having;
  std::vector<BoundWindow> windows;
  std::vector<BoundPointer> projections;
  bool distinct = false;
};

enum class BoundBodyKind : std::uint8_t { kSelect, kUnion, kIntersect, kExcept, kValues, kQuery };
struct BoundBody {
  BoundBodyKind kind = BoundBodyKind::kSelect;
  bool all = false;
  Owned<BoundSelect> select = {};
  Owned<BoundBody> left = {};
  Owned<BoundBody> right = {};
  std::vector<std::vector<BoundPointer>> rows = {};
  BoundQueryPointer query = {};
  /// Casts of this body's columns to the types of the whole set operation (null: none needed).
  std::vector<TypePointer> from_types = {};
  std::vector<TypePointer> cast_types = {};
};

struct BoundQuery {
  std::vector<Column> columns;
  Owned<BoundBody> body;
  std::vector<BoundSort> order_by;  // over kOutput, and over the SELECT's scope for one SELECT
  std::optional<std::int64_t> offset;
  std::optional<std::int64_t> limit;
  bool with_ties = false;
};

/// What the analysis leaves of a statement.
struct Analysed {
  BoundQueryPointer query;
  std::vector<std::string> table_names;
};

}  // namespace trailpond::sql
