#include "sql/parser.hpp"

#include <set>

#include "sql/lexer.hpp"

namespace trailpond::sql {
namespace {

using ast::Expression;
using ast::ExpressionKind;
using ast::ExpressionPointer;

/// Leaves the descent at the first mistake; caught in parse(), never outside this file.
struct Failure {
  Error error;
};

ExpressionPointer make(ExpressionKind kind, Position position) {
  return std::make_unique<Expression>(Expression{.kind = kind, .position = position});
}

template <class... Children>
ExpressionPointer make(ExpressionKind kind, Position position, Children... children) {
  auto node = make(kind, position);
  (node->children.push_back(std::move(children)), ...);
  return node;
}

/// Binding powers of the binary value operators, one row each (SqlBase.g4, valueExpression).
struct ValueOperator {
  std::string_view text;
  int power;
};
constexpr ValueOperator kValueOperators[] = {{"+", 1}, {"-", 1}, {"*", 2},
                                             {"/", 2}, {"%", 2}, {"||", 0}};

class Parser {
 public:
  explicit Parser(std::string_view statement) : tokens_(lex(statement)) { match_parentheses(); }

  ast::QueryPointer statement() {
    if (peek().kind == TokenKind::kEnd) fail_here("<query>");
    auto result = query();
    accept_operator(";");
    expect_end();
    return result;
  }

