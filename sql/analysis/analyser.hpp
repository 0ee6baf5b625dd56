#pragma once
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sql/analysis/options.hpp"
#include "sql/analysis/signatures.hpp"
#include "sql/bound/bound.hpp"
#include "sql/syntax/ast.hpp"
#include "sql/syntax/rewriting.hpp"
#include "sql/types/catalog.hpp"

/// From the tree as written to the bound tree: names, types, coercions, overloads, grouping rules.
namespace trailpond::sql {

/// Analyses a whole statement; every mistake of the user is found here, with its place. Where
/// `rewriting` is given, it is told what plain Trino would not take as it is written.
Result<Analysed> analyse(const ast::Query& query, const Catalog& catalog,
                         const PrepareOptions& options, ast::Rewriting* rewriting = nullptr);

namespace analysis {

/// Leaves the analysis at the first mistake; caught in analyse(), never outside.
struct Failure {
  Error error;
};
[[noreturn]] void fail(ErrorName name, Position position, std::string message);

/// The place of a query's first SELECT, VALUES or parenthesis.
Position start_of(const ast::Body& body);

/// Answers whether a name (lower case) is that of a window function that is no aggregate.
bool is_window_function(std::string_view name);
struct WindowFunction;  // windows.cpp

struct ScopeField;
/// The column that a field of a scope stands for.
BoundPointer column_of(const ScopeField& field, Position position);
/// A field of a row.
BoundPointer field_of(const BoundPointer& row, std::size_t index, Position position);

struct ScopeField {
  std::string name;                          // lower case; empty: anonymous
  std::string shown;                         // as the relation spells it
  std::shared_ptr<const std::string> alias;  // of the relation, in lower case; null: none
  TypePointer type;
  std::int32_t relation;
  std::int32_t column;
  BoundPointer merged = {};  // of a USING join: the coalesced column

  std::string_view qualifier() const { return alias ? std::string_view(*alias) : ""; }
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
  std::vector<const ast::Expression*>* window_calls = nullptr;  // parallel to `windows`
  const std::vector<BoundPointer>* group_keys = nullptr;        // for GROUPING()
  const std::vector<OutputField>* outputs = nullptr;            // in ORDER BY
  std::vector<LambdaFrame>* lambdas = nullptr;
  Position clause_position = {};      // of the clause's expression
  std::string inside_aggregate = {};  // the name of the aggregate whose argument this is
  Position aggregate_position = {};
  const char* inside_window = nullptr;  // names the part of a window function that this is
  std::int32_t select_id = 0;
};

/// What the sides of a comparison are as they are written; null: not known.
struct WrittenSides {
  const ast::Expression* left = nullptr;
  const ast::Expression* right = nullptr;
};

class Analyser {
 public:
  Analyser(const Catalog& catalog, const PrepareOptions& options, ast::Rewriting* rewriting)
      : catalog_(catalog), options_(options), rewriting_(rewriting) {}

  BoundQueryPointer query(const ast::Query& query, const Scope* outer);
  std::vector<std::string> take_table_names() { return std::move(table_names_); }

 private:
  // ---- queries (analyser.cpp)
  struct NamedQuery {
    std::string name;
    const ast::NamedQuery* query;
    const Scope* outer;
    std::size_t visible;  // how many of the names before it its body sees
    bool recursive = false;
    bool used = false;
  };
  /// The name of a recursive WITH query inside its own step.
  struct WorkingTable {
    std::string name;
    std::vector<Column> columns;
    std::int32_t id;
  };
  struct SelectResult {
    std::unique_ptr<BoundSelect> select;
    std::vector<Column> columns;
    std::vector<OutputField> outputs;
    std::vector<const ast::Expression*> window_calls;
    Scope scope;
    std::int32_t id = 0;
    /// Subqueries as they see the groups, by what they were before.
    std::map<BoundQueryPointer, BoundQueryPointer> regrouped;
  };
  std::unique_ptr<BoundBody> body(const ast::Body& body, const Scope* outer,
                                  std::vector<Column>& columns);
  std::unique_ptr<BoundBody> set_operation(const ast::Body& body, const Scope* outer,
                                           std::vector<Column>& columns);
  std::unique_ptr<BoundBody> values(const ast::Body& body, const Scope* outer,
                                    std::vector<Column>& columns);
  SelectResult select(const ast::Select& select, const Scope* outer, bool aggregates_in_order);
  void group_items(const ast::Select& written, SelectResult& result);
  void select_items(const ast::Select& select, SelectResult& result, Context& context);
  void add_star(const ast::SelectItem& item, SelectResult& result, Context& context);
  void add_row_star(const ast::SelectItem& item, SelectResult& result, Context& context);
  static void add_star_column(const ast::SelectItem& item, std::size_t place, std::string shown,
                              const Bound& column, SelectResult& result);
  static Context sort_context(SelectResult* result, const ast::Select* select);
  BoundPointer sort_expression(const ast::Expression& written,
                               const std::vector<OutputField>& outputs, SelectResult* result,
                               const ast::Select* select);
  void sort(const ast::Query& query, BoundQuery& bound, SelectResult* result,
            const ast::Select* select);
  std::optional<std::int64_t> row_count(const ast::ExpressionPointer& expression,
                                        const char* clause);

