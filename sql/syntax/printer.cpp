#include <ctime>
#include <functional>
#include <optional>
#include <vector>

#include "base/text.hpp"
#include "sql/syntax/ast.hpp"
#include "sql/syntax/lexer.hpp"
#include "sql/syntax/rewriting.hpp"

/// Prints trees back as Trino text.
namespace trailpond::sql::ast {
namespace {

bool is_plain_name(const std::string& name) {
  if (name.empty() || is_reserved_word(ascii_upper(name))) return false;
  if (name[0] >= '0' && name[0] <= '9') return false;
  for (const char c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_') return false;
  }
  return true;
}

std::string name(const std::string& text, bool is_quoted = false) {
  return is_quoted || !is_plain_name(text) ? quoted(text, '"') : text;
}

template <class Items, class Print>
std::string list(const Items& items, Print&& print_item, std::string_view between = ", ") {
  std::string out;
  for (const auto& item : items) {
    if (!out.empty()) out += between;
    out += print_item(item);
  }
  return out;
}

class Printer {
 public:
  explicit Printer(const Rewriting* rewriting) : rewriting_(rewriting) {}

  std::string print_all(const std::vector<ExpressionPointer>& items, std::size_t from = 0) const;
  std::string print_sort(const SortItem& item) const;
  std::string print_order(const std::vector<SortItem>& items) const;
  std::string print_edge(const FrameBound& bound) const;
  std::string print_window(const Window& window) const;
  std::string print_json_values(const Expression& node) const;
  std::string print_json_path(const Expression& node) const;
  std::string print_json_call(const Expression& node) const;
  std::string print_call(const Expression& node) const;
  std::string print_case(const Expression& node) const;
  std::string print_row(const Expression& node) const;
  std::string print_lambda(const Expression& node) const;
  std::string print_trim(const Expression& node) const;
  std::string print(const Expression& node) const;
  std::string print_as_written(const Expression& node) const;
  std::string print_join(const Relation& join) const;
  std::string print(const Relation& relation) const;
  std::string print_table(const Relation& relation) const;
  std::string print_item(const SelectItem& item) const;
  std::string print_grouping(const GroupingElement& element) const;
  std::string print_select(const Select& select) const;
  std::string print(const std::vector<GroupingElement>& elements) const;
  std::string print(const Body& body) const;
  std::string print_as_written(const Body& body) const;
  std::string print_with(const Query& query) const;
  std::string print(const Query& query) const;

 private:
  std::string mark(Position position) const;
  /// What stands for a table of FROM; empty: nothing does.
  std::string find_table(const void* use) const;

