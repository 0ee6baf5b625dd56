#include "server/http/sigv4.hpp"

#include <doctest/doctest.h>

using namespace trailpond;

namespace {

// The AWS Signature Version 4 test suite (aws-sig-v4-test-suite): its key, time and signatures.
constexpr const char* kSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const auto kTime = std::chrono::sys_days(std::chrono::year(2015) / 8 / 30) +
                   std::chrono::hours(12) + std::chrono::minutes(36);

struct Vector {
  const char* name;
  std::string_view method;
  std::string_view target;
  std::vector<http::Header> headers;
  std::string_view body;
  std::string signed_headers;
  std::string signature;
};

const std::vector<Vector> kVectors = {
    {"get-vanilla",
     "GET",
     "/",
     {},
     "",
     "host;x-amz-date",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"post-vanilla",
     "POST",
     "/",
     {},
     "",
     "host;x-amz-date",
     "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
    {"get-vanilla-query-order-key-case",
     "GET",
     "/?Param2=value2&Param1=value1",
     {},
     "",
     "host;x-amz-date",
     "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
    {"post-x-www-form-urlencoded",
     "POST",
     "/",
     {{"Content-Type", "application/x-www-form-urlencoded"}},
     "Param1=value1",
     "content-type;host;x-amz-date",
     "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
    {"get-header-value-trim",
     "GET",
     "/",
     {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}},
     "",
     "host;my-header1;my-header2;x-amz-date",
     "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
};

std::optional<http::SignatureFault> verify(
    const Vector& vector, std::chrono::system_clock::time_point now = kTime,
    const std::string& scope = "20150830/us-east-1/service/aws4_request",
    const char* secret = kSecret) {
  const std::string authorization = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/" + scope +
                                    ", SignedHeaders=" + vector.signed_headers +
                                    ", Signature=" + vector.signature;
  std::vector<http::Header> headers = vector.headers;
  headers.push_back({"Host", "example.amazonaws.com"});
  headers.push_back({"X-Amz-Date", "20150830T123600Z"});
  headers.push_back({"Authorization", authorization});
  const http::Request request = {vector.method, vector.target, headers, vector.body};
  const auto problem = http::verify_signature(
      request, "service",
      [&](std::string_view id) -> std::optional<std::string> {
        return id == "AKIDEXAMPLE" ? std::optional<std::string>(secret) : std::nullopt;
      },
      now);
  return problem ? std::optional(problem->fault) : std::nullopt;
}

}  // namespace

TEST_CASE("the vectors of AWS pass") {
  for (const Vector& vector : kVectors) {
    CAPTURE(vector.name);
    CHECK_FALSE(verify(vector).has_value());
  }
}

TEST_CASE("the vectors fail when anything is changed") {
  using http::SignatureFault;
  for (const Vector& vector : kVectors) {
    CAPTURE(vector.name);
    Vector changed = vector;
    changed.body = "changed";
    CHECK(verify(changed) == SignatureFault::kMismatch);
    changed = vector;
    changed.method = "PUT";
    CHECK(verify(changed) == SignatureFault::kMismatch);
    changed = vector;
    changed.target = "/changed";
    CHECK(verify(changed) == SignatureFault::kMismatch);
    changed = vector;
    changed.signed_headers = "x-amz-date";
    CHECK(verify(changed) == SignatureFault::kIncomplete);
    changed = vector;
    changed.signed_headers += ";not-there";
    CHECK(verify(changed) == SignatureFault::kMismatch);
    CHECK(verify(vector, kTime, "20150830/us-east-2/service/aws4_request") ==
          SignatureFault::kMismatch);
    CHECK(verify(vector, kTime, "20150830/us-east-1/service") == SignatureFault::kIncomplete);
    CHECK(verify(vector, kTime, "20150829/us-east-1/service/aws4_request") ==
          SignatureFault::kMismatch);
    CHECK(verify(vector, kTime, "20150830/us-east-1/service/aws4_request", "wrong") ==
          SignatureFault::kMismatch);
  }
}

TEST_CASE("a signature lives five minutes on both sides") {
  using std::chrono::seconds;
  for (const int away : {-301, -300, 300, 301}) {
    CAPTURE(away);
    const bool passes = away >= -300 && away <= 300;
    CHECK(verify(kVectors[0], kTime + seconds(away)).has_value() == !passes);
  }
}

TEST_CASE("the scope is found without a check") {
  const http::Header headers[] = {
      {"authorization",
       "AWS4-HMAC-SHA256 Credential=1234/5678/20240501/eu-west-1/cloudtrail/aws4_request, "
       "SignedHeaders=host, Signature=0"}};
  const auto scope = http::find_credential_scope({"POST", "/", headers});
  REQUIRE(scope.has_value());
  CHECK(scope->access_key_id == "1234/5678");
  CHECK(scope->region == "eu-west-1");
  CHECK(scope->service == "cloudtrail");
  CHECK_FALSE(http::find_credential_scope({"POST", "/"}).has_value());
}
