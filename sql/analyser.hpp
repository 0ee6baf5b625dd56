#pragma once
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sql/ast.hpp"
#include "sql/bound.hpp"
#include "sql/statement.hpp"

/// From the tree as written to the bound tree: names, types, coercions, overloads, grouping rules.
namespace trailpond::sql {

struct Analysed {
  BoundQueryPointer query;
  std::vector<std::string> table_names;
};

/// Analyses a whole statement; every mistake of the user is found here, with its place.
Result<Analysed> analyse(const ast::Query& query, const Catalog& catalog,
                         const PrepareOptions& options);

namespace analysis {

/// Leaves the analysis at the first mistake; caught in analyse(), never outside.
struct Failure {
  Error error;
};
[[noreturn]] void fail(ErrorName name, Position position, std::string message);

struct ScopeField {
  std::string name;       // lower case; empty: anonymous
  std::string shown;      // as the relation spells it
  std::string qualifier;  // lower case alias of the relation; empty: none
  TypePointer type;
  std::int32_t relation;
  std::int32_t column;
  BoundPointer merged = {};  // of a USING join: the coalesced column
};

/// The names that an expression sees; `outer` is the query around a subquery.
struct Scope {
  const Scope* outer = nullptr;
  std::vector<ScopeField> fields;
};

struct LambdaFrame {
  std::vector<std::string> names;
  std::vector<TypePointer> types;
  std::vector<std::int32_t> slots;
};

/// A column of the SELECT list, as ORDER BY sees it.
struct OutputField {
  std::string name;  // lower case, empty: anonymous
  TypePointer type;
  std::int32_t index;
};

/// Where an expression stands: what it may see and contain.
struct Context {
  const Scope* scope = nullptr;
  const char* clause = nullptr;                       // names the place when aggregates are refused
  std::vector<BoundAggregate>* aggregates = nullptr;  // null: none allowed here
  std::vector<BoundWindow>* windows = nullptr;
  const std::vector<OutputField>* outputs = nullptr;  // in ORDER BY
  std::vector<LambdaFrame>* lambdas = nullptr;
  Position clause_position = {};      // of the clause's expression
  std::string inside_aggregate = {};  // the name of the aggregate whose argument this is
  Position aggregate_position = {};
  std::int32_t select_id = 0;
};

class Analyser {
 public:
  Analyser(const Catalog& catalog, const PrepareOptions& options)
      : catalog_(catalog), options_(options) {}

  BoundQueryPointer query(const ast::Query& query, const Scope* outer);
  std::vector<std::string> take_table_names() { return std::move(table_names_); }

 private:
  // ---- queries (analyser.cpp)
  struct NamedQuery {
    std::string name;
    const ast::NamedQuery* query;
    const Scope* outer;
    std::size_t visible;  // how many of the names before it its body sees
  };
  struct SelectResult {
    std::unique_ptr<BoundSelect> select;
    std::vector<Column> columns;
    std::vector<OutputField> outputs;
    Scope scope;
    std::int32_t id = 0;
  };
  std::unique_ptr<BoundBody> body(const ast::Body& body, const Scope* outer,
                                  std::vector<Column>& columns);
  std::unique_ptr<BoundBody> set_operation(const ast::Body& body, const Scope* outer,
                                           std::vector<Column>& columns);
  std::unique_ptr<BoundBody> values(const ast::Body& body, const Scope* outer,
                                    std::vector<Column>& columns);
  SelectResult select(const ast::Select& select, const Scope* outer);
  void group_by(const ast::Select& select, SelectResult& result, Context& context);
  void select_items(const ast::Select& select, SelectResult& result, Context& context);
  void add_star(const ast::SelectItem& item, SelectResult& result, Context& context);
  void add_row_star(const ast::SelectItem& item, const BoundPointer& row, SelectResult& result);
  void sort(const ast::Query& query, BoundQuery& bound, SelectResult* result,
            const ast::Select* select);
  std::unique_ptr<BoundRelation> relation(const ast::Relation& relation, Scope& scope,
                                          const Scope* outer);
  std::unique_ptr<BoundRelation> table(const ast::Relation& relation, Scope& scope,
                                       const Scope* outer);
  std::unique_ptr<BoundRelation> join(const ast::Relation& relation, Scope& scope,
                                      const Scope* outer);
  std::unique_ptr<BoundRelation> unnest(const ast::Relation& relation, Scope& scope,
                                        const Scope* outer);
  std::unique_ptr<BoundRelation> query_relation(BoundQueryPointer query,
                                                const ast::Relation& relation, Scope& scope);
  void expose(const ast::Relation& relation, const BoundRelation& bound, Scope& scope,
              const std::string& default_alias);
  std::optional<std::int64_t> row_count(const ast::ExpressionPointer& expression,
                                        const char* clause);

