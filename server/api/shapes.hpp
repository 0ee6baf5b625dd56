#pragma once
#include <boost/json/fwd.hpp>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// The form of requests and answers, as the service model of AWS declares it, and the check of JSON
/// against it.
namespace trailpond::api {

enum class ShapeKind : std::uint8_t {
  kStructure,
  kList,
  kMap,
  kText,
  kInteger,
  kLong,
  kFloat,
  kDouble,
  kBoolean,
  kTimestamp,
  kBlob,
};

constexpr std::int64_t kNoBound = std::numeric_limits<std::int64_t>::min();
constexpr bool kRequired = true;

struct Shape;
struct Member {
  std::string_view name;
  const Shape* shape;
  bool required = false;
};

/// One shape: bounds are of characters, items or the number itself; `values` are those allowed.
struct Shape {
  std::string_view name;
  ShapeKind kind;
  std::int64_t min = kNoBound;
  std::int64_t max = kNoBound;
  std::string_view pattern = {};
  std::span<const std::string_view> values = {};
  std::span<const Member> members = {};
  const Shape* key = nullptr;
  const Shape* item = nullptr;
};

constexpr Shape structure(std::string_view name, std::span<const Member> members = {}) {
  return {.name = name, .kind = ShapeKind::kStructure, .members = members};
}
constexpr Shape list(std::string_view name, const Shape& item, std::int64_t min, std::int64_t max) {
  return {.name = name, .kind = ShapeKind::kList, .min = min, .max = max, .item = &item};
}
constexpr Shape map(std::string_view name, const Shape& key, const Shape& item, std::int64_t min,
                    std::int64_t max) {
  return {
      .name = name, .kind = ShapeKind::kMap, .min = min, .max = max, .key = &key, .item = &item};
}
constexpr Shape text(std::string_view name, std::int64_t min, std::int64_t max,
                     std::string_view pattern = {}) {
  return {.name = name, .kind = ShapeKind::kText, .min = min, .max = max, .pattern = pattern};
}
constexpr Shape one_of(std::string_view name, std::span<const std::string_view> values) {
  return {.name = name, .kind = ShapeKind::kText, .values = values};
}
constexpr Shape scalar(std::string_view name, ShapeKind kind, std::int64_t min, std::int64_t max) {
  return {.name = name, .kind = kind, .min = min, .max = max};
}

/// Why a value does not fit: of another JSON type, absent, or outside of what is allowed.
enum class MisfitKind : std::uint8_t { kType, kMissing, kConstraint, kNul };
struct Misfit {
  MisfitKind kind = MisfitKind::kType;
  std::string member = {};  // the request's member that it is in
  std::string message = {};
};

/// Checks a value against a shape; the first misfit in the order of the members of the shape.
/// Members that the shape does not have are passed over, as AWS does; null counts as absent.
std::optional<Misfit> check_shape(const Shape& shape, const boost::json::value& value);

/// Checks an answer more strictly: members that the shape does not have are misfits, too.
std::optional<Misfit> check_answer(const Shape& shape, const boost::json::value& value);

/// Tells whether the whole of a text (UTF-8) matches a pattern of the service model, which lives as
/// long as the process: it is compiled once a thread.
bool matches_pattern(std::string_view pattern, std::string_view text);

}  // namespace trailpond::api
