#include "sql/running/tree.hpp"

#include <map>

#include "sql/evaluation/function.hpp"
#include "sql/evaluation/printing.hpp"

/// Prints the bound tree for a person (`trailpond sql --explain`).
namespace trailpond::sql {
namespace {

/// The name of a node that is no call; what it holds besides is printed where it is met.
std::string_view name_of(BoundKind kind) {
  switch (kind) {
    case BoundKind::kLiteral:
      return "literal";
    case BoundKind::kColumn:
      return "column";
    case BoundKind::kArgument:
      return "argument";
    case BoundKind::kLambdaParameter:
      return "parameter";
    case BoundKind::kField:
      return "field";
    case BoundKind::kCall:
      return "call";
    case BoundKind::kLambda:
      return "lambda";
    case BoundKind::kLet:
      return "let";
    case BoundKind::kAnd:
      return "and";
    case BoundKind::kOr:
      return "or";
    case BoundKind::kNot:
      return "not";
    case BoundKind::kCase:
      return "case";
    case BoundKind::kCoalesce:
      return "coalesce";
    case BoundKind::kCompare:
      return "compare";
    case BoundKind::kIsDistinct:
      return "is distinct";
    case BoundKind::kIsNull:
      return "is null";
    case BoundKind::kIn:
      return "in";
    case BoundKind::kLike:
      return "like";
    case BoundKind::kCast:
      return "cast";
    case BoundKind::kTry:
      return "try";
    case BoundKind::kRow:
      return "row";
    case BoundKind::kArray:
      return "array";
    case BoundKind::kGrouping:
      return "grouping";
    case BoundKind::kGroupKey:
      return "group key";
    case BoundKind::kAggregate:
      return "aggregate";
    case BoundKind::kWindow:
      return "window";
    case BoundKind::kOutput:
      return "output";
    case BoundKind::kSubquery:
      return "subquery";
    case BoundKind::kExists:
      return "exists";
    case BoundKind::kInSubquery:
      return "in subquery";
    default:
      return "expression";
  }
}

class TreePrinter {
 public:
  void query(const BoundQuery& query, int level);
  std::string take() { return std::move(out_); }

 private:
  void line(int level, std::string_view text) {
    out_.append(static_cast<std::size_t>(2 * level), ' ').append(text) += '\n';
  }
  void titled(int level, std::string_view title, const BoundPointer& one) {
    if (!one) return;
    line(level, title);
    expression(*one, level + 1);
  }
  void titled(int level, std::string_view title, const std::vector<BoundPointer>& all) {
    if (all.empty()) return;
    line(level, title);
    for (const BoundPointer& one : all) expression(*one, level + 1);
  }
  void sort(int level, const std::vector<BoundSort>& keys);
  void body(const BoundBody& body, int level);
  void select(const BoundSelect& select, int level);
  void relation(const BoundRelation& relation, int level);
  void expression(const Bound& node, int level);
  void note_columns(const BoundRelation& relation);
  std::string column_name(const Bound& column) const;

