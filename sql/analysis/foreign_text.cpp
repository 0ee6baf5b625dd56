#include "sql/analysis/foreign_text.hpp"

#include "base/text.hpp"
#include "sql/evaluation/printing.hpp"
#include "sql/json/extract_path.hpp"

namespace trailpond::sql::analysis {

std::string print_constant(const Bound& literal) {
  std::string text;
  print_cell(literal.type, literal.literal, false, text);
  const std::string value = quoted(text, '\'');
  switch (literal.type->kind) {
    case TypeKind::kDate:
      return "DATE " + value;
    case TypeKind::kTime:
    case TypeKind::kTimeWithTimeZone:
      return "TIME " + value;
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampWithTimeZone:
      return "TIMESTAMP " + value;
    default:
      return value;
  }
}

Around around_lenient_moment() {
  // The forms that parse_timestamp takes; with T between date and time Trino reads all of them.
  static constexpr std::string_view kForms =
      R"(^\d{4}-\d{2}-\d{2}([ Tt]\d{2}:\d{2}(:\d{2}(\.\d{1,12})?)?( ?([Zz]|[+-]\d{2}:?\d{2}))?)?$)";
  static constexpr std::string_view kParts = R"(^(\S{10})[ t](\S+?) ?([Zz]|[+-]\d{2}:?\d{2})?$)";
  return {"TRY(CAST(at_timezone(from_iso8601_timestamp(upper(regexp_replace(regexp_extract(",
          ", " + quoted(kForms, '\'') + "), " + quoted(kParts, '\'') +
              ", '$1T$2$3'))), 'UTC') AS timestamp(3)))"};
}

namespace {

/// Writes the text of a value of a type; NULL stays NULL. `depth` keeps the names of lambdas apart.
std::string cell_text(const std::string& value, TypePointer type, int depth);

/// The text of a value inside another.
std::string item_text(const std::string& value, TypePointer type, int depth) {
  return "coalesce(" + cell_text(value, type, depth) + ", 'null')";
}

std::string row_text(const std::string& value, const Type& type) {
  std::string out = "'{'";
  for (std::size_t i = 0; i < type.children.size(); ++i) {
    const std::string& written = type.field_names[i];
    const std::string name = written.empty() ? "field" + std::to_string(i) : written;
    out += " || " + quoted((i == 0 ? "" : ", ") + name + "=", '\'') + " || " +
           item_text(value + "[" + std::to_string(i + 1) + "]", type.children[i], 0);
  }
  return "IF(" + value + " IS NULL, NULL, " + out + " || '}')";
}

std::string cell_text(const std::string& value, TypePointer type, int depth) {
  const std::string name = "_v" + std::to_string(depth);
  switch (type->kind) {
    case TypeKind::kArray:
      return "'[' || array_join(transform(" + value + ", " + name + " -> " +
             item_text(name, type->children[0], depth + 1) + "), ', ') || ']'";
    case TypeKind::kMap:
      return "'{' || array_join(transform(map_entries(" + value + "), " + name + " -> " +
             item_text(name + "[1]", type->children[0], depth + 1) + " || '=' || " +
             item_text(name + "[2]", type->children[1], depth + 1) + "), ', ') || '}'";
    case TypeKind::kRow:
      return row_text(value, *type);
    case TypeKind::kVarchar:
      return value;
    case TypeKind::kJson:
      return "json_format(" + value + ")";
    default:
      return "CAST(" + value + " AS varchar)";
  }
}

}  // namespace

Around around_cell_text(TypePointer type) {
  // The value is computed once, as the argument of a lambda.
  return {"element_at(transform(ARRAY[", "], _v -> " + cell_text("_v", type, 0) + "), 1)"};
}

// ---- JSON paths -------------------------------------------------------------------------------

namespace {

std::string print_key(std::string_view key) {
  std::string out = "\"";
  for (const char c : key) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

/// The path language of json_extract.
std::string print_plain_path(const JsonPath& path) {
  std::string out = "$";
  for (const JsonPathStep& step : path) {
    out += step.kind == JsonPathStep::Kind::kMember ? "[" + print_key(step.key) + "]"
                                                    : "[" + std::to_string(step.index) + "]";
  }
  return out;
}

/// The path language of SQL/JSON, where a quote in a name is doubled.
std::string print_condition(const PathNode& node);

std::string print_operator(const PathNode& node, std::string_view sign) {
  return "(" + print_condition(*node.children[0]) + " " + std::string(sign) + " " +
         print_condition(*node.children[1]) + ")";
}

std::string print_literal(const JsonItem& item) {
  if (item.kind == JsonItem::Kind::kString) return quoted(item.text, '"');
  std::string out;
  write_json_item(item, out);
  return out;
}

/// Thrown where a condition has a part that nothing stands for.
struct NoText {};

std::string print_condition(const PathNode& node) {
  using Kind = PathNode::Kind;
  switch (node.kind) {
    case Kind::kRoot:
      return "$";
    case Kind::kCurrent:
      return "@";
    case Kind::kLiteral:
      return print_literal(node.literal);
    case Kind::kMember:
      return print_condition(*node.children[0]) + "." + quoted(node.name, '"');
    case Kind::kAllMembers:
      return print_condition(*node.children[0]) + ".*";
    case Kind::kAllElements:
      return print_condition(*node.children[0]) + "[*]";
    case Kind::kElements:
      if (node.children.size() == 3 && node.children[1] && !node.children[2])
        return print_condition(*node.children[0]) + "[" + print_condition(*node.children[1]) + "]";
      throw NoText();
    case Kind::kNegate:
      return "-" + print_condition(*node.children[0]);
    case Kind::kPlus:
      return "+" + print_condition(*node.children[0]);
    case Kind::kArithmetic:
    case Kind::kCompare:
      return print_operator(node, node.name);
    case Kind::kAnd:
      return print_operator(node, "&&");
    case Kind::kOr:
      return print_operator(node, "||");
    case Kind::kNot:
      return "!(" + print_condition(*node.children[0]) + ")";
    case Kind::kExists:
      return "exists(" + print_condition(*node.children[0]) + ")";
    case Kind::kStartsWith:
      return print_operator(node, "starts with");
    case Kind::kLast:
    case Kind::kVariable:
    case Kind::kDescendants:
    case Kind::kFilter:
    case Kind::kMethod:
    case Kind::kIsUnknown:
      throw NoText();
  }
  throw NoText();
}

std::string print_sql_json_path(const JsonPath& path) {
  std::string out = "lax $";
  for (const JsonPathStep& step : path) {
    switch (step.kind) {
      case JsonPathStep::Kind::kMember:
        out += "." + quoted(step.key, '"');
        break;
      case JsonPathStep::Kind::kIndex:
        out += "[" + std::to_string(step.index) + "]";
        break;
      case JsonPathStep::Kind::kWildcard:
        out += "[*]";
        break;
      case JsonPathStep::Kind::kFilter:
        out += "[*]?(" + print_condition(*step.condition) + ")";
        break;
    }
  }
  return out;
}

Around around_many(std::string_view function, const std::string& path, bool is_json) {
  const std::string before = is_json ? "json_format(" : "";
  const std::string after = std::string(is_json ? ")" : "") + ", " + quoted(path, '\'');
  constexpr std::string_view kArray = " WITH UNCONDITIONAL ARRAY WRAPPER EMPTY ARRAY ON EMPTY";
  if (function == "json_extract_scalar") return {"JSON_VALUE(" + before, after + ")"};
  const std::string_view name = function == "json_size" ? "json_array_length" : "json_parse";
  return {std::string(name) + "(JSON_QUERY(" + before, after + std::string(kArray) + "))"};
}

}  // namespace

std::optional<Around> around_lenient_path(std::string_view function, std::string_view path,
                                          TypePointer json) {
  const auto parsed = parse_json_path(path);
  if (!parsed || is_trino_json_path(path)) return std::nullopt;
  if (!finds_many(*parsed)) {
    return Around(std::string(function) + "(",
                  ", " + quoted(print_plain_path(*parsed), '\'') + ")");
  }
  try {
    return around_many(function, print_sql_json_path(*parsed), json->kind == TypeKind::kJson);
  } catch (const NoText&) {
    return std::nullopt;
  }
}

}  // namespace trailpond::sql::analysis
