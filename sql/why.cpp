#include "sql/why.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "sql/syntax/ast.hpp"
#include "sql/syntax/lexer.hpp"
#include "sql/syntax/parser.hpp"

namespace trailpond::sql {
namespace {

using ast::ExpressionKind;
using Row = std::vector<std::optional<std::string>>;

/// How many existing values are shown beside one that was not found.
constexpr int kShownValues = 5;

/// Leaves the explanation at the first statement that fails; caught in explain_rows().
struct Failed {
  Error error;
};

Position earlier(Position left, Position right) {
  if (left.line == 0) return right;
  if (right.line == 0) return left;
  return left.line != right.line ? (left.line < right.line ? left : right)
                                 : (left.column < right.column ? left : right);
}

/// Where an expression begins: operators are placed where Trino reports them, in their middle.
Position begin_of(const ast::Expression& node) {
  Position begin = node.position;
  for (const auto& child : node.children) begin = earlier(begin, begin_of(*child));
  return begin;
}

void add_conjuncts(const ast::Expression& node, std::vector<const ast::Expression*>& out) {
  if (node.kind != ExpressionKind::kAnd) {
    out.push_back(&node);
    return;
  }
  for (const auto& child : node.children) add_conjuncts(*child, out);
}

/// A condition as text for a person: without the outermost parentheses of the printer.
std::string shown(const ast::Expression& node) {
  std::string text = ast::print(node);
  if (text.starts_with('(') && text.ends_with(')') && node.kind != ExpressionKind::kRow) {
    text = text.substr(1, text.size() - 2);
  }
  return text;
}

std::string count_of(std::int64_t rows, std::string_view what = "row") {
  return std::to_string(rows) + " " + std::string(what) + (rows == 1 ? "" : "s");
}

/// "in all 3 rows that reach it"
std::string in_all(std::int64_t rows) {
  return rows == 1 ? "in the only row that reaches it"
                   : "in all " + count_of(rows) + " that reach it";
}

std::string trimmed_lower(std::string_view text) { return ascii_lower(trimmed(text, " \t\r\n")); }

/// Some rows of a statement: what follows the SELECT list of a statement that reads them.
struct Source {
  std::string with = {};
  std::string from = {};  // " FROM … [WHERE …]"

  std::string select(const std::string& items) const { return with + "SELECT " + items + from; }
};

/// What a query stands in: the text of the WITH clauses around it and the queries they name.
struct Surroundings {
  std::string with;
  std::vector<const ast::NamedQuery*> named;
};

class RowExplanation {
 public:
  RowExplanation(const Catalog& catalog, const PrepareOptions& options, const RunLimits& limits,
                 std::stop_token stop)
      : catalog_(catalog),
        options_(options),
        limits_(limits),
        stop_(std::move(stop)),
        deadline_(std::chrono::steady_clock::now() + limits.time) {
    options_.require_table = false;
  }

  void query(const ast::Query& query, Surroundings around);
  std::vector<WhyClause> take() { return std::move(clauses_); }

 private:
  void body(const ast::Body& body, const Surroundings& around);
  void select(const ast::Select& select, const Surroundings& around);
  void empty_relation(const ast::Relation& relation, const Surroundings& around);
  void empty_join(const ast::Relation& join, const Surroundings& around);
  WhyClause conditions(std::string clause, const ast::Expression& whole, const Source& source);
  WhyClause groups(const ast::Select& select, const std::string& filtered,
                   const Surroundings& around);
  static void take_counts(WhyClause& clause, const std::vector<const ast::Expression*>& parts,
                          const Row& row);
  void explain_condition(WhyClause& clause, const ast::Expression& condition,
                         const Source& reaching, std::int64_t rows);
  void explain_values(WhyClause& clause, const ast::Expression& value, const std::string& wanted,
                      const Source& reaching);
  void explain_range(WhyClause& clause, const ast::Expression& value, const Source& reaching);
  std::vector<Row> ask(const std::string& statement);
  std::int64_t count(const std::string& statement);

