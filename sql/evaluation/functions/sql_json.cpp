#include "sql/evaluation/functions/sql_json.hpp"

#include "sql/evaluation/casts.hpp"
#include "sql/evaluation/tables.hpp"
#include "sql/json/json_text.hpp"
#include "sql/types/kinds.hpp"
#include "sql/values/decimals.hpp"

/// JSON_VALUE, JSON_QUERY, JSON_EXISTS, JSON_OBJECT, JSON_ARRAY. The analyser builds their calls;
/// nobody can write these names. Source: https://trino.io/docs/current/functions/json.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

const SqlJsonState& state_of(const Bound& node) {
  return *static_cast<const SqlJsonState*>(node.state.get());
}

/// A value of SQL as a JSON item; nullopt: it has no JSON form.
std::optional<JsonItem> item_of(Evaluation& evaluation, TypePointer type, const Value& value) {
  JsonItem item;
  if (value.is_null()) return item;
  if (type->kind == TypeKind::kBoolean) {
    item.kind = JsonItem::Kind::kBoolean;
    item.boolean = value.boolean();
  } else if (is_integer_kind(type->kind)) {
    item.kind = JsonItem::Kind::kInteger;
    item.integer = value.integer();
  } else if (type->kind == TypeKind::kDecimal) {
    item.kind = JsonItem::Kind::kDecimal;
    item.decimal = value.decimal();
    item.scale = type->scale;
  } else if (is_real_kind(type->kind) && std::isfinite(value.real())) {
    item.kind = JsonItem::Kind::kDouble;
    item.real = value.real();
  } else {
    item.kind = JsonItem::Kind::kString;
    const Value text = cast_value(evaluation, type, varchar_type(), value);
    if (evaluation.failed()) return std::nullopt;
    item.text = text.text();
  }
  return item;
}

struct Walked {
  std::vector<JsonItem> items;
  std::optional<Error> error;
};

/// Runs the path of a call over its input.
Walked walk(Evaluation& evaluation, const Bound& node, Arguments a) {
  const SqlJsonState& state = state_of(node);
  const auto conversion_error = [] {
    return Walked{{},
                  Error{ErrorName::kJsonInputConversionError, "conversion to JSON failed: ", {}}};
  };
  const auto root = read_json_item(a[0].text());
  if (!root) return conversion_error();
  PathVariables variables;
  for (std::size_t i = 0; i < state.names.size(); ++i) {
    const auto item = state.passed_json[i]
                          ? a[i + 1].is_null() ? JsonItem() : read_json_item(a[i + 1].text())
                          : item_of(evaluation, node.children[i + 1]->type, a[i + 1]);
    if (!item) return conversion_error();
    variables[state.names[i]] = *item;
  }
  auto items = evaluate_json_path(state.path, *root, variables);
  if (!items) return {{}, items.error()};
  return {std::move(*items), std::nullopt};
}

Value fail(Evaluation& evaluation, const Error& error) {
  return evaluation.fail(error.name, error.message);
}

/// The default that a call gives: on empty stands before on error.
const Value& default_of(const Bound& node, Arguments a, bool on_error) {
  const SqlJsonState& state = state_of(node);
  const bool both = on_error && state.on_empty == JsonBehavior::kDefault;
  return a[1 + state.names.size() + (both ? 1 : 0)];
}

// ---- JSON_VALUE -----------------------------------------------------------------------------

TypePointer sql_type_of(const JsonItem& item) {
  switch (item.kind) {
    case JsonItem::Kind::kBoolean:
      return simple_type(TypeKind::kBoolean);
    case JsonItem::Kind::kInteger: {
      const bool is_small = item.integer == static_cast<std::int32_t>(item.integer);
      return simple_type(is_small ? TypeKind::kInteger : TypeKind::kBigint);
    }
    case JsonItem::Kind::kDecimal:
      return decimal_type(kMaxDecimalPrecision, item.scale);
    case JsonItem::Kind::kDouble:
      return simple_type(TypeKind::kDouble);
    default:
      return varchar_type();
  }
}
Value sql_value_of(Evaluation& evaluation, const JsonItem& item) {
  switch (item.kind) {
    case JsonItem::Kind::kBoolean:
      return Value::of_boolean(item.boolean);
    case JsonItem::Kind::kInteger:
      return Value::of_integer(item.integer);
    case JsonItem::Kind::kDecimal:
      return Value::of_decimal(item.decimal);
    case JsonItem::Kind::kDouble:
      return Value::of_real(item.real);
    default:
      return evaluation.text(item.text);
  }
}

