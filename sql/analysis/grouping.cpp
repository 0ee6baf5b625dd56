#include "base/text.hpp"
#include "sql/analysis/analyser.hpp"
#include "sql/bound/visiting.hpp"
#include "sql/syntax/lexer.hpp"
#include "sql/types/coercions.hpp"

/// GROUP BY: its keys and sets, and what a grouped query may still name.
/// Source: https://trino.io/docs/current/sql/select.html#group-by-clause
namespace trailpond::sql::analysis {
namespace {

using Sets = std::vector<std::uint64_t>;

/// Grouping sets that one GROUP BY may make (Trino's query.max-grouping-sets).
constexpr std::size_t kMaxGroupingSets = 2'048;
/// Keys that a GROUP BY with sets may have: the bits of a set, less the sign.
constexpr std::size_t kMaxKeysOfSets = 63;

/// Raised inside regroup when a column of the source stands outside every key.
struct NotGrouped {
  Position position;
  std::int32_t relation;
  std::int32_t column;
};

bool belongs_to(const Scope& scope, const Bound& column) {
  return std::ranges::any_of(scope.fields, [&](const ScopeField& field) {
    return field.relation == column.relation && field.column == column.column;
  });
}

[[noreturn]] void refuse_sets(std::size_t count, Position position) {
  fail(ErrorName::kTooManyGroupingSets, position,
       "GROUP BY has " + (count > 0 ? std::to_string(count) : "more than 2^30") +
           " grouping sets but can contain at most " + std::to_string(kMaxGroupingSets));
}

/// The sets that an element stands for, given the bits of each of its written sets.
Sets expand(ast::GroupingKind kind, const Sets& written, Position position) {
  if (kind == ast::GroupingKind::kSets) return written;
  Sets sets;
  if (kind == ast::GroupingKind::kCube) {
    if (written.size() > 30) refuse_sets(0, position);
    const std::size_t count = std::size_t{1} << written.size();
    if (count > kMaxGroupingSets) refuse_sets(count, position);
    for (std::size_t chosen = 0; chosen < count; ++chosen) {
      std::uint64_t bits = 0;
      for (std::size_t i = 0; i < written.size(); ++i) {
        if ((chosen >> i & 1) != 0) bits |= written[i];
      }
      sets.push_back(bits);
    }
    return sets;
  }
  sets.push_back(0);  // ROLLUP
  for (const std::uint64_t bits : written) sets.push_back(sets.back() | bits);
  return sets;
}

Sets product(const Sets& left, const Sets& right, Position position) {
  if (left.size() * right.size() > kMaxGroupingSets)
    refuse_sets(left.size() * right.size(), position);
  Sets sets;
  for (const std::uint64_t a : left) {
    for (const std::uint64_t b : right) sets.push_back(a | b);
  }
  return sets;
}

}  // namespace

/// What a plain element of GROUP BY names: itself, or for an ordinal an item of the SELECT list. A
/// column of a star becomes a key at once; then the answer is null.
const ast::Expression* Analyser::group_item(const ast::Expression& written,
                                            const ast::Select& select, SelectResult& result,
                                            std::uint64_t& bits) {
  if (written.kind != ast::ExpressionKind::kInteger) return &written;
  std::uint64_t left = std::strtoull(written.text.c_str(), nullptr, 10);
  for (const ast::SelectItem& item : select.items) {
    if (left == 0) break;
    if (!item.star) {
      if (--left == 0) return item.expression.get();
      continue;
    }
    const std::string qualifier = item.expression ? ascii_lower(item.expression->text) : "";
    for (const ScopeField& field : result.scope.fields) {
      if (!qualifier.empty() && field.qualifier() != qualifier) continue;
      if (--left != 0) continue;
      const std::size_t place = add_key(column_of(field, written.position), result);
      if (place < kMaxKeysOfSets) bits |= std::uint64_t{1} << place;
      return nullptr;
    }
  }
  fail(ErrorName::kInvalidColumnReference, written.position,
       "GROUP BY position " + written.text + " is not in select list");
}

/// Adds a key unless it is there; answers its place.
std::size_t Analyser::add_key(const BoundPointer& key, SelectResult& result) {
  auto& keys = result.select->group_keys;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (same_expression(*keys[i], *key)) return i;
  }
  keys.push_back(key);
  return keys.size() - 1;
}

