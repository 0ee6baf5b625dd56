#include <charconv>

#include "base/text.hpp"
#include "sql/json/json_path.hpp"
#include "sql/json/json_text.hpp"
#include "sql/values/decimals.hpp"
#include "sql/values/numbers.hpp"

/// Walking paths over JSON.
namespace trailpond::sql {
namespace {

using Kind = PathNode::Kind;
using Items = std::vector<JsonItem>;

/// Ends a walk; caught where it began.
struct PathFailure {
  std::string message;
};

/// SQL's three truth values.
enum class Truth : std::uint8_t { kFalse, kTrue, kUnknown };
Truth truth_of(bool value) { return value ? Truth::kTrue : Truth::kFalse; }

std::string_view type_name(const JsonItem& item) {
  switch (item.kind) {
    case JsonItem::Kind::kNull:
      return "null";
    case JsonItem::Kind::kBoolean:
      return "boolean";
    case JsonItem::Kind::kString:
      return "string";
    case JsonItem::Kind::kArray:
      return "array";
    case JsonItem::Kind::kObject:
      return "object";
    default:
      return "number";
  }
}

double real_of(const JsonItem& item) {
  if (item.kind == JsonItem::Kind::kDouble) return item.real;
  if (item.kind == JsonItem::Kind::kInteger) return static_cast<double>(item.integer);
  double value = 0;
  const std::string text = print_decimal(item.decimal, item.scale);
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}
JsonItem of_real(double value) { return {.kind = JsonItem::Kind::kDouble, .real = value}; }
JsonItem of_integer(std::int64_t value) {
  return {.kind = JsonItem::Kind::kInteger, .integer = value};
}

template <class Each>
void for_each_element(const JsonItem& array, Each&& each) {
  JsonCursor cursor(array.text);
  cursor.enter();
  while (cursor.next_element()) {
    const std::size_t start = cursor.position();
    if (!cursor.skip_value()) return;
    if (auto item =
            read_json_item(std::string_view(array.text).substr(start, cursor.position() - start))) {
      each(std::move(*item));
    }
  }
}
template <class Each>
void for_each_member(const JsonItem& object, Each&& each) {
  JsonCursor cursor(object.text);
  cursor.enter();
  std::string key;
  while (cursor.next_member(key)) {
    const std::size_t start = cursor.position();
    if (!cursor.skip_value()) return;
    each(key, std::string_view(object.text).substr(start, cursor.position() - start));
    key.clear();
  }
}

class Walk {
 public:
  Walk(bool strict, const JsonItem& root, const PathVariables& variables)
      : strict_(strict), root_(root), variables_(variables) {}

  Items values(const PathNode& node) {
    constexpr std::int64_t kMaxSteps = 1'000'000;  // conditions inside conditions multiply
    if (++steps_ > kMaxSteps) throw PathFailure{"the path takes too many steps"};
    switch (node.kind) {
      case Kind::kRoot:
        return {root_};
      case Kind::kCurrent:
        if (current_ == nullptr) throw PathFailure{"unexpected context: @"};
        return {*current_};
      case Kind::kLast:
        if (last_ < 0) throw PathFailure{"accessing the last array index with no enclosing array"};
        return {of_integer(last_)};
      case Kind::kVariable: {
        const auto found = variables_.find(node.name);
        if (found == variables_.end()) throw PathFailure{"no value passed for " + node.name};
        return {found->second};
      }
      case Kind::kLiteral:
        return {node.literal};
      case Kind::kMember:
      case Kind::kAllMembers:
        return members(node);
      case Kind::kDescendants:
        return descendants(node);
      case Kind::kElements:
      case Kind::kAllElements:
        return elements(node);
      case Kind::kFilter:
        return filtered(node);
      case Kind::kMethod:
        return method(node);
      case Kind::kNegate:
      case Kind::kPlus:
        return signs(node);
      case Kind::kArithmetic:
        return {arithmetic(node)};
      default:
        throw PathFailure{"a predicate is no value"};
    }
  }