Value value_on_error(Evaluation& evaluation, const Bound& node, Arguments a, const Error& error) {
  switch (state_of(node).on_error) {
    case JsonBehavior::kError:
      return fail(evaluation, error);
    case JsonBehavior::kDefault:
      return default_of(node, a, true);
    default:
      return {};
  }
}

Value json_value(Evaluation& evaluation, const Bound& node, Arguments a) {
  if (a[0].is_null()) return {};
  const auto [items, error] = walk(evaluation, node, a);
  if (evaluation.failed()) return {};
  if (error) return value_on_error(evaluation, node, a, *error);
  const auto result_error = [](const std::string& why) {
    return Error{
        ErrorName::kJsonValueResultError, "cannot extract SQL scalar from JSON: " + why, {}};
  };
  if (items.empty()) {
    switch (state_of(node).on_empty) {
      case JsonBehavior::kError:
        return fail(evaluation, result_error("JSON path found no items"));
      case JsonBehavior::kDefault:
        return default_of(node, a, false);
      default:
        return {};
    }
  }
  if (items.size() > 1) {
    return value_on_error(evaluation, node, a, result_error("JSON path found multiple items"));
  }
  const JsonItem& item = items[0];
  if (item.kind == JsonItem::Kind::kNull) return {};
  if (item.kind == JsonItem::Kind::kArray || item.kind == JsonItem::Kind::kObject) {
    return value_on_error(
        evaluation, node, a,
        result_error("JSON path found an item that cannot be converted to an SQL value"));
  }
  const TypePointer type = sql_type_of(item);
  const auto wrong_type = [&] {
    return result_error("Cannot cast value of type " + to_string(type) +
                        " to declared return type of function JSON_VALUE: " + to_string(node.type));
  };
  if (!can_cast(type, node.type)) return value_on_error(evaluation, node, a, wrong_type());
  const Value result = cast_value(evaluation, type, node.type, sql_value_of(evaluation, item));
  if (!evaluation.failed()) return result;
  const auto cast_error = evaluation.take_error();
  if (cast_error->name == ErrorName::kExceededLimit || cast_error->name == ErrorName::kCancelled)
    return fail(evaluation, *cast_error);
  return value_on_error(evaluation, node, a, wrong_type());
}

// ---- JSON_QUERY, JSON_EXISTS ----------------------------------------------------------------

/// What ON EMPTY or ON ERROR says; `error` where it says ERROR.
Value query_behavior(Evaluation& evaluation, JsonBehavior behavior, const Error& error) {
  switch (behavior) {
    case JsonBehavior::kError:
      return fail(evaluation, error);
    case JsonBehavior::kEmptyArray:
      return Value::of_text("[]");
    case JsonBehavior::kEmptyObject:
      return Value::of_text("{}");
    default:
      return {};
  }
}

Value json_query(Evaluation& evaluation, const Bound& node, Arguments a) {
  if (a[0].is_null()) return {};
  const SqlJsonState& state = state_of(node);
  const auto [items, error] = walk(evaluation, node, a);
  if (evaluation.failed()) return {};
  const auto output_error = [](const std::string& why) {
    return Error{ErrorName::kJsonOutputConversionError, "conversion from JSON failed: " + why, {}};
  };
  Value result;
  if (error) {
    result = query_behavior(evaluation, state.on_error, *error);
  } else if (items.empty()) {
    result = query_behavior(evaluation, state.on_empty, output_error("JSON path found no items"));
  } else {
    const bool is_nested =
        items[0].kind == JsonItem::Kind::kArray || items[0].kind == JsonItem::Kind::kObject;
    const bool wrapped =
        state.wrapper == JsonWrapper::kUnconditional ||
        (state.wrapper == JsonWrapper::kConditional && (items.size() > 1 || !is_nested));
    if (!wrapped && items.size() > 1) {
      result = query_behavior(evaluation, state.on_error,
                              output_error("JSON path found multiple items"));
    } else if (!wrapped && state.omit_quotes && items[0].kind == JsonItem::Kind::kString) {
      result = evaluation.text(items[0].text);
    } else {
      std::string out = wrapped ? "[" : "";
      for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) out += ',';
        write_json_item(items[i], out);
      }
      result = evaluation.text(out + (wrapped ? "]" : ""));
    }
  }
  if (evaluation.failed() || result.is_null()) return result;
  return cast_value(evaluation, varchar_type(), node.type, result);
}

