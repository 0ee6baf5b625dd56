#include "base/text.hpp"
#include "sql/syntax/grammar.hpp"

/// Expressions: operators, predicates, names, calls and windows.
namespace trailpond::sql {
namespace {

using ast::ExpressionKind;
using ast::ExpressionPointer;

/// Binding powers of the binary value operators, one row each (SqlBase.g4, valueExpression).
struct ValueOperator {
  std::string_view text;
  int power;
};
constexpr ValueOperator kValueOperators[] = {{"+", 1}, {"-", 1}, {"*", 2},
                                             {"/", 2}, {"%", 2}, {"||", 0}};

}  // namespace

ExpressionPointer Parser::expression() {
  const Deeper deeper(*this);
  note("<expression>");
  return disjunction();
}

ExpressionPointer Parser::chain(ExpressionKind kind, std::string_view word,
                                ExpressionPointer (Parser::*next)()) {
  const Position position = here();
  auto first = (this->*next)();
  if (!is_word(word)) {
    note_word(word);
    return first;
  }
  auto node = make_node(kind, position, std::move(first));
  while (accept(word)) node->children.push_back((this->*next)());
  return node;
}

ExpressionPointer Parser::disjunction() {
  return chain(ExpressionKind::kOr, "OR", &Parser::conjunction);
}

ExpressionPointer Parser::conjunction() {
  return chain(ExpressionKind::kAnd, "AND", &Parser::negation);
}

ExpressionPointer Parser::negation() {
  const Position position = here();
  if (!accept("NOT")) return predicated();
  const Deeper deeper(*this);
  return make_node(ExpressionKind::kNot, position, negation());
}

ExpressionPointer Parser::predicated() {
  auto left = value_expression(0);
  note("<predicate>");
  const Position position = here();
  if (auto comparison = comparison_operator())
    return comparison_predicate(std::move(left), *comparison, position);
  const bool negated = is_word("NOT");
  if (negated) {
    ++at_;
    note_word("BETWEEN");
    note_word("IN");
    note_word("LIKE");
  }
  if (accept("BETWEEN")) {
    auto low = value_expression(0);
    expect("AND");
    left = make_node(ExpressionKind::kBetween, position, std::move(left), std::move(low),
                     value_expression(0));
  } else if (accept("IN")) {
    left = in_predicate(std::move(left), position);
  } else if (accept("LIKE")) {
    left = make_node(ExpressionKind::kLike, position, std::move(left), value_expression(0));
    if (accept("ESCAPE")) left->children.push_back(value_expression(0));
  } else if (!negated && accept("IS")) {
    const bool is_not = accept("NOT");
    if (accept("DISTINCT")) {
      expect("FROM");
      left = make_node(ExpressionKind::kIsDistinct, position, std::move(left), value_expression(0));
    } else {
      expect("NULL");
      left = make_node(ExpressionKind::kIsNull, position, std::move(left));
    }
    left->negated = is_not;
    return left;
  } else if (negated) {
    fail();
  } else {
    return left;
  }
  left->negated = negated;
  return left;
}

std::optional<std::string> Parser::comparison_operator() {
  for (const std::string_view text : {"=", "<>", "!=", "<=", ">=", "<", ">"}) {
    if (is_operator(text)) {
      ++at_;
      return std::string(text == "!=" ? "<>" : text);
    }
  }
  return std::nullopt;
}

ExpressionPointer Parser::comparison_predicate(ExpressionPointer left, const std::string& text,
                                               Position position) {
  note_word("ALL");
  note_word("ANY");
  note_word("SOME");
  for (const std::string_view word : {"ALL", "ANY", "SOME"}) {
    if (is_word(word) && is_operator("(", 1)) {
      at_ += 2;
      auto node = make_node(ExpressionKind::kQuantified, position, std::move(left));
      node->text = text;
      node->value = word;
      node->query = query();
      expect_operator(")");
      return node;
    }
  }
  note("<expression>");
  auto node =
      make_node(ExpressionKind::kComparison, position, std::move(left), value_expression(0));
  node->text = text;
  return node;
}

ExpressionPointer Parser::in_predicate(ExpressionPointer left, Position position) {
  const std::size_t start = at_ - 1;
  try {
    return in_list_or_query(std::move(left), position);
  } catch (const ParseFailure& failure) {
    if (failure.error.name != ErrorName::kSyntaxError ||
        !failure.error.message.starts_with("mismatched input")) {
      throw;
    }
  }
  at_ = start;
  fail();
}

ExpressionPointer Parser::in_list_or_query(ExpressionPointer left, Position position) {
  expect_operator("(");
  if (starts_query()) {
    auto node = make_node(ExpressionKind::kInSubquery, position, std::move(left));
    node->query = query();
    expect_operator(")");
    return node;
  }
  auto node = make_node(ExpressionKind::kInList, position, std::move(left));
  do node->children.push_back(expression());
  while (accept_operator(","));
  expect_operator(")");
  return node;
}

bool Parser::starts_query() const {
  std::size_t at = at_;
  while (at < tokens_.size() && is_operator_at(at, "(")) ++at;
  if (!is_query_word(at)) return false;
  for (std::size_t open = at_; open < at; ++open) {
    if (!goes_on_as_query(closing_[open] + 1)) return false;
  }
  return true;
}

bool Parser::is_operator_at(std::size_t at, std::string_view text) const {
  return tokens_[at].kind == TokenKind::kOperator && tokens_[at].text == text;
}

bool Parser::is_query_word(std::size_t at) const {
  const std::size_t ahead = at - at_;
  return is_word("SELECT", ahead) || is_word("WITH", ahead) || is_word("VALUES", ahead) ||
         (is_word("TABLE", ahead) && !is_operator("(", ahead + 1));
}

bool Parser::goes_on_as_query(std::size_t at) const {
  if (at >= tokens_.size() || tokens_[at].kind == TokenKind::kEnd) return true;
  if (is_operator_at(at, ")")) return true;
  static constexpr std::string_view kWords[] = {"UNION",  "INTERSECT", "EXCEPT", "ORDER",
                                                "OFFSET", "LIMIT",     "FETCH"};
  return std::ranges::any_of(kWords,
                             [&](std::string_view word) { return is_word(word, at - at_); });
}

ExpressionPointer Parser::value_expression(int least_power) {
  const Deeper deeper(*this);
  auto left = unary();
  for (int links = 0;; lengthen(links)) {
    const ValueOperator* found = nullptr;
    for (const ValueOperator& candidate : kValueOperators) {
      if (candidate.text != "||") note_word(candidate.text);
      if (is_operator(candidate.text) && candidate.power >= least_power) found = &candidate;
    }
    note_word("||");
    if (found == nullptr) return left;
    const Position position = here();
    ++at_;
    auto right = value_expression(found->power + 1);
    const bool concat = found->text == "||";
    left = make_node(concat ? ExpressionKind::kConcat : ExpressionKind::kArithmetic, position,
                     std::move(left), std::move(right));
    left->text = found->text;
  }
}

ExpressionPointer Parser::unary() {
  const Position position = here();
  if (is_operator("-") || is_operator("+")) {
    const bool minus = is_operator("-");
    ++at_;
    const Deeper deeper(*this);
    return make_node(minus ? ExpressionKind::kNegate : ExpressionKind::kPlus, position, unary());
  }
  return at_time_zone();
}

ExpressionPointer Parser::at_time_zone() {
  auto left = postfix();
  for (int links = 0;; lengthen(links)) {
    note_word("AT");
    if (!is_word("AT") || !(is_word("TIME", 1) || is_word("LOCAL", 1))) return left;
    const Position position = here();
    ++at_;
    if (accept("LOCAL")) {
      left = make_node(ExpressionKind::kAtTimeZone, position, std::move(left));
      continue;
    }
    expect("TIME");
    expect("ZONE");
    left = make_node(ExpressionKind::kAtTimeZone, position, std::move(left), postfix());
  }
}

ExpressionPointer Parser::postfix() {
  auto node = primary();
  for (int links = 0;; lengthen(links)) {
    note_word("[");
    note_word(".");
    if (is_operator("[")) {
      ++at_;
      const Position base = node->position;
      node = make_node(ExpressionKind::kSubscript, base, std::move(node), value_expression(0));
      expect_operator("]");
    } else if (is_operator(".") && !is_operator("*", 1)) {
      ++at_;
      if (is_identifier() && is_operator("(", 1)) {
        node = qualified_call(*node);
        continue;
      }
      const Position base = node->position;
      auto field = make_node(ExpressionKind::kDereference, base, std::move(node));
      field->quoted = peek().kind == TokenKind::kQuoted;
      field->text = identifier();
      node = std::move(field);
    } else {
      return node;
    }
  }
}

/// `system.builtin.abs(-1)`: no other schema has functions.
ExpressionPointer Parser::qualified_call(const Expression& schema) {
  std::string name = schema.text;
  const Expression* part = &schema;
  for (; part->kind == ExpressionKind::kDereference; part = part->children[0].get()) {
    name.insert(0, part->children[0]->text + ".");
  }
  if (part->kind != ExpressionKind::kIdentifier) fail_here("<identifier>");
  if (ascii_lower(name) == "system.builtin") return call();
  throw ParseFailure{{ErrorName::kFunctionNotFound,
                      "Function '" + name + "." + peek().text + "' not registered",
                      schema.position}};
}

ExpressionPointer Parser::literal(ExpressionKind kind) {
  auto node = make_node(kind, here());
  node->text = tokens_[at_++].text;
  return node;
}

ExpressionPointer Parser::primary() {
  const Deeper deeper(*this);
  switch (peek().kind) {
    case TokenKind::kInteger:
      return literal(ExpressionKind::kInteger);
    case TokenKind::kDecimal:
      return literal(ExpressionKind::kDecimal);
    case TokenKind::kDouble:
      return literal(ExpressionKind::kDouble);
    case TokenKind::kString:
      return literal(ExpressionKind::kString);
    case TokenKind::kBinary:
      return literal(ExpressionKind::kBinary);
    case TokenKind::kOperator:
      return operator_primary();
    case TokenKind::kWord:
      return word_primary();
    case TokenKind::kQuoted:
      return name_primary();
    case TokenKind::kStoreId:
    case TokenKind::kDigitWord:
    case TokenKind::kUnknown:
    case TokenKind::kEnd:
      break;
  }
  fail_here("<expression>");
}

ExpressionPointer Parser::operator_primary() {
  const Position position = here();
  if (is_operator("?")) {
    ++at_;
    return make_node(ExpressionKind::kParameter, position);
  }
  if (is_operator("[")) return array_items();
  if (!is_operator("(")) fail_here("<expression>");
  if (is_lambda_parameters()) return lambda_list();
  ++at_;
  if (starts_query()) {
    auto node = make_node(ExpressionKind::kSubquery, position);
    node->query = query();
    expect_operator(")");
    return node;
  }
  auto first = expression();
  if (accept_operator(",")) {
    auto row = make_node(ExpressionKind::kRow, position, std::move(first));
    do row->children.push_back(expression());
    while (accept_operator(","));
    expect_operator(")");
    return row;
  }
  expect_operator(")");
  return first;
}

bool Parser::is_lambda_parameters() const {
  std::size_t ahead = 1;
  if (!is_operator(")", ahead)) {
    while (true) {
      if (!is_identifier(ahead)) return false;
      ++ahead;
      if (!is_operator(",", ahead)) break;
      ++ahead;
    }
  }
  return is_operator(")", ahead) && is_operator("->", ahead + 1);
}

ExpressionPointer Parser::lambda_list() {
  auto node = make_node(ExpressionKind::kLambda, here());
  if (is_operator(")", 1)) {
    at_ += 2;
  } else {
    node->parameters = identifier_list();
  }
  expect_operator("->");
  node->children.push_back(expression());
  return node;
}

ExpressionPointer Parser::word_primary() {
  using Special = ExpressionPointer (Parser::*)();
  struct Row {
    std::string_view word;
    Special parse;
    bool needs_parenthesis;
  };
  static constexpr Row kSpecial[] = {
      {"NULL", &Parser::null_literal, false},
      {"TRUE", &Parser::boolean_literal, false},
      {"FALSE", &Parser::boolean_literal, false},
      {"CASE", &Parser::case_expression, false},
      {"CAST", &Parser::cast_expression, true},
      {"TRY_CAST", &Parser::cast_expression, true},
      {"EXISTS", &Parser::exists_expression, true},
      {"EXTRACT", &Parser::extract_expression, true},
      {"TRIM", &Parser::trim_expression, true},
      {"SUBSTRING", &Parser::substring_expression, true},
      {"LISTAGG", &Parser::listagg_expression, true},
      {"JSON_VALUE", &Parser::json_path_expression, true},
      {"JSON_QUERY", &Parser::json_path_expression, true},
      {"JSON_EXISTS", &Parser::json_path_expression, true},
      {"JSON_OBJECT", &Parser::json_object_expression, true},
      {"JSON_ARRAY", &Parser::json_array_expression, true},
      {"GROUPING", &Parser::grouping_expression, true},
      {"ROW", &Parser::row_constructor, true},
      {"POSITION", &Parser::position_expression, true},
      {"NORMALIZE", &Parser::normalize_expression, true},
      {"CURRENT_DATE", &Parser::current_expression, false},
      {"CURRENT_TIME", &Parser::current_expression, false},
      {"CURRENT_TIMESTAMP", &Parser::current_expression, false},
      {"LOCALTIME", &Parser::current_expression, false},
      {"LOCALTIMESTAMP", &Parser::current_expression, false},
      {"CURRENT_USER", &Parser::current_expression, false},
      {"CURRENT_CATALOG", &Parser::current_expression, false},
      {"CURRENT_SCHEMA", &Parser::current_expression, false},
  };
  const std::string word = ascii_upper(peek().text);
  for (const Row& row : kSpecial) {
    if (row.word == word && (!row.needs_parenthesis || is_operator("(", 1))) {
      return (this->*row.parse)();
    }
  }
  if (word == "ARRAY" && is_operator("[", 1)) return array_constructor();
  if (word == "INTERVAL" &&
      (peek(1).kind == TokenKind::kString ||
       (peek(2).kind == TokenKind::kString && (is_operator("-", 1) || is_operator("+", 1))))) {
    return interval_literal();
  }
  if (auto typed = typed_literal()) return typed;
  return name_primary();
}

ExpressionPointer Parser::name_primary() {
  const Position position = here();
  note("<expression>");
  if (!is_identifier()) {
    // LEFT(…) and the like are reserved; Trino has no such functions.
    fail();
  }
  if (is_operator("->", 1)) {
    auto node = make_node(ExpressionKind::kLambda, position);
    node->parameters.push_back(identifier());
    expect_operator("->");
    node->children.push_back(expression());
    return node;
  }
  if (is_operator("(", 1)) return call();
  auto node = make_node(ExpressionKind::kIdentifier, position);
  node->quoted = peek().kind == TokenKind::kQuoted;
  node->text = identifier();
  return node;
}

ExpressionPointer Parser::call() {
  auto node = make_node(ExpressionKind::kCall, here());
  node->text = identifier();
  node->call = std::make_unique<ast::Call>();
  expect_operator("(");
  if (is_operator("*") && is_operator(")", 1)) {
    node->call->star = true;
    ++at_;
  } else if (!is_operator(")")) {
    if (!accept("ALL")) node->call->distinct = accept("DISTINCT");
    do node->children.push_back(expression());
    while (accept_operator(","));
    if (accept("ORDER")) {
      expect("BY");
      node->call->order_by = sort_items();
    }
  }
  expect_operator(")");
  if (is_word("FILTER") && is_operator("(", 1)) {
    at_ += 2;
    expect("WHERE");
    node->call->filter = expression();
    expect_operator(")");
  }
  const bool ignore = is_word("IGNORE") && is_word("NULLS", 1);
  const bool treats_nulls = ignore || (is_word("RESPECT") && is_word("NULLS", 1));
  node->call->ignore_nulls = ignore;
  if (treats_nulls) at_ += 2;
  if (treats_nulls && !is_word("OVER")) fail_here("'OVER'");
  const bool is_over = is_operator("(", 1) || is_identifier(1);  // else OVER is an alias
  if (is_over && accept("OVER")) {
    if (is_operator("(")) {
      node->call->over = window_specification();
    } else {
      node->call->over = std::make_unique<ast::Window>();
      node->call->over->position = node->call->over->name_position = here();
      node->call->over->is_name = true;
      node->call->over->name = identifier();
    }
  }
  return node;
}

std::unique_ptr<ast::Window> Parser::window_specification() {
  auto window = std::make_unique<ast::Window>();
  expect_operator("(");
  window->position = here();
  const bool is_frame =
      (is_word("ROWS") || is_word("RANGE") || is_word("GROUPS")) && !is_operator(")", 1);
  if (is_identifier() && !is_frame && !(is_word("PARTITION") && is_word("BY", 1))) {
    window->name_position = here();
    window->name = identifier();
  }
  if (accept("PARTITION")) {
    expect("BY");
    do window->partition_by.push_back(expression());
    while (accept_operator(","));
  }
  window->order_position = here();
  if (accept("ORDER")) {
    expect("BY");
    window->order_by = sort_items();
  }
  if (is_word("ROWS") || is_word("RANGE") || is_word("GROUPS")) window->frame = frame();
  expect_operator(")");
  return window;
}

ast::Frame Parser::frame() {
  ast::Frame result;
  result.position = here();
  const std::string unit = ascii_upper(tokens_[at_++].text);
  result.unit = unit == "ROWS"    ? ast::FrameUnit::kRows
                : unit == "RANGE" ? ast::FrameUnit::kRange
                                  : ast::FrameUnit::kGroups;
  if (accept("BETWEEN")) {
    result.start = frame_bound();
    expect("AND");
    result.end = frame_bound();
  } else {
    result.start = frame_bound();
  }
  return result;
}

ast::FrameBound Parser::frame_bound() {
  ast::FrameBound bound;
  if (accept("UNBOUNDED")) {
    bound.kind = ast::BoundKind::kUnboundedPreceding;
    if (!accept("PRECEDING")) {
      expect("FOLLOWING");
      bound.kind = ast::BoundKind::kUnboundedFollowing;
    }
    return bound;
  }
  if (is_word("CURRENT") && is_word("ROW", 1)) {
    at_ += 2;
    return bound;
  }
  bound.offset = expression();
  bound.kind = ast::BoundKind::kPreceding;
  if (!accept("PRECEDING")) {
    expect("FOLLOWING");
    bound.kind = ast::BoundKind::kFollowing;
  }
  return bound;
}

}  // namespace trailpond::sql