  Truth predicate(const PathNode& node) {
    switch (node.kind) {
      case Kind::kAnd: {
        const Truth left = predicate(*node.children[0]);
        if (left == Truth::kFalse) return left;
        const Truth right = predicate(*node.children[1]);
        return right == Truth::kTrue ? left : right;
      }
      case Kind::kOr: {
        const Truth left = predicate(*node.children[0]);
        if (left == Truth::kTrue) return left;
        const Truth right = predicate(*node.children[1]);
        return right == Truth::kFalse ? left : right;
      }
      case Kind::kNot: {
        const Truth inner = predicate(*node.children[0]);
        return inner == Truth::kUnknown ? inner : truth_of(inner == Truth::kFalse);
      }
      case Kind::kIsUnknown:
        return truth_of(predicate(*node.children[0]) == Truth::kUnknown);
      case Kind::kExists:
        return quietly([&] { return truth_of(!values(*node.children[0]).empty()); });
      case Kind::kStartsWith:
        return quietly([&] {
          return pairs(node, [](const JsonItem& text, const JsonItem& start) {
            if (text.kind != JsonItem::Kind::kString || start.kind != JsonItem::Kind::kString)
              return Truth::kUnknown;
            return truth_of(text.text.starts_with(start.text));
          });
        });
      case Kind::kCompare:
        return quietly([&] {
          return pairs(node, [&](const JsonItem& left, const JsonItem& right) {
            return compare(node.name, left, right);
          });
        });
      default:
        throw PathFailure{"a value is no predicate"};
    }
  }

  const JsonItem* current_ = nullptr;

 private:
  /// An error inside a predicate makes it unknown.
  template <class Body>
  Truth quietly(Body&& body) {
    try {
      return body();
    } catch (const PathFailure&) {
      return Truth::kUnknown;
    }
  }

  /// In lax mode arrays are taken apart, one level deep.
  Items unwrapped(Items items) const {
    if (strict_) return items;
    Items result;
    for (JsonItem& item : items) {
      if (item.kind != JsonItem::Kind::kArray)
        result.push_back(std::move(item));
      else
        for_each_element(item, [&](JsonItem inner) { result.push_back(std::move(inner)); });
    }
    return result;
  }
  [[noreturn]] static void wrong_type(const char* expected, const JsonItem& item) {
    const std::string actual = ascii_upper(type_name(item));
    throw PathFailure{std::string("invalid item type. Expected: ") + expected +
                      ", actual: " + actual};
  }

  Items members(const PathNode& node) {
    Items result;
    for (const JsonItem& item : unwrapped(values(*node.children[0]))) {
      if (item.kind != JsonItem::Kind::kObject) {
        if (strict_) wrong_type("OBJECT", item);
        continue;
      }
      std::optional<JsonItem> found;
      for_each_member(item, [&](const std::string& key, std::string_view json) {
        if (node.kind == Kind::kAllMembers) {
          if (auto value = read_json_item(json)) result.push_back(std::move(*value));
        } else if (key == node.name) {
          found = read_json_item(json);  // the last one of a name counts
        }
      });
      if (found)
        result.push_back(std::move(*found));
      else if (strict_ && node.kind == Kind::kMember)
        throw PathFailure{"structural error: missing member '" + node.name + "' in JSON object"};
    }
    return result;
  }

  Items descendants(const PathNode& node) {
    Items result;
    for (const JsonItem& item : values(*node.children[0])) descend(item, node.name, result, 0);
    return result;
  }
  void descend(const JsonItem& item, const std::string& name, Items& result, int depth) {
    if (depth > kMaxPathDepth) throw PathFailure{"JSON is nested too deeply"};
    if (item.kind == JsonItem::Kind::kArray) {
      for_each_element(item,
                       [&](const JsonItem& inner) { descend(inner, name, result, depth + 1); });
    } else if (item.kind == JsonItem::Kind::kObject) {
      std::optional<JsonItem> found;
      for_each_member(item, [&](const std::string& key, std::string_view json) {
        if (key == name) found = read_json_item(json);
      });
      if (found) result.push_back(std::move(*found));
      for_each_member(item, [&](const std::string&, std::string_view json) {
        if (const auto inner = read_json_item(json)) descend(*inner, name, result, depth + 1);
      });
    }
  }

