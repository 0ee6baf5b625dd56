#include "sql/evaluation/tables.hpp"
#include "sql/json/extract_path.hpp"
#include "sql/json/json_text.hpp"

/// JSON functions. Source: https://trino.io/docs/current/functions/json.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

/// The path of a call: prepared when it is a constant, else parsed for this row.
Result<CallState> prepare_path(const Bound& node) {
  const Bound& path = *node.children[1];
  if (path.kind != BoundKind::kLiteral || path.literal.is_null()) return CallState();
  auto parsed = parse_json_path(path.literal.text());
  if (!parsed) return CallState();  // Trino finds it when the query runs
  return CallState(std::make_shared<const JsonPath>(std::move(*parsed)));
}

const JsonPath* path_of(Evaluation& evaluation, const Bound& node, Arguments a,
                        std::optional<JsonPath>& held) {
  if (node.state != nullptr) return static_cast<const JsonPath*>(node.state.get());
  held = parse_json_path(a[1].text());
  if (held) return &*held;
  evaluation.fail(ErrorName::kInvalidFunctionArgument,
                  "Invalid JSON path: '" + std::string(a[1].text()) + "'");
  return nullptr;
}

Value canonical(Evaluation& evaluation, std::string_view text, bool sorted) {
  std::string out;
  if (!write_canonical_json(text, sorted, out)) return {};
  return evaluation.text(out);
}

Value json_extract(Evaluation& evaluation, const Bound& node, Arguments a) {
  std::optional<JsonPath> held;
  const JsonPath* path = path_of(evaluation, node, a, held);
  if (path == nullptr) return {};
  if (finds_many(*path)) {
    std::vector<std::string_view> found;
    find_all_json(a[0].text(), *path, found);
    std::string out = "[";
    for (const std::string_view item : found) {
      if (out.size() > 1) out += ',';
      write_canonical_json(item, false, out);
    }
    return evaluation.text(out + "]");
  }
  const auto found = find_json(a[0].text(), *path);
  return found ? canonical(evaluation, *found, false) : Value();
}

Value scalar_text(Evaluation& evaluation, std::string_view json) {
  JsonCursor cursor(json);
  switch (cursor.kind()) {
    case JsonKind::kString: {
      std::string text;
      return cursor.read_string(&text) ? evaluation.text(text) : Value();
    }
    case JsonKind::kTrue:
      return Value::of_text("true");
    case JsonKind::kFalse:
      return Value::of_text("false");
    case JsonKind::kNumber: {
      const auto number = cursor.read_number();
      return number ? evaluation.text(*number) : Value();
    }
    case JsonKind::kNull:
    case JsonKind::kArray:
    case JsonKind::kObject:
    case JsonKind::kInvalid:
      break;
  }
  return {};
}

Value json_extract_scalar(Evaluation& evaluation, const Bound& node, Arguments a) {
  std::optional<JsonPath> held;
  const JsonPath* path = path_of(evaluation, node, a, held);
  if (path == nullptr) return {};
  if (finds_many(*path)) {
    std::vector<std::string_view> all;
    find_all_json(a[0].text(), *path, all);
    return all.size() == 1 ? scalar_text(evaluation, all[0]) : Value();
  }
  const auto found = find_json(a[0].text(), *path);
  return found ? scalar_text(evaluation, *found) : Value();
}

Value json_size(Evaluation& evaluation, const Bound& node, Arguments a) {
  std::optional<JsonPath> held;
  const JsonPath* path = path_of(evaluation, node, a, held);
  if (path == nullptr) return {};
  if (finds_many(*path)) {
    std::vector<std::string_view> all;
    find_all_json(a[0].text(), *path, all);
    return Value::of_integer(static_cast<std::int64_t>(all.size()));
  }
  const auto found = find_json(a[0].text(), *path);
  if (!found) return {};
  JsonCursor cursor(*found);
  std::int64_t count = 0;
  std::string key;
  if (cursor.kind() == JsonKind::kArray) {
    for (cursor.enter(); cursor.next_element(); cursor.skip_value()) ++count;
  } else if (cursor.kind() == JsonKind::kObject) {
    for (cursor.enter(); cursor.next_member(key); cursor.skip_value()) ++count;
  }
  return Value::of_integer(count);
}

