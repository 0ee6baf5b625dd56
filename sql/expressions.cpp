#include <charconv>

#include "sql/analyser.hpp"
#include "sql/datetime.hpp"
#include "sql/evaluator.hpp"
#include "sql/functions/registry.hpp"
#include "sql/lexer.hpp"
#include "sql/signatures.hpp"
#include "sql/text.hpp"

/// The analysis of expressions.
namespace trailpond::sql::analysis {
namespace {

using ast::ExpressionKind;

TypePointer boolean_type() { return simple_type(TypeKind::kBoolean); }
TypePointer unknown_type() { return simple_type(TypeKind::kUnknown); }

BoundPointer share(Bound node) { return std::make_shared<const Bound>(std::move(node)); }

Bound make(BoundKind kind, TypePointer type, Position position,
           std::vector<BoundPointer> children = {}) {
  Bound node;
  node.kind = kind;
  node.type = type;
  node.position = position;
  node.children = std::move(children);
  return node;
}

Bound text_literal(std::string text, TypePointer type, Position position) {
  Bound node = make(BoundKind::kLiteral, type, position);
  node.storage = std::make_shared<const std::string>(std::move(text));
  node.literal = Value::of_text(*node.storage);
  return node;
}

BoundPointer literal_of(Value value, TypePointer type, Position position) {
  Bound node = make(BoundKind::kLiteral, type, position);
  node.literal = value;
  return share(std::move(node));
}

bool is_moment_kind(TypeKind kind) {
  return kind == TypeKind::kTimestamp || kind == TypeKind::kTimestampWithTimeZone ||
         kind == TypeKind::kDate;
}
bool is_text(TypePointer type) {
  return type->kind == TypeKind::kVarchar || type->kind == TypeKind::kChar;
}

/// Copies a value out of an arena into a literal that owns what it borrows.
BoundPointer owned_literal(TypePointer type, const Value& value, Position position) {
  Bound node = make(BoundKind::kLiteral, type, position);
  if (value.is_null()) return share(std::move(node));
  switch (type->kind) {
    case TypeKind::kVarchar:
    case TypeKind::kChar:
    case TypeKind::kVarbinary:
    case TypeKind::kJson:
    case TypeKind::kUuid:
    case TypeKind::kIpAddress:
    case TypeKind::kJsonPath:
      return share(text_literal(std::string(value.text()), type, position));
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kRow:
    case TypeKind::kFunction:
      return nullptr;  // stays an expression
    default:
      break;
  }
  node.literal = value;
  return share(std::move(node));
}

/// Reads digits with their sign, or 0x…, 0o…, 0b…; false when 64 bits do not hold the number.
bool read_integer(std::string_view text, std::int64_t& value) {
  int base = 10;
  if (text.size() > 2 && text[0] == '0') {
    const char mark = static_cast<char>(text[1] | 0x20);
    base = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
    if (base != 10) text.remove_prefix(2);
  }
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
}

}  // namespace

void fail(ErrorName name, Position position, std::string message) {
  throw Failure{{name, std::move(message), position}};
}

/// Computes a node of constants now, unless it fails: then the run will say so.
BoundPointer Analyser::fold(Bound node) {
  if (node.kind == BoundKind::kAnd || node.kind == BoundKind::kOr) {
    // One term may decide, whatever the others are; one that decides nothing goes.
    const bool decides = node.kind == BoundKind::kOr;
    const auto is_boolean = [](const BoundPointer& term, bool value) {
      return term->kind == BoundKind::kLiteral && !term->literal.is_null() &&
             term->literal.boolean() == value;
    };
    for (const BoundPointer& term : node.children) {
      if (is_boolean(term, decides)) return term;
    }
    if (node.children.size() > 1)
      std::erase_if(node.children, [&](const auto& term) { return is_boolean(term, !decides); });
    if (node.children.empty())
      return literal_of(Value::of_boolean(!decides), boolean_type(), node.position);
    if (node.children.size() == 1) return node.children[0];
  }
  const bool deterministic =
      node.kind != BoundKind::kCall || (node.function->traits & kNondeterministic) == 0;
  const bool constant = deterministic && !node.children.empty() &&
                        std::ranges::all_of(node.children, [](const BoundPointer& child) {
                          return child->kind == BoundKind::kLiteral;
                        });
  if (!constant) return share(std::move(node));
  const BoundPointer shared = share(std::move(node));
  Evaluation evaluation;
  evaluation.begin_row({});
  try {
    const Value value = evaluate(evaluation, *shared);
    if (!evaluation.failed()) {
      if (auto literal = owned_literal(shared->type, value, shared->position)) return literal;
    }
  } catch (const MemoryExceeded&) {
    return shared;  // too large to be a constant; the run will say so
  }
  return shared;
}

BoundPointer Analyser::coerce(BoundPointer expression, TypePointer type) {
  if (expression->type == type) return expression;
  const Position position = expression->position;
  if (expression->kind == BoundKind::kLiteral && expression->literal.is_null()) {
    return literal_of({}, type, position);
  }
  return fold(make(BoundKind::kCast, type, position, {std::move(expression)}));
}

BoundPointer Analyser::condition(const ast::Expression& node, Context& context,
                                 const char* clause) {
  if (context.clause_position.line == 0) context.clause_position = node.position;
  BoundPointer bound = expression(node, context);
  if (bound->type->kind == TypeKind::kUnknown) return coerce(bound, boolean_type());
  if (bound->type->kind != TypeKind::kBoolean) {
    fail(
        ErrorName::kTypeMismatch, node.position,
        std::string(clause) + " must evaluate to a boolean: actual type " + to_string(bound->type));
  }
  return bound;
}

BoundPointer Analyser::expression(const ast::Expression& node, Context& context) {
  switch (node.kind) {
    case ExpressionKind::kNull:
    case ExpressionKind::kBoolean:
    case ExpressionKind::kInteger:
    case ExpressionKind::kDecimal:
    case ExpressionKind::kDouble:
    case ExpressionKind::kString:
    case ExpressionKind::kBinary:
      return literal(node);
    case ExpressionKind::kTypedLiteral:
      return typed_literal(node);
    case ExpressionKind::kInterval:
      return interval(node);
    case ExpressionKind::kIdentifier:
      return identifier(node, context);
    case ExpressionKind::kDereference:
      return dereference(node, context);
    case ExpressionKind::kSubscript:
      return subscript(node, context);
    case ExpressionKind::kCall:
      return call(node, context);
    case ExpressionKind::kLambda:
      fail(ErrorName::kTypeMismatch, node.position,
           "Lambda expression should always be used inside a function");
    case ExpressionKind::kArray:
    case ExpressionKind::kRow:
      return items(node, context);
    case ExpressionKind::kNegate:
      // The least integers have no literal of their own without their sign.
      if (node.children[0]->kind == ExpressionKind::kInteger) {
        ast::Expression signed_literal{.kind = ExpressionKind::kInteger, .position = node.position};
        signed_literal.text = "-" + node.children[0]->text;
        return literal(signed_literal);
      }
      return operator_call("-", node.position, {expression(*node.children[0], context)});
    case ExpressionKind::kPlus:
      return expression(*node.children[0], context);
    case ExpressionKind::kArithmetic:
      return operator_call(
          node.text, node.position,
          {expression(*node.children[0], context), expression(*node.children[1], context)});
    case ExpressionKind::kConcat: {
      auto left = expression(*node.children[0], context);
      auto right = expression(*node.children[1], context);
      return operator_call("||", node.position, {std::move(left), std::move(right)});
    }
    case ExpressionKind::kComparison: {
      auto left = expression(*node.children[0], context);
      auto right = expression(*node.children[1], context);
      return comparison(comparison_of(node.text), node.position, std::move(left), std::move(right));
    }
    case ExpressionKind::kIsDistinct: {
      auto left = expression(*node.children[0], context);
      auto right = expression(*node.children[1], context);
      unify(left, right, node.position, "IS DISTINCT FROM");
      auto bound =
          share(make(BoundKind::kIsDistinct, boolean_type(), node.position, {left, right}));
      if (!node.negated) return bound;
      return share(make(BoundKind::kNot, boolean_type(), node.position, {bound}));
    }
    case ExpressionKind::kBetween:
      return between(node, context);
    case ExpressionKind::kInList:
      return in_list(node, context);
    case ExpressionKind::kLike:
      return like(node, context);
    case ExpressionKind::kIsNull: {
      auto bound = fold(make(BoundKind::kIsNull, boolean_type(), node.position,
                             {expression(*node.children[0], context)}));
      if (!node.negated) return bound;
      return fold(make(BoundKind::kNot, boolean_type(), node.position, {bound}));
    }
    case ExpressionKind::kNot:
      return fold(make(BoundKind::kNot, boolean_type(), node.position,
                       {condition(*node.children[0], context, "Value of logical NOT expression")}));
    case ExpressionKind::kAnd:
    case ExpressionKind::kOr: {
      const bool is_and = node.kind == ExpressionKind::kAnd;
      std::vector<BoundPointer> terms;
      for (const auto& child : node.children) {
        terms.push_back(condition(*child, context, "Logical expression term"));
      }
      return fold(make(is_and ? BoundKind::kAnd : BoundKind::kOr, boolean_type(), node.position,
                       std::move(terms)));
    }
    case ExpressionKind::kSearchedCase:
    case ExpressionKind::kSimpleCase:
      return case_expression(node, context);
    case ExpressionKind::kCast:
      return cast(node, context);
    case ExpressionKind::kExists:
    case ExpressionKind::kSubquery:
    case ExpressionKind::kInSubquery:
      return subquery(node, context);
    case ExpressionKind::kQuantified:
      return quantified(node, context);
    case ExpressionKind::kAtTimeZone: {
      std::vector<BoundPointer> operands;
      for (const auto& child : node.children) operands.push_back(expression(*child, context));
      if (operands.size() == 1)
        operands.push_back(share(text_literal("UTC", varchar_type(3), node.position)));
      const TypePointer type = operands[0]->type;
      if (type->kind == TypeKind::kTimestamp) {
        operands[0] = coerce(operands[0], timestamp_with_time_zone_type(type->precision));
      } else if (type->kind == TypeKind::kTime) {
        operands[0] = coerce(operands[0], time_with_time_zone_type(type->precision));
      } else if (type->kind != TypeKind::kTimestampWithTimeZone &&
                 type->kind != TypeKind::kTimeWithTimeZone) {
        fail(ErrorName::kTypeMismatch, node.children[0]->position,
             "Type of value must be a time or timestamp with or without time zone (actual " +
                 to_string(type) + ")");
      }
      return operator_call("at_timezone", node.position, std::move(operands));
    }
    case ExpressionKind::kExtract:
      return extract(node, context);
    case ExpressionKind::kCurrent:
      return current(node);
    case ExpressionKind::kTrim: {
      const std::string name = node.text == "LEADING"    ? "ltrim"
                               : node.text == "TRAILING" ? "rtrim"
                                                         : "trim";
      std::vector<BoundPointer> operands;
      for (const auto& child : node.children) operands.push_back(expression(*child, context));
      return operator_call(name, node.position, std::move(operands));
    }
    case ExpressionKind::kParameter:
      fail(ErrorName::kInvalidParameterUsage, node.position,
           "Incorrect number of parameters: expected 1 but found 0");
    case ExpressionKind::kGrouping:
      return grouping(node, context);
  }
  fail(ErrorName::kInternal, node.position, "an expression that the analyser does not know");
}

// ---- literals -------------------------------------------------------------------------------

BoundPointer Analyser::literal(const ast::Expression& node) {
  switch (node.kind) {
    case ExpressionKind::kNull:
      return literal_of({}, unknown_type(), node.position);
    case ExpressionKind::kBoolean:
      return literal_of(Value::of_boolean(node.text == "TRUE"), boolean_type(), node.position);
    case ExpressionKind::kInteger: {
      std::int64_t value = 0;
      if (!read_integer(node.text, value)) {
        fail(ErrorName::kSyntaxError, node.position, "Invalid numeric literal: " + node.text);
      }
      const bool small = value >= -2'147'483'648LL && value <= 2'147'483'647LL;
      return literal_of(Value::of_integer(value),
                        simple_type(small ? TypeKind::kInteger : TypeKind::kBigint), node.position);
    }
    case ExpressionKind::kDecimal: {
      std::string digits;
      std::int32_t scale = 0;
      const std::size_t point = node.text.find('.');
      for (std::size_t i = 0; i < node.text.size(); ++i) {
        if (node.text[i] == '.') continue;
        digits += node.text[i];
        if (point != std::string::npos && i > point) ++scale;
      }
      const std::size_t first = std::min(digits.find_first_not_of('0'), digits.size());
      const auto significant = static_cast<std::int32_t>(digits.size() - first);
      const std::int32_t precision = std::max({significant, scale, 1});
      if (precision > 38) {
        fail(ErrorName::kInvalidLiteral, node.position, "Invalid decimal literal: " + node.text);
      }
      Int128 value = 0;
      for (const char c : digits) value = value * 10 + (c - '0');
      return literal_of(Value::of_decimal(value), decimal_type(precision, scale), node.position);
    }
    case ExpressionKind::kDouble: {
      const double value = std::strtod(node.text.c_str(), nullptr);
      return literal_of(Value::of_real(value), simple_type(TypeKind::kDouble), node.position);
    }
    case ExpressionKind::kString:
      return share(text_literal(
          node.text, varchar_type(static_cast<std::int32_t>(count_code_points(node.text))),
          node.position));
    default:
      break;
  }
  std::string bytes;  // kBinary
  std::string digits;
  for (const char c : node.text) {
    if (c != ' ' && c != '\n') digits += c;
  }
  if (digits.size() % 2 != 0) {
    fail(ErrorName::kSyntaxError, node.position,
         "Binary literal must contain an even number of digits");
  }
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    unsigned byte = 0;
    const auto parsed = std::from_chars(digits.data() + i, digits.data() + i + 2, byte, 16);
    if (parsed.ptr != digits.data() + i + 2) {
      fail(ErrorName::kSyntaxError, node.position,
           "Binary literal can only contain hexadecimal digits");
    }
    bytes += static_cast<char>(byte);
  }
  return share(text_literal(std::move(bytes), simple_type(TypeKind::kVarbinary), node.position));
}

