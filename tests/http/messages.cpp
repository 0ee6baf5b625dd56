#include <doctest/doctest.h>

#include <functional>

#include "base/json_writer.hpp"
#include "server/http/message.hpp"
#include "server/http/origin.hpp"

using namespace trailpond;

namespace {

std::string print(const std::function<void(JsonWriter&)>& write) {
  std::string out;
  JsonWriter json(out);
  write(json);
  return out;
}

std::string print_text(std::string_view text) {
  return print([&](JsonWriter& json) { json.text(text); });
}

}  // namespace

TEST_CASE("the writer sets commas") {
  CHECK(print([](JsonWriter& json) {
          json.open_object();
          json.member("a", std::int64_t{1});
          json.key("b");
          json.open_list();
          json.open_object();
          json.close_object();
          json.open_list();
          json.close_list();
          json.text("x");
          json.null();
          json.close_list();
          json.member("c", true);
          json.member("d", "text");
          json.close_object();
        }) == R"({"a":1,"b":[{},[],"x",null],"c":true,"d":"text"})");
}

TEST_CASE("text is escaped as RFC 8259 says, and is always UTF-8") {
  CHECK(print_text("") == R"("")");
  CHECK(print_text("a\"b\\c\n\r\t") == R"("a\"b\\c\n\r\t")");
  CHECK(print_text(std::string_view("\0\x1f\x7f", 3)) == R"("\u0000\u001f\u007f")");
  CHECK(print_text("ünï €😀") == "\"ünï €😀\"");
  // Ill-formed: a lone lead, an overlong form, a surrogate, beyond the last code point, cut off.
  const std::string replaced = "\xEF\xBF\xBD";
  CHECK(print_text("a\xC3") == "\"a" + replaced + "\"");
  CHECK(print_text("\xC0\xAF") == "\"" + replaced + replaced + "\"");
  CHECK(print_text("\xED\xA0\x80") == "\"" + replaced + replaced + replaced + "\"");
  CHECK(print_text("\xF4\x90\x80\x80x") ==
        "\"" + replaced + replaced + replaced + replaced + "x\"");
  CHECK(print_text("\xE2\x82") == "\"" + replaced + replaced + "\"");
}

TEST_CASE("instants are seconds with milliseconds, rounded down") {
  const auto seconds = [](std::int64_t micros) {
    return print([&](JsonWriter& json) { json.seconds(micros); });
  };
  CHECK(seconds(0) == "0.000");
  CHECK(seconds(1'714'521'600'123'999) == "1714521600.123");
  CHECK(seconds(-1) == "-0.001");
  CHECK(seconds(-1'500'000) == "-1.500");
}

TEST_CASE("headers are found in any case of letters, the first of a name") {
  const http::Header headers[] = {{"X-Amz-Target", "a"}, {"x-amz-target", "b"}};
  const http::Request request = {"POST", "/path?query=1", headers};
  CHECK(request.find("x-AMZ-target") == "a");
  CHECK(request.find("x-amz-targe") == "");
  CHECK(request.path() == "/path");
  CHECK(request.query() == "query=1");
}

TEST_CASE("parameters are decoded") {
  CHECK(http::find_parameter("a=1&b=x%20y+z&c", "b") == "x y z");
  CHECK(http::find_parameter("a=1&b=%zz%4", "b") == "%zz%4");
  CHECK(http::find_parameter("a=1&c", "c") == "");
  CHECK(http::find_parameter("", "c") == "");
}

TEST_CASE("only hosts that nobody else can own are our own") {
  const std::vector<std::string> allowed = {"pond.example.com"};
  for (const char* host : {"localhost", "localhost:80", "LocalHost", "127.0.0.1", "127.0.0.1:1",
                           "[::1]", "[::1]:4585", "192.168.0.4", "trailpond", "trailpond:4585",
                           "a.localhost", "pond.example.com", "pond.example.com:4585"}) {
    CAPTURE(host);
    CHECK(http::is_own_host(host, allowed));
  }
  for (const char* host : {"", ":80", "example.com", "localhost.example.com", "127.0.0.1.nip.io",
                           "a.pond.example.com", "[::1", ".localhost.evil", "evil.com:127"}) {
    CAPTURE(host);
    CHECK_FALSE(http::is_own_host(host, allowed));
  }
}