  const Rewriting* rewriting_;
};

constexpr char kMarkBegin = '\x01';
constexpr char kMarkEnd = '\x02';

std::string Printer::mark(Position position) const {
  if (!rewriting_->marks || position.line == 0) return "";
  return kMarkBegin + std::to_string(position.line) + ":" + std::to_string(position.column) +
         kMarkEnd;
}

/// yyyy-MM-dd, as text; texts of other years than these four digits allow are not compared.
std::optional<std::string> print_day(std::int64_t days) {
  constexpr std::int64_t kMostDays = 2'932'896;  // 9999-12-31
  constexpr std::int64_t kSecondsOfDay = 86'400;
  if (days < 0 || days > kMostDays) return std::nullopt;
  const auto seconds = static_cast<std::time_t>(days * kSecondsOfDay);
  std::tm parts = {};
  gmtime_r(&seconds, &parts);
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", &parts);
  return text;
}

std::string print_days(const TableText& table, const Days& days) {
  std::vector<std::string> conditions;
  const auto first = print_day(days.first);
  const auto last = print_day(days.last);
  if (!table.day_column.empty()) {
    const std::string day = print_column(table.day_column);
    if (first) conditions.push_back(day + " >= '" + *first + "'");
    if (last) conditions.push_back(day + " <= '" + *last + "'");
  }
  if (!table.time_column.empty()) {
    const std::string time = print_column(table.time_column);
    // A time of six digits that is rounded to three may come into the next day.
    if (first)
      conditions.push_back(time + " >= TIMESTAMP '" + *first + " 00:00:00' - INTERVAL '1' SECOND");
    if (last)
      conditions.push_back(time + " < TIMESTAMP '" + *last + " 00:00:00' + INTERVAL '1' DAY");
  }
  return conditions.empty() ? "" : " WHERE " + list(conditions, std::identity(), " AND ");
}

std::string Printer::find_table(const void* use) const {
  if (rewriting_ == nullptr) return {};
  const auto name = rewriting_->table_uses.find(use);
  if (name == rewriting_->table_uses.end()) return {};
  const auto found = rewriting_->tables.find(name->second);
  if (found == rewriting_->tables.end()) return {};
  const auto days = rewriting_->days.find(use);
  const bool chooses = days != rewriting_->days.end();
  return found->second.query + (chooses ? print_days(found->second, days->second) : "") + ")";
}

std::string Printer::print_all(const std::vector<ExpressionPointer>& items,
                               std::size_t from) const {
  std::string out;
  for (std::size_t i = from; i < items.size(); ++i)
    out += (i > from ? ", " : "") + print(*items[i]);
  return out;
}

std::string Printer::print_sort(const SortItem& item) const {
  std::string out = print(*item.expression) + (item.descending ? " DESC" : " ASC");
  if (item.nulls_first) out += *item.nulls_first ? " NULLS FIRST" : " NULLS LAST";
  return out;
}

std::string Printer::print_order(const std::vector<SortItem>& items) const {
  return "ORDER BY " + list(items, [this](const auto& each) { return print_sort(each); });
}

std::string Printer::print_edge(const FrameBound& bound) const {
  switch (bound.kind) {
    case BoundKind::kUnboundedPreceding:
      return "UNBOUNDED PRECEDING";
    case BoundKind::kPreceding:
      return print(*bound.offset) + " PRECEDING";
    case BoundKind::kCurrentRow:
      return "CURRENT ROW";
    case BoundKind::kFollowing:
      return print(*bound.offset) + " FOLLOWING";
    case BoundKind::kUnboundedFollowing:
      return "UNBOUNDED FOLLOWING";
  }
  return "";
}

std::string Printer::print_window(const Window& window) const {
  std::vector<std::string> parts;
  if (!window.name.empty()) parts.push_back(name(window.name));
  if (!window.partition_by.empty())
    parts.push_back("PARTITION BY " + print_all(window.partition_by));
  if (!window.order_by.empty()) parts.push_back(print_order(window.order_by));
  if (window.frame) {
    const Frame& frame = *window.frame;
    std::string text = frame.unit == FrameUnit::kRows    ? "ROWS "
                       : frame.unit == FrameUnit::kRange ? "RANGE "
                                                         : "GROUPS ";
    text += frame.end ? "BETWEEN " + print_edge(frame.start) + " AND " + print_edge(*frame.end)
                      : print_edge(frame.start);
    parts.push_back(std::move(text));
  }
  return list(
      parts, [](const std::string& part) { return part; }, " ");
}

std::string Printer::print_json_values(const Expression& node) const {
  const JsonClauses& json = *node.call->json;
  const bool is_object = node.text == "JSON_OBJECT";
  std::string out;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const bool is_key = is_object && i % 2 == 0;
    if (i > 0 && (!is_object || is_key)) out += ", ";
    out += print(*node.children[i]);
    if (is_key)
      out += " VALUE ";
    else if (json.formats[is_object ? i / 2 : i])
      out += " FORMAT JSON";
  }
  if (!json.nulls.empty()) out += " " + json.nulls + " ON NULL";
  if (json.unique_keys) out += " WITH UNIQUE KEYS";
  return out;
}

std::string Printer::print_json_path(const Expression& node) const {
  const JsonClauses& json = *node.call->json;
  std::string out = print(*node.children[0]) + (json.formats[0] ? " FORMAT JSON" : "") + ", " +
                    quoted(json.path, '\'');
  for (std::size_t i = 1; i < node.children.size(); ++i) {
    out += (i == 1 ? " PASSING " : ", ") + print(*node.children[i]) +
           (json.formats[i] ? " FORMAT JSON" : "") + " AS " + quoted(json.passing[i - 1], '"');
  }
  return out;
}

std::string Printer::print_json_call(const Expression& node) const {
  const JsonClauses& json = *node.call->json;
  const bool makes = node.text == "JSON_OBJECT" || node.text == "JSON_ARRAY";
  std::string out = node.text + "(" + (makes ? print_json_values(node) : print_json_path(node));
  if (!json.returning.empty()) out += " RETURNING " + json.returning;
  if (json.wrapper == "WITHOUT") out += " WITHOUT WRAPPER";
  if (json.wrapper.ends_with("CONDITIONAL")) out += " WITH " + json.wrapper + " WRAPPER";
  if (json.quotes_given) out += json.omit_quotes ? " OMIT QUOTES" : " KEEP QUOTES";
  const auto behavior = [&](const std::string& text, const ExpressionPointer& value,
                            const char* when) {
    if (text.empty()) return;
    out += " " + text + (value ? " " + print(*value) : "") + " ON " + when;
  };
  behavior(json.on_empty, json.default_on_empty, "EMPTY");
  behavior(json.on_error, json.default_on_error, "ERROR");
  return out + ")";
}

std::string Printer::print_call(const Expression& node) const {
  if (node.call->json) return print_json_call(node);
  const Call& call = *node.call;
  std::string out = (call.within_group ? node.text : name(node.text)) + "(";
  if (call.distinct) out += "DISTINCT ";
  out += call.star ? "*" : print_all(node.children);
  if (call.within_group) {
    if (call.overflow.truncate) {
      out += " ON OVERFLOW TRUNCATE " + quoted(call.overflow.filler, '\'') +
             (call.overflow.with_count ? " WITH COUNT" : " WITHOUT COUNT");
    }
    out += ") WITHIN GROUP (" + print_order(call.order_by);
  } else if (!call.order_by.empty()) {
    out += " " + print_order(call.order_by);
  }
  out += ")";
  if (call.filter) out += " FILTER (WHERE " + print(*call.filter) + ")";
  if (call.ignore_nulls) out += " IGNORE NULLS";
  if (call.over) {
    const Window& window = *call.over;
    const bool only_name = !window.name.empty() && window.partition_by.empty() &&
                           window.order_by.empty() && !window.frame;
    out += only_name ? " OVER " + name(window.name) : " OVER (" + print_window(window) + ")";
  }
  return out;
}

std::string Printer::print_case(const Expression& node) const {
  std::size_t i = 0;
  std::string out = "CASE";
  if (node.kind == ExpressionKind::kSimpleCase) out += " " + print(*node.children[i++]);
  for (; i + 1 < node.children.size(); i += 2) {
    out += " WHEN " + print(*node.children[i]) + " THEN " + print(*node.children[i + 1]);
  }
  if (i < node.children.size()) out += " ELSE " + print(*node.children[i]);
  return "(" + out + " END)";
}

std::string Printer::print_row(const Expression& node) const {
  std::string out = node.text + "(";
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    out += (i > 0 ? ", " : "") + print(*node.children[i]);
    if (i < node.parameters.size() && !node.parameters[i].empty())
      out += " AS " + name(node.parameters[i]);
  }
  return out + ")";
}

