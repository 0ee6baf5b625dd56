#include "sql/planner.hpp"

#include "sql/evaluator.hpp"
#include "sql/functions/registry.hpp"
#include "sql/granule.hpp"

namespace trailpond::sql {
namespace {

struct Failure {
  Error error;
};

/// Casts that do not change how SQLite keeps the value.
bool is_same_storage(TypePointer from, TypePointer to) {
  const auto is_whole = [](TypeKind kind) {
    return kind == TypeKind::kTinyint || kind == TypeKind::kSmallint ||
           kind == TypeKind::kInteger || kind == TypeKind::kBigint;
  };
  if (from == to || from->kind == TypeKind::kUnknown) return true;
  if (is_whole(from->kind) && is_whole(to->kind)) return from->kind <= to->kind;
  if (from->kind != to->kind) return false;
  switch (from->kind) {
    case TypeKind::kVarchar:
      return to->precision == kUnbounded ||
             (from->precision != kUnbounded && from->precision <= to->precision);
    case TypeKind::kTimestamp:
    case TypeKind::kTime:
      return from->precision <= to->precision && to->precision <= 6;
    default:
      return false;
  }
}

std::string column_name(std::int32_t relation, std::int32_t column) {
  return "r" + std::to_string(relation) + ".c" + std::to_string(column);
}

/// Tries a call that fails by its pattern alone with the patterns that it has.
bool pattern_may_fail(const Bound& node) {
  Bound trial = node;
  for (BoundPointer& child : trial.children) {
    if (child->kind == BoundKind::kLiteral) continue;
    const bool is_date = child->type->kind == TypeKind::kDate;
    if (!is_date && child->type->kind != TypeKind::kTimestamp) return true;
    Bound epoch;
    epoch.type = child->type;
    epoch.literal = is_date ? Value::of_integer(0) : Value::of_moment({});
    child = std::make_shared<const Bound>(std::move(epoch));
  }
  Evaluation evaluation;
  evaluate(evaluation, trial);
  return evaluation.take_error().has_value();
}

/// Answers whether the evaluation of a node may fail on some value, so that it must not be computed
/// for values that other conditions rule out.
bool may_fail(const Bound& node) {
  if (node.kind == BoundKind::kTry) return false;
  if (node.kind == BoundKind::kCast && !node.lenient &&
      !is_same_storage(node.children[0]->type, node.type)) {
    return true;
  }
  if (node.kind == BoundKind::kCall &&
      (node.function->traits & (kMayFail | kNondeterministic)) != 0)
    return true;
  if (node.kind == BoundKind::kCall && (node.function->traits & kFailsByPattern) != 0 &&
      pattern_may_fail(node)) {
    return true;
  }
  if (node.kind == BoundKind::kLike) {
    return node.children[1]->kind != BoundKind::kLiteral || node.children.size() > 2;
  }
  return std::ranges::any_of(node.children,
                             [](const BoundPointer& child) { return may_fail(*child); });
}

class Planner {
 public:
  explicit Planner(Plan& plan) : plan_(plan) {}

  std::string query(const BoundQuery& query) {
    const bool simple = query.body->kind == BoundBodyKind::kSelect;
    std::string sql = simple ? select(*query.body->select, query.order_by) : body(*query.body);
    if (!simple && !query.order_by.empty()) {
      const std::int32_t relation = next_private_++;
      sql = "SELECT * FROM (" + sql + ") AS r" + std::to_string(relation);
      sql += order_by(query.order_by, nullptr, relation);
    }
    if (query.limit || query.offset) {
      sql += " LIMIT " + std::to_string(query.limit.value_or(-1));
      if (query.offset) sql += " OFFSET " + std::to_string(*query.offset);
    }
    return sql;
  }

