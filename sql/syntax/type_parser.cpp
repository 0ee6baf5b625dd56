#include "base/text.hpp"
#include "sql/syntax/grammar.hpp"

/// Types, as canonical lower-case text.
namespace trailpond::sql {

std::string Parser::type() {
  const Deeper deeper(*this);
  note("<type>");
  if (!is_identifier()) fail();
  const bool quoted = peek().kind == TokenKind::kQuoted;
  std::string name = ascii_lower(tokens_[at_++].text);
  if (!quoted && name == "double" && is_word("PRECISION")) ++at_;
  if (!quoted && name == "row" && is_operator("(")) return row_type_text();
  if (!quoted && (name == "time" || name == "timestamp")) return time_type_text(std::move(name));
  if (!quoted && name == "interval") return interval_type_text();
  if (!quoted && (name == "array" || name == "map") && is_operator("<")) {
    return angle_type_text(std::move(name));
  }
  if (is_operator("(")) {
    ++at_;
    name += "(";
    do {
      if (name.back() != '(') name += ",";
      if (peek().kind == TokenKind::kInteger) {
        name += tokens_[at_++].text;
      } else {
        name += type();
      }
    } while (accept_operator(","));
    expect_operator(")");
    name += ")";
  }
  while (is_word("ARRAY")) {
    ++at_;
    name = "array(" + name + ")";
  }
  return name;
}

std::string Parser::row_type_text() {
  expect_operator("(");
  std::string text = "row(";
  do {
    if (text.back() != '(') text += ",";
    // A field has a name before its type unless the type stands alone.
    if (is_identifier() && !is_operator(",", 1) && !is_operator(")", 1) && !is_operator("(", 1)) {
      const std::string name =
          tokens_[at_].kind == TokenKind::kQuoted ? tokens_[at_].text : tokens_[at_].text;
      if (!is_time_phrase()) {
        ++at_;
        text += "\"" + name + "\" ";
      }
    }
    text += type();
  } while (accept_operator(","));
  expect_operator(")");
  return text + ")";
}

bool Parser::is_time_phrase() const {
  return ((is_word("TIMESTAMP") || is_word("TIME")) &&
          (is_word("WITH", 1) || is_word("WITHOUT", 1))) ||
         (is_word("DOUBLE") && is_word("PRECISION", 1));
}

std::string Parser::time_type_text(std::string name) {
  if (is_operator("(")) {
    ++at_;
    note("<integer>");
    if (peek().kind != TokenKind::kInteger) fail();
    name += "(" + tokens_[at_++].text + ")";
    expect_operator(")");
  }
  const bool with = is_word("WITH") && is_word("TIME", 1);
  if (with || (is_word("WITHOUT") && is_word("TIME", 1))) {
    at_ += 2;
    expect("ZONE");
    if (with) name += " with time zone";
  }
  return name;
}

std::string Parser::interval_type_text() {
  const std::string from = ascii_lower(interval_unit());
  expect("TO");
  return "interval " + from + " to " + ascii_lower(interval_unit());
}

std::string Parser::angle_type_text(std::string name) {
  expect_operator("<");
  name += "(" + type();
  if (accept_operator(",")) name += "," + type();
  expect_operator(">");
  return name + ")";
}

}  // namespace trailpond::sql
