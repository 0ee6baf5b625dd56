#include "sql/syntax/lexer.hpp"

#include <doctest/doctest.h>

using namespace trailpond::sql;

namespace {

std::string kinds(std::string_view statement) {
  std::string text;
  for (const Token& token : lex(statement)) {
    static constexpr const char* kNames[] = {"word",     "quoted", "store",   "integer",
                                             "decimal",  "double", "string",  "binary",
                                             "operator", "digits", "unknown", "end"};
    if (!text.empty()) text += ' ';
    text += kNames[static_cast<std::size_t>(token.kind)];
    if (!token.text.empty()) text += "(" + token.text + ")";
  }
  return text;
}

}  // namespace

TEST_CASE("tokens: each kind") {
  CHECK(kinds("a_1 \"B\"\"c\" 12 1.5 .5 1e3 'it''s' X'41' <> ||") ==
        "word(a_1) quoted(B\"c) integer(12) decimal(1.5) decimal(.5) double(1e3) string(it's) "
        "binary(41) operator(<>) operator(||) end");
}

TEST_CASE("tokens: a bare store id is one name, wherever letters and digits would split it") {
  CHECK(kinds("FROM 5e2676f8-9fce-46ef-8142-3e36a94e6691 WHERE") ==
        "word(FROM) store(5e2676f8-9fce-46ef-8142-3e36a94e6691) word(WHERE) end");
  CHECK(kinds("00000000-0000-4000-8000-000000000001;") ==
        "store(00000000-0000-4000-8000-000000000001) operator(;) end");
  // One digit short is arithmetic.
  CHECK(kinds("12345678-1234-1234-1234-12345678901").starts_with("integer(12345678) operator(-)"));
}

TEST_CASE("tokens: a word that begins with a digit is no number") {
  CHECK(kinds("0xFF 0b101 1_000 1e5") ==
        "integer(0xFF) integer(0b101) integer(1000) double(1e5) end");
  CHECK(kinds("12abc 0x 0b2 1__0 1e") == "digits digits digits digits digits end");
  CHECK(kinds("1.5abc") == "decimal(1.5) word(abc) end");
}

TEST_CASE("tokens: unicode strings") {
  CHECK(kinds("U&'\\0041''\\+000042'") == "string(A'B) end");
  CHECK(kinds("U&'a#0041' UESCAPE '#'") == "string(aA) end");
  CHECK(kinds("U&'\\d800'").starts_with("unknown"));
  CHECK(kinds("U&'\\+110000'").starts_with("unknown"));
  CHECK(kinds("U&'").starts_with("unknown"));
}

TEST_CASE("tokens: comments are blanks") {
  CHECK(kinds("/* a\n -- b */ SELECT -- c\n 1") == "word(SELECT) integer(1) end");
}

TEST_CASE("tokens: a literal may be glued to the next word, as published queries do") {
  CHECK(kinds("''and 'x'ORDER") == "string word(and) string(x) word(ORDER) end");
}

TEST_CASE("tokens: what is no token is kept for the error") {
  CHECK(kinds("'open") == "unknown(') word(open) end");
  CHECK(kinds("a @ b") == "word(a) unknown(@) word(b) end");
}

TEST_CASE("positions count code points") {
  const auto tokens = lex("'é€' x\n  y");
  CHECK(tokens[1].position.column == 6);
  CHECK(tokens[2].position.line == 2);
  CHECK(tokens[2].position.column == 3);
}

TEST_CASE("reserved words") {
  CHECK(is_reserved_word("SELECT"));
  CHECK_FALSE(is_reserved_word("USER"));
  CHECK_FALSE(is_reserved_word("KEY"));
}
