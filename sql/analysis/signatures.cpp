#include "sql/analysis/signatures.hpp"

#include "sql/types/coercions.hpp"
#include "sql/types/type_patterns.hpp"

namespace trailpond::sql {
namespace {

/// What the variables of a signature stand for in one call.
struct Bindings {
  std::map<std::string, TypePointer> types;
  std::map<std::string, std::int32_t> numbers;
};

bool is_type_variable(const TypePattern& pattern) {
  return pattern.is_variable && std::isupper(static_cast<unsigned char>(pattern.name[0]));
}

/// The number that a small letter stands for: the length or precision of a type.
void bind_number(Bindings& bindings, const TypePattern& pattern, std::int32_t number) {
  const auto [place, fresh] = bindings.numbers.try_emplace(pattern.name, number);
  if (!fresh) place->second = longer(place->second, number);
}

std::string_view base_name(TypePointer type) {
  switch (type->kind) {
    case TypeKind::kVarchar:
      return "varchar";
    case TypeKind::kChar:
      return "char";
    case TypeKind::kDecimal:
      return "decimal";
    case TypeKind::kTimestamp:
      return "timestamp";
    case TypeKind::kTimestampWithTimeZone:
      return "timestamp with time zone";
    case TypeKind::kTime:
      return "time";
    case TypeKind::kTimeWithTimeZone:
      return "time with time zone";
    case TypeKind::kArray:
      return "array";
    case TypeKind::kMap:
      return "map";
    case TypeKind::kRow:
      return "row";
    default:
      return "";
  }
}

bool has_variables(const TypePattern& pattern) {
  return pattern.is_variable || std::ranges::any_of(pattern.children, has_variables);
}

void bind_numbers(Bindings& bindings, const TypePattern& pattern, std::int32_t number) {
  for (const TypePattern& child : pattern.children) bind_number(bindings, child, number);
}

/// NULL takes the shortest type of the kind: varchar(0), decimal(1,0), timestamp(0).
void bind_shortest(Bindings& bindings, const TypePattern& pattern) {
  const bool is_decimal = pattern.name == "decimal";
  for (std::size_t i = 0; i < pattern.children.size(); ++i) {
    const TypePattern& child = pattern.children[i];
    if (child.is_variable && !is_type_variable(child))
      bind_number(bindings, child, is_decimal && i == 0 ? 1 : 0);
  }
}

/// date stands for a timestamp, varchar(n) for char and the like only by a coercion.
bool bind_coerced(Bindings& bindings, const TypePattern& pattern, TypePointer type) {
  const TypeKind kind = type->kind;
  const bool from_date = kind == TypeKind::kDate && (pattern.name == "timestamp" ||
                                                     pattern.name == "timestamp with time zone");
  const bool from_same_length =
      (pattern.name == "timestamp with time zone" && kind == TypeKind::kTimestamp) ||
      (pattern.name == "char" && kind == TypeKind::kVarchar && type->precision != kUnbounded) ||
      (pattern.name == "varchar" && kind == TypeKind::kChar) ||
      (pattern.name == "time with time zone" && kind == TypeKind::kTime);
  if (from_date || from_same_length) {
    bind_numbers(bindings, pattern, from_date ? 0 : type->precision);
    return true;
  }
  if (pattern.name != "decimal" || number_rank(type) == 0 || number_rank(type) >= 5) return false;
  const TypePointer decimal = decimal_of(type);
  if (pattern.children.size() == 2) {
    bind_number(bindings, pattern.children[0], decimal->precision);
    bind_number(bindings, pattern.children[1], decimal->scale);
  }
  return true;
}

/// Lets the variables of a pattern take on what a type has at their places.
bool bind(Bindings& bindings, const TypePattern& pattern, TypePointer type) {
  if (is_type_variable(pattern)) {
    if (pattern.orderable && !is_orderable(type)) return false;
    if (pattern.comparable && !is_comparable(type)) return false;
    const auto [place, fresh] = bindings.types.try_emplace(pattern.name, type);
    if (fresh) return true;
    const TypePointer common = common_type(place->second, type);
    if (common == nullptr) return false;
    place->second = common;
    return true;
  }
  if (!has_variables(pattern)) return true;
  if (type->kind == TypeKind::kUnknown) {
    bind_shortest(bindings, pattern);
    return true;
  }
  if (pattern.name != base_name(type)) return bind_coerced(bindings, pattern, type);
  if (type->kind == TypeKind::kDecimal && pattern.children.size() == 2) {
    bind_number(bindings, pattern.children[0], type->precision);
    bind_number(bindings, pattern.children[1], type->scale);
    return true;
  }
  if (!type->children.empty()) {
    for (std::size_t i = 0; i < std::min(pattern.children.size(), type->children.size()); ++i) {
      const TypePattern& child =
          pattern.name == "row" ? pattern.children[i].children[0] : pattern.children[i];
      if (!bind(bindings, child, type->children[i])) return false;
    }
    return true;
  }
  for (const TypePattern& child : pattern.children) {
    if (child.is_variable) bind_number(bindings, child, type->precision);
  }
  return true;
}

/// The type of a pattern under the bindings; unknown for a variable that took on nothing.
TypePointer instantiate(const Bindings& bindings, const TypePattern& pattern) {
  if (is_type_variable(pattern)) {
    const auto found = bindings.types.find(pattern.name);
    return found == bindings.types.end() ? simple_type(TypeKind::kUnknown) : found->second;
  }
  const auto number = [&](std::size_t i, std::int32_t absent) {
    if (i >= pattern.children.size()) return absent;
    const TypePattern& child = pattern.children[i];
    if (child.is_number) return child.number;
    const auto found = bindings.numbers.find(child.name);
    return found == bindings.numbers.end() ? absent : found->second;
  };
  if (pattern.name == "varchar") return varchar_type(number(0, kUnbounded));
  if (pattern.name == "char") return char_type(number(0, 1));
  if (pattern.name == "decimal") return decimal_type(number(0, 38), number(1, 0));
  if (pattern.name == "timestamp") return timestamp_type(number(0, 3));
  if (pattern.name == "timestamp with time zone")
    return timestamp_with_time_zone_type(number(0, 3));
  if (pattern.name == "time") return time_type(number(0, 3));
  if (pattern.name == "time with time zone") return time_with_time_zone_type(number(0, 3));
  if (pattern.name == "array") return array_type(instantiate(bindings, pattern.children[0]));
  if (pattern.name == "map") {
    return map_type(instantiate(bindings, pattern.children[0]),
                    instantiate(bindings, pattern.children[1]));
  }
  if (pattern.name == "function") {
    std::vector<TypePointer> parameters;
    for (const TypePattern& child : pattern.children)
      parameters.push_back(instantiate(bindings, child));
    const TypePointer result = parameters.back();
    parameters.pop_back();
    return function_type(std::move(parameters), result);
  }
  if (pattern.name == "row") {
    std::vector<std::pair<std::string, TypePointer>> fields;
    for (const TypePattern& field : pattern.children) {
      fields.emplace_back(field.name, instantiate(bindings, field.children[0]));
    }
    return row_type(std::move(fields));
  }
  return parse_type(pattern.name);
}

}  // namespace

std::optional<SignatureMatch> match_signature(const Signature& signature,
                                              std::span<const ArgumentShape> arguments,
                                              const LambdaTyper& type_lambda) {
  const std::size_t fixed = signature.arguments.size();
  if (signature.variadic ? arguments.size() + 1 < fixed : arguments.size() != fixed)
    return std::nullopt;
  const auto pattern_of = [&](std::size_t i) -> const TypePattern& {
    return signature.arguments[std::min(i, fixed - 1)];
  };
  Bindings bindings;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const TypePattern& pattern = pattern_of(i);
    const bool wants_lambda = pattern.name == "function";
    if (wants_lambda != (arguments[i].lambda_parameters >= 0)) return std::nullopt;
    if (wants_lambda) {
      if (static_cast<std::size_t>(arguments[i].lambda_parameters) + 1 != pattern.children.size()) {
        return std::nullopt;
      }
      continue;
    }
    if (!bind(bindings, pattern, arguments[i].type)) return std::nullopt;
  }
  SignatureMatch match;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const TypePattern& pattern = pattern_of(i);
    if (pattern.name != "function") continue;
    std::vector<TypePointer> parameters;
    for (std::size_t p = 0; p + 1 < pattern.children.size(); ++p) {
      parameters.push_back(instantiate(bindings, pattern.children[p]));
    }
    const TypePointer result = type_lambda(i, parameters);
    if (result == nullptr || !bind(bindings, pattern.children.back(), result)) return std::nullopt;
    // A function's own result is not coerced: x -> 1 is no condition, x -> NULL neither.
    if (!has_variables(pattern.children.back()) &&
        instantiate(bindings, pattern.children.back())->kind != result->kind) {
      return std::nullopt;
    }
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const TypePointer type = instantiate(bindings, pattern_of(i));
    if (type == nullptr) return std::nullopt;
    match.arguments.push_back(type);
    if (arguments[i].lambda_parameters >= 0) continue;
    if (arguments[i].type == type) continue;
    if (!can_coerce(arguments[i].type, type)) return std::nullopt;
    ++match.coercions;
  }
  match.result = instantiate(bindings, signature.result);
  if (match.result == nullptr) return std::nullopt;
  return match;
}