 private:
  /// Notes where each parenthesis closes, so that what one holds is known without trying.
  void match_parentheses() {
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

  // ---- tokens --------------------------------------------------------------------------------
  const Token& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  Position here() const { return peek().position; }

  /// Notes what would have fitted at this token; the message of a syntax error lists it.
  void note(std::string_view expected) {
    if (at_ != expected_at_) {
      expected_.clear();
      expected_at_ = at_;
    }
    expected_.insert(std::string(expected));
  }
  void note_word(std::string_view word) { note("'" + std::string(word) + "'"); }

  bool is_word(std::string_view word, std::size_t ahead = 0) const {
    const Token& token = peek(ahead);
    return token.kind == TokenKind::kWord && token.text.size() == word.size() &&
           upper(token.text) == word;
  }
  bool is_operator(std::string_view text, std::size_t ahead = 0) const {
    return peek(ahead).kind == TokenKind::kOperator && peek(ahead).text == text;
  }
  bool accept(std::string_view word) {
    note_word(word);
    if (!is_word(word)) return false;
    ++at_;
    return true;
  }
  bool accept_operator(std::string_view text) {
    if (text != ";") note_word(text);
    if (!is_operator(text)) return false;
    ++at_;
    return true;
  }
  void expect(std::string_view word) {
    if (!accept(word)) fail();
  }
  void expect_operator(std::string_view text) {
    if (!accept_operator(text)) fail();
  }
  void expect_end() {
    note("<EOF>");
    if (peek().kind != TokenKind::kEnd) fail();
  }

  [[noreturn]] void fail_here(std::string_view expected) {
    note(expected);
    fail();
  }

  /// Reports the token at hand. Trino's wording; the list is what this parser tried there.
  [[noreturn]] void fail() {
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
    throw Failure{{ErrorName::kSyntaxError, std::move(message), token.position}};
  }
  [[noreturn]] void fail_at(Position position, std::string message) {
    throw Failure{{ErrorName::kSyntaxError, std::move(message), position}};
  }

  bool is_identifier(std::size_t ahead = 0) const {
    const Token& token = peek(ahead);
    return token.kind == TokenKind::kQuoted ||
           (token.kind == TokenKind::kWord && !is_reserved_word(upper(token.text)));
  }
  std::string identifier() {
    note("<identifier>");
    if (!is_identifier()) fail();
    return tokens_[at_++].text;
  }
  std::vector<std::string> identifier_list() {
    std::vector<std::string> names;
    expect_operator("(");
    do names.push_back(identifier());
    while (accept_operator(","));
    expect_operator(")");
    return names;
  }

  /// Counts one level of nesting while it lives.
  class Deeper {
   public:
    explicit Deeper(Parser& parser) : parser_(parser) {
      if (++parser_.depth_ > kMaxNestingDepth) {
        parser_.fail_at(parser_.here(), "statement is too deeply nested (the limit is " +
                                            std::to_string(kMaxNestingDepth) + " levels)");
      }
    }
    ~Deeper() { --parser_.depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;

   private:
    Parser& parser_;
  };

  /// Counts the links of a chain, whose tree is as deep as the chain is long.
  void lengthen(int& links) {
    if (++links > kMaxChainLength) {
      fail_at(here(), "expression is too long (the limit is " + std::to_string(kMaxChainLength) +
                          " links of a chain)");
    }
  }

  // ---- queries -------------------------------------------------------------------------------
  ast::QueryPointer query() {
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

  ast::NamedQuery named_query() {
    ast::NamedQuery named;
    named.position = here();
    named.name = identifier();
    named.alias_position = peek(1).position;
    if (is_operator("(")) named.column_aliases = identifier_list();
    expect("AS");
    expect_operator("(");
    named.query = query();
    expect_operator(")");
    return named;
  }

  void order_limit(ast::Query& result) {
    result.order_position = here();
    if (accept("ORDER")) {
      expect("BY");
      result.order_by = sort_items();
    }
    if (accept("OFFSET")) {
      result.offset = row_count();
      if (!accept("ROW")) accept("ROWS");
    }
    if (accept("LIMIT")) {
      if (!accept("ALL")) result.limit = row_count();
    } else if (accept("FETCH")) {
      result.fetch_position = tokens_[at_ - 1].position;
      if (!accept("FIRST")) expect("NEXT");
      if (!is_word("ROW") && !is_word("ROWS")) {
        result.limit = row_count();
      } else {
        result.limit = make(ExpressionKind::kInteger, here());
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

  ExpressionPointer row_count() {
    note("<integer>");
    if (peek().kind == TokenKind::kInteger) {
      auto count = make(ExpressionKind::kInteger, here());
      count->text = tokens_[at_++].text;
      return count;
    }
    if (is_operator("?")) {
      ++at_;
      return make(ExpressionKind::kParameter, tokens_[at_ - 1].position);
    }
    fail();
  }

  std::vector<ast::SortItem> sort_items() {
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

  std::unique_ptr<ast::Body> combine(ast::BodyKind kind, std::unique_ptr<ast::Body> left) {
    auto node = std::make_unique<ast::Body>(ast::Body{.kind = kind, .position = left->position});
    node->position = tokens_[at_ - 1].position;
    node->all = accept("ALL");
    if (!node->all) accept("DISTINCT");
    node->left = std::move(left);
    return node;
  }

  /// UNION and EXCEPT bind alike, from the left; INTERSECT binds closer.
  std::unique_ptr<ast::Body> set_operation() {
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

  std::unique_ptr<ast::Body> intersection() {
    auto left = primary_body();
    while (accept("INTERSECT")) {
      left = combine(ast::BodyKind::kIntersect, std::move(left));
      left->right = primary_body();
    }
    return left;
  }

  std::unique_ptr<ast::Body> primary_body() {
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

  std::unique_ptr<ast::Select> select() {
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
        std::string name = identifier();
        expect("AS");
        node->windows.emplace_back(std::move(name), window_specification());
      } while (accept_operator(","));
    }
    return node;
  }

  ast::SelectItem select_item() {
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

  /// The aliases of a star come out in upper case unless they are quoted.
  std::vector<std::string> star_aliases() {
    std::vector<std::string> names;
    expect_operator("(");
    do {
      const bool quoted = peek().kind == TokenKind::kQuoted;
      std::string name = identifier();
      names.push_back(quoted ? std::move(name) : upper(name));
    } while (accept_operator(","));
    expect_operator(")");
    return names;
  }

  /// Non-reserved words that begin a clause and are therefore no alias without AS.
  bool is_clause_word() const {
    return is_word("LIMIT") || is_word("OFFSET") || is_word("FETCH") || is_word("WINDOW");
  }

  ast::GroupingElement grouping_element() {
    ast::GroupingElement element;
    element.position = here();
    if (is_word("AUTO") && !is_operator("(", 1) && !is_operator(".", 1)) {
      accept("AUTO");
      element.kind = ast::GroupingKind::kAuto;
      return element;
    }
    if (accept("ROLLUP") || accept("CUBE")) {
      element.kind = upper(tokens_[at_ - 1].text) == "CUBE" ? ast::GroupingKind::kCube
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

  /// (a, b), () or one expression. A parenthesis may as well begin an expression, `(a + b) * 2`.
  std::vector<ExpressionPointer> grouping_set() {
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

  // ---- relations -----------------------------------------------------------------------------
  ast::RelationPointer from_clause() {
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

  ast::RelationPointer relation() {
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
      // A chain of joins is left-deep; Trino lets the right side nest only before its own ON.
      join->right = join->natural ? aliased_relation() : relation_before_on();
      if (!join->natural) join_criteria(*join);
      left = std::move(join);
    }
  }

  ast::RelationPointer relation_before_on() { return aliased_relation(); }

  void join_criteria(ast::Relation& join) {
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

  ast::RelationPointer aliased_relation() {
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

  bool is_sample() const {
    return is_word("TABLESAMPLE") && (is_word("BERNOULLI", 1) || is_word("SYSTEM", 1));
  }

  ast::RelationPointer primary_relation() {
    auto node = std::make_unique<ast::Relation>(
        ast::Relation{.kind = ast::RelationKind::kTable, .position = here()});
    if (accept("UNNEST")) {
      node->kind = ast::RelationKind::kUnnest;
      expect_operator("(");
      do node->expressions.push_back(expression());
      while (accept_operator(","));
      expect_operator(")");
      if (accept("WITH")) {
        expect("ORDINALITY");
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

  /// A parenthesis holds a query or a relation: `((SELECT …) UNION …)` or `(a JOIN b ON …)`.
  ast::RelationPointer parenthesized_relation() {
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

  /// A bare store id, a quoted name, an ARN in quotes, or dotted identifiers.
  std::string table_name() {
    note("<identifier>");
    if (peek().kind == TokenKind::kStoreId) return tokens_[at_++].text;
    std::string name = identifier();
    while (is_operator(".") && is_identifier(1)) {
      ++at_;
      name += "." + identifier();
    }
    return name;
  }

  // ---- expressions ---------------------------------------------------------------------------
  ExpressionPointer expression() {
    const Deeper deeper(*this);
    note("<expression>");
    return disjunction();
  }

  ExpressionPointer chain(ExpressionKind kind, std::string_view word,
                          ExpressionPointer (Parser::*next)()) {
    const Position position = here();
    auto first = (this->*next)();
    if (!is_word(word)) {
      note_word(word);
      return first;
    }
    auto node = make(kind, position, std::move(first));
    while (accept(word)) node->children.push_back((this->*next)());
    return node;
  }
  ExpressionPointer disjunction() { return chain(ExpressionKind::kOr, "OR", &Parser::conjunction); }
  ExpressionPointer conjunction() { return chain(ExpressionKind::kAnd, "AND", &Parser::negation); }
  ExpressionPointer negation() {
    const Position position = here();
    if (!accept("NOT")) return predicated();
    const Deeper deeper(*this);
    return make(ExpressionKind::kNot, position, negation());
  }

  /// A value and at most one predicate: `a = b = c` is no expression.
  ExpressionPointer predicated() {
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
      left = make(ExpressionKind::kBetween, position, std::move(left), std::move(low),
                  value_expression(0));
    } else if (accept("IN")) {
      left = in_predicate(std::move(left), position);
    } else if (accept("LIKE")) {
      left = make(ExpressionKind::kLike, position, std::move(left), value_expression(0));
      if (accept("ESCAPE")) left->children.push_back(value_expression(0));
    } else if (!negated && accept("IS")) {
      const bool is_not = accept("NOT");
      if (accept("DISTINCT")) {
        expect("FROM");
        left = make(ExpressionKind::kIsDistinct, position, std::move(left), value_expression(0));
      } else {
        expect("NULL");
        left = make(ExpressionKind::kIsNull, position, std::move(left));
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

  std::optional<std::string> comparison_operator() {
    for (const std::string_view text : {"=", "<>", "!=", "<=", ">=", "<", ">"}) {
      if (is_operator(text)) {
        ++at_;
        return std::string(text == "!=" ? "<>" : text);
      }
    }
    return std::nullopt;
  }

  ExpressionPointer comparison_predicate(ExpressionPointer left, const std::string& text,
                                         Position position) {
    note_word("ALL");
    note_word("ANY");
    note_word("SOME");
    for (const std::string_view word : {"ALL", "ANY", "SOME"}) {
      if (is_word(word) && is_operator("(", 1)) {
        at_ += 2;
        auto node = make(ExpressionKind::kQuantified, position, std::move(left));
        node->text = text;
        node->value = word;
        node->query = query();
        expect_operator(")");
        return node;
      }
    }
    note("<expression>");
    auto node = make(ExpressionKind::kComparison, position, std::move(left), value_expression(0));
    node->text = text;
    return node;
  }

  /// What follows IN is looked at as a whole: a mistake inside is reported at IN, as Trino does.
  ExpressionPointer in_predicate(ExpressionPointer left, Position position) {
    const std::size_t start = at_ - 1;
    try {
      return in_list_or_query(std::move(left), position);
    } catch (const Failure& failure) {
      if (failure.error.name != ErrorName::kSyntaxError ||
          !failure.error.message.starts_with("mismatched input")) {
        throw;
      }
    }
    at_ = start;
    fail();
  }

  ExpressionPointer in_list_or_query(ExpressionPointer left, Position position) {
    expect_operator("(");
    if (starts_query()) {
      auto node = make(ExpressionKind::kInSubquery, position, std::move(left));
      node->query = query();
      expect_operator(")");
      return node;
    }
    auto node = make(ExpressionKind::kInList, position, std::move(left));
    do node->children.push_back(expression());
    while (accept_operator(","));
    expect_operator(")");
    return node;
  }

  /// Answers whether a query begins here. After parentheses that hold a query it goes on as one,
  /// `((SELECT 1) UNION …)`, or it is a value or a relation, `((SELECT 1) + 2)`.
  bool starts_query() const {
    std::size_t at = at_;
    while (at < tokens_.size() && is_operator_at(at, "(")) ++at;
    if (!is_query_word(at)) return false;
    for (std::size_t open = at_; open < at; ++open) {
      if (!goes_on_as_query(closing_[open] + 1)) return false;
    }
    return true;
  }
  bool is_operator_at(std::size_t at, std::string_view text) const {
    return tokens_[at].kind == TokenKind::kOperator && tokens_[at].text == text;
  }
  bool is_query_word(std::size_t at) const {
    const std::size_t ahead = at - at_;
    return is_word("SELECT", ahead) || is_word("WITH", ahead) || is_word("VALUES", ahead) ||
           (is_word("TABLE", ahead) && !is_operator("(", ahead + 1));
  }
  bool goes_on_as_query(std::size_t at) const {
    if (at >= tokens_.size() || tokens_[at].kind == TokenKind::kEnd) return true;
    if (is_operator_at(at, ")")) return true;
    static constexpr std::string_view kWords[] = {"UNION",  "INTERSECT", "EXCEPT", "ORDER",
                                                  "OFFSET", "LIMIT",     "FETCH"};
    return std::ranges::any_of(kWords,
                               [&](std::string_view word) { return is_word(word, at - at_); });
  }

  ExpressionPointer value_expression(int least_power) {
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
      left = make(concat ? ExpressionKind::kConcat : ExpressionKind::kArithmetic, position,
                  std::move(left), std::move(right));
      left->text = found->text;
    }
  }

  ExpressionPointer unary() {
    const Position position = here();
    if (is_operator("-") || is_operator("+")) {
      const bool minus = is_operator("-");
      ++at_;
      const Deeper deeper(*this);
      return make(minus ? ExpressionKind::kNegate : ExpressionKind::kPlus, position, unary());
    }
    return at_time_zone();
  }

  ExpressionPointer at_time_zone() {
    auto left = postfix();
    for (int links = 0;; lengthen(links)) {
      note_word("AT");
      if (!is_word("AT") || !(is_word("TIME", 1) || is_word("LOCAL", 1))) return left;
      const Position position = here();
      ++at_;
      if (accept("LOCAL")) {
        left = make(ExpressionKind::kAtTimeZone, position, std::move(left));
        continue;
      }
      expect("TIME");
      expect("ZONE");
      left = make(ExpressionKind::kAtTimeZone, position, std::move(left), postfix());
    }
  }

  ExpressionPointer postfix() {
    auto node = primary();
    for (int links = 0;; lengthen(links)) {
      note_word("[");
      note_word(".");
      if (is_operator("[")) {
        ++at_;
        const Position base = node->position;
        node = make(ExpressionKind::kSubscript, base, std::move(node), value_expression(0));
        expect_operator("]");
      } else if (is_operator(".") && !is_operator("*", 1)) {
        ++at_;
        const Position base = node->position;
        auto field = make(ExpressionKind::kDereference, base, std::move(node));
        field->quoted = peek().kind == TokenKind::kQuoted;
        field->text = identifier();
        node = std::move(field);
      } else {
        return node;
      }
    }
  }

  ExpressionPointer literal(ExpressionKind kind) {
    auto node = make(kind, here());
    node->text = tokens_[at_++].text;
    return node;
  }

  ExpressionPointer primary() {
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

  ExpressionPointer operator_primary() {
    const Position position = here();
    if (is_operator("?")) {
      ++at_;
      return make(ExpressionKind::kParameter, position);
    }
    if (is_operator("[")) return array_items();
    if (!is_operator("(")) fail_here("<expression>");
    if (is_lambda_parameters()) return lambda_list();
    ++at_;
    if (starts_query()) {
      auto node = make(ExpressionKind::kSubquery, position);
      node->query = query();
      expect_operator(")");
      return node;
    }
    auto first = expression();
    if (accept_operator(",")) {
      auto row = make(ExpressionKind::kRow, position, std::move(first));
      do row->children.push_back(expression());
      while (accept_operator(","));
      expect_operator(")");
      return row;
    }
    expect_operator(")");
    return first;
  }

  /// Answers whether `(x, y) ->` or `() ->` stands here.
  bool is_lambda_parameters() const {
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

  ExpressionPointer lambda_list() {
    auto node = make(ExpressionKind::kLambda, here());
    if (is_operator(")", 1)) {
      at_ += 2;
    } else {
      node->parameters = identifier_list();
    }
    expect_operator("->");
    node->children.push_back(expression());
    return node;
  }

  ExpressionPointer word_primary() {
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
    const std::string word = upper(peek().text);
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

  ExpressionPointer null_literal() {
    ++at_;
    return make(ExpressionKind::kNull, tokens_[at_ - 1].position);
  }
  ExpressionPointer boolean_literal() {
    auto node = literal(ExpressionKind::kBoolean);
    node->text = upper(node->text);
    return node;
  }

  ExpressionPointer case_expression() {
    const Position position = here();
    expect("CASE");
    auto node = make(ExpressionKind::kSearchedCase, position);
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

  ExpressionPointer cast_expression() {
    auto node = make(ExpressionKind::kCast, here());
    node->negated = is_word("TRY_CAST");
    at_ += 2;
    node->children.push_back(expression());
    expect("AS");
    node->text = type();
    expect_operator(")");
    return node;
  }

  ExpressionPointer exists_expression() {
    auto node = make(ExpressionKind::kExists, here());
    at_ += 2;
    node->query = query();
    expect_operator(")");
    return node;
  }

  ExpressionPointer extract_expression() {
    auto node = make(ExpressionKind::kExtract, here());
    at_ += 2;
    node->text = upper(identifier());
    expect("FROM");
    node->children.push_back(value_expression(0));
    expect_operator(")");
    return node;
  }

  ExpressionPointer trim_expression() {
    auto node = make(ExpressionKind::kTrim, here());
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

  /// substring(text FROM start [FOR length]); with commas it is a call as any other.
  ExpressionPointer substring_expression() {
    const std::size_t start = at_;
    auto node = make(ExpressionKind::kCall, here());
    node->call = std::make_unique<ast::Call>();
    node->text = identifier();
    ++at_;
    if (is_operator(")")) return at_ = start, call();
    node->children.push_back(expression());
    if (!accept("FROM")) return at_ = start, call();
    node->children.push_back(expression());
    if (accept("FOR")) node->children.push_back(expression());
    expect_operator(")");
    return node;
  }

  /// listagg(value [, separator] [ON OVERFLOW …]) WITHIN GROUP (ORDER BY …) [FILTER (WHERE …)]
  ExpressionPointer listagg_expression() {
    auto node = make(ExpressionKind::kCall, here());
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

  ExpressionPointer json_call() {
    auto node = make(ExpressionKind::kCall, here());
    node->text = upper(peek().text);
    node->call = std::make_unique<ast::Call>();
    node->call->json = std::make_unique<ast::JsonClauses>();
    at_ += 2;
    return node;
  }
  /// FORMAT JSON [ENCODING UTF8] behind a value.
  bool json_format() {
    if (!accept("FORMAT")) return false;
    expect("JSON");
    if (accept("ENCODING")) ++at_;
    return true;
  }

  /// JSON_VALUE, JSON_QUERY, JSON_EXISTS: input, path and clauses.
  ExpressionPointer json_path_expression() {
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
        json.passing.push_back(is_quoted ? name : upper(name));
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
  void json_query_clauses(ast::JsonClauses& json) {
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
  /// … ON EMPTY or … ON ERROR
  void json_behavior(ast::JsonClauses& json) {
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

  ExpressionPointer json_object_expression() {
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
  ExpressionPointer json_array_expression() {
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
  bool is_json_clause() const {
    return is_word("RETURNING") || ((is_word("NULL") || is_word("ABSENT")) && is_word("ON", 1));
  }
  void json_maker_clauses(ast::JsonClauses& json) {
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

  ExpressionPointer grouping_expression() {
    auto node = make(ExpressionKind::kGrouping, here());
    at_ += 2;
    do node->children.push_back(qualified_name());
    while (accept_operator(","));
    expect_operator(")");
    return node;
  }

  /// a or a.b or a.b.c, as an expression.
  ExpressionPointer qualified_name() {
    auto node = make(ExpressionKind::kIdentifier, here());
    node->quoted = peek().kind == TokenKind::kQuoted;
    node->text = identifier();
    while (accept_operator(".")) {
      auto field = make(ExpressionKind::kDereference, node->position, std::move(node));
      field->quoted = peek().kind == TokenKind::kQuoted;
      field->text = identifier();
      node = std::move(field);
    }
    return node;
  }

  ExpressionPointer row_constructor() {
    auto node = make(ExpressionKind::kRow, here());
    node->text = "ROW";
    at_ += 2;
    do node->children.push_back(expression());
    while (accept_operator(","));
    expect_operator(")");
    return node;
  }

  /// POSITION(a IN b) is strpos(b, a).
  ExpressionPointer position_expression() {
    auto node = make(ExpressionKind::kCall, here());
    node->text = "strpos";
    node->call = std::make_unique<ast::Call>();
    at_ += 2;
    auto needle = value_expression(0);
    expect("IN");
    node->children.push_back(value_expression(0));
    node->children.push_back(std::move(needle));
    expect_operator(")");
    return node;
  }

  ExpressionPointer normalize_expression() {
    auto node = make(ExpressionKind::kCall, here());
    node->text = "normalize";
    node->call = std::make_unique<ast::Call>();
    at_ += 2;
    node->children.push_back(value_expression(0));
    auto form = make(ExpressionKind::kString, here());
    form->text = "NFC";
    if (accept_operator(",")) form->text = upper(identifier());
    node->children.push_back(std::move(form));
    expect_operator(")");
    return node;
  }

  ExpressionPointer current_expression() {
    auto node = make(ExpressionKind::kCurrent, here());
    node->text = upper(tokens_[at_++].text);
    if (is_operator("(") && peek(1).kind == TokenKind::kInteger && is_operator(")", 2)) {
      node->value = peek(1).text;
      at_ += 3;
    }
    return node;
  }

  ExpressionPointer array_constructor() {
    const Position position = here();
    ++at_;
    auto node = array_items();
    node->position = position;
    return node;
  }

  /// `[1, 2]`: the word ARRAY may be left out.
  ExpressionPointer array_items() {
    auto node = make(ExpressionKind::kArray, here());
    ++at_;
    if (!is_operator("]")) {
      do node->children.push_back(expression());
      while (accept_operator(","));
    }
    expect_operator("]");
    return node;
  }

  ExpressionPointer interval_literal() {
    auto node = make(ExpressionKind::kInterval, here());
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

  std::string interval_unit() {
    for (const std::string_view unit : {"YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"}) {
      if (accept(unit)) return std::string(unit);
    }
    fail();
  }

  /// TIMESTAMP '…', DATE '…', DOUBLE PRECISION '…', or any type's name before a string.
  ExpressionPointer typed_literal() {
    const Position position = here();
    if (!is_identifier() || peek().kind == TokenKind::kQuoted) return nullptr;
    std::size_t words = 1;
    if (is_word("DOUBLE") && is_word("PRECISION", 1)) words = 2;
    std::string name = lower(peek().text);
    if (words == 1 && is_operator("(", 1) && peek(2).kind == TokenKind::kInteger) {
      // DECIMAL(10,2) '…' or TIMESTAMP(3) '…' hardly occur; a call would look the same up to here.
      return nullptr;
    }
    if (peek(words).kind != TokenKind::kString) return nullptr;
    auto node = make(ExpressionKind::kTypedLiteral, position);
    node->text = words == 2 ? "double" : name;
    at_ += words;
    node->value = tokens_[at_++].text;
    return node;
  }

  ExpressionPointer name_primary() {
    const Position position = here();
    note("<expression>");
    if (!is_identifier()) {
      // LEFT(…) and the like are reserved; Trino has no such functions.
      fail();
    }
    if (is_operator("->", 1)) {
      auto node = make(ExpressionKind::kLambda, position);
      node->parameters.push_back(identifier());
      expect_operator("->");
      node->children.push_back(expression());
      return node;
    }
    if (is_operator("(", 1)) return call();
    auto node = make(ExpressionKind::kIdentifier, position);
    node->quoted = peek().kind == TokenKind::kQuoted;
    node->text = identifier();
    return node;
  }

  ExpressionPointer call() {
    auto node = make(ExpressionKind::kCall, here());
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

  std::unique_ptr<ast::Window> window_specification() {
    auto window = std::make_unique<ast::Window>();
    window->position = here();
    expect_operator("(");
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

  ast::Frame frame() {
    ast::Frame result;
    result.position = here();
    const std::string unit = upper(tokens_[at_++].text);
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

  ast::FrameBound frame_bound() {
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

  /// A type in CAST, as canonical lower-case text: map(varchar, json), row(x integer, "Y" varchar).
  std::string type() {
    const Deeper deeper(*this);
    note("<type>");
    if (!is_identifier()) fail();
    const bool quoted = peek().kind == TokenKind::kQuoted;
    std::string name = lower(tokens_[at_++].text);
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

  std::string row_type_text() {
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

  /// `timestamp with time zone` and `double precision` are types of several words, not named
  /// fields.
  bool is_time_phrase() const {
    return ((is_word("TIMESTAMP") || is_word("TIME")) &&
            (is_word("WITH", 1) || is_word("WITHOUT", 1))) ||
           (is_word("DOUBLE") && is_word("PRECISION", 1));
  }

  std::string time_type_text(std::string name) {
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

  std::string interval_type_text() {
    const std::string from = lower(interval_unit());
    expect("TO");
    return "interval " + from + " to " + lower(interval_unit());
  }

  std::string angle_type_text(std::string name) {
    expect_operator("<");
    name += "(" + type();
    if (accept_operator(",")) name += "," + type();
    expect_operator(">");
    return name + ")";
  }

  std::vector<Token> tokens_;
  std::vector<std::size_t> closing_;  // of each opening parenthesis: where it closes, or the end
  std::size_t at_ = 0;
  int depth_ = 0;
  std::size_t expected_at_ = 0;
  std::set<std::string> expected_;
};

}  // namespace

Result<ast::QueryPointer> parse(std::string_view statement) {
  try {
    return Parser(statement).statement();
  } catch (Failure& failure) {
    return std::move(failure.error);
  }
}

}  // namespace trailpond::sql
