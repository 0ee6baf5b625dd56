#include "sql/analyser.hpp"

#include <charconv>

#include "sql/lexer.hpp"
#include "sql/signatures.hpp"

/// The analysis of queries and relations.
namespace trailpond::sql {
namespace analysis {
namespace {

Scope with_outer(const Scope* outer) {
  Scope scope;
  scope.outer = outer;
  return scope;
}

/// Relations that one FROM may join: SQLite takes 64.
constexpr int kMaxRelations = 60;

int count_relations(const BoundRelation& relation) {
  if (relation.kind != BoundRelationKind::kJoin) return 1;
  return count_relations(*relation.left) + count_relations(*relation.right);
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

}  // namespace

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
  if (query.recursive)
    fail(ErrorName::kNotSupported, query.position, "not supported yet: WITH RECURSIVE");
  if (query.with_ties)
    fail(ErrorName::kNotSupported, query.position, "not supported yet: FETCH FIRST WITH TIES");
  const std::size_t named_before = named_.size();
  for (const ast::NamedQuery& named : query.with) {
    const std::string name = lower(named.name);
    for (std::size_t i = named_before; i < named_.size(); ++i) {
      if (named_[i].name == name) {
        fail(ErrorName::kDuplicateNamedQuery, named.position,
             "WITH query name '" + name + "' specified more than once");
      }
    }
    named_.push_back({name, &named, outer, named_.size()});
  }
  auto bound = std::make_shared<BoundQuery>();
  if (query.body->kind == ast::BodyKind::kSelect) {
    SelectResult result = select(*query.body->select, outer);
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
  bound->offset = row_count(query.offset, "OFFSET");
  bound->limit = row_count(query.limit, "LIMIT");
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
      SelectResult result = select(*written.select, outer);
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
  if (written.all && bound->kind != BoundBodyKind::kUnion) {
    fail(ErrorName::kNotSupported, written.position,
         "not supported yet: INTERSECT ALL and EXCEPT ALL");
  }
  std::vector<Column> right;
  bound->left = body(*written.left, outer, columns);
  bound->right = body(*written.right, outer, right);
  if (columns.size() != right.size()) {
    fail(ErrorName::kTypeMismatch, written.position,
         std::string(bound->kind == BoundBodyKind::kUnion       ? "UNION"
                     : bound->kind == BoundBodyKind::kIntersect ? "INTERSECT"
                                                                : "EXCEPT") +
             " query has different number of fields: " + std::to_string(columns.size()) + ", " +
             std::to_string(right.size()));
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
           "column " + std::to_string(i + 1) + " in " +
               (bound->kind == BoundBodyKind::kUnion       ? "UNION"
                : bound->kind == BoundBodyKind::kIntersect ? "INTERSECT"
                                                           : "EXCEPT") +
               " query has incompatible types: " + to_string(columns[i].type) + ", " +
               to_string(right[i].type));
    }
  }
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
    const bool is_row = row->kind == ast::ExpressionKind::kRow;
    if (is_row) {
      for (const auto& cell : row->children) cells.push_back(expression(*cell, context));
    } else {
      cells.push_back(expression(*row, context));
    }
    if (columns.empty()) {
      for (std::size_t i = 0; i < cells.size(); ++i) {
        columns.push_back({"_col" + std::to_string(i), simple_type(TypeKind::kUnknown)});
      }
    }
    if (cells.size() != columns.size()) {
      fail(ErrorName::kTypeMismatch, row->position,
           "Values rows have mismatched sizes: " + std::to_string(columns.size()) + " vs " +
               std::to_string(cells.size()));
    }
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const TypePointer common = common_type(columns[i].type, cells[i]->type);
      if (common == nullptr) {
        fail(ErrorName::kTypeMismatch, row->position,
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

Analyser::SelectResult Analyser::select(const ast::Select& written, const Scope* outer) {
  const SelectGuard guard(*this, &written);
  SelectResult result;
  result.id = next_relation_++;
  result.select = std::make_unique<BoundSelect>();
  result.select->id = result.id;
  result.scope = with_outer(outer);
  if (written.from) result.select->from = relation(*written.from, result.scope, outer);
  if (result.select->from && count_relations(*result.select->from) > kMaxRelations) {
    fail(ErrorName::kNotSupported, written.from->position,
         "more than " + std::to_string(kMaxRelations) + " relations in one FROM are not supported");
  }
  Context context;
  context.scope = &result.scope;
  context.select_id = result.id;
  if (written.where) {
    Context where = context;
    where.clause = "WHERE clause";
    result.select->where = condition(*written.where, where, "WHERE clause");
  }
  context.aggregates = &result.select->aggregates;
  group_by(written, result, context);
  context.windows = &result.select->windows;
  select_items(written, result, context);
  BoundPointer having;
  if (written.having) {
    Context inside = context;
    inside.windows = nullptr;
    inside.clause = "HAVING clause";
    having = condition(*written.having, inside, "HAVING clause");
  }
  result.select->distinct = written.distinct;
  result.select->grouped =
      written.has_group_by || having != nullptr || !result.select->aggregates.empty();
  if (result.select->grouped) {
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
    if (having != nullptr) result.select->having = grouped(having, *written.having, result);
    for (BoundWindow& window : result.select->windows) {
      ast::Expression any{.kind = ast::ExpressionKind::kIdentifier, .position = written.position};
      any.text = "a window function's argument";
      for (auto& argument : window.arguments) argument = grouped(argument, any, result);
      for (auto& key : window.partition_by) key = grouped(key, any, result);
      for (auto& sort_item : window.order_by)
        sort_item.expression = grouped(sort_item.expression, any, result);
    }
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

void Analyser::group_by(const ast::Select& written, SelectResult& result, Context& context) {
  if (!written.has_group_by) return;
  Context inside = context;
  inside.aggregates = nullptr;
  inside.clause = "GROUP BY clause";
  inside.clause_position = {};
  for (const ast::GroupingElement& element : written.group_by) {
    if (element.kind != ast::GroupingKind::kSimple) {
      fail(ErrorName::kNotSupported, element.position,
           std::string("not supported yet: ") + (element.kind == ast::GroupingKind::kCube ? "CUBE"
                                                 : element.kind == ast::GroupingKind::kRollup
                                                     ? "ROLLUP"
                                                     : "GROUPING SETS"));
    }
    for (const auto& written_key : element.sets[0]) {
      const ast::Expression* key = written_key.get();
      if (key->kind == ast::ExpressionKind::kInteger) {
        std::int64_t ordinal = 0;
        std::from_chars(key->text.data(), key->text.data() + key->text.size(), ordinal);
        const bool fits =
            ordinal >= 1 && ordinal <= static_cast<std::int64_t>(written.items.size());
        if (!fits) {
          fail(ErrorName::kInvalidColumnReference, key->position,
               "GROUP BY position " + key->text + " is not in select list");
        }
        const ast::SelectItem& item = written.items[static_cast<std::size_t>(ordinal - 1)];
        if (item.star)
          fail(ErrorName::kNotSupported, key->position,
               "not supported yet: GROUP BY position of a star");
        key = item.expression.get();
      }
      inside.clause_position = key->position;
      auto bound = expression(*key, inside);
      if (!is_comparable(bound->type)) {
        fail(ErrorName::kTypeMismatch, key->position,
             to_string(bound->type) +
                 " is not comparable, and therefore cannot be used in GROUP BY");
      }
      result.select->group_keys.push_back(std::move(bound));
    }
  }
}

/// row.*: every field of a row as a column of its own.
void Analyser::add_row_star(const ast::SelectItem& item, const BoundPointer& row,
                            SelectResult& result) {
  const TypePointer type = row->type;
  for (std::size_t i = 0; i < type->children.size(); ++i) {
    Bound field;
    field.kind = BoundKind::kField;
    field.type = type->children[i];
    field.position = item.position;
    field.column = static_cast<std::int32_t>(i);
    field.children = {row};
    const auto index = static_cast<std::int32_t>(result.columns.size());
    std::string shown =
        i < item.column_aliases.size() ? item.column_aliases[i] : type->field_names[i];
    result.select->projections.push_back(std::make_shared<const Bound>(std::move(field)));
    result.outputs.push_back({lower(shown), type->children[i], index});
    if (shown.empty()) shown = "_col" + std::to_string(index);
    result.columns.push_back({std::move(shown), type->children[i]});
  }
}

void Analyser::add_star(const ast::SelectItem& item, SelectResult& result, Context& context) {
  std::string qualifier;
  if (item.expression) {
    const bool is_name = item.expression->kind == ast::ExpressionKind::kIdentifier;
    if (is_name) qualifier = lower(item.expression->text);
    const bool is_relation =
        is_name && std::ranges::any_of(result.scope.fields, [&](const ScopeField& field) {
          return field.qualifier == qualifier;
        });
    if (!is_relation) {
      const std::string shown = ast::print(*item.expression);
      BoundPointer row;
      try {
        row = expression(*item.expression, context);
      } catch (const Failure& failure) {
        if (failure.error.name != ErrorName::kColumnNotFound) throw;
      }
      if (row == nullptr || row->type->kind != TypeKind::kRow) {
        fail(ErrorName::kTableNotFound, item.position, "Unable to resolve reference " + shown);
      }
      return add_row_star(item, row, result);
    }
  }
  std::size_t added = 0;
  for (const ScopeField& field : result.scope.fields) {
    if (!qualifier.empty() && field.qualifier != qualifier) continue;
    std::string shown = field.shown;
    if (!item.column_aliases.empty() && added < item.column_aliases.size())
      shown = item.column_aliases[added];
    ++added;
    Bound copy = *column_of(field, item.position);
    copy.position = item.position;
    const auto index = static_cast<std::int32_t>(result.columns.size());
    result.select->projections.push_back(std::make_shared<const Bound>(std::move(copy)));
    result.outputs.push_back({lower(shown), field.type, index});
    if (shown.empty()) shown = "_col" + std::to_string(index);
    result.columns.push_back({std::move(shown), field.type});
  }
  if (added == 0)
    fail(ErrorName::kColumnNotFound, item.position,
         "SELECT * not allowed in queries without FROM clause");
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
    result.outputs.push_back({lower(name), bound->type, index});
    result.columns.push_back({name.empty() ? "_col" + std::to_string(index) : name, bound->type});
    result.select->projections.push_back(std::move(bound));
  }
}

void Analyser::sort(const ast::Query& written, BoundQuery& bound, SelectResult* result,
                    const ast::Select* select) {
  std::vector<OutputField> outputs;
  if (result == nullptr) {
    for (std::size_t i = 0; i < bound.columns.size(); ++i) {
      outputs.push_back(
          {lower(bound.columns[i].name), bound.columns[i].type, static_cast<std::int32_t>(i)});
    }
  } else {
    outputs = result->outputs;
  }
  for (const ast::SortItem& item : written.order_by) {
    BoundSort sort_item;
    sort_item.descending = item.descending;
    sort_item.nulls_first = item.nulls_first.value_or(false);
    Bound output;
    output.kind = BoundKind::kOutput;
    output.position = item.expression->position;
    if (item.expression->kind == ast::ExpressionKind::kInteger) {
      std::int64_t ordinal = 0;
      const std::string& text = item.expression->text;
      std::from_chars(text.data(), text.data() + text.size(), ordinal);
      if (ordinal < 1 || ordinal > static_cast<std::int64_t>(outputs.size())) {
        fail(ErrorName::kInvalidColumnReference, item.expression->position,
             "ORDER BY position " + text + " is not in select list");
      }
      output.column = static_cast<std::int32_t>(ordinal - 1);
      output.type = outputs[static_cast<std::size_t>(output.column)].type;
      sort_item.expression = std::make_shared<const Bound>(output);
    } else {
      const Scope empty;
      Context context;
      context.scope = result != nullptr ? &result->scope : &empty;
      context.outputs = &outputs;
      if (result != nullptr) {
        context.aggregates =
            select->has_group_by || result->select->grouped ? &result->select->aggregates : nullptr;
        context.windows = &result->select->windows;
        context.select_id = result->id;
      }
      context.clause = "ORDER BY clause";
      auto expression_bound = expression(*item.expression, context);
      if (result != nullptr && result->select->grouped) {
        expression_bound = grouped(expression_bound, *item.expression, *result);
      }
      if (result != nullptr && expression_bound->kind != BoundKind::kOutput) {
        // An expression of the SELECT list written again is that column.
        for (std::size_t i = 0; i < result->select->projections.size(); ++i) {
          if (!same_expression(*result->select->projections[i], *expression_bound)) continue;
          output.column = static_cast<std::int32_t>(i);
          output.type = expression_bound->type;
          expression_bound = std::make_shared<const Bound>(output);
          break;
        }
        if (select->distinct && expression_bound->kind != BoundKind::kOutput) {
          fail(ErrorName::kExpressionNotInDistinct, item.expression->position,
               "For SELECT DISTINCT, ORDER BY expressions must appear in select list");
        }
      }
      sort_item.expression = std::move(expression_bound);
    }
    if (!is_orderable(sort_item.expression->type)) {
      fail(ErrorName::kTypeMismatch, item.expression->position,
           "Type " + to_string(sort_item.expression->type) +
               " is not orderable, and therefore cannot be used in ORDER BY: " +
               ast::print(*item.expression));
    }
    bound.order_by.push_back(std::move(sort_item));
  }
}

// ---- FROM -----------------------------------------------------------------------------------

std::unique_ptr<BoundRelation> Analyser::relation(const ast::Relation& written, Scope& scope,
                                                  const Scope* outer) {
  switch (written.kind) {
    case ast::RelationKind::kTable:
      return table(written, scope, outer);
    case ast::RelationKind::kSubquery:
      return query_relation(query(*written.query, outer), written, scope);
    case ast::RelationKind::kJoin:
      return join(written, scope, outer);
    case ast::RelationKind::kUnnest:
      return unnest(written, scope, outer);
    case ast::RelationKind::kLateral:
      fail(ErrorName::kNotSupported, written.position, "not supported yet: LATERAL");
    case ast::RelationKind::kValues:
      break;
  }
  fail(ErrorName::kInternal, written.position, "a relation that the analyser does not know");
}

/// Puts the columns of a relation into the scope, under its alias and its column aliases.
void Analyser::expose(const ast::Relation& written, const BoundRelation& bound, Scope& scope,
                      const std::string& default_alias) {
  const std::string qualifier = lower(written.alias.empty() ? default_alias : written.alias);
  if (!written.column_aliases.empty() && written.column_aliases.size() != bound.columns.size()) {
    fail(ErrorName::kMismatchedColumnAliases, written.position,
         "Column alias list has " + std::to_string(written.column_aliases.size()) +
             " entries but '" + qualifier + "' has " + std::to_string(bound.columns.size()) +
             " columns available");
  }
  for (std::size_t i = 0; i < bound.columns.size(); ++i) {
    const std::string shown =
        written.column_aliases.empty() ? bound.columns[i].name : written.column_aliases[i];
    scope.fields.push_back({lower(shown), shown, qualifier, bound.columns[i].type, bound.id,
                            static_cast<std::int32_t>(i)});
  }
}

std::unique_ptr<BoundRelation> Analyser::query_relation(BoundQueryPointer inner,
                                                        const ast::Relation& written,
                                                        Scope& scope) {
  auto bound = std::make_unique<BoundRelation>();
  bound->kind = BoundRelationKind::kQuery;
  bound->id = next_relation_++;
  bound->columns = inner->columns;
  bound->query = std::move(inner);
  expose(written, *bound, scope, written.name);
  return bound;
}

std::unique_ptr<BoundRelation> Analyser::table(const ast::Relation& written, Scope& scope,
                                               const Scope*) {
  const std::string name = lower(written.name);
  for (std::size_t i = named_.size(); i > 0; --i) {
    if (named_[i - 1].name != name) continue;
    const NamedQuery named = named_[i - 1];
    // The body of a WITH query sees only the names before it.
    std::vector<NamedQuery> hidden(named_.begin() + static_cast<std::ptrdiff_t>(named.visible),
                                   named_.end());
    named_.resize(named.visible);
    auto inner = query(*named.query->query, named.outer);
    named_.insert(named_.end(), hidden.begin(), hidden.end());
    if (named.query->column_aliases.empty())
      return query_relation(std::move(inner), written, scope);
    if (named.query->column_aliases.size() != inner->columns.size()) {
      fail(ErrorName::kMismatchedColumnAliases, named.query->position,
           "Column alias list has " + std::to_string(named.query->column_aliases.size()) +
               " entries but WITH query(" + name + ") has " +
               std::to_string(inner->columns.size()) + " columns");
    }
    auto bound = std::make_unique<BoundRelation>();
    bound->kind = BoundRelationKind::kQuery;
    bound->id = next_relation_++;
    bound->columns = inner->columns;
    for (std::size_t c = 0; c < bound->columns.size(); ++c)
      bound->columns[c].name = named.query->column_aliases[c];
    bound->query = std::move(inner);
    expose(written, *bound, scope, name);
    return bound;
  }
  auto found = catalog_.find_table(written.name);
  if (found == nullptr) {
    fail(ErrorName::kTableNotFound, written.position,
         "Table '" + written.name +
             "' does not exist: FROM takes the id of an event data store of this account and "
             "Region");
  }
  if (std::ranges::find(table_names_, written.name) == table_names_.end())
    table_names_.push_back(written.name);
  auto bound = std::make_unique<BoundRelation>();
  bound->kind = BoundRelationKind::kScan;
  bound->id = next_relation_++;
  bound->columns = found->columns();
  bound->table = std::move(found);
  expose(written, *bound, scope, written.name);
  return bound;
}

std::unique_ptr<BoundRelation> Analyser::join(const ast::Relation& written, Scope& scope,
                                              const Scope* outer) {
  auto bound = std::make_unique<BoundRelation>();
  bound->kind = BoundRelationKind::kJoin;
  switch (written.join) {
    case ast::JoinKind::kCross:
    case ast::JoinKind::kImplicit:
      bound->join = BoundJoinKind::kCross;
      break;
    case ast::JoinKind::kInner:
      bound->join = BoundJoinKind::kInner;
      break;
    case ast::JoinKind::kLeft:
      bound->join = BoundJoinKind::kLeft;
      break;
    case ast::JoinKind::kRight:
      bound->join = BoundJoinKind::kRight;
      break;
    case ast::JoinKind::kFull:
      bound->join = BoundJoinKind::kFull;
      break;
  }
  if (written.natural)
    fail(ErrorName::kNotSupported, written.position, "Natural join not supported");
  const std::size_t before = scope.fields.size();
  bound->left = relation(*written.left, scope, outer);
  const std::size_t middle = scope.fields.size();
  bound->right = relation(*written.right, scope, outer);
  Scope seen = with_outer(outer);
  seen.fields.assign(scope.fields.begin() + static_cast<std::ptrdiff_t>(before),
                     scope.fields.end());
  Context context;
  context.scope = &seen;
  context.clause = "JOIN clause";
  if (written.on) bound->condition = condition(*written.on, context, "JOIN ON clause");
  if (written.using_columns.empty()) return bound;
  std::vector<BoundPointer> conditions;
  std::vector<ScopeField> merged;
  for (const std::string& written_name : written.using_columns) {
    const std::string name = lower(written_name);
    const auto find = [&](std::size_t from, std::size_t to, const char* side) -> ScopeField& {
      for (std::size_t i = from; i < to; ++i) {
        if (scope.fields[i].name == name) return scope.fields[i];
      }
      fail(ErrorName::kColumnNotFound, written.position,
           "Column '" + name + "' is missing from " + side + " side of join");
    };
    ScopeField& left = find(before, middle, "left");
    ScopeField& right = find(middle, scope.fields.size(), "right");
    auto left_column = column_of(left, written.position);
    auto right_column = column_of(right, written.position);
    conditions.push_back(
        comparison(Comparison::kEqual, written.position, left_column, right_column));
    const TypePointer common = common_type(left.type, right.type);
    Bound both;
    both.kind = BoundKind::kCoalesce;
    both.type = common;
    both.position = written.position;
    both.children = {coerce(left_column, common), coerce(right_column, common)};
    ScopeField field = left;
    field.qualifier.clear();
    field.type = common;
    field.merged = std::make_shared<const Bound>(std::move(both));
    merged.push_back(std::move(field));
  }
  Bound all;
  all.kind = BoundKind::kAnd;
  all.type = simple_type(TypeKind::kBoolean);
  all.children = std::move(conditions);
  bound->condition =
      all.children.size() == 1 ? all.children[0] : std::make_shared<const Bound>(std::move(all));
  std::vector<ScopeField> rest;
  for (std::size_t i = before; i < scope.fields.size(); ++i) {
    if (std::ranges::none_of(merged,
                             [&](const ScopeField& m) { return m.name == scope.fields[i].name; })) {
      rest.push_back(scope.fields[i]);
    }
  }
  scope.fields.resize(before);
  scope.fields.insert(scope.fields.end(), merged.begin(), merged.end());
  scope.fields.insert(scope.fields.end(), rest.begin(), rest.end());
  return bound;
}

std::unique_ptr<BoundRelation> Analyser::unnest(const ast::Relation& written, Scope& scope,
                                                const Scope* outer) {
  Scope seen = scope;
  seen.outer = outer;
  Context context;
  context.scope = &seen;
  context.clause = "UNNEST";
  auto bound = std::make_unique<BoundRelation>();
  bound->kind = BoundRelationKind::kUnnest;
  bound->id = next_relation_++;
  bound->with_ordinality = written.with_ordinality;
  for (const auto& item : written.expressions) {
    auto argument = expression(*item, context);
    const TypePointer type = argument->type;
    if (type->kind == TypeKind::kMap) {
      bound->columns.push_back({"", type->children[0]});
      bound->columns.push_back({"", type->children[1]});
    } else if (type->kind == TypeKind::kArray && type->children[0]->kind == TypeKind::kRow) {
      const TypePointer row = type->children[0];
      for (std::size_t i = 0; i < row->children.size(); ++i)
        bound->columns.push_back({row->field_names[i], row->children[i]});
    } else if (type->kind == TypeKind::kArray) {
      bound->columns.push_back({"", type->children[0]});
    } else {
      fail(ErrorName::kTypeMismatch, item->position, "Cannot unnest type: " + to_string(type));
    }
    bound->arguments.push_back(std::move(argument));
  }
  if (written.with_ordinality)
    bound->columns.push_back({"ordinality", simple_type(TypeKind::kBigint)});
  // An alias list may name one column for an array of rows: Lake's `unnest(…) as rt` then
  // `rt.tags`.
  expose(written, *bound, scope, "");
  return bound;
}

}  // namespace analysis

Result<Analysed> analyse(const ast::Query& query, const Catalog& catalog,
                         const PrepareOptions& options) {
  try {
    analysis::Analyser analyser(catalog, options);
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