  // ---- FROM (relations.cpp)
  std::unique_ptr<BoundRelation> relation(const ast::Relation& written, Scope& scope,
                                          const Scope* outer);
  std::unique_ptr<BoundRelation> any_relation(const ast::Relation& written, Scope& scope,
                                              const Scope* outer);
  std::unique_ptr<BoundRelation> table(const ast::Relation& written, Scope& scope);
  std::unique_ptr<BoundRelation> named_query(std::size_t index);
  std::unique_ptr<BoundRelation> recursive_query(const NamedQuery& named);
  std::unique_ptr<BoundRelation> working_table(const ast::Relation& written);
  void check_named_query(std::size_t index);
  std::unique_ptr<BoundRelation> join(const ast::Relation& written, Scope& scope,
                                      const Scope* outer);
  std::unique_ptr<BoundRelation> right_of_join(const ast::Relation& written, BoundJoinKind join,
                                               Scope& scope, const Scope* outer);
  void join_using(const ast::Relation& written, BoundRelation& bound, std::size_t before,
                  std::size_t middle, Scope& scope);
  std::unique_ptr<BoundRelation> unnest(const ast::Relation& written, Scope& scope,
                                        const Scope* outer);
  std::unique_ptr<BoundRelation> lateral(const ast::Relation& written, Scope& scope,
                                         const Scope* outer);
  std::unique_ptr<BoundRelation> query_relation(BoundQueryPointer query);
  double sample_percent(const ast::Expression& written);
  void expose(const ast::Relation& relation, const BoundRelation& bound, Scope& scope,
              const std::string& default_alias);

  // ---- grouping (grouping.cpp)
  void group_by(const ast::Select& select, SelectResult& result, Context& context);
  void group_by_auto(const ast::Select& select, SelectResult& result, Context& context);
  const ast::Expression* group_item(const ast::Expression& written, const ast::Select& select,
                                    SelectResult& result, std::uint64_t& bits);
  std::size_t group_key(const ast::Expression& written, SelectResult& result, Context& context);
  std::size_t add_key(const BoundPointer& key, SelectResult& result);
  BoundPointer grouping(const ast::Expression& node, Context& context);
  BoundPointer regroup_inside(const BoundPointer& expression, SelectResult& result);
  BoundQueryPointer regroup_query(const BoundQueryPointer& query, SelectResult& result);
  void regroup_windows(SelectResult& result, std::size_t first);
  BoundPointer regroup(const BoundPointer& expression, SelectResult& result);
  BoundPointer grouped(const BoundPointer& expression, const ast::Expression& written,
                       SelectResult& result);

  // ---- expressions (expressions.cpp)
 public:
  BoundPointer expression(const ast::Expression& node, Context& context);
  BoundPointer condition(const ast::Expression& node, Context& context, const char* clause);
  BoundPointer coerce(BoundPointer expression, TypePointer type);

 private:
  std::vector<BoundPointer> expressions(const std::vector<ast::ExpressionPointer>& nodes,
                                        Context& context);
  BoundPointer negated(const ast::Expression& node, Context& context);
  BoundPointer unary_plus(const ast::Expression& node, Context& context);
  BoundPointer is_distinct(const ast::Expression& node, Context& context);
  BoundPointer is_null(const ast::Expression& node, Context& context);
  BoundPointer logical(const ast::Expression& node, Context& context);
  BoundPointer at_time_zone(const ast::Expression& node, Context& context);
  BoundPointer trim(const ast::Expression& node, Context& context);
  BoundPointer identifier(const ast::Expression& node, Context& context);
  BoundPointer dereference(const ast::Expression& node, Context& context);
  BoundPointer resolve(const std::vector<std::string>& parts, const ast::Expression& node,
                       Context& context, bool& ambiguous_qualifier);
  BoundPointer subscript(const ast::Expression& node, Context& context);
  BoundPointer call(const ast::Expression& node, Context& context);
  std::optional<BoundPointer> special_call(const std::string& name, const ast::Expression& node,
                                           Context& context);
  BoundPointer format_call(const ast::Expression& node, Context& context);
  BoundPointer json_call(const ast::Expression& node, Context& context);
  BoundPointer json_maker(const ast::Expression& node, Context& context);
  BoundPointer lambda_argument(const ast::Expression& node, TypePointer type, Context& context);
  void complete_listagg(const ast::Expression& node, std::vector<BoundPointer>& arguments,
                        std::vector<ArgumentShape>& shapes);
  BoundPointer if_call(const ast::Expression& node, Context& context);
  BoundPointer aggregate(const std::string& name, const ast::Expression& node, Context& context);
  BoundAggregate aggregate_call(const std::string& name, const ast::Expression& node,
                                Context& context);
  [[noreturn]] void refuse_aggregation(const ast::Expression& node, const Context& context);

