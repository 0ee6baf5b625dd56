#include "server/api/shapes.hpp"

#include <algorithm>
#include <boost/json/value.hpp>

#include "base/text.hpp"

namespace trailpond::api {
namespace {

namespace json = boost::json;

/// The engine tells a wrong bucket name from a wrong prefix, which one pattern cannot.
constexpr std::string_view kCheckedByEngine = "DeliveryS3Uri";

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

std::string_view word_of(ShapeKind kind) {
  switch (kind) {
    case ShapeKind::kStructure:
      return "a structure";
    case ShapeKind::kList:
      return "a list";
    case ShapeKind::kMap:
      return "a map";
    case ShapeKind::kText:
      return "a string";
    case ShapeKind::kInteger:
    case ShapeKind::kLong:
      return "an integer";
    case ShapeKind::kFloat:
    case ShapeKind::kDouble:
      return "a number";
    case ShapeKind::kBoolean:
      return "a boolean";
    case ShapeKind::kTimestamp:
      return "a number of seconds";
    case ShapeKind::kBlob:
      return "a Base64 string";
  }
  return "";
}

bool has_type(const Shape& shape, const json::value& value) {
  switch (shape.kind) {
    case ShapeKind::kStructure:
    case ShapeKind::kMap:
      return value.is_object();
    case ShapeKind::kList:
      return value.is_array();
    case ShapeKind::kText:
    case ShapeKind::kBlob:
      return value.is_string();
    case ShapeKind::kInteger:
      return value.is_int64() && value.get_int64() >= std::numeric_limits<std::int32_t>::min() &&
             value.get_int64() <= std::numeric_limits<std::int32_t>::max();
    case ShapeKind::kLong:
      return value.is_int64();
    case ShapeKind::kFloat:
    case ShapeKind::kDouble:
    case ShapeKind::kTimestamp:
      return value.is_number();
    case ShapeKind::kBoolean:
      return value.is_bool();
  }
  return false;
}

/// A place in a value: steps from the innermost outwards, on the stack. Text is made of it only for
/// a misfit.
struct Place {
  const Place* up = nullptr;
  std::string_view name = {};
  std::size_t index = 0;  // where there is no name
};

std::string path_of(const Place* place) {
  if (place == nullptr) {
    return {};
  }
  const std::string before = path_of(place->up);
  if (place->name.empty()) {
    return before + "[" + std::to_string(place->index) + "]";
  }
  return before.empty() ? std::string(place->name) : before + "." + std::string(place->name);
}

std::string outermost(const Place* place) {
  while (place != nullptr && place->up != nullptr) {
    place = place->up;
  }
  return place == nullptr ? "" : std::string(place->name);
}

Misfit misfit(const Place* place, MisfitKind kind, const std::string& text) {
  const std::string subject = place == nullptr ? "The request " : "Member " + path_of(place) + " ";
  return {kind, outermost(place), subject + text + "."};
}

std::optional<Misfit> check_bounds(const Shape& shape, std::int64_t number, const char* verb,
                                   const char* unit, const Place* place) {
  const bool low = shape.min != kNoBound && number < shape.min;
  const bool high = shape.max != kNoBound && number > shape.max;
  if (!low && !high) {
    return std::nullopt;
  }
  return misfit(place, MisfitKind::kConstraint,
                std::string("must ") + verb +
                    (low ? " at least " + std::to_string(shape.min)
                         : " at most " + std::to_string(shape.max)) +
                    unit);
}

std::optional<Misfit> check_text(const Shape& shape, std::string_view text, const Place* place) {
  if (auto wrong = check_bounds(shape, count_code_points(text), "have", " characters", place)) {
    return wrong;
  }
  if (text.find('\0') != std::string_view::npos) {
    return misfit(place, MisfitKind::kNul, "must not contain NUL");
  }
  const bool checked_later = place != nullptr && place->name == kCheckedByEngine;
  if (!shape.pattern.empty() && !checked_later && !matches_pattern(shape.pattern, text)) {
    return misfit(place, MisfitKind::kConstraint,
                  "must match the pattern " + std::string(shape.pattern));
  }
  if (!shape.values.empty() &&
      std::find(shape.values.begin(), shape.values.end(), text) == shape.values.end()) {
    std::string allowed;
    for (const std::string_view value : shape.values) {
      allowed += (allowed.empty() ? "" : ", ") + std::string(value);
    }
    return misfit(place, MisfitKind::kConstraint, "must be one of " + allowed);
  }
  return std::nullopt;
}

std::optional<Misfit> check(const Shape& shape, const json::value& value, const Place* place);

std::optional<Misfit> check_members(const Shape& shape, const json::object& object,
                                    const Place* up) {
  for (const Member& member : shape.members) {
    const auto* found = object.if_contains({member.name.data(), member.name.size()});
    const bool absent = found == nullptr || found->is_null();
    if (absent && !member.required) {
      continue;
    }
    const Place place = {up, member.name};
    if (absent) {
      return misfit(&place, MisfitKind::kMissing, "is required");
    }
    if (auto wrong = check(*member.shape, *found, &place)) {
      return wrong;
    }
  }
  return std::nullopt;
}

std::optional<Misfit> check_list(const Shape& shape, const json::array& array, const Place* up) {
  const auto size = static_cast<std::int64_t>(array.size());
  if (auto wrong = check_bounds(shape, size, "have", " items", up)) {
    return wrong;
  }
  for (std::size_t i = 0; i < array.size(); ++i) {
    const Place place = {up, {}, i};
    if (auto wrong = check(*shape.item, array[i], &place)) {
      return wrong;
    }
  }
  return std::nullopt;
}

std::optional<Misfit> check_map(const Shape& shape, const json::object& object, const Place* up) {
  const auto size = static_cast<std::int64_t>(object.size());
  if (auto wrong = check_bounds(shape, size, "have", " entries", up)) {
    return wrong;
  }
  for (const auto& entry : object) {
    const std::string_view key(entry.key().data(), entry.key().size());
    const Place place = {up, key};
    if (auto wrong = check_text(*shape.key, key, &place)) {
      return wrong;
    }
    if (auto wrong = check(*shape.item, entry.value(), &place)) {
      return wrong;
    }
  }
  return std::nullopt;
}

std::optional<Misfit> check(const Shape& shape, const json::value& value, const Place* place) {
  if (!has_type(shape, value)) {
    return misfit(place, MisfitKind::kType, "must be " + std::string(word_of(shape.kind)));
  }
  switch (shape.kind) {
    case ShapeKind::kStructure:
      return check_members(shape, value.get_object(), place);
    case ShapeKind::kList:
      return check_list(shape, value.get_array(), place);
    case ShapeKind::kMap:
      return check_map(shape, value.get_object(), place);
    case ShapeKind::kText:
    case ShapeKind::kBlob:
      return check_text(shape, view(value.get_string()), place);
    case ShapeKind::kInteger:
    case ShapeKind::kLong:
      return check_bounds(shape, value.get_int64(), "be", "", place);
    case ShapeKind::kFloat:
    case ShapeKind::kDouble:
    case ShapeKind::kTimestamp:
    case ShapeKind::kBoolean:
      return std::nullopt;
  }
  return std::nullopt;
}

/// For values that fit but for members the shape does not have, or that are null.
std::optional<Misfit> find_unknown_member(const Shape& shape, const json::value& value,
                                          const Place* up) {
  if (shape.kind == ShapeKind::kList) {
    for (std::size_t i = 0; i < value.get_array().size(); ++i) {
      const Place place = {up, {}, i};
      if (auto wrong = find_unknown_member(*shape.item, value.get_array()[i], &place)) {
        return wrong;
      }
    }
    return std::nullopt;
  }
  if (shape.kind != ShapeKind::kStructure && shape.kind != ShapeKind::kMap) {
    return std::nullopt;
  }
  for (const auto& entry : value.get_object()) {
    const Place place = {up, {entry.key().data(), entry.key().size()}};
    const auto known =
        std::find_if(shape.members.begin(), shape.members.end(),
                     [&](const Member& member) { return member.name == place.name; });
    const Shape* inner = shape.kind == ShapeKind::kMap  ? shape.item
                         : known == shape.members.end() ? nullptr
                                                        : known->shape;
    if (inner == nullptr || entry.value().is_null()) {
      return misfit(&place, MisfitKind::kConstraint, "has no place in the answer");
    }
    if (auto wrong = find_unknown_member(*inner, entry.value(), &place)) {
      return wrong;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Misfit> check_shape(const Shape& shape, const json::value& value) {
  return check(shape, value, nullptr);
}

std::optional<Misfit> check_answer(const Shape& shape, const boost::json::value& value) {
  if (auto wrong = check_shape(shape, value); wrong && wrong->kind != MisfitKind::kNul) {
    return wrong;  // NUL is refused in requests; events may have it
  }
  return find_unknown_member(shape, value, nullptr);
}

}  // namespace trailpond::api
