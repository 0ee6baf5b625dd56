#include <doctest/doctest.h>

#include "events/shredder.hpp"
#include "tests/events/scan_fixture.hpp"

// Expected values: shared/oracle/SHREDDING.md, sections 1 and 2, rule by rule.

namespace trailpond::events::testing {
namespace {

struct Case {
  const char* json;
  const char* column;
  const char* expected;
};

void check(StoreKind kind, const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    CAPTURE(one.json);
    CAPTURE(one.column);
    CHECK(shred_one(kind, one.json, one.column) == one.expected);
  }
}

}  // namespace

TEST_CASE("a member is found as spelled, else in any letter case, the last one winning") {
  check(StoreKind::kCloudTrail,
        {{R"({"eventName":"A"})", "eventname", "'A'"},
         {R"({"EVENTNAME":"A"})", "eventname", "'A'"},
         {R"({"eventName":"A","eventName":"B"})", "eventname", "'B'"},
         {R"({"eventname":"A","EventName":"B"})", "eventname", "'B'"},
         {R"({"eventName":"A","EVENTNAME":"B"})", "eventname", "'A'"},
         {R"({"EVENTNAME":"B","eventName":"A"})", "eventname", "'A'"},
         {R"({"EVENTNAME":"B","eventName":null})", "eventname", "NULL"},
         {R"({"eventName":null,"EVENTNAME":"B"})", "eventname", "NULL"},
         {R"({"eventName":"A","eventName":null})", "eventname", "NULL"},
         {R"({"event\u004eame":"A"})", "eventname", "'A'"},
         {R"({"sourceIPAddress":"10.0.0.1","requestID":"r","eventID":"e"})", "sourceipaddress",
          "'10.0.0.1'"},
         {R"({"requestID":"r","RequestId":"s"})", "requestid", "'r'"},
         {R"({"resources":[{"arn":"a","ARN":"b"},{"arn":"c"}]})", "resources",
          "[[NULL, NULL, 'b', NULL], [NULL, NULL, 'c', NULL]]"},
         {R"({"RequestParameters":{"a":"b"}})", "requestparameters", "{'a': 'b'}"},
         {R"({"unknown":{"eventName":"A"}})", "eventname", "NULL"},
         {R"({"userIdentity":{"type":"A","userName":"u"},"userIdentity":{"type":"B"}})",
          "useridentity.username", "NULL"},
         {R"({"requestParameters":{"a":"1","b":"2"},"requestParameters":{"c":"3"}})",
          "requestparameters", "{'c': '3'}"},
         {R"({"resources":[{"ARN":"a"},{"ARN":"b"}],"resources":[{"ARN":"c"}]})", "resources",
          "[[NULL, NULL, 'c', NULL]]"},
         {R"({"requestID":"longer-than-the-next","requestID":"r"})", "requestid", "'r'"}});
}

TEST_CASE("varchar") {
  check(StoreKind::kCloudTrail,
        {{R"({"eventName":"a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00z"})", "eventname",
          "'a\"\\/\b\f\n\r\t\u00e9\U0001F600z'"},
         {R"({"eventName":""})", "eventname", "''"},
         {R"({"eventName":null})", "eventname", "NULL"},
         {R"({})", "eventname", "NULL"},
         {R"({"eventName":10})", "eventname", "'10'"},
         {R"({"eventName":0.0})", "eventname", "'0.0'"},
         {R"({"eventName":1e-7})", "eventname", "'1e-7'"},
         {R"({"eventName":-1.688560107857E9})", "eventname", "'-1.688560107857E9'"},
         {R"({"eventName":123456789012345678901234567890})", "eventname",
          "'123456789012345678901234567890'"},
         {R"({"eventName":true})", "eventname", "'true'"},
         {R"({"eventName":false})", "eventname", "'false'"},
         {R"({"eventName":{ "a" : [ 1 , 2.0 ], "b c" : "d \" e\u0041" }})", "eventname",
          R"('{"a":[1,2.0],"b c":"d \" e\u0041"}')"},
         {R"({"eventName":[ ]})", "eventname", "'[]'"},
         {R"({"requestID":{"a": 1}})", "requestid", R"('{"a":1}')"}});
}