std::string Printer::print_lambda(const Expression& node) const {
  const std::string names = list(node.parameters, [](const std::string& p) { return name(p); });
  return "(" + names + ") -> " + print(*node.children[0]);
}

std::string Printer::print_trim(const Expression& node) const {
  std::string out = "trim(" + (node.text.empty() ? "" : node.text + " ");
  if (node.children.size() > 1) out += print(*node.children[1]) + " ";
  if (!node.text.empty() || node.children.size() > 1) out += "FROM ";
  return out + print(*node.children[0]) + ")";
}

std::string Printer::print(const Expression& node) const {
  if (rewriting_ == nullptr) return print_as_written(node);
  std::string out = mark(node.position);
  const auto found = rewriting_->expressions.find(&node);
  if (found == rewriting_->expressions.end()) return out + print_as_written(node);
  const Replacement& instead = found->second;
  out += instead.before;
  if (instead.inner == &node) {
    out += print_as_written(node);
  } else if (instead.inner != nullptr) {
    out += print(*instead.inner);
  }
  return out + instead.after;
}

std::string Printer::print_as_written(const Expression& node) const {
  const auto child = [&](std::size_t i) { return print(*node.children[i]); };
  const std::string no = node.negated ? "NOT " : "";
  switch (node.kind) {
    case ExpressionKind::kNull:
      return "null";
    case ExpressionKind::kBoolean:
      return ascii_lower(node.text);
    case ExpressionKind::kInteger:
      return node.text;
    case ExpressionKind::kDecimal:
      return "DECIMAL '" + node.text + "'";
    case ExpressionKind::kDouble:
      return node.text;
    case ExpressionKind::kString:
      return quoted(node.text, '\'');
    case ExpressionKind::kBinary:
      return "X'" + node.text + "'";
    case ExpressionKind::kTypedLiteral:
      return ascii_upper(node.text) + " " + quoted(node.value, '\'');
    case ExpressionKind::kInterval:
      return "INTERVAL " + std::string(node.negated ? "- " : "") + quoted(node.value, '\'') + " " +
             node.text;
    case ExpressionKind::kIdentifier:
      return name(node.text, node.quoted);
    case ExpressionKind::kDereference:
      return child(0) + "." + name(node.text, node.quoted);
    case ExpressionKind::kSubscript:
      return child(0) + "[" + child(1) + "]";
    case ExpressionKind::kCall:
      return print_call(node);
    case ExpressionKind::kLambda:
      return print_lambda(node);
    case ExpressionKind::kArray:
      return "ARRAY[" + print_all(node.children) + "]";
    case ExpressionKind::kRow:
      return print_row(node);
    case ExpressionKind::kNegate:
      return "-" + child(0);
    case ExpressionKind::kPlus:
      return "+" + child(0);
    case ExpressionKind::kArithmetic:
      return "(" + child(0) + " " + node.text + " " + child(1) + ")";
    case ExpressionKind::kConcat:
      return "(" + child(0) + " || " + child(1) + ")";
    case ExpressionKind::kComparison:
      return "(" + child(0) + " " + node.text + " " + child(1) + ")";
    case ExpressionKind::kIsDistinct:
      return "(" + child(0) + " IS " + no + "DISTINCT FROM " + child(1) + ")";
    case ExpressionKind::kBetween:
      return "(" + child(0) + " " + no + "BETWEEN " + child(1) + " AND " + child(2) + ")";
    case ExpressionKind::kInList:
      return "(" + child(0) + " " + no + "IN (" + print_all(node.children, 1) + "))";
    case ExpressionKind::kInSubquery:
      return "(" + child(0) + " " + no + "IN (" + print(*node.query) + "))";
    case ExpressionKind::kLike:
      return "(" + child(0) + " " + no + "LIKE " + child(1) +
             (node.children.size() > 2 ? " ESCAPE " + child(2) : "") + ")";
    case ExpressionKind::kIsNull:
      return "(" + child(0) + " IS " + no + "NULL)";
    case ExpressionKind::kNot:
      return "(NOT " + child(0) + ")";
    case ExpressionKind::kAnd:
    case ExpressionKind::kOr:
      return "(" +
             list(
                 node.children, [this](const auto& c) { return print(*c); },
                 node.kind == ExpressionKind::kAnd ? " AND " : " OR ") +
             ")";
    case ExpressionKind::kSearchedCase:
    case ExpressionKind::kSimpleCase:
      return print_case(node);
    case ExpressionKind::kCast:
      return std::string(node.negated ? "TRY_CAST(" : "CAST(") + child(0) + " AS " + node.text +
             ")";
    case ExpressionKind::kExists:
      return "(EXISTS (" + print(*node.query) + "))";
    case ExpressionKind::kSubquery:
      return "(" + print(*node.query) + ")";
    case ExpressionKind::kQuantified:
      return "(" + child(0) + " " + node.text + " " + node.value + " (" + print(*node.query) + "))";
    case ExpressionKind::kAtTimeZone:
      return child(0) + (node.children.size() > 1 ? " AT TIME ZONE " + child(1) : " AT LOCAL");
    case ExpressionKind::kExtract:
      return "EXTRACT(" + node.text + " FROM " + child(0) + ")";
    case ExpressionKind::kCurrent:
      return node.text + (node.value.empty() ? "" : "(" + node.value + ")");
    case ExpressionKind::kTrim:
      return print_trim(node);
    case ExpressionKind::kParameter:
      return "?";
    case ExpressionKind::kGrouping:
      return "GROUPING (" + print_all(node.children) + ")";
  }
  return "";
}