 private:
  // ---- bodies --------------------------------------------------------------------------------
  std::string body(const BoundBody& node) {
    std::string sql;
    switch (node.kind) {
      case BoundBodyKind::kSelect:
        sql = select(*node.select, {});
        break;
      case BoundBodyKind::kValues:
        sql = values(node);
        break;
      case BoundBodyKind::kQuery:
        sql = "SELECT * FROM (" + query(*node.query) + ")";
        break;
      case BoundBodyKind::kUnion:
      case BoundBodyKind::kIntersect:
      case BoundBodyKind::kExcept: {
        const std::string word = node.kind == BoundBodyKind::kUnion
                                     ? (node.all ? "UNION ALL" : "UNION")
                                 : node.kind == BoundBodyKind::kIntersect ? "INTERSECT"
                                                                          : "EXCEPT";
        // SQLite binds every set operation alike, from the left. So a chain goes on as it is
        // written (nesting would overflow SQLite's parser); every other side stands in a FROM of
        // its own.
        const bool keys = !node.all;
        const bool chain = node.left->kind == BoundBodyKind::kUnion ||
                           node.left->kind == BoundBodyKind::kIntersect ||
                           node.left->kind == BoundBodyKind::kExcept;
        const auto [left, changed] = side(*node.left, keys);
        sql = chain && !changed ? left : "SELECT * FROM (" + left + ")";
        sql += " " + word + " SELECT * FROM (" + side(*node.right, keys).first + ")";
        break;
      }
    }
    return sql;
  }

  /// One side of a set operation, its columns cast to the common types; and whether that changed
  /// it.
  std::pair<std::string, bool> side(const BoundBody& node, bool keys) {
    const std::string inner = body(node);
    bool changed = false;
    std::string columns;
    const std::int32_t relation = next_private_++;
    for (std::size_t i = 0; i < node.cast_types.size(); ++i) {
      const TypePointer from = node.from_types[i];
      const TypePointer to = node.cast_types[i];
      Bound column;
      column.kind = BoundKind::kColumn;
      column.type = from;
      column.relation = relation;
      column.column = static_cast<std::int32_t>(i);
      BoundPointer value = std::make_shared<const Bound>(std::move(column));
      if (!is_same_storage(from, to)) {
        Bound cast;
        cast.kind = BoundKind::kCast;
        cast.type = to;
        cast.children = {value};
        if (from->kind == TypeKind::kVarchar && to->kind == TypeKind::kTimestamp) {
          cast.kind = BoundKind::kCall;
          cast.function = find_functions("$lenient_timestamp")[0].function;
        }
        value = std::make_shared<const Bound>(std::move(cast));
        changed = true;
      }
      if (keys && holds_map(to)) changed = true;
      columns += (i > 0 ? ", " : "") + emit(value, keys) + " AS c" + std::to_string(i);
    }
    if (!changed) return {inner, false};
    return {"SELECT " + columns + " FROM (" + inner + ") AS r" + std::to_string(relation), true};
  }

  std::string values(const BoundBody& node) {
    std::string sql;
    for (const auto& row : node.rows) {
      if (!sql.empty()) sql += " UNION ALL ";
      sql += "SELECT ";
      for (std::size_t i = 0; i < row.size(); ++i) {
        sql += (i > 0 ? ", " : "") + emit(row[i]) + " AS c" + std::to_string(i);
      }
    }
    return sql;
  }

  /// One SELECT: FROM and WHERE; a grouping is a derived table below it. Window functions stand in
  /// the same SELECT as what uses them, written out in place: so every column of FROM stays
  /// visible.
  std::string select(const BoundSelect& node, const std::vector<BoundSort>& sorts) {
    std::string source;
    if (node.from) source = " FROM " + relation(*node.from);
    if (node.where) source += " WHERE " + where(node.where);
    if (node.grouped) source = grouping(node, source);
    std::vector<std::string> written_windows;
    for (const BoundWindow& item : node.windows) written_windows.push_back(window(item));
    std::swap(windows_, written_windows);
    std::string sql = node.distinct ? "SELECT DISTINCT " : "SELECT ";
    for (std::size_t i = 0; i < node.projections.size(); ++i) {
      sql += (i > 0 ? ", " : "") + emit(node.projections[i], node.distinct) + " AS c" +
             std::to_string(i);
    }
    sql += source;
    if (!sorts.empty()) sql += order_by(sorts, &node, 0);
    std::swap(windows_, written_windows);
    return sql;
  }