  const Catalog& catalog_;
  PrepareOptions options_;
  RunLimits limits_;
  std::stop_token stop_;
  std::chrono::steady_clock::time_point deadline_;
  std::vector<WhyClause> clauses_ = {};
};

std::vector<Row> RowExplanation::ask(const std::string& statement) {
  const auto prepared = prepare(statement, catalog_, options_);
  if (!prepared) throw Failed{prepared.error()};
  RunLimits limits = limits_;
  limits.time = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline_ - std::chrono::steady_clock::now());
  std::vector<Row> rows;
  const auto ran = (*prepared)->run_canonical(limits, stop_, [&](auto cells) {
    rows.emplace_back(cells.begin(), cells.end());
    return true;
  });
  if (!ran) throw Failed{ran.error()};
  return rows;
}

std::int64_t to_count(const std::optional<std::string>& cell) {
  std::int64_t number = 0;
  if (cell) std::from_chars(cell->data(), cell->data() + cell->size(), number);
  return number;
}

std::int64_t RowExplanation::count(const std::string& statement) {
  return to_count(ask(statement).at(0).at(0));
}

void RowExplanation::query(const ast::Query& query, Surroundings around) {
  // An inner WITH stands in front of its own query only; one chain of names serves both.
  const std::string own = ast::print_with(query);
  if (!own.empty()) {
    around.with = around.with.empty() ? own
                                      : around.with.substr(0, around.with.size() - 1) + ", " +
                                            own.substr(std::string_view("WITH ").size());
    for (const auto& named : query.with) around.named.push_back(&named);
  }
  const std::size_t before = clauses_.size();
  body(*query.body, around);
  if (!query.limit && !query.offset) return;
  // Only worth a word when there are rows that it takes away.
  const bool lost = clauses_.size() > before && clauses_.back().emptied_by;
  if (lost) return;
  const Source whole{around.with, " FROM (" + ast::print(*query.body) + ")"};
  const std::int64_t rows = count(whole.select("count(*)"));
  if (rows == 0) return;
  WhyClause clause{"LIMIT", query.position, rows};
  const std::string offset = query.offset ? ast::print(*query.offset) : "0";
  const std::string limit = query.limit ? ast::print(*query.limit) : "";
  if (limit == "0") clause.hint = "LIMIT 0 takes no row.";
  if (to_count(offset) >= rows) {
    clause.hint = "OFFSET " + offset + " passes over all " + count_of(rows) + ".";
  }
  if (!clause.hint.empty()) clauses_.push_back(std::move(clause));
}

void RowExplanation::body(const ast::Body& body, const Surroundings& around) {
  if (body.select) select(*body.select, around);
  if (body.left) this->body(*body.left, around);
  if (body.right) this->body(*body.right, around);
  if (body.query) query(*body.query, around);
}

void RowExplanation::select(const ast::Select& select, const Surroundings& around) {
  if (!select.from) return;
  const Source source{around.with, " FROM " + ast::print(*select.from)};
  std::string filtered = source.from;
  if (select.where) {
    clauses_.push_back(conditions("WHERE", *select.where, source));
    filtered += " WHERE " + ast::print(*select.where);
  } else {
    clauses_.push_back({"FROM", select.from->position, count(source.select("count(*)"))});
  }
  if (clauses_.back().rows == 0) {
    empty_relation(*select.from, around);
    return;
  }
  if (clauses_.back().emptied_by || !select.having) return;
  clauses_.push_back(groups(select, filtered, around));
}

/// Counts what HAVING leaves: the groups are rows, with a column for each of its conditions.
WhyClause RowExplanation::groups(const ast::Select& select, const std::string& filtered,
                                 const Surroundings& around) {
  std::vector<const ast::Expression*> parts;
  add_conjuncts(*select.having, parts);
  std::string columns;
  std::string counts = "count(*)";
  std::string passed;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string name = "h" + std::to_string(i);
    columns += (i > 0 ? ", " : "") + ast::print(*parts[i]) + " AS " + name;
    passed += (i > 0 ? " AND " : "") + name;
    counts += ", count_if(" + passed + ")";
  }
  std::string grouped = "SELECT " + columns + filtered;
  if (select.has_group_by) grouped += " GROUP BY " + ast::print(select.group_by);
  WhyClause clause{"HAVING", begin_of(*select.having)};
  take_counts(clause, parts,
              ask(Source{around.with, " FROM (" + grouped + ")"}.select(counts)).at(0));
  if (clause.emptied_by) clause.hint = "no group of " + std::to_string(clause.rows) + " meets it.";
  return clause;
}

/// Reads a row of counts: of all, then of what each condition leaves.
void RowExplanation::take_counts(WhyClause& clause,
                                 const std::vector<const ast::Expression*>& parts, const Row& row) {
  clause.rows = to_count(row[0]);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    clause.conditions.push_back({shown(*parts[i]), begin_of(*parts[i]), to_count(row[i + 1])});
    if (clause.rows > 0 && clause.conditions[i].rows == 0 && !clause.emptied_by) {
      clause.emptied_by = i;
    }
  }
}

