#include "engine/event_selectors.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/text.hpp"

namespace trailpond::engine {
namespace {

using Values = std::vector<std::string>;

constexpr std::string_view kCategoryField = "eventCategory";

/// A category of events: the kind of store that holds it, and the fields that may select in it.
/// Source: AWS API reference, AdvancedFieldSelector.
struct Category {
  std::string_view name;
  events::StoreKind kind;
  std::vector<std::string_view> fields;
};

const std::vector<Category>& categories() {
  using Kind = events::StoreKind;
  static const std::vector<Category> rows = {
      {"Management",
       Kind::kCloudTrail,
       {"readOnly", "eventSource", "eventName", "eventType", "userIdentity.arn",
        "sessionCredentialFromConsole", "vpcEndpointId", "resources.ARN"}},
      {"Data",
       Kind::kCloudTrail,
       {"readOnly", "eventSource", "eventName", "eventType", "userIdentity.arn",
        "sessionCredentialFromConsole", "resources.ARN", "resources.type", "vpcEndpointId"}},
      {"NetworkActivity",
       Kind::kCloudTrail,
       {"eventSource", "eventName", "errorCode", "vpcEndpointId", "userIdentity.arn", "readOnly",
        "eventType"}},
      {"Insight", Kind::kInsights, {}},
      {"ConfigurationItem", Kind::kConfig, {}},
      {"Evidence", Kind::kEvidence, {}},
      {"ActivityAuditLog", Kind::kActivity, {}},
  };
  return rows;
}

const Category* find_category(std::string_view name) {
  for (const Category& category : categories()) {
    if (category.name == name) {
      return &category;
    }
  }
  return nullptr;
}

constexpr std::int64_t kMaxValueLength = 2048;  // AWS API reference, OperatorValue
constexpr std::int64_t kMaxSelectorNameLength = 1000;

Error invalid(std::string message) {
  return {ErrorKind::kInvalidEventSelectors, std::move(message)};
}

/// These fields take Equals alone. Source: AWS API reference, AdvancedFieldSelector.
bool takes_equals_alone(std::string_view field) {
  return field == "readOnly" || field == kCategoryField || field == "resources.type";
}

std::optional<Error> check_values(const FieldSelector& field) {
  std::size_t count = 0;
  std::optional<Error> error;
  FieldSelector::visit_operators(field, [&](const std::string& name, const Values& values) {
    count += values.size();
    for (const std::string& value : values) {
      if (!error && (value.empty() || count_code_points(value) > kMaxValueLength)) {
        error = invalid("A value of " + name + " on field " + field.field +
                        " must have 1 to 2048 characters.");
      }
    }
    if (!error && takes_equals_alone(field.field) && &values != &field.equals && !values.empty()) {
      error =
          invalid("Field " + field.field + " supports only the operator Equals, not " + name + ".");
    }
  });
  for (const std::string& value : field.equals) {
    if (!error && field.field == "readOnly" && value != "true" && value != "false") {
      error = invalid("Value " + value + " for readOnly is invalid.");
    }
  }
  if (!error && count == 0) {
    error = invalid("The selector on field " + field.field + " has no operator with values.");
  }
  return error;
}

/// Finds the category that a selector selects: exactly one eventCategory with one value.
Result<const Category*> category_of(const AdvancedEventSelector& selector) {
  const FieldSelector* found = nullptr;
  for (const FieldSelector& field : selector.field_selectors) {
    if (field.field == kCategoryField) {
      if (found != nullptr) {
        return invalid("Field eventCategory appears more than once in a selector.");
      }
      found = &field;
    }
  }
  if (found == nullptr || found->equals.size() != 1) {
    return invalid("Each selector needs the field eventCategory with exactly one Equals value.");
  }
  const Category* category = find_category(found->equals.front());
  if (category == nullptr) {
    return invalid("Value " + found->equals.front() + " for eventCategory is invalid.");
  }
  return category;
}

std::optional<Error> check_fields(const AdvancedEventSelector& selector, const Category& category) {
  std::set<std::string_view> seen;
  for (const FieldSelector& field : selector.field_selectors) {
    if (auto error = check_values(field)) {
      return error;
    }
    if (!seen.insert(field.field).second) {
      return invalid("Field " + field.field + " appears more than once in a selector.");
    }
    const auto& allowed = category.fields;
    if (field.field != kCategoryField &&
        std::find(allowed.begin(), allowed.end(), field.field) == allowed.end()) {
      return invalid("Field " + field.field + " is not supported for eventCategory " +
                     std::string(category.name) + ".");
    }
  }
  if (category.name == "Data" && !seen.contains("resources.type")) {
    return invalid("A selector for Data events needs the field resources.type.");
  }
  if (category.name == "NetworkActivity" && !seen.contains("eventSource")) {
    return invalid("A selector for NetworkActivity events needs the field eventSource.");
  }
  return std::nullopt;
}

std::size_t count_values(const AdvancedEventSelector& selector) {
  std::size_t count = 0;
  for (const FieldSelector& field : selector.field_selectors) {
    FieldSelector::visit_operators(
        field, [&](std::string_view, const Values& values) { count += values.size(); });
  }
  return count;
}

AdvancedEventSelector selector_of(std::string_view name, std::string_view category) {
  FieldSelector field;
  field.field = kCategoryField;
  field.equals = {std::string(category)};
  return {std::string(name), {std::move(field)}};
}

}  // namespace

std::vector<AdvancedEventSelector> default_selectors() {
  return {selector_of("Default management events", "Management")};
}

std::vector<AdvancedEventSelector> selectors_of_kind(events::StoreKind kind) {
  if (kind == events::StoreKind::kCloudTrail) {
    return default_selectors();
  }
  for (const Category& category : categories()) {
    if (category.kind == kind) {
      return {selector_of(std::string(category.name) + " events", category.name)};
    }
  }
  return {};
}

Result<events::StoreKind> check_selectors(const std::vector<AdvancedEventSelector>& selectors) {
  if (selectors.empty() || selectors.size() > kMaxEventSelectors) {
    return invalid("There must be 1 to 5 advanced event selectors, not " +
                   std::to_string(selectors.size()) + ".");
  }
  std::size_t values = 0;
  const Category* first = nullptr;
  for (const AdvancedEventSelector& selector : selectors) {
    if (selector.name && count_code_points(*selector.name) > kMaxSelectorNameLength) {
      return invalid("The name of a selector has at most 1000 characters.");
    }
    const auto category = category_of(selector);
    if (!category) {
      return category.error();
    }
    if (auto error = check_fields(selector, **category)) {
      return *error;
    }
    if (first != nullptr && first->kind != (*category)->kind) {
      return invalid("An event data store cannot hold both " + std::string(first->name) + " and " +
                     std::string((*category)->name) + " events.");
    }
    first = *category;
    values += count_values(selector);
  }
  if (values > kMaxSelectorValues) {
    return invalid("Advanced event selectors have at most 500 values, not " +
                   std::to_string(values) + ".");
  }
  return first->kind;
}

std::vector<std::string> categories_of(const std::vector<AdvancedEventSelector>& selectors) {
  std::vector<std::string> names;
  for (const AdvancedEventSelector& selector : selectors) {
    for (const FieldSelector& field : selector.field_selectors) {
      if (field.field == kCategoryField && !field.equals.empty() &&
          std::find(names.begin(), names.end(), field.equals.front()) == names.end()) {
        names.push_back(field.equals.front());
      }
    }
  }
  return names;
}

}  // namespace trailpond::engine
