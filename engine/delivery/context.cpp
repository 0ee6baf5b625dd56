#include "engine/delivery/context.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "base/json_reading.hpp"
#include "engine/resources/tags.hpp"

namespace trailpond::engine {
namespace {

namespace json = boost::json;

constexpr std::string_view kPrincipalTag = "aws:PrincipalTag/";

/// The text at the end of some names of members, e.g. userIdentity, arn.
std::string_view find(const json::object& event, std::string_view first,
                      std::string_view second = {}) {
  const json::value* value = find_member(event, first);
  return text_of(second.empty() ? value : find_member(value, second));
}

/// The ARN of the role that a session is of; empty: it is of none.
std::string_view find_issuer(const json::object& event) {
  const json::value* session = find_member(find_member(event, "userIdentity"), "sessionContext");
  return text_of(find_member(find_member(session, "sessionIssuer"), "arn"));
}

/// What an event tells of a global condition key; empty: nothing. Source: AWS IAM user guide, "AWS
/// global condition context keys".
std::string value_of(const std::string& key, const json::object& event) {
  const std::string_view type = find(event, "userIdentity", "type");
  if (key == "aws:PrincipalAccount") {
    return std::string(find(event, "userIdentity", "accountId"));
  }
  if (key == "aws:PrincipalArn") {
    // Of a role's session it is the role's.
    const std::string_view role = find_issuer(event);
    return std::string(role.empty() ? find(event, "userIdentity", "arn") : role);
  }
  if (key == "aws:PrincipalType") {
    return type == "Root" ? "Account" : type == "IAMUser" ? "User" : std::string(type);
  }
  if (key == "aws:userid") {
    return std::string(find(event, "userIdentity", "principalId"));
  }
  if (key == "aws:username") {
    return std::string(find(event, "userIdentity", "userName"));
  }
  if (key == "aws:SourceIp") {
    const std::string_view address = find(event, "sourceIPAddress");
    return address.ends_with(".amazonaws.com") ? std::string() : std::string(address);
  }
  if (key == "aws:UserAgent") {
    return std::string(find(event, "userAgent"));
  }
  if (key == "aws:RequestedRegion") {
    return std::string(find(event, "awsRegion"));
  }
  if (key == "aws:CurrentTime") {
    return std::string(find(event, "eventTime"));
  }
  if (key == "aws:SourceVpce") {
    return std::string(find(event, "vpcEndpointId"));
  }
  if (key == "aws:ViaAWSService") {
    return find(event, "userIdentity", "invokedBy").empty() ? "false" : "true";
  }
  return {};
}

void gather_texts(const json::value& value, std::set<std::string, std::less<>>& texts) {
  if (value.is_string()) {
    texts.emplace(text_of(&value));
  } else if (value.is_array()) {
    for (const json::value& item : value.get_array()) {
      gather_texts(item, texts);
    }
  } else if (value.is_object()) {
    for (const auto& member : value.get_object()) {
      gather_texts(member.value(), texts);
    }
  }
}

bool wants(const ContextKeySelector& selector, std::string_view key) {
  return std::find(selector.equals.begin(), selector.equals.end(), key) != selector.equals.end();
}

/// The tags of a resource that are asked for, as a member of tagContext.resourceTags.
json::object pick_tags(const TagSet& set, const ContextKeySelector& selector) {
  json::object tags;
  for (const auto& [key, value] : set.tags) {
    if (wants(selector, key)) {
      tags[key] = value;
    }
  }
  return tags;
}

/// The tags of CloudTrail's own resources that a call names, by ARN, id or name.
json::array find_resource_tags(const state::State& state, const ContextKeySelector& selector,
                               const json::object& event) {
  std::set<std::string, std::less<>> texts;
  for (const char* member : {"requestParameters", "responseElements", "resources"}) {
    if (const json::value* value = event.if_contains(member)) {
      gather_texts(*value, texts);
    }
  }
  json::array resources;
  const auto sets =
      state.get<TagSets>().list(find(event, "recipientAccountId"), find(event, "awsRegion"));
  for (const auto& set : sets) {
    const std::string id = set->arn.substr(set->arn.rfind('/') + 1);
    json::object tags = pick_tags(*set, selector);
    if (!tags.empty() && (texts.contains(set->arn) || texts.contains(id))) {
      resources.push_back(json::object{{"arn", set->arn}, {"tags", std::move(tags)}});
    }
  }
  return resources;
}

/// The entries of a map that are asked for, each with `prefix` before its key.
json::object pick(const json::value* map, const ContextKeySelector& selector,
                  std::string_view prefix = {}) {
  json::object picked;
  if (const json::object* entries = map == nullptr ? nullptr : map->if_object()) {
    for (const auto& entry : *entries) {
      const std::string key = std::string(prefix) + std::string(entry.key());
      if (wants(selector, key)) {
        picked[entry.key()] = entry.value();
      }
    }
  }
  return picked;
}

/// The resource tags that the event brings along, as far as they are asked for.
void add_given_tags(const json::value* given, const ContextKeySelector& selector,
                    json::array& resources) {
  const json::array* items = given == nullptr ? nullptr : given->if_array();
  if (items == nullptr) {
    return;
  }
  for (const json::value& item : *items) {
    json::object tags = pick(find_member(&item, "tags"), selector);
    if (!tags.empty()) {
      resources.push_back(
          json::object{{"arn", text_of(find_member(&item, "arn"))}, {"tags", std::move(tags)}});
    }
  }
}

}  // namespace

std::string with_context(const state::State& state, const std::vector<ContextKeySelector>& keys,
                         const json::object& event) {
  const json::value* given = event.if_contains("eventContext");
  const json::value* given_tags = find_member(given, "tagContext");
  json::object tag_context;
  json::object request_context;
  for (const ContextKeySelector& selector : keys) {
    if (selector.type == "TagContext") {
      json::array resources = find_resource_tags(state, selector, event);
      add_given_tags(find_member(given_tags, "resourceTags"), selector, resources);
      if (!resources.empty()) {
        tag_context["resourceTags"] = std::move(resources);
      }
      continue;
    }
    json::object tags = pick(find_member(given_tags, "principalTags"), selector, kPrincipalTag);
    if (!tags.empty()) {
      tag_context["principalTags"] = std::move(tags);
    }
    request_context = pick(find_member(given, "requestContext"), selector);
    for (const std::string& key : selector.equals) {
      std::string value = request_context.contains(key) ? std::string() : value_of(key, event);
      if (!value.empty()) {
        request_context[key] = std::move(value);
      }
    }
  }
  json::object context;
  if (!request_context.empty()) {
    context["requestContext"] = std::move(request_context);
  }
  if (!tag_context.empty()) {
    context["tagContext"] = std::move(tag_context);
  }
  json::object enriched = event;
  enriched.erase("eventContext");
  if (!context.empty()) {
    enriched["eventContext"] = std::move(context);
  }
  return json::serialize(enriched);
}

}  // namespace trailpond::engine