  std::int64_t subscript(const PathNode& node) {
    const Items items = values(node);
    if (items.size() != 1 || !is_number(items[0]))
      throw PathFailure{"array subscript must be a singleton numeric item"};
    return static_cast<std::int64_t>(real_of(items[0]));
  }
  Items elements(const PathNode& node) {
    Items result;
    for (const JsonItem& item : values(*node.children[0])) {
      Items array;
      if (item.kind == JsonItem::Kind::kArray)
        for_each_element(item, [&](JsonItem inner) { array.push_back(std::move(inner)); });
      else if (strict_)
        wrong_type("ARRAY", item);
      else
        array.push_back(item);  // lax: an item is an array of itself
      if (node.kind == Kind::kAllElements) {
        std::ranges::move(array, std::back_inserter(result));
        continue;
      }
      const std::int64_t outer = last_;
      last_ = static_cast<std::int64_t>(array.size()) - 1;
      for (std::size_t i = 1; i + 1 < node.children.size(); i += 2) {
        const std::int64_t from = subscript(*node.children[i]);
        const std::int64_t to = node.children[i + 1] ? subscript(*node.children[i + 1]) : from;
        if (strict_ && (from < 0 || to > last_ || from > to)) {
          throw PathFailure{"structural error: invalid array subscript: [" + std::to_string(from) +
                            ", " + std::to_string(to) + "] for array of size " +
                            std::to_string(array.size())};
        }
        for (std::int64_t at = std::max<std::int64_t>(from, 0); at <= std::min(to, last_); ++at)
          result.push_back(array[static_cast<std::size_t>(at)]);
      }
      last_ = outer;
    }
    return result;
  }

  Items filtered(const PathNode& node) {
    Items result;
    for (JsonItem& item : unwrapped(values(*node.children[0]))) {
      const JsonItem* outer = current_;
      current_ = &item;
      const bool holds = predicate(*node.children[1]) == Truth::kTrue;
      current_ = outer;
      if (holds) result.push_back(std::move(item));
    }
    return result;
  }

  Items method(const PathNode& node) {
    Items items = values(*node.children[0]);
    if (node.name != "size" && node.name != "type") items = unwrapped(std::move(items));
    Items result;
    for (const JsonItem& item : items) one_method(node.name, item, result);
    return result;
  }
  void one_method(const std::string& name, const JsonItem& item, Items& result) {
    if (name == "type") {
      result.push_back({.kind = JsonItem::Kind::kString, .text = std::string(type_name(item))});
    } else if (name == "size") {
      std::int64_t count = 0;
      if (item.kind == JsonItem::Kind::kArray)
        for_each_element(item, [&](const JsonItem&) { ++count; });
      else if (strict_)
        wrong_type("ARRAY", item);
      else
        count = 1;
      result.push_back(of_integer(count));
    } else if (name == "keyvalue") {
      if (item.kind != JsonItem::Kind::kObject) wrong_type("OBJECT", item);
      const std::int64_t id = next_id_++;
      for_each_member(item, [&](const std::string& key, std::string_view json) {
        std::string text = "{\"name\":";
        append_json_text(key, text);
        text += ",\"value\":" + std::string(json) + ",\"id\":" + std::to_string(id) + "}";
        result.push_back({.kind = JsonItem::Kind::kObject, .text = std::move(text)});
      });
    } else if (name == "double") {
      if (item.kind == JsonItem::Kind::kString) {
        double value = 0;
        const auto parsed =
            std::from_chars(item.text.data(), item.text.data() + item.text.size(), value);
        if (parsed.ec != std::errc() || parsed.ptr != item.text.data() + item.text.size())
          throw PathFailure{"cannot cast '" + item.text + "' to DOUBLE"};
        result.push_back(of_real(value));
      } else {
        if (!is_number(item)) wrong_type("NUMBER or TEXT", item);
        result.push_back(of_real(real_of(item)));
      }
    } else {
      result.push_back(rounded(name, item));
    }
  }
  static JsonItem rounded(const std::string& name, const JsonItem& item) {
    if (!is_number(item)) wrong_type("NUMBER", item);
    if (item.kind == JsonItem::Kind::kInteger) {
      constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
      if (name != "abs" || item.integer >= 0) return item;
      if (item.integer == kLeast) throw PathFailure{"number out of range for abs"};
      return of_integer(-item.integer);
    }
    JsonItem result = item;
    if (item.kind == JsonItem::Kind::kDouble) {
      result.real = name == "abs"       ? std::fabs(item.real)
                    : name == "ceiling" ? std::ceil(item.real)
                                        : std::floor(item.real);
      return result;
    }
    if (name == "abs") {
      if (result.decimal < 0) result.decimal = -result.decimal;
      return result;
    }
    const Int128 unit = power_of_ten(item.scale);
    const Int128 rest = item.decimal % unit;
    result.decimal = item.decimal / unit;
    result.scale = 0;
    if (name == "ceiling" && rest > 0) ++result.decimal;
    if (name == "floor" && rest < 0) --result.decimal;
    return result;
  }

