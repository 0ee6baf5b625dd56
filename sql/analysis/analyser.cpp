#include "sql/analysis/analyser.hpp"

#include <charconv>

#include "base/text.hpp"
#include "sql/evaluation/registry.hpp"
#include "sql/syntax/lexer.hpp"
#include "sql/types/coercions.hpp"

/// The analysis of queries; what stands in their FROM is in relations.cpp.
namespace trailpond::sql {
namespace analysis {
namespace {

Scope with_outer(const Scope* outer) {
  Scope scope;
  scope.outer = outer;
  return scope;
}

/// The name that a SELECT item gives its column; empty: none of its own.
std::string name_of_item(const ast::SelectItem& item) {
  if (!item.alias.empty()) return item.alias;
  const auto& expression = *item.expression;
  if (expression.kind == ast::ExpressionKind::kIdentifier ||
      expression.kind == ast::ExpressionKind::kDereference) {
    // element_at(resources, 1).arn is no name, userIdentity.arn is one.
    const ast::Expression* base = &expression;
    while (base->kind == ast::ExpressionKind::kDereference) base = base->children[0].get();
    if (base->kind == ast::ExpressionKind::kIdentifier) return expression.text;
  }
  return "";
}

/// Answers whether an expression calls an aggregate over the rows of its query.
bool holds_aggregate(const ast::Expression& node) {
  if (node.kind == ast::ExpressionKind::kCall && !node.call->over &&
      !find_aggregates(ascii_lower(node.text)).empty()) {
    return true;
  }
  return std::ranges::any_of(node.children,
                             [](const auto& child) { return holds_aggregate(*child); });
}

const char* name_of(BoundBodyKind kind) {
  return kind == BoundBodyKind::kUnion       ? "UNION"
         : kind == BoundBodyKind::kIntersect ? "INTERSECT"
                                             : "EXCEPT";
}

}  // namespace

Position start_of(const ast::Body& body) {
  const ast::Body* first = &body;
  while (first->left) first = first->left.get();
  return first->position;
}

BoundPointer column_of(const ScopeField& field, Position position) {
  if (field.merged) return field.merged;
  Bound bound;
  bound.kind = BoundKind::kColumn;
  bound.type = field.type;
  bound.position = position;
  bound.relation = field.relation;
  bound.column = field.column;
  return std::make_shared<const Bound>(std::move(bound));
}

/// Sets which SELECT's WINDOW clause is looked at while it lives.
struct SelectGuard {
  SelectGuard(Analyser& analyser, const ast::Select* select)
      : analyser_(analyser), before_(analyser.current_select_) {
    analyser_.current_select_ = select;
  }
  ~SelectGuard() { analyser_.current_select_ = before_; }
  SelectGuard(const SelectGuard&) = delete;
  SelectGuard& operator=(const SelectGuard&) = delete;

