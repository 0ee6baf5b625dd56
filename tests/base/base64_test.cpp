#include "base/base64.hpp"

#include <doctest/doctest.h>

using namespace trailpond;

// RFC 4648, section 10.
TEST_CASE("base 64 has the test vectors of its RFC") {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    CHECK(base64(bytes) == text);
    CHECK(from_base64(text.substr(0, std::min(text.find('='), text.size()))) == bytes);
  }
}

TEST_CASE("the alphabet for URLs has - and _, the other one + and /") {
  CHECK(base64("\xFB\xFF") == "+/8=");
  CHECK(base64_url("\xFB\xFF") == "-_8=");
  CHECK(from_base64_url("-_8") == "\xFB\xFF");
  CHECK_FALSE(from_base64_url("+/8"));
  CHECK_FALSE(from_base64("-_8"));
}

TEST_CASE("what is no digit of base 64 is refused") {
  for (const char* text : {"Z", "Zg==", " Zg", "Zg ", "Z\ng", "Zm9vY", "Zm*v"})
    CHECK_FALSE(from_base64(text));
}