  Items signs(const PathNode& node) {
    Items items = unwrapped(values(*node.children[0]));
    for (JsonItem& item : items) {
      if (!is_number(item)) wrong_type("NUMBER", item);
      if (node.kind == Kind::kPlus) continue;
      if (__builtin_sub_overflow(0, item.integer, &item.integer))
        throw PathFailure{"number out of range"};
      item.real = -item.real;
      item.decimal = -item.decimal;
    }
    return items;
  }

  JsonItem operand(const PathNode& node) {
    const Items items = unwrapped(values(node));
    if (items.size() != 1)
      throw PathFailure{"arithmetic binary expression requires singleton operands"};
    if (!is_number(items[0])) wrong_type("NUMBER", items[0]);
    return items[0];
  }
  JsonItem arithmetic(const PathNode& node) {
    const JsonItem left = operand(*node.children[0]);
    const JsonItem right = operand(*node.children[1]);
    const char sign = node.name[0];
    const bool integers =
        left.kind == JsonItem::Kind::kInteger && right.kind == JsonItem::Kind::kInteger;
    if ((sign == '/' || sign == '%') && real_of(right) == 0) throw PathFailure{"Division by zero"};
    if (integers) {
      std::int64_t result = 0;
      bool overflow = false;
      if (sign == '+') overflow = __builtin_add_overflow(left.integer, right.integer, &result);
      if (sign == '-') overflow = __builtin_sub_overflow(left.integer, right.integer, &result);
      if (sign == '*') overflow = __builtin_mul_overflow(left.integer, right.integer, &result);
      if (sign == '/' || sign == '%') {
        if (right.integer == -1)
          overflow = sign == '/' && __builtin_sub_overflow(0, left.integer, &result);
        else
          result = sign == '/' ? left.integer / right.integer : left.integer % right.integer;
      }
      if (overflow) throw PathFailure{"number out of range"};
      return of_integer(result);
    }
    const bool decimals = left.kind != JsonItem::Kind::kDouble &&
                          right.kind != JsonItem::Kind::kDouble && sign != '/' && sign != '%';
    if (decimals) {
      if (auto result = of_decimals(sign, left, right)) return *result;
    }
    const double a = real_of(left);
    const double b = real_of(right);
    switch (sign) {
      case '+':
        return of_real(a + b);
      case '-':
        return of_real(a - b);
      case '*':
        return of_real(a * b);
      case '/':
        return of_real(a / b);
      default:
        return of_real(std::fmod(a, b));
    }
  }
  static std::optional<JsonItem> of_decimals(char sign, const JsonItem& left,
                                             const JsonItem& right) {
    const auto unscaled = [](const JsonItem& item) {
      return item.kind == JsonItem::Kind::kInteger ? Int128{item.integer} : item.decimal;
    };
    JsonItem result{.kind = JsonItem::Kind::kDecimal};
    const Decimal a{unscaled(left), left.scale};
    const Decimal b{unscaled(right), right.scale};
    result.scale = sign == '*' ? a.scale + b.scale : std::max(a.scale, b.scale);
    if (result.scale > kMaxDecimalPrecision) return std::nullopt;
    const auto value = sign == '*'   ? product_of(a.unscaled, b.unscaled)
                       : sign == '+' ? sum_of(a, b)
                                     : difference_of(a, b);
    if (!value) return std::nullopt;
    result.decimal = *value;
    return result;
  }

  /// Some pair must satisfy; a pair that cannot be compared makes the answer unknown.
  template <class Test>
  Truth pairs(const PathNode& node, Test&& test) {
    const Items left = unwrapped(values(*node.children[0]));
    const Items right = unwrapped(values(*node.children[1]));
    bool unknown = false;
    bool found = false;
    for (const JsonItem& a : left) {
      for (const JsonItem& b : right) {
        const Truth truth = test(a, b);
        unknown |= truth == Truth::kUnknown;
        found |= truth == Truth::kTrue;
      }
    }
    if (found && !unknown) return Truth::kTrue;
    if (found && !strict_) return Truth::kTrue;
    return unknown ? Truth::kUnknown : Truth::kFalse;
  }