 private:
  Analyser& analyser_;
  const ast::Select* before_;
};

BoundQueryPointer Analyser::query(const ast::Query& query, const Scope* outer) {
  const std::size_t named_before = named_.size();
  for (const ast::NamedQuery& named : query.with) {
    const std::string name = ascii_lower(named.name);
    for (std::size_t i = named_before; i < named_.size(); ++i) {
      if (named_[i].name == name) {
        fail(ErrorName::kDuplicateNamedQuery, named.position,
             "WITH query name '" + name + "' specified more than once");
      }
    }
    named_.push_back({name, &named, outer, named_.size(), query.recursive});
  }
  auto bound = std::make_shared<BoundQuery>();
  if (query.body->kind == ast::BodyKind::kSelect) {
    const bool aggregates = std::ranges::any_of(query.order_by, [](const ast::SortItem& item) {
      return holds_aggregate(*item.expression);
    });
    SelectResult result = select(*query.body->select, outer, aggregates);
    {
      const SelectGuard guard(*this, query.body->select.get());
      sort(query, *bound, &result, query.body->select.get());
    }
    bound->columns = std::move(result.columns);
    bound->body = std::make_unique<BoundBody>();
    bound->body->select = std::move(result.select);
  } else {
    bound->body = body(*query.body, outer, bound->columns);
    sort(query, *bound, nullptr, nullptr);
  }
  // Trino looks at every query of WITH, also at those that nothing reads.
  for (std::size_t i = named_before; i < named_.size(); ++i) {
    if (!named_[i].used) check_named_query(i);
  }
  bound->offset = row_count(query.offset, "OFFSET");
  bound->limit = row_count(query.limit, "LIMIT");
  bound->with_ties = query.with_ties;
  if (query.with_ties && query.order_by.empty()) {
    fail(ErrorName::kMissingOrderBy, query.fetch_position,
         "FETCH FIRST WITH TIES clause requires ORDER BY");
  }
  if (query.fetch_position.line > 0 && bound->limit == 0) {
    fail(ErrorName::kNumericValueOutOfRange, query.fetch_position,
         "FETCH FIRST row count must be positive (actual value: 0)");
  }
  named_.resize(named_before);
  return bound;
}

std::optional<std::int64_t> Analyser::row_count(const ast::ExpressionPointer& expression,
                                                const char* clause) {
  if (!expression) return std::nullopt;
  std::int64_t count = 0;
  const std::string& text = expression->text;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), count);
  if (parsed.ec != std::errc() || text.empty()) {
    if (expression->kind == ast::ExpressionKind::kInteger) {
      fail(ErrorName::kSyntaxError, expression->position, "Invalid numeric literal: " + text);
    }
    fail(ErrorName::kInvalidLimitClause, expression->position,
         "Invalid " + std::string(clause) + " row count: " + text);
  }
  return count;
}

std::unique_ptr<BoundBody> Analyser::body(const ast::Body& written, const Scope* outer,
                                          std::vector<Column>& columns) {
  auto bound = std::make_unique<BoundBody>();
  switch (written.kind) {
    case ast::BodyKind::kSelect: {
      SelectResult result = select(*written.select, outer, false);
      columns = std::move(result.columns);
      bound->select = std::move(result.select);
      return bound;
    }
    case ast::BodyKind::kUnion:
    case ast::BodyKind::kIntersect:
    case ast::BodyKind::kExcept:
      return set_operation(written, outer, columns);
    case ast::BodyKind::kValues:
      return values(written, outer, columns);
    case ast::BodyKind::kQuery: {
      bound->kind = BoundBodyKind::kQuery;
      auto inner = query(*written.query, outer);
      columns = inner->columns;
      bound->query = std::move(inner);
      return bound;
    }
    case ast::BodyKind::kTable: {
      Scope scope = with_outer(outer);
      ast::Relation relation_node{.kind = ast::RelationKind::kTable, .position = written.position};
      relation_node.name = written.table;
      bound->select = std::make_unique<BoundSelect>();
      bound->select->from = relation(relation_node, scope, outer);
      if (rewriting_ != nullptr && rewriting_->table_uses.erase(&relation_node) > 0)
        rewriting_->table_uses[&written] = written.table;
      for (const ScopeField& field : scope.fields) {
        bound->select->projections.push_back(column_of(field, written.position));
        columns.push_back({field.shown, field.type});
      }
      return bound;
    }
  }
  return bound;
}

