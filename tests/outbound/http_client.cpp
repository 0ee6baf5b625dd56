#include "outbound/http_client.hpp"

namespace trailpond::outbound {

TEST_CASE("addresses have a scheme, a host, and perhaps a port and a path") {
  const auto plain = parse_url("http://127.0.0.1:5000");
  REQUIRE(plain);
  CHECK(plain->host == "127.0.0.1");
  CHECK(plain->port == 5000);
  CHECK(plain->authority == "127.0.0.1:5000");
  CHECK(plain->path.empty());
  const auto secure = parse_url("https://s3.eu-west-1.amazonaws.com/");
  REQUIRE(secure);
  CHECK(secure->secure);
  CHECK(secure->port == 443);
  CHECK(secure->authority == "s3.eu-west-1.amazonaws.com");
  CHECK(secure->path.empty());
  const auto below = parse_url("http://[::1]:80/s3/");
  REQUIRE(below);
  CHECK(below->host == "::1");
  CHECK(below->authority == "[::1]");
  CHECK(below->path == "/s3");
  for (const char* wrong : {"", "localhost:5000", "ftp://x", "http://", "http://x:0", "http://x:1x",
                            "http://x:70000", "http://[::1", "http://a b", "http://x/?y=1"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_url(wrong).has_value());
  }
}

TEST_CASE("nobody answers") {
  HttpClient client(*parse_url("http://127.0.0.1:1"), "");
  CHECK_THROWS_AS(client.send({"GET", "/", {}, ""}, {}), HttpTrouble);
}

}  // namespace trailpond::outbound
