#include "engine/queries/event_search.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>

#include "base/json_reading.hpp"
#include "base/text.hpp"
#include "engine/catalog.hpp"
#include "engine/delivery/insights.hpp"
#include "engine/rules.hpp"
#include "sql/one_table.hpp"

namespace trailpond::engine {
namespace {

namespace json = boost::json;

constexpr std::string_view kUserName =
    "coalesce(userIdentity.userName, if(userIdentity.type = 'Root', 'root', "
    "nullif(split_part(userIdentity.principalId, ':', 2), '')))";

/// How an attribute of a search is written in SQL; those of resources are not.
std::string print_condition(const std::string& attribute, const std::string& value, bool insights) {
  const auto equals = [&](std::string_view column) {
    return std::string(column) + " = " + quote_text(value);
  };
  if (attribute == "EventId") {
    return equals("eventID");
  }
  if (attribute == "EventName") {
    return equals(insights ? "insightEventName" : "eventName");
  }
  if (attribute == "EventSource") {
    return equals(insights ? "insightEventSource" : "eventSource");
  }
  if (attribute == "ReadOnly") {
    return "readOnly = " + value;
  }
  if (attribute == "AccessKeyId") {
    return equals("userIdentity.accessKeyId");
  }
  return attribute == "Username" ? equals(kUserName) : std::string();
}

bool is_of_resource(const std::string& attribute) { return attribute.starts_with("Resource"); }

/// The place of the last event that was shown: time and id.
struct Last {
  state::Micros time = 0;
  std::string id = {};
};

std::string print_statement(const EventSearch& search, const std::string& region,
                            const std::optional<Last>& last) {
  std::string sql = "SELECT eventID, ";
  sql += search.insights
             ? "insightEventName, '', '', insightEventSource, '', "
             : "eventName, CAST(readOnly AS varchar), userIdentity.accessKeyId, eventSource, " +
                   std::string(kUserName) + ", ";
  sql += "CAST(to_unixtime(eventTime) * 1000 AS bigint), eventJson FROM events WHERE ";
  sql += search.insights ? "eventCategory = 'Insight'" : std::string(kIsManagement);
  sql += " AND awsRegion = " + quote_text(region);
  sql += " AND eventTime >= " + print_timestamp(search.from);
  sql += " AND eventTime <= " + print_timestamp(search.until);
  if (last) {
    const std::string time = print_timestamp(last->time);
    sql += " AND (eventTime < " + time + " OR eventTime = " + time + " AND eventID > " +
           quote_text(last->id) + ")";
  }
  bool filtered_later = false;
  for (const auto& [attribute, value] : search.attributes) {
    if (is_of_resource(attribute)) {
      filtered_later = true;
    } else {
      sql += " AND " + print_condition(attribute, value, search.insights);
    }
  }
  sql += " ORDER BY eventTime DESC, eventID";
  return filtered_later ? sql : sql + " LIMIT " + std::to_string(search.limit + 1);
}

/// Members of requestParameters that name a resource, and its type. Source: AWS user guide,
/// "Resource types supported in CloudTrail event history".
struct NamedResource {
  std::string_view member;
  std::string_view type;
};
constexpr std::array kNamedResources = {
    NamedResource{"accessKeyId", "AWS::IAM::AccessKey"},
    NamedResource{"bucketName", "AWS::S3::Bucket"},
    NamedResource{"channel", "AWS::CloudTrail::Channel"},
    NamedResource{"dBInstanceIdentifier", "AWS::RDS::DBInstance"},
    NamedResource{"eventDataStore", "AWS::CloudTrail::EventDataStore"},
    NamedResource{"functionName", "AWS::Lambda::Function"},
    NamedResource{"groupId", "AWS::EC2::SecurityGroup"},
    NamedResource{"groupName", "AWS::IAM::Group"},
    NamedResource{"instanceId", "AWS::EC2::Instance"},
    NamedResource{"keyId", "AWS::KMS::Key"},
    NamedResource{"policyArn", "AWS::IAM::Policy"},
    NamedResource{"roleName", "AWS::IAM::Role"},
    NamedResource{"s3BucketName", "AWS::S3::Bucket"},
    NamedResource{"tableName", "AWS::DynamoDB::Table"},
    NamedResource{"trailName", "AWS::CloudTrail::Trail"},
    NamedResource{"userName", "AWS::IAM::User"},
};

std::string find_text(const json::object& object, std::string_view name) {
  return std::string(text_of(find_member(object, name)));
}

bool is_about_trails(const json::object& event) {
  const std::string name = find_text(event, "eventName");
  return find_text(event, "eventSource") == "cloudtrail.amazonaws.com" &&
         (name.ends_with("Trail") || name.ends_with("Logging") || name == "GetTrailStatus");
}

/// The resources that an event is about: those it lists, and those that its request names.
std::vector<EventResource> resources_of(std::string_view text) {
  std::vector<EventResource> resources;
  boost::system::error_code error;
  const json::value event = json::parse({text.data(), text.size()}, error);
  if (error || !event.is_object()) {
    return resources;
  }
  const json::value* listed = event.get_object().if_contains("resources");
  if (listed != nullptr && listed->is_array()) {
    for (const json::value& item : listed->get_array()) {
      if (item.is_object()) {
        resources.push_back(
            {find_text(item.get_object(), "type"), find_text(item.get_object(), "ARN")});
      }
    }
  }
  const json::value* request = event.get_object().if_contains("requestParameters");
  if (request != nullptr && request->is_object()) {
    for (const NamedResource& named : kNamedResources) {
      std::string name = find_text(request->get_object(), named.member);
      if (!name.empty()) {
        resources.push_back({std::string(named.type), std::move(name)});
      }
    }
    // CreateTrail, StopLogging and their like call it a name.
    std::string trail = is_about_trails(event.get_object())
                            ? find_text(request->get_object(), "name")
                            : std::string();
    if (!trail.empty()) {
      resources.push_back({"AWS::CloudTrail::Trail", std::move(trail)});
    }
  }
  return resources;
}

bool has_resource(const FoundEvent& event, const EventSearch& search) {
  return std::all_of(search.attributes.begin(), search.attributes.end(), [&](const auto& wanted) {
    const bool by_type = wanted.first == "ResourceType";
    return !is_of_resource(wanted.first) ||
           std::any_of(event.resources.begin(), event.resources.end(), [&](const auto& resource) {
             return (by_type ? resource.type : resource.name) == wanted.second;
           });
  });
}

std::int64_t parse_number(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

FoundEvent read_event(std::span<const std::string_view> cells) {
  constexpr state::Micros kMicrosPerMilli = 1000;
  FoundEvent event;
  event.id = cells[0];
  event.name = cells[1];
  event.read_only = cells[2];
  event.access_key_id = cells[3];
  event.source = cells[4];
  event.user_name = cells[5];
  event.time = parse_number(cells[6]) * kMicrosPerMilli;
  event.json = cells[7];
  event.resources = resources_of(event.json);
  return event;
}

Result<std::optional<Last>> read_token(const Context& context, const EventSearch& search) {
  if (!search.next_token) {
    return std::optional<Last>();
  }
  const auto place = context.service.tokens.open(search.scope, *search.next_token);
  const auto blank = place ? place->find(' ') : std::string::npos;
  if (blank == std::string::npos) {
    return invalid_token();
  }
  return std::optional(Last{parse_number(*place), place->substr(blank + 1)});
}

/// The newest first; events of one instant by their ids, each once.
void sort_and_join(std::vector<FoundEvent>& events) {
  std::sort(events.begin(), events.end(), [](const FoundEvent& one, const FoundEvent& other) {
    return one.time != other.time ? one.time > other.time : one.id < other.id;
  });
  const auto same = [](const FoundEvent& one, const FoundEvent& other) {
    return one.time == other.time && one.id == other.id;
  };
  events.erase(std::unique(events.begin(), events.end(), same), events.end());
}

}  // namespace

std::string quote_text(std::string_view text) { return quoted(text, '\''); }

std::string print_timestamp(state::Micros at) {
  // 2024-05-01T00:00:00.000Z; events have milliseconds.
  constexpr std::string_view kNoMillis = ".000";
  std::string text = state::print_instant(at);
  text.replace(text.find('T'), 1, " ");
  text.pop_back();
  if (text.ends_with(kNoMillis)) {
    text.resize(text.size() - kNoMillis.size());
  }
  return "timestamp '" + text + "'";
}

void ask_snapshot(const Service& service, std::shared_ptr<const events::Snapshot> snapshot,
                  const std::string& statement,
                  const std::function<bool(std::span<const std::string_view>)>& take) {
  const auto kind = snapshot->kind();
  const sql::OneTable catalog(make_table(kind, std::move(snapshot)));
  const auto prepared =
      service.executor->prepare(statement, catalog, {.now_micros = service.clock.now()});
  if (!prepared) {
    throw state::StorageError(prepared.error().text());  // a statement of ours is wrong
  }
  const auto ran = (*prepared)->run({}, {}, take);
  if (!ran) {
    throw state::StorageError(ran.error().text());
  }
}

void ask_events(const Context& context, events::StoreKind kind, const std::string& statement,
                const std::function<bool(std::span<const std::string_view>)>& take) {
  const auto& [account, region] = context.caller;
  Service& service = context.service;
  const state::Micros now = service.clock.now();
  auto snapshots = service.history.snapshots(kind, account, region);
  for (const auto& store : context.state().event_data_stores().list(account, region)) {
    if (store->kind == events::name_of(kind) && !check_queryable(*store)) {
      snapshots.push_back(service.events.visible(*store, now));
    }
  }
  for (auto& snapshot : snapshots) {
    ask_snapshot(service, std::move(snapshot), statement, take);
  }
}

Result<FoundEvents> search_events(const Context& context, const EventSearch& search) {
  const auto last = read_token(context, search);
  if (!last) {
    return last.error();
  }
  FoundEvents found;
  const auto kind = search.insights ? events::StoreKind::kInsights : events::StoreKind::kCloudTrail;
  const std::string statement = print_statement(search, context.caller.region, *last);
  ask_events(context, kind, statement, [&](std::span<const std::string_view> cells) {
    FoundEvent event = read_event(cells);
    if (search.insights) {
      event.json = unflatten_insight(std::move(event.json));
    }
    if (has_resource(event, search)) {
      found.events.push_back(std::move(event));
    }
    return true;
  });
  sort_and_join(found.events);
  if (found.events.size() > search.limit) {
    found.events.resize(search.limit);
    const FoundEvent& shown = found.events.back();
    found.next_token =
        context.service.tokens.make(search.scope, std::to_string(shown.time) + " " + shown.id);
  }
  return found;
}

}  // namespace trailpond::engine
