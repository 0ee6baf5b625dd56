#pragma once
#include "sql/json/json_path.hpp"

/// What the analyser tells the SQL/JSON functions: their clauses, and the path that it parsed.
namespace trailpond::sql {

enum class JsonBehavior : std::uint8_t {
  kNull,
  kError,
  kDefault,
  kEmptyArray,
  kEmptyObject,
  kTrue,
  kFalse,
};
enum class JsonWrapper : std::uint8_t { kWithout, kConditional, kUnconditional };

/// Arguments of the call: the input, what is passed, then the defaults (on empty, on error) as far
/// as there are any.
struct SqlJsonState {
  SqlJsonPath path;
  std::vector<std::string> names;  // of what is passed
  std::vector<bool> passed_json;   // FORMAT JSON behind it
  JsonBehavior on_empty = JsonBehavior::kNull;
  JsonBehavior on_error = JsonBehavior::kNull;
  JsonWrapper wrapper = JsonWrapper::kWithout;
  bool omit_quotes = false;
};

/// For JSON_OBJECT (key and value alternately) and JSON_ARRAY.
struct JsonMakerState {
  std::vector<bool> is_json;  // of each value: FORMAT JSON, or made by such a function
  bool null_on_null = false;
  bool unique_keys = false;
};

}  // namespace trailpond::sql
