#pragma once
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sql/syntax/lexer.hpp"
#include "sql/syntax/parser.hpp"

/// The parser's inside: recursive descent over the tokens of one statement. Queries and relations
/// are in parser.cpp, expressions in expression_parser.cpp and special_form_parser.cpp, types in
/// type_parser.cpp.
/// Source: Trino's grammar (SqlBase.g4).
namespace trailpond::sql {

/// Leaves the descent at the first mistake; caught in parse(), never outside the parser.
struct ParseFailure {
  Error error;
};

inline ast::ExpressionPointer make_node(ast::ExpressionKind kind, Position position) {
  return std::make_unique<ast::Expression>(ast::Expression{.kind = kind, .position = position});
}

template <class... Children>
ast::ExpressionPointer make_node(ast::ExpressionKind kind, Position position,
                                 Children... children) {
  auto node = make_node(kind, position);
  (node->children.push_back(std::move(children)), ...);
  return node;
}

class Parser {
 public:
  /// `explains`: an error lists what would have fitted, which costs more than all of the parsing.
  explicit Parser(std::string_view statement, bool explains)
      : explains_(explains), tokens_(lex(statement)) {
    match_parentheses();
  }
  ast::QueryPointer statement();

 private:
  using Expression = ast::Expression;
  using ExpressionKind = ast::ExpressionKind;
  using ExpressionPointer = ast::ExpressionPointer;

  // ---- tokens (parser.cpp)
  /// Notes where each parenthesis closes, so that what one holds is known without trying.
  void match_parentheses();
  const Token& peek(std::size_t ahead = 0) const;
  Position here() const;
  /// Notes what would have fitted at this token; the message of a syntax error lists it.
  void note(std::string_view expected);
  void note_word(std::string_view word);
  bool is_word(std::string_view word, std::size_t ahead = 0) const;
  bool is_operator(std::string_view text, std::size_t ahead = 0) const;
  bool accept(std::string_view word);
  bool accept_operator(std::string_view text);
  void expect(std::string_view word);
  void expect_operator(std::string_view text);
  void expect_end();
  [[noreturn]] void fail_here(std::string_view expected);
  /// Reports the token at hand. Trino's wording; the list is what this parser tried there.
  [[noreturn]] void fail();
  [[noreturn]] void fail_at(Position position, std::string message);
  bool is_identifier(std::size_t ahead = 0) const;
  std::string identifier();
  std::vector<std::string> identifier_list();
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
  void lengthen(int& links);

  // ---- queries (parser.cpp)
  ast::QueryPointer query();
  ast::NamedQuery named_query();
  void order_limit(ast::Query& result);
  ExpressionPointer row_count();
  std::vector<ast::SortItem> sort_items();
  std::unique_ptr<ast::Body> combine(ast::BodyKind kind, std::unique_ptr<ast::Body> left);
  /// UNION and EXCEPT bind alike, from the left; INTERSECT binds closer.
  std::unique_ptr<ast::Body> set_operation();
  std::unique_ptr<ast::Body> intersection();
  std::unique_ptr<ast::Body> primary_body();
  std::unique_ptr<ast::Select> select();
  ast::SelectItem select_item();
  /// The aliases of a star come out in upper case unless they are quoted.
  std::vector<std::string> star_aliases();
  /// Non-reserved words that begin a clause and are therefore no alias without AS.
  bool is_clause_word() const;
  ast::GroupingElement grouping_element();
  /// (a, b), () or one expression. A parenthesis may as well begin an expression, `(a + b) * 2`.
  std::vector<ExpressionPointer> grouping_set();

  // ---- relations (parser.cpp)
  ast::RelationPointer from_clause();
  ast::RelationPointer relation();
  void join_criteria(ast::Relation& join);
  ast::RelationPointer aliased_relation();
  bool is_sample() const;
  ast::RelationPointer primary_relation();
  /// A parenthesis holds a query or a relation: `((SELECT …) UNION …)` or `(a JOIN b ON …)`.
  ast::RelationPointer parenthesized_relation();
  /// A bare store id, a quoted name, an ARN in quotes, or dotted identifiers.
  std::string table_name();

