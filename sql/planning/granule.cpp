#include "sql/planning/granule.hpp"

#include <algorithm>
#include <limits>
#include <string_view>

#include "sql/evaluation/function.hpp"

namespace trailpond::sql {
namespace {

constexpr std::int64_t kNothing = 1;
constexpr std::int64_t kMillisecond = 1'000;
constexpr std::int64_t kSecond = 1'000 * kMillisecond;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kAlways = std::numeric_limits<std::int64_t>::max();  // reads no timestamp

struct NamedGranule {
  std::string_view name;
  std::int64_t granule;
};

/// Fields of a timestamp and units of date_trunc. What is longer than an hour counts as one.
constexpr NamedGranule kUnits[] = {
    {"millisecond", kMillisecond},
    {"second", kSecond},
    {"minute", kMinute},
    {"hour", kHour},
    {"day", kHour},
    {"week", kHour},
    {"month", kHour},
    {"quarter", kHour},
    {"year", kHour},
};
constexpr NamedGranule kFields[] = {
    {"date", kHour},         {"year", kHour},         {"quarter", kHour},
    {"month", kHour},        {"week", kHour},         {"week_of_year", kHour},
    {"day", kHour},          {"day_of_month", kHour}, {"day_of_week", kHour},
    {"dow", kHour},          {"day_of_year", kHour},  {"doy", kHour},
    {"year_of_week", kHour}, {"yow", kHour},          {"hour", kHour},
    {"minute", kMinute},     {"second", kSecond},     {"millisecond", kMillisecond},
};

template <std::size_t kCount>
std::int64_t find(const NamedGranule (&rows)[kCount], std::string_view name) {
  const auto found = std::ranges::find(rows, name, &NamedGranule::name);
  return found == std::end(rows) ? kNothing : found->granule;
}

/// What a format of date_format shows at its finest.
std::int64_t granule_of_format(std::string_view format) {
  std::int64_t granule = kHour;
  for (std::size_t at = 0; at + 1 < format.size(); ++at) {
    if (format[at] != '%') continue;
    const char letter = format[++at];
    if (std::string_view("aYybcdejHhIklMmpvWx%").find(letter) != std::string_view::npos) continue;
    granule = std::min(granule, letter == 'i' ? kMinute
                                : std::string_view("sSTr").find(letter) != std::string_view::npos
                                    ? kSecond
                                    : kNothing);
  }
  return granule;
}

bool is_text(const Bound& node) {
  return node.kind == BoundKind::kLiteral && !node.literal.is_null() &&
         node.type->kind == TypeKind::kVarchar;
}

/// Of a call whose argument is the timestamp itself.
std::int64_t granule_of_call(const Bound& node) {
  const std::string_view name = node.function->name;
  if (name == "date_trunc" && is_text(*node.children[0])) {
    return find(kUnits, node.children[0]->literal.text());
  }
  if (name == "date_format" && is_text(*node.children[1])) {
    return granule_of_format(node.children[1]->literal.text());
  }
  return find(kFields, name);
}

}  // namespace

std::int64_t granule_of(const Bound& node) {
  if (node.kind == BoundKind::kArgument) return kNothing;
  if (node.query || node.kind == BoundKind::kLambda) return kNothing;
  const bool direct = std::ranges::any_of(node.children, [](const BoundPointer& child) {
    return child->kind == BoundKind::kArgument && child->type->kind == TypeKind::kTimestamp;
  });
  if (direct && node.kind == BoundKind::kCall) return granule_of_call(node);
  if (direct && node.kind == BoundKind::kCast) {
    return node.type->kind == TypeKind::kDate ? kHour : kNothing;
  }
  std::int64_t granule = kAlways;
  for (const BoundPointer& child : node.children) granule = std::min(granule, granule_of(*child));
  return granule;
}

}  // namespace trailpond::sql