  std::string grouping(const BoundSelect& node, const std::string& source) {
    const std::string own = std::to_string(node.id) + "_";  // a subquery may name them from inside
    std::string columns;
    std::string keys;
    for (std::size_t i = 0; i < node.group_keys.size(); ++i) {
      columns += (columns.empty() ? "" : ", ") + emit(node.group_keys[i], true) + " AS g" + own +
                 std::to_string(i);
      keys += (keys.empty() ? "" : ", ") + std::to_string(i + 1);
    }
    for (std::size_t i = 0; i < node.aggregates.size(); ++i) {
      columns += (columns.empty() ? "" : ", ") + aggregate(node.aggregates[i]) + " AS a" + own +
                 std::to_string(i);
    }
    if (columns.empty()) columns = "count(*)";
    std::string sql = "SELECT " + columns + source;
    if (!keys.empty()) {
      sql += " GROUP BY " + keys;
    } else if (node.aggregates.empty()) {
      sql += " LIMIT 1";
    }
    sql = " FROM (" + sql + ")";
    if (node.having) sql += " WHERE " + emit(node.having);
    return sql;
  }

  std::string window(const BoundWindow& node) {
    std::string sql;
    if (!node.native.empty()) {
      sql = node.native + "(";
      for (std::size_t i = 0; i < node.arguments.size(); ++i)
        sql += (i > 0 ? ", " : "") + emit(node.arguments[i]);
      sql += ")";
    } else {
      BoundAggregate bound;
      bound.function = node.aggregate;
      bound.type = node.type;
      bound.arguments = node.arguments;
      sql = aggregate(bound, true);
    }
    sql += " OVER (";
    std::string parts;
    for (const BoundPointer& key : node.partition_by)
      parts += (parts.empty() ? "PARTITION BY " : ", ") + emit(key, true);
    std::string order;
    for (const BoundSort& item : node.order_by)
      order += (order.empty() ? "ORDER BY " : ", ") + sort_term(emit(item.expression), item);
    sql += parts + (parts.empty() || order.empty() ? "" : " ") + order;
    if (node.frame) {
      const auto edge = [&](FrameEdge kind, const BoundPointer& offset) -> std::string {
        switch (kind) {
          case FrameEdge::kUnboundedPreceding:
            return "UNBOUNDED PRECEDING";
          case FrameEdge::kPreceding:
            return std::to_string(offset->literal.integer()) + " PRECEDING";
          case FrameEdge::kCurrentRow:
            return "CURRENT ROW";
          case FrameEdge::kFollowing:
            return std::to_string(offset->literal.integer()) + " FOLLOWING";
          case FrameEdge::kUnboundedFollowing:
            return "UNBOUNDED FOLLOWING";
        }
        return "";
      };
      sql += " " + node.frame->unit + " BETWEEN " +
             edge(node.frame->start, node.frame->start_offset) + " AND " +
             edge(node.frame->end, node.frame->end_offset);
    }
    return sql + ")";
  }

  static std::string sort_term(std::string text, const BoundSort& item) {
    return std::move(text) + (item.descending ? " DESC" : " ASC") +
           (item.nulls_first ? " NULLS FIRST" : " NULLS LAST");
  }

  /// ORDER BY: an output column by its number; inside an expression by what it stands for.
  std::string order_by(const std::vector<BoundSort>& sorts, const BoundSelect* select,
                       std::int32_t relation) {
    std::string sql;
    for (const BoundSort& item : sorts) {
      std::string term;
      if (item.expression->kind == BoundKind::kOutput) {
        term = std::to_string(item.expression->column + 1);
      } else if (item.expression->kind == BoundKind::kLiteral) {
        continue;  // a constant orders nothing, and SQLite would read a number as a column
      } else {
        term = emit(without_outputs(item.expression, select, relation));
      }
      sql += (sql.empty() ? " ORDER BY " : ", ") + sort_term(std::move(term), item);
    }
    return sql;
  }

