#include <charconv>

#include "base/text.hpp"
#include "sql/analysis/analyser.hpp"
#include "sql/analysis/recursion.hpp"
#include "sql/bound/limits.hpp"
#include "sql/syntax/lexer.hpp"
#include "sql/types/coercions.hpp"

/// The analysis of what stands in FROM. Source: https://trino.io/docs/current/sql/select.html
namespace trailpond::sql::analysis {
namespace {

/// Relations that one FROM may join: SQLite takes 64.
constexpr int kMaxRelations = 60;
/// Relations and SELECTs of a whole statement, counting each use of a WITH query: such uses can
/// double from name to name.
constexpr std::int32_t kMaxRelationsInStatement = 2'000;

/// Columns that UNNEST and LATERAL may give, and values that UNNEST may take (unnest.cpp).

void check_unnest(const BoundRelation& bound, Position position) {
  if (bound.columns.size() <= kMaxUnnestColumns && bound.arguments.size() <= kMaxUnnestValues)
    return;
  fail(ErrorName::kNotSupported, position,
       "UNNEST and LATERAL of more than " + std::to_string(kMaxUnnestColumns) + " columns or " +
           std::to_string(kMaxUnnestValues) + " values are not supported");
}

int count_relations(const BoundRelation& relation) {
  if (relation.kind != BoundRelationKind::kJoin) return 1;
  return count_relations(*relation.left) + count_relations(*relation.right);
}

const char* name_of(BoundJoinKind kind) {
  switch (kind) {
    case BoundJoinKind::kCross:
      return "CROSS";
    case BoundJoinKind::kInner:
      return "INNER";
    case BoundJoinKind::kLeft:
      return "LEFT";
    case BoundJoinKind::kRight:
      return "RIGHT";
    case BoundJoinKind::kFull:
      return "FULL";
  }
  return "";
}

BoundJoinKind kind_of(ast::JoinKind kind) {
  switch (kind) {
    case ast::JoinKind::kCross:
    case ast::JoinKind::kImplicit:
      return BoundJoinKind::kCross;
    case ast::JoinKind::kInner:
      return BoundJoinKind::kInner;
    case ast::JoinKind::kLeft:
      return BoundJoinKind::kLeft;
    case ast::JoinKind::kRight:
      return BoundJoinKind::kRight;
    case ast::JoinKind::kFull:
      return BoundJoinKind::kFull;
  }
  return BoundJoinKind::kCross;
}

}  // namespace

std::unique_ptr<BoundRelation> Analyser::relation(const ast::Relation& written, Scope& scope,
                                                  const Scope* outer) {
  if (next_relation_ > kMaxRelationsInStatement) {
    fail(ErrorName::kNotSupported, written.position,
         "more than " + std::to_string(kMaxRelationsInStatement) +
             " relations in one statement are not supported");
  }
  auto bound = any_relation(written, scope, outer);
  if (written.sample) bound->sample_percent = sample_percent(*written.sample);
  if (count_relations(*bound) > kMaxRelations) {
    fail(ErrorName::kNotSupported, written.position,
         "more than " + std::to_string(kMaxRelations) + " relations in one FROM are not supported");
  }
  return bound;
}

std::unique_ptr<BoundRelation> Analyser::any_relation(const ast::Relation& written, Scope& scope,
                                                      const Scope* outer) {
  switch (written.kind) {
    case ast::RelationKind::kTable:
      return table(written, scope);
    case ast::RelationKind::kSubquery: {
      auto bound = query_relation(query(*written.query, outer));
      expose(written, *bound, scope, "");
      return bound;
    }
    case ast::RelationKind::kJoin:
      return join(written, scope, outer);
    case ast::RelationKind::kUnnest:
      return unnest(written, scope, outer);
    case ast::RelationKind::kLateral:
      return lateral(written, scope, outer);
    case ast::RelationKind::kValues:
      break;
  }
  fail(ErrorName::kInternal, written.position, "a relation that the analyser does not know");
}

/// Puts the columns of a relation into the scope, under its alias and its column aliases.
void Analyser::expose(const ast::Relation& written, const BoundRelation& bound, Scope& scope,
                      const std::string& default_alias) {
  const auto alias = std::make_shared<const std::string>(
      ascii_lower(written.alias.empty() ? default_alias : written.alias));
  if (!written.column_aliases.empty() && written.column_aliases.size() != bound.columns.size()) {
    fail(ErrorName::kMismatchedColumnAliases, written.position,
         "Column alias list has " + std::to_string(written.column_aliases.size()) +
             " entries but '" + *alias + "' has " + std::to_string(bound.columns.size()) +
             " columns available");
  }
  scope.fields.reserve(scope.fields.size() + bound.columns.size());
  for (std::size_t i = 0; i < bound.columns.size(); ++i) {
    const std::string& shown =
        written.column_aliases.empty() ? bound.columns[i].name : written.column_aliases[i];
    scope.fields.push_back({ascii_lower(shown), shown, alias, bound.columns[i].type, bound.id,
                            static_cast<std::int32_t>(i)});
  }
}

std::unique_ptr<BoundRelation> Analyser::query_relation(BoundQueryPointer inner) {
  auto bound = std::make_unique<BoundRelation>();
  bound->kind = BoundRelationKind::kQuery;
  bound->id = next_relation_++;
  bound->columns = inner->columns;
  bound->query = std::move(inner);
  return bound;
}

// ---- tables and WITH --------------------------------------------------------------------------

/// One use of a WITH query, its columns named by the query's own aliases.
std::unique_ptr<BoundRelation> Analyser::named_query(std::size_t index) {
  named_[index].used = true;
  const NamedQuery named = named_[index];
  // The body of a WITH query sees only the names before it.
  std::vector<NamedQuery> hidden(named_.begin() + static_cast<std::ptrdiff_t>(named.visible),
                                 named_.end());
  named_.resize(named.visible);
  auto bound = named.recursive && is_recursive(*named.query)
                   ? recursive_query(named)
                   : query_relation(query(*named.query->query, named.outer));
  named_.insert(named_.end(), hidden.begin(), hidden.end());
  const auto& aliases = named.query->column_aliases;
  if (aliases.empty()) return bound;
  if (aliases.size() != bound->columns.size()) {
    fail(ErrorName::kMismatchedColumnAliases, named.query->alias_position,
         "Column alias list has " + std::to_string(aliases.size()) + " entries but relation has " +
             std::to_string(bound->columns.size()) + " columns");
  }
  std::set<std::string> names;
  std::vector<Column> columns(bound->columns.begin(), bound->columns.end());
  for (std::size_t c = 0; c < aliases.size(); ++c) {
    if (!names.insert(ascii_lower(aliases[c])).second) {
      fail(ErrorName::kDuplicateColumnName, named.query->alias_positions[c],
           "Column name '" + ascii_lower(aliases[c]) + "' specified more than once");
    }
    columns[c].name = aliases[c];
  }
  bound->columns = std::move(columns);
  return bound;
}

void Analyser::check_named_query(std::size_t index) { named_query(index); }

std::unique_ptr<BoundRelation> Analyser::working_table(const ast::Relation& written) {
  for (auto working = working_.rbegin(); working != working_.rend(); ++working) {
    if (working->name != ascii_lower(written.name)) continue;
    auto bound = std::make_unique<BoundRelation>();
    bound->kind = BoundRelationKind::kWorking;
    bound->id = next_relation_++;
    bound->working = working->id;
    bound->columns = working->columns;
    return bound;
  }
  return nullptr;
}

/// base UNION [ALL] step, where the step names the query itself.
std::unique_ptr<BoundRelation> Analyser::recursive_query(const NamedQuery& named) {
  const ast::Body& both = *named.query->query->body;
  auto base = std::make_shared<BoundQuery>();
  base->body = body(*both.left, named.outer, base->columns);
  std::vector<Column> columns = base->columns;
  const auto& aliases = named.query->column_aliases;
  for (std::size_t c = 0; c < columns.size() && c < aliases.size(); ++c)
    columns[c].name = aliases[c];
  const std::int32_t id = next_relation_++;
  working_.push_back({named.name, columns, id});
  auto step = std::make_shared<BoundQuery>();
  step->body = body(*both.right, named.outer, step->columns);
  working_.pop_back();
  const Position at = start_of(*both.right);
  if (step->columns.size() != columns.size()) {
    fail(ErrorName::kTypeMismatch, at,
         "base and step relations of recursion have different number of fields: " +
             std::to_string(columns.size()) + ", " + std::to_string(step->columns.size()));
  }
  std::vector<TypePointer> types;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    types.push_back(columns[c].type);
    if (common_type(columns[c].type, step->columns[c].type) == columns[c].type) continue;
    fail(ErrorName::kTypeMismatch, at,
         "recursion step relation output type (" + to_string(step->columns[c].type) +
             ") is not coercible to recursion base relation output type (" +
             to_string(columns[c].type) + ") at column " + std::to_string(c + 1));
  }
  auto bound = query_relation(std::move(base));
  bound->kind = BoundRelationKind::kRecursive;
  bound->step = coerced(std::move(step), types);
  bound->working = id;
  bound->distinct = !both.all;
  return bound;
}