BoundPointer Analyser::typed_literal(const ast::Expression& node) {
  const auto invalid = [&](std::string name) {
    for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    fail(ErrorName::kInvalidLiteral, node.position,
         "'" + node.value + "' is not a valid " + name + " literal");
  };
  if (node.text == "time" || node.text == "timestamp") {
    const std::size_t point = node.value.find('.');
    const std::size_t end =
        std::min(node.value.find_first_not_of("0123456789", point + 1), node.value.size());
    if (point != std::string::npos && end - point - 1 > 12) {
      fail(ErrorName::kNumericValueOutOfRange, node.position,
           ascii_upper(node.text) +
               " precision must be in range [0, 12]: " + std::to_string(end - point - 1));
    }
  }
  if (node.text == "char") {
    const auto length = static_cast<std::int32_t>(count_code_points(node.value));
    return share(text_literal(node.value, char_type(length), node.position));
  }
  if (node.text == "timestamp") {
    const auto parsed = parse_timestamp(node.value, false);
    if (!parsed) invalid("timestamp");
    const int precision = parsed->precision;
    if (!parsed->zone)
      return literal_of(Value::of_moment(parsed->moment), timestamp_type(precision), node.position);
    Moment moment = parsed->moment;
    moment.zone = *parsed->zone;
    return literal_of(Value::of_moment(moment), timestamp_with_time_zone_type(precision),
                      node.position);
  }
  if (node.text == "date") {
    const auto days = parse_date(node.value);
    if (!days) invalid("date");
    return literal_of(Value::of_integer(*days), simple_type(TypeKind::kDate), node.position);
  }
  if (node.text == "time") {
    const auto time = parse_time(node.value);
    if (!time) invalid("time");
    return literal_of(
        Value::of_moment(time->moment),
        time->zoned ? time_with_time_zone_type(time->precision) : time_type(time->precision),
        node.position);
  }
  if (node.text == "json") {
    Bound text = text_literal(node.value, varchar_type(), node.position);
    const auto parsed = operator_call("json_parse", node.position, {share(std::move(text))});
    if (parsed->kind != BoundKind::kLiteral) invalid("json");
    return parsed;
  }
  if (node.text == "decimal") {
    ast::Expression plain{.kind = ExpressionKind::kDecimal, .position = node.position};
    const bool negative = node.value.starts_with('-');
    plain.text = negative ? node.value.substr(1) : node.value;
    if (plain.text.find_first_not_of("0123456789.") != std::string::npos || plain.text.empty())
      invalid("decimal");
    const auto value = literal(plain);
    return negative ? operator_call("-", node.position, {value}) : value;
  }
  const TypePointer type = parse_type(node.text);
  if (type == nullptr) {
    fail(ErrorName::kTypeNotFound, node.position, "Unknown type: " + node.text);
  }
  const auto value = fold(make(BoundKind::kCast, type, node.position,
                               {share(text_literal(node.value, varchar_type(), node.position))}));
  if (value->kind != BoundKind::kLiteral) invalid(node.text);
  return value;
}