  static Truth compare(const std::string& sign, const JsonItem& left, const JsonItem& right) {
    const bool nulls = left.kind == JsonItem::Kind::kNull || right.kind == JsonItem::Kind::kNull;
    if (nulls) {
      const bool equal = left.kind == right.kind;
      if (sign == "==" || sign == "<=" || sign == ">=") return truth_of(equal);
      return truth_of(sign == "<>" && !equal);
    }
    int order = 0;
    if (is_number(left) && is_number(right)) {
      if (left.kind == JsonItem::Kind::kInteger && right.kind == JsonItem::Kind::kInteger) {
        order = left.integer < right.integer ? -1 : left.integer > right.integer;
      } else {
        const double a = real_of(left);
        const double b = real_of(right);
        order = a < b ? -1 : a > b;
      }
    } else if (left.kind == JsonItem::Kind::kString && right.kind == JsonItem::Kind::kString) {
      order = left.text.compare(right.text);
    } else if (left.kind == JsonItem::Kind::kBoolean && right.kind == JsonItem::Kind::kBoolean) {
      order = static_cast<int>(left.boolean) - static_cast<int>(right.boolean);
    } else {
      return Truth::kUnknown;
    }
    if (sign == "==") return truth_of(order == 0);
    if (sign == "<>") return truth_of(order != 0);
    if (sign == "<") return truth_of(order < 0);
    if (sign == "<=") return truth_of(order <= 0);
    if (sign == ">") return truth_of(order > 0);
    return truth_of(order >= 0);
  }

  bool strict_;
  const JsonItem& root_;
  const PathVariables& variables_;
  std::int64_t last_ = -1;
  std::int64_t next_id_ = 0;
  std::int64_t steps_ = 0;
};

}  // namespace

bool is_number(const JsonItem& item) {
  return item.kind == JsonItem::Kind::kInteger || item.kind == JsonItem::Kind::kDecimal ||
         item.kind == JsonItem::Kind::kDouble;
}

std::optional<JsonItem> read_json_item(std::string_view json) {
  JsonCursor cursor(json);
  JsonItem item;
  switch (cursor.kind()) {
    case JsonKind::kNull:
      break;
    case JsonKind::kTrue:
    case JsonKind::kFalse:
      item.kind = JsonItem::Kind::kBoolean;
      item.boolean = cursor.kind() == JsonKind::kTrue;
      break;
    case JsonKind::kString:
      item.kind = JsonItem::Kind::kString;
      if (!cursor.read_string(&item.text) || !cursor.at_end()) return std::nullopt;
      return item;
    case JsonKind::kNumber: {
      const auto number = cursor.read_number();
      if (!number || !cursor.at_end()) return std::nullopt;
      const auto* end = number->data() + number->size();
      const auto parsed = std::from_chars(number->data(), end, item.integer);
      if (parsed.ec == std::errc() && parsed.ptr == end) {
        item.kind = JsonItem::Kind::kInteger;
      } else {
        item.kind = JsonItem::Kind::kDouble;
        std::from_chars(number->data(), end, item.real);
      }
      return item;
    }
    case JsonKind::kArray:
    case JsonKind::kObject:
      item.kind =
          cursor.kind() == JsonKind::kArray ? JsonItem::Kind::kArray : JsonItem::Kind::kObject;
      item.text = json;
      break;
    case JsonKind::kInvalid:
      return std::nullopt;
  }
  if (!cursor.skip_value() || !cursor.at_end()) return std::nullopt;
  return item;
}

void write_json_item(const JsonItem& item, std::string& out) {
  switch (item.kind) {
    case JsonItem::Kind::kNull:
      out += "null";
      return;
    case JsonItem::Kind::kBoolean:
      out += item.boolean ? "true" : "false";
      return;
    case JsonItem::Kind::kInteger:
      out += std::to_string(item.integer);
      return;
    case JsonItem::Kind::kDecimal:
      out += print_decimal(item.decimal, item.scale);
      return;
    case JsonItem::Kind::kDouble:
      out += print_double(item.real);
      return;
    case JsonItem::Kind::kString:
      append_json_string(item.text, out);
      return;
    case JsonItem::Kind::kArray:
    case JsonItem::Kind::kObject:
      write_canonical_json(item.text, false, out);
      return;
  }
}

Result<std::vector<JsonItem>> evaluate_json_path(const SqlJsonPath& path, const JsonItem& root,
                                                 const PathVariables& variables) {
  try {
    return Walk(path.strict, root, variables).values(*path.root);
  } catch (PathFailure& failure) {
    return Error{ErrorName::kPathEvaluationError,
                 "path evaluation failed: " + std::move(failure.message),
                 {}};
  }
}

bool holds_for(const PathNode& condition, const JsonItem& item) {
  static const PathVariables none;
  Walk walk(false, item, none);
  walk.current_ = &item;
  try {
    return walk.predicate(condition) == Truth::kTrue;
  } catch (const PathFailure&) {
    return false;
  }
}

}  // namespace trailpond::sql
