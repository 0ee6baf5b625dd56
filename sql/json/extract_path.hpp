#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sql/json/json_path.hpp"

/// The paths of json_extract, json_extract_scalar and json_size: `$`, `.key`, `["key"]`, `[3]`, and
/// what Lake takes beyond Trino (leniency "JSON paths" of COMPATIBILITY.md): no `$`, `['key']`,
/// `[*]`, `.*`, `[?(@.key == "value")]`.
/// Source: https://trino.io/docs/current/functions/json.html
namespace trailpond::sql {

struct JsonPathStep {
  enum class Kind : std::uint8_t { kMember, kIndex, kWildcard, kFilter } kind;
  std::string key = {};                            // kMember
  std::int64_t index = 0;                          // kIndex
  std::shared_ptr<const PathNode> condition = {};  // kFilter
};
using JsonPath = std::vector<JsonPathStep>;

/// Parses a path; nullopt when it is none.
std::optional<JsonPath> parse_json_path(std::string_view text);

/// Answers whether a text is a path of Trino, without what Lake takes beyond.
bool is_trino_json_path(std::string_view text);

/// Answers whether a path may find several values: it has `[*]`, `.*` or a condition.
bool finds_many(const JsonPath& path);

/// Finds the value of a path that finds one: its text, or nullopt when there is none or the text is
/// not JSON.
std::optional<std::string_view> find_json(std::string_view text,
                                          std::span<const JsonPathStep> path);
/// Finds every value of a path, in order.
void find_all_json(std::string_view text, std::span<const JsonPathStep> path,
                   std::vector<std::string_view>& found);

}  // namespace trailpond::sql