  // ---- subqueries (subqueries.cpp)
  BoundPointer subquery(const ast::Expression& node, Context& context);
  BoundPointer in_subquery(const ast::Expression& node, Context& context);
  BoundPointer quantified(const ast::Expression& node, Context& context);
  BoundPointer membership(Position position, BoundPointer value, BoundQueryPointer query);
  BoundPointer summary_of(BoundQueryPointer query, Position position);
  BoundQueryPointer as_rows(BoundQueryPointer query, Position position);
  BoundQueryPointer coerced(BoundQueryPointer query, std::span<const TypePointer> types);
  std::unique_ptr<BoundSelect> select_over(BoundQueryPointer query);
  static BoundQueryPointer query_of(std::unique_ptr<BoundSelect> select);

  // ---- windows (windows.cpp)
  BoundPointer window(const std::string& name, const ast::Expression& node, Context& context);
  void check_nesting(const ast::Expression& node, const Context& context);
  void check_window_call(const std::string& name, const ast::Expression& node,
                         const WindowFunction* row);
  static Context window_context(const Context& context, const char* place);
  void check_window_arguments(const std::string& name, const ast::Expression& node,
                              BoundWindow& bound);
  std::size_t named_window(const std::string& name, std::size_t before, Position position);
  void check_named_windows(const ast::Select& written, const Context& context,
                           SelectResult* result);
  void window_specification(const ast::Window& written, Context& context, bool whole,
                            std::size_t visible, BoundWindow& bound);
  void window_frame(const ast::Window& window, Context& context, BoundWindow& bound);
  void range_edge(const BoundSort& sort, const ast::FrameBound& written, FrameEdge edge,
                  const BoundPointer& offset, BoundPointer& key, BoundPointer& value);

  // ---- calls
  BoundPointer function(const std::string& name, const ast::Expression& node, Context& context);
  BoundPointer operator_call(const std::string& name, Position position,
                             std::vector<BoundPointer> operands);
  BoundPointer lambda(const ast::Expression& node, std::span<const TypePointer> parameters,
                      Context& context);
  BoundPointer comparison(Comparison comparison, Position position, BoundPointer left,
                          BoundPointer right, WrittenSides written = {});
  void unify(BoundPointer& left, BoundPointer& right, Position position, const std::string& symbol,
             WrittenSides written = {});
  bool unify_decimals(BoundPointer& left, BoundPointer& right, TypePointer common);
  bool unify_leniently(BoundPointer& left, BoundPointer& right, WrittenSides written);
  void note_text_side(const ast::Expression* written, const Bound& bound);
  void note_constant(const ast::Expression& written, const Bound& literal);
  BoundPointer noted(const ast::Expression& written, BoundPointer literal);
  void note_path(const std::string& name, const ast::Expression& node,
                 const std::vector<BoundPointer>& arguments);
  void note_days(const BoundPointer& condition, std::int32_t select_id);
  void note_edge(const Bound& column, Comparison comparison, const Bound& moment);
  void note_side(const ast::Body& side, const std::vector<Column>& from,
                 const std::vector<TypePointer>& to);
  BoundPointer lenient_moment(const BoundPointer& text, TypePointer like);
  BoundPointer between(const ast::Expression& node, Context& context);
  BoundPointer in_list(const ast::Expression& node, Context& context);
  BoundPointer like(const ast::Expression& node, Context& context);
  BoundPointer case_expression(const ast::Expression& node, Context& context);
  BoundPointer case_branches(const ast::Expression& node, const BoundPointer& operand,
                             Context& context);
  BoundPointer cast(const ast::Expression& node, Context& context);
  BoundPointer literal(const ast::Expression& node);
  BoundPointer typed_literal(const ast::Expression& node);
  BoundPointer interval(const ast::Expression& node);
  BoundPointer current(const ast::Expression& node);
  BoundPointer extract(const ast::Expression& node, Context& context);
  BoundPointer items(const ast::Expression& node, Context& context);
  BoundPointer fold(Bound node);
  /// An expression that uses `value` in several places; one that varies is computed once for all.
  BoundPointer once(const BoundPointer& value,
                    const std::function<BoundPointer(const BoundPointer&)>& use);

  const Catalog& catalog_;
  const PrepareOptions& options_;
  ast::Rewriting* rewriting_;  // null: nobody asks
  std::map<std::int32_t, std::pair<const ast::Relation*, std::shared_ptr<const Table>>>
      scans_;  // by id, where somebody asks
  std::vector<std::string> table_names_;
  std::vector<NamedQuery> named_;
  std::vector<WorkingTable> working_;
  std::int32_t next_relation_ = 1;
  std::int32_t next_slot_ = 0;
  const ast::Select* current_select_ = nullptr;

  friend struct SelectGuard;
};

}  // namespace analysis
}  // namespace trailpond::sql
