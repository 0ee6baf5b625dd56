#include "sql/evaluation/functions/sql_json.hpp"

#include "sql/analysis/analyser.hpp"
#include "sql/evaluation/casts.hpp"
#include "sql/evaluation/registry.hpp"
#include "sql/types/coercions.hpp"
#include "sql/types/kinds.hpp"
#include "sql/types/type_patterns.hpp"

/// Analysis of the SQL/JSON functions: their types, their paths, what their clauses allow.
namespace trailpond::sql::analysis {
namespace {

using ast::JsonClauses;

JsonBehavior behavior_of(const std::string& text, JsonBehavior absent) {
  if (text == "NULL" || text == "UNKNOWN") return JsonBehavior::kNull;
  if (text == "ERROR") return JsonBehavior::kError;
  if (text == "DEFAULT") return JsonBehavior::kDefault;
  if (text == "EMPTY ARRAY") return JsonBehavior::kEmptyArray;
  if (text == "EMPTY OBJECT") return JsonBehavior::kEmptyObject;
  if (text == "TRUE") return JsonBehavior::kTrue;
  if (text == "FALSE") return JsonBehavior::kFalse;
  return absent;
}

bool is_json_text(TypePointer type) {
  return is_text_kind(type->kind) || type->kind == TypeKind::kVarbinary ||
         type->kind == TypeKind::kUnknown;
}

bool makes_json(const ast::Expression& node) {
  return node.kind == ast::ExpressionKind::kCall && node.call->json &&
         (node.text == "JSON_OBJECT" || node.text == "JSON_ARRAY" || node.text == "JSON_QUERY");
}

SqlJsonPath path_of(const JsonClauses& clauses) {
  auto parsed = parse_sql_json_path(clauses.path);
  if (auto* mistake = std::get_if<PathMistake>(&parsed)) {
    Position position = clauses.path_position;
    position.column += mistake->offset + 1;  // behind the quote
    fail(mistake->error.name, position, mistake->error.message);
  }
  auto path = std::move(std::get<SqlJsonPath>(parsed));
  for (const std::string& variable : path.variables) {
    if (std::ranges::find(clauses.passing, variable) != clauses.passing.end()) continue;
    fail(ErrorName::kInvalidPath, clauses.path_position,
         "no value passed for parameter " + variable);
  }
  return path;
}

TypePointer returning(const ast::Expression& node, TypePointer absent) {
  const std::string& text = node.call->json->returning;
  if (text.empty()) return absent;
  const TypePointer type = parse_type(text);
  if (type == nullptr) fail(ErrorName::kTypeMismatch, node.position, "Unknown type: " + text);
  const bool is_value = node.text == "JSON_VALUE";
  const bool fits = is_value ? type->children.empty() && type->kind != TypeKind::kVarbinary &&
                                   can_cast(varchar_type(), type)
                             : is_text_kind(type->kind) || type->kind == TypeKind::kVarbinary;
  if (!fits) {
    fail(ErrorName::kTypeMismatch, node.position,
         "Invalid return type of function " + node.text + ": " + to_string(type));
  }
  return type;
}

}  // namespace

BoundPointer Analyser::json_call(const ast::Expression& node, Context& context) {
  if (node.text == "JSON_OBJECT" || node.text == "JSON_ARRAY") return json_maker(node, context);
  const JsonClauses& clauses = *node.call->json;
  auto state = std::make_shared<SqlJsonState>();
  Bound bound;
  bound.kind = BoundKind::kCall;
  bound.position = node.position;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    auto value = expression(*node.children[i], context);
    const bool must_be_json = i == 0 || clauses.formats[i];
    if (must_be_json && !is_json_text(value->type)) {
      fail(
          ErrorName::kTypeMismatch, node.children[i]->position,
          "Cannot read input of type " + to_string(value->type) + " as JSON using formatting JSON");
    }
    if (i > 0) {
      state->names.push_back(clauses.passing[i - 1]);
      state->passed_json.push_back(clauses.formats[i]);
    }
    bound.children.push_back(std::move(value));
  }
  state->path = path_of(clauses);
  const bool is_exists = node.text == "JSON_EXISTS";
  bound.type = is_exists ? simple_type(TypeKind::kBoolean) : returning(node, varchar_type());
  const auto add_default = [&](const ast::ExpressionPointer& written, const char* when) {
    if (!written) return;
    auto value = expression(*written, context);
    if (!can_coerce(value->type, bound.type)) {
      fail(ErrorName::kTypeMismatch, written->position,
           "Function " + node.text + " default ON " + when + " result must evaluate to a " +
               to_string(bound.type) + " (actual: " + to_string(value->type) + ")");
    }
    bound.children.push_back(coerce(value, bound.type));
  };
  add_default(clauses.default_on_empty, "EMPTY");
  add_default(clauses.default_on_error, "ERROR");
  state->on_empty = behavior_of(clauses.on_empty, JsonBehavior::kNull);
  state->on_error =
      behavior_of(clauses.on_error, is_exists ? JsonBehavior::kFalse : JsonBehavior::kNull);
  state->wrapper = clauses.wrapper == "UNCONDITIONAL" ? JsonWrapper::kUnconditional
                   : clauses.wrapper == "CONDITIONAL" ? JsonWrapper::kConditional
                                                      : JsonWrapper::kWithout;
  state->omit_quotes = clauses.omit_quotes;
  if (clauses.quotes_given && state->wrapper != JsonWrapper::kWithout) {
    fail(ErrorName::kInvalidFunctionArgument, node.position,
         std::string(clauses.omit_quotes ? "OMIT" : "KEEP") +
             " QUOTES behavior specified with WITH " + clauses.wrapper + " ARRAY WRAPPER behavior");
  }
  const std::string name = is_exists                   ? "$json_exists"
                           : node.text == "JSON_VALUE" ? "$json_value"
                                                       : "$json_query";
  bound.function = find_functions(name)[0].function;
  bound.state = std::move(state);
  return fold(std::move(bound));
}