TEST_CASE("boolean") {
  check(StoreKind::kCloudTrail, {{R"({"readOnly":true})", "readonly", "1"},
                                 {R"({"readOnly":false})", "readonly", "0"},
                                 {R"({"readOnly":"TRUE"})", "readonly", "1"},
                                 {R"({"readOnly":"False"})", "readonly", "0"},
                                 {R"({"readOnly":"yes"})", "readonly", "NULL"},
                                 {R"({"readOnly":" true"})", "readonly", "NULL"},
                                 {R"({"readOnly":""})", "readonly", "NULL"},
                                 {R"({"readOnly":1})", "readonly", "NULL"},
                                 {R"({"readOnly":[true]})", "readonly", "NULL"},
                                 {R"({"readOnly":{}})", "readonly", "NULL"},
                                 {R"({"readOnly":null})", "readonly", "NULL"},
                                 {R"({"managementEvent":true})", "managementevent", "1"}});
}

TEST_CASE("timestamp(3)") {
  const auto time = [](std::string text) {
    return shred_one(StoreKind::kCloudTrail, R"({"eventTime":")" + text + R"("})", "eventtime");
  };
  // date -u -d 2023-07-10T11:42:36Z +%s = 1688989356
  CHECK(time("2023-07-10T11:42:36Z") == "1688989356000000");
  CHECK(time("2023-07-10 11:42:36Z") == "1688989356000000");
  CHECK(time("2023-07-10T11:42:36") == "1688989356000000");
  CHECK(time("2023-07-10T11:42:36.1Z") == "1688989356100000");
  CHECK(time("2023-07-10T11:42:36.1239Z") == "1688989356123000");
  CHECK(time("2023-07-10T11:42:36.123999999Z") == "1688989356123000");
  CHECK(time("2023-07-10T11:42:36.999+02:00") == "1688982156999000");
  CHECK(time("2023-07-10T11:42:36+0230") == "1688980356000000");
  CHECK(time("2023-07-10T11:42:36-01:00") == "1688992956000000");
  CHECK(time("1969-12-31T23:59:59.500Z") == "-500000");
  CHECK(time("2024-02-29T00:00:00Z") == "1709164800000000");
  for (const char* bad :
       {"2023-02-29T00:00:00Z", "2023-13-01T00:00:00Z", "2023-07-10T24:00:00Z",
        "2023-07-10T11:60:00Z", "2023-07-10T11:42:60Z", "2023-07-10", "2023-07-10T11:42Z",
        "2023-07-10T11:42:36.Z", "2023-07-10T11:42:36.1234567890Z", "2023-07-10T11:42:36X",
        "2023-07-10T11:42:36Z ", "2023-07-10T11:42:36+2", "2023-7-10T11:42:36Z", ""}) {
    CAPTURE(bad);
    CHECK(time(bad) == "NULL");
  }
  CHECK(shred_one(StoreKind::kCloudTrail, R"({"eventTime":1688989356})", "eventtime") == "NULL");
  CHECK(shred_one(StoreKind::kCloudTrail,
                  R"({"userIdentity":{"sessionContext":{"attributes":{
                      "creationDate":"2023-07-10T11:42:36Z","mfaAuthenticated":"false"}}}})",
                  "useridentity.sessioncontext.attributes.creationdate") == "1688989356000000");
}