Value json_parse(Evaluation& evaluation, const Bound&, Arguments a) {
  std::string out;
  if (!write_canonical_json(a[0].text(), true, out)) {
    return evaluation.fail(
        ErrorName::kInvalidFunctionArgument,
        "Cannot convert value to JSON: '" + std::string(a[0].text().substr(0, 1000)) + "'");
  }
  return evaluation.text(out);
}
Value json_format(Evaluation&, const Bound&, Arguments a) { return a[0]; }

Value json_array_length(Evaluation&, const Bound&, Arguments a) {
  JsonCursor cursor(a[0].text());
  if (cursor.kind() != JsonKind::kArray) return {};
  std::int64_t count = 0;
  for (cursor.enter(); cursor.next_element(); cursor.skip_value()) ++count;
  return cursor.failed() ? Value() : Value::of_integer(count);
}

Value json_array_get(Evaluation& evaluation, const Bound&, Arguments a) {
  std::int64_t index = a[1].integer();
  if (index < 0) {
    JsonCursor counting(a[0].text());
    if (counting.kind() != JsonKind::kArray) return {};
    for (counting.enter(); counting.next_element(); counting.skip_value()) ++index;
    if (index < 0) return {};
  }
  JsonCursor cursor(a[0].text());
  if (cursor.kind() != JsonKind::kArray) return {};
  cursor.enter();
  for (; cursor.next_element(); --index) {
    const std::size_t start = cursor.position();
    const JsonKind kind = cursor.kind();
    if (!cursor.skip_value()) return {};
    if (index != 0) continue;
    if (kind == JsonKind::kNull) return {};
    const std::string_view item = a[0].text().substr(start, cursor.position() - start);
    // Presto's old quirk, kept by Trino: a string comes without its quotes.
    return kind == JsonKind::kString ? scalar_text(evaluation, item)
                                     : canonical(evaluation, item, false);
  }
  return {};
}

/// Whether an array of JSON has a scalar: `matches` compares one item's text.
template <class Matches>
Value array_has(std::string_view json, Matches&& matches) {
  JsonCursor cursor(json);
  if (cursor.kind() != JsonKind::kArray) return {};
  for (cursor.enter(); cursor.next_element();) {
    const std::size_t start = cursor.position();
    const JsonKind kind = cursor.kind();
    if (!cursor.skip_value()) return {};
    if (matches(kind, json.substr(start, cursor.position() - start)))
      return Value::of_boolean(true);
  }
  return cursor.failed() ? Value() : Value::of_boolean(false);
}
Value contains_text(Evaluation&, const Bound&, Arguments a) {
  return array_has(a[0].text(), [&](JsonKind kind, std::string_view item) {
    std::string text;
    return kind == JsonKind::kString && JsonCursor(item).read_string(&text) && text == a[1].text();
  });
}
Value contains_integer(Evaluation&, const Bound&, Arguments a) {
  const std::string wanted = std::to_string(a[1].integer());
  return array_has(a[0].text(), [&](JsonKind kind, std::string_view item) {
    return kind == JsonKind::kNumber && JsonCursor(item).read_number() == wanted;
  });
}
Value contains_real(Evaluation&, const Bound&, Arguments a) {
  return array_has(a[0].text(), [&](JsonKind kind, std::string_view item) {
    return kind == JsonKind::kNumber && item.find_first_of(".eE") != std::string_view::npos &&
           std::strtod(std::string(item).c_str(), nullptr) == a[1].real();
  });
}
Value contains_boolean(Evaluation&, const Bound&, Arguments a) {
  return array_has(a[0].text(), [&](JsonKind kind, std::string_view) {
    return kind == (a[1].boolean() ? JsonKind::kTrue : JsonKind::kFalse);
  });
}

Value is_json_scalar(Evaluation& evaluation, const Bound&, Arguments a) {
  JsonCursor cursor(a[0].text());
  const JsonKind kind = cursor.kind();
  if (!cursor.skip_value() || !cursor.at_end()) {
    return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                           "Invalid JSON value: " + std::string(a[0].text().substr(0, 1000)));
  }
  return Value::of_boolean(kind != JsonKind::kArray && kind != JsonKind::kObject);
}