  // ---- grouping (grouping.cpp)
  BoundPointer regroup(const BoundPointer& expression, const SelectResult& result);
  BoundPointer grouped(const BoundPointer& expression, const ast::Expression& written,
                       const SelectResult& result);

  // ---- expressions (expressions.cpp)
 public:
  BoundPointer expression(const ast::Expression& node, Context& context);
  BoundPointer condition(const ast::Expression& node, Context& context, const char* clause);
  BoundPointer coerce(BoundPointer expression, TypePointer type);

 private:
  BoundPointer identifier(const ast::Expression& node, Context& context);
  BoundPointer dereference(const ast::Expression& node, Context& context);
  BoundPointer resolve(const std::vector<std::string>& parts, const ast::Expression& node,
                       Context& context, bool& ambiguous_qualifier);
  BoundPointer subscript(const ast::Expression& node, Context& context);
  BoundPointer call(const ast::Expression& node, Context& context);
  std::optional<BoundPointer> special_call(const std::string& name, const ast::Expression& node,
                                           Context& context);
  BoundPointer format_call(const ast::Expression& node, Context& context);
  BoundPointer if_call(const ast::Expression& node, Context& context);
  BoundPointer aggregate(const std::string& name, const ast::Expression& node, Context& context);
  BoundPointer window(const std::string& name, const ast::Expression& node, Context& context);
  void window_specification(const ast::Window& window, Context& context, BoundWindow& bound);
  BoundPointer function(const std::string& name, const ast::Expression& node, Context& context);
  BoundPointer operator_call(const std::string& name, Position position,
                             std::vector<BoundPointer> operands);
  BoundPointer lambda(const ast::Expression& node, std::span<const TypePointer> parameters,
                      Context& context);
  BoundPointer comparison(Comparison comparison, Position position, BoundPointer left,
                          BoundPointer right);
  void unify(BoundPointer& left, BoundPointer& right, Position position, const std::string& symbol);
  bool unify_leniently(BoundPointer& left, BoundPointer& right);
  BoundPointer lenient_moment(const BoundPointer& text, TypePointer like);
  BoundPointer between(const ast::Expression& node, Context& context);
  BoundPointer in_list(const ast::Expression& node, Context& context);
  BoundPointer like(const ast::Expression& node, Context& context);
  BoundPointer case_expression(const ast::Expression& node, Context& context);
  BoundPointer cast(const ast::Expression& node, Context& context);
  BoundPointer literal(const ast::Expression& node);
  BoundPointer typed_literal(const ast::Expression& node);
  BoundPointer interval(const ast::Expression& node);
  BoundPointer current(const ast::Expression& node);
  BoundPointer extract(const ast::Expression& node, Context& context);
  BoundPointer subquery(const ast::Expression& node, Context& context);
  BoundPointer quantified(const ast::Expression& node, Context& context);
  BoundPointer items(const ast::Expression& node, Context& context);
  BoundPointer fold(Bound node);

  const Catalog& catalog_;
  const PrepareOptions& options_;
  std::vector<std::string> table_names_;
  std::vector<NamedQuery> named_;
  std::int32_t next_relation_ = 1;
  std::int32_t next_slot_ = 0;
  const ast::Select* current_select_ = nullptr;

  friend struct SelectGuard;
};

}  // namespace analysis
}  // namespace trailpond::sql
