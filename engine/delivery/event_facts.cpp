#include "engine/delivery/event_facts.hpp"

#include <array>
#include <boost/json.hpp>

#include "base/json_reading.hpp"

namespace trailpond::engine {
namespace {

namespace json = boost::json;

/// The text of a member; a flag counts as a text, as selectors have it.
std::string_view find_text(const json::object& object, std::string_view name) {
  const json::value* member = find_member(object, name);
  if (const bool* flag = member == nullptr ? nullptr : member->if_bool()) {
    return *flag ? "true" : "false";
  }
  return text_of(member);
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

}  // namespace

EventFacts read_facts(const json::object& event) {
  EventFacts facts;
  facts.id = find_text(event, "eventID");
  facts.time = find_text(event, "eventTime");
  facts.category = category_of(event);
  facts.region = find_text(event, "awsRegion");
  facts.source = find_text(event, "eventSource");
  facts.name = find_text(event, "eventName");
  facts.error_code = find_text(event, "errorCode");
  facts.user_agent = find_text(event, "userAgent");
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
  const std::string_view user = text_of(find_member(find_member(event, "userIdentity"), "arn"));
  if (!user.empty()) {
    facts.fields.emplace_back("userIdentity.arn", user);
  }
  // The member is there only where it is true. Source: AWS user guide, "CloudTrail record
  // contents".
  const bool console = find_text(event, "sessionCredentialFromConsole") == "true";
  facts.fields.emplace_back("sessionCredentialFromConsole", console ? "true" : "false");
  read_resources(event, facts);
  return facts;
}

}  // namespace trailpond::engine
