#include "engine/delivery/selection.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

namespace trailpond::engine {
namespace {

namespace json = boost::json;

std::string_view find_text(const json::object& object, std::string_view name) {
  const json::value* member = object.if_contains({name.data(), name.size()});
  if (member == nullptr) {
    return {};
  }
  if (const bool* flag = member->if_bool()) {
    return *flag ? "true" : "false";
  }
  const json::string* text = member->if_string();
  return text == nullptr ? std::string_view() : std::string_view(text->data(), text->size());
}

const json::object* find_object(const json::object& object, std::string_view name) {
  const json::value* member = object.if_contains({name.data(), name.size()});
  return member == nullptr ? nullptr : member->if_object();
}

/// An event before version 1.07 does not say its category: what is not said to be something else
/// is a management event.
std::string category_of(const json::object& event) {
  const std::string_view said = find_text(event, "eventCategory");
  if (!said.empty()) {
    return std::string(said);
  }
  if (find_text(event, "eventType") == "AwsCloudTrailInsight") {
    return "Insight";
  }
  return find_text(event, "managementEvent") == "false" ? "Data" : "Management";
}

void read_resources(const json::object& event, EventFacts& facts) {
  const json::value* list = event.if_contains("resources");
  if (list == nullptr || !list->is_array()) {
    return;
  }
  for (const json::value& item : list->get_array()) {
    if (const json::object* resource = item.if_object()) {
      const std::string_view arn = find_text(*resource, "ARN");
      facts.resources.push_back({std::string(find_text(*resource, "type")),
                                 std::string(arn.empty() ? find_text(*resource, "arn") : arn)});
    }
  }
}

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

EventFacts read_facts(const json::object& event) {
  EventFacts facts;
  facts.id = find_text(event, "eventID");
  facts.time = find_text(event, "eventTime");
  facts.category = category_of(event);
  facts.region = find_text(event, "awsRegion");
  facts.account = find_text(event, "recipientAccountId");
  facts.source = find_text(event, "eventSource");
  facts.name = find_text(event, "eventName");
  facts.error_code = find_text(event, "errorCode");
  facts.reads = find_text(event, "readOnly") == "true";
  facts.fields.emplace_back("eventCategory", facts.category);
  constexpr std::array<std::string_view, 6> kPlain = {"readOnly",  "eventSource", "eventName",
                                                      "eventType", "errorCode",   "vpcEndpointId"};
  for (const std::string_view name : kPlain) {
    const std::string_view value = find_text(event, name);
    if (!value.empty()) {
      facts.fields.emplace_back(name, value);
    }
  }
  if (const json::object* identity = find_object(event, "userIdentity")) {
    const std::string_view arn = find_text(*identity, "arn");
    if (!arn.empty()) {
      facts.fields.emplace_back("userIdentity.arn", arn);
    }
  }
  // The member is there only where it is true. Source: AWS user guide, "CloudTrail record
  // contents".
  const bool console = find_text(event, "sessionCredentialFromConsole") == "true";
  facts.fields.emplace_back("sessionCredentialFromConsole", console ? "true" : "false");
  read_resources(event, facts);
  return facts;
}

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