  BoundPointer without_outputs(const BoundPointer& node, const BoundSelect* select,
                               std::int32_t relation) {
    if (node->kind == BoundKind::kOutput) {
      if (select != nullptr) return select->projections[static_cast<std::size_t>(node->column)];
      Bound column = *node;
      column.kind = BoundKind::kColumn;
      column.relation = relation;
      return std::make_shared<const Bound>(std::move(column));
    }
    if (node->children.empty()) return node;
    Bound copy = *node;
    for (BoundPointer& child : copy.children) child = without_outputs(child, select, relation);
    return std::make_shared<const Bound>(std::move(copy));
  }

  // ---- relations -----------------------------------------------------------------------------
  std::string relation(const BoundRelation& node) {
    const std::string alias = "r" + std::to_string(node.id);
    switch (node.kind) {
      case BoundRelationKind::kNone:
        return "";
      case BoundRelationKind::kScan: {
        scan_of_[node.id] = plan_.scans.size();
        plan_.scans.push_back({"s" + std::to_string(plan_.scans.size()), node.table, {}});
        return plan_.scans.back().name + " AS " + alias;
      }
      case BoundRelationKind::kQuery:
        return "(" + query(*node.query) + ") AS " + alias;
      case BoundRelationKind::kJoin:
        return join(node);
      case BoundRelationKind::kUnnest:
        return unnest(node) + " AS " + alias;
    }
    return "";
  }

  /// Notes the relations whose rows an outer join may leave out: there an expression must see the
  /// NULLs.
  void mark_nullable(const BoundRelation& node) {
    if (node.kind == BoundRelationKind::kJoin) {
      mark_nullable(*node.left);
      mark_nullable(*node.right);
    } else {
      nullable_.insert(node.id);
    }
  }

  std::string join(const BoundRelation& node) {
    if (node.join == BoundJoinKind::kLeft || node.join == BoundJoinKind::kFull)
      mark_nullable(*node.right);
    if (node.join == BoundJoinKind::kRight || node.join == BoundJoinKind::kFull)
      mark_nullable(*node.left);
    const std::string left = relation(*node.left);
    std::string right = relation(*node.right);
    // A join on the right side needs its parenthesis; SQLite keeps the names inside visible.
    if (node.right->kind == BoundRelationKind::kJoin) right = "(" + right + ")";
    std::string word;
    switch (node.join) {
      case BoundJoinKind::kCross:
        return left + " CROSS JOIN " + right;
      case BoundJoinKind::kInner:
        word = " JOIN ";
        break;
      case BoundJoinKind::kLeft:
        word = " LEFT JOIN ";
        break;
      case BoundJoinKind::kRight:
        word = " RIGHT JOIN ";
        break;
      case BoundJoinKind::kFull:
        word = " FULL JOIN ";
        break;
    }
    const std::string on =
        node.join == BoundJoinKind::kInner ? where(node.condition) : emit(node.condition);
    return left + word + right + " ON " + on;
  }

  /// unnest(count of columns per argument …, ordinality, argument …): our table-valued function.
  std::string unnest(const BoundRelation& node) {
    std::string shape;
    std::string arguments;
    for (const BoundPointer& argument : node.arguments) {
      const TypePointer type = argument->type;
      if (type->kind == TypeKind::kMap) {
        shape += "m";
      } else if (type->children[0]->kind == TypeKind::kRow) {
        shape += "r" + std::to_string(type->children[0]->children.size()) + ",";
      } else {
        shape += "a";
      }
      arguments += ", " + emit(argument);
    }
    return "unnest('" + shape + "'" + arguments + ")";
  }

  // ---- expressions ---------------------------------------------------------------------------
  /// AND-ed conditions one by one, so that each can be pushed into a scan.
  std::string where(const BoundPointer& node) {
    if (node->kind == BoundKind::kAnd) {
      std::string sql;
      for (const BoundPointer& child : node->children)
        sql += (sql.empty() ? "" : " AND ") + where(child);
      return sql;
    }
    if (auto pushed = computed_column(node)) return *pushed + " = 1";
    return emit(node);
  }