std::unique_ptr<BoundRelation> Analyser::table(const ast::Relation& written, Scope& scope) {
  const std::string name = ascii_lower(written.name);
  if (auto bound = working_table(written)) {
    expose(written, *bound, scope, name);
    return bound;
  }
  for (std::size_t i = named_.size(); i > 0; --i) {
    if (named_[i - 1].name != name) continue;
    auto bound = named_query(i - 1);
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
  if (rewriting_ != nullptr) {
    rewriting_->table_uses[&written] = written.name;
    scans_[next_relation_] = {&written, found};
  }
  auto bound = std::make_unique<BoundRelation>();
  bound->kind = BoundRelationKind::kScan;
  bound->id = next_relation_++;
  bound->columns = ColumnList(std::shared_ptr<const std::vector<Column>>(found, &found->columns()));
  bound->table = std::move(found);
  expose(written, *bound, scope, written.name);
  return bound;
}

double Analyser::sample_percent(const ast::Expression& written) {
  const Scope empty;
  Context context;
  context.scope = &empty;
  context.clause = "TABLESAMPLE";
  BoundPointer bound;
  try {
    bound = expression(written, context);
  } catch (const Failure& failure) {
    if (failure.error.name != ErrorName::kColumnNotFound) throw;
    fail(ErrorName::kExpressionNotConstant, written.position,
         "Sample percentage cannot contain column references");
  }
  const TypePointer type = bound->type;
  if (type->kind < TypeKind::kTinyint || type->kind > TypeKind::kDecimal) {
    fail(ErrorName::kTypeMismatch, written.position,
         "Sample percentage should be a numeric expression");
  }
  bound = coerce(std::move(bound), simple_type(TypeKind::kDouble));
  if (bound->kind != BoundKind::kLiteral || bound->literal.is_null()) {
    fail(ErrorName::kExpressionNotConstant, written.position,
         "Sample percentage cannot be NULL or depend on rows");
  }
  const double percent = bound->literal.real();
  if (!(percent >= 0)) {
    fail(ErrorName::kNumericValueOutOfRange, written.position,
         "Sample percentage must be greater than or equal to 0");
  }
  if (percent > 100) {
    fail(ErrorName::kNumericValueOutOfRange, written.position,
         "Sample percentage must be less than or equal to 100");
  }
  return percent;
}

// ---- joins ------------------------------------------------------------------------------------

namespace {

/// (a JOIN b ON …) AS t (x, y): the fields from `before` on get the names of the alias.
void rename(const ast::Relation& written, Scope& scope, std::size_t before) {
  const std::size_t count = scope.fields.size() - before;
  const auto& aliases = written.column_aliases;
  if (!aliases.empty() && aliases.size() != count) {
    fail(ErrorName::kMismatchedColumnAliases, written.position,
         "Column alias list has " + std::to_string(aliases.size()) + " entries but '" +
             ascii_lower(written.alias) + "' has " + std::to_string(count) + " columns available");
  }
  const auto alias = std::make_shared<const std::string>(ascii_lower(written.alias));
  for (std::size_t i = 0; i < count; ++i) {
    ScopeField& field = scope.fields[before + i];
    field.alias = alias;
    if (aliases.empty()) continue;
    field.shown = aliases[i];
    field.name = ascii_lower(aliases[i]);
  }
}

}  // namespace

std::unique_ptr<BoundRelation> Analyser::right_of_join(const ast::Relation& written,
                                                       BoundJoinKind join, Scope& scope,
                                                       const Scope* outer) {
  const bool looks_left = written.right->kind == ast::RelationKind::kUnnest ||
                          written.right->kind == ast::RelationKind::kLateral;
  const bool keeps_right = join == BoundJoinKind::kRight || join == BoundJoinKind::kFull;
  if (looks_left && keeps_right) {
    // The right side cannot see the left one.
    Scope right;
    try {
      auto bound = relation(*written.right, right, outer);
      scope.fields.insert(scope.fields.end(), right.fields.begin(), right.fields.end());
      return bound;
    } catch (const Failure& failure) {
      if (failure.error.name != ErrorName::kColumnNotFound) throw;
      fail(ErrorName::kInvalidColumnReference, failure.error.position,
           std::string("LATERAL reference not allowed in ") + name_of(join) + " JOIN");
    }
  }
  return relation(*written.right, scope, outer);
}

std::unique_ptr<BoundRelation> Analyser::join(const ast::Relation& written, Scope& scope,
                                              const Scope* outer) {
  auto bound = std::make_unique<BoundRelation>();
  bound->kind = BoundRelationKind::kJoin;
  bound->join = kind_of(written.join);
  if (written.natural)
    fail(ErrorName::kNotSupported, written.position, "Natural join not supported");
  const std::size_t before = scope.fields.size();
  bound->left = relation(*written.left, scope, outer);
  const std::size_t middle = scope.fields.size();
  bound->right = right_of_join(written, bound->join, scope, outer);
  Scope seen;
  seen.outer = outer;
  seen.fields.assign(scope.fields.begin() + static_cast<std::ptrdiff_t>(before),
                     scope.fields.end());
  Context context;
  context.scope = &seen;
  context.clause = "JOIN clause";
  if (written.on) bound->condition = condition(*written.on, context, "JOIN ON clause");
  if (!written.using_columns.empty()) join_using(written, *bound, before, middle, scope);
  const bool is_true = bound->condition && bound->condition->kind == BoundKind::kLiteral &&
                       !bound->condition->literal.is_null() && bound->condition->literal.boolean();
  if (written.right->kind == ast::RelationKind::kUnnest && bound->condition && !is_true) {
    fail(ErrorName::kNotSupported, written.on ? written.on->position : written.position,
         std::string(name_of(bound->join)) +
             " JOIN involving UNNEST is only supported with condition ON TRUE");
  }
  if (!written.alias.empty()) rename(written, scope, before);
  return bound;
}

void Analyser::join_using(const ast::Relation& written, BoundRelation& bound, std::size_t before,
                          std::size_t middle, Scope& scope) {
  std::vector<BoundPointer> conditions;
  std::vector<ScopeField> merged;
  for (std::size_t c = 0; c < written.using_columns.size(); ++c) {
    const std::string name = ascii_lower(written.using_columns[c]);
    const Position position = written.using_positions[c];
    const auto is_same = [&](const ScopeField& field) { return field.name == name; };
    if (std::ranges::any_of(merged, is_same)) {
      fail(ErrorName::kDuplicateColumnName, position,
           "Column '" + name + "' appears multiple times in USING clause");
    }
    const auto find = [&](std::size_t from, std::size_t to, const char* side) -> ScopeField& {
      ScopeField* found = nullptr;
      for (std::size_t i = from; i < to; ++i) {
        if (!is_same(scope.fields[i])) continue;
        if (found != nullptr)
          fail(ErrorName::kAmbiguousName, position, "Column '" + name + "' is ambiguous");
        found = &scope.fields[i];
      }
      if (found != nullptr) return *found;
      fail(ErrorName::kColumnNotFound, position,
           "Column '" + name + "' is missing from " + side + " side of join");
    };
    ScopeField& left = find(before, middle, "left");
    ScopeField& right = find(middle, scope.fields.size(), "right");
    auto left_column = column_of(left, position);
    auto right_column = column_of(right, position);
    conditions.push_back(comparison(Comparison::kEqual, position, left_column, right_column));
    const TypePointer common = common_type(left.type, right.type);
    Bound both;
    both.kind = BoundKind::kCoalesce;
    both.type = common;
    both.position = position;
    both.children = {coerce(left_column, common), coerce(right_column, common)};
    ScopeField field = left;
    field.alias = nullptr;
    field.type = common;
    field.merged = std::make_shared<const Bound>(std::move(both));
    merged.push_back(std::move(field));
  }
  Bound all;
  all.kind = BoundKind::kAnd;
  all.type = simple_type(TypeKind::kBoolean);
  all.children = std::move(conditions);
  bound.condition =
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
}

// ---- what looks to its left -------------------------------------------------------------------

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
  std::vector<Column> columns;
  for (const auto& item : written.expressions) {
    auto argument = expression(*item, context);
    const TypePointer type = argument->type;
    if (type->kind == TypeKind::kMap) {
      columns.push_back({"", type->children[0]});
      columns.push_back({"", type->children[1]});
    } else if (type->kind == TypeKind::kArray && type->children[0]->kind == TypeKind::kRow) {
      const TypePointer row = type->children[0];
      for (std::size_t i = 0; i < row->children.size(); ++i)
        columns.push_back({row->field_names[i], row->children[i]});
    } else if (type->kind == TypeKind::kArray) {
      columns.push_back({"", type->children[0]});
    } else {
      fail(ErrorName::kInvalidFunctionArgument, {}, "Cannot unnest type: " + to_string(type));
    }
    bound->arguments.push_back(std::move(argument));
  }
  if (written.with_ordinality) columns.push_back({"", simple_type(TypeKind::kBigint)});
  bound->columns = std::move(columns);
  check_unnest(*bound, written.position);
  expose(written, *bound, scope, "");
  return bound;
}

std::unique_ptr<BoundRelation> Analyser::lateral(const ast::Relation& written, Scope& scope,
                                                 const Scope* outer) {
  Scope seen = scope;
  seen.outer = outer;
  auto bound = query_relation(query(*written.query, &seen));
  bound->kind = BoundRelationKind::kLateral;
  check_unnest(*bound, written.position);
  expose(written, *bound, scope, "");
  return bound;
}

}  // namespace trailpond::sql::analysis