Value json_exists(Evaluation& evaluation, const Bound& node, Arguments a) {
  if (a[0].is_null()) return {};
  const auto [items, error] = walk(evaluation, node, a);
  if (evaluation.failed()) return {};
  if (!error) return Value::of_boolean(!items.empty());
  switch (state_of(node).on_error) {
    case JsonBehavior::kError:
      return fail(evaluation, *error);
    case JsonBehavior::kNull:
      return {};
    default:
      return Value::of_boolean(state_of(node).on_error == JsonBehavior::kTrue);
  }
}

// ---- JSON_OBJECT, JSON_ARRAY ----------------------------------------------------------------

/// Appends one value of a constructor.
bool append_value(Evaluation& evaluation, TypePointer type, const Value& value, bool is_json,
                  std::string& out) {
  if (value.is_null()) {
    out += "null";
    return true;
  }
  const auto item = is_json ? read_json_item(value.text()) : item_of(evaluation, type, value);
  if (evaluation.failed()) return false;
  if (!item) {
    evaluation.fail(ErrorName::kJsonInputConversionError, "conversion to JSON failed: ");
    return false;
  }
  write_json_item(*item, out);
  evaluation.arena().reserve(out.size());
  return true;
}

Value json_object(Evaluation& evaluation, const Bound& node, Arguments a) {
  const auto& state = *static_cast<const JsonMakerState*>(node.state.get());
  std::unordered_set<std::string> keys;
  std::string out = "{";
  for (std::size_t i = 0; i + 1 < a.size(); i += 2) {
    if (a[i].is_null()) {
      return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                             "null value passed for JSON object key to JSON_OBJECT function");
    }
    if (a[i + 1].is_null() && !state.null_on_null) continue;
    if (!keys.emplace(a[i].text()).second) {
      return state.unique_keys
                 ? evaluation.fail(ErrorName::kInvalidFunctionArgument,
                                   "duplicate key passed to JSON_OBJECT function")
                 : evaluation.fail(ErrorName::kNotSupported,
                                   "cannot construct a JSON object with duplicate key");
    }
    if (out.size() > 1) out += ',';
    append_json_string(a[i].text(), out);
    out += ':';
    if (!append_value(evaluation, node.children[i + 1]->type, a[i + 1], state.is_json[i / 2], out))
      return {};
  }
  return cast_value(evaluation, varchar_type(), node.type, evaluation.text(out + "}"));
}

Value json_array(Evaluation& evaluation, const Bound& node, Arguments a) {
  const auto& state = *static_cast<const JsonMakerState*>(node.state.get());
  std::string out = "[";
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].is_null() && !state.null_on_null) continue;
    if (out.size() > 1) out += ',';
    if (!append_value(evaluation, node.children[i]->type, a[i], state.is_json[i], out)) return {};
  }
  return cast_value(evaluation, varchar_type(), node.type, evaluation.text(out + "]"));
}

constexpr unsigned kTraits = kMayFail | kCalledOnNull;
const Function kRows[] = {
    {"$json_value", "varchar", "varchar", json_value, kTraits, "The scalar that a path finds.", ""},
    {"$json_query", "varchar", "varchar", json_query, kTraits, "The JSON that a path finds.", ""},
    {"$json_exists", "varchar", "boolean", json_exists, kTraits, "Whether a path finds anything.",
     ""},
    {"$json_object", "", "varchar", json_object, kTraits, "A JSON object of keys and values.", ""},
    {"$json_array", "", "varchar", json_array, kTraits, "A JSON array of values.", ""},
};

}  // namespace

std::span<const Function> sql_json_functions() { return kRows; }

}  // namespace trailpond::sql