  /// The path of a column of a scan: column, field, field …, [map entry]. Null when it is none.
  struct Leaf {
    std::int32_t relation;
    ScanRequest request;
  };
  std::optional<Leaf> leaf(const Bound& node) const {
    if (node.kind == BoundKind::kColumn) {
      if (!scan_of_.contains(node.relation)) return std::nullopt;
      return Leaf{node.relation, {{static_cast<std::uint16_t>(node.column)}}};
    }
    if (node.kind == BoundKind::kField) {
      auto base = leaf(*node.children[0]);
      if (!base || base->request.map_key) return std::nullopt;
      base->request.path.push_back(static_cast<std::uint16_t>(node.column));
      return base;
    }
    const bool map_entry = node.kind == BoundKind::kCall && node.function->name == "element_at" &&
                           node.children[0]->type->kind == TypeKind::kMap &&
                           node.children[0]->type->children[0]->kind == TypeKind::kVarchar &&
                           node.children[1]->kind == BoundKind::kLiteral &&
                           !node.children[1]->literal.is_null();
    if (!map_entry) return std::nullopt;
    auto base = leaf(*node.children[0]);
    if (!base || base->request.map_key) return std::nullopt;
    base->request.map_key = std::string(node.children[1]->literal.text());
    return base;
  }

  std::string scan_column(Leaf found) {
    auto& requests = plan_.scans[scan_of_.at(found.relation)].requests;
    std::size_t index = 0;
    for (; index < requests.size(); ++index) {
      if (!requests[index].computation && requests[index].path == found.request.path &&
          requests[index].map_key == found.request.map_key) {
        break;
      }
    }
    if (index == requests.size()) requests.push_back(std::move(found.request));
    return "r" + std::to_string(found.relation) + ".x" + std::to_string(index);
  }

  bool is_input(const Bound& node) const {
    switch (node.kind) {
      case BoundKind::kColumn:
      case BoundKind::kGroupKey:
      case BoundKind::kAggregate:
      case BoundKind::kWindow:
        return true;
      case BoundKind::kField:
      case BoundKind::kCall:
        return leaf(node).has_value();
      default:
        return false;
    }
  }
  static bool is_subquery(BoundKind kind) {
    return kind == BoundKind::kSubquery || kind == BoundKind::kExists ||
           kind == BoundKind::kInSubquery;
  }

  /// Replaces what a program reads by its arguments.
  BoundPointer to_program(const BoundPointer& node, std::vector<BoundPointer>& inputs) {
    if (is_input(*node) || is_subquery(node->kind)) {
      std::size_t index = 0;
      while (index < inputs.size() && !same_expression(*inputs[index], *node)) ++index;
      if (index == inputs.size()) inputs.push_back(node);
      Bound argument;
      argument.kind = BoundKind::kArgument;
      argument.type = node->type;
      argument.position = node->position;
      argument.column = static_cast<std::int32_t>(index);
      return std::make_shared<const Bound>(std::move(argument));
    }
    if (node->children.empty()) return node;
    Bound copy = *node;
    for (BoundPointer& child : copy.children) child = to_program(child, inputs);
    return std::make_shared<const Bound>(std::move(copy));
  }

  /// An expression over one plain column of a scan that cannot fail becomes a column of the scan,
  /// computed once per dictionary entry.
  std::optional<std::string> computed_column(const BoundPointer& node) {
    if (is_input(*node) || is_native(*node) || may_fail(*node)) return std::nullopt;
    std::vector<BoundPointer> inputs;
    BoundPointer program = to_program(node, inputs);
    if (inputs.size() != 1) return std::nullopt;
    auto found = leaf(*inputs[0]);
    if (!found || !is_plain(inputs[0]->type) || !is_plain(node->type)) return std::nullopt;
    if (nullable_.contains(found->relation)) return std::nullopt;
    auto& requests = plan_.scans[scan_of_.at(found->relation)].requests;
    const std::string relation_name = "r" + std::to_string(found->relation) + ".x";
    for (const auto& [request, expression] : computed_[found->relation]) {
      if (same_expression(*expression, *node)) return relation_name + std::to_string(request);
    }
    ScanRequest request = std::move(found->request);
    request.granule = granule_of(*program);
    request.computation = computation(std::move(program), inputs[0]->type, node->type);
    computed_[found->relation].emplace_back(requests.size(), node);
    requests.push_back(std::move(request));
    return relation_name + std::to_string(requests.size() - 1);
  }