BoundPointer Analyser::interval(const ast::Expression& node) {
  const auto invalid = [&]() {
    fail(ErrorName::kInvalidLiteral, node.position,
         "Invalid INTERVAL " + node.text + " value: " + node.value);
  };
  static constexpr std::array<std::string_view, 6> kUnits = {"YEAR", "MONTH",  "DAY",
                                                             "HOUR", "MINUTE", "SECOND"};
  const std::size_t to = node.text.find(" TO ");
  const auto index_of = [&](std::string_view unit) {
    return static_cast<std::size_t>(std::ranges::find(kUnits, unit) - kUnits.begin());
  };
  const std::size_t first = index_of(std::string_view(node.text).substr(0, to));
  const std::size_t last =
      to == std::string::npos ? first : index_of(std::string_view(node.text).substr(to + 4));
  const bool months = first < 2;
  if (last < first || months != (last < 2)) {
    fail(ErrorName::kInvalidLiteral, node.position, "Invalid interval qualifier: " + node.text);
  }
  // Milliseconds of a unit, or months.
  static constexpr std::array<std::int64_t, 6> kSizes = {12,        1,      86'400'000,
                                                         3'600'000, 60'000, 1'000};
  std::string_view rest = node.value;
  bool negative = node.negated;
  if (rest.starts_with('-') || rest.starts_with('+')) {
    negative ^= rest[0] == '-';
    rest.remove_prefix(1);
  }
  std::int64_t total = 0;
  for (std::size_t unit = first; unit <= last; ++unit) {
    std::int64_t number = 0;
    const auto parsed = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (parsed.ec != std::errc() || rest.empty() || rest[0] == '-') invalid();
    rest.remove_prefix(static_cast<std::size_t>(parsed.ptr - rest.data()));
    std::int64_t part = 0;
    if (__builtin_mul_overflow(number, kSizes[unit], &part) ||
        __builtin_add_overflow(total, part, &total))
      invalid();
    if (unit == 5 && rest.starts_with('.')) {
      rest.remove_prefix(1);
      std::int64_t scale = 100;
      if (rest.empty()) invalid();
      while (!rest.empty() && scale > 0 && std::isdigit(static_cast<unsigned char>(rest[0]))) {
        total += (rest[0] - '0') * scale;
        scale /= 10;
        rest.remove_prefix(1);
      }
    }
    if (unit < last) {
      const char mark = unit == 0 ? '-' : unit == 2 ? ' ' : ':';
      if (!rest.starts_with(mark)) invalid();
      rest.remove_prefix(1);
    }
  }
  if (!rest.empty()) invalid();
  return literal_of(
      Value::of_integer(negative ? -total : total),
      simple_type(months ? TypeKind::kIntervalYearToMonth : TypeKind::kIntervalDayToSecond),
      node.position);
}

BoundPointer Analyser::current(const ast::Expression& node) {
  const int precision = node.value.empty() ? 3 : std::atoi(node.value.c_str());
  if (precision > 12) {
    const std::string type = node.text == "CURRENT_TIMESTAMP" ? "TIMESTAMP WITH TIME ZONE"
                             : node.text == "CURRENT_TIME"    ? "TIME WITH TIME ZONE"
                             : node.text == "LOCALTIME"       ? "TIME"
                                                              : "TIMESTAMP";
    fail(ErrorName::kNumericValueOutOfRange, node.position,
         type + " precision must be in range [0, 12]: " + std::to_string(precision));
  }
  const Moment now = round_moment({options_.now_micros / 1000 * 1000, 0, 0}, precision);
  if (node.text == "CURRENT_DATE") {
    return literal_of(Value::of_integer(floor_divide(now.micros, kMicrosPerDay)),
                      simple_type(TypeKind::kDate), node.position);
  }
  if (node.text == "CURRENT_TIMESTAMP") {
    return literal_of(Value::of_moment(now), timestamp_with_time_zone_type(precision),
                      node.position);
  }
  if (node.text == "LOCALTIMESTAMP") {
    return literal_of(Value::of_moment(now), timestamp_type(precision), node.position);
  }
  if (node.text == "LOCALTIME") {
    return literal_of(Value::of_moment({floor_modulo(now.micros, kMicrosPerDay), now.picos, 0}),
                      time_type(precision), node.position);
  }
  if (node.text == "CURRENT_TIME") {
    return literal_of(Value::of_moment({floor_modulo(now.micros, kMicrosPerDay), now.picos, 0}),
                      time_with_time_zone_type(precision), node.position);
  }
  fail(ErrorName::kNotSupported, node.position, "not supported yet: " + node.text);
}

// ---- names ----------------------------------------------------------------------------------

