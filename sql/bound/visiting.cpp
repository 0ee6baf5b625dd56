#include "sql/bound/visiting.hpp"

#include <algorithm>
#include <set>

namespace trailpond::sql {
namespace {

/// Goes over one query, to read it (its parts are const) or to change it. Both functions get a
/// place in the query: one that holds an expression, one that holds a query below.
template <class OnExpression, class OnQuery>
class Walk {
 public:
  Walk(OnExpression on_expression, OnQuery on_query)
      : on_expression_(std::move(on_expression)), on_query_(std::move(on_query)) {}

  void query(auto& query) {
    body(*query.body);
    sorts(query.order_by);
  }
  void body(auto& body) {
    if (body.select) select(*body.select);
    if (body.left) this->body(*body.left);
    if (body.right) this->body(*body.right);
    below(body.query);
    for (auto& row : body.rows) expressions(row);
  }

 private:
  void expression(auto& expression) {
    if (expression) on_expression_(expression);
  }
  void expressions(auto& all) {
    for (auto& one : all) on_expression_(one);
  }
  void sorts(auto& all) {
    for (auto& sort : all) on_expression_(sort.expression);
  }
  void below(auto& query) {
    if (query) on_query_(query);
  }
  void relation(auto& relation) {
    if (relation.left) this->relation(*relation.left);
    if (relation.right) this->relation(*relation.right);
    expression(relation.condition);
    below(relation.query);
    below(relation.step);
    expressions(relation.arguments);
  }
  void window(auto& window) {
    expressions(window.arguments);
    sorts(window.argument_order);
    expressions(window.partition_by);
    sorts(window.order_by);
    if (!window.frame) return;
    auto& frame = *window.frame;
    for (auto* part : {&frame.start_offset, &frame.end_offset, &frame.start_key, &frame.start_value,
                       &frame.end_key, &frame.end_value}) {
      expression(*part);
    }
  }
  void select(auto& select) {
    if (select.from) relation(*select.from);
    expression(select.where);
    expression(select.having);
    expressions(select.group_keys);
    expressions(select.projections);
    for (auto& aggregate : select.aggregates) {
      expressions(aggregate.arguments);
      expression(aggregate.filter);
      sorts(aggregate.order_by);
    }
    for (auto& one : select.windows) window(one);
  }

  OnExpression on_expression_;
  OnQuery on_query_;
};

}  // namespace

void visit_expressions(const BoundQuery& query,
                       const std::function<void(const BoundPointer&)>& visit) {
  Walk([&](const BoundPointer& expression) { visit(expression); },
       [&](const BoundQueryPointer& below) { visit_expressions(*below, visit); })
      .query(query);
}

namespace {

void visit_expressions(const BoundBody& body,
                       const std::function<void(const BoundPointer&)>& visit) {
  Walk([&](const BoundPointer& expression) { visit(expression); },
       [&](const BoundQueryPointer& below) { sql::visit_expressions(*below, visit); })
      .body(body);
}

}  // namespace

BoundQueryPointer with_expressions(
    const BoundQueryPointer& query,
    const std::function<BoundPointer(const BoundPointer&)>& replace) {
  auto copy = std::make_shared<BoundQuery>(*query);
  bool changed = false;
  const auto put = [&](auto& place, auto next) {
    changed |= next != place;
    place = std::move(next);
  };
  Walk([&](BoundPointer& expression) { put(expression, replace(expression)); },
       [&](BoundQueryPointer& below) { put(below, with_expressions(below, replace)); })
      .query(*copy);
  return changed ? BoundQueryPointer(std::move(copy)) : query;
}

bool varies(const Bound& node) {
  return node.varies || (node.query && varies(*node.query)) ||
         std::ranges::any_of(node.children,
                             [](const BoundPointer& child) { return child && varies(*child); });
}

template <class Part>
bool varies_in(const Part& part) {
  bool found = false;
  visit_expressions(part, [&](const BoundPointer& expression) { found |= varies(*expression); });
  return found;
}

bool varies(const BoundQuery& query) { return varies_in(query); }
bool varies(const BoundBody& body) { return varies_in(body); }

namespace {

/// What a query defines and what it reads, by the numbers of relations and SELECTs.
struct Names {
  std::set<std::int32_t> defined;
  std::set<std::int32_t> read;
  bool working = false;  // reads the rows of a recursion's last step
};

void note_query(const BoundQuery& query, Names& names);

void note_relation(const BoundRelation& relation, Names& names) {
  names.defined.insert(relation.id);
  names.working |= relation.kind == BoundRelationKind::kWorking;
  if (relation.left) note_relation(*relation.left, names);
  if (relation.right) note_relation(*relation.right, names);
  if (relation.query) note_query(*relation.query, names);
  if (relation.step) note_query(*relation.step, names);
}

void note_body(const BoundBody& body, Names& names) {
  if (body.select) {
    names.defined.insert(body.select->id);
    if (body.select->from) note_relation(*body.select->from, names);
  }
  if (body.left) note_body(*body.left, names);
  if (body.right) note_body(*body.right, names);
  if (body.query) note_query(*body.query, names);
}

void note_query(const BoundQuery& query, Names& names) { note_body(*query.body, names); }

void note_expression(const Bound& node, Names& names) {
  switch (node.kind) {
    case BoundKind::kColumn:
    case BoundKind::kGroupKey:
    case BoundKind::kGrouping:
    case BoundKind::kAggregate:
    case BoundKind::kWindow:
      names.read.insert(node.relation);
      break;
    default:
      break;
  }
  for (const BoundPointer& child : node.children) note_expression(*child, names);
  if (!node.query) return;
  note_query(*node.query, names);
  visit_expressions(*node.query,
                    [&](const BoundPointer& inner) { note_expression(*inner, names); });
}

template <class Part>
bool is_closed_with(const Part& part, Names names) {
  visit_expressions(part,
                    [&](const BoundPointer& expression) { note_expression(*expression, names); });
  return !names.working && std::ranges::includes(names.defined, names.read);
}

}  // namespace

bool is_closed(const BoundQuery& query) {
  Names names;
  note_query(query, names);
  return is_closed_with(query, std::move(names));
}

bool is_closed(const BoundBody& body) {
  Names names;
  note_body(body, names);
  return is_closed_with(body, std::move(names));
}

}  // namespace trailpond::sql