std::string Printer::print_join(const Relation& join) const {
  const std::string left = print(*join.left);
  const std::string right = print(*join.right);
  std::string word;
  switch (join.join) {
    case JoinKind::kImplicit:
      // Trino takes no comma between the parentheses that every join gets here.
      return left + (rewriting_ == nullptr ? ", " : " CROSS JOIN ") + right;
    case JoinKind::kCross:
      return left + " CROSS JOIN " + right;
    case JoinKind::kInner:
      word = " INNER JOIN ";
      break;
    case JoinKind::kLeft:
      word = " LEFT JOIN ";
      break;
    case JoinKind::kRight:
      word = " RIGHT JOIN ";
      break;
    case JoinKind::kFull:
      word = " FULL JOIN ";
      break;
  }
  if (join.natural) return left + " NATURAL" + word + right;
  if (join.on) return left + word + right + " ON " + print(*join.on);
  return left + word + right + " USING (" +
         list(join.using_columns, [](const std::string& c) { return name(c); }) + ")";
}

/// A table that another stands for keeps its name.
std::string Printer::print_table(const Relation& relation) const {
  const std::string written = quoted(relation.name, '"');
  const std::string instead = find_table(&relation);
  if (instead.empty()) return written;
  return mark(relation.position) + instead + (relation.alias.empty() ? " AS " + written : "");
}