BoundPointer Analyser::resolve(const std::vector<std::string>& parts, const ast::Expression& node,
                               Context& context, bool& known_qualifier) {
  const std::string& name = parts.back();
  const std::string qualifier = parts.size() == 2 ? parts[0] : "";
  if (parts.size() == 1 && context.lambdas != nullptr) {
    for (auto frame = context.lambdas->rbegin(); frame != context.lambdas->rend(); ++frame) {
      for (std::size_t i = 0; i < frame->names.size(); ++i) {
        if (frame->names[i] != name) continue;
        Bound bound = make(BoundKind::kLambdaParameter, frame->types[i], node.position);
        bound.column = frame->slots[i];
        return share(std::move(bound));
      }
    }
  }
  if (parts.size() == 1 && context.outputs != nullptr && context.inside_aggregate.empty()) {
    const OutputField* found = nullptr;
    for (const OutputField& output : *context.outputs) {
      if (output.name != name) continue;
      if (found != nullptr) {
        fail(ErrorName::kAmbiguousName, node.position, "Column '" + name + "' is ambiguous");
      }
      found = &output;
    }
    if (found != nullptr) {
      Bound bound = make(BoundKind::kOutput, found->type, node.position);
      bound.column = found->index;
      return share(std::move(bound));
    }
  }
  for (const Scope* scope = context.scope; scope != nullptr; scope = scope->outer) {
    const ScopeField* found = nullptr;
    for (const ScopeField& field : scope->fields) {
      if (!qualifier.empty() && field.qualifier == qualifier) known_qualifier = true;
      if (field.name != name || (!qualifier.empty() && field.qualifier != qualifier)) continue;
      if (found != nullptr) {
        fail(ErrorName::kAmbiguousName, node.position,
             "Column '" + (qualifier.empty() ? "" : qualifier + ".") + name + "' is ambiguous");
      }
      found = &field;
    }
    if (found != nullptr) {
      if (found->merged) return found->merged;
      Bound bound = make(BoundKind::kColumn, found->type, node.position);
      bound.relation = found->relation;
      bound.column = found->column;
      return share(std::move(bound));
    }
    if (known_qualifier) return nullptr;
  }
  return nullptr;
}

BoundPointer Analyser::identifier(const ast::Expression& node, Context& context) {
  bool known_qualifier = false;
  if (auto bound = resolve({lower(node.text)}, node, context, known_qualifier)) return bound;
  fail(ErrorName::kColumnNotFound, node.position,
       "Column '" + lower(node.text) + "' cannot be resolved");
}

namespace {

/// a.b.c in lower case, when nothing but names stands in it; else nothing.
std::string path_of(const ast::Expression& node) {
  if (node.kind == ExpressionKind::kIdentifier) return lower(node.text);
  if (node.kind != ExpressionKind::kDereference) return "";
  const std::string base = path_of(*node.children[0]);
  return base.empty() ? "" : base + "." + lower(node.text);
}

}  // namespace

BoundPointer Analyser::dereference(const ast::Expression& node, Context& context) {
  const ast::Expression& base = *node.children[0];
  if (base.kind == ExpressionKind::kIdentifier) {
    const std::vector<std::string> parts = {lower(base.text), lower(node.text)};
    bool known_qualifier = false;
    if (auto bound = resolve(parts, node, context, known_qualifier)) return bound;
    if (known_qualifier) {
      fail(ErrorName::kColumnNotFound, node.position,
           "Column '" + parts[0] + "." + parts[1] + "' cannot be resolved");
    }
  }
  // A table alias before a column of rows: t.column.field.
  BoundPointer inner;
  try {
    inner = expression(base, context);
  } catch (Failure& failure) {
    // Trino names the whole chain, not the part of it that it could not find.
    const std::string path = path_of(node);
    if (failure.error.name == ErrorName::kColumnNotFound && !path.empty())
      failure.error.message = "Column '" + path + "' cannot be resolved";
    throw;
  }
  if (inner->type->kind != TypeKind::kRow) {
    fail(ErrorName::kTypeMismatch, base.position,
         "Expression " + ast::print(base) + " is not of type ROW");
  }
  const std::string field = lower(node.text);
  std::int32_t found = -1;
  for (std::size_t i = 0; i < inner->type->field_names.size(); ++i) {
    if (lower(inner->type->field_names[i]) != field) continue;
    if (found >= 0)
      fail(ErrorName::kAmbiguousName, node.position, "Ambiguous row field reference: " + field);
    found = static_cast<std::int32_t>(i);
  }
  if (found < 0) {
    // A path of names is named as a whole, else the field alone.
    const std::string path = path_of(node);
    fail(ErrorName::kInvalidColumnReference, node.position,
         "Column reference '" + (path.empty() ? field : path) + "' is invalid");
  }
  Bound bound = make(BoundKind::kField, inner->type->children[static_cast<std::size_t>(found)],
                     node.position, {inner});
  bound.column = found;
  return share(std::move(bound));
}

BoundPointer Analyser::subscript(const ast::Expression& node, Context& context) {
  auto base = expression(*node.children[0], context);
  auto index = expression(*node.children[1], context);
  if (base->type->kind == TypeKind::kRow) {
    if (index->kind != BoundKind::kLiteral || index->type->kind != TypeKind::kInteger) {
      fail(ErrorName::kExpressionNotConstant, node.children[1]->position,
           "Subscript expression on ROW requires a constant index");
    }
    const std::int64_t place = index->literal.integer();
    if (place < 1 || place > static_cast<std::int64_t>(base->type->children.size())) {
      fail(ErrorName::kInvalidFunctionArgument, node.children[1]->position,
           place < 1
               ? "Invalid subscript index: " + std::to_string(place) + ". ROW indices start at 1"
               : "Subscript index out of bounds: " + std::to_string(place) + ", max value is " +
                     std::to_string(base->type->children.size()));
    }
    Bound bound = make(BoundKind::kField, base->type->children[static_cast<std::size_t>(place - 1)],
                       node.position, {base});
    bound.column = static_cast<std::int32_t>(place - 1);
    return share(std::move(bound));
  }
  if (base->type->kind != TypeKind::kArray && base->type->kind != TypeKind::kMap) {
    fail(ErrorName::kTypeMismatch, node.position,
         "Cannot apply operator: " + to_string(base->type) + "[" + to_string(index->type) + "]");
  }
  return operator_call("[]", node.position, {std::move(base), std::move(index)});
}

BoundPointer Analyser::items(const ast::Expression& node, Context& context) {
  std::vector<BoundPointer> children;
  for (const auto& child : node.children) children.push_back(expression(*child, context));
  if (node.kind == ExpressionKind::kRow) {
    std::vector<std::pair<std::string, TypePointer>> fields;
    for (std::size_t i = 0; i < children.size(); ++i) {
      fields.emplace_back(i < node.parameters.size() ? node.parameters[i] : "", children[i]->type);
    }
    return share(
        make(BoundKind::kRow, row_type(std::move(fields)), node.position, std::move(children)));
  }
  TypePointer element = unknown_type();
  for (const BoundPointer& child : children) {
    const TypePointer common = common_type(element, child->type);
    if (common == nullptr) {
      fail(ErrorName::kTypeMismatch, child->position,
           "All ARRAY elements must be the same type: " + to_string(element) + ", " +
               to_string(child->type));
    }
    element = common;
  }
  for (BoundPointer& child : children) child = coerce(child, element);
  return share(make(BoundKind::kArray, array_type(element), node.position, std::move(children)));
}

// ---- comparisons ----------------------------------------------------------------------------

/// Reads a text as an instant, as CloudTrail Lake compares eventTime with strings (leniency
/// "timestamp vs varchar" of COMPATIBILITY.md).
BoundPointer Analyser::lenient_moment(const BoundPointer& text, TypePointer like) {
  if (text->kind != BoundKind::kLiteral || text->literal.is_null()) {
    return operator_call("$lenient_timestamp", text->position, {text});
  }
  const auto parsed = parse_timestamp(text->literal.text(), true);
  if (!parsed) {
    fail(ErrorName::kTypeMismatch, text->position,
         "Cannot compare " + to_string(like) + " with '" + std::string(text->literal.text()) +
             "': a time is written 'yyyy-MM-dd HH:mm:ss.SSS', 'yyyy-MM-dd' or "
             "'yyyy-MM-ddTHH:mm:ssZ'");
  }
  if (like->kind == TypeKind::kDate && !parsed->has_time) {
    return literal_of(Value::of_integer(floor_divide(parsed->moment.micros, kMicrosPerDay)), like,
                      text->position);
  }
  return literal_of(Value::of_moment(parsed->moment),
                    timestamp_type(std::max(3, parsed->precision)), text->position);
}