const Function kRows[] = {
    {"json_extract", "varchar(x), varchar(y)", "json", json_extract, 0, "The JSON at a path.",
     "json_format(json_extract('{\"a\":{\"b\":1}}', '$.a')) = '{\"b\":1}'", prepare_path},
    {"json_extract", "json, varchar(y)", "json", json_extract, 0, "The JSON at a path.",
     "json_format(json_extract(JSON '{\"a\":1}', '$.a')) = '1'", prepare_path},
    {"json_extract_scalar", "varchar(x), varchar(y)", "varchar(x)", json_extract_scalar, 0,
     "The scalar at a path, as text; NULL for arrays and objects.",
     "json_extract_scalar('{\"a\":\"b\"}', '$.a') = 'b'", prepare_path},
    {"json_extract_scalar", "json, varchar(y)", "varchar", json_extract_scalar, 0,
     "The scalar at a path, as text.", "json_extract_scalar(JSON '[1,2]', '$[1]') = '2'",
     prepare_path},
    {"json_size", "varchar(x), varchar(y)", "bigint", json_size, 0,
     "Counts members or elements at a path.", "json_size('{\"a\":[1,2]}', '$.a') = 2",
     prepare_path},
    {"json_size", "json, varchar(y)", "bigint", json_size, 0,
     "Counts members or elements at a path.", "json_size(JSON '[1,2]', '$') = 2", prepare_path},
    {"json_parse", "varchar(x)", "json", json_parse, kMayFail,
     "Reads JSON; members are sorted by key.",
     "json_format(json_parse('{\"b\":1,\"a\":2}')) = '{\"a\":2,\"b\":1}'"},
    {"json_format", "json", "varchar", json_format, 0, "The text of JSON.",
     "json_format(JSON '[1, 2]') = '[1,2]'"},
    {"json_array_length", "varchar(x)", "bigint", json_array_length, 0,
     "Counts elements; NULL when it is no array.", "json_array_length('[1,2]') = 2"},
    {"json_array_length", "json", "bigint", json_array_length, 0, "Counts elements.",
     "json_array_length(JSON '[1]') = 1"},
    {"json_array_get", "varchar(x), bigint", "json", json_array_get, 0,
     "The element at a place from 0, negative from the end.",
     "json_format(json_array_get('[1,2]', -1)) = '2'"},
    {"json_array_get", "json, bigint", "json", json_array_get, 0, "The element at a place from 0.",
     "json_format(json_array_get(JSON '[1,2]', 0)) = '1'"},
    {"json_array_contains", "varchar(x), varchar(y)", "boolean", contains_text, 0,
     "Whether a text is an element.", "json_array_contains('[\"a\"]', 'a')"},
    {"json_array_contains", "json, varchar(y)", "boolean", contains_text, 0,
     "Whether a text is an element.", "json_array_contains(JSON '[\"a\"]', 'a')"},
    {"json_array_contains", "varchar(x), bigint", "boolean", contains_integer, 0,
     "Whether a number is an element.", "json_array_contains('[1,2]', 2)"},
    {"json_array_contains", "json, bigint", "boolean", contains_integer, 0,
     "Whether a number is an element.", "NOT json_array_contains(JSON '[1]', 2)"},
    {"json_array_contains", "varchar(x), double", "boolean", contains_real, 0,
     "Whether a number is an element.", "json_array_contains('[1.5]', 15e-1)"},
    {"json_array_contains", "json, double", "boolean", contains_real, 0,
     "Whether a number is an element.", "json_array_contains(JSON '[1.5]', 15e-1)"},
    {"json_array_contains", "varchar(x), boolean", "boolean", contains_boolean, 0,
     "Whether true or false is an element.", "json_array_contains('[true]', true)"},
    {"json_array_contains", "json, boolean", "boolean", contains_boolean, 0,
     "Whether true or false is an element.", "json_array_contains(JSON '[true]', true)"},
    {"is_json_scalar", "varchar(x)", "boolean", is_json_scalar, kMayFail,
     "Whether JSON is no array and no object.", "is_json_scalar('1')"},
    {"is_json_scalar", "json", "boolean", is_json_scalar, kMayFail,
     "Whether JSON is no array and no object.", "NOT is_json_scalar(JSON '[1]')"},
};

}  // namespace

std::span<const Function> json_functions() { return kRows; }

}  // namespace trailpond::sql
