#pragma once
#include <optional>
#include <vector>

#include "sql/planning/columns.hpp"
#include "sql/planning/physical.hpp"

namespace trailpond::sql {

/// Conditions that are joined by AND: those that cannot fail, and those that may.
void split_conjuncts(const BoundPointer& node, std::vector<BoundPointer>& sure,
                     std::vector<BoundPointer>& risky);
/// The same in one list: those that may fail come last.
std::vector<BoundPointer> conjuncts_of(const BoundPointer& node);

/// Makes an operator of FROM and WHERE of one SELECT, where its expressions allow that. Each step
/// answers false where they do not; then SQLite does it.
class OperatorPlanner {
 public:
  /// Takes FROM and WHERE of a SELECT.
  bool take_rows(const BoundSelect& select);
  /// Keeps the rows whose values are those of a row of another SELECT, or of none: INTERSECT and
  /// EXCEPT.
  bool take_set_partner(const BoundSelect& other, const std::vector<BoundPointer>& values,
                        bool negated);
  /// Takes the grouping of a SELECT, over its rows.
  bool take_grouping(const std::vector<BoundPointer>& keys,
                     const std::vector<BoundAggregate>& aggregates);
  /// Takes the window functions of a SELECT without a grouping.
  bool take_windows(const std::vector<BoundWindow>& windows);
  /// Takes the first rows of a SELECT in an order, without a grouping and window functions.
  bool take_top(const std::vector<BoundSort>& order, std::size_t count);
  /// Whether more was taken than a single scan with conditions, which SQLite asks a scan as well.
  bool is_worth_it() const {
    return tree_.scans.size() > 1 || !tree_.semi_joins.empty() || !tree_.windows.empty() ||
           tree_.top;
  }
  OperatorTree take() { return std::move(tree_); }

 private:
  bool take_relation(const BoundRelation& relation);
  bool take_join(const BoundRelation& relation);
  bool take_unnest(const BoundRelation& relation);
  bool take_on(const BoundPointer& condition, OperatorJoin& join);
  bool take_where(const BoundPointer& condition);
  bool take_semi_join(const Bound& node, bool negated);
  bool take_in(const Bound& node, bool negated);
  bool take_partners(const BoundQuery& query, SemiJoin& semi, const BoundPointer& wanted);
  bool take_partner_scan(const BoundSelect& select, SemiJoin& semi);
  bool take_partner_condition(const BoundPointer& term, SemiJoin& semi);
  bool take_aggregate(const BoundAggregate& aggregate);
  bool take_window(const BoundWindow& window);
  bool take_order(const std::vector<BoundSort>& written, std::vector<OperatorSort>& order);
  bool is_order_of_scan(const std::vector<BoundSort>& order) const;
  AggregateKind kind_of(const BoundAggregate& aggregate) const;

  bool add_key(const BoundPointer& term, std::size_t right, std::vector<OperatorKey>& keys);
  bool add_key(const BoundPointer& one, const BoundPointer& other, std::size_t right,
               std::vector<OperatorKey>& keys);
  bool add_scan_condition(const BoundPointer& term, std::size_t scan);
  bool add_condition(const BoundPointer& term, std::vector<OperatorCondition>& conditions);
  bool compare_columns(const Bound& term, OperatorCondition& condition);
  bool test_column(const BoundPointer& term, OperatorCondition& condition);

  std::optional<std::size_t> scan_of(std::int32_t relation) const;
  std::optional<Leaf> leaf(const Bound& node) const;
  /// The scans whose columns an expression reads; false where it reads anything else.
  bool scans_of(const Bound& node, std::vector<std::size_t>& scans) const;
  BoundPointer to_program(const BoundPointer& node, std::vector<BoundPointer>& inputs) const;
  /// The column that is, or holds the values of, an expression over one scan.
  std::optional<ColumnPlace> place(const BoundPointer& node);
  std::optional<ColumnPlace> place_whole(const BoundPointer& node);
  ColumnPlace add_column(std::size_t scan, ScanRequest request, const BoundPointer& node);

  OperatorTree tree_;
  std::vector<bool> nullable_;  // for each scan: an outer join may leave its rows out
  std::vector<std::vector<BoundPointer>> computed_;  // for each scan, by column
};

}  // namespace trailpond::sql