bool Analyser::unify_leniently(BoundPointer& left, BoundPointer& right) {
  if (is_moment_kind(left->type->kind) && right->type->kind == TypeKind::kVarchar) {
    right = lenient_moment(right, left->type);
  } else if (is_moment_kind(right->type->kind) && left->type->kind == TypeKind::kVarchar) {
    left = lenient_moment(left, right->type);
  } else if (left->type->kind == TypeKind::kVarchar && right->type->kind == TypeKind::kBoolean &&
             right->kind == BoundKind::kLiteral) {
    // Leniency "varchar vs boolean literal": sessionCredentialFromConsole = true.
    right = coerce(right, varchar_type());
  } else if (right->type->kind == TypeKind::kVarchar && left->type->kind == TypeKind::kBoolean &&
             left->kind == BoundKind::kLiteral) {
    left = coerce(left, varchar_type());
  } else {
    return false;
  }
  return true;
}

void Analyser::unify(BoundPointer& left, BoundPointer& right, Position position,
                     const std::string& symbol) {
  TypePointer common = common_type(left->type, right->type);
  const std::string types = to_string(left->type) + " " + symbol + " " + to_string(right->type);
  if (common == nullptr && unify_leniently(left, right))
    common = common_type(left->type, right->type);
  if (common == nullptr) {
    fail(ErrorName::kTypeMismatch, position, "Cannot apply operator: " + types);
  }
  left = coerce(left, common);
  right = coerce(right, common);
}

BoundPointer Analyser::comparison(Comparison which, Position position, BoundPointer left,
                                  BoundPointer right) {
  const std::string symbol(symbol_of(which));
  unify(left, right, position, symbol);
  const bool ordering = which != Comparison::kEqual && which != Comparison::kNotEqual;
  const bool fits = ordering ? is_orderable(left->type) : is_comparable(left->type);
  if (!fits) {
    fail(ErrorName::kTypeMismatch, position,
         "Cannot apply operator: " + to_string(left->type) + " " + symbol + " " +
             to_string(right->type));
  }
  Bound bound =
      make(BoundKind::kCompare, boolean_type(), position, {std::move(left), std::move(right)});
  bound.comparison = which;
  return fold(std::move(bound));
}

BoundPointer Analyser::between(const ast::Expression& node, Context& context) {
  const auto value = expression(*node.children[0], context);
  auto low = expression(*node.children[1], context);
  auto high = expression(*node.children[2], context);
  for (const BoundPointer& edge : {low, high}) {
    BoundPointer a = value;
    BoundPointer b = edge;
    if (common_type(a->type, b->type) == nullptr && !unify_leniently(a, b)) {
      fail(ErrorName::kTypeMismatch, node.position,
           "Cannot check if " + to_string(value->type) + " is BETWEEN " + to_string(low->type) +
               " and " + to_string(high->type));
    }
  }
  auto bound = share(make(BoundKind::kAnd, boolean_type(), node.position,
                          {comparison(Comparison::kGreaterEqual, node.position, value, low),
                           comparison(Comparison::kLessEqual, node.position, value, high)}));
  if (!node.negated) return bound;
  return share(make(BoundKind::kNot, boolean_type(), node.position, {bound}));
}

BoundPointer Analyser::in_list(const ast::Expression& node, Context& context) {
  std::vector<BoundPointer> children;
  for (const auto& child : node.children) children.push_back(expression(*child, context));
  TypePointer common = children[0]->type;
  for (std::size_t i = 1; i < children.size(); ++i) {
    BoundPointer value = children[0];
    if (common_type(common, children[i]->type) == nullptr) unify_leniently(value, children[i]);
    const TypePointer next = common_type(common, children[i]->type);
    if (next == nullptr) {
      fail(ErrorName::kTypeMismatch, node.children[i]->position,
           "IN value and list items must be the same type or coercible to a common type. Cannot "
           "find common type between " +
               to_string(children[0]->type) + " and " + to_string(children[i]->type));
    }
    common = next;
  }
  for (BoundPointer& child : children) child = coerce(child, common);
  auto bound = fold(make(BoundKind::kIn, boolean_type(), node.position, std::move(children)));
  if (!node.negated) return bound;
  return fold(make(BoundKind::kNot, boolean_type(), node.position, {bound}));
}

BoundPointer Analyser::like(const ast::Expression& node, Context& context) {
  std::vector<BoundPointer> children;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    auto child = expression(*node.children[i], context);
    if (child->type->kind == TypeKind::kUnknown) child = coerce(child, varchar_type());
    if (!is_text(child->type)) {
      static constexpr std::array<const char*, 3> kPlaces = {"Left side of LIKE expression",
                                                             "Pattern for LIKE expression",
                                                             "Escape for LIKE expression"};
      fail(ErrorName::kTypeMismatch, node.children[i]->position,
           std::string(kPlaces[i]) +
               " must evaluate to a varchar (actual: " + to_string(child->type) + ")");
    }
    children.push_back(child->type->kind == TypeKind::kVarchar ? child
                                                               : coerce(child, varchar_type()));
  }
  auto bound = fold(make(BoundKind::kLike, boolean_type(), node.position, std::move(children)));
  if (!node.negated) return bound;
  return fold(make(BoundKind::kNot, boolean_type(), node.position, {bound}));
}

BoundPointer Analyser::case_expression(const ast::Expression& node, Context& context) {
  std::vector<BoundPointer> children;
  std::size_t i = 0;
  BoundPointer operand;
  if (node.kind == ExpressionKind::kSimpleCase) operand = expression(*node.children[i++], context);
  TypePointer common = unknown_type();
  std::vector<std::size_t> results;
  const auto add_result = [&](const ast::Expression& written) {
    auto result = expression(written, context);
    const TypePointer next = common_type(common, result->type);
    if (next == nullptr) {
      fail(ErrorName::kTypeMismatch, written.position,
           "All CASE results must be the same type or coercible to a common type. Cannot find "
           "common type between " +
               to_string(common) + " and " + to_string(result->type));
    }
    common = next;
    results.push_back(children.size());
    children.push_back(std::move(result));
  };
  for (; i + 1 < node.children.size(); i += 2) {
    if (operand) {
      auto value = expression(*node.children[i], context);
      if (common_type(operand->type, value->type) == nullptr) {
        fail(ErrorName::kTypeMismatch, node.children[i]->position,
             "CASE operand type does not match WHEN clause operand type: " +
                 to_string(operand->type) + " vs " + to_string(value->type));
      }
      children.push_back(
          comparison(Comparison::kEqual, node.children[i]->position, operand, std::move(value)));
    } else {
      children.push_back(condition(*node.children[i], context, "CASE WHEN clause"));
    }
    add_result(*node.children[i + 1]);
  }
  if (i < node.children.size()) add_result(*node.children[i]);
  for (const std::size_t at : results) children[at] = coerce(children[at], common);
  return fold(make(BoundKind::kCase, common, node.position, std::move(children)));
}