  static bool is_plain(TypePointer type) {
    switch (type->kind) {
      case TypeKind::kBoolean:
      case TypeKind::kInteger:
      case TypeKind::kBigint:
      case TypeKind::kDouble:
      case TypeKind::kVarchar:
      case TypeKind::kJson:
      case TypeKind::kDate:
        return true;
      case TypeKind::kTimestamp:
        return type->precision <= 6;
      default:
        return false;
    }
  }

  static std::function<ScalarAnswer(const ScalarView&)> computation(BoundPointer program,
                                                                    TypePointer from,
                                                                    TypePointer to) {
    return [program = std::move(program), from, to](const ScalarView& view) {
      // One evaluation per thread: its arena is warm after the first entry.
      thread_local Evaluation evaluation;
      evaluation.arena().reset();
      Value argument;
      using Kind = ScalarView::Kind;
      if (view.kind == Kind::kText) argument = Value::of_text(view.text);
      if (view.kind == Kind::kReal) argument = Value::of_real(view.real);
      if (view.kind == Kind::kInteger) {
        argument = from->kind == TypeKind::kTimestamp ? Value::of_moment({view.integer, 0, 0})
                                                      : Value::of_integer(view.integer);
      }
      evaluation.begin_row({&argument, 1});
      ScalarAnswer answer;
      try {
        const Value result = evaluate(evaluation, *program);
        if (auto error = evaluation.take_error()) {
          answer.error = error->text();
        } else if (!result.is_null()) {
          fill(answer, to, result);
        }
      } catch (const MemoryExceeded&) {
        answer.error = "Query exhausted resources at this scale factor";
      }
      return answer;
    };
  }

  static void fill(ScalarAnswer& answer, TypePointer type, const Value& value) {
    using Kind = ScalarView::Kind;
    switch (type->kind) {
      case TypeKind::kVarchar:
      case TypeKind::kJson:
        answer.kind = Kind::kText;
        answer.text = value.text();
        return;
      case TypeKind::kDouble:
        answer.kind = std::isnan(value.real()) ? Kind::kText : Kind::kReal;
        answer.real = value.real();
        if (std::isnan(value.real())) answer.text = "NaN";
        return;
      case TypeKind::kTimestamp:
        answer.kind = Kind::kInteger;
        answer.integer = value.moment().micros;
        return;
      default:
        answer.kind = Kind::kInteger;
        answer.integer = value.integer();
    }
  }

  /// Answers whether SQLite's own operator on these children means what Trino's does.
  bool is_native(const Bound& node) const {
    switch (node.kind) {
      case BoundKind::kLiteral:
      case BoundKind::kColumn:
      case BoundKind::kGroupKey:
      case BoundKind::kAggregate:
      case BoundKind::kWindow:
      case BoundKind::kAnd:
      case BoundKind::kOr:
      case BoundKind::kNot:
      case BoundKind::kIsNull:
      case BoundKind::kCase:
      case BoundKind::kCoalesce:
      case BoundKind::kSubquery:
      case BoundKind::kExists:
      case BoundKind::kInSubquery:
        return true;
      case BoundKind::kCast:
        return is_same_storage(node.children[0]->type, node.type);
      case BoundKind::kCompare:
      case BoundKind::kIsDistinct:
        return is_native_operand(*node.children[0]) && is_native_operand(*node.children[1]);
      case BoundKind::kIn:
        return std::ranges::all_of(node.children,
                                   [&](const auto& child) { return is_native_operand(*child); }) &&
               std::ranges::all_of(
                   node.children.begin() + 1, node.children.end(),
                   [](const auto& child) { return child->kind == BoundKind::kLiteral; });
      case BoundKind::kLike:
        return is_native_like(node);
      case BoundKind::kField:
      case BoundKind::kCall:
        return leaf(node).has_value();
      default:
        return false;
    }
  }
  bool is_native_operand(const Bound& node) const {
    if (is_natively_comparable(node.type)) return true;
    // Doubles are safe where they cannot be NaN.
    const bool real = node.type->kind == TypeKind::kDouble || node.type->kind == TypeKind::kReal;
    return real && ((node.kind == BoundKind::kLiteral && !node.literal.is_null() &&
                     !std::isnan(node.literal.real())) ||
                    leaf(node).has_value());
  }
  static bool is_native_like(const Bound& node) {
    constexpr std::size_t kMaxNativePattern = 1'000;  // far below SQLite's own limit of 50,000
    return node.children.size() == 2 && node.children[1]->kind == BoundKind::kLiteral &&
           !node.children[1]->literal.is_null() &&
           node.children[1]->literal.text().size() <= kMaxNativePattern;
  }

