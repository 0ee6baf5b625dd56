#pragma once
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sql/types/error.hpp"
#include "sql/values/value.hpp"

/// The path language of SQL/JSON (JSON_VALUE, JSON_QUERY, JSON_EXISTS), and the conditions that
/// Lake takes in json_extract's paths: `$.a[?(@.b == "c")]`.
/// Source: https://trino.io/docs/current/functions/json.html#json-path-language
namespace trailpond::sql {

/// A JSON value on the way through a path, or a number that the path computed.
struct JsonItem {
  enum class Kind : std::uint8_t {
    kNull,
    kBoolean,
    kInteger,
    kDecimal,
    kDouble,
    kString,
    kArray,
    kObject
  } kind = Kind::kNull;
  bool boolean = false;
  std::int64_t integer = 0;
  double real = 0;
  Int128 decimal = 0;
  std::int32_t scale = 0;  // of the decimal
  std::string text = {};   // a string's characters; an array's or object's JSON
};
bool is_number(const JsonItem& item);

/// Reads one JSON value; nullopt when the text is none.
std::optional<JsonItem> read_json_item(std::string_view json);
/// Appends an item as JSON text.
void write_json_item(const JsonItem& item, std::string& out);

struct PathNode;
using PathPointer = std::unique_ptr<const PathNode>;
struct PathNode {
  enum class Kind : std::uint8_t {
    kRoot,      // $
    kCurrent,   // @
    kLast,      // last
    kVariable,  // $name
    kLiteral,
    kMember,       // children[0].name
    kAllMembers,   // children[0].*
    kDescendants,  // children[0]..name
    kElements,     // children[0][from to end, …]: pairs of children behind the first
    kAllElements,  // children[0][*]
    kFilter,       // children[0] ? (children[1])
    kMethod,       // children[0].name()
    kNegate,
    kPlus,
    kArithmetic,  // name: + - * / %
    // Predicates:
    kCompare,     // name: == <> < <= > >=
    kStartsWith,  // children[0] starts with children[1]
    kAnd,
    kOr,
    kNot,
    kExists,
    kIsUnknown,
  } kind;
  std::string name = {};
  JsonItem literal = {};
  std::vector<PathPointer> children = {};
};

struct SqlJsonPath {
  bool strict = false;
  PathPointer root;
  std::vector<std::string> variables;  // names that the path asks for
};

/// A mistake in a path's text: where it is, in code points from 0, and Trino's error.
struct PathMistake {
  Error error;
  std::int32_t offset = 0;
};

/// How deeply a path may nest.
inline constexpr int kMaxPathDepth = 200;

/// Parses `lax …` or `strict …`.
std::variant<SqlJsonPath, PathMistake> parse_sql_json_path(std::string_view text);
/// Parses the condition between the parentheses of `[?(…)]`, as Presto's and Lake's paths write it:
/// also `===`, single quotes, a bare path for "exists". Null when it is none.
PathPointer parse_lenient_condition(std::string_view text);

/// Walks a path. The first structural error ends it (strict mode), with PATH_EVALUATION_ERROR.
using PathVariables = std::map<std::string, JsonItem>;
Result<std::vector<JsonItem>> evaluate_json_path(const SqlJsonPath& path, const JsonItem& root,
                                                 const PathVariables& variables);
/// Answers whether a condition holds for an item (lax; unknown counts as false).
bool holds_for(const PathNode& condition, const JsonItem& item);

}  // namespace trailpond::sql