BoundPointer Analyser::cast(const ast::Expression& node, Context& context) {
  const TypePointer type = parse_type(node.text);
  if (type == nullptr) fail(ErrorName::kTypeMismatch, node.position, "Unknown type: " + node.text);
  auto value = expression(*node.children[0], context);
  if (!can_cast(value->type, type)) {
    // Leniency "CAST(map AS varchar)": clients of Lake send it; the cell's text is its value.
    const bool nested = value->type->kind == TypeKind::kMap ||
                        value->type->kind == TypeKind::kRow ||
                        value->type->kind == TypeKind::kArray;
    if (!(nested && type->kind == TypeKind::kVarchar && type->precision == kUnbounded &&
          options_.require_table)) {
      fail(ErrorName::kTypeMismatch, node.position,
           "Cannot cast " + to_string(value->type) + " to " + to_string(type));
    }
  }
  Bound bound = make(BoundKind::kCast, type, node.position, {std::move(value)});
  bound.lenient = node.negated;
  return fold(std::move(bound));
}

BoundPointer Analyser::extract(const ast::Expression& node, Context& context) {
  struct Row {
    std::string_view field;
    std::string_view function;
  };
  static constexpr Row kFields[] = {{"YEAR", "year"},
                                    {"QUARTER", "quarter"},
                                    {"MONTH", "month"},
                                    {"WEEK", "week"},
                                    {"DAY", "day"},
                                    {"DAY_OF_MONTH", "day_of_month"},
                                    {"DAY_OF_WEEK", "day_of_week"},
                                    {"DOW", "day_of_week"},
                                    {"DAY_OF_YEAR", "day_of_year"},
                                    {"DOY", "day_of_year"},
                                    {"YEAR_OF_WEEK", "year_of_week"},
                                    {"YOW", "year_of_week"},
                                    {"HOUR", "hour"},
                                    {"MINUTE", "minute"},
                                    {"SECOND", "second"},
                                    {"TIMEZONE_MINUTE", "timezone_minute"},
                                    {"TIMEZONE_HOUR", "timezone_hour"}};
  for (const Row& row : kFields) {
    if (row.field != node.text) continue;
    auto value = expression(*node.children[0], context);
    const TypeKind kind = value->type->kind;
    const bool is_zone = row.field.starts_with("TIMEZONE");
    const bool is_clock =
        is_zone || row.field == "HOUR" || row.field == "MINUTE" || row.field == "SECOND";
    const bool refused = kind == TypeKind::kUnknown || (is_clock && kind == TypeKind::kDate) ||
                         (is_zone && kind != TypeKind::kTimestampWithTimeZone &&
                          kind != TypeKind::kTimeWithTimeZone) ||
                         (row.field == "DAY_OF_MONTH" && kind == TypeKind::kIntervalDayToSecond);
    try {
      if (!refused) return operator_call(std::string(row.function), node.position, {value});
    } catch (const Failure&) {
      // refused below, in EXTRACT's own words
    }
    fail(ErrorName::kTypeMismatch, node.children[0]->position,
         "Cannot extract " + node.text + " from " + to_string(value->type));
  }
  fail(ErrorName::kSyntaxError, node.position, "Invalid EXTRACT field " + lower(node.text));
}

// ---- calls ----------------------------------------------------------------------------------

BoundPointer Analyser::call(const ast::Expression& node, Context& context) {
  if (node.call->json) return json_call(node, context);
  const std::string name = lower(node.text);
  if (auto special = special_call(name, node, context)) return *special;
  const bool is_aggregate = !find_aggregates(name).empty();
  if (node.call->over) return window(name, node, context);
  if (is_aggregate) return aggregate(name, node, context);
  if (node.call->distinct) {
    fail(ErrorName::kFunctionNotAggregate, node.position,
         "DISTINCT is not supported for non-aggregation functions");
  }
  if (!node.call->order_by.empty()) {
    fail(ErrorName::kFunctionNotAggregate, node.position,
         "ORDER BY is only valid for aggregation functions");
  }
  if (node.call->filter) {
    fail(ErrorName::kFunctionNotAggregate, node.position,
         "Filter is only valid for aggregation functions");
  }
  static const std::set<std::string> kWindowOnly = {
      "rank", "dense_rank", "row_number",  "percent_rank", "cume_dist", "ntile",
      "lag",  "lead",       "first_value", "last_value",   "nth_value"};
  if (kWindowOnly.contains(name)) {
    fail(ErrorName::kMissingOver, node.position,
         "Window function system.builtin." + name + " requires an OVER clause");
  }
  return function(name, node, context);
}

std::optional<BoundPointer> Analyser::special_call(const std::string& name,
                                                   const ast::Expression& node, Context& context) {
  const auto expect = [&](std::size_t least, std::size_t most) {
    if (node.children.size() >= least && node.children.size() <= most) return;
    fail(ErrorName::kSyntaxError, node.position,
         "Invalid number of arguments for '" + name + "' function");
  };
  if (name == "if") {
    expect(2, 3);
    return if_call(node, context);
  }
  if (name == "coalesce") {
    if (node.children.size() < 2) {
      fail(ErrorName::kSyntaxError, node.position,
           "The 'coalesce' function must have at least two arguments");
    }
    std::vector<BoundPointer> children;
    TypePointer common = unknown_type();
    for (const auto& child : node.children) {
      children.push_back(expression(*child, context));
      const TypePointer next = common_type(common, children.back()->type);
      if (next == nullptr) {
        fail(ErrorName::kTypeMismatch, child->position,
             "All COALESCE operands must be the same type or coercible to a common type. Cannot "
             "find common type between " +
                 to_string(common) + " and " + to_string(children.back()->type));
      }
      common = next;
    }
    for (auto& child : children) child = coerce(child, common);
    return fold(make(BoundKind::kCoalesce, common, node.position, std::move(children)));
  }
  if (name == "nullif") {
    expect(2, 2);
    auto first = expression(*node.children[0], context);
    auto second = expression(*node.children[1], context);
    auto equal = comparison(Comparison::kEqual, node.position, first, std::move(second));
    return fold(make(BoundKind::kCase, first->type, node.position,
                     {std::move(equal), literal_of({}, first->type, node.position), first}));
  }
  if (name == "try") {
    expect(1, 1);
    auto value = expression(*node.children[0], context);
    const TypePointer type = value->type;
    return fold(make(BoundKind::kTry, type, node.position, {std::move(value)}));
  }
  if ((name == "now" || name == "current_timestamp") && node.children.empty() && !node.call->over) {
    ast::Expression current_node{.kind = ExpressionKind::kCurrent, .position = node.position};
    current_node.text = "CURRENT_TIMESTAMP";
    return current(current_node);
  }
  if (name == "format" && !node.call->over) return format_call(node, context);
  if (name == "typeof" && node.children.size() == 1) {
    const auto value = expression(*node.children[0], context);
    return share(text_literal(to_string(value->type), varchar_type(), node.position));
  }
  return std::nullopt;
}

/// format(): the arguments of any types become one row.
BoundPointer Analyser::format_call(const ast::Expression& node, Context& context) {
  if (node.children.size() < 2) {
    fail(ErrorName::kSyntaxError, node.position,
         "The 'format' function must have at least two arguments");
  }
  std::vector<BoundPointer> values;
  std::vector<std::pair<std::string, TypePointer>> fields;
  for (const auto& child : node.children) {
    values.push_back(expression(*child, context));
    const TypePointer type = values.back()->type;
    if (values.size() == 1) {
      if (type->kind != TypeKind::kVarchar) {
        fail(
            ErrorName::kTypeMismatch, child->position,
            "Type of first argument to format() must be VARCHAR (actual: " + to_string(type) + ")");
      }
      continue;
    }
    fields.emplace_back("", type);
    if (type->kind == TypeKind::kUnknown || type->kind == TypeKind::kJson ||
        (type->kind != TypeKind::kVarbinary && can_cast(type, varchar_type()))) {
      continue;
    }
    fail(ErrorName::kNotSupported, child->position,
         "Type not supported for formatting: " + to_string(type));
  }
  auto text = values.front();
  values.erase(values.begin());
  auto row =
      share(make(BoundKind::kRow, row_type(std::move(fields)), node.position, std::move(values)));
  return operator_call("$format", node.position, {std::move(text), std::move(row)});
}

