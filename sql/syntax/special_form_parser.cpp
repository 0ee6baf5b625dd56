#include "base/text.hpp"
#include "sql/syntax/grammar.hpp"

/// Expressions that begin with a word of their own: CASE, CAST, EXTRACT, INTERVAL …
namespace trailpond::sql {
namespace {

using ast::ExpressionKind;
using ast::ExpressionPointer;

}  // namespace

ExpressionPointer Parser::null_literal() {
  ++at_;
  return make_node(ExpressionKind::kNull, tokens_[at_ - 1].position);
}

ExpressionPointer Parser::boolean_literal() {
  auto node = literal(ExpressionKind::kBoolean);
  node->text = ascii_upper(node->text);
  return node;
}

ExpressionPointer Parser::case_expression() {
  const Position position = here();
  expect("CASE");
  auto node = make_node(ExpressionKind::kSearchedCase, position);
  if (!is_word("WHEN")) {
    node->kind = ExpressionKind::kSimpleCase;
    node->children.push_back(expression());
  }
  expect("WHEN");
  do {
    node->children.push_back(expression());
    expect("THEN");
    node->children.push_back(expression());
  } while (accept("WHEN"));
  if (accept("ELSE")) node->children.push_back(expression());
  expect("END");
  return node;
}

ExpressionPointer Parser::cast_expression() {
  auto node = make_node(ExpressionKind::kCast, here());
  node->negated = is_word("TRY_CAST");
  at_ += 2;
  node->children.push_back(expression());
  expect("AS");
  node->text = type();
  expect_operator(")");
  return node;
}

ExpressionPointer Parser::exists_expression() {
  auto node = make_node(ExpressionKind::kExists, here());
  at_ += 2;
  node->query = query();
  expect_operator(")");
  return node;
}

ExpressionPointer Parser::extract_expression() {
  auto node = make_node(ExpressionKind::kExtract, here());
  at_ += 2;
  node->text = ascii_upper(identifier());
  expect("FROM");
  node->children.push_back(value_expression(0));
  expect_operator(")");
  return node;
}

ExpressionPointer Parser::trim_expression() {
  auto node = make_node(ExpressionKind::kTrim, here());
  at_ += 2;
  for (const std::string_view side : {"LEADING", "TRAILING", "BOTH"}) {
    if (node->text.empty() && accept(side)) node->text = side;
  }
  if (!node->text.empty() && accept("FROM")) {
    node->children.push_back(value_expression(0));
  } else {
    auto first = value_expression(0);
    if (accept("FROM")) {
      node->children.push_back(value_expression(0));
      node->children.push_back(std::move(first));
    } else {
      node->children.push_back(std::move(first));
      if (accept_operator(",")) node->children.push_back(value_expression(0));
    }
  }
  expect_operator(")");
  return node;
}

ExpressionPointer Parser::substring_expression() {
  const std::size_t start = at_;
  auto node = make_node(ExpressionKind::kCall, here());
  node->call = std::make_unique<ast::Call>();
  node->text = identifier();
  ++at_;
  if (is_operator(")")) return at_ = start, call();
  node->children.push_back(expression());
  if (!accept("FROM")) return at_ = start, call();
  node->text = "substr";  // which takes varbinary, too
  node->children.push_back(expression());
  if (accept("FOR")) node->children.push_back(expression());
  expect_operator(")");
  return node;
}

ExpressionPointer Parser::listagg_expression() {
  auto node = make_node(ExpressionKind::kCall, here());
  node->call = std::make_unique<ast::Call>();
  ast::Call& call = *node->call;
  call.within_group = true;
  node->text = "listagg";  // a reserved word: no name
  at_ += 2;
  if (!accept("ALL")) call.distinct = accept("DISTINCT");
  node->children.push_back(expression());
  if (accept_operator(",")) {
    if (peek().kind != TokenKind::kString) fail_here("<string>");
    node->children.push_back(literal(ExpressionKind::kString));
  }
  if (accept("ON")) {
    expect("OVERFLOW");
    if (accept("TRUNCATE")) {
      call.overflow.truncate = true;
      if (peek().kind == TokenKind::kString)
        call.overflow.filler = literal(ExpressionKind::kString)->text;
      call.overflow.with_count = accept("WITH");
      if (!call.overflow.with_count) expect("WITHOUT");
      expect("COUNT");
    } else {
      expect("ERROR");
    }
  }
  expect_operator(")");
  expect("WITHIN");
  expect("GROUP");
  expect_operator("(");
  expect("ORDER");
  expect("BY");
  call.order_by = sort_items();
  expect_operator(")");
  if (is_word("FILTER") && is_operator("(", 1)) {
    at_ += 2;
    expect("WHERE");
    call.filter = expression();
    expect_operator(")");
  }
  return node;
}

ExpressionPointer Parser::json_call() {
  auto node = make_node(ExpressionKind::kCall, here());
  node->text = ascii_upper(peek().text);
  node->call = std::make_unique<ast::Call>();
  node->call->json = std::make_unique<ast::JsonClauses>();
  at_ += 2;
  return node;
}

bool Parser::json_format() {
  if (!accept("FORMAT")) return false;
  expect("JSON");
  if (accept("ENCODING")) ++at_;
  return true;
}

ExpressionPointer Parser::json_path_expression() {
  auto node = json_call();
  ast::JsonClauses& json = *node->call->json;
  node->children.push_back(expression());
  json.formats.push_back(json_format());
  expect_operator(",");
  json.path_position = here();
  if (peek().kind != TokenKind::kString) fail_here("<string>");
  json.path = literal(ExpressionKind::kString)->text;
  if (accept("PASSING")) {
    do {
      node->children.push_back(expression());
      json.formats.push_back(json_format());
      expect("AS");
      // As every name without quotes, it is kept in capitals here.
      const bool is_quoted = peek().kind == TokenKind::kQuoted;
      const std::string name = identifier();
      json.passing.push_back(is_quoted ? name : ascii_upper(name));
    } while (accept_operator(","));
  }
  if (node->text != "JSON_EXISTS" && accept("RETURNING")) {
    json.returning = type();
    json_format();
  }
  if (node->text == "JSON_QUERY") json_query_clauses(json);
  while (!is_operator(")")) json_behavior(json);
  ++at_;
  return node;
}

void Parser::json_query_clauses(ast::JsonClauses& json) {
  if (accept("WITHOUT")) {
    accept("ARRAY");
    expect("WRAPPER");
    json.wrapper = "WITHOUT";
  } else if (accept("WITH")) {
    json.wrapper = accept("CONDITIONAL") ? "CONDITIONAL" : "UNCONDITIONAL";
    if (json.wrapper == "UNCONDITIONAL") accept("UNCONDITIONAL");
    accept("ARRAY");
    expect("WRAPPER");
  }
  json.omit_quotes = is_word("OMIT");
  json.quotes_given = accept("KEEP") || accept("OMIT");
  if (!json.quotes_given) return;
  expect("QUOTES");
  if (!is_word("ON") || !is_word("SCALAR", 1)) return;
  at_ += 2;
  if (!accept("STRING")) expect("TEXT");
}

void Parser::json_behavior(ast::JsonClauses& json) {
  std::string text;
  ExpressionPointer value;
  if (accept("EMPTY")) {
    text = accept("OBJECT") ? "EMPTY OBJECT" : "EMPTY ARRAY";
    if (text == "EMPTY ARRAY") accept("ARRAY");
  } else if (accept("DEFAULT")) {
    text = "DEFAULT";
    value = expression();
  } else {
    for (const std::string_view word : {"NULL", "ERROR", "TRUE", "FALSE", "UNKNOWN"}) {
      if (text.empty() && accept(word)) text = word;
    }
    if (text.empty()) expect_operator(")");
  }
  expect("ON");
  if (accept("EMPTY")) {
    json.on_empty = std::move(text);
    json.default_on_empty = std::move(value);
  } else {
    expect("ERROR");
    json.on_error = std::move(text);
    json.default_on_error = std::move(value);
  }
}

ExpressionPointer Parser::json_object_expression() {
  auto node = json_call();
  ast::JsonClauses& json = *node->call->json;
  if (!is_operator(")") && !is_json_clause()) {
    do {
      if (is_word("KEY") && !is_operator(":", 1) && !is_word("VALUE", 1)) ++at_;
      node->children.push_back(expression());
      if (!accept_operator(":")) expect("VALUE");
      node->children.push_back(expression());
      json.formats.push_back(json_format());
    } while (accept_operator(","));
  }
  json_maker_clauses(json);
  return node;
}

ExpressionPointer Parser::json_array_expression() {
  auto node = json_call();
  ast::JsonClauses& json = *node->call->json;
  if (!is_operator(")") && !is_json_clause()) {
    do {
      node->children.push_back(expression());
      json.formats.push_back(json_format());
    } while (accept_operator(","));
  }
  json_maker_clauses(json);
  return node;
}

bool Parser::is_json_clause() const {
  return is_word("RETURNING") || ((is_word("NULL") || is_word("ABSENT")) && is_word("ON", 1));
}

void Parser::json_maker_clauses(ast::JsonClauses& json) {
  for (const std::string_view word : {"NULL", "ABSENT"}) {
    if (!is_word(word) || !is_word("ON", 1)) continue;
    json.nulls = word;
    at_ += 2;
    expect("NULL");
    break;
  }
  if (is_word("UNIQUE", 1) && (is_word("WITH") || is_word("WITHOUT"))) {
    json.unique_keys = is_word("WITH");
    at_ += 2;
    accept("KEYS");
  }
  if (accept("RETURNING")) {
    json.returning = type();
    json_format();
  }
  expect_operator(")");
}

ExpressionPointer Parser::grouping_expression() {
  auto node = make_node(ExpressionKind::kGrouping, here());
  at_ += 2;
  do node->children.push_back(qualified_name());
  while (accept_operator(","));
  expect_operator(")");
  return node;
}

ExpressionPointer Parser::qualified_name() {
  const Position position = here();
  auto node = make_node(ExpressionKind::kIdentifier, position);
  node->quoted = peek().kind == TokenKind::kQuoted;
  node->text = identifier();
  while (accept_operator(".")) {
    auto field = make_node(ExpressionKind::kDereference, position, std::move(node));
    field->quoted = peek().kind == TokenKind::kQuoted;
    field->text = identifier();
    node = std::move(field);
  }
  return node;
}

ExpressionPointer Parser::row_constructor() {
  if (is_operator(")", 2)) return call();
  auto node = make_node(ExpressionKind::kRow, here());
  node->text = "ROW";
  at_ += 2;
  do node->children.push_back(expression());
  while (accept_operator(","));
  expect_operator(")");
  return node;
}

ExpressionPointer Parser::position_expression() {
  const std::size_t start = at_;
  auto node = make_node(ExpressionKind::kCall, here());
  node->text = "strpos";
  node->call = std::make_unique<ast::Call>();
  at_ += 2;
  auto needle = value_expression(0);
  if (is_operator(",")) {  // a plain call, of a function that nobody has
    at_ = start;
    return call();
  }
  expect("IN");
  node->children.push_back(value_expression(0));
  node->children.push_back(std::move(needle));
  expect_operator(")");
  return node;
}

ExpressionPointer Parser::normalize_expression() {
  auto node = make_node(ExpressionKind::kCall, here());
  node->text = "normalize";
  node->call = std::make_unique<ast::Call>();
  at_ += 2;
  node->children.push_back(value_expression(0));
  auto form = make_node(ExpressionKind::kString, here());
  form->text = "NFC";
  if (accept_operator(",")) form->text = ascii_upper(identifier());
  node->children.push_back(std::move(form));
  expect_operator(")");
  return node;
}

ExpressionPointer Parser::current_expression() {
  auto node = make_node(ExpressionKind::kCurrent, here());
  node->text = ascii_upper(tokens_[at_++].text);
  if (is_operator("(") && peek(1).kind == TokenKind::kInteger && is_operator(")", 2)) {
    node->value = peek(1).text;
    at_ += 3;
  }
  return node;
}

ExpressionPointer Parser::array_constructor() {
  const Position position = here();
  ++at_;
  auto node = array_items();
  node->position = position;
  return node;
}

ExpressionPointer Parser::array_items() {
  auto node = make_node(ExpressionKind::kArray, here());
  ++at_;
  if (!is_operator("]")) {
    do node->children.push_back(expression());
    while (accept_operator(","));
  }
  expect_operator("]");
  return node;
}

ExpressionPointer Parser::interval_literal() {
  auto node = make_node(ExpressionKind::kInterval, here());
  ++at_;
  if (is_operator("-") || is_operator("+")) {
    node->negated = is_operator("-");
    ++at_;
  }
  node->value = tokens_[at_++].text;
  node->text = interval_unit();
  if (accept("TO")) node->text += " TO " + interval_unit();
  return node;
}

std::string Parser::interval_unit() {
  for (const std::string_view unit : {"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"}) {
    if (accept(unit)) return std::string(unit);
  }
  if (!is_identifier() && peek().kind != TokenKind::kEnd) fail();
  // Trino reads INTERVAL '1' and a name for it.
  throw ParseFailure{
      {ErrorName::kTypeNotFound, "INTERVAL counts YEAR, MONTH, DAY, HOUR, MINUTE or SECOND", {}}};
}

ExpressionPointer Parser::typed_literal() {
  const Position position = here();
  if (!is_identifier() || peek().kind == TokenKind::kQuoted) return nullptr;
  std::size_t words = 1;
  if (is_word("DOUBLE") && is_word("PRECISION", 1)) words = 2;
  std::string name = ascii_lower(peek().text);
  if (words == 1 && is_operator("(", 1) && peek(2).kind == TokenKind::kInteger) {
    // DECIMAL(10,2) '…' or TIMESTAMP(3) '…' hardly occur; a call would look the same up to here.
    return nullptr;
  }
  if (peek(words).kind != TokenKind::kString) return nullptr;
  auto node = make_node(ExpressionKind::kTypedLiteral, position);
  node->text = words == 2 ? "double" : name;
  at_ += words;
  node->value = tokens_[at_++].text;
  return node;
}

}  // namespace trailpond::sql