std::unique_ptr<BoundBody> Analyser::set_operation(const ast::Body& written, const Scope* outer,
                                                   std::vector<Column>& columns) {
  auto bound = std::make_unique<BoundBody>();
  bound->kind = written.kind == ast::BodyKind::kUnion       ? BoundBodyKind::kUnion
                : written.kind == ast::BodyKind::kIntersect ? BoundBodyKind::kIntersect
                                                            : BoundBodyKind::kExcept;
  bound->all = written.all;
  std::vector<Column> right;
  bound->left = body(*written.left, outer, columns);
  bound->right = body(*written.right, outer, right);
  if (columns.size() != right.size()) {
    fail(ErrorName::kTypeMismatch, written.position,
         std::string(name_of(bound->kind)) + " query has different number of fields: " +
             std::to_string(columns.size()) + ", " + std::to_string(right.size()));
  }
  std::vector<TypePointer> common(columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    common[i] = common_type(columns[i].type, right[i].type);
    // Leniency "varchar with timestamp in a set operation": the text is read as an instant.
    const auto is_time = [](TypePointer type) { return type->kind == TypeKind::kTimestamp; };
    const auto is_text = [](TypePointer type) { return type->kind == TypeKind::kVarchar; };
    if (common[i] == nullptr && is_time(columns[i].type) && is_text(right[i].type))
      common[i] = columns[i].type;
    if (common[i] == nullptr && is_text(columns[i].type) && is_time(right[i].type))
      common[i] = right[i].type;
    if (common[i] == nullptr) {
      fail(ErrorName::kTypeMismatch, written.position,
           "column " + std::to_string(i + 1) + " in " + name_of(bound->kind) +
               " query has incompatible types: " + to_string(columns[i].type) + ", " +
               to_string(right[i].type));
    }
  }
  note_side(*written.left, columns, common);
  note_side(*written.right, right, common);
  const auto cast_side = [&](BoundBody& side, const std::vector<Column>& from) {
    for (std::size_t i = 0; i < from.size(); ++i) {
      side.from_types.push_back(from[i].type);
      side.cast_types.push_back(common[i]);
    }
  };
  cast_side(*bound->left, columns);
  cast_side(*bound->right, right);
  for (std::size_t i = 0; i < columns.size(); ++i) columns[i].type = common[i];
  return bound;
}

std::unique_ptr<BoundBody> Analyser::values(const ast::Body& written, const Scope* outer,
                                            std::vector<Column>& columns) {
  auto bound = std::make_unique<BoundBody>();
  bound->kind = BoundBodyKind::kValues;
  Scope scope = with_outer(outer);
  Context context;
  context.scope = &scope;
  context.clause = "VALUES";
  for (const auto& row : written.rows) {
    std::vector<BoundPointer> cells;
    if (row->kind == ast::ExpressionKind::kRow) {
      for (const auto& cell : row->children) cells.push_back(expression(*cell, context));
    } else {
      auto cell = expression(*row, context);
      if (cell->type->kind == TypeKind::kRow) {
        // A row that is no constructor gives its fields, too.
        for (std::size_t i = 0; i < cell->type->children.size(); ++i)
          cells.push_back(field_of(cell, i, row->position));
      } else {
        cells.push_back(std::move(cell));
      }
    }
    if (columns.empty()) columns.assign(cells.size(), {"", simple_type(TypeKind::kUnknown)});
    if (cells.size() != columns.size()) {
      fail(ErrorName::kTypeMismatch, written.position,
           "Values rows have mismatched sizes: " + std::to_string(columns.size()) + " vs " +
               std::to_string(cells.size()));
    }
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const TypePointer common = common_type(columns[i].type, cells[i]->type);
      if (common == nullptr) {
        fail(ErrorName::kTypeMismatch, written.position,
             "Values rows have mismatched types: " + to_string(columns[i].type) + " vs " +
                 to_string(cells[i]->type));
      }
      columns[i].type = common;
    }
    bound->rows.push_back(std::move(cells));
  }
  for (auto& row : bound->rows) {
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = coerce(row[i], columns[i].type);
  }
  return bound;
}

// ---- SELECT ---------------------------------------------------------------------------------