BoundPointer Analyser::if_call(const ast::Expression& node, Context& context) {
  std::vector<BoundPointer> children = {condition(*node.children[0], context, "IF condition")};
  children.push_back(expression(*node.children[1], context));
  TypePointer common = children[1]->type;
  if (node.children.size() == 3) {
    children.push_back(expression(*node.children[2], context));
    common = common_type(common, children[2]->type);
    if (common == nullptr) {
      fail(ErrorName::kTypeMismatch, node.position,
           "Result types for IF must be the same: " + to_string(children[1]->type) + " vs " +
               to_string(children[2]->type));
    }
  }
  for (std::size_t i = 1; i < children.size(); ++i) children[i] = coerce(children[i], common);
  return fold(make(BoundKind::kCase, common, node.position, std::move(children)));
}

namespace {

std::string list_types(std::span<const ArgumentShape> shapes) {
  std::string text;
  for (const ArgumentShape& shape : shapes) {
    if (!text.empty()) text += ", ";
    text += shape.type == nullptr ? "function" : to_string(shape.type);
  }
  return text;
}

/// Picks the overload that needs the fewest coercions; the first of equals.
template <class Overload>
std::pair<const Overload*, SignatureMatch> choose(const std::vector<Overload>& overloads,
                                                  std::span<const ArgumentShape> shapes,
                                                  const LambdaTyper& type_lambda) {
  const Overload* best = nullptr;
  SignatureMatch best_match;
  for (const Overload& overload : overloads) {
    auto match = match_signature(overload.signature, shapes, type_lambda);
    if (match && (best == nullptr || match->coercions < best_match.coercions)) {
      best = &overload;
      best_match = std::move(*match);
    }
  }
  return {best, std::move(best_match)};
}

template <class Overload>
[[noreturn]] void refuse_arguments(const std::string& name, const std::vector<Overload>& overloads,
                                   std::span<const ArgumentShape> shapes, Position position) {
  std::vector<std::string> expected;
  for (const Overload& overload : overloads)
    expected.push_back(print_signature(name, overload.signature));
  std::ranges::sort(expected);
  std::string text;
  for (const std::string& one : expected) text += (text.empty() ? "" : ", ") + one;
  fail(ErrorName::kFunctionNotFound, position,
       "Unexpected parameters (" + list_types(shapes) + ") for function " + name +
           ". Expected: " + text);
}

/// Lets a call find its own type and prepare what its constants allow.
void prepare_call(Bound& call) {
  if (call.function->result_type != nullptr) {
    const auto type = call.function->result_type(call);
    if (!type) fail(type.error().name, call.position, type.error().message);
    call.type = *type;
  }
  if (call.function->prepare == nullptr) return;
  auto state = call.function->prepare(call);
  if (!state) fail(state.error().name, call.position, state.error().message);
  call.state = std::move(*state);
}

}  // namespace

BoundPointer Analyser::function(const std::string& name, const ast::Expression& node,
                                Context& context) {
  const auto& overloads = find_functions(name);
  // Names with a sign are ours, for operators; nobody can write them as a call.
  if (overloads.empty() || !(std::isalpha(static_cast<unsigned char>(name[0])) || name[0] == '_')) {
    fail(ErrorName::kFunctionNotFound, node.position, "Function '" + name + "' not registered");
  }
  std::vector<BoundPointer> children(node.children.size());
  std::vector<ArgumentShape> shapes(node.children.size());
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    if (node.children[i]->kind == ExpressionKind::kLambda) {
      shapes[i].lambda_parameters = static_cast<std::int32_t>(node.children[i]->parameters.size());
    } else {
      children[i] = expression(*node.children[i], context);
      shapes[i].type = children[i]->type;
    }
  }
  std::map<std::pair<std::size_t, std::vector<TypePointer>>, BoundPointer> lambdas;
  const LambdaTyper type_lambda = [&](std::size_t i, std::span<const TypePointer> parameters) {
    auto& bound = lambdas[{i, {parameters.begin(), parameters.end()}}];
    if (!bound) bound = lambda(*node.children[i], parameters, context);
    return bound->children[0]->type;
  };
  auto [overload, match] = choose(overloads, shapes, type_lambda);
  if (overload == nullptr) {
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      if (shapes[i].lambda_parameters < 0) continue;
      for (const auto& candidate : overloads) {
        if (i >= candidate.signature.arguments.size()) continue;
        const auto wanted = candidate.signature.arguments[i].children.size();
        if (candidate.signature.arguments[i].name == "function" &&
            wanted != static_cast<std::size_t>(shapes[i].lambda_parameters) + 1 &&
            candidate.signature.arguments.size() == shapes.size()) {
          fail(ErrorName::kInvalidParameterUsage, node.children[i]->position,
               "Expected a lambda that takes " + std::to_string(wanted - 1) +
                   " argument(s) but got " + std::to_string(shapes[i].lambda_parameters));
        }
      }
    }
    refuse_arguments(name, overloads, shapes, node.position);
  }
  for (std::size_t i = 0; i < children.size(); ++i) {
    if (shapes[i].lambda_parameters >= 0) {
      children[i] = lambda_argument(*node.children[i], match.arguments[i], context);
    } else {
      children[i] = coerce(children[i], match.arguments[i]);
    }
  }
  Bound bound = make(BoundKind::kCall, match.result, node.position, std::move(children));
  bound.function = overload->function;
  prepare_call(bound);
  return fold(std::move(bound));
}

BoundPointer Analyser::lambda(const ast::Expression& node, std::span<const TypePointer> parameters,
                              Context& context) {
  if (node.parameters.size() != parameters.size()) {
    fail(ErrorName::kInvalidParameterUsage, node.position,
         "Expected a lambda that takes " + std::to_string(parameters.size()) +
             " argument(s) but got " + std::to_string(node.parameters.size()));
  }
  std::vector<LambdaFrame> frames;
  if (context.lambdas != nullptr) frames = *context.lambdas;
  LambdaFrame frame;
  Bound bound = make(BoundKind::kLambda, nullptr, node.position);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    frame.names.push_back(lower(node.parameters[i]));
    frame.types.push_back(parameters[i]);
    frame.slots.push_back(next_slot_++);
    bound.slots.push_back(frame.slots.back());
  }
  frames.push_back(std::move(frame));
  Context inner = context;
  inner.lambdas = &frames;
  inner.aggregates = nullptr;
  inner.windows = nullptr;
  inner.clause = "Lambda expression";
  inner.clause_position = node.children[0]->position;
  bound.children.push_back(expression(*node.children[0], inner));
  bound.type = function_type({parameters.begin(), parameters.end()}, bound.children[0]->type);
  return share(std::move(bound));
}

/// A lambda whose parameters and result have the types of a function type.
BoundPointer Analyser::lambda_argument(const ast::Expression& node, TypePointer type,
                                       Context& context) {
  const std::vector<TypePointer> parameters(type->children.begin(), type->children.end() - 1);
  Bound finished = *lambda(node, parameters, context);
  finished.children[0] = coerce(finished.children[0], type->children.back());
  finished.type = type;
  return share(std::move(finished));
}