TEST_CASE("double and integer") {
  const auto shredded = [](std::string name, std::string value) {
    return shred_one(StoreKind::kInsights,
                     R"({"insightContext":{")" + name + R"(":)" + value + "}}",
                     name == "baselineAverage" ? "insightcontext.baselineaverage"
                                               : "insightcontext.baselineduration");
  };
  CHECK(shredded("baselineAverage", "85.4161111") == "85.416111099999995");
  CHECK(shredded("baselineAverage", "664") == "664");
  CHECK(shredded("baselineAverage", "\"1e3\"") == "1000");
  CHECK(shredded("baselineAverage", "\"-0.5\"") == "-0.5");
  CHECK(shredded("baselineAverage", "-0.0") == "-0");
  for (const char* bad : {"\"x\"", "\"\"", "\"nan\"", "\"inf\"", "\"1 \"", "true", "[1]", "null"}) {
    CAPTURE(bad);
    CHECK(shredded("baselineAverage", bad) == "NULL");
  }
  CHECK(shredded("baselineDuration", "10080") == "10080");
  CHECK(shredded("baselineDuration", "\"10080\"") == "10080");
  CHECK(shredded("baselineDuration", "\"+5\"") == "5");
  CHECK(shredded("baselineDuration", "\"-5\"") == "-5");
  CHECK(shredded("baselineDuration", "2147483647") == "2147483647");
  CHECK(shredded("baselineDuration", "-2147483648") == "-2147483648");
  for (const char* bad : {"2147483648", "-2147483649", "\"2147483648\"", "\"1.0\"", "\"\"", "\"+\"",
                          "\"+-5\"", "1.5", "true", "{}", "null"}) {
    CAPTURE(bad);
    CHECK(shredded("baselineDuration", bad) == "NULL");
  }
}

TEST_CASE("map(varchar, varchar)") {
  check(
      StoreKind::kCloudTrail,
      {{R"({"requestParameters":{"b":"x","A":1.50,"c":true,"d":{ "e" : 1 },"f":[1, 2]}})",
        "requestparameters",
        R"({'b': 'x', 'A': '1.50', 'c': 'true', 'd': '{"e":1}', 'f': '[1,2]'})"},
       {R"({"requestParameters":{}})", "requestparameters", "{}"},
       {R"({"requestParameters":{"a":null}})", "requestparameters", "{'a': NULL}"},
       {R"({"requestParameters":{"a":"1","b":"2","a":"3"}})", "requestparameters",
        "{'a': '3', 'b': '2'}"},
       {R"({"requestParameters":{"a":"1","A":"2"}})", "requestparameters", "{'a': '1', 'A': '2'}"},
       {R"({"requestParameters":"a"})", "requestparameters", "NULL"},
       {R"({"requestParameters":[{"a":1}]})", "requestparameters", "NULL"},
       {R"({"requestParameters":1})", "requestparameters", "NULL"},
       {R"({"requestParameters":true})", "requestparameters", "NULL"},
       {R"({"requestParameters":null})", "requestparameters", "NULL"},
       {R"({"requestParameters":{"a":"x"}})", "requestparameters['a']", "'x'"},
       {R"({"requestParameters":{"a":"x"}})", "requestparameters['A']", "NULL"},
       {R"({"requestParameters":{"a":null}})", "requestparameters['a']", "NULL"}});
}

