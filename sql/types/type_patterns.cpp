#include "sql/types/type_patterns.hpp"

#include <charconv>

#include "base/text.hpp"

namespace trailpond::sql {
namespace {

/// Digits that a decimal may have (Trino).
constexpr std::int32_t kMostDigits = 38;

/// Reads the small language of signatures: name, name(child, …), name(x) and quoted field names.
class PatternReader {
 public:
  explicit PatternReader(std::string_view text) : text_(text) {}

  std::vector<TypePattern> list() {
    std::vector<TypePattern> patterns;
    skip_blanks();
    while (at_ < text_.size() && text_[at_] != ')') {
      patterns.push_back(pattern());
      skip_blanks();
      if (at_ < text_.size() && text_[at_] == ',') ++at_;
      skip_blanks();
      if (text_.substr(at_).starts_with("...")) {
        at_ += 3;
        variadic_ = true;
        skip_blanks();
      }
    }
    return patterns;
  }
  bool variadic() const { return variadic_; }
  bool at_end() {
    skip_blanks();
    return at_ >= text_.size();
  }

  TypePattern pattern() {
    skip_blanks();
    TypePattern result;
    const std::size_t start = at_;
    while (at_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '_'))
      ++at_;
    const std::string_view word = text_.substr(start, at_ - start);
    if (!word.empty() && std::isdigit(static_cast<unsigned char>(word[0]))) {
      result.is_number = true;
      std::from_chars(word.data(), word.data() + word.size(), result.number);
      return result;
    }
    result.is_variable = word.size() == 1;
    result.name = result.is_variable ? std::string(word) : ascii_lower(word);
    if (accept(":orderable")) result.orderable = true;
    if (accept(":comparable")) result.comparable = true;
    if (at_ < text_.size() && text_[at_] == '(') {
      ++at_;
      if (result.name == "row")
        fields(result);
      else
        result.children = list();
      if (at_ < text_.size()) ++at_;
    }
    if (result.name == "timestamp" || result.name == "time") {
      if (accept(" with time zone")) result.name += " with time zone";
    }
    if (result.name == "interval") {
      if (accept(" day to second"))
        result.name = "interval day to second";
      else if (accept(" year to month"))
        result.name = "interval year to month";
    }
    return result;
  }

