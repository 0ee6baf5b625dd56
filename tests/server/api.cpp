#include <doctest/doctest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <set>

#include "server/admin/admin.hpp"
#include "server/api/errors.hpp"
#include "server/api/operations.hpp"
#include "server/api/service_shapes.hpp"
#include "server/router.hpp"
#include "tests/engine/test_engine.hpp"

using namespace trailpond;

namespace {

std::string misfit(const api::Shape& shape, const char* text) {
  const auto found = api::check_shape(shape, boost::json::parse(text));
  return found ? found->message : "";
}

/// A router over an engine with a fake SQL engine: requests without a socket.
struct TestRouter {
  TestEngine test;
  Router router{RouterOptions{}};

  TestRouter() { router.open(*test.engine, {}); }

  http::Response send(std::string_view target, std::string_view body,
                      std::string_view authorization = {}) {
    const http::Header headers[] = {
        {"Host", "localhost"}, {"X-Amz-Target", target}, {"Authorization", authorization}};
    http::Response response;
    router.handle({"POST", "/", headers, body, "id"}, response);
    return response;
  }
};

}  // namespace

TEST_CASE("patterns of the service model match whole texts") {
  using api::matches_pattern;
  CHECK(matches_pattern("^[a-f0-9\\-]+$", "0f-"));
  CHECK_FALSE(matches_pattern("^[a-f0-9\\-]+$", ""));
  CHECK_FALSE(matches_pattern("^[a-f0-9\\-]+$", "0F"));
  CHECK(matches_pattern("\\d+", "123"));
  CHECK_FALSE(matches_pattern("\\d+", "12x"));
  CHECK(matches_pattern(".*", ""));
  CHECK(matches_pattern(".*", "ünï"));
  CHECK_FALSE(matches_pattern(".*", "a\nb"));
  CHECK(matches_pattern("(?s).*", "a\nb"));
  CHECK(matches_pattern("^[a-zA-Z][a-zA-Z0-9._\\-]*$", "a.-_9"));
  CHECK_FALSE(matches_pattern("^[a-zA-Z][a-zA-Z0-9._\\-]*$", "9a"));
  CHECK(matches_pattern("^[0-9]{2}:[0-9]{2}", "12:30"));
  CHECK_FALSE(matches_pattern("^[0-9]{2}:[0-9]{2}", "12:3"));
  CHECK(matches_pattern("^[a-z0-9_-]+\\.amazonaws\\.com$", "s3.amazonaws.com"));
  CHECK_FALSE(matches_pattern("^[a-z0-9_-]+\\.amazonaws\\.com$", "s3xamazonaws.com"));
  const char* uri = "s3://[a-z0-9][\\.\\-a-z0-9]{1,61}[a-z0-9](/.*)?";
  CHECK(matches_pattern(uri, "s3://abc"));
  CHECK(matches_pattern(uri, "s3://a-bucket/and/prefix"));
  CHECK_FALSE(matches_pattern(uri, "s3://ab"));
  CHECK_FALSE(matches_pattern(uri, "s3://bucket-"));
  CHECK(matches_pattern("[\\w|\\d|\\.|_]+", "resources.type"));
  CHECK(matches_pattern("^[ -~\\n]*$", "What?\nNow"));
  CHECK_FALSE(matches_pattern("^[ -~\\n]*$", "é"));
}

namespace {

/// Matches a text against every pattern that a shape holds; `seen` ends the model's circles.
void try_patterns(const api::Shape* shape, std::set<const api::Shape*>& seen) {
  if (shape == nullptr || !seen.insert(shape).second) {
    return;
  }
  if (!shape->pattern.empty()) {
    CHECK_NOTHROW(api::matches_pattern(shape->pattern, "a"));
  }
  try_patterns(shape->key, seen);
  try_patterns(shape->item, seen);
  for (const api::Member& member : shape->members) {
    try_patterns(member.shape, seen);
  }
}

}  // namespace

TEST_CASE("every pattern of the service model is a regular expression") {
  std::set<const api::Shape*> seen;
  for (const api::Operation& operation : api::all_operations()) {
    try_patterns(operation.request, seen);
    try_patterns(operation.answer, seen);
  }
  CHECK(seen.size() > 200);
  const char* tag = "[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\t]*";
  CHECK(api::matches_pattern(tag, "\U0001F600 é\t"));
  CHECK_FALSE(api::matches_pattern(tag, "a\nb"));
}