  std::string out_ = {};
  std::map<std::int32_t, const ColumnList*> columns_ = {};  // by relation
};

/// A type as far as it fits on a line.
std::string short_type(TypePointer type) {
  constexpr std::size_t kMost = 40;
  std::string text = to_string(type);
  if (text.size() > kMost) text = text.substr(0, text.find('(')) + "(…)";
  return text;
}

std::string list_columns(std::span<const Column> columns) {
  std::string out;
  for (const Column& column : columns) {
    out += (out.empty() ? "" : ", ") + column.name + (column.name.empty() ? "" : " ") +
           short_type(column.type);
  }
  return out;
}

void TreePrinter::query(const BoundQuery& query, int level) {
  line(level, "query: " + list_columns(query.columns));
  body(*query.body, level + 1);
  sort(level + 1, query.order_by);
  if (query.offset) line(level + 1, "offset " + std::to_string(*query.offset));
  if (query.limit) {
    line(level + 1,
         "limit " + std::to_string(*query.limit) + (query.with_ties ? " with ties" : ""));
  }
}

void TreePrinter::sort(int level, const std::vector<BoundSort>& keys) {
  if (keys.empty()) return;
  line(level, "order by");
  for (const BoundSort& key : keys) {
    line(level + 1, std::string(key.descending ? "descending" : "ascending") +
                        (key.nulls_first ? ", nulls first" : ", nulls last"));
    expression(*key.expression, level + 2);
  }
}

void TreePrinter::body(const BoundBody& body, int level) {
  switch (body.kind) {
    case BoundBodyKind::kSelect:
      select(*body.select, level);
      return;
    case BoundBodyKind::kQuery:
      query(*body.query, level);
      return;
    case BoundBodyKind::kValues:
      line(level, "values: " + std::to_string(body.rows.size()) + " rows");
      return;
    case BoundBodyKind::kUnion:
      line(level, body.all ? "union all" : "union");
      break;
    case BoundBodyKind::kIntersect:
      line(level, body.all ? "intersect all" : "intersect");
      break;
    case BoundBodyKind::kExcept:
      line(level, body.all ? "except all" : "except");
      break;
  }
  this->body(*body.left, level + 1);
  this->body(*body.right, level + 1);
}

void TreePrinter::select(const BoundSelect& select, int level) {
  if (select.from) note_columns(*select.from);
  line(level, select.distinct ? "select distinct" : "select");
  titled(level + 1, "columns", select.projections);
  if (select.from && select.from->kind != BoundRelationKind::kNone) {
    line(level + 1, "from");
    relation(*select.from, level + 2);
  }
  titled(level + 1, "where", select.where);
  titled(level + 1, "group by", select.group_keys);
  if (!select.grouping_sets.empty())
    line(level + 1, "grouping sets: " + std::to_string(select.grouping_sets.size()));
  for (const BoundAggregate& aggregate : select.aggregates) {
    line(level + 1, "aggregate " + std::string(aggregate.function->name) +
                        (aggregate.distinct ? " distinct: " : ": ") + to_string(aggregate.type));
    for (const BoundPointer& argument : aggregate.arguments) expression(*argument, level + 2);
    titled(level + 2, "filter", aggregate.filter);
    sort(level + 2, aggregate.order_by);
  }
  titled(level + 1, "having", select.having);
  for (const BoundWindow& window : select.windows) {
    const std::string name(window.aggregate != nullptr ? window.aggregate->name
                                                       : std::string_view(window.name));
    line(level + 1, "window " + name + (window.distinct ? " distinct" : "") +
                        (window.ignore_nulls ? " ignore nulls" : "") + ": " +
                        to_string(window.type));
    for (const BoundPointer& argument : window.arguments) expression(*argument, level + 2);
    titled(level + 2, "partition by", window.partition_by);
    sort(level + 2, window.order_by);
  }
}

/// Learns the names of the columns before the SELECT list is printed.
void TreePrinter::note_columns(const BoundRelation& relation) {
  columns_[relation.id] = &relation.columns;
  if (relation.left) note_columns(*relation.left);
  if (relation.right) note_columns(*relation.right);
}

std::string TreePrinter::column_name(const Bound& column) const {
  const std::string id = "r" + std::to_string(column.relation) + ".";
  const auto found = columns_.find(column.relation);
  const auto at = static_cast<std::size_t>(column.column);
  if (found == columns_.end() || at >= found->second->size() || (*found->second)[at].name.empty()) {
    return id + std::to_string(column.column);
  }
  return id + (*found->second)[at].name;
}

void TreePrinter::relation(const BoundRelation& relation, int level) {
  const std::string id = " r" + std::to_string(relation.id);
  switch (relation.kind) {
    case BoundRelationKind::kNone:
      line(level, "one row");
      return;
    case BoundRelationKind::kScan:
      line(level,
           "event data store" + id + ": " + std::to_string(relation.columns.size()) + " columns");
      return;
    case BoundRelationKind::kJoin: {
      constexpr const char* kJoins[] = {"cross join", "inner join", "left join", "right join",
                                        "full join"};
      line(level, kJoins[static_cast<std::size_t>(relation.join)]);
      this->relation(*relation.left, level + 1);
      this->relation(*relation.right, level + 1);
      titled(level + 1, "on", relation.condition);
      return;
    }
    case BoundRelationKind::kUnnest:
      line(level, "unnest" + id + ": " + list_columns(relation.columns));
      for (const BoundPointer& argument : relation.arguments) expression(*argument, level + 1);
      return;
    case BoundRelationKind::kWorking:
      line(level, "rows of the step before" + id);
      return;
    case BoundRelationKind::kRecursive:
      line(level, "recursive query" + id);
      query(*relation.query, level + 1);
      query(*relation.step, level + 1);
      return;
    case BoundRelationKind::kQuery:
    case BoundRelationKind::kLateral:
      line(level,
           (relation.kind == BoundRelationKind::kLateral ? "lateral" : "derived table") + id);
      query(*relation.query, level + 1);
  }
}

void TreePrinter::expression(const Bound& node, int level) {
  std::string text;
  switch (node.kind) {
    case BoundKind::kLiteral:
      text = node.literal.is_null() ? "NULL" : print_canonical(node.type, node.literal);
      if (node.type->kind == TypeKind::kVarchar && !node.literal.is_null()) {
        text.insert(0, 1, '\'') += '\'';
      }
      break;
    case BoundKind::kCall:
      text = std::string(node.function->name) + "()";
      break;
    case BoundKind::kCompare:
      text = symbol_of(node.comparison);
      break;
    case BoundKind::kColumn:
      text = column_name(node);
      break;
    case BoundKind::kField:
      text = "field " + std::to_string(node.column);
      if (!node.children.empty() && node.children[0]->type->kind == TypeKind::kRow) {
        const auto& names = node.children[0]->type->field_names;
        const auto at = static_cast<std::size_t>(node.column);
        if (at < names.size() && !names[at].empty()) text = "field " + names[at];
      }
      break;
    case BoundKind::kGroupKey:
    case BoundKind::kAggregate:
    case BoundKind::kWindow:
    case BoundKind::kOutput:
    case BoundKind::kLambdaParameter:
      text = std::string(name_of(node.kind)) + " " + std::to_string(node.column);
      break;
    case BoundKind::kCast:
      text = node.lenient ? "try_cast" : "cast";
      break;
    default:
      text = name_of(node.kind);
  }
  if (node.type != nullptr) text += ": " + short_type(node.type);
  if (node.position.line > 0) {
    text += "  [" + std::to_string(node.position.line) + ":" +
            std::to_string(node.position.column) + "]";
  }
  line(level, text);
  for (const BoundPointer& child : node.children) expression(*child, level + 1);
  if (node.query) query(*node.query, level + 1);
}

}  // namespace

std::string print(const BoundQuery& query) {
  TreePrinter printer;
  printer.query(query, 0);
  return printer.take();
}

}  // namespace trailpond::sql