WhyClause RowExplanation::conditions(std::string name, const ast::Expression& whole,
                                     const Source& source) {
  std::vector<const ast::Expression*> parts;
  add_conjuncts(whole, parts);
  // All counts in one pass; AND keeps a condition from rows that those before it refuse.
  std::string counts = "count(*)";
  std::string passed;
  std::vector<std::string> before;
  for (const ast::Expression* part : parts) {
    before.push_back(passed);
    passed += (passed.empty() ? "" : " AND ") + ast::print(*part);
    counts += ", count_if(" + passed + ")";
  }
  WhyClause clause{std::move(name), begin_of(whole)};
  take_counts(clause, parts, ask(source.select(counts)).at(0));
  if (clause.emptied_by) {
    const std::size_t at = *clause.emptied_by;
    Source reaching = source;
    if (at > 0) reaching.from += " WHERE " + before[at];
    explain_condition(clause, *parts[at], reaching,
                      at == 0 ? clause.rows : clause.conditions[at - 1].rows);
  }
  return clause;
}

bool is_text(const ast::Expression& node) { return node.kind == ExpressionKind::kString; }

/// What a condition says about a value: the value, and the text that it is to be like.
struct Wish {
  const ast::Expression* value = nullptr;
  std::string wanted = {};
  bool is_range = false;  // then what the values range from and to is worth knowing
};

Wish find_wish(const ast::Expression& node) {
  const auto child = [&](std::size_t i) { return node.children[i].get(); };
  switch (node.kind) {
    case ExpressionKind::kComparison:
      if (node.text == "=") {
        if (is_text(*child(1))) return {child(0), child(1)->text};
        if (is_text(*child(0))) return {child(1), child(0)->text};
        return {child(0), ast::print(*child(1))};
      }
      return {child(0), {}, true};
    case ExpressionKind::kBetween:
      return {child(0), {}, true};
    case ExpressionKind::kInList: {
      const auto found = std::find_if(node.children.begin() + 1, node.children.end(),
                                      [](const auto& item) { return is_text(*item); });
      return {child(0), found == node.children.end() ? "" : (*found)->text, node.negated};
    }
    case ExpressionKind::kLike: {
      if (!is_text(*child(1))) return {child(0), {}, true};
      std::string wanted = child(1)->text;
      std::erase(wanted, '%');
      return {child(0), wanted, node.negated};
    }
    case ExpressionKind::kIsNull:
      return {child(0)};
    default:
      return {};
  }
}

void RowExplanation::explain_condition(WhyClause& clause, const ast::Expression& condition,
                                       const Source& reaching, std::int64_t rows) {
  const Wish wish = find_wish(condition);
  if (wish.value == nullptr) return;
  const std::string value = ast::print(*wish.value);
  const bool compares_null = condition.kind == ExpressionKind::kComparison &&
                             std::ranges::any_of(condition.children, [](const auto& c) {
                               return c->kind == ExpressionKind::kNull;
                             });
  if (compares_null) {
    clause.hint = "a comparison with NULL is never true: write IS NULL or IS NOT NULL.";
    return;
  }
  if (condition.kind == ExpressionKind::kIsNull) {
    clause.hint = value + (condition.negated ? " is NULL " : " is not NULL ") + in_all(rows) + ".";
    return;
  }
  if (count(reaching.select("count(" + value + ")")) == 0) {
    clause.hint =
        value + " is NULL " + in_all(rows) + ", and a comparison with NULL is never true.";
    return;
  }
  if (wish.is_range) {
    explain_range(clause, *wish.value, reaching);
  } else {
    explain_values(clause, *wish.value, wish.wanted, reaching);
  }
}

void RowExplanation::explain_range(WhyClause& clause, const ast::Expression& value,
                                   const Source& reaching) {
  const std::string text = ast::print(value);
  const Row row = ask(reaching.select("min(" + text + "), max(" + text + ")")).at(0);
  if (row[0] && row[1]) {
    clause.hint = text + " goes from " + *row[0] + " to " + *row[1] + " there.";
  }
}

void RowExplanation::explain_values(WhyClause& clause, const ast::Expression& value,
                                    const std::string& wanted, const Source& reaching) {
  const std::string low = "lower(trim(v))";
  const std::string goal = quoted(trimmed_lower(wanted), '\'');
  // Nearest: the same but for case and blanks, then one within the other, then by edits.
  const std::string nearness = "CASE WHEN " + low + " = " + goal + " THEN -2 WHEN strpos(" + low +
                               ", " + goal + ") > 0 OR strpos(" + goal + ", " + low +
                               ") > 0 THEN -1 ELSE levenshtein_distance(" + low + ", " + goal +
                               ") END";
  const std::string text = "CAST(" + ast::print(value) + " AS varchar)";
  const auto rows =
      ask(reaching.with + "SELECT v, n, " + nearness + " AS d FROM (" +
          Source{{}, reaching.from}.select(text + " AS v, count(*) AS n") +
          " GROUP BY 1) WHERE v <> '' ORDER BY d, n DESC, v LIMIT " + std::to_string(kShownValues));
  for (const Row& row : rows) clause.values.push_back({row[0].value_or(""), to_count(row[1])});
  if (rows.empty()) return;
  const std::int64_t distance = to_count(rows[0][2]);
  const auto near = static_cast<std::int64_t>(std::max<std::size_t>(2, wanted.size() / 4));
  const std::string nearest = quoted(clause.values[0].value, '\'');
  if (distance == -2) {
    clause.hint = nearest + " exists: it differs only in case or blanks.";
  } else if (distance <= near) {
    clause.hint = nearest + " exists: did you mean that?";
  } else {
    clause.hint = "no value there is like " + quoted(wanted, '\'') + "; these are:";
  }
}

