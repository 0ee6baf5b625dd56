#include "tests/differential/events.hpp"

#include <array>
#include <optional>
#include <random>

namespace trailpond::tests {
namespace {

using Text = std::optional<std::string>;

struct Event {
  std::string id, time, name, source, region;
  Text address, error, user, type, bucket, key, arn, arn_type;
  std::optional<bool> read_only;
};

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
    e.time = time;
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
    e.arn = maybe({"arn:aws:s3:::b1", "arn:aws:s3:::b2"});
    e.arn_type = maybe({"AWS::S3::Bucket", "AWS::KMS::Key"});
    if (below(4) > 0) e.read_only = below(2) == 0;
    return e;
  }

 private:
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

std::string as_values(const Event& e) {
  std::string row = "('" + e.id + "', TIMESTAMP '" + e.time + "', '" + e.name + "', '" + e.source +
                    "', '" + e.region + "', " + literal(e.address) + ", " + literal(e.error) +
                    ", " + (e.read_only ? (*e.read_only ? "true" : "false") : "NULL") + ", ROW(" +
                    literal(e.type) + ", " + literal(e.user) + "), ";
  std::string keys;
  std::string values;
  for (const auto& [name, value] : {std::pair("bucketName", e.bucket), {"key", e.key}}) {
    if (!value) continue;
    keys += std::string(keys.empty() ? "'" : ", '") + name + "'";
    values += (values.empty() ? "" : ", ") + literal(value);
  }
  row += keys.empty() ? "NULL, " : "MAP(ARRAY[" + keys + "], ARRAY[" + values + "]), ";
  row += e.arn ? "ARRAY[ROW('111122223333', " + literal(e.arn_type) + ", " + literal(e.arn) +
                     ", NULL)])"
               : "NULL)";
  return row;
}

void add_member(std::string& object, const char* name, const Text& value) {
  if (!value) return;
  object += (object.size() > 1 ? ",\"" : "\"") + std::string(name) + "\":\"" + *value + "\"";
}

std::string as_json(const Event& e) {
  std::string json = "{";
  add_member(json, "eventID", e.id);
  std::string time = e.time;
  time[10] = 'T';
  add_member(json, "eventTime", time + "Z");
  add_member(json, "eventName", e.name);
  add_member(json, "eventSource", e.source);
  add_member(json, "awsRegion", e.region);
  add_member(json, "sourceIPAddress", e.address);
  add_member(json, "errorCode", e.error);
  if (e.read_only) json += std::string(",\"readOnly\":") + (*e.read_only ? "true" : "false");
  std::string identity = "{";
  add_member(identity, "type", e.type);
  add_member(identity, "userName", e.user);
  json += ",\"userIdentity\":" + identity + "}";
  std::string parameters = "{";
  add_member(parameters, "bucketName", e.bucket);
  add_member(parameters, "key", e.key);
  if (parameters.size() > 1) json += ",\"requestParameters\":" + parameters + "}";
  if (e.arn) {
    std::string resource = "{\"accountId\":\"111122223333\"";
    add_member(resource, "type", e.arn_type);
    add_member(resource, "ARN", e.arn);
    json += ",\"resources\":[" + resource + "}]";
  }
  return json + "}\n";
}

}  // namespace

SameRows make_rows(unsigned seed, int count) {
  Maker maker(seed);
  SameRows rows;
  std::string values;
  for (int i = 0; i < count; ++i) {
    const Event event = maker.event(i);
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
