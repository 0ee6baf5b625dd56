// Expected signatures: Amazon S3 API reference, "Authenticating Requests: Using the Authorization
// Header", its examples.
#include "s3/signing.hpp"

namespace trailpond::s3 {
namespace {

constexpr const char* kHost = "examplebucket.s3.amazonaws.com";
const Credentials kKey = {"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};

/// 2013-05-24 00:00 UTC
std::chrono::system_clock::time_point that_day() {
  return std::chrono::sys_days(std::chrono::year(2013) / 5 / 24);
}

std::string authorization_of(HttpRequest request) {
  sign_request(request, kHost, kKey, "us-east-1", that_day());
  return request.fields.back().second;
}

std::string expected(const std::string& names, const std::string& signature) {
  return "AWS4-HMAC-SHA256 "
         "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=" +
         names + ",Signature=" + signature;
}

}  // namespace

TEST_CASE("requests are signed as the examples of S3's reference are") {
  CHECK(authorization_of({"GET", "/test.txt", {{"Range", "bytes=0-9"}}, ""}) ==
        expected("host;range;x-amz-content-sha256;x-amz-date",
                 "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"));
  CHECK(authorization_of({"PUT",
                          "/test%24file.text",
                          {{"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                           {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                          "Welcome to Amazon S3."}) ==
        expected("date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
                 "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"));
  CHECK(authorization_of({"GET", "/?lifecycle=", {}, ""}) ==
        expected("host;x-amz-content-sha256;x-amz-date",
                 "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"));
  CHECK(authorization_of({"GET", "/?max-keys=2&prefix=J", {}, ""}) ==
        expected("host;x-amz-content-sha256;x-amz-date",
                 "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
}

TEST_CASE("a session's token is signed, too") {
  HttpRequest request = {"GET", "/", {}, ""};
  sign_request(request, kHost, {"id", "secret", "token"}, "eu-west-1", that_day());
  CHECK(request.fields.back().second.find(
            "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,") !=
        std::string::npos);
}

}  // namespace trailpond::s3