void RowExplanation::empty_relation(const ast::Relation& relation, const Surroundings& around) {
  switch (relation.kind) {
    case ast::RelationKind::kTable:
      for (std::size_t i = around.named.size(); i-- > 0;) {
        if (ascii_lower(around.named[i]->name) != ascii_lower(relation.name)) continue;
        Surroundings inner = around;
        inner.named.resize(i);
        query(*around.named[i]->query, std::move(inner));
        return;
      }
      clauses_.back().hint = "the event data store " + relation.name + " holds no events.";
      return;
    case ast::RelationKind::kSubquery:
      query(*relation.query, around);
      return;
    case ast::RelationKind::kJoin:
      empty_join(relation, around);
      return;
    case ast::RelationKind::kUnnest:
    case ast::RelationKind::kValues:
    case ast::RelationKind::kLateral:
      return;
  }
}

void RowExplanation::empty_join(const ast::Relation& join, const Surroundings& around) {
  const std::string left = ast::print(*join.left);
  const std::int64_t left_rows = count(around.with + "SELECT count(*) FROM " + left);
  if (left_rows == 0) {
    empty_relation(*join.left, around);
    return;
  }
  WhyClause clause{"JOIN", join.position, left_rows};
  const bool depends = join.right->kind == ast::RelationKind::kUnnest ||
                       join.right->kind == ast::RelationKind::kLateral;
  if (depends) {
    clause.clause = join.right->kind == ast::RelationKind::kUnnest ? "UNNEST" : "LATERAL";
    clause.hint = "it gives nothing for any of " + count_of(left_rows) + ".";
    clauses_.push_back(std::move(clause));
    return;
  }
  const std::int64_t right_rows =
      count(around.with + "SELECT count(*) FROM " + ast::print(*join.right));
  if (right_rows == 0) {
    empty_relation(*join.right, around);
    return;
  }
  clause.hint = "no pair of " + count_of(left_rows) + " on the left and " + count_of(right_rows) +
                " on the right meets " +
                (join.on ? shown(*join.on) : std::string("the condition")) + ".";
  if (join.on) {
    clause.conditions.push_back({shown(*join.on), begin_of(*join.on), 0});
    clause.emptied_by = 0;
  }
  clauses_.push_back(std::move(clause));
}

}  // namespace

Result<std::vector<WhyClause>> explain_rows(std::string_view text, const Catalog& catalog,
                                            const PrepareOptions& options, const RunLimits& limits,
                                            std::stop_token stop) {
  if (const auto prepared = prepare(text, catalog, options); !prepared) return prepared.error();
  const auto parsed = parse(text);
  if (!parsed) return parsed.error();
  RowExplanation explanation(catalog, options, limits, std::move(stop));
  try {
    explanation.query(**parsed, {});
  } catch (const Failed& failed) {
    return failed.error;
  }
  return explanation.take();
}

std::string print(const std::vector<WhyClause>& clauses) {
  std::string out;
  const auto place = [](Position at) {
    return at.line == 0
               ? std::string()
               : " (line " + std::to_string(at.line) + ":" + std::to_string(at.column) + ")";
  };
  for (const WhyClause& clause : clauses) {
    const std::string what = clause.clause == "HAVING" ? "group" : "row";
    out += clause.clause + place(clause.position) + ": " + count_of(clause.rows, what) + "\n";
    for (std::size_t i = 0; i < clause.conditions.size(); ++i) {
      const WhyCondition& condition = clause.conditions[i];
      std::string count = std::to_string(condition.rows);
      count.insert(0, count.size() < 10 ? 10 - count.size() : 0, ' ');
      out += count + "  " + (i > 0 ? "AND " : "") + condition.text + place(condition.position) +
             (clause.emptied_by == i ? "  <- nothing is left" : "") + "\n";
    }
    if (!clause.hint.empty()) out += "  " + clause.hint + "\n";
    for (const WhyValue& value : clause.values) {
      out += "    " + quoted(value.value, '\'') + " in " + count_of(value.rows) + "\n";
    }
  }
  return out;
}

}  // namespace trailpond::sql