std::string Printer::print(const Relation& relation) const {
  std::string out;
  switch (relation.kind) {
    case RelationKind::kTable:
      out = print_table(relation);
      break;
    case RelationKind::kSubquery:
      out = "(" + print(*relation.query) + ")";
      break;
    case RelationKind::kLateral:
      out = "LATERAL (" + print(*relation.query) + ")";
      break;
    case RelationKind::kJoin:
      out = "(" + print_join(relation) + ")";
      break;
    case RelationKind::kUnnest:
      out = "UNNEST(" + print_all(relation.expressions) + ")" +
            (relation.with_ordinality ? " WITH ORDINALITY" : "");
      break;
    case RelationKind::kValues:
      break;
  }
  if (!relation.alias.empty()) out += " AS " + name(relation.alias);
  if (!relation.column_aliases.empty()) {
    out += " (" + list(relation.column_aliases, [](const std::string& c) { return name(c); }) + ")";
  }
  if (relation.sample) out += " TABLESAMPLE BERNOULLI (" + print(*relation.sample) + ")";
  return out;
}

std::string Printer::print_item(const SelectItem& item) const {
  if (item.star) {
    std::string out = item.expression ? print(*item.expression) + ".*" : "*";
    if (item.column_aliases.empty()) return out;
    return out + " AS (" + list(item.column_aliases, [](const std::string& c) { return name(c); }) +
           ")";
  }
  return print(*item.expression) + (item.alias.empty() ? "" : " AS " + name(item.alias));
}

std::string Printer::print_grouping(const GroupingElement& element) const {
  const auto set = [this](const std::vector<ExpressionPointer>& items) {
    return "(" + print_all(items) + ")";
  };
  switch (element.kind) {
    case GroupingKind::kSimple:
      return element.sets[0].size() == 1 ? print(*element.sets[0][0]) : set(element.sets[0]);
    case GroupingKind::kRollup:
      return "ROLLUP (" + list(element.sets, set) + ")";
    case GroupingKind::kCube:
      return "CUBE (" + list(element.sets, set) + ")";
    case GroupingKind::kSets:
      return "GROUPING SETS (" + list(element.sets, set) + ")";
    case GroupingKind::kAuto:
      return "AUTO";
  }
  return "";
}

std::string Printer::print_select(const Select& select) const {
  std::string out = select.distinct ? "SELECT DISTINCT " : "SELECT ";
  out += list(select.items, [this](const auto& each) { return print_item(each); });
  if (select.from) out += " FROM " + print(*select.from);
  if (select.where) out += " WHERE " + print(*select.where);
  if (select.has_group_by) {
    out += select.group_by_distinct ? " GROUP BY DISTINCT " : " GROUP BY ";
    out += print(select.group_by);
  }
  if (select.having) out += " HAVING " + print(*select.having);
  if (!select.windows.empty()) {
    out += " WINDOW " + list(select.windows, [this](const auto& w) {
             return name(w.first) + " AS (" + print_window(*w.second) + ")";
           });
  }
  return out;
}

std::string Printer::print(const std::vector<GroupingElement>& elements) const {
  return list(elements, [this](const auto& each) { return print_grouping(each); });
}

