#include "sql/analysis/recursion.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "sql/analysis/analyser.hpp"

namespace trailpond::sql::analysis {
namespace {

using References = std::vector<Position>;

/// Finds where a name (lower case) is read as a table.
class Finder {
 public:
  explicit Finder(std::string name) : name_(std::move(name)) {}

  References in(const auto& part) {
    found_.clear();
    visit(part);
    return found_;
  }

 private:
  void visit(const ast::Query& query) {
    for (const ast::NamedQuery& named : query.with) {
      if (ascii_lower(named.name) == name_) return;  // another query of this name from here on
      visit(*named.query);
    }
    visit(*query.body);
    sorts(query.order_by);
  }
  void visit(const ast::Body& body) {
    if (body.select) select(*body.select);
    if (body.left) visit(*body.left);
    if (body.right) visit(*body.right);
    for (const auto& row : body.rows) expression(row);
    if (!body.table.empty()) table(body.table, body.position);
    if (body.query) visit(*body.query);
  }
  void select(const ast::Select& select) {
    for (const ast::SelectItem& item : select.items) expression(item.expression);
    if (select.from) visit(*select.from);
    expression(select.where);
    for (const ast::GroupingElement& element : select.group_by) {
      for (const auto& set : element.sets) {
        for (const auto& key : set) expression(key);
      }
    }
    expression(select.having);
  }
  void visit(const ast::Relation& relation) {
    if (relation.kind == ast::RelationKind::kTable) table(relation.name, relation.position);
    if (relation.query) visit(*relation.query);
    if (relation.left) visit(*relation.left);
    if (relation.right) visit(*relation.right);
    for (const auto& item : relation.expressions) expression(item);
    expression(relation.on);
  }
  void expression(const ast::ExpressionPointer& node) {
    if (!node) return;
    if (node->query) visit(*node->query);
    for (const auto& child : node->children) expression(child);
    if (!node->call) return;
    sorts(node->call->order_by);
    expression(node->call->filter);
  }
  void sorts(const std::vector<ast::SortItem>& items) {
    for (const ast::SortItem& item : items) expression(item.expression);
  }
  void table(const std::string& name, Position position) {
    if (ascii_lower(name) == name_) found_.push_back(position);
  }

  std::string name_;
  References found_;
};

[[noreturn]] void refuse(Position position, const std::string& message) {
  fail(ErrorName::kInvalidRecursiveReference, position, message);
}

void check_clauses(const ast::Query& query) {
  const auto immediate = [](const char* clause) {
    return "immediate " + std::string(clause) + " clause in recursive query";
  };
  if (!query.with.empty()) fail(ErrorName::kNotSupported, query.position, immediate("WITH"));
  if (!query.order_by.empty())
    fail(ErrorName::kNotSupported, query.order_position, immediate("ORDER BY"));
  if (query.offset) fail(ErrorName::kNotSupported, query.offset_position, immediate("OFFSET"));
  if (query.limit_position.line > 0) {
    fail(ErrorName::kInvalidLimitClause, query.limit_position, immediate("FETCH FIRST / LIMIT"));
  }
}

/// An outer join must keep the rows of the side that refers to the query.
void check_joins(const ast::Relation& relation, Finder& finder) {
  if (relation.kind != ast::RelationKind::kJoin) return;
  const bool keeps_right = relation.join == ast::JoinKind::kRight;
  const bool keeps_left = relation.join == ast::JoinKind::kLeft;
  const bool full = relation.join == ast::JoinKind::kFull;
  const std::string word = full ? "FULL" : keeps_left ? "LEFT" : "RIGHT";
  const References left = finder.in(*relation.left);
  const References right = finder.in(*relation.right);
  if (!left.empty() && (keeps_right || full))
    refuse(left[0], "recursive reference in left source of " + word + " join");
  if (!right.empty() && (keeps_left || full))
    refuse(right[0], "recursive reference in right source of " + word + " join");
  check_joins(*relation.left, finder);
  check_joins(*relation.right, finder);
}

void check_step(const ast::Body& step, const References& references, Finder& finder) {
  const ast::Body* inner = &step;
  while (inner->kind == ast::BodyKind::kQuery) inner = inner->query->body.get();
  const ast::Relation* from = inner->select ? inner->select->from.get() : nullptr;
  if (from == nullptr || finder.in(*from).empty()) {
    refuse(references[0],
           "recursive reference outside of FROM clause of the step relation of recursion");
  }
  check_joins(*from, finder);
}

}  // namespace

bool is_recursive(const ast::NamedQuery& named) {
  if (named.column_aliases.empty()) {
    fail(ErrorName::kMissingColumnAliases, named.position,
         "missing column aliases in recursive WITH query");
  }
  Finder finder(ascii_lower(named.name));
  const References all = finder.in(*named.query);
  if (all.empty()) return false;
  const ast::Body& body = *named.query->body;
  if (body.kind != ast::BodyKind::kUnion)
    refuse(all[0], "recursive reference not allowed in this context");
  if (const References base = finder.in(*body.left); !base.empty())
    refuse(base[0], "WITH table name is referenced in the base relation of recursion");
  const References step = finder.in(*body.right);
  if (step.size() > 1)
    refuse(step[1], "multiple recursive references in the step relation of recursion");
  if (step.empty()) refuse(all[0], "recursive reference not allowed in this context");
  check_clauses(*named.query);
  check_step(*body.right, step, finder);
  return true;
}

}  // namespace trailpond::sql::analysis
