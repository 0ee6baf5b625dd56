#include "base/text.hpp"
#include "sql/evaluation/casts.hpp"
#include "sql/evaluation/printing.hpp"
#include "sql/json/json_text.hpp"
#include "sql/types/kinds.hpp"
#include "sql/values/numbers.hpp"

/// CAST to and from json. Source: https://trino.io/docs/current/functions/json.html#cast-to-json
namespace trailpond::sql {
namespace {

// ---- to json --------------------------------------------------------------------------------

/// The types whose values can be keys of a JSON object.
bool can_be_json_key(TypePointer type) {
  return type->kind == TypeKind::kUnknown || type->kind == TypeKind::kBoolean ||
         is_number_kind(type->kind) || type->kind == TypeKind::kVarchar;
}

/// Answers whether the keys of every map inside a type can be keys of JSON: Trino finds it when the
/// query runs.
bool has_json_keys(TypePointer type) {
  if (type->kind == TypeKind::kMap && !can_be_json_key(type->children[0])) return false;
  return std::ranges::all_of(type->children, has_json_keys);
}

bool append_json(Evaluation& evaluation, TypePointer type, const Value& value, std::string& out);

/// The key of a JSON object made from a map's key.
std::string json_key(TypePointer type, const Value& value) {
  if (value.is_null()) return "null";
  std::string key;
  print_cell(type, value, true, key);
  return key;
}

bool append_object(Evaluation& evaluation, TypePointer type, const Value& value, std::string& out) {
  const auto items = value.items();
  out += '{';
  if (type->kind == TypeKind::kRow) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out += ',';
      append_json_text(type->field_names[i], out);
      out += ':';
      if (!append_json(evaluation, type->children[i], items[i], out)) return false;
    }
  } else {
    std::map<std::string, const Value*> sorted;  // Trino orders a map's keys when it makes JSON
    for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
      sorted[json_key(type->children[0], items[i])] = &items[i + 1];
    }
    bool first = true;
    for (const auto& [key, entry] : sorted) {
      if (!first) out += ',';
      first = false;
      append_json_text(key, out);
      out += ':';
      if (!append_json(evaluation, type->children[1], *entry, out)) return false;
    }
  }
  out += '}';
  return true;
}

bool append_json(Evaluation& evaluation, TypePointer type, const Value& value, std::string& out) {
  if (!evaluation.step()) return false;
  evaluation.arena().reserve(out.size());
  if (value.is_null()) {
    out += "null";
    return true;
  }
  switch (type->kind) {
    case TypeKind::kArray: {
      out += '[';
      bool first = true;
      for (const Value& item : value.items()) {
        if (!first) out += ',';
        first = false;
        if (!append_json(evaluation, type->children[0], item, out)) return false;
      }
      out += ']';
      return true;
    }
    case TypeKind::kMap:
    case TypeKind::kRow:
      return append_object(evaluation, type, value, out);
    case TypeKind::kJson:
      out += value.text();
      return true;
    case TypeKind::kBoolean:
    case TypeKind::kTinyint:
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
      print_cell(type, value, true, out);
      return true;
    case TypeKind::kDecimal:
      out += print_big_decimal(value.decimal(), type->scale);
      return true;
    case TypeKind::kDouble:
    case TypeKind::kReal:
      if (std::isfinite(value.real())) {
        print_cell(type, value, true, out);
        return true;
      }
      [[fallthrough]];
    default: {
      std::string text;
      print_cell(type, value, true, text);
      append_json_text(text, out);
      return true;
    }
  }
}

// ---- from json ------------------------------------------------------------------------------

/// The text of the value at the cursor, which moves behind it.
std::string_view value_text(JsonCursor& cursor) {
  const std::size_t start = cursor.position();
  cursor.skip_value();
  std::string_view text = cursor.text().substr(start, cursor.position() - start);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())))
    text.remove_suffix(1);
  return text;
}

/// How Trino names the token that a value begins with.
std::string token_of(std::string_view json) {
  const JsonKind kind = JsonCursor(json).kind();
  if (kind == JsonKind::kArray) return "[";
  if (kind == JsonKind::kObject) return "{";
  return std::string(json.substr(0, 100));
}

