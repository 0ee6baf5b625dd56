#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sql/types/error.hpp"

/// The tree of a statement as it is written. Each node keeps the place that Trino reports for it,
/// and prints itself back as Trino text (printer.cpp).
namespace trailpond::sql::ast {

struct Expression;
struct Query;
using ExpressionPointer = std::unique_ptr<Expression>;
using QueryPointer = std::unique_ptr<Query>;

enum class ExpressionKind : std::uint8_t {
  kNull,
  kBoolean,       // text TRUE or FALSE
  kInteger,       // text: digits
  kDecimal,       // text
  kDouble,        // text
  kString,        // text: the value
  kBinary,        // text: hexadecimal digits
  kTypedLiteral,  // text: the type, value: the string (DATE '…', TIMESTAMP '…', JSON '…')
  kInterval,      // value: the string, text: the unit, negated: a minus before the string
  kIdentifier,    // text, quoted
  kDereference,   // children[0].text
  kSubscript,     // children[0][children[1]]
  kCall,          // text: the name; children: arguments; see Call
  kLambda,        // parameters -> children[0]
  kArray,         // ARRAY[…]
  kRow,           // ROW(…) or (a, b)
  kNegate,        // - children[0]
  kPlus,          // + children[0]
  kArithmetic,    // text: + - * / %
  kConcat,        // children[0] || children[1]
  kComparison,    // text: = <> < <= > >=
  kIsDistinct,    // children[0] IS [NOT] DISTINCT FROM children[1]
  kBetween,       // children[0] [NOT] BETWEEN children[1] AND children[2]
  kInList,        // children[0] [NOT] IN (children[1…])
  kInSubquery,    // children[0] [NOT] IN (query)
  kLike,          // children[0] [NOT] LIKE children[1] [ESCAPE children[2]]
  kIsNull,        // children[0] IS [NOT] NULL
  kNot,
  kAnd,           // two or more children
  kOr,            // two or more children
  kSearchedCase,  // WHEN children[2i] THEN children[2i+1] … [ELSE the last, when the count is odd]
  kSimpleCase,    // CASE children[0] WHEN children[1] THEN children[2] … [ELSE the last]
  kCast,          // CAST(children[0] AS text); negated: TRY_CAST
  kExists,
  kSubquery,    // (query) as a value
  kQuantified,  // children[0] text value(ALL, ANY, SOME) (query)
  kAtTimeZone,  // children[0] AT TIME ZONE children[1]
  kExtract,     // EXTRACT(text FROM children[0])
  kCurrent,     // text: CURRENT_DATE, CURRENT_TIMESTAMP, LOCALTIME, …; value: the precision
  kTrim,        // TRIM([text] [children[1]] FROM children[0])
  kParameter,   // ?
  kGrouping,    // GROUPING(…)
};

struct SortItem {
  ExpressionPointer expression;
  bool descending = false;
  std::optional<bool> nulls_first;
  Position position;
};

enum class FrameUnit : std::uint8_t { kRows, kRange, kGroups };
enum class BoundKind : std::uint8_t {
  kUnboundedPreceding,
  kPreceding,
  kCurrentRow,
  kFollowing,
  kUnboundedFollowing,
};
struct FrameBound {
  BoundKind kind = BoundKind::kCurrentRow;
  ExpressionPointer offset;
};
struct Frame {
  Position position;
  FrameUnit unit = FrameUnit::kRange;
  FrameBound start;
  std::optional<FrameBound> end;
};

struct Window {
  std::string name;      // of a window of the WINDOW clause that this one is or refines
  bool is_name = false;  // OVER name
  Position name_position;
  Position order_position;  // of ORDER BY
  std::vector<ExpressionPointer> partition_by;
  std::vector<SortItem> order_by;
  std::optional<Frame> frame;
  Position position;
  Position defined_at = {};  // of its name in the WINDOW clause
};

/// What a call may carry besides its arguments.
/// ON OVERFLOW of listagg.
struct ListOverflow {
  bool truncate = false;  // otherwise an error
  std::string filler = "...";
  bool with_count = true;
};

/// The clauses of JSON_VALUE, JSON_QUERY, JSON_EXISTS, JSON_OBJECT and JSON_ARRAY. Children of the
/// call: the input and what is PASSING; or keys and values alternately; or values.
struct JsonClauses {
  std::string path = {};
  Position path_position = {};
  std::vector<std::string> passing = {};
  std::vector<bool> formats = {};  // FORMAT JSON behind each child (of JSON_OBJECT: each value)
  std::string returning = {};      // a type
  std::string on_empty = {};       // NULL, ERROR, DEFAULT, EMPTY ARRAY, EMPTY OBJECT, TRUE …
  std::string on_error = {};
  ExpressionPointer default_on_empty = {};
  ExpressionPointer default_on_error = {};
  std::string wrapper = {};  // CONDITIONAL, UNCONDITIONAL, WITHOUT
  bool quotes_given = false;
  bool omit_quotes = false;
  std::string nulls = {};  // NULL or ABSENT ON NULL
  bool unique_keys = false;
};

struct Call {
  bool distinct = false;
  bool star = false;  // count(*)
  std::vector<SortItem> order_by;
  ExpressionPointer filter;
  std::unique_ptr<Window> over;
  bool ignore_nulls = false;
  bool within_group = false;  // listagg: `order_by` stands behind the parentheses
  ListOverflow overflow = {};
  std::unique_ptr<JsonClauses> json = {};
};

struct Expression {
  ExpressionKind kind;
  Position position;
  std::string text = {};
  std::string value = {};
  bool negated = false;
  bool quoted = false;
  std::vector<ExpressionPointer> children = {};
  std::vector<std::string> parameters = {};  // of a lambda
  std::unique_ptr<Call> call = {};
  QueryPointer query = {};
};

enum class RelationKind : std::uint8_t { kTable, kSubquery, kJoin, kUnnest, kValues, kLateral };
enum class JoinKind : std::uint8_t { kCross, kInner, kLeft, kRight, kFull, kImplicit };

struct Relation {
  RelationKind kind;
  Position position;
  std::string name = {};                            // kTable
  QueryPointer query = {};                          // kSubquery, kLateral
  std::vector<ExpressionPointer> expressions = {};  // kUnnest
  bool with_ordinality = false;
  JoinKind join = JoinKind::kCross;
  std::unique_ptr<Relation> left = {};
  std::unique_ptr<Relation> right = {};
  ExpressionPointer on = {};
  std::vector<std::string> using_columns = {};
  std::vector<Position> using_positions = {};
  bool natural = false;
  std::string alias = {};
  std::vector<std::string> column_aliases = {};
  Position alias_position = {};
  ExpressionPointer sample = {};  // TABLESAMPLE: the percentage
};
using RelationPointer = std::unique_ptr<Relation>;

struct SelectItem {
  bool star = false;
  ExpressionPointer expression;  // of a star: what stands before `.*`, or null
  std::string alias;
  std::vector<std::string> column_aliases;  // t.* AS (a, b)
  Position position;
};

/// kAuto: GROUP BY AUTO, every item of the SELECT list without an aggregate.
enum class GroupingKind : std::uint8_t { kSimple, kRollup, kCube, kSets, kAuto };
struct GroupingElement {
  GroupingKind kind = GroupingKind::kSimple;
  std::vector<std::vector<ExpressionPointer>> sets;  // kSimple: one set
  Position position;
};

struct Select {
  Position position;
  bool distinct = false;
  std::vector<SelectItem> items;
  RelationPointer from;
  ExpressionPointer where;
  bool has_group_by = false;
  bool group_by_distinct = false;
  std::vector<GroupingElement> group_by;
  ExpressionPointer having;
  std::vector<std::pair<std::string, std::unique_ptr<Window>>> windows;
};

enum class BodyKind : std::uint8_t {
  kSelect,
  kUnion,
  kIntersect,
  kExcept,
  kValues,
  kTable,
  kQuery
};
/// What stands before ORDER BY: one SELECT, VALUES, TABLE t, a query in parentheses, or two bodies.
struct Body {
  BodyKind kind;
  Position position;
  std::unique_ptr<Select> select = {};
  bool all = false;
  std::unique_ptr<Body> left = {};
  std::unique_ptr<Body> right = {};
  std::vector<ExpressionPointer> rows = {};  // kValues
  std::string table = {};                    // kTable
  QueryPointer query = {};                   // kQuery
};

struct NamedQuery {
  std::string name;
  std::vector<std::string> column_aliases;
  QueryPointer query;
  Position position;
  Position alias_position;  // of the first column alias
  std::vector<Position> alias_positions = {};
};

struct Query {
  Position position;
  bool recursive = false;
  std::vector<NamedQuery> with;
  std::unique_ptr<Body> body;
  std::vector<SortItem> order_by;
  ExpressionPointer offset;
  ExpressionPointer limit;  // null: none, or LIMIT ALL
  bool with_ties = false;
  Position order_position;  // of ORDER BY
  Position offset_position;
  Position limit_position;  // of LIMIT or FETCH FIRST; line 0: none
  Position fetch_position;  // of FETCH FIRST; line 0: none
};

/// Prints an expression as Trino's formatter does (used in its error messages).
std::string print(const Expression& expression);
/// Prints a query as Trino text that parses to the same tree.
std::string print(const Query& query);
/// Prints what stands in FROM.
std::string print(const Relation& relation);
/// Prints a query without WITH, ORDER BY and LIMIT.
std::string print(const Body& body);
/// Prints what stands behind GROUP BY.
std::string print(const std::vector<GroupingElement>& elements);
/// Prints the WITH clause with a blank behind it; empty when there is none.
std::string print_with(const Query& query);

}  // namespace trailpond::sql::ast
