#include "sql/planning/planner.hpp"

#include "sql/bound/limits.hpp"
#include "sql/bound/visiting.hpp"
#include "sql/evaluation/registry.hpp"
#include "sql/planning/flattening.hpp"
#include "sql/planning/planning.hpp"
#include "sql/values/comparing.hpp"
#include "sql/values/sort_keys.hpp"

/// Queries, relations and windows as SQLite's text.
namespace trailpond::sql {
namespace {

bool is_set_operation(const BoundBody& node) {
  return node.kind == BoundBodyKind::kUnion || node.kind == BoundBodyKind::kIntersect ||
         node.kind == BoundBodyKind::kExcept;
}

const char* word_of(BoundBodyKind kind) {
  return kind == BoundBodyKind::kUnion       ? "UNION"
         : kind == BoundBodyKind::kIntersect ? "INTERSECT"
                                             : "EXCEPT";
}

/// Bytes of a statement that SQLite takes (SQLITE_MAX_SQL_LENGTH).
constexpr std::size_t kMaxSqlBytes = 1'000'000;

/// c0, c1, …
std::string column_list(std::size_t count) {
  std::string list;
  for (std::size_t i = 0; i < count; ++i) list += (i > 0 ? ", c" : "c") + std::to_string(i);
  return list;
}

BoundPointer column_of(std::int32_t relation, std::size_t index, TypePointer type) {
  Bound column;
  column.kind = BoundKind::kColumn;
  column.type = type;
  column.relation = relation;
  column.column = static_cast<std::int32_t>(index);
  return std::make_shared<const Bound>(std::move(column));
}

/// `has_null`: whether the item may be NULL at all; if not, the order is one that scans deliver.
std::string directions_of(const BoundSort& item, bool has_null) {
  const char* direction = item.descending ? " DESC" : " ASC";
  if (!has_null) return direction;
  return std::string(direction) + (item.nulls_first ? " NULLS FIRST" : " NULLS LAST");
}

/// Rows that are computed once, as they stand: SQLite writes a subquery with an OFFSET out at none
/// of the places that use it.
std::string kept_whole(const std::string& rows) {
  return "SELECT * FROM (" + rows + ") LIMIT -1 OFFSET 0";
}

bool is_by_number(const BoundPointer& sort) {
  return sort->kind == BoundKind::kOutput && !needs_sort_key(sort->type);
}

bool holds_output(const Bound& node) {
  return node.kind == BoundKind::kOutput ||
         std::ranges::any_of(node.children,
                             [](const BoundPointer& child) { return holds_output(*child); });
}

/// Answers whether every item of ORDER BY is a column of the SELECT list as it stands.
bool sorts_by_outputs(const std::vector<BoundSort>& sorts) {
  return std::ranges::all_of(sorts,
                             [](const BoundSort& sort) { return is_by_number(sort.expression); });
}

/// Answers whether an expression is a constant of at least this number.
bool is_constant_from(const BoundPointer& node, std::int64_t least) {
  return node->kind == BoundKind::kLiteral && !node->literal.is_null() &&
         node->literal.integer() >= least;
}

}  // namespace

bool has_unique_rows(const BoundSelect& node) {
  if (!node.grouped || !node.grouping_sets.empty()) return false;
  for (std::size_t key = 0; key < node.group_keys.size(); ++key) {
    const bool shown = std::ranges::any_of(node.projections, [&](const BoundPointer& one) {
      return one->kind == BoundKind::kGroupKey && one->relation == node.id &&
             static_cast<std::size_t>(one->column) == key;
    });
    if (!shown) return false;
  }
  return true;
}

bool reads_rows(const Bound& node) {
  const bool is_name = node.kind == BoundKind::kColumn || node.kind == BoundKind::kGroupKey ||
                       node.kind == BoundKind::kAggregate || node.kind == BoundKind::kGrouping ||
                       node.kind == BoundKind::kWindow;
  return is_name || node.query || std::ranges::any_of(node.children, [](const BoundPointer& child) {
           return reads_rows(*child);
         });
}

/// Refuses a text that SQLite would not read: recursive queries and grouping sets repeat what they
/// are made of.
void Planner::check_size(const std::string& sql) {
  if (sql.size() <= kMaxSqlBytes) return;
  throw PlanFailure{{ErrorName::kNotSupported,
                     "a statement that repeats its recursive queries or grouping sets so often is "
                     "not supported",
                     {}}};
}

std::string Planner::kept_whole_if_varying(std::string rows, const BoundQuery& query) const {
  return varies_ && varies(query) ? kept_whole(rows) : rows;
}

std::string Planner::query(const BoundQuery& query) {
  // Inside an expression that is shown a query reads rows of its own.
  const bool outside = std::exchange(only_shown_, false);
  std::string sql = query_text(query);
  only_shown_ = outside;
  return sql;
}

std::string Planner::query_text(const BoundQuery& query) {
  if (query.with_ties && query.limit) return with_ties(query);
  const bool simple = query.body->kind == BoundBodyKind::kSelect;
  const auto sorts_by_varying = [&](const BoundSort& item) {
    return !is_by_number(item.expression) && holds_output(*item.expression) &&
           varies(*without_outputs(item.expression, query.body->select.get(), 0));
  };
  std::string sql;
  if (query.order_by.empty()) {
    sql = body(*query.body);
  } else if (simple && std::ranges::none_of(query.order_by, sorts_by_varying)) {
    top_ = top_wish(query);
    sql = select(*query.body->select, query.order_by);
  } else {
    sql = sorted_outside(query);
  }
  if (query.limit || query.offset) {
    sql += " LIMIT " + std::to_string(query.limit.value_or(-1));
    if (query.offset) sql += " OFFSET " + std::to_string(*query.offset);
  }
  check_size(sql);
  return sql;
}

/// What an item of ORDER BY is over the query's rows as a relation; what it reads besides the
/// SELECT list becomes a hidden column.
BoundPointer Planner::sort_column(const BoundSort& item, const BoundQuery& query,
                                  std::int32_t relation, std::vector<BoundPointer>& hidden) {
  const bool simple = query.body->kind == BoundBodyKind::kSelect;
  const bool only_outputs = holds_output(*item.expression) && !reads_rows(*item.expression);
  if (!simple || only_outputs) return without_outputs(item.expression, nullptr, relation);
  hidden.push_back(without_outputs(item.expression, query.body->select.get(), 0));
  return column_of(relation, query.columns.size() + hidden.size() - 1, item.expression->type);
}

/// ORDER BY over the rows of the query as they came out.
std::string Planner::sorted_outside(const BoundQuery& query) {
  const std::int32_t relation = next_private_++;
  std::vector<BoundPointer> hidden;
  std::vector<BoundSort> sorts = query.order_by;
  for (BoundSort& item : sorts) {
    if (!is_by_number(item.expression))
      item.expression = sort_column(item, query, relation, hidden);
  }
  const bool simple = query.body->kind == BoundBodyKind::kSelect;
  std::string rows = simple ? select(*query.body->select, {}, hidden) : body(*query.body);
  rows = kept_whole_if_varying(std::move(rows), query);
  return "SELECT " + (hidden.empty() ? "*" : column_list(query.columns.size())) + " FROM (" + rows +
         ") AS r" + std::to_string(relation) + order_by(sorts, nullptr, relation);
}

/// FETCH FIRST n ROWS WITH TIES: the rows whose rank is within the count.
std::string Planner::with_ties(const BoundQuery& query) {
  const std::int32_t relation = next_private_++;
  const std::string alias = "r" + std::to_string(relation);
  std::vector<BoundPointer> hidden;
  std::string order;
  const bool simple = query.body->kind == BoundBodyKind::kSelect;
  for (const BoundSort& item : query.order_by) {
    BoundSort by_column = item;
    by_column.expression = sort_column(item, query, relation, hidden);
    order += (order.empty() ? "ORDER BY " : ", ") + sort_term(by_column);
  }
  std::string rows = simple ? select(*query.body->select, {}, hidden) : body(*query.body);
  rows = kept_whole_if_varying(std::move(rows), query);
  const std::int64_t skipped = query.offset.value_or(0);
  std::int64_t last = 0;
  if (__builtin_add_overflow(skipped, *query.limit, &last))
    last = std::numeric_limits<std::int64_t>::max();
  return "SELECT " + column_list(query.columns.size()) + " FROM (SELECT *, rank() OVER (" + order +
         ") AS k, row_number() OVER (" + order + ") AS n FROM (" + rows + ") AS " + alias +
         ") WHERE n > " + std::to_string(skipped) + " AND k <= " + std::to_string(last) +
         " ORDER BY n";
}

// ---- bodies -----------------------------------------------------------------------------------

std::string Planner::body(const BoundBody& node) {
  switch (node.kind) {
    case BoundBodyKind::kSelect:
      return select(*node.select, {});
    case BoundBodyKind::kValues:
      return values(node);
    case BoundBodyKind::kQuery:
      return "SELECT * FROM (" + query(*node.query) + ")";
    case BoundBodyKind::kUnion:
    case BoundBodyKind::kIntersect:
    case BoundBodyKind::kExcept:
      return set_operation(node);
  }
  return "";
}

std::string Planner::set_operation(const BoundBody& node) {
  const std::string word = word_of(node.kind);
  const bool is_union = node.kind == BoundBodyKind::kUnion;
  if (!(is_union && node.all) && std::ranges::any_of(node.left->cast_types, has_many_forms))
    return set_of_forms(node);
  if (auto rows = set_by_operator(node)) return *rows;
  const auto [left, changed] = side(*node.left, !node.all);
  const std::string right = side(*node.right, !node.all).first;
  if (node.all && !is_union) {
    // Equal rows are numbered, so that each has its own partner.
    const std::string columns = column_list(node.left->cast_types.size());
    const std::string numbered =
        "SELECT *, row_number() OVER (PARTITION BY " + columns + ") AS n FROM (";
    return "SELECT " + columns + " FROM (" + numbered + left + ") " + word + " " + numbered +
           right + "))";
  }
  // SQLite binds every set operation alike, from the left. So a chain goes on as it is written
  // (nesting would overflow SQLite's parser); every other side stands in a FROM of its own.
  const bool chain =
      is_set_operation(*node.left) && !(node.left->all && node.left->kind != BoundBodyKind::kUnion);
  std::string sql = chain && !changed ? left : "SELECT * FROM (" + left + ")";
  return sql + " " + word + (node.all ? " ALL" : "") + " SELECT * FROM (" + right + ")";
}

/// A set operation over columns whose equal values may differ in their bytes: the rows of both
/// sides, marked, as groups by what they are equal in.
std::string Planner::set_of_forms(const BoundBody& node) {
  const std::vector<TypePointer>& types = node.left->cast_types;
  const std::string left = side(*node.left, false).first;
  const std::string right = side(*node.right, false).first;
  if (node.kind == BoundBodyKind::kUnion) {
    return distinct_rows("SELECT * FROM (" + left + ") UNION ALL SELECT * FROM (" + right + ")",
                         types);
  }
  std::string rows =
      "SELECT *, 0 AS s FROM (" + left + ") UNION ALL SELECT *, 1 FROM (" + right + ")";
  std::vector<std::string> more_keys;
  if (node.all) {
    // Equal rows of a side are numbered, so that each has its own partner.
    const std::int32_t relation = next_private_++;
    std::string parts = "s";
    for (std::size_t i = 0; i < types.size(); ++i)
      parts += ", " + emit(column_of(relation, i, types[i]), true);
    rows = "SELECT *, row_number() OVER (PARTITION BY " + parts + ") AS n FROM (" + rows +
           ") AS r" + std::to_string(relation);
    more_keys = {"n"};
  }
  const bool intersect = node.kind == BoundBodyKind::kIntersect;
  return distinct_rows(rows, types, more_keys,
                       intersect ? "sum(s) BETWEEN 1 AND count(*) - 1" : "sum(s) = 0");
}

/// Of rows whose columns are equal one; its columns are as they are in that row, not as keys.
std::string Planner::distinct_rows(const std::string& rows, std::span<const TypePointer> types,
                                   const std::vector<std::string>& more_keys,
                                   const std::string& having) {
  const std::int32_t relation = next_private_++;
  std::string keys;
  for (std::size_t i = 0; i < types.size(); ++i)
    keys += (i > 0 ? ", " : "") + emit(column_of(relation, i, types[i]), true);
  for (const std::string& key : more_keys) keys += ", " + key;
  return "SELECT " + column_list(types.size()) + " FROM (" + rows + ") AS r" +
         std::to_string(relation) + " GROUP BY " + keys +
         (having.empty() ? "" : " HAVING " + having);
}

std::pair<std::string, bool> Planner::side(const BoundBody& node, bool once) {
  std::string inner;
  // Each row once is enough: then few are left to compare.
  if (auto rows = once && node.select ? distinct_by_operator(*node.select) : std::nullopt) {
    inner = std::move(*rows);
  } else {
    inner = body(node);
  }
  bool changed = false;
  std::string columns;
  const std::int32_t relation = next_private_++;
  for (std::size_t i = 0; i < node.cast_types.size(); ++i) {
    const TypePointer from = node.from_types[i];
    const TypePointer to = node.cast_types[i];
    BoundPointer value = column_of(relation, i, from);
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
    columns += (i > 0 ? ", " : "") + emit(value) + " AS c" + std::to_string(i);
  }
  if (!changed) return {inner, false};
  return {"SELECT " + columns + " FROM (" + inner + ") AS r" + std::to_string(relation), true};
}

std::string Planner::values(const BoundBody& node) {
  // SQLite takes 500 terms of a compound; VALUES of its own takes any number and names its columns
  // itself.
  constexpr std::size_t kMostTerms = 100;
  const bool few = node.rows.size() <= kMostTerms;
  std::string sql;
  for (const auto& row : node.rows) {
    std::string cells;
    for (std::size_t i = 0; i < row.size(); ++i) {
      cells += (i > 0 ? ", " : "") + emit(row[i]);
      if (few) cells += " AS c" + std::to_string(i);
    }
    sql += few ? (sql.empty() ? "SELECT " : " UNION ALL SELECT ") + cells
               : (sql.empty() ? "(" : ", (") + cells + ")";
  }
  if (few) return sql;
  std::string columns;
  for (std::size_t i = 0; i < node.rows[0].size(); ++i) {
    columns +=
        (i > 0 ? ", column" : "column") + std::to_string(i + 1) + " AS c" + std::to_string(i);
  }
  return "SELECT " + columns + " FROM (VALUES " + sql + ")";
}

/// One SELECT: FROM and WHERE; a grouping is a derived table below it. Window functions stand in
/// the same SELECT as what uses them, written out in place: so every column of FROM stays visible.
/// The hidden columns come after those of the SELECT list.
std::string Planner::select(const BoundSelect& node, const std::vector<BoundSort>& sorts,
                            const std::vector<BoundPointer>& hidden) {
  std::vector<TypePointer> types;
  for (const BoundPointer& projection : node.projections) types.push_back(projection->type);
  const bool distinct = node.distinct && !has_unique_rows(node);
  if (!distinct || std::ranges::none_of(types, has_many_forms))
    return select_rows(node, sorts, hidden, distinct);
  // SELECT DISTINCT over values that may be equal in other bytes.
  std::string rows = select_rows(node, {}, {}, false);
  if (std::ranges::any_of(node.projections, [](const auto& one) { return varies(*one); }))
    rows = kept_whole(rows);
  std::string sql = distinct_rows(rows, types);
  if (sorts.empty()) return sql;
  const std::int32_t relation = next_private_++;
  return "SELECT * FROM (" + sql + ") AS r" + std::to_string(relation) +
         order_by(sorts, nullptr, relation);
}

/// FROM, WHERE and the grouping.
std::string Planner::rows_of(const BoundSelect& node) {
  const auto top = std::exchange(top_, std::nullopt);
  if (auto groups = groups_by_operator(node)) return with_having(*groups, node);
  std::string source;
  std::string conditions;
  if (auto rows = rows_by_operator(node, top)) {
    source = *rows;
  } else {
    is_sole_ = node.from && node.from->kind == BoundRelationKind::kQuery;
    if (node.from) source = " FROM " + relation(*node.from);
    if (node.where) {
      const bool joins = node.from && node.from->kind == BoundRelationKind::kJoin;
      conditions = " WHERE " + where(node.where, joins ? &source : nullptr);
    }
  }
  if (!node.grouped) return source + conditions;
  return with_having(grouping(node, source, conditions), node);
}

std::string Planner::with_having(const std::string& groups, const BoundSelect& node) {
  return " FROM (" + groups + ")" + (node.having ? " WHERE " + emit(node.having) : "");
}

/// Answers whether SQLite reads the SELECT list of a statement for no rows but those that WHERE
/// lets through.
bool Planner::is_only_shown(const BoundQuery& statement) {
  if (!statement.body->select) return false;
  const BoundSelect& select = *statement.body->select;
  // A scan would be asked for an order of its own columns, whatever WHERE leaves out.
  const auto is_risky = [&](const BoundSort& item) {
    return may_fail(*without_outputs(item.expression, &select, 0));
  };
  return !select.distinct && !select.grouped && select.windows.empty() && select.from &&
         select.from->kind == BoundRelationKind::kScan &&
         std::ranges::none_of(statement.order_by, is_risky);
}

std::string Planner::select_rows(const BoundSelect& node, const std::vector<BoundSort>& sorts,
                                 const std::vector<BoundPointer>& hidden, bool distinct) {
  if (distinct && sorts_by_outputs(sorts)) {
    if (auto rows = distinct_by_operator(node)) return *rows + order_by(sorts, &node, 0);
  }
  std::string source = rows_of(node);
  std::vector<std::string> written_windows = operator_windows_[node.id];
  if (written_windows.empty()) {
    for (const BoundWindow& item : node.windows) written_windows.push_back(window(item));
  }
  std::swap(windows_, written_windows);
  std::string sql = distinct ? "SELECT DISTINCT " : "SELECT ";
  std::size_t place = 0;
  const bool outside = std::exchange(only_shown_, &node == shown_);
  for (const auto* list : {&node.projections, &hidden}) {
    for (const BoundPointer& projection : *list) {
      sql += (place > 0 ? ", " : "") + emit(projection) + " AS c" + std::to_string(place);
      ++place;
    }
  }
  only_shown_ = outside;
  sql += source;
  if (!sorts.empty()) sql += order_by(sorts, &node, 0);
  std::swap(windows_, written_windows);
  return sql;
}

// ---- grouping ---------------------------------------------------------------------------------

std::string Planner::aggregates(const BoundSelect& node) {
  std::string columns;
  for (std::size_t i = 0; i < node.aggregates.size(); ++i) {
    columns += ", " + aggregate(node.aggregates[i]) + " AS a" + std::to_string(node.id) + "_" +
               std::to_string(i);
  }
  return columns.empty() ? ", count(*)" : columns;
}

/// The groups as a derived table: its keys are g<select>_<n>, its aggregates a<select>_<n>; a
/// subquery may name them from inside.
std::string Planner::grouping(const BoundSelect& node, std::string from,
                              const std::string& conditions) {
  const std::vector<BoundPointer> group = group_keys(node, from);
  std::string sql;
  if (!node.grouping_sets.empty()) {
    sql = grouping_sets(node, group, from, conditions);
  } else {
    std::string columns;
    std::string keys;
    for (std::size_t i = 0; i < group.size(); ++i) {
      columns +=
          ", " + emit(group[i]) + " AS g" + std::to_string(node.id) + "_" + std::to_string(i);
      // What is shown of a key is its form in some row of the group.
      keys += (keys.empty() ? " GROUP BY " : ", ") +
              (has_many_forms(group[i]->type) ? emit(group[i], true) : std::to_string(i + 1));
    }
    columns += aggregates(node);
    sql = "SELECT " + columns.substr(2) + from + conditions + keys;
  }
  return sql;
}

/// The keys; SQLite would compute one that varies for the groups and for their rows.
std::vector<BoundPointer> Planner::group_keys(const BoundSelect& node, std::string& from) {
  std::vector<BoundPointer> keys = node.group_keys;
  for (BoundPointer& key : keys) {
    if (varies(*key)) key = bound_per_row(key, from);
  }
  return keys;
}

/// Every row once for each grouping set, with the keys outside the set as NULL. The empty set has
/// a row also where there are no rows, so it is a SELECT of its own.
std::string Planner::grouping_sets(const BoundSelect& node,
                                   const std::vector<BoundPointer>& keys_of_rows,
                                   const std::string& from, const std::string& conditions) {
  with_sets_.insert(node.id);
  const std::string own = std::to_string(node.id) + "_";
  const std::string sets_alias = "s" + own;
  std::string sets;
  std::size_t empty_sets = 0;
  for (std::size_t i = 0; i < node.grouping_sets.size(); ++i) {
    if (node.grouping_sets[i] == 0) {
      ++empty_sets;
    } else {
      sets += (sets.empty() ? "(" : ", (") + std::to_string(i) + ", " +
              std::to_string(node.grouping_sets[i]) + ")";
    }
  }
  const std::string columns = aggregates(node);
  std::string nulls;
  std::string keys;
  std::string group = sets_alias + ".column1";
  for (std::size_t i = 0; i < keys_of_rows.size(); ++i) {
    const std::string name = " AS g" + own + std::to_string(i);
    const auto in_its_sets = [&](const std::string& key) {
      return "CASE WHEN " + sets_alias + ".column2 >> " + std::to_string(i) + " & 1 THEN " + key +
             " END";
    };
    const BoundPointer& key = keys_of_rows[i];
    nulls += (i > 0 ? ", NULL" : "NULL") + name;
    keys += (i > 0 ? ", " : "") + in_its_sets(emit(key)) + name;
    group +=
        ", " + (has_many_forms(key->type) ? in_its_sets(emit(key, true)) : std::to_string(i + 1));
  }
  std::string sql;
  if (!sets.empty()) {
    sql = "SELECT " + keys + ", " + sets_alias + ".column2 AS m" + own + columns +
          (from.empty() ? " FROM " : from + " CROSS JOIN ") + "(VALUES " + sets + ") AS " +
          sets_alias + conditions + " GROUP BY " + group;
  }
  if (empty_sets == 0) return sql;
  std::string total = "SELECT " + nulls + (nulls.empty() ? "" : ", ") + "0 AS m" + own + columns +
                      from + conditions;
  if (empty_sets > 1) {
    std::string times = "(1)";
    for (std::size_t i = 1; i < empty_sets; ++i) times += ", (1)";
    total = "SELECT t.* FROM (" + total + ") AS t CROSS JOIN (VALUES " + times + ")";
  }
  return sql + (sql.empty() ? "" : " UNION ALL ") + total;
}

// ---- order ------------------------------------------------------------------------------------

std::string Planner::sort_term(const BoundSort& item) {
  return sort_key(item.expression) + directions_of(item, may_be_null(item.expression));
}

bool Planner::may_be_null(const BoundPointer& node) const {
  const auto found = leaf(*node);
  if (!found || nullable_.contains(found->relation)) return true;
  const ScanPlace& place = scan_of_.at(found->relation);
  const auto& table = place.of_operator
                          ? plan_.operators[*place.of_operator].scans[place.scan].table
                          : plan_.scans[place.scan].table;
  return !table || table->has_null(found->input);
}

/// ORDER BY: an output column by its number; inside an expression by what it stands for.
std::string Planner::order_by(const std::vector<BoundSort>& sorts, const BoundSelect* select,
                              std::int32_t relation) {
  std::string sql;
  for (const BoundSort& item : sorts) {
    // A constant orders nothing, and SQLite might take it for the number of a column.
    if (!reads_rows(*item.expression) && !holds_output(*item.expression) &&
        !(varies_ && varies(*item.expression))) {
      continue;
    }
    const BoundPointer node = without_outputs(item.expression, select, relation);
    std::string term = is_by_number(item.expression) ? std::to_string(item.expression->column + 1)
                                                     : sort_key(node);
    sql += (sql.empty() ? " ORDER BY " : ", ") + std::move(term) +
           directions_of(item, may_be_null(node));
  }
  return sql;
}

BoundPointer Planner::without_outputs(const BoundPointer& node, const BoundSelect* select,
                                      std::int32_t relation) {
  if (node->kind == BoundKind::kOutput) {
    if (select != nullptr) return select->projections[static_cast<std::size_t>(node->column)];
    return column_of(relation, static_cast<std::size_t>(node->column), node->type);
  }
  if (node->children.empty()) return node;
  Bound copy = *node;
  for (BoundPointer& child : copy.children) child = without_outputs(child, select, relation);
  return std::make_shared<const Bound>(std::move(copy));
}

// ---- windows ----------------------------------------------------------------------------------

namespace {

/// Answers whether a frame's start moves with the row, so that rows leave it.
bool loses_rows(const BoundWindow& node) {
  return node.frame && node.frame->start != FrameEdge::kUnboundedPreceding;
}

bool is_native_frame(const BoundFrame& frame) {
  for (const BoundPointer& offset : {frame.start_offset, frame.end_offset}) {
    if (!offset) continue;
    if (frame.unit == FrameUnit::kRange || !is_constant_from(offset, 0)) return false;
  }
  return true;
}

bool is_native_function(const BoundWindow& node) {
  const auto& arguments = node.arguments;
  if (node.name == "ntile") return is_constant_from(arguments[0], 1);
  if (node.name == "nth_value") return is_constant_from(arguments[1], 1);
  if (node.name == "lag" || node.name == "lead")
    return arguments.size() < 2 || is_constant_from(arguments[1], 0);
  return true;
}

}  // namespace

std::string Planner::window(const BoundWindow& node) {
  BoundAggregate as_aggregate;
  as_aggregate.function = node.aggregate;
  as_aggregate.type = node.type;
  as_aggregate.arguments = node.arguments;
  const bool is_aggregate = node.name.empty();
  bool native = !node.ignore_nulls && !node.distinct && node.argument_order.empty() &&
                (!node.frame || is_native_frame(*node.frame));
  native = native && (is_aggregate ? is_native_aggregate(as_aggregate) || !loses_rows(node)
                                   : is_native_function(node));
  std::string sql;
  if (!native) {
    sql = window_program(node);
  } else if (is_aggregate) {
    sql = aggregate(as_aggregate, true);
  } else {
    for (const BoundPointer& argument : node.arguments)
      sql += (sql.empty() ? "" : ", ") + emit(argument);
    sql = node.name + "(" + sql + ")";
  }
  std::string over;
  for (const BoundPointer& key : node.partition_by)
    over += (over.empty() ? "PARTITION BY " : ", ") + emit(key, true);
  std::string order;
  for (const BoundSort& item : node.order_by)
    order += (order.empty() ? "ORDER BY " : ", ") + sort_term(item);
  over += (over.empty() || order.empty() ? "" : " ") + order;
  if (!native) {
    over += " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING";
  } else if (node.frame) {
    over += frame(*node.frame);
  }
  return sql + " OVER (" + over + ")";
}

std::string Planner::frame(const BoundFrame& frame) {
  const auto edge = [](FrameEdge kind, const BoundPointer& offset) -> std::string {
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
  const char* unit = frame.unit == FrameUnit::kRows    ? " ROWS"
                     : frame.unit == FrameUnit::kRange ? " RANGE"
                                                       : " GROUPS";
  return unit + (" BETWEEN " + edge(frame.start, frame.start_offset)) + " AND " +
         edge(frame.end, frame.end_offset);
}

/// win(n, arguments, their sort keys, keys of ORDER BY, edges of the frame).
std::string Planner::window_program(const BoundWindow& node) {
  WindowProgram planned;
  std::string sql;
  const auto add = [&](const BoundPointer& argument) {
    planned.argument_types.push_back(argument->type);
    sql += ", " + emit(argument);
    return planned.argument_types.size() - 1;
  };
  for (const BoundPointer& argument : node.arguments) {
    if (argument->kind != BoundKind::kLambda) add(argument);  // the accumulator calls lambdas
  }
  for (const BoundSort& item : node.argument_order) add(item.expression);
  planned.peer_keys = planned.argument_types.size();
  for (const BoundSort& item : node.order_by) add(item.expression);
  if (node.frame) {
    const BoundFrame& frame = *node.frame;
    if (frame.start_offset) planned.start.offset = add(frame.start_offset);
    if (frame.start_key) planned.start.key = add(frame.start_key);
    if (frame.start_value) planned.start.value = add(frame.start_value);
    if (frame.end_offset) planned.end.offset = add(frame.end_offset);
    if (frame.end_key) planned.end.key = add(frame.end_key);
    if (frame.end_value) planned.end.value = add(frame.end_value);
  }
  if (planned.argument_types.size() > kMaxProgramArguments) {
    throw PlanFailure{{ErrorName::kNotSupported,
                       "a window function over more than 100 columns is not supported",
                       {}}};
  }
  if (node.name.empty()) {
    BoundAggregate aggregate;
    aggregate.function = node.aggregate;
    aggregate.type = node.type;
    aggregate.arguments = node.arguments;
    planned.aggregate = std::make_shared<const BoundAggregate>(std::move(aggregate));
  }
  planned.window = std::make_shared<const BoundWindow>(node);
  sql = "win(" + std::to_string(plan_.windows.size()) + sql + ")";
  plan_.windows.push_back(std::move(planned));
  return sql;
}

// ---- relations --------------------------------------------------------------------------------

std::string Planner::relation(const BoundRelation& node) {
  std::string text = plain_relation(node);
  if (!node.sample_percent) return text;
  if (node.kind == BoundRelationKind::kJoin) {
    throw PlanFailure{{ErrorName::kNotSupported, "not supported yet: TABLESAMPLE of a join", {}}};
  }
  constexpr double kSteps = 1'000'000;
  return "(SELECT * FROM " + text + " WHERE abs(random() % " +
         std::to_string(static_cast<std::int64_t>(kSteps)) + ") < " +
         std::to_string(static_cast<std::int64_t>(*node.sample_percent / 100 * kSteps)) + ") AS r" +
         std::to_string(node.id);
}

std::string Planner::plain_relation(const BoundRelation& node) {
  const std::string alias = "r" + std::to_string(node.id);
  switch (node.kind) {
    case BoundRelationKind::kNone:
      return "";
    case BoundRelationKind::kScan: {
      scan_of_[node.id] = {{}, plan_.scans.size(), alias + ".x"};
      computed_.erase(node.id);
      plan_.scans.push_back({"s" + std::to_string(plan_.scans.size()), node.table, {}, repeats_});
      return plan_.scans.back().name + " AS " + alias;
    }
    case BoundRelationKind::kQuery:
      return derived_table(node) + " AS " + alias;
    case BoundRelationKind::kJoin:
      return join(node);
    case BoundRelationKind::kUnnest:
      return unnest(node) + " AS " + alias;
    case BoundRelationKind::kLateral:
      return lateral(node) + " AS " + alias;
    case BoundRelationKind::kWorking:
      return working_.at(node.working) + " AS " + alias;
    case BoundRelationKind::kRecursive:
      return "(" + recursive(node) + ") AS " + alias;
  }
  return "";
}

/// A query in FROM. SQLite's parser takes some sixteen of them inside each other, so what stands
/// deep and looks at nothing outside comes before the statement, as a common table.
std::string Planner::derived_table(const BoundRelation& node) {
  constexpr int kInlineDepth = 3;
  const bool is_sole = std::exchange(is_sole_, false);
  ++query_depth_;
  const std::size_t operators = plan_.operators.size();
  std::string text = query(*node.query);
  // SQLite may not write an operator out into a loop that reads it again and again.
  const bool looped = !is_sole && plan_.operators.size() > operators;
  const bool whole = looped || (varies_ && varies(*node.query));
  if (whole) text = kept_whole(text);
  if (--query_depth_ < kInlineDepth || !is_closed(*node.query)) return "(" + text + ")";
  const std::string name = "h" + std::to_string(next_private_++);
  common_tables_ += (common_tables_.empty() ? "WITH " : ", ") + name + " AS (" + text + ")";
  check_size(common_tables_);
  return name;
}

std::string Planner::statement(const BoundQuery& node) {
  varies_ = varies(node);
  if (is_only_shown(node)) shown_ = node.body->select.get();
  const std::string text = query(node);
  plan_.answer = group_answer(node);
  return common_tables_.empty() ? text : common_tables_ + " " + text;
}

/// Notes the relations whose rows an outer join may leave out: there an expression must see the
/// NULLs.
void Planner::mark_nullable(const BoundRelation& node) {
  if (node.kind == BoundRelationKind::kJoin) {
    mark_nullable(*node.left);
    mark_nullable(*node.right);
  } else {
    nullable_.insert(node.id);
  }
}

std::string Planner::join(const BoundRelation& node) {
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
  // ON is asked of rows that are there; what stands above the join may meet those left out.
  std::string on;
  if (node.join == BoundJoinKind::kInner) {
    on = where(node.condition);
  } else {
    const bool before = std::exchange(in_outer_on_, true);
    on = emit(node.condition);
    in_outer_on_ = before;
  }
  if (node.join == BoundJoinKind::kLeft || node.join == BoundJoinKind::kFull)
    mark_nullable(*node.right);
  if (node.join == BoundJoinKind::kRight || node.join == BoundJoinKind::kFull)
    mark_nullable(*node.left);
  return left + word + right + " ON " + on;
}

/// unnest(count of columns per argument …, ordinality, argument …): our table-valued function.
std::string Planner::unnest(const BoundRelation& node) {
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

/// A query that looks to its left: SQLite has none in FROM, but its subqueries as values look
/// anywhere. So the rows are gathered into an array, and unnested.
std::string Planner::lateral(const BoundRelation& node) {
  const std::string rows = query(*node.query);
  const std::int32_t inner = next_private_++;
  std::vector<std::pair<std::string, TypePointer>> fields;
  Bound row;
  row.kind = BoundKind::kRow;
  for (std::size_t i = 0; i < node.columns.size(); ++i) {
    fields.emplace_back("", node.columns[i].type);
    row.children.push_back(column_of(inner, i, node.columns[i].type));
  }
  row.type = row_type(std::move(fields));
  BoundAggregate gather;
  gather.function = find_aggregates("array_agg")[0].function;
  gather.type = array_type(row.type);
  gather.arguments = {std::make_shared<const Bound>(std::move(row))};
  return "unnest('r" + std::to_string(node.columns.size()) + ",', (SELECT " + aggregate(gather) +
         " FROM (" + rows + ") AS r" + std::to_string(inner) + "))";
}

/// A recursive WITH query: one common table for the base and for each step. The step after the last
/// must have no rows.
std::string Planner::recursive(const BoundRelation& node) {
  const std::string columns = column_list(node.columns.size());
  const std::string prefix = "w" + std::to_string(node.id) + "_";
  std::string tables;
  std::string rows;
  for (int step = 0; step <= kMaxRecursionDepth + 1; ++step) {
    const std::string name = prefix + std::to_string(step);
    tables += (step == 0 ? "WITH " : ", ") + name + "(" + columns + ") AS MATERIALIZED (";
    tables += step == 0 ? query(*node.query) : query(*node.step);
    tables += ")";
    check_size(tables);
    working_[node.working] = name;
    if (step <= kMaxRecursionDepth)
      rows += (step == 0 ? " SELECT * FROM " : " UNION ALL SELECT * FROM ") + name;
  }
  rows += " UNION ALL SELECT too_deep()";
  for (std::size_t i = 1; i < node.columns.size(); ++i) rows += ", NULL";
  rows += " FROM " + prefix + std::to_string(kMaxRecursionDepth + 1);
  if (!node.distinct) return tables + rows;
  std::vector<TypePointer> types;
  for (const Column& column : node.columns) types.push_back(column.type);
  if (std::ranges::any_of(types, has_many_forms)) return tables + " " + distinct_rows(rows, types);
  return tables + " SELECT DISTINCT * FROM (" + rows + ")";
}

Result<std::shared_ptr<const Plan>> plan(const Analysed& analysed, bool push_down) {
  auto planned = std::make_shared<Plan>();
  try {
    Planner planner(*planned, push_down);
    planned->sql = planner.statement(push_down ? *flatten(analysed.query) : *analysed.query);
  } catch (PlanFailure& failure) {
    return std::move(failure.error);
  }
  for (const Column& column : analysed.query->columns) {
    const std::string unnamed = "_col" + std::to_string(planned->columns.size());
    planned->columns.push_back({column.name.empty() ? unnamed : column.name, column.type});
  }
  planned->table_names = analysed.table_names;
  return std::shared_ptr<const Plan>(std::move(planned));
}

}  // namespace trailpond::sql