TEST_CASE("row and array") {
  check(StoreKind::kCloudTrail,
        {{R"({"tlsDetails":{}})", "tlsdetails", "[NULL, NULL, NULL]"},
         {R"({"tlsDetails":{"cipherSuite":"c"}})", "tlsdetails", "[NULL, 'c', NULL]"},
         {R"({"tlsDetails":"x"})", "tlsdetails", "NULL"},
         {R"({"tlsDetails":[]})", "tlsdetails", "NULL"},
         {R"({"tlsDetails":null})", "tlsdetails", "NULL"},
         {R"({"tlsDetails":null})", "tlsdetails.ciphersuite", "NULL"},
         {R"({"resources":[]})", "resources", "[]"},
         {R"({"resources":{}})", "resources", "NULL"},
         {R"({"resources":"x"})", "resources", "NULL"},
         {R"({"resources":[{"type":"t"},null,"x",{}]})", "resources",
          "[[NULL, 't', NULL, NULL], NULL, NULL, [NULL, NULL, NULL, NULL]]"},
         {R"({"eventContext":{"tagContext":{"principalTags":{"a":"b"},"resourceTags":
              [{"arn":"r","tags":{"k":"v"}},{"arn":"s"}]},"requestContext":{"x":"y"}}})",
          "eventcontext", "[[{'a': 'b'}, [['r', {'k': 'v'}], ['s', NULL]]], {'x': 'y'}]"},
         {R"({"userIdentity":{"inScopeOf":{"credentialsIssuedTo":"c"}}})",
          "useridentity.inscopeof.credentiaisissuedto", "'c'"}});
  check(StoreKind::kInsights,
        {{R"({"insightContext":{"attributions":[{"attribute":"userAgent","insight":
              [{"value":"v","average":"1.5"},{"value":2}],"baseline":[]},{"insight":{}}]}})",
          "insightcontext.attributions",
          "[['userAgent', NULL, NULL, NULL, NULL, [['v', 1.5], ['2', NULL]], []], "
          "[NULL, NULL, NULL, NULL, NULL, NULL, NULL]]"}});
}

TEST_CASE("eventjson is the compact text, its checksum is NULL") {
  check(StoreKind::kCloudTrail,
        {{"{ \"b\" : 0.0 ,\t\"a\" : \"x \\u0041 y\" , \"c\":[ 1e-7 , { } ] }", "eventjson",
          R"('{"b":0.0,"a":"x \u0041 y","c":[1e-7,{}]}')"},
         {R"({"eventJson":"mine"})", "eventjson", R"('{"eventJson":"mine"}')"},
         {R"({"eventJsonChecksum":"mine"})", "eventjsonchecksum", "NULL"}});
}

TEST_CASE("the other kinds") {
  check(StoreKind::kActivity,
        {{R"({"eventData":{"eventTime":"2022-08-16T16:56:49Z"}})", "eventdata.eventtime",
          "'2022-08-16T16:56:49Z'"},
         {R"({"eventTime":"1970-01-01T00:00:01Z"})", "eventtime", "1000000"},
         {R"({"eventData":{"errorMessage":"m"}})", "eventdata.errormssage", "'m'"},
         {R"({"eventData":{"UID":"u"},"metadata":{"channelARN":"c"}})", "eventdata.uid", "'u'"},
         {R"({"addendum":{"originalUID":"o"}})", "addendum", "[NULL, NULL, 'o', NULL]"}});
  check(StoreKind::kConfig,
        {{R"({"eventData":{"configuration":{"a":{"b":1}},"relatedEvents":[],"relationships":
              [{"resourceName":"n"}]}})",
          "eventdata.configuration", R"({'a': '{"b":1}'})"},
         {R"({"eventData":{"relatedEvents":[ ]}})", "eventdata.relatedevents", "'[]'"},
         {R"({"eventData":{"relationships":[{"resourceName":"n"}]}})", "eventdata.relationships",
          "[[NULL, NULL, NULL, 'n']]"}});
  check(StoreKind::kEvidence,
        {{R"({"eventData":{"time":"1970-01-01T00:00:00.5Z"}})", "eventdata.time", "500000"},
         {R"({"eventData":{"manualEvidenceS3ResourcePath":"s3"}})",
          "eventdata.manualevidences3resourcepath", "'s3'"}});
}