  /// SQLite's text for an expression. `key`: equal values must have equal bytes.
  std::string emit(const BoundPointer& node, bool key = false) {
    if (key && holds_map(node->type)) return program(node, true);
    if (auto found = leaf(*node)) return scan_column(std::move(*found));
    if (!is_native(*node)) {
      if (auto computed = computed_column(node)) return *computed;
      return program(node, false);
    }
    // SQLite's parser takes some forty nested parentheses; deeper trees are the evaluator's.
    constexpr int kMaxNativeDepth = 15;
    if (depth_ >= kMaxNativeDepth && !node->children.empty() && !is_input(*node) &&
        !is_subquery(node->kind)) {
      return program(node, false);
    }
    ++depth_;
    std::string text = emit_native(node);
    --depth_;
    return text;
  }

  std::string emit_native(const BoundPointer& node) {
    switch (node->kind) {
      case BoundKind::kLiteral:
        return sqlite_literal(node->type, node->literal);
      case BoundKind::kColumn:
        return column_name(node->relation, node->column);
      case BoundKind::kGroupKey:
        return "g" + std::to_string(node->relation) + "_" + std::to_string(node->column);
      case BoundKind::kAggregate:
        return "a" + std::to_string(node->relation) + "_" + std::to_string(node->column);
      case BoundKind::kWindow:
        return windows_[static_cast<std::size_t>(node->column)];
      case BoundKind::kAnd:
        return joined(*node, " AND ");
      case BoundKind::kOr:
        return joined(*node, " OR ");
      case BoundKind::kNot:
        return "(NOT " + emit(node->children[0]) + ")";
      case BoundKind::kIsNull:
        return "(" + emit(node->children[0]) + " IS NULL)";
      case BoundKind::kCompare:
        return "(" + emit(node->children[0]) + " " + std::string(symbol_of(node->comparison)) +
               " " + emit(node->children[1]) + ")";
      case BoundKind::kIsDistinct:
        return "(" + emit(node->children[0]) + " IS NOT " + emit(node->children[1]) + ")";
      case BoundKind::kIn:
        return in_list(*node);
      case BoundKind::kLike:
        return "(" + emit(node->children[0]) + " LIKE " + emit(node->children[1]) + ")";
      case BoundKind::kCase:
        return case_of(*node);
      case BoundKind::kCoalesce: {
        std::string sql;
        for (const auto& child : node->children)
          sql += (sql.empty() ? "coalesce(" : ", ") + emit(child);
        return sql + ")";
      }
      case BoundKind::kCast:
        return emit(node->children[0]);
      case BoundKind::kSubquery:
        // SQLite would take the first of several rows; our aggregate refuses a second one.
        return "(SELECT single_row(c0) FROM (" + query(*node->query) + "))";
      case BoundKind::kExists:
        return "EXISTS (" + query(*node->query) + ")";
      case BoundKind::kInSubquery:
        return "(" + emit(node->children[0]) + " IN (" + query(*node->query) + "))";
      default:
        break;
    }
    throw Failure{
        {ErrorName::kInternal, "the planner does not know this expression", node->position}};
  }

  std::string joined(const Bound& node, const std::string& word) {
    std::string sql;
    for (const BoundPointer& child : node.children) sql += (sql.empty() ? "(" : word) + emit(child);
    return sql + ")";
  }

