#include <algorithm>

#include "base/text.hpp"
#include "sql/syntax/grammar.hpp"

/// Tokens, queries and relations.
namespace trailpond::sql {

namespace {

using ast::ExpressionKind;
using ast::ExpressionPointer;

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

ast::QueryPointer Parser::statement() {
  if (peek().kind == TokenKind::kEnd) fail_here("<query>");
  auto result = query();
  accept_operator(";");
  expect_end();
  return result;
}

void Parser::match_parentheses() {
  closing_.assign(tokens_.size(), tokens_.size() - 1);
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    if (tokens_[i].kind != TokenKind::kOperator) continue;
    if (tokens_[i].text == "(") open.push_back(i);
    if (tokens_[i].text == ")" && !open.empty()) {
      closing_[open.back()] = i;
      open.pop_back();
    }
  }
}

const Token& Parser::peek(std::size_t ahead) const {
  return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
}

Position Parser::here() const { return peek().position; }

void Parser::note(std::string_view expected) {
  if (!explains_) return;
  if (at_ != expected_at_) {
    expected_.clear();
    expected_at_ = at_;
  }
  expected_.insert(std::string(expected));
}

void Parser::note_word(std::string_view word) {
  if (explains_) note("'" + std::string(word) + "'");
}

bool Parser::is_word(std::string_view word, std::size_t ahead) const {
  const Token& token = peek(ahead);
  return token.kind == TokenKind::kWord && token.text.size() == word.size() &&
         std::ranges::equal(token.text, word, {}, upper);
}

bool Parser::is_operator(std::string_view text, std::size_t ahead) const {
  return peek(ahead).kind == TokenKind::kOperator && peek(ahead).text == text;
}

bool Parser::accept(std::string_view word) {
  note_word(word);
  if (!is_word(word)) return false;
  ++at_;
  return true;
}

bool Parser::accept_operator(std::string_view text) {
  if (text != ";") note_word(text);
  if (!is_operator(text)) return false;
  ++at_;
  return true;
}

void Parser::expect(std::string_view word) {
  if (!accept(word)) fail();
}

void Parser::expect_operator(std::string_view text) {
  if (!accept_operator(text)) fail();
}

void Parser::expect_end() {
  note("<EOF>");
  if (peek().kind != TokenKind::kEnd) fail();
}

void Parser::fail_here(std::string_view expected) {
  note(expected);
  fail();
}

void Parser::fail() {
  const Token& token = peek();
  if (token.kind == TokenKind::kDigitWord) {
    fail_at(token.position,
            "identifiers must not start with a digit; surround the identifier with double "
            "quotes");
  }
  std::string shown =
      token.kind == TokenKind::kEnd ? "<EOF>" : "'" + std::string(token.source) + "'";
  std::string message = "mismatched input " + shown;
  if (expected_at_ == at_ && !expected_.empty()) {
    message += ". Expecting: ";
    bool first = true;
    // Trino lists the quoted words first, then the <kinds>.
    for (const bool kinds : {false, true}) {
      for (const std::string& word : expected_) {
        if ((word[0] == '<') != kinds) continue;
        message += (first ? "" : ", ") + word;
        first = false;
      }
    }
  }
  throw ParseFailure{{ErrorName::kSyntaxError, std::move(message), token.position}};
}

void Parser::fail_at(Position position, std::string message) {
  throw ParseFailure{{ErrorName::kSyntaxError, std::move(message), position}};
}

bool Parser::is_identifier(std::size_t ahead) const {
  const Token& token = peek(ahead);
  return token.kind == TokenKind::kQuoted || (token.kind == TokenKind::kWord && !token.is_reserved);
}

std::string Parser::identifier() {
  note("<identifier>");
  if (!is_identifier()) fail();
  if (peek().text.empty()) fail_at(here(), "Zero-length delimited identifier not allowed");
  return tokens_[at_++].text;
}

std::vector<std::string> Parser::identifier_list() {
  std::vector<std::string> names;
  expect_operator("(");
  do names.push_back(identifier());
  while (accept_operator(","));
  expect_operator(")");
  return names;
}

void Parser::lengthen(int& links) {
  if (++links > kMaxChainLength) {
    fail_at(here(), "expression is too long (the limit is " + std::to_string(kMaxChainLength) +
                        " links of a chain)");
  }
}

// ---- queries ----------------------------------------------------------------------------------

ast::QueryPointer Parser::query() {
  const Deeper deeper(*this);
  auto result = std::make_unique<ast::Query>();
  result->position = here();
  if (accept("WITH")) {
    result->recursive = accept("RECURSIVE");
    do result->with.push_back(named_query());
    while (accept_operator(","));
  }
  result->body = set_operation();
  order_limit(*result);
  return result;
}

ast::NamedQuery Parser::named_query() {
  ast::NamedQuery named;
  named.position = here();
  named.name = identifier();
  named.alias_position = peek(1).position;
  if (accept_operator("(")) {
    do {
      named.alias_positions.push_back(here());
      named.column_aliases.push_back(identifier());
    } while (accept_operator(","));
    expect_operator(")");
  }
  expect("AS");
  expect_operator("(");
  named.query = query();
  expect_operator(")");
  return named;
}

void Parser::order_limit(ast::Query& result) {
  result.order_position = here();
  if (accept("ORDER")) {
    expect("BY");
    result.order_by = sort_items();
  }
  result.offset_position = here();
  if (accept("OFFSET")) {
    result.offset = row_count();
    if (!accept("ROW")) accept("ROWS");
  }
  if (is_word("LIMIT") || is_word("FETCH")) result.limit_position = here();
  if (accept("LIMIT")) {
    if (!accept("ALL")) result.limit = row_count();
  } else if (accept("FETCH")) {
    result.fetch_position = tokens_[at_ - 1].position;
    if (!accept("FIRST")) expect("NEXT");
    if (!is_word("ROW") && !is_word("ROWS")) {
      result.limit = row_count();
    } else {
      result.limit = make_node(ExpressionKind::kInteger, here());
      result.limit->text = "1";
    }
    if (!accept("ROW")) expect("ROWS");
    if (accept("WITH")) {
      expect("TIES");
      result.with_ties = true;
    } else {
      expect("ONLY");
    }
  }
}

ExpressionPointer Parser::row_count() {
  note("<integer>");
  if (peek().kind == TokenKind::kInteger) {
    auto count = make_node(ExpressionKind::kInteger, here());
    count->text = tokens_[at_++].text;
    return count;
  }
  if (is_operator("?")) {
    ++at_;
    return make_node(ExpressionKind::kParameter, tokens_[at_ - 1].position);
  }
  fail();
}

std::vector<ast::SortItem> Parser::sort_items() {
  std::vector<ast::SortItem> items;
  do {
    ast::SortItem item;
    item.position = here();
    item.expression = expression();
    if (!accept("ASC")) item.descending = accept("DESC");
    if (accept("NULLS")) {
      if (accept("FIRST")) {
        item.nulls_first = true;
      } else {
        expect("LAST");
        item.nulls_first = false;
      }
    }
    items.push_back(std::move(item));
  } while (accept_operator(","));
  return items;
}

std::unique_ptr<ast::Body> Parser::combine(ast::BodyKind kind, std::unique_ptr<ast::Body> left) {
  auto node = std::make_unique<ast::Body>(ast::Body{.kind = kind, .position = left->position});
  node->position = tokens_[at_ - 1].position;
  node->all = accept("ALL");
  if (!node->all) accept("DISTINCT");
  node->left = std::move(left);
  return node;
}

std::unique_ptr<ast::Body> Parser::set_operation() {
  auto left = intersection();
  for (int links = 0;; lengthen(links)) {
    if (accept("UNION")) {
      left = combine(ast::BodyKind::kUnion, std::move(left));
    } else if (accept("EXCEPT")) {
      left = combine(ast::BodyKind::kExcept, std::move(left));
    } else {
      return left;
    }
    left->right = intersection();
  }
}

std::unique_ptr<ast::Body> Parser::intersection() {
  auto left = primary_body();
  while (accept("INTERSECT")) {
    left = combine(ast::BodyKind::kIntersect, std::move(left));
    left->right = primary_body();
  }
  return left;
}

std::unique_ptr<ast::Body> Parser::primary_body() {
  const Deeper deeper(*this);
  auto body =
      std::make_unique<ast::Body>(ast::Body{.kind = ast::BodyKind::kSelect, .position = here()});
  if (is_word("SELECT")) {
    body->select = select();
    return body;
  }
  if (accept("VALUES")) {
    body->kind = ast::BodyKind::kValues;
    do body->rows.push_back(expression());
    while (accept_operator(","));
    return body;
  }
  if (accept("TABLE")) {
    body->kind = ast::BodyKind::kTable;
    body->table = table_name();
    return body;
  }
  note_word("SELECT");
  note_word("WITH");
  if (accept_operator("(")) {
    body->kind = ast::BodyKind::kQuery;
    body->query = query();
    expect_operator(")");
    return body;
  }
  fail();
}

std::unique_ptr<ast::Select> Parser::select() {
  auto node = std::make_unique<ast::Select>();
  node->position = here();
  expect("SELECT");
  if (!accept("ALL")) node->distinct = accept("DISTINCT");
  do node->items.push_back(select_item());
  while (accept_operator(","));
  if (accept("FROM")) node->from = from_clause();
  if (accept("WHERE")) node->where = expression();
  if (accept("GROUP")) {
    expect("BY");
    node->has_group_by = true;
    // ALL is no reserved word: GROUP BY ALL names a column.
    const bool is_quantifier = !is_operator(",", 1) && peek(1).kind != TokenKind::kEnd;
    if (!is_quantifier || !accept("ALL")) node->group_by_distinct = accept("DISTINCT");
    do node->group_by.push_back(grouping_element());
    while (accept_operator(","));
  }
  if (accept("HAVING")) node->having = expression();
  if (accept("WINDOW")) {
    do {
      const Position defined_at = here();
      std::string name = identifier();
      expect("AS");
      node->windows.emplace_back(std::move(name), window_specification());
      node->windows.back().second->defined_at = defined_at;
    } while (accept_operator(","));
  }
  return node;
}

ast::SelectItem Parser::select_item() {
  ast::SelectItem item;
  item.position = here();
  note_word("*");
  if (is_operator("*")) {
    ++at_;
    item.star = true;
    return item;
  }
  item.expression = expression();
  if (is_operator(".") && is_operator("*", 1)) {
    at_ += 2;
    item.star = true;
    if (accept("AS")) item.column_aliases = star_aliases();
    return item;
  }
  if (accept("AS")) {
    item.alias = identifier();
  } else if (is_identifier() && !is_clause_word()) {
    item.alias = identifier();
  }
  return item;
}

std::vector<std::string> Parser::star_aliases() {
  std::vector<std::string> names;
  expect_operator("(");
  do {
    const bool quoted = peek().kind == TokenKind::kQuoted;
    std::string name = identifier();
    names.push_back(quoted ? std::move(name) : ascii_upper(name));
  } while (accept_operator(","));
  expect_operator(")");
  return names;
}

bool Parser::is_clause_word() const {
  return is_word("LIMIT") || is_word("OFFSET") || is_word("FETCH") || is_word("WINDOW");
}

ast::GroupingElement Parser::grouping_element() {
  ast::GroupingElement element;
  element.position = here();
  if (is_word("AUTO") && !is_operator("(", 1) && !is_operator(".", 1)) {
    accept("AUTO");
    element.kind = ast::GroupingKind::kAuto;
    return element;
  }
  if (accept("ROLLUP") || accept("CUBE")) {
    element.kind = ascii_upper(tokens_[at_ - 1].text) == "CUBE" ? ast::GroupingKind::kCube
                                                                : ast::GroupingKind::kRollup;
    expect_operator("(");
    if (!is_operator(")")) {
      do element.sets.push_back(grouping_set());
      while (accept_operator(","));
    }
    expect_operator(")");
    return element;
  }
  if (is_word("GROUPING") && is_word("SETS", 1)) {
    at_ += 2;
    element.kind = ast::GroupingKind::kSets;
    expect_operator("(");
    do element.sets.push_back(grouping_set());
    while (accept_operator(","));
    expect_operator(")");
    return element;
  }
  element.sets.push_back(grouping_set());
  return element;
}

std::vector<ExpressionPointer> Parser::grouping_set() {
  std::vector<ExpressionPointer> set;
  if (is_operator("(") && is_operator(")", 1)) {
    at_ += 2;
    return set;
  }
  auto first = expression();
  if (first->kind == ExpressionKind::kRow && first->text.empty()) {
    return std::move(first->children);
  }
  set.push_back(std::move(first));
  return set;
}

// ---- relations --------------------------------------------------------------------------------

ast::RelationPointer Parser::from_clause() {
  auto left = relation();
  while (true) {
    const Position comma = here();
    if (!accept_operator(",")) return left;
    auto join = std::make_unique<ast::Relation>(
        ast::Relation{.kind = ast::RelationKind::kJoin, .position = comma});
    join->join = ast::JoinKind::kImplicit;
    join->left = std::move(left);
    join->right = relation();
    left = std::move(join);
  }
}

ast::RelationPointer Parser::relation() {
  const Deeper deeper(*this);
  auto left = aliased_relation();
  while (true) {
    auto join = std::make_unique<ast::Relation>(
        ast::Relation{.kind = ast::RelationKind::kJoin, .position = here()});
    if (accept("CROSS")) {
      expect("JOIN");
      join->join = ast::JoinKind::kCross;
      join->left = std::move(left);
      join->right = aliased_relation();
      left = std::move(join);
      continue;
    }
    join->position = left->position;
    join->natural = accept("NATURAL");
    if (accept("LEFT")) {
      join->join = ast::JoinKind::kLeft;
    } else if (accept("RIGHT")) {
      join->join = ast::JoinKind::kRight;
    } else if (accept("FULL")) {
      join->join = ast::JoinKind::kFull;
    } else {
      join->join = ast::JoinKind::kInner;
      if (!is_word("JOIN") && !accept("INNER")) {
        note_word("JOIN");
        if (join->natural) fail();
        return left;
      }
    }
    if (join->join != ast::JoinKind::kInner) accept("OUTER");
    expect("JOIN");
    join->left = std::move(left);
    // A chain of joins is left-deep; what is joined before its own ON is the right side.
    join->right = join->natural ? aliased_relation() : relation();
    if (!join->natural) join_criteria(*join);
    left = std::move(join);
  }
}

void Parser::join_criteria(ast::Relation& join) {
  if (accept("ON")) {
    join.on = expression();
  } else {
    expect("USING");
    expect_operator("(");
    do {
      join.using_positions.push_back(here());
      join.using_columns.push_back(identifier());
    } while (accept_operator(","));
    expect_operator(")");
  }
}

ast::RelationPointer Parser::aliased_relation() {
  auto node = primary_relation();
  if (is_word("MATCH_RECOGNIZE")) fail_at(here(), "not supported yet: MATCH_RECOGNIZE");
  node->alias_position = here();
  if (accept("AS")) {
    node->alias = identifier();
  } else if (is_identifier() && !is_clause_word() && !is_sample()) {
    node->alias = identifier();
  }
  if (!node->alias.empty() && is_operator("(")) node->column_aliases = identifier_list();
  if (accept("TABLESAMPLE")) {
    if (!accept("BERNOULLI")) expect("SYSTEM");
    expect_operator("(");
    node->sample = expression();
    expect_operator(")");
  }
  return node;
}

bool Parser::is_sample() const {
  return is_word("TABLESAMPLE") && (is_word("BERNOULLI", 1) || is_word("SYSTEM", 1));
}

ast::RelationPointer Parser::primary_relation() {
  auto node = std::make_unique<ast::Relation>(
      ast::Relation{.kind = ast::RelationKind::kTable, .position = here()});
  if (accept("UNNEST")) {
    node->kind = ast::RelationKind::kUnnest;
    expect_operator("(");
    do node->expressions.push_back(expression());
    while (accept_operator(","));
    expect_operator(")");
    if (is_word("WITH") && is_word("ORDINALITY", 1)) {
      at_ += 2;
      node->with_ordinality = true;
    }
    return node;
  }
  if (accept("LATERAL")) {
    node->kind = ast::RelationKind::kLateral;
    expect_operator("(");
    node->query = query();
    expect_operator(")");
    return node;
  }
  if (is_word("JSON_TABLE")) fail_at(here(), "not supported yet: JSON_TABLE");
  if (is_word("TABLE") && is_operator("(", 1)) {
    fail_at(here(), "not supported yet: TABLE() functions");
  }
  note_word("(");
  note_word("LATERAL");
  note_word("UNNEST");
  if (is_operator("(")) return parenthesized_relation();
  node->name = table_name();
  return node;
}

ast::RelationPointer Parser::parenthesized_relation() {
  const Position position = here();
  ++at_;
  if (starts_query()) {
    auto node = std::make_unique<ast::Relation>(
        ast::Relation{.kind = ast::RelationKind::kSubquery, .position = position});
    node->query = query();
    expect_operator(")");
    return node;
  }
  auto inner = relation();
  expect_operator(")");
  return inner;
}

std::string Parser::table_name() {
  note("<identifier>");
  if (peek().kind == TokenKind::kStoreId) return tokens_[at_++].text;
  std::string name = identifier();
  int dots = 0;
  while (is_operator(".") && is_identifier(1)) {
    ++at_;
    name += "." + identifier();
    ++dots;
  }
  constexpr int kMostDots = 2;  // catalog, schema and table
  if (dots > kMostDots) fail_at({}, "Too many dots in table name: " + name);
  return name;
}

Result<ast::QueryPointer> parse(std::string_view statement) {
  // Nearly all statements are right: one that is not is parsed once more to say why.
  for (const bool explains : {false, true}) {
    try {
      return Parser(statement, explains).statement();
    } catch (ParseFailure& failure) {
      if (explains) return std::move(failure.error);
    }
  }
  return Error{ErrorName::kInternal, "a statement is right the second time", {}};
}

Result<std::shared_ptr<const ast::Query>> parse_once(std::string_view statement) {
  constexpr std::size_t kMostBytes = 16 << 10;  // longer ones are not kept
  struct Last {
    std::string text;
    std::shared_ptr<const ast::Query> query;
  };
  thread_local Last last;
  if (last.query && last.text == statement) return last.query;
  auto parsed = parse(statement);
  if (!parsed) return parsed.error();
  std::shared_ptr<const ast::Query> query = std::move(*parsed);
  if (statement.size() <= kMostBytes) last = {std::string(statement), query};
  return query;
}

}  // namespace trailpond::sql