  // ---- expressions (expression_parser.cpp, special_form_parser.cpp)
  ExpressionPointer expression();
  ExpressionPointer chain(ExpressionKind kind, std::string_view word,
                          ExpressionPointer (Parser::*next)());
  ExpressionPointer disjunction();
  ExpressionPointer conjunction();
  ExpressionPointer negation();
  /// A value and at most one predicate: `a = b = c` is no expression.
  ExpressionPointer predicated();
  std::optional<std::string> comparison_operator();
  ExpressionPointer comparison_predicate(ExpressionPointer left, const std::string& text,
                                         Position position);
  /// What follows IN is looked at as a whole: a mistake inside is reported at IN, as Trino does.
  ExpressionPointer in_predicate(ExpressionPointer left, Position position);
  ExpressionPointer in_list_or_query(ExpressionPointer left, Position position);
  /// Answers whether a query begins here. After parentheses that hold a query it goes on as one,
  /// `((SELECT 1) UNION …)`, or it is a value or a relation, `((SELECT 1) + 2)`.
  bool starts_query() const;
  bool is_operator_at(std::size_t at, std::string_view text) const;
  bool is_query_word(std::size_t at) const;
  bool goes_on_as_query(std::size_t at) const;
  ExpressionPointer value_expression(int least_power);
  ExpressionPointer unary();
  ExpressionPointer at_time_zone();
  ExpressionPointer postfix();
  ExpressionPointer qualified_call(const Expression& schema);
  ExpressionPointer literal(ExpressionKind kind);
  ExpressionPointer primary();
  ExpressionPointer operator_primary();
  /// Answers whether `(x, y) ->` or `() ->` stands here.
  bool is_lambda_parameters() const;
  ExpressionPointer lambda_list();
  ExpressionPointer word_primary();
  ExpressionPointer null_literal();
  ExpressionPointer boolean_literal();
  ExpressionPointer case_expression();
  ExpressionPointer cast_expression();
  ExpressionPointer exists_expression();
  ExpressionPointer extract_expression();
  ExpressionPointer trim_expression();
  /// substring(text FROM start [FOR length]); with commas it is a call as any other.
  ExpressionPointer substring_expression();
  /// listagg(value [, separator] [ON OVERFLOW …]) WITHIN GROUP (ORDER BY …) [FILTER (WHERE …)]
  ExpressionPointer listagg_expression();
  ExpressionPointer json_call();
  /// FORMAT JSON [ENCODING UTF8] behind a value.
  bool json_format();
  /// JSON_VALUE, JSON_QUERY, JSON_EXISTS: input, path and clauses.
  ExpressionPointer json_path_expression();
  void json_query_clauses(ast::JsonClauses& json);
  /// … ON EMPTY or … ON ERROR
  void json_behavior(ast::JsonClauses& json);
  ExpressionPointer json_object_expression();
  ExpressionPointer json_array_expression();
  bool is_json_clause() const;
  void json_maker_clauses(ast::JsonClauses& json);
  ExpressionPointer grouping_expression();
  /// a or a.b or a.b.c, as an expression.
  ExpressionPointer qualified_name();
  ExpressionPointer row_constructor();
  /// POSITION(a IN b) is strpos(b, a).
  ExpressionPointer position_expression();
  ExpressionPointer normalize_expression();
  ExpressionPointer current_expression();
  ExpressionPointer array_constructor();
  /// `[1, 2]`: the word ARRAY may be left out.
  ExpressionPointer array_items();
  ExpressionPointer interval_literal();
  std::string interval_unit();
  /// TIMESTAMP '…', DATE '…', DOUBLE PRECISION '…', or any type's name before a string.
  ExpressionPointer typed_literal();
  ExpressionPointer name_primary();
  ExpressionPointer call();
  std::unique_ptr<ast::Window> window_specification();
  ast::Frame frame();
  ast::FrameBound frame_bound();

  // ---- types (type_parser.cpp)
  /// A type in CAST, as canonical lower-case text: map(varchar, json), row(x integer, "Y" varchar).
  std::string type();
  std::string row_type_text();
  /// `timestamp with time zone` and `double precision` are types of several words, not named
  /// fields.
  bool is_time_phrase() const;
  std::string time_type_text(std::string name);
  std::string interval_type_text();
  std::string angle_type_text(std::string name);

  bool explains_;
  std::vector<Token> tokens_;
  std::vector<std::size_t> closing_;  // of each opening parenthesis: where it closes, or the end
  std::size_t at_ = 0;
  int depth_ = 0;
  std::size_t expected_at_ = 0;
  std::set<std::string> expected_;
};

}  // namespace trailpond::sql