/// What the SELECT list says of the rows becomes what it says of their groups.
void Analyser::group_items(const ast::Select& written, SelectResult& result) {
  std::size_t next = 0;
  for (const ast::SelectItem& item : written.items) {
    if (item.star) {
      // Every column of a star must be a key.
      for (; next < result.select->projections.size() && result.columns.size() > next; ++next) {
        auto& projection = result.select->projections[next];
        if (projection->position.column != item.position.column ||
            projection->position.line != item.position.line)
          break;
        ast::Expression name{.kind = ast::ExpressionKind::kIdentifier, .position = item.position};
        name.text = result.columns[next].name;
        projection = grouped(projection, name, result);
      }
      continue;
    }
    auto& projection = result.select->projections[next++];
    projection = grouped(projection, *item.expression, result);
  }
}

Analyser::SelectResult Analyser::select(const ast::Select& written, const Scope* outer,
                                        bool aggregates_in_order) {
  const SelectGuard guard(*this, &written);
  SelectResult result;
  result.id = next_relation_++;
  result.select = std::make_unique<BoundSelect>();
  result.select->id = result.id;
  result.scope = with_outer(outer);
  if (written.from) result.select->from = relation(*written.from, result.scope, outer);
  Context context;
  context.scope = &result.scope;
  context.select_id = result.id;
  if (written.where) {
    Context where = context;
    where.clause = "WHERE clause";
    result.select->where = condition(*written.where, where, "WHERE clause");
    note_days(result.select->where, result.id);
  }
  context.aggregates = &result.select->aggregates;
  group_by(written, result, context);
  context.windows = &result.select->windows;
  context.window_calls = &result.window_calls;
  context.group_keys = &result.select->group_keys;
  select_items(written, result, context);
  check_named_windows(written, context, nullptr);
  BoundPointer having;
  if (written.having) {
    Context inside = context;
    inside.windows = nullptr;
    inside.clause = "HAVING clause";
    having = condition(*written.having, inside, "HAVING clause");
  }
  result.select->distinct = written.distinct;
  result.select->grouped = written.has_group_by || written.having || aggregates_in_order ||
                           !result.select->aggregates.empty();
  if (result.select->grouped) {
    group_items(written, result);
    if (having != nullptr) result.select->having = grouped(having, *written.having, result);
    regroup_windows(result, 0);
    check_named_windows(written, context, &result);
  }
  if (result.select->distinct) {
    for (const Column& column : result.columns) {
      if (!is_comparable(column.type)) {
        fail(ErrorName::kTypeMismatch, written.position,
             "DISTINCT can only be applied to comparable types (actual: " + to_string(column.type) +
                 ")");
      }
    }
  }
  return result;
}

BoundPointer field_of(const BoundPointer& row, std::size_t index, Position position) {
  Bound field;
  field.kind = BoundKind::kField;
  field.type = row->type->children[index];
  field.position = position;
  field.column = static_cast<std::int32_t>(index);
  field.children = {row};
  return std::make_shared<const Bound>(std::move(field));
}

/// Adds one column of a star, under its own name or under the alias that the star gives it.
void Analyser::add_star_column(const ast::SelectItem& item, std::size_t place, std::string shown,
                               const Bound& column, SelectResult& result) {
  if (place < item.column_aliases.size()) shown = item.column_aliases[place];
  Bound copy = column;
  copy.position = item.position;
  const auto index = static_cast<std::int32_t>(result.columns.size());
  result.select->projections.push_back(std::make_shared<const Bound>(std::move(copy)));
  result.outputs.push_back({ascii_lower(shown), column.type, index});
  result.columns.push_back({std::move(shown), column.type});
}

namespace {

void check_star_aliases(const ast::SelectItem& item, std::size_t columns) {
  if (item.column_aliases.empty() || item.column_aliases.size() == columns) return;
  fail(ErrorName::kMismatchedColumnAliases, item.position,
       "Column alias list has " + std::to_string(item.column_aliases.size()) +
           " entries but relation has " + std::to_string(columns) + " columns");
}

}  // namespace