TEST_CASE("requests are checked against their shapes") {
  using namespace api::shapes;
  const char* id = R"({"QueryId": "cccccccc-0000-4000-8000-000000000001"})";
  CHECK(misfit(kCancelQueryRequest, id) == "");
  CHECK(misfit(kCancelQueryRequest, "{}") == "Member QueryId is required.");
  CHECK(misfit(kCancelQueryRequest, R"({"QueryId": null})") == "Member QueryId is required.");
  CHECK(misfit(kCancelQueryRequest, R"({"QueryId": 1})") == "Member QueryId must be a string.");
  CHECK(misfit(kCancelQueryRequest, "[]") == "The request must be a structure.");
  CHECK(misfit(kCancelQueryRequest, R"({"QueryId": "a"})") ==
        "Member QueryId must have at least 36 characters.");
  CHECK(misfit(kStartQueryRequest, R"({"QueryParameters": ["a", 1]})") ==
        "Member QueryParameters[1] must be a string.");
  CHECK(misfit(kStartQueryRequest, R"({"QueryParameters": []})") ==
        "Member QueryParameters must have at least 1 items.");
  CHECK(misfit(kGetQueryResultsRequest,
               R"({"QueryId": "cccccccc-0000-4000-8000-000000000001", "MaxQueryResults": 1001})") ==
        "Member MaxQueryResults must be at most 1000.");
  CHECK(misfit(kCreateEventDataStoreRequest,
               R"({"Name": "abc", "AdvancedEventSelectors": [{"FieldSelectors": [{}]}]})") ==
        "Member AdvancedEventSelectors[0].FieldSelectors[0].Field is required.");
  // Length counts characters, not bytes.
  CHECK(misfit(kSelectorName, ("\"" + std::string(1000, 'x') + "\"").c_str()) == "");
  std::string umlauts;
  for (int i = 0; i < 1000; ++i) {
    umlauts += "ü";
  }
  CHECK(misfit(kSelectorName, ("\"" + umlauts + "\"").c_str()) == "");
}

TEST_CASE("answers may hold nothing that their shape does not have") {
  using api::check_answer;
  using namespace api::shapes;
  const auto check = [](const char* text) {
    return check_answer(kListQueriesResponse, boost::json::parse(text)).has_value();
  };
  CHECK_FALSE(check(R"({"Queries": []})"));
  CHECK(check(R"({"Queries": [], "More": 1})"));
  CHECK(check(R"({"Queries": null})"));
  CHECK(check(R"({"Queries": [{"QueryId": "short"}]})"));
  CHECK(check(R"({"Queries": [{"QueryStatus": "DONE"}]})"));
}

TEST_CASE("the table has every operation once, and is found by both targets") {
  CHECK(api::all_operations().size() == 60);
  for (const api::Operation& operation : api::all_operations()) {
    const std::string name(operation.name);
    CHECK(api::find_operation(name) == &operation);
    CHECK(api::find_target("CloudTrail_20131101." + name) == &operation);
    CHECK(api::find_target("com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101." + name) ==
          &operation);
    CHECK(api::find_target(name) == nullptr);
    CHECK(api::find_target("x.CloudTrail_20131101." + name) == nullptr);
    CHECK(api::find_target("CloudTrail_20131101." + name + " ") == nullptr);
  }
}

TEST_CASE("the table of errors holds what the operations declare, each once") {
  using engine::ErrorKind;
  std::set<ErrorKind> declared;
  for (const api::Operation& operation : api::all_operations()) {
    const auto errors = operation.errors.list();
    declared.insert(errors.begin(), errors.end());
  }
  // The service model of botocore declares 86; tests/sdk compares them name by name.
  CHECK(declared.size() == 86);
  std::set<std::string_view> names;
  std::size_t common = 0;
  for (const engine::ErrorRow& row : engine::kErrors) {
    CHECK(&engine::row_of(row.kind) == &row);
    CHECK(names.insert(row.name).second);
    common += declared.contains(row.kind) ? 0 : 1;
  }
  CHECK(common == 14);  // AWS's common errors that we answer
  CHECK(engine::name_of(ErrorKind::kInternal) == "InternalFailure");
}

TEST_CASE("account and Region come from the credential scope") {
  TestRouter router;
  const auto answer = [&](const char* credential) {
    const std::string header = std::string("AWS4-HMAC-SHA256 Credential=") + credential +
                               ", SignedHeaders=host, Signature=0";
    return router
        .send("CloudTrail_20131101.CreateEventDataStore", R"({"Name": "new-store"})", header)
        .body;
  };
  CHECK(answer("222222222222/20240501/eu-west-1/cloudtrail/aws4_request")
            .find(":eu-west-1:222222222222:") != std::string::npos);
  CHECK(answer("AKIASOMETHING/20240501/eu-west-2/cloudtrail/aws4_request")
            .find(":eu-west-2:123456789012:") != std::string::npos);
  CHECK(answer("nonsense").find(":us-east-1:123456789012:") != std::string::npos);
}

