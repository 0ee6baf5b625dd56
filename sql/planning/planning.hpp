#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sql/planning/columns.hpp"
#include "sql/planning/planner.hpp"

/// The planner's inside: queries and relations are in planner.cpp, expressions in emission.cpp.
namespace trailpond::sql {

/// Leaves the planning; caught in plan(), never outside.
struct PlanFailure {
  Error error;
};

/// Answers whether a cast does not change how SQLite keeps the value.
bool is_same_storage(TypePointer from, TypePointer to);
/// Answers whether the evaluation of a node may fail on some value, so that it must not be computed
/// for values that other conditions rule out.
bool may_fail(const Bound& node);
/// Answers whether an expression of ORDER BY reads more than the SELECT list.
bool reads_rows(const Bound& node);
/// Answers whether no two rows of a SELECT can be equal: it shows all keys of its groups.
bool has_unique_rows(const BoundSelect& node);

/// Writes SQLite's text for one statement, and notes what it calls in the plan.
class Planner {
 public:
  Planner(Plan& plan, bool push_down) : plan_(plan), push_down_(push_down) {}

  /// Writes the text, and the plan's answer where SQLite has no part in it.
  std::string statement(const BoundQuery& node);

 private:
  std::string query(const BoundQuery& query);
  std::string query_text(const BoundQuery& query);
  static bool is_only_shown(const BoundQuery& statement);
  std::string kept_whole_if_varying(std::string rows, const BoundQuery& query) const;
  // ---- queries (planner.cpp)
  static void check_size(const std::string& sql);
  std::string body(const BoundBody& node);
  std::string set_operation(const BoundBody& node);
  /// One side of a set operation, its columns cast to the common types; and whether that changed
  /// it. `once`: repeated rows may be left out.
  std::pair<std::string, bool> side(const BoundBody& node, bool once);
  std::string values(const BoundBody& node);
  std::string select(const BoundSelect& node, const std::vector<BoundSort>& sorts,
                     const std::vector<BoundPointer>& hidden = {});
  std::string select_rows(const BoundSelect& node, const std::vector<BoundSort>& sorts,
                          const std::vector<BoundPointer>& hidden, bool distinct);
  std::string distinct_rows(const std::string& rows, std::span<const TypePointer> types,
                            const std::vector<std::string>& more_keys = {},
                            const std::string& having = "");
  std::string set_of_forms(const BoundBody& node);
  std::string sorted_outside(const BoundQuery& query);
  BoundPointer sort_column(const BoundSort& item, const BoundQuery& query, std::int32_t relation,
                           std::vector<BoundPointer>& hidden);
  std::string grouping(const BoundSelect& node, std::string from, const std::string& where);
  std::string rows_of(const BoundSelect& node);
  std::string with_having(const std::string& groups, const BoundSelect& node);
  // ---- operators of ours (delegation.cpp)
  bool uses_operators() const;
  std::size_t add_operator(OperatorTree tree);
  /// The first rows of a SELECT are enough.
  struct TopWish {
    std::vector<BoundSort> order;
    std::size_t count = 0;
  };
  std::optional<TopWish> top_wish(const BoundQuery& query);
  std::optional<std::string> rows_by_operator(const BoundSelect& node,
                                              const std::optional<TopWish>& top);
  std::optional<std::string> groups_by_operator(const BoundSelect& node);
  std::optional<std::string> distinct_by_operator(const BoundSelect& node);
  // ---- answers that are an operator's groups (answer.cpp)
  std::optional<GroupAnswer> group_answer(const BoundQuery& query) const;
  static std::optional<GroupAnswer> grouped_answer(const BoundQuery& query);
  std::optional<std::string> sets_by_operators(const BoundSelect& node);
  std::optional<std::string> set_by_operator(const BoundBody& node);
  std::optional<std::string> set_by_partners(const BoundBody& node);
  std::string rows_of_sides(const BoundBody& node, bool marked);
  static OperatorTree groups_of_query(std::string sql, std::vector<TypePointer> types,
                                      std::size_t keys);
  std::string distinct_rows_of(std::size_t index, std::size_t count) const;
  std::string closed_text(const std::function<std::string()>& print);
  std::string closed_query(const BoundQuery& query);
  std::vector<BoundPointer> group_keys(const BoundSelect& node, std::string& from);
  std::string grouping_sets(const BoundSelect& node, const std::vector<BoundPointer>& keys_of_rows,
                            const std::string& from, const std::string& where);
  std::string aggregates(const BoundSelect& node);
  std::string with_ties(const BoundQuery& query);
  std::string order_by(const std::vector<BoundSort>& sorts, const BoundSelect* select,
                       std::int32_t relation);
  std::string sort_term(const BoundSort& item);
  bool may_be_null(const BoundPointer& node) const;
  static BoundPointer without_outputs(const BoundPointer& node, const BoundSelect* select,
                                      std::int32_t relation);

