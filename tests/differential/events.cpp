#include "tests/differential/events.hpp"

#include <array>
#include <optional>
#include <random>
#include <vector>

namespace trailpond::tests {
namespace {

using Text = std::optional<std::string>;

struct Resource {
  Text type, arn;
};

struct Event {
  std::string id, name, source, region;
  Text time, address, error, user, type, bucket, key;
  bool has_identity = true;
  std::optional<std::vector<Resource>> resources;
  std::optional<bool> read_only;
};

/// After how many events one comes that must not be seen.
constexpr int kHiddenEvery = 7;

class Maker {
 public:
  explicit Maker(unsigned seed) : random_(seed) {}

  Event event(int number) {
    Event e;
    char id[8];
    std::snprintf(id, sizeof id, "e%04d", number);
    e.id = id;
    char time[40];
    std::snprintf(time, sizeof time, "2024-%02d-%02d %s", 2 + below(2), 28 + below(2),
                  pick({"00:00:00.000", "23:59:59.000", "12:30:00.000", "00:00:01.000"}));
    if (below(12) > 0) e.time = time;
    e.name =
        pick({"GetObject", "PutObject", "GetBucketAcl", "ConsoleLogin", "", "Getobject", "Get%_"});
    e.source = pick({"s3.amazonaws.com", "signin.amazonaws.com", "kms.amazonaws.com"});
    e.region = pick({"us-east-1", "eu-central-1", "us-west-2"});
    e.address = maybe({"10.0.0.1", "10.0.0.2", "2001:db8::1", "AWS Internal", "9"});
    e.error = maybe({"AccessDenied", "NoSuchKey", "AccessDenied"});
    e.user = maybe({"anna", "Anna", "bert", "", "zoë"});
    e.type = maybe({"IAMUser", "Root", "AssumedRole"});
    e.bucket = maybe({"b1", "b2", "logs"});
    e.key = maybe({"12", "7", "-3", "x", ""});
    e.has_identity = below(8) > 0;
    if (below(4) > 0) {
      e.resources.emplace();
      for (int left = below(4); left > 0; --left) e.resources->push_back(resource());
    }
    if (below(4) > 0) e.read_only = below(2) == 0;
    return e;
  }

  /// An event of the year before, whose values come up nowhere else.
  Event hidden(int number) {
    Event e = event(number);
    e.id[0] = 'h';
    e.time = "2020" + e.time.value_or("2024-03-28 00:00:00.000").substr(4);
    e.name += " hidden";
    return e;
  }

 private:
  Resource resource() {
    return {maybe({"AWS::S3::Bucket", "AWS::KMS::Key"}),
            maybe({"arn:aws:s3:::b1", "arn:aws:s3:::b2", "b1", "logs"})};
  }
  int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
  const char* pick(std::initializer_list<const char*> words) {
    return *(words.begin() + below(static_cast<int>(words.size())));
  }
  Text maybe(std::initializer_list<const char*> words) {
    return below(4) == 0 ? std::nullopt : Text(pick(words));
  }
  std::mt19937 random_;
};

std::string literal(const Text& text) { return text ? "'" + *text + "'" : "NULL"; }

std::string as_values(const std::optional<std::vector<Resource>>& resources) {
  if (!resources) return "NULL";
  std::string items;
  for (const Resource& one : *resources) {
    items += std::string(items.empty() ? "" : ", ") + "ROW('111122223333', " + literal(one.type) +
             ", " + literal(one.arn) + ", NULL)";
  }
  return "ARRAY[" + items + "]";
}

std::string as_values(const Event& e) {
  std::string row = "('" + e.id + "', " + (e.time ? "TIMESTAMP '" + *e.time + "'" : "NULL") +
                    ", '" + e.name + "', '" + e.source + "', '" + e.region + "', " +
                    literal(e.address) + ", " + literal(e.error) + ", " +
                    (e.read_only ? (*e.read_only ? "true" : "false") : "NULL") + ", " +
                    (e.has_identity ? "ROW(" + literal(e.type) + ", " + literal(e.user) + "), "
                                    : std::string("NULL, "));
  std::string keys;
  std::string values;
  for (const auto& [name, value] : {std::pair("bucketName", e.bucket), {"key", e.key}}) {
    if (!value) continue;
    keys += std::string(keys.empty() ? "'" : ", '") + name + "'";
    values += (values.empty() ? "" : ", ") + literal(value);
  }
  row += keys.empty() ? "NULL, " : "MAP(ARRAY[" + keys + "], ARRAY[" + values + "]), ";
  return row + as_values(e.resources) + ")";
}

void add_member(std::string& object, const char* name, const Text& value) {
  if (!value) return;
  object += (object.size() > 1 ? ",\"" : "\"") + std::string(name) + "\":\"" + *value + "\"";
}

std::string as_json(const std::vector<Resource>& resources) {
  std::string items;
  for (const Resource& one : resources) {
    std::string item = "{\"accountId\":\"111122223333\"";
    add_member(item, "type", one.type);
    add_member(item, "ARN", one.arn);
    items += (items.empty() ? "" : ",") + item + "}";
  }
  return "[" + items + "]";
}

std::string as_json(const Event& e) {
  std::string json = "{";
  add_member(json, "eventID", e.id);
  if (e.time) {
    std::string time = *e.time;
    time[10] = 'T';
    add_member(json, "eventTime", time + "Z");
  }
  add_member(json, "eventName", e.name);
  add_member(json, "eventSource", e.source);
  add_member(json, "awsRegion", e.region);
  add_member(json, "sourceIPAddress", e.address);
  add_member(json, "errorCode", e.error);
  if (e.read_only) json += std::string(",\"readOnly\":") + (*e.read_only ? "true" : "false");
  std::string identity = "{";
  add_member(identity, "type", e.type);
  add_member(identity, "userName", e.user);
  if (e.has_identity) json += ",\"userIdentity\":" + identity + "}";
  std::string parameters = "{";
  add_member(parameters, "bucketName", e.bucket);
  add_member(parameters, "key", e.key);
  if (parameters.size() > 1) json += ",\"requestParameters\":" + parameters + "}";
  if (e.resources) json += ",\"resources\":" + as_json(*e.resources);
  return json + "}\n";
}

}  // namespace

SameRows make_rows(unsigned seed, int count) {
  Maker maker(seed);
  SameRows rows;
  std::string values;
  for (int i = 0; i < count; ++i) {
    const Event event = maker.event(i);
    if (i % kHiddenEvery == 0) rows.lines += as_json(maker.hidden(i));
    rows.lines += as_json(event);
    values += (i > 0 ? ", " : "") + as_values(event);
  }
  rows.values =
      "(SELECT CAST(c0 AS varchar) AS eventid, CAST(c1 AS timestamp(3)) AS eventtime, "
      "CAST(c2 AS varchar) AS eventname, CAST(c3 AS varchar) AS eventsource, "
      "CAST(c4 AS varchar) AS awsregion, CAST(c5 AS varchar) AS sourceipaddress, "
      "CAST(c6 AS varchar) AS errorcode, c7 AS readonly, "
      "CAST(c8 AS row(type varchar, username varchar)) AS useridentity, "
      "CAST(c9 AS map(varchar, varchar)) AS requestparameters, "
      "CAST(c10 AS array(row(accountid varchar, type varchar, arn varchar, arnprefix varchar))) AS "
      "resources "
      "FROM (VALUES " +
      values + ") AS v (c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10))";
  return rows;
}

}  // namespace trailpond::tests