TEST_CASE("what cannot be dispatched is an error with a name") {
  TestRouter router;
  const auto type = [&](std::string_view target, std::string_view body) {
    const auto response = router.send(target, body);
    CHECK(response.status == 400);
    CHECK(response.content_type == api::kJsonContentType);
    const auto json = boost::json::parse(response.body);
    CHECK(json.at("message") == json.at("Message"));
    return std::string(json.at("__type").as_string());
  };
  CHECK(type("", "{}") == "UnknownOperationException");
  CHECK(type("CloudTrail_20131101.Nothing", "{}") == "UnknownOperationException");
  CHECK(type("CloudTrail_20131101.DescribeQuery", "[]") == "SerializationException");
  CHECK(type("CloudTrail_20131101.DescribeQuery", "{") == "SerializationException");
  CHECK(type("CloudTrail_20131101.DescribeQuery", "{}") == "InvalidParameterException");
}

TEST_CASE("nothing but health is answered before the seed is there") {
  Router router({});
  const http::Header headers[] = {{"Host", "localhost"},
                                  {"X-Amz-Target", "CloudTrail_20131101.ListEventDataStores"}};
  const auto status = [&](std::string_view method, std::string_view target) {
    http::Response response;
    router.handle({method, target, headers, "{}", "id"}, response);
    return response.status;
  };
  CHECK(status("GET", "/_trailpond/health") == 200);
  CHECK(status("GET", "/_trailpond/ready") == 503);
  CHECK(status("POST", "/") == 503);
  CHECK(status("POST", "/_trailpond/reset") == 503);
}

TEST_CASE("routes are found by method and path") {
  using admin::find_route;
  const auto events = find_route("POST", "/_trailpond/event-data-stores/an%20id/events");
  REQUIRE(events.route != nullptr);
  CHECK(events.old);
  CHECK(events.names.text("id") == "an id");
  const auto release = find_route("POST", "/_trailpond/v1/queries/q/release");
  REQUIRE(release.route != nullptr);
  CHECK_FALSE(release.old);
  CHECK(release.names.text("id") == "q");
  CHECK(find_route("GET", "/_trailpond/v1").route != nullptr);
  CHECK(find_route("GET", "/_trailpond/v11/clock").route == nullptr);
  CHECK(find_route("GET", "/_trailpond/event-data-stores/x/events").allowed_methods == "POST");
  CHECK(find_route("PUT", "/_trailpond/clock").allowed_methods == "GET, POST");
  CHECK(find_route("GET", "/_trailpond/clock/").route == nullptr);
  CHECK(find_route("GET", "/_trailpond/").route == nullptr);
}

TEST_CASE("the table of routes is sound") {
  std::set<std::string> seen;
  for (const admin::Area& area : admin::all_areas()) {
    CHECK_FALSE(area.name.empty());
    for (const admin::Route& route : area.routes) {
      CAPTURE(route.method);
      CAPTURE(route.path);
      CHECK(seen.insert(std::string(route.method) + " " + std::string(route.path)).second);
      CHECK((route.help.ends_with('.') || route.help.ends_with('"')));
      CHECK((route.handler != nullptr) != (route.open_reader != nullptr));
      CHECK((route.body == admin::BodyKind::kJson) == (route.body_fields != nullptr));
      const auto match = admin::find_route(
          route.method,
          "/_trailpond/v1" + std::string(route.path.empty() ? "" : "/") + std::string(route.path));
      CHECK(match.route == &route);
      std::set<std::string_view> names;
      for (const admin::Field* field : admin::parameters_of(route)) {
        CHECK(names.insert(field->name).second);
        CHECK_FALSE(field->doc.empty());
      }
      std::set<std::string_view> codes;
      for (const admin::Code* code : admin::codes_of(route)) {
        CHECK(codes.insert(code->name).second);
        CHECK(code->status >= 400);
      }
    }
  }
}

TEST_CASE("lengths of time have one or more units") {
  CHECK(admin::parse_length("1h30m") == 5'400'000'000);
  CHECK(admin::parse_length("90") == 90'000'000);
  CHECK(admin::parse_length("1d2h3m4s5ms") == 93'784'005'000);
  CHECK_FALSE(admin::parse_length("").has_value());
  CHECK_FALSE(admin::parse_length("h").has_value());
  CHECK_FALSE(admin::parse_length("1x").has_value());
  CHECK_FALSE(admin::parse_length("99999999999999d").has_value());
}