  // ---- relations (planner.cpp)
  std::string relation(const BoundRelation& node);
  std::string plain_relation(const BoundRelation& node);
  void mark_nullable(const BoundRelation& node);
  std::string derived_table(const BoundRelation& node);
  std::string join(const BoundRelation& node);
  std::string unnest(const BoundRelation& node);
  std::string lateral(const BoundRelation& node);
  std::string recursive(const BoundRelation& node);

  // ---- windows (planner.cpp)
  std::string window(const BoundWindow& node);
  std::string window_program(const BoundWindow& node);
  std::string frame(const BoundFrame& frame);

  // ---- expressions (emission.cpp)
  /// Where the columns of a relation are: a scan of SQLite's, or of an operator.
  struct ScanPlace {
    std::optional<std::size_t> of_operator = {};
    std::size_t scan = 0;
    std::string prefix = {};  // of the columns' names
  };
  std::string where(const BoundPointer& node, std::string* from = nullptr);
  BoundPointer bound_per_row(const BoundPointer& node, std::string& from);
  std::string condition(const BoundPointer& node);
  std::optional<Leaf> leaf(const Bound& node) const;
  std::vector<ScanRequest>& requests_of(std::int32_t relation);
  std::string scan_column(Leaf found);
  bool is_input(const Bound& node) const;
  BoundPointer to_program(const BoundPointer& node, std::vector<BoundPointer>& inputs) const;
  std::optional<std::string> computed_column(const BoundPointer& node);
  bool is_native(const Bound& node) const;
  bool is_native_operand(const Bound& node) const;
  /// SQLite's text for an expression. `key`: equal values must have equal bytes.
  std::string emit(const BoundPointer& node, bool key = false);
  std::string emit_native(const BoundPointer& node);
  /// The same, sorting as Trino sorts.
  std::string sort_key(const BoundPointer& node);
  std::string membership(const Bound& node);
  std::string grouping_bits(const Bound& node) const;
  std::string joined(const Bound& node, const std::string& word);
  std::string in_list(const Bound& node);
  std::string case_of(const Bound& node);
  enum class Answer { kPlain, kKey, kSortKey };
  std::string program(const BoundPointer& node, Answer answer);
  std::string aggregate(const BoundAggregate& node, bool as_window = false);
  bool is_native_aggregate(const BoundAggregate& node) const;

  Plan& plan_;
  bool varies_ = false;   // some call of the statement varies
  bool repeats_ = false;  // what is planned reads rows that were counted before
  int closed_depth_ = 0;  // of closed_text() in itself
  bool push_down_;        // else scans give whole columns, and take nothing on
  std::map<std::int32_t, ScanPlace> scan_of_;
  std::map<std::int32_t, std::vector<std::pair<std::size_t, BoundPointer>>> computed_;
  int depth_ = 0;
  bool is_sole_ = false;                           // the query in FROM at hand stands there alone
  std::optional<std::int32_t> first_groups_ = {};  // the SELECT whose groups the first operator has
  const BoundSelect* shown_ = nullptr;  // its SELECT list is read for rows of the answer alone
  bool only_shown_ = false;             // what is emitted is read for rows of the answer alone
  int query_depth_ = 0;                 // queries in FROM around the one at hand
  std::string common_tables_;           // WITH …, of the whole statement
  std::set<std::int32_t> nullable_;
  /// Of SELECTs whose window functions an operator computes: their columns.
  std::map<std::int32_t, std::vector<std::string>> operator_windows_;
  /// Inside ON of an outer join: there SQLite would hand a LIKE of the left side to its scan, which
  /// then leaves rows out.
  bool in_outer_on_ = false;
  std::set<std::int32_t> with_sets_;             // SELECTs that have grouping sets
  std::map<std::int32_t, std::string> working_;  // recursive query → the rows of its last step
  std::vector<std::string> windows_;             // of the SELECT at hand
  std::optional<TopWish> top_;                   // of the SELECT that comes next
  std::int32_t next_private_ = 1'000'000;        // above every relation of the analysis
};

}  // namespace trailpond::sql