std::string Printer::print(const Body& body) const {
  if (rewriting_ == nullptr) return print_as_written(body);
  const auto found = rewriting_->sides.find(&body);
  if (found == rewriting_->sides.end()) return print_as_written(body);
  std::string items;
  std::string names;
  for (std::size_t i = 0; i < found->second.size(); ++i) {
    const SideColumn& column = found->second[i];
    const std::string own = "\"_" + std::to_string(i) + "\"";
    names += (i == 0 ? "" : ", ") + own;
    items += (i == 0 ? "" : ", ") + column.before + own + column.after;
    if (!column.name.empty()) items += " AS " + quoted(column.name, '"');
  }
  return "SELECT " + items + " FROM (" + print_as_written(body) + ") AS \"_side\" (" + names + ")";
}

std::string Printer::print_as_written(const Body& body) const {
  // A set operation inside another needs its parentheses: INTERSECT binds closer than the others.
  const auto side = [this](const Body& inner) {
    const bool plain = inner.kind == BodyKind::kSelect || inner.kind == BodyKind::kQuery;
    return plain ? print(inner) : "(" + print(inner) + ")";
  };
  const auto both = [&](const char* word) {
    return side(*body.left) + " " + word + (body.all ? " ALL " : " ") + side(*body.right);
  };
  switch (body.kind) {
    case BodyKind::kSelect:
      return print_select(*body.select);
    case BodyKind::kUnion:
      return both("UNION");
    case BodyKind::kIntersect:
      return both("INTERSECT");
    case BodyKind::kExcept:
      return both("EXCEPT");
    case BodyKind::kValues:
      return "VALUES " + print_all(body.rows);
    case BodyKind::kTable:
      if (const std::string instead = find_table(&body); !instead.empty())
        return "SELECT * FROM " + instead + " AS " + quoted(body.table, '"');
      return "TABLE " + quoted(body.table, '"');
    case BodyKind::kQuery:
      return "(" + print(*body.query) + ")";
  }
  return "";
}

std::string Printer::print_with(const Query& query) const {
  if (query.with.empty()) return "";
  std::string out = query.recursive ? "WITH RECURSIVE " : "WITH ";
  out += list(query.with, [this](const NamedQuery& named) {
    std::string text = name(named.name);
    if (!named.column_aliases.empty()) {
      text += " (" + list(named.column_aliases, [](const std::string& c) { return name(c); }) + ")";
    }
    return text + " AS (" + print(*named.query) + ")";
  });
  return out + " ";
}

std::string Printer::print(const Query& query) const {
  std::string out = print_with(query) + print(*query.body);
  if (!query.order_by.empty()) out += " " + print_order(query.order_by);
  if (query.offset) out += " OFFSET " + print(*query.offset) + " ROWS";
  if (query.limit && query.with_ties)
    out += " FETCH FIRST " + print(*query.limit) + " ROWS WITH TIES";
  if (query.limit && !query.with_ties) out += " LIMIT " + print(*query.limit);
  return out;
}

}  // namespace

std::string print(const Expression& expression) { return Printer(nullptr).print(expression); }
std::string print(const Query& query) { return Printer(nullptr).print(query); }
std::string print(const Relation& relation) { return Printer(nullptr).print(relation); }
std::string print(const Body& body) { return Printer(nullptr).print(body); }
std::string print(const std::vector<GroupingElement>& elements) {
  return Printer(nullptr).print(elements);
}
std::string print_with(const Query& query) { return Printer(nullptr).print_with(query); }
std::string print_column(const std::string& column) {
  const bool is_name =
      column.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
  return is_name ? quoted(column, '"') : "(" + column + ")";
}

std::string print(const Query& query, const Rewriting& rewriting) {
  return Printer(&rewriting).print(query);
}

std::vector<Mark> take_marks(std::string& text) {
  std::vector<Mark> marks;
  std::string plain;
  std::int32_t offset = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != kMarkBegin) {
      plain += text[i];
      offset += is_continuation(text[i]) ? 0 : 1;
      continue;
    }
    const std::size_t end = text.find(kMarkEnd, i);
    const std::size_t colon = text.find(':', i);
    marks.push_back({offset, {std::atoi(&text[i + 1]), std::atoi(&text[colon + 1])}});
    i = end;
  }
  text = std::move(plain);
  return marks;
}

}  // namespace trailpond::sql::ast