/// Reads JSON as a type. The first mistake ends it and leaves a reason in Trino's words.
class JsonReader {
 public:
  explicit JsonReader(Evaluation& evaluation) : evaluation_(evaluation) {}

  Value read(TypePointer to, std::string_view json) {
    if (to->kind == TypeKind::kJson) return evaluation_.text(json);
    if (!evaluation_.step()) return {};
    const JsonKind kind = JsonCursor(json).kind();
    if (kind == JsonKind::kNull) return {};
    if (to->kind == TypeKind::kArray) return read_array(to, json);
    if (to->kind == TypeKind::kMap) return read_map(to, json);
    if (to->kind == TypeKind::kRow) return read_row(to, json);
    return read_scalar(to, json);
  }

  bool failed() const { return failed_ || evaluation_.failed(); }
  const std::string& reason() const { return reason_; }
  /// Whether a string inside the JSON could not be cast: then its own message is Trino's.
  bool was_string() const { return was_string_; }

 private:
  Value refuse(std::string reason, bool was_string = false) {
    if (!failed_) {
      reason_ = std::move(reason);
      was_string_ = was_string;
    }
    failed_ = true;
    return {};
  }

  Value read_array(TypePointer to, std::string_view json) {
    JsonCursor cursor(json);
    if (cursor.kind() != JsonKind::kArray)
      return refuse("Expected a json array, but got " + token_of(json));
    std::vector<Value> items;
    cursor.enter();
    while (cursor.next_element()) {
      items.push_back(read(to->children[0], value_text(cursor)));
      if (failed()) return {};
    }
    return evaluation_.items(items);
  }

  Value read_map(TypePointer to, std::string_view json) {
    JsonCursor cursor(json);
    if (cursor.kind() != JsonKind::kObject)
      return refuse("Expected a json object, but got " + token_of(json));
    std::vector<Value> items;
    cursor.enter();
    std::string key;
    for (; cursor.next_member(key); key.clear()) {
      items.push_back(read_text(to->children[0], key));
      items.push_back(read(to->children[1], value_text(cursor)));
      if (failed()) return {};
    }
    if (has_equal_keys(to, items)) return refuse("Duplicate map keys are not allowed");
    return evaluation_.items(items);
  }

  Value read_row(TypePointer to, std::string_view json) {
    JsonCursor cursor(json);
    const auto fields = evaluation_.arena().values(to->children.size());
    if (cursor.kind() == JsonKind::kArray) {
      cursor.enter();
      std::size_t count = 0;
      for (; cursor.next_element(); ++count) {
        const std::string_view text = value_text(cursor);
        if (count >= fields.size())
          return refuse("Expected json array ending, but got " + token_of(text));
        fields[count] = read(to->children[count], text);
        if (failed()) return {};
      }
      if (count < fields.size())
        return refuse("Unexpected token when cast to " + to_string(to->children[count]) + ": ]");
      return Value::of_items(fields);
    }
    if (cursor.kind() != JsonKind::kObject)
      return refuse("Expected a json array or object, but got " + token_of(json));
    cursor.enter();
    std::string key;
    for (; cursor.next_member(key); key.clear()) {
      const std::string_view text = value_text(cursor);
      for (std::size_t i = 0; i < fields.size(); ++i) {
        if (ascii_lower(to->field_names[i]) == ascii_lower(key))
          fields[i] = read(to->children[i], text);
        if (failed()) return {};
      }
    }
    return Value::of_items(fields);
  }

  /// Casts a text or number of the JSON by the rules of CAST.
  Value cast(TypePointer from, TypePointer to, const Value& value, bool was_string) {
    const Value result = cast_value(evaluation_, from, to, value);
    if (!evaluation_.failed()) return result;
    auto error = evaluation_.take_error();
    if (error->name == ErrorName::kCancelled || error->name == ErrorName::kExceededLimit)
      return evaluation_.fail(error->name, std::move(error->message));
    return refuse(std::move(error->message), was_string);
  }

  Value read_text(TypePointer to, std::string_view text) {
    const Value kept = evaluation_.text(text);
    if (to->kind == TypeKind::kVarchar && to->precision == kUnbounded) return kept;
    return cast(varchar_type(), to, kept, true);
  }