TEST_CASE("the schemas have the documented columns in their order") {
  const auto names = [](StoreKind kind) {
    std::string all;
    for (const Field& field : schema_of(kind)) all += std::string(field.name) + " ";
    return all;
  };
  CHECK(names(StoreKind::kCloudTrail) ==
        "eventversion useridentity eventtime eventsource eventname awsregion sourceipaddress "
        "useragent errorcode errormessage requestparameters responseelements additionaleventdata "
        "requestid eventid readonly resources eventtype apiversion managementevent "
        "recipientaccountid sharedeventid annotation vpcendpointid vpcendpointaccountid "
        "serviceeventdetails addendum edgedevicedetails insightdetails eventcategory tlsdetails "
        "sessioncredentialfromconsole eventjson eventjsonchecksum eventcontext ");
  const std::string outer =
      "eventversion eventcategory eventtype eventid eventtime awsregion recipientaccountid ";
  CHECK(names(StoreKind::kInsights) ==
        outer +
            "sharedeventid addendum insightsource insightstate insighteventsource "
            "insighteventname insighterrorcode insighttype insightcontext eventjson ");
  CHECK(names(StoreKind::kConfig) == outer + "addendum eventdata eventjson ");
  CHECK(names(StoreKind::kEvidence) == outer + "addendum eventdata eventjson ");
  CHECK(names(StoreKind::kActivity) == outer + "addendum metadata eventdata eventjson ");
  CHECK(find_kind("config") == StoreKind::kConfig);
  CHECK_FALSE(find_kind("Config"));
  CHECK(name_of(StoreKind::kActivity) == "activity");
}

TEST_CASE("one event's values never show in another's row") {
  const auto rows = shred(StoreKind::kCloudTrail,
                          "{\"requestParameters\":{\"a\":\"1\"}}\n{}\n"
                          "{\"requestParameters\":{\"b\":\"2\"}}\n{\"requestParameters\":{}}\n",
                          "requestparameters");
  CHECK(rows == std::vector<std::string>{"{'a': '1'}", "NULL", "{'b': '2'}", "{}"});
}

TEST_CASE("names and texts that were met before are read as those that were not") {
  // A key with a quote in it must not let pass what only looks like it.
  const std::string quoted = R"({"eventName":"A","requestParameters":{"a\"b":"1","c":"2"}})";
  const std::string escaped =
      R"({"event\u004eame":"B","requestParameters":{"\u0063":"3","c":"4"}})";
  const std::string wrong = R"({"eventName":"A","requestParameters":{"a"b":"1","c":"2"}})";
  const std::string cased = R"({"EVENTNAME":"C","eventName":"D","eventname":"E"})";
  const std::string spaced = R"({"eventName" : "F", "requestParameters" : {"c" : "5"}})";
  std::string lines;
  std::vector<std::string> names;
  std::vector<std::string> maps;
  for (int round = 0; round < 3; ++round) {
    lines += quoted + "\n" + wrong + "\n" + escaped + "\n" + cased + "\n" + spaced + "\n{}\n";
    names.insert(names.end(), {"'A'", "'B'", "'D'", "'F'", "NULL"});
    maps.insert(maps.end(),
                {R"({'a"b': '1', 'c': '2'})", "{'c': '4'}", "NULL", "{'c': '5'}", "NULL"});
  }
  CHECK(shred(StoreKind::kCloudTrail, lines, "eventname") == names);
  CHECK(shred(StoreKind::kCloudTrail, lines, "requestparameters") == maps);
}

TEST_CASE("a text that was always the same may change, and come back") {
  std::string lines;
  std::vector<std::string> regions;
  std::vector<std::string> values;
  const auto add = [&](const std::string& region, const std::string& value) {
    lines += R"({"awsRegion":")" + region + R"(","requestParameters":{"k":")" + value + "\"}}\n";
    regions.push_back("'" + region + "'");
    values.push_back("'" + value + "'");
  };
  for (int at = 0; at < 100; ++at) add("eu-west-1", "v");
  for (int at = 0; at < 20; ++at) add("eu-west-" + std::to_string(at), std::to_string(at % 3));
  for (int at = 0; at < 100; ++at) add(at % 2 == 0 ? "eu-west-1" : "", at % 5 == 0 ? "" : "v");
  CHECK(shred(StoreKind::kCloudTrail, lines, "awsregion") == regions);
  CHECK(shred(StoreKind::kCloudTrail, lines, "requestparameters['k']") == values);
}

}  // namespace trailpond::events::testing