std::size_t Analyser::group_key(const ast::Expression& written, SelectResult& result,
                                Context& context) {
  context.clause_position = written.position;
  auto bound = expression(written, context);
  if (!is_comparable(bound->type)) {
    fail(ErrorName::kTypeMismatch, written.position,
         to_string(bound->type) + " is not comparable, and therefore cannot be used in GROUP BY");
  }
  return add_key(bound, result);
}

/// GROUP BY AUTO: every item of the SELECT list that holds no aggregate.
void Analyser::group_by_auto(const ast::Select& written, SelectResult& result, Context& context) {
  for (const ast::SelectItem& item : written.items) {
    if (item.star) continue;
    try {
      group_key(*item.expression, result, context);
    } catch (const Failure& failure) {
      if (failure.error.name != ErrorName::kExpressionNotScalar) throw;
    }
  }
}

void Analyser::group_by(const ast::Select& written, SelectResult& result, Context& context) {
  if (!written.has_group_by) return;
  Context inside = context;
  inside.aggregates = nullptr;
  inside.clause = "GROUP BY clause";
  std::uint64_t everywhere = 0;  // the keys outside ROLLUP, CUBE and GROUPING SETS
  Sets sets = {0};
  bool has_sets = false;
  for (const ast::GroupingElement& element : written.group_by) {
    if (element.kind == ast::GroupingKind::kAuto) {
      group_by_auto(written, result, inside);
      continue;
    }
    Sets bits;
    for (const auto& set : element.sets) {
      bits.push_back(0);
      for (const auto& item : set) {
        const bool simple = element.kind == ast::GroupingKind::kSimple;
        const ast::Expression* key =
            simple ? group_item(*item, written, result, bits.back()) : item.get();
        if (key == nullptr) continue;
        const std::size_t place = group_key(*key, result, inside);
        if (!simple && result.select->group_keys[place]->kind != BoundKind::kColumn) {
          fail(ErrorName::kInvalidColumnReference, item->position,
               "GROUP BY expression must be a column reference: " + ast::print(*item));
        }
        if (place < kMaxKeysOfSets) bits.back() |= std::uint64_t{1} << place;
      }
    }
    if (element.kind == ast::GroupingKind::kSimple) {
      everywhere |= bits[0];
    } else {
      has_sets = true;
      sets = product(sets, expand(element.kind, bits, element.position), element.position);
    }
  }
  if (!has_sets) return;
  if (result.select->group_keys.size() > kMaxKeysOfSets) {
    fail(ErrorName::kNotSupported, written.position,
         "not supported yet: grouping sets over more than 63 keys");
  }
  for (std::uint64_t& set : sets) set |= everywhere;
  if (written.group_by_distinct) {
    Sets once;
    for (const std::uint64_t set : sets) {
      if (std::ranges::find(once, set) == once.end()) once.push_back(set);
    }
    sets = std::move(once);
  }
  result.select->grouping_sets = std::move(sets);
}

BoundPointer Analyser::grouping(const ast::Expression& node, Context& context) {
  if (context.aggregates == nullptr) refuse_aggregation(node, context);
  if (context.group_keys == nullptr || !current_select_->has_group_by) {
    fail(ErrorName::kMissingGroupBy, current_select_->position,
         "A GROUPING() operation can only be used with a corresponding GROUPING SET/CUBE/ROLLUP/"
         "GROUP BY clause");
  }
  constexpr std::size_t kMaxIntegerArguments = 31;
  if (node.children.size() > kMaxKeysOfSets) {
    fail(ErrorName::kInvalidArguments, node.position,
         "GROUPING supports up to " + std::to_string(kMaxKeysOfSets) + " column arguments");
  }
  Bound bound;
  bound.kind = BoundKind::kGrouping;
  bound.type = simple_type(node.children.size() <= kMaxIntegerArguments ? TypeKind::kInteger
                                                                        : TypeKind::kBigint);
  bound.position = node.position;
  bound.relation = context.select_id;
  for (const auto& child : node.children) {
    const auto column = expression(*child, context);
    const auto& keys = *context.group_keys;
    const auto key = std::ranges::find_if(
        keys, [&](const BoundPointer& other) { return same_expression(*other, *column); });
    if (key == keys.end()) {
      fail(ErrorName::kInvalidArguments, node.position,
           "The arguments to GROUPING() must be expressions referenced by the GROUP BY at the "
           "associated query level. Mismatch due to " +
               ast::print(*child) + ".");
    }
    bound.slots.push_back(static_cast<std::int32_t>(key - keys.begin()));
  }
  return std::make_shared<const Bound>(std::move(bound));
}