/// expression.*: every field of a row as a column of its own.
void Analyser::add_row_star(const ast::SelectItem& item, SelectResult& result, Context& context) {
  const std::string shown = ast::print(*item.expression);
  BoundPointer row;
  if (item.expression->kind != ast::ExpressionKind::kIdentifier) {
    try {
      row = expression(*item.expression, context);
    } catch (const Failure& failure) {
      if (failure.error.name != ErrorName::kColumnNotFound) throw;
    }
  }
  if (row == nullptr)
    fail(ErrorName::kTableNotFound, item.position, "Unable to resolve reference " + shown);
  if (row->type->kind != TypeKind::kRow) {
    fail(ErrorName::kTypeMismatch, current_select_->position, "expected expression of type Row");
  }
  check_star_aliases(item, row->type->children.size());
  for (std::size_t i = 0; i < row->type->children.size(); ++i) {
    add_star_column(item, i, row->type->field_names[i], *field_of(row, i, item.position), result);
  }
}

namespace {

/// The nearest scope in which a relation has this name, be it in a query around; null: none.
const Scope* scope_of(const Scope& inner, const std::string& qualifier) {
  for (const Scope* scope = &inner; scope != nullptr; scope = scope->outer) {
    if (std::ranges::any_of(scope->fields, [&](const ScopeField& field) {
          return field.qualifier() == qualifier;
        })) {
      return scope;
    }
  }
  return nullptr;
}

}  // namespace

void Analyser::add_star(const ast::SelectItem& item, SelectResult& result, Context& context) {
  std::string qualifier;
  const Scope* scope = &result.scope;
  if (item.expression) {
    const bool is_name = item.expression->kind == ast::ExpressionKind::kIdentifier;
    if (is_name) qualifier = ascii_lower(item.expression->text);
    scope = is_name ? scope_of(result.scope, qualifier) : nullptr;
    if (scope == nullptr) return add_row_star(item, result, context);
  }
  std::size_t added = 0;
  for (const ScopeField& field : scope->fields) {
    if (!qualifier.empty() && field.qualifier() != qualifier) continue;
    add_star_column(item, added, field.shown, *column_of(field, item.position), result);
    ++added;
  }
  if (added == 0)
    fail(ErrorName::kColumnNotFound, item.position,
         "SELECT * not allowed in queries without FROM clause");
  check_star_aliases(item, added);
}

void Analyser::select_items(const ast::Select& written, SelectResult& result, Context& context) {
  for (const ast::SelectItem& item : written.items) {
    if (item.star) {
      add_star(item, result, context);
      continue;
    }
    auto bound = expression(*item.expression, context);
    const std::string name = name_of_item(item);
    const auto index = static_cast<std::int32_t>(result.columns.size());
    result.outputs.push_back({ascii_lower(name), bound->type, index});
    result.columns.push_back({name, bound->type});
    result.select->projections.push_back(std::move(bound));
  }
}

namespace {

BoundPointer output_of(std::size_t column, TypePointer type, Position position) {
  Bound output;
  output.kind = BoundKind::kOutput;
  output.type = type;
  output.position = position;
  output.column = static_cast<std::int32_t>(column);
  return std::make_shared<const Bound>(std::move(output));
}

/// ORDER BY 2: the column (from 0) that a number means; nullopt for any other expression.
std::optional<std::size_t> ordinal_of(const ast::Expression& written, std::size_t count) {
  const bool negative = written.kind == ast::ExpressionKind::kNegate;
  const ast::Expression& number = negative ? *written.children[0] : written;
  if (number.kind != ast::ExpressionKind::kInteger) return std::nullopt;
  std::int64_t ordinal = 0;
  const std::string text = (negative ? "-" : "") + number.text;
  std::from_chars(text.data(), text.data() + text.size(), ordinal);
  if (ordinal < 1 || ordinal > static_cast<std::int64_t>(count)) {
    fail(ErrorName::kInvalidColumnReference, written.position,
         "ORDER BY position " + text + " is not in select list");
  }
  return static_cast<std::size_t>(ordinal - 1);
}

}  // namespace

