#include "base/text.hpp"

#include <doctest/doctest.h>

#include "base/uuid.hpp"

using namespace trailpond;

// Code points by RFC 3629, section 7: A, not identical to, alpha; then a character beyond U+FFFF.
TEST_CASE("UTF-8 is decoded and written") {
  const std::string text = "A\xE2\x89\xA2\xCE\x91\xF0\xA3\x8E\xB4";
  CHECK(count_code_points(text) == 4);
  CHECK(code_points_of(text) == U"A\u2262\u0391\U000233B4");
  std::string written;
  for (const char32_t code : code_points_of(text)) append_utf8(written, code);
  CHECK(written == text);
  CHECK(code_point_length(text, 1) == 3);
  CHECK(decode_code_point(text.substr(1, 3)) == 0x2262);
}

// RFC 3629, section 3: no overlong forms, no surrogates, nothing above U+10FFFF.
TEST_CASE("what is no UTF-8 is seen") {
  CHECK(well_formed_length("a") == 1);
  CHECK(well_formed_length("\xF4\x8F\xBF\xBF") == 4);
  for (const char* text :
       {"\x80", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x89", "\xFF"})
    CHECK(well_formed_length(text) == 0);
  CHECK(replace_invalid_utf8("a\xE2\x89z\xFF", "?") == "a?z?");
}

TEST_CASE("blanks, quotes, digits and case") {
  CHECK(trimmed("  a b ") == "a b");
  CHECK(trimmed("\t a\n", " \t\n") == "a");
  CHECK(trimmed("   ").empty());
  CHECK(quoted("it's", '\'') == "'it''s'");
  CHECK(hexadecimal("\x0F\xA0") == "0FA0");
  CHECK(ascii_upper("straße") == "STRAßE");
  CHECK(ascii_lower("ÄB") == "Äb");
}

// The form and the marks of RFC 9562, section 5.4; its appendix A.3 has this UUID of version 4.
TEST_CASE("UUIDs are read, marked and printed") {
  constexpr std::string_view kText = "919108f7-52d1-4320-9bac-f847db4148a8";
  const auto bits = parse_uuid(kText);
  REQUIRE(bits);
  CHECK(view(print_uuid(*bits)) == kText);
  CHECK(version_4(*bits) == *bits);
  CHECK(view(print_uuid(version_4({0, 0}))) == "00000000-0000-4000-8000-000000000000");
  CHECK(parse_uuid("919108F7-52D1-4320-9BAC-F847DB4148A8") == bits);
  CHECK_FALSE(parse_uuid("919108f752d143209bacf847db4148a8"));
  CHECK_FALSE(parse_uuid("919108f7-52d1-4320-9bac-f847db4148ag"));
}