  Value read_scalar(TypePointer to, std::string_view json) {
    JsonCursor cursor(json);
    switch (cursor.kind()) {
      case JsonKind::kString: {
        std::string text;
        cursor.read_string(&text);
        return read_text(to, text);
      }
      case JsonKind::kTrue:
      case JsonKind::kFalse:
        return cast(simple_type(TypeKind::kBoolean), to,
                    Value::of_boolean(cursor.kind() == JsonKind::kTrue), false);
      case JsonKind::kNumber:
        return read_number(to, json);
      default:
        return refuse("Unexpected token when cast to " + to_string(to) + ": " + token_of(json));
    }
  }

  Value read_number(TypePointer to, std::string_view json) {
    const bool is_real = json.find_first_of(".eE") != std::string_view::npos;
    if (is_real && to->kind != TypeKind::kDecimal) {
      return cast(simple_type(TypeKind::kDouble), to, Value::of_real(parse_real(json).value_or(0)),
                  false);
    }
    if (to->kind == TypeKind::kBoolean) {
      const Value whole =
          cast(varchar_type(), simple_type(TypeKind::kBigint), evaluation_.text(json), false);
      return failed() ? Value() : Value::of_boolean(whole.integer() != 0);
    }
    return cast(varchar_type(), to, evaluation_.text(json), false);
  }

  Evaluation& evaluation_;
  bool failed_ = false;
  bool was_string_ = false;
  std::string reason_;
};

}  // namespace

bool can_cast_json(TypePointer from, TypePointer to) {
  const TypeKind f = from->kind;
  const TypeKind t = to->kind;
  const auto to_json = [&](TypePointer child) { return can_cast(child, to); };
  const auto from_json = [&](TypePointer child) { return can_cast(from, child); };
  if (t == TypeKind::kJson) {
    if (f == TypeKind::kMap) return can_cast(from->children[1], to);
    if (f == TypeKind::kArray || f == TypeKind::kRow)
      return std::ranges::all_of(from->children, to_json);
    return f == TypeKind::kBoolean || is_number_kind(f) || f == TypeKind::kVarchar ||
           f == TypeKind::kDate || f == TypeKind::kTimestamp;
  }
  if (t == TypeKind::kArray || t == TypeKind::kRow)
    return std::ranges::all_of(to->children, from_json);
  if (t == TypeKind::kMap)
    return can_be_json_key(to->children[0]) && can_cast(from, to->children[1]);
  return t == TypeKind::kBoolean || is_number_kind(t) || t == TypeKind::kVarchar;
}

Value cast_to_json(Evaluation& evaluation, TypePointer from, const Value& value) {
  if (!has_json_keys(from)) {
    return evaluation.fail(ErrorName::kInvalidCastArgument,
                           "Cannot cast " + to_string(from) + " to JSON");
  }
  std::string json;
  if (!append_json(evaluation, from, value, json)) return {};
  return evaluation.text(json);
}

Value cast_from_json(Evaluation& evaluation, TypePointer to, std::string_view json) {
  JsonReader reader(evaluation);
  const Value value = reader.read(to, json);
  if (!reader.failed()) return value;
  if (evaluation.failed()) return {};
  std::string message;
  const std::string shown(json.substr(0, 1000));
  if (to->kind == TypeKind::kArray || to->kind == TypeKind::kMap || to->kind == TypeKind::kRow) {
    message = "Cannot cast to " + to_string(to) + ". " + reader.reason() + "\n" + shown;
  } else if (to->kind == TypeKind::kDecimal) {
    const bool is_number = JsonCursor(json).kind() == JsonKind::kNumber;
    message = "Cannot cast " + (is_number ? "input json" : "'" + shown + "'") + " to " +
              ascii_upper(to_string(to));
  } else if (reader.was_string()) {
    message = reader.reason();
  } else {
    message = "Cannot cast '" + shown + "' to " +
              (to->kind == TypeKind::kVarchar ? "varchar" : to_string(to));
  }
  return evaluation.fail(ErrorName::kInvalidCastArgument, message);
}

}  // namespace trailpond::sql