 private:
  /// Fields are `type` or `"name" type`; the name is kept as the child's first child's name.
  void fields(TypePattern& row) {
    skip_blanks();
    while (at_ < text_.size() && text_[at_] != ')') {
      std::string name;
      if (text_[at_] == '"') {
        const std::size_t end = text_.find('"', at_ + 1);
        name = std::string(text_.substr(at_ + 1, end - at_ - 1));
        at_ = end + 1;
      }
      TypePattern field;
      field.name = name;
      field.children.push_back(pattern());
      row.children.push_back(std::move(field));
      skip_blanks();
      if (at_ < text_.size() && text_[at_] == ',') ++at_;
      skip_blanks();
    }
  }
  bool accept(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  void skip_blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  std::string_view text_;
  std::size_t at_ = 0;
  bool variadic_ = false;
};

TypePointer build(const TypePattern& pattern);

TypePointer build_row(const TypePattern& pattern) {
  std::vector<std::pair<std::string, TypePointer>> fields;
  for (const TypePattern& field : pattern.children) {
    const TypePointer type = build(field.children[0]);
    if (type == nullptr) return nullptr;
    fields.emplace_back(field.name, type);
  }
  return fields.empty() ? nullptr : row_type(std::move(fields));
}

/// The type of a pattern without variables, or null.
TypePointer build(const TypePattern& pattern) {
  struct Simple {
    std::string_view name;
    TypeKind kind;
  };
  static constexpr Simple kSimple[] = {{"boolean", TypeKind::kBoolean},
                                       {"tinyint", TypeKind::kTinyint},
                                       {"smallint", TypeKind::kSmallint},
                                       {"integer", TypeKind::kInteger},
                                       {"int", TypeKind::kInteger},
                                       {"bigint", TypeKind::kBigint},
                                       {"real", TypeKind::kReal},
                                       {"double", TypeKind::kDouble},
                                       {"varbinary", TypeKind::kVarbinary},
                                       {"date", TypeKind::kDate},
                                       {"json", TypeKind::kJson},
                                       {"uuid", TypeKind::kUuid},
                                       {"ipaddress", TypeKind::kIpAddress},
                                       {"unknown", TypeKind::kUnknown},
                                       {"jsonpath", TypeKind::kJsonPath},
                                       {"interval day to second", TypeKind::kIntervalDayToSecond},
                                       {"interval year to month", TypeKind::kIntervalYearToMonth}};
  const std::size_t count = pattern.children.size();
  for (const Simple& simple : kSimple) {
    if (simple.name == pattern.name) return count == 0 ? simple_type(simple.kind) : nullptr;
  }
  const auto number = [&](std::size_t i, std::int32_t absent) {
    return i < count && pattern.children[i].is_number ? pattern.children[i].number : absent;
  };
  if (std::ranges::any_of(pattern.children, [](const TypePattern& c) { return c.is_number; }) &&
      (pattern.name == "array" || pattern.name == "map")) {
    return nullptr;
  }
  if (pattern.name == "varchar" && count <= 1) return varchar_type(number(0, kUnbounded));
  if (pattern.name == "char" && count <= 1) return char_type(number(0, 1));
  if ((pattern.name == "decimal" || pattern.name == "dec" || pattern.name == "numeric") &&
      count <= 2) {
    const std::int32_t precision = number(0, kMostDigits);
    const std::int32_t scale = number(1, 0);
    if (precision < 1 || precision > kMostDigits || scale > precision) return nullptr;
    return decimal_type(precision, scale);
  }
  if (number(0, 3) > 12) return nullptr;
  if (pattern.name == "timestamp") return timestamp_type(number(0, 3));
  if (pattern.name == "timestamp with time zone")
    return timestamp_with_time_zone_type(number(0, 3));
  if (pattern.name == "time") return time_type(number(0, 3));
  if (pattern.name == "time with time zone") return time_with_time_zone_type(number(0, 3));
  if (pattern.name == "array" && count == 1) {
    const TypePointer element = build(pattern.children[0]);
    return element == nullptr ? nullptr : array_type(element);
  }
  if (pattern.name == "map" && count == 2) {
    const TypePointer key = build(pattern.children[0]);
    const TypePointer value = build(pattern.children[1]);
    return key == nullptr || value == nullptr ? nullptr : map_type(key, value);
  }
  return pattern.name == "row" ? build_row(pattern) : nullptr;
}

}  // namespace

Signature parse_signature(std::string_view arguments, std::string_view result) {
  Signature signature;
  PatternReader reader(arguments);
  signature.arguments = reader.list();
  signature.variadic = reader.variadic();
  signature.result = PatternReader(result).pattern();
  return signature;
}

TypePointer parse_type(std::string_view text) {
  PatternReader reader(text);
  const TypePattern pattern = reader.pattern();
  return reader.at_end() ? build(pattern) : nullptr;
}

std::optional<std::string> decimal_mistake(std::string_view text) {
  PatternReader reader(text);
  const TypePattern pattern = reader.pattern();
  const auto& digits = pattern.children;
  if (!reader.at_end() || pattern.name != "decimal" || digits.empty() || digits.size() > 2 ||
      !std::ranges::all_of(digits, &TypePattern::is_number)) {
    return std::nullopt;
  }
  const std::int32_t precision = digits[0].number;
  if (precision < 1 || precision > kMostDigits) {
    return "DECIMAL precision must be in range [1, " + std::to_string(kMostDigits) +
           "]: " + std::to_string(precision);
  }
  const std::int32_t scale = digits.size() == 2 ? digits[1].number : 0;
  return "DECIMAL scale must be in range [0, precision (" + std::to_string(precision) +
         ")]: " + std::to_string(scale);
}

}  // namespace trailpond::sql
