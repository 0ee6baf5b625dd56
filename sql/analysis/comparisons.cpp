#include "base/text.hpp"
#include "sql/analysis/analyser.hpp"
#include "sql/analysis/foreign_text.hpp"
#include "sql/analysis/nodes.hpp"
#include "sql/evaluation/casts.hpp"
#include "sql/syntax/lexer.hpp"
#include "sql/times/datetime.hpp"
#include "sql/types/coercions.hpp"
#include "sql/types/type_patterns.hpp"
#include "sql/values/decimals.hpp"

/// The analysis of comparisons, conditions and casts.
namespace trailpond::sql::analysis {
namespace {

using ast::ExpressionKind;

bool is_moment_kind(TypeKind kind) {
  return kind == TypeKind::kTimestamp || kind == TypeKind::kTimestampWithTimeZone ||
         kind == TypeKind::kDate;
}
bool is_text(TypePointer type) {
  return type->kind == TypeKind::kVarchar || type->kind == TypeKind::kChar;
}

}  // namespace

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

bool Analyser::unify_leniently(BoundPointer& left, BoundPointer& right, WrittenSides written) {
  if (!options_.leniencies) return false;
  if (is_moment_kind(left->type->kind) && right->type->kind == TypeKind::kVarchar) {
    right = lenient_moment(right, left->type);
    note_text_side(written.right, *right);
  } else if (is_moment_kind(right->type->kind) && left->type->kind == TypeKind::kVarchar) {
    left = lenient_moment(left, right->type);
    note_text_side(written.left, *left);
  } else if (left->type->kind == TypeKind::kVarchar && right->type->kind == TypeKind::kBoolean &&
             right->kind == BoundKind::kLiteral) {
    // Leniency "varchar vs boolean literal": sessionCredentialFromConsole = true.
    right = coerce(right, varchar_type());
    note_text_side(written.right, *right);
  } else if (right->type->kind == TypeKind::kVarchar && left->type->kind == TypeKind::kBoolean &&
             left->kind == BoundKind::kLiteral) {
    left = coerce(left, varchar_type());
    note_text_side(written.left, *left);
  } else {
    return false;
  }
  return true;
}

/// Brings decimals to one scale that 38 digits may not hold. Trino compares with a constant without
/// the cast that would fail.
bool Analyser::unify_decimals(BoundPointer& left, BoundPointer& right, TypePointer common) {
  const auto is_literal = [](const BoundPointer& side) {
    return side->kind == BoundKind::kLiteral && !side->literal.is_null();
  };
  if (common->kind != TypeKind::kDecimal || common->precision < kMaxDecimalPrecision ||
      left->type->kind != TypeKind::kDecimal || right->type->kind != TypeKind::kDecimal ||
      left->type->scale == right->type->scale || !(is_literal(left) || is_literal(right))) {
    return false;
  }
  for (BoundPointer* side : {&left, &right}) {
    if ((*side)->type->scale == common->scale) continue;
    const Position position = (*side)->position;
    *side =
        operator_call("$decimal_to_compare", position, {*side, literal_of({}, common, position)});
  }
  left = coerce(left, common);
  right = coerce(right, common);
  return true;
}

void Analyser::unify(BoundPointer& left, BoundPointer& right, Position position,
                     const std::string& symbol, WrittenSides written) {
  TypePointer common = common_type(left->type, right->type);
  const std::string types = to_string(left->type) + " " + symbol + " " + to_string(right->type);
  if (common == nullptr && unify_leniently(left, right, written))
    common = common_type(left->type, right->type);
  if (common == nullptr) {
    fail(ErrorName::kTypeMismatch, position, "Cannot apply operator: " + types);
  }
  if (unify_decimals(left, right, common)) return;
  left = coerce(left, common);
  right = coerce(right, common);
}

BoundPointer Analyser::comparison(Comparison which, Position position, BoundPointer left,
                                  BoundPointer right, WrittenSides written) {
  const std::string symbol(symbol_of(which));
  unify(left, right, position, symbol, written);
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
  const std::array<WrittenSides, 2> sides = {
      WrittenSides{node.children[0].get(), node.children[1].get()},
      WrittenSides{node.children[0].get(), node.children[2].get()}};
  for (std::size_t i = 0; i < sides.size(); ++i) {
    BoundPointer a = value;
    BoundPointer b = i == 0 ? low : high;
    if (common_type(a->type, b->type) == nullptr && !unify_leniently(a, b, sides[i])) {
      fail(ErrorName::kTypeMismatch, node.position,
           "Cannot check if " + to_string(value->type) + " is BETWEEN " + to_string(low->type) +
               " and " + to_string(high->type));
    }
  }
  auto bound = once(value, [&](const BoundPointer& operand) {
    return fold(make(BoundKind::kAnd, boolean_type(), node.position,
                     {comparison(Comparison::kGreaterEqual, node.position, operand, low),
                      comparison(Comparison::kLessEqual, node.position, operand, high)}));
  });
  if (!node.negated) return bound;
  return share(make(BoundKind::kNot, boolean_type(), node.position, {bound}));
}

BoundPointer Analyser::in_list(const ast::Expression& node, Context& context) {
  std::vector<BoundPointer> children;
  for (const auto& child : node.children) children.push_back(expression(*child, context));
  TypePointer common = children[0]->type;
  for (std::size_t i = 1; i < children.size(); ++i) {
    BoundPointer value = children[0];
    if (common_type(common, children[i]->type) == nullptr) {
      unify_leniently(value, children[i], {node.children[0].get(), node.children[i].get()});
    }
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
  if (node.kind != ExpressionKind::kSimpleCase) return case_branches(node, nullptr, context);
  return once(expression(*node.children[0], context),
              [&](const BoundPointer& operand) { return case_branches(node, operand, context); });
}

/// The branches of CASE; those of a simple one compare with its operand.
BoundPointer Analyser::case_branches(const ast::Expression& node, const BoundPointer& operand,
                                     Context& context) {
  std::vector<BoundPointer> children;
  std::size_t i = operand ? 1 : 0;
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
  if (type == nullptr) {
    if (const auto mistake = decimal_mistake(node.text)) {
      fail(ErrorName::kInvalidFunctionArgument, {}, *mistake);
    }
    fail(ErrorName::kTypeMismatch, node.position, "Unknown type: " + node.text);
  }
  auto value = expression(*node.children[0], context);
  if (!can_cast(value->type, type)) {
    // Leniency "CAST(map AS varchar)": clients of Lake send it; the cell's text is its value.
    const bool nested = value->type->kind == TypeKind::kMap ||
                        value->type->kind == TypeKind::kRow ||
                        value->type->kind == TypeKind::kArray;
    if (!(nested && type->kind == TypeKind::kVarchar && type->precision == kUnbounded &&
          options_.leniencies)) {
      fail(ErrorName::kTypeMismatch, node.position,
           "Cannot cast " + to_string(value->type) + " to " + to_string(type));
    }
    if (rewriting_ != nullptr) {
      auto [before, after] = around_cell_text(value->type);
      rewriting_->expressions[&node] = {std::move(before), node.children[0].get(),
                                        std::move(after)};
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
  fail(ErrorName::kSyntaxError, node.position, "Invalid EXTRACT field " + ascii_lower(node.text));
}

}  // namespace trailpond::sql::analysis