BoundPointer Analyser::operator_call(const std::string& name, Position position,
                                     std::vector<BoundPointer> operands) {
  const auto& overloads = find_functions(name);
  std::vector<ArgumentShape> shapes;
  for (const BoundPointer& operand : operands) shapes.push_back({operand->type, -1});
  auto [overload, match] = choose(overloads, shapes, {});
  if (overload == nullptr) {
    const bool is_word = std::isalpha(static_cast<unsigned char>(name[0])) != 0;
    if (is_word) refuse_arguments(name, overloads, shapes, position);
    if (name == "||") {
      fail(ErrorName::kFunctionNotFound, position,
           "Unexpected parameters (" + list_types(shapes) + ") for function concat");
    }
    if (name == "[]") {
      fail(ErrorName::kTypeMismatch, position,
           "Cannot apply operator: " + to_string(operands[0]->type) + "[" +
               to_string(operands[1]->type) + "]");
    }
    const std::string types = operands.size() == 1 ? name + to_string(operands[0]->type)
                                                   : to_string(operands[0]->type) + " " + name +
                                                         " " + to_string(operands[1]->type);
    fail(ErrorName::kTypeMismatch, position, "Cannot apply operator: " + types);
  }
  for (std::size_t i = 0; i < operands.size(); ++i)
    operands[i] = coerce(operands[i], match.arguments[i]);
  Bound bound = make(BoundKind::kCall, match.result, position, std::move(operands));
  bound.function = overload->function;
  prepare_call(bound);
  return fold(std::move(bound));
}

// ---- aggregates and windows -----------------------------------------------------------------

/// Gives listagg the arguments that its syntax leaves out or puts behind ON OVERFLOW.
void Analyser::complete_listagg(const ast::Expression& node, std::vector<BoundPointer>& arguments,
                                std::vector<ArgumentShape>& shapes) {
  const TypePointer type = arguments[0]->type;
  if (type->kind != TypeKind::kVarchar && type->kind != TypeKind::kUnknown) {
    fail(ErrorName::kTypeMismatch, node.position,
         "Expected expression of varchar, but '" + ast::print(*node.children[0]) + "' has " +
             to_string(type) + " type");
  }
  const ast::ListOverflow& overflow = node.call->overflow;
  const auto text = [&](const std::string& value) {
    return share(text_literal(value, varchar_type(), node.position));
  };
  const auto flag = [&](bool value) {
    return literal_of(Value::of_boolean(value), boolean_type(), node.position);
  };
  if (arguments.size() == 1) arguments.push_back(text(""));
  arguments.push_back(flag(overflow.truncate));
  arguments.push_back(text(overflow.filler));
  arguments.push_back(flag(overflow.with_count));
  shapes.clear();
  for (const BoundPointer& argument : arguments) shapes.push_back({argument->type, -1});
}

void Analyser::refuse_aggregation(const ast::Expression& node, const Context& context) {
  fail(ErrorName::kExpressionNotScalar,
       context.clause_position.line > 0 ? context.clause_position : node.position,
       std::string(context.clause == nullptr ? "This clause" : context.clause) +
           " cannot contain aggregations, window functions or grouping operations: [" +
           ast::print(node) + "]");
}

/// The call of an aggregate, be it over a group or over a window.
BoundAggregate Analyser::aggregate_call(const std::string& name, const ast::Expression& node,
                                        Context& context) {
  BoundAggregate bound;
  bound.position = node.position;
  bound.distinct = node.call->distinct;
  std::vector<ArgumentShape> shapes;
  for (const auto& child : node.children) {
    const bool is_lambda = child->kind == ExpressionKind::kLambda;
    bound.arguments.push_back(is_lambda ? nullptr : expression(*child, context));
    if (is_lambda)
      shapes.push_back({nullptr, static_cast<std::int32_t>(child->parameters.size())});
    else
      shapes.push_back({bound.arguments.back()->type, -1});
  }
  if (name == "listagg") complete_listagg(node, bound.arguments, shapes);
  const LambdaTyper type_lambda = [&](std::size_t i, std::span<const TypePointer> parameters) {
    return lambda(*node.children[i], parameters, context)->children[0]->type;
  };
  const auto& overloads = find_aggregates(name);
  if (overloads.empty()) {
    fail(ErrorName::kFunctionNotFound, node.position, "Function '" + name + "' not registered");
  }
  auto [overload, match] = choose(overloads, shapes, type_lambda);
  if (overload == nullptr) refuse_arguments(name, overloads, shapes, node.position);
  bound.function = overload->function;
  bound.type = match.result;
  const std::vector<BoundPointer> written = bound.arguments;
  for (std::size_t i = 0; i < bound.arguments.size(); ++i) {
    if (shapes[i].lambda_parameters < 0) {
      bound.arguments[i] = coerce(bound.arguments[i], match.arguments[i]);
    } else {
      bound.arguments[i] = lambda_argument(*node.children[i], match.arguments[i], context);
    }
  }
  if (bound.distinct &&
      !std::ranges::all_of(bound.arguments, [](const auto& a) { return is_comparable(a->type); })) {
    fail(ErrorName::kTypeMismatch, node.position,
         "DISTINCT can only be applied to comparable types");
  }
  for (const ast::SortItem& item : node.call->order_by) {
    BoundSort sort{expression(*item.expression, context), item.descending,
                   item.nulls_first.value_or(false)};
    if (!is_orderable(sort.expression->type)) {
      fail(ErrorName::kTypeMismatch, node.position,
           "ORDER BY can only be applied to orderable types (actual: " +
               to_string(sort.expression->type) + ")");
    }
    const bool is_argument = std::ranges::any_of(written, [&](const BoundPointer& argument) {
      return argument && same_expression(*argument, *sort.expression);
    });
    if (bound.distinct && !is_argument) {
      fail(ErrorName::kExpressionNotInDistinct, item.expression->position,
           "For aggregate function with DISTINCT, ORDER BY expressions must appear in arguments");
    }
    bound.order_by.push_back(std::move(sort));
  }
  return bound;
}

BoundPointer Analyser::aggregate(const std::string& name, const ast::Expression& node,
                                 Context& context) {
  if (!context.inside_aggregate.empty()) {
    fail(ErrorName::kNestedAggregation, context.aggregate_position,
         "Cannot nest aggregations inside aggregation '" + context.inside_aggregate + "': [" +
             ast::print(node) + "]");
  }
  if (context.aggregates == nullptr) refuse_aggregation(node, context);
  Context inner = context;
  inner.inside_aggregate = name;
  inner.aggregate_position = node.position;
  inner.outputs = nullptr;
  BoundAggregate bound = aggregate_call(name, node, inner);
  if (node.call->filter) bound.filter = condition(*node.call->filter, inner, "Filter expression");
  // The same aggregate twice is computed once.
  const auto same = [&](const BoundAggregate& other) {
    if (other.function != bound.function || other.distinct != bound.distinct ||
        other.arguments.size() != bound.arguments.size() ||
        (other.filter != nullptr) != (bound.filter != nullptr) || !other.order_by.empty() ||
        !bound.order_by.empty()) {
      return false;
    }
    for (std::size_t i = 0; i < other.arguments.size(); ++i) {
      if (!same_expression(*other.arguments[i], *bound.arguments[i])) return false;
    }
    return bound.filter == nullptr || same_expression(*other.filter, *bound.filter);
  };
  const auto found = std::ranges::find_if(*context.aggregates, same);
  Bound reference = make(BoundKind::kAggregate, bound.type, node.position);
  reference.relation = context.select_id;
  reference.column = static_cast<std::int32_t>(found - context.aggregates->begin());
  if (found == context.aggregates->end()) context.aggregates->push_back(std::move(bound));
  return share(std::move(reference));
}

}  // namespace trailpond::sql::analysis