/// Replaces every group key by a reference to it.
BoundPointer Analyser::regroup(const BoundPointer& expression, SelectResult& result) {
  const auto& keys = result.select->group_keys;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (!same_expression(*expression, *keys[i])) continue;
    Bound key;
    key.kind = BoundKind::kGroupKey;
    key.type = expression->type;
    key.position = expression->position;
    key.relation = result.id;
    key.column = static_cast<std::int32_t>(i);
    return std::make_shared<const Bound>(std::move(key));
  }
  if (expression->kind == BoundKind::kColumn && belongs_to(result.scope, *expression))
    throw NotGrouped{expression->position, expression->relation, expression->column};
  if (expression->children.empty() && !expression->query) return expression;
  auto query = expression->query ? regroup_query(expression->query, result) : nullptr;
  std::vector<BoundPointer> children;
  bool changed = query != expression->query;
  for (const BoundPointer& child : expression->children) {
    children.push_back(regroup(child, result));
    changed |= children.back() != child;
  }
  if (!changed) return expression;
  Bound copy = *expression;
  copy.children = std::move(children);
  copy.query = std::move(query);
  return std::make_shared<const Bound>(std::move(copy));
}

/// A subquery sees the groups, not the rows below them. One that stands in several places (BETWEEN
/// doubles its operand) stays one.
BoundQueryPointer Analyser::regroup_query(const BoundQueryPointer& query, SelectResult& result) {
  const auto [place, fresh] = result.regrouped.try_emplace(query);
  if (!fresh) return place->second;
  auto regrouped = with_expressions(
      query, [&](const BoundPointer& inner) { return regroup_inside(inner, result); });
  result.regrouped[query] = regrouped;
  result.regrouped[regrouped] = regrouped;
  return regrouped;
}

/// The same for an expression of a subquery, which names the column at fault.
BoundPointer Analyser::regroup_inside(const BoundPointer& expression, SelectResult& result) {
  try {
    return regroup(expression, result);
  } catch (const NotGrouped& missing) {
    std::string name;
    for (const ScopeField& field : result.scope.fields) {
      if (field.relation != missing.relation || field.column != missing.column) continue;
      name = std::string(field.qualifier()) + (field.qualifier().empty() ? "" : ".") + field.name;
    }
    fail(ErrorName::kExpressionNotAggregate, missing.position,
         "Subquery uses '" + name + "' which must appear in GROUP BY clause");
  }
}

BoundPointer Analyser::grouped(const BoundPointer& expression, const ast::Expression& written,
                               SelectResult& result) {
  try {
    return regroup(expression, result);
  } catch (const NotGrouped&) {
    fail(ErrorName::kExpressionNotAggregate, written.position,
         "'" + ast::print(written) +
             "' must be an aggregate expression or appear in GROUP BY clause");
  }
}

/// A window function of a grouped query sees groups: its arguments, partitions and order.
void Analyser::regroup_windows(SelectResult& result, std::size_t first) {
  for (std::size_t i = first; i < result.select->windows.size(); ++i) {
    BoundWindow& window = result.select->windows[i];
    const ast::Expression& call = *result.window_calls[i];
    for (auto& argument : window.arguments) argument = grouped(argument, call, result);
    const auto check = [&](BoundPointer& part, const ast::Expression* written, const char* clause) {
      try {
        part = regroup(part, result);
      } catch (const NotGrouped&) {
        fail(ErrorName::kExpressionNotAggregate, part->position,
             std::string(clause) + " expression" +
                 (written != nullptr ? " '" + ast::print(*written) + "'" : "") +
                 " must be an aggregate expression or appear in GROUP BY clause");
      }
    };
    const ast::Window& over = *call.call->over;
    const bool own_keys = over.partition_by.size() == window.partition_by.size();
    for (std::size_t k = 0; k < window.partition_by.size(); ++k) {
      check(window.partition_by[k], own_keys ? over.partition_by[k].get() : nullptr,
            "PARTITION BY");
    }
    const bool own_order = over.order_by.size() == window.order_by.size();
    for (std::size_t k = 0; k < window.order_by.size(); ++k) {
      check(window.order_by[k].expression, own_order ? over.order_by[k].expression.get() : nullptr,
            "ORDER BY");
    }
    if (!window.frame) continue;
    for (BoundPointer* part :
         {&window.frame->start_offset, &window.frame->end_offset, &window.frame->start_key,
          &window.frame->start_value, &window.frame->end_key, &window.frame->end_value}) {
      if (*part) check(*part, nullptr, "Window frame");
    }
  }
}

}  // namespace trailpond::sql::analysis