/// What an expression of ORDER BY may see. Of a set operation (`result` is null): its columns.
Context Analyser::sort_context(SelectResult* result, const ast::Select* select) {
  Context context;
  context.clause = "ORDER BY clause";
  if (result == nullptr) return context;
  context.scope = &result->scope;
  context.aggregates =
      select->has_group_by || result->select->grouped ? &result->select->aggregates : nullptr;
  context.windows = &result->select->windows;
  context.window_calls = &result->window_calls;
  context.group_keys = &result->select->group_keys;
  context.select_id = result->id;
  return context;
}

BoundPointer Analyser::sort_expression(const ast::Expression& written,
                                       const std::vector<OutputField>& outputs,
                                       SelectResult* result, const ast::Select* select) {
  const Scope empty;
  Context context = sort_context(result, select);
  if (result == nullptr) context.scope = &empty;
  context.outputs = &outputs;
  const std::size_t windows_before = result != nullptr ? result->select->windows.size() : 0;
  auto expression_bound = expression(written, context);
  if (result != nullptr && result->select->grouped) {
    expression_bound = grouped(expression_bound, written, *result);
    regroup_windows(*result, windows_before);
  }
  if (result != nullptr && expression_bound->kind != BoundKind::kOutput) {
    // An expression of the SELECT list written again is that column.
    for (std::size_t i = 0; i < result->select->projections.size(); ++i) {
      if (!same_expression(*result->select->projections[i], *expression_bound)) continue;
      return output_of(i, expression_bound->type, written.position);
    }
    if (select->distinct && expression_bound->kind != BoundKind::kOutput) {
      fail(ErrorName::kExpressionNotInDistinct, select->position,
           "For SELECT DISTINCT, ORDER BY expressions must appear in select list");
    }
  }
  return expression_bound;
}

void Analyser::sort(const ast::Query& written, BoundQuery& bound, SelectResult* result,
                    const ast::Select* select) {
  std::vector<OutputField> outputs;
  if (result == nullptr) {
    for (std::size_t i = 0; i < bound.columns.size(); ++i) {
      outputs.push_back({ascii_lower(bound.columns[i].name), bound.columns[i].type,
                         static_cast<std::int32_t>(i)});
    }
  } else {
    outputs = result->outputs;
  }
  for (const ast::SortItem& item : written.order_by) {
    BoundSort sort_item;
    sort_item.descending = item.descending;
    sort_item.nulls_first = item.nulls_first.value_or(false);
    const auto ordinal = ordinal_of(*item.expression, outputs.size());
    if (ordinal) {
      sort_item.expression = output_of(*ordinal, outputs[*ordinal].type, item.expression->position);
    } else {
      sort_item.expression = sort_expression(*item.expression, outputs, result, select);
    }
    if (!is_orderable(sort_item.expression->type)) {
      fail(ErrorName::kTypeMismatch, start_of(*written.body),
           "Type " + to_string(sort_item.expression->type) +
               " is not orderable, and therefore cannot be used in ORDER BY: " +
               ast::print(*item.expression));
    }
    bound.order_by.push_back(std::move(sort_item));
  }
}

}  // namespace analysis

Result<Analysed> analyse(const ast::Query& query, const Catalog& catalog,
                         const PrepareOptions& options, ast::Rewriting* rewriting) {
  try {
    analysis::Analyser analyser(catalog, options, rewriting);
    Analysed analysed;
    analysed.query = analyser.query(query, nullptr);
    analysed.table_names = analyser.take_table_names();
    if (options.require_table && analysed.table_names.empty()) {
      return Error{ErrorName::kTableNotFound,
                   "the statement reads no event data store: FROM must name one by its id",
                   query.position};
    }
    return analysed;
  } catch (analysis::Failure& failure) {
    return std::move(failure.error);
  }
}

}  // namespace trailpond::sql
