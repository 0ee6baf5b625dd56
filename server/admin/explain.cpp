#include "base/json_writer.hpp"
#include "server/admin/handlers.hpp"
#include "server/admin/queries.hpp"

/// GET queries/{id}/explain: "why no rows?", and how the statement is carried out.
namespace trailpond::admin {
namespace {

void write_position(JsonWriter& json, const sql::Position& position) {
  json.member("line", std::int64_t{position.line});
  json.member("column", std::int64_t{position.column});
}

void write_clause(JsonWriter& json, const sql::WhyClause& clause) {
  json.open_object();
  json.member("clause", clause.clause);
  write_position(json, clause.position);
  json.member("rows", clause.rows);
  json.key("conditions");
  json.open_list();
  for (const sql::WhyCondition& condition : clause.conditions) {
    json.open_object();
    json.member("text", condition.text);
    write_position(json, condition.position);
    json.member("rows_left", condition.rows);
    json.close_object();
  }
  json.close_list();
  if (clause.emptied_by) {
    json.member("emptied_by", clause.conditions[*clause.emptied_by].text);
  }
  json.member("hint", clause.hint);
  json.key("existing_values");
  json.open_list();
  for (const sql::WhyValue& value : clause.values) {
    json.open_object();
    json.member("value", value.value);
    json.member("rows", value.rows);
    json.close_object();
  }
  json.close_list();
  json.close_object();
}

void write_statement(JsonWriter& json, const sql::Statement& statement) {
  json.key("columns");
  json.open_list();
  for (const sql::OutputColumn& column : statement.columns()) {
    json.open_object();
    json.member("name", column.name);
    json.member("type", column.type == nullptr ? "" : sql::to_string(column.type));
    json.close_object();
  }
  json.close_list();
  const auto explained = statement.explain();
  if (!explained) {
    return;
  }
  json.member("tree", explained->tree);
  json.member("sqlite", explained->sqlite);
  json.key("sqlite_plan");
  json.open_list();
  for (const std::string& step : explained->steps) {
    json.text(step);
  }
  json.close_list();
}

constexpr Field kColumnFields[] = {
    {"name", FieldType::kText, "", true},
    {"type", FieldType::kText, "Trino's name of it.", true},
};
constexpr Fields kColumn = {"Column", kColumnFields};
constexpr Field kConditionFields[] = {
    {"text", FieldType::kText, "", true},
    {"line", FieldType::kInteger, "", true},
    {"column", FieldType::kInteger, "", true},
    {"rows_left", FieldType::kInteger, "After it and all before it.", true},
};
constexpr Fields kCondition = {"Condition", kConditionFields};
constexpr Field kValueFields[] = {
    {"value", FieldType::kText, "", true},
    {"rows", FieldType::kInteger, "", true},
};
constexpr Fields kValue = {"ExistingValue", kValueFields};
constexpr Field kClauseFields[] = {
    {"clause", FieldType::kText, "FROM, JOIN, UNNEST, WHERE, HAVING or LIMIT.", true},
    {"line", FieldType::kInteger, "", true},
    {"column", FieldType::kInteger, "", true},
    {"rows", FieldType::kInteger, "That reach it.", true},
    {.name = "conditions", .type = FieldType::kList, .required = true, .fields = &kCondition},
    {"emptied_by", FieldType::kText, "The first condition that leaves nothing."},
    {"hint", FieldType::kText, "A sentence; empty: nothing to say.", true},
    {.name = "existing_values",
     .type = FieldType::kList,
     .doc = "That the column has, the nearest to what was asked first.",
     .required = true,
     .fields = &kValue},
};
constexpr Fields kClause = {"Clause", kClauseFields};
constexpr Field kExplanationFields[] = {
    {"id", FieldType::kText, "", true},
    {"status", FieldType::kText, "", true},
    {"statement", FieldType::kText, "", true},
    {"result_rows", FieldType::kInteger, "", true},
    {"problem", FieldType::kText, "Why something is missing here."},
    {.name = "clauses", .type = FieldType::kList, .required = true, .fields = &kClause},
    {"summary", FieldType::kText, "The clauses as text.", true},
    {.name = "columns", .type = FieldType::kList, .doc = "Of the result.", .fields = &kColumn},
    {"tree", FieldType::kText, "The statement after its analysis."},
    {"sqlite", FieldType::kText, "What SQLite does of it."},
    {"sqlite_plan", FieldType::kList, "SQLite's plan."},
};

}  // namespace

constexpr Fields kExplanation = {"Explanation", kExplanationFields};

std::optional<Failure> explain_query(Context& context, http::Response& response) {
  std::shared_ptr<const state::Query> query;
  if (!context.old) {
    if (auto failure = find_query(context, query)) {
      return failure;
    }
  }
  const auto explained = context.engine.explain_query(
      query ? query->record_key() : std::string(context.arguments.text("id")));
  if (!explained) {
    return failure_of(explained.error());
  }
  JsonWriter json(response.body);
  json.open_object();
  json.member("id", explained->query->key.id);
  json.member("status", state::name_of(explained->query->status));
  json.member("statement", explained->query->statement);
  json.member("result_rows", explained->query->rows);
  if (!explained->problem.empty()) {
    json.member("problem", explained->problem);
  }
  json.key("clauses");
  json.open_list();
  for (const sql::WhyClause& clause : explained->clauses) {
    write_clause(json, clause);
  }
  json.close_list();
  json.member("summary", sql::print(explained->clauses));
  if (explained->statement) {
    write_statement(json, *explained->statement);
  }
  json.close_object();
  return std::nullopt;
}

}  // namespace trailpond::admin
