#include "sql/planning/flattening.hpp"

#include <algorithm>
#include <map>

#include "sql/bound/visiting.hpp"
#include "sql/planning/columns.hpp"
#include "sql/planning/planning.hpp"

namespace trailpond::sql {
namespace {

bool has_query(const Bound& node) {
  return node.query != nullptr || std::ranges::any_of(node.children, [](const BoundPointer& child) {
           return child && has_query(*child);
         });
}

/// Expressions grow where they are written into each other.
constexpr std::size_t kMostNodes = 2'000;

/// Counts the nodes of an expression, at most kMostNodes + 1 of them.
std::size_t count_nodes(const Bound& node) {
  std::size_t count = 1;
  for (const BoundPointer& child : node.children) {
    if (count > kMostNodes) break;
    if (child) count += count_nodes(*child);
  }
  return count;
}

BoundPointer both(const BoundPointer& one, const BoundPointer& other) {
  if (!one) return other;
  if (!other) return one;
  Bound node;
  node.kind = BoundKind::kAnd;
  node.type = one->type;
  node.position = one->position;
  node.children = {one, other};
  return std::make_shared<const Bound>(std::move(node));
}

class Flattener {
 public:
  BoundQueryPointer query(const BoundQueryPointer& query) {
    auto copy = std::make_shared<BoundQuery>(*query);
    body(*copy->body);
    return copy;
  }

  /// Replaces the columns of queries that are no more, and goes into subqueries.
  BoundPointer replace(const BoundPointer& node) {
    if (!node) return node;
    if (node->kind == BoundKind::kColumn) {
      const auto found = merged_.find(node->relation);
      if (found == merged_.end()) return node;
      return found->second[static_cast<std::size_t>(node->column)];
    }
    if (node->children.empty() && !node->query) return node;
    Bound copy = *node;
    bool changed = false;
    for (BoundPointer& child : copy.children) {
      BoundPointer next = replace(child);
      changed |= next != child;
      child = std::move(next);
    }
    if (node->query) {
      copy.query = replace_all(query(node->query));
      changed = true;
    }
    return changed ? std::make_shared<const Bound>(std::move(copy)) : node;
  }

  BoundQueryPointer replace_all(const BoundQueryPointer& query) {
    return with_expressions(query, [this](const BoundPointer& one) { return replace(one); });
  }

 private:
  void body(BoundBody& body) {
    if (body.select && body.select->from) {
      BoundPointer where;
      relation(*body.select->from, where, {});
      body.select->where = both(where, body.select->where);
    }
    if (body.left) this->body(*body.left);
    if (body.right) this->body(*body.right);
    if (body.query) body.query = query(body.query);
  }

  /// Where a relation stands.
  struct Side {
    bool nullable = false;          // an outer join may leave the relation's rows out
    bool takes_conditions = false;  // that join then takes its conditions
    bool sure_only = false;         // conditions that may fail would come too late
  };

  /// `where` gathers the conditions of queries that are no more.
  void relation(BoundRelation& relation, BoundPointer& where, Side side) {
    if (relation.kind == BoundRelationKind::kJoin) return join(relation, where, side);
    if (relation.kind != BoundRelationKind::kQuery) return;
    relation.query = query(relation.query);
    if (relation.sample_percent || !is_simple(*relation.query, side)) return;
    const std::shared_ptr<const BoundQuery> inner = relation.query;
    const BoundSelect& select = *inner->body->select;
    std::vector<BoundPointer> projections;
    std::size_t nodes = 0;
    for (const BoundPointer& projection : select.projections) {
      projections.push_back(replace(projection));
      nodes += count_nodes(*projections.back());
    }
    if (nodes > kMostNodes) return;
    merged_[relation.id] = std::move(projections);
    where = both(where, select.where);
    const BoundRelation from = *select.from;  // not from within what it replaces
    relation = from;
  }

  void join(BoundRelation& relation, BoundPointer& where, Side side) {
    const bool is_left = relation.join == BoundJoinKind::kLeft;
    const bool is_right = relation.join == BoundJoinKind::kRight;
    const bool is_full = relation.join == BoundJoinKind::kFull;
    // What the right side of LEFT JOIN leaves out has no partners; the left rows stay.
    const bool to_condition = is_left && !side.nullable;
    BoundPointer left;
    this->relation(*relation.left, left,
                   {side.nullable || is_right || is_full, false, side.sure_only || is_left});
    BoundPointer right;
    this->relation(*relation.right, right,
                   {side.nullable || is_left || is_full, to_condition,
                    !to_condition && (side.sure_only || is_right)});
    if (relation.join == BoundJoinKind::kInner) {
      // The join's condition may fail where a query below let no rows through.
      for (const BoundPointer& one : {left, right}) {
        if (one && may_fail(*one)) {
          relation.condition = both(one, relation.condition);
        } else {
          where = both(where, one);
        }
      }
      return;
    }
    where = both(where, left);
    if (to_condition) {
      relation.condition = both(right, relation.condition);
    } else {
      where = both(where, right);
    }
  }

  static bool is_simple(const BoundQuery& query, Side side) {
    if (query.limit || query.offset || query.with_ties ||
        query.body->kind != BoundBodyKind::kSelect)
      return false;
    const BoundSelect& select = *query.body->select;
    if (select.grouped || select.distinct || !select.windows.empty() || !select.from) return false;
    if (select.from->kind != BoundRelationKind::kScan || select.from->sample_percent) return false;
    if (side.nullable && select.where && !side.takes_conditions) return false;
    if (side.sure_only && select.where && may_fail(*select.where)) return false;
    const std::int32_t scan = select.from->id;
    const auto is_taken = [&](const BoundPointer& projection) {
      if (varies(*projection) || has_query(*projection)) return false;
      // Where the row is missing, only a column itself is NULL for sure.
      return !side.nullable || leaf_of(*projection, [scan](std::int32_t id) { return id == scan; });
    };
    return (!select.where || !varies(*select.where)) &&
           std::ranges::all_of(select.projections, is_taken);
  }

  std::map<std::int32_t, std::vector<BoundPointer>> merged_;
};

}  // namespace

BoundQueryPointer flatten(const BoundQueryPointer& query) {
  Flattener flattener;
  return flattener.replace_all(flattener.query(query));
}

}  // namespace trailpond::sql