BoundPointer Analyser::json_maker(const ast::Expression& node, Context& context) {
  const JsonClauses& clauses = *node.call->json;
  const bool is_object = node.text == "JSON_OBJECT";
  auto state = std::make_shared<JsonMakerState>();
  Bound bound;
  bound.kind = BoundKind::kCall;
  bound.position = node.position;
  bound.type = returning(node, varchar_type());
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const ast::Expression& written = *node.children[i];
    auto value = expression(written, context);
    const TypePointer type = value->type;
    if (is_object && i % 2 == 0) {
      if (!is_text_kind(type->kind)) {
        fail(ErrorName::kInvalidFunctionArgument, written.position,
             "Invalid type of JSON object key: " + to_string(type));
      }
    } else {
      const bool is_json = clauses.formats[is_object ? i / 2 : i] || makes_json(written);
      if (is_json && !is_json_text(type)) {
        fail(ErrorName::kTypeMismatch, written.position,
             "Cannot read input of type " + to_string(type) + " as JSON using formatting JSON");
      }
      const bool is_value = type->kind == TypeKind::kUnknown || is_number_kind(type->kind) ||
                            (type->kind != TypeKind::kVarbinary && can_cast(type, varchar_type()));
      if (!is_json && !is_value) {
        fail(ErrorName::kNotSupported, node.position,
             "Unsupported type of value passed to " + node.text + " function: " + to_string(type));
      }
      state->is_json.push_back(is_json);
    }
    bound.children.push_back(std::move(value));
  }
  state->null_on_null = clauses.nulls.empty() ? is_object : clauses.nulls == "NULL";
  state->unique_keys = clauses.unique_keys;
  bound.function = find_functions(is_object ? "$json_object" : "$json_array")[0].function;
  bound.state = std::move(state);
  return fold(std::move(bound));
}

}  // namespace trailpond::sql::analysis
