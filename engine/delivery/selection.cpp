#include "engine/delivery/selection.hpp"

#include <algorithm>

namespace trailpond::engine {
namespace {

using Values = std::vector<std::string>;

bool holds(const FieldSelector& field, const std::vector<std::string_view>& values) {
  const auto any = [&](const Values& wanted, auto&& fits) {
    return std::any_of(values.begin(), values.end(), [&](std::string_view value) {
      return std::any_of(wanted.begin(), wanted.end(),
                         [&](const std::string& other) { return fits(value, other); });
    });
  };
  const auto equals = [](std::string_view value, std::string_view other) { return value == other; };
  const auto starts = [](std::string_view value, std::string_view other) {
    return value.starts_with(other);
  };
  const auto ends = [](std::string_view value, std::string_view other) {
    return value.ends_with(other);
  };
  const bool wants =
      !field.equals.empty() || !field.starts_with.empty() || !field.ends_with.empty();
  const bool wanted =
      any(field.equals, equals) || any(field.starts_with, starts) || any(field.ends_with, ends);
  const bool refused = any(field.not_equals, equals) || any(field.not_starts_with, starts) ||
                       any(field.not_ends_with, ends);
  return (wanted || !wants) && !refused;
}

std::vector<std::string_view> values_of(const FieldSelector& field, const EventFacts& event,
                                        const FieldSelector* type) {
  std::vector<std::string_view> values;
  if (field.field == "resources.type" || field.field == "resources.ARN") {
    for (const auto& resource : event.resources) {
      // An ARN is asked of the resources that the selector is about.
      if (field.field == "resources.type") {
        values.push_back(resource.type);
      } else if (type == nullptr || holds(*type, {resource.type})) {
        values.push_back(resource.arn);
      }
    }
    return values;
  }
  for (const auto& [name, value] : event.fields) {
    if (name == field.field) {
      values.push_back(value);
    }
  }
  return values;
}

bool is_data_resource_of(const DataResource& wanted, const EventFacts& event) {
  return std::any_of(event.resources.begin(), event.resources.end(), [&](const auto& resource) {
    return resource.type == wanted.type &&
           std::any_of(wanted.values.begin(), wanted.values.end(),
                       [&](const std::string& value) { return resource.arn.starts_with(value); });
  });
}

}  // namespace

bool selects(const AdvancedEventSelector& selector, const EventFacts& event) {
  const auto& fields = selector.field_selectors;
  const auto type = std::find_if(fields.begin(), fields.end(), [](const FieldSelector& field) {
    return field.field == "resources.type";
  });
  const FieldSelector* by_type = type == fields.end() ? nullptr : &*type;
  return std::all_of(fields.begin(), fields.end(), [&](const FieldSelector& field) {
    return holds(field, values_of(field, event, by_type));
  });
}

bool selects(const EventSelector& selector, const EventFacts& event) {
  if ((selector.read_write_type == "ReadOnly" && !event.reads) ||
      (selector.read_write_type == "WriteOnly" && event.reads)) {
    return false;
  }
  if (event.category == "Management") {
    const auto& excluded = selector.excluded_sources;
    return selector.management_events.value_or(true) &&
           std::find(excluded.begin(), excluded.end(), event.source) == excluded.end();
  }
  return event.category == "Data" &&
         std::any_of(selector.data_resources.begin(), selector.data_resources.end(),
                     [&](const DataResource& each) { return is_data_resource_of(each, event); });
}

bool selects(const TrailSelectors& selectors, const EventFacts& event) {
  return selects_any(selectors.basic, event) || selects_any(selectors.advanced, event);
}

}  // namespace trailpond::engine