namespace {

std::string print_pattern(const TypePattern& pattern) {
  if (pattern.is_number) return std::to_string(pattern.number);
  const bool zoned = pattern.name.ends_with(" with time zone") && !pattern.children.empty();
  std::string text = zoned ? pattern.name.substr(0, pattern.name.find(' ')) : pattern.name;
  if (pattern.name == "row") {
    text += "(";
    for (std::size_t i = 0; i < pattern.children.size(); ++i) {
      if (i > 0) text += ", ";
      if (!pattern.children[i].name.empty()) text += pattern.children[i].name + " ";
      text += print_pattern(pattern.children[i].children[0]);
    }
    return text + ")";
  }
  if (!pattern.children.empty()) {
    text += "(";
    for (std::size_t i = 0; i < pattern.children.size(); ++i) {
      if (i > 0) text += ", ";
      text += print_pattern(pattern.children[i]);
    }
    text += ")";
  }
  if (zoned) text += " with time zone";
  return text;
}

void list_variables(const TypePattern& pattern, std::vector<std::string>& names) {
  if (is_type_variable(pattern) && std::ranges::none_of(names, [&](const std::string& n) {
        return n.starts_with(pattern.name);
      })) {
    names.push_back(pattern.name + (pattern.orderable    ? ":orderable"
                                    : pattern.comparable ? ":comparable"
                                                         : ""));
  }
  for (const TypePattern& child : pattern.children) list_variables(child, names);
}

}  // namespace

std::string print_signature(std::string_view name, const Signature& signature) {
  std::string text(name);
  text += "(";
  std::vector<std::string> variables;
  for (std::size_t i = 0; i < signature.arguments.size(); ++i) {
    if (i > 0) text += ", ";
    text += print_pattern(signature.arguments[i]);
    list_variables(signature.arguments[i], variables);
  }
  text += ")";
  for (std::size_t i = 0; i < variables.size(); ++i) text += (i > 0 ? ", " : " ") + variables[i];
  return text;
}

}  // namespace trailpond::sql