  std::string in_list(const Bound& node) {
    std::string sql = "(" + emit(node.children[0]) + " IN (";
    for (std::size_t i = 1; i < node.children.size(); ++i)
      sql += (i > 1 ? ", " : "") + emit(node.children[i]);
    return sql + "))";
  }

  std::string case_of(const Bound& node) {
    std::string sql = "CASE";
    std::size_t i = 0;
    for (; i + 1 < node.children.size(); i += 2) {
      sql += " WHEN " + emit(node.children[i]) + " THEN " + emit(node.children[i + 1]);
    }
    if (i < node.children.size()) sql += " ELSE " + emit(node.children[i]);
    return sql + " END";
  }

  std::string program(const BoundPointer& node, bool normalised) {
    std::vector<BoundPointer> inputs;
    Program planned;
    planned.expression = to_program(node, inputs);
    planned.normalised = normalised;
    for (const BoundPointer& input : inputs) planned.argument_types.push_back(input->type);
    constexpr std::size_t kMaxArguments = 100;  // SQLite's own limit is 127
    if (inputs.size() > kMaxArguments) {
      throw Failure{{ErrorName::kNotSupported,
                     "an expression over more than 100 columns is not supported", node->position}};
    }
    const std::size_t index = plan_.programs.size();
    plan_.programs.push_back(std::move(planned));
    std::string sql = "eval(" + std::to_string(index);
    for (const BoundPointer& input : inputs) sql += ", " + emit(input);
    return sql + ")";
  }

  std::string aggregate(const BoundAggregate& node, bool as_window = false) {
    const bool plain_order = node.order_by.empty();
    const TypePointer first = node.arguments.empty() ? nullptr : node.arguments[0]->type;
    const bool native =
        !node.function->native.empty() && plain_order && node.arguments.size() <= 1 &&
        (first == nullptr || is_natively_comparable(first) || node.function->native == "count") &&
        !(node.distinct && holds_map(first));
    std::string sql;
    if (native) {
      sql = std::string(node.function->native) + "(" + (node.distinct ? "DISTINCT " : "");
      sql += node.arguments.empty() ? "*" : emit(node.arguments[0], node.distinct);
      sql += ")";
    } else {
      AggregateProgram planned;
      planned.aggregate = std::make_shared<const BoundAggregate>(node);
      std::string arguments;
      for (const BoundPointer& argument : node.arguments) {
        planned.argument_types.push_back(argument->type);
        arguments += ", " + emit(argument);
      }
      for (const BoundSort& item : node.order_by) {
        planned.argument_types.push_back(item.expression->type);
        arguments += ", " + emit(item.expression);
      }
      planned.sort_keys = node.order_by.size();
      sql = "agg(" + std::to_string(plan_.aggregates.size()) + arguments + ")";
      plan_.aggregates.push_back(std::move(planned));
    }
    if (node.filter) sql += " FILTER (WHERE " + emit(node.filter) + ")";
    // Over no rows SQLite calls agg() without its arguments: the answer is written here.
    if (!native && !node.function->empty.empty() && !as_window) {
      sql = "coalesce(" + sql + ", " + std::string(node.function->empty) + ")";
    }
    return sql;
  }

  Plan& plan_;
  std::map<std::int32_t, std::size_t> scan_of_;  // relation → scan
  std::map<std::int32_t, std::vector<std::pair<std::size_t, BoundPointer>>> computed_;
  int depth_ = 0;
  std::set<std::int32_t> nullable_;
  std::vector<std::string> windows_;       // of the SELECT at hand
  std::int32_t next_private_ = 1'000'000;  // above every relation of the analysis
};

}  // namespace

Result<std::shared_ptr<const Plan>> plan(Analysed analysed) {
  auto planned = std::make_shared<Plan>();
  try {
    Planner planner(*planned);
    planned->sql = planner.query(*analysed.query);
  } catch (Failure& failure) {
    return std::move(failure.error);
  }
  for (const Column& column : analysed.query->columns)
    planned->columns.push_back({column.name, column.type});
  planned->table_names = std::move(analysed.table_names);
  return std::shared_ptr<const Plan>(std::move(planned));
}

}  // namespace trailpond::sql
