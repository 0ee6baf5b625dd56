#include <cmath>
#include <numbers>
#include <random>

#include "base/text.hpp"
#include "sql/evaluation/ordering.hpp"
#include "sql/evaluation/tables.hpp"
#include "sql/types/kinds.hpp"
#include "sql/values/comparing.hpp"
#include "sql/values/decimals.hpp"
#include "sql/values/numbers.hpp"

/// Mathematical functions and comparisons. Source:
/// https://trino.io/docs/current/functions/math.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

template <double (*function)(double)>
Value of_double(Evaluation&, const Bound&, Arguments a) {
  return Value::of_real(function(a[0].real()));
}

Value abs_integer(Evaluation& evaluation, const Bound& node, Arguments a) {
  const std::int64_t value = a[0].integer();
  if (value == range_of(node.type->kind).least) {
    return evaluation.fail(ErrorName::kNumericValueOutOfRange,
                           "Value " + std::to_string(value) + " is out of range for abs(" +
                               ascii_upper(range_of(node.type->kind).name) + ")");
  }
  return Value::of_integer(value < 0 ? -value : value);
}
Value abs_decimal(Evaluation&, const Bound&, Arguments a) {
  const Int128 value = a[0].decimal();
  return Value::of_decimal(value < 0 ? -value : value);
}
Value same(Evaluation&, const Bound&, Arguments a) { return a[0]; }
double round_half_up(double value) {
  return value < 0 ? -std::floor(-value + 0.5) : std::floor(value + 0.5);
}

double round_to(double value, std::int64_t digits) {
  const double factor = std::pow(10.0, static_cast<double>(digits));
  if (!std::isfinite(value) || !std::isfinite(value * factor)) return value;
  return std::round(value * factor) / factor;
}
Value round_digits(Evaluation&, const Bound&, Arguments a) {
  return Value::of_real(round_to(a[0].real(), a[1].integer()));
}
Value round_real_digits(Evaluation&, const Bound&, Arguments a) {
  return Value::of_real(static_cast<float>(round_to(a[0].real(), a[1].integer())));
}
Value truncate_digits(Evaluation&, const Bound&, Arguments a) {
  const double factor = std::pow(10.0, static_cast<double>(a[1].integer()));
  const double scaled = a[0].real() * factor;
  if (!std::isfinite(scaled)) return a[0];
  return Value::of_real(std::trunc(scaled) / factor);
}
Value round_integer_digits(Evaluation& evaluation, const Bound& node, Arguments a) {
  if (a[1].integer() >= 0) return a[0];
  if (a[1].integer() < -18) return Value::of_integer(0);
  const Int128 factor = power_of_ten(static_cast<std::int32_t>(-a[1].integer()));
  const Int128 rounded = divide_rounding(a[0].integer(), factor) * factor;
  const Int128 least = range_of(node.type->kind).least;
  if (rounded < least || rounded > -(least + 1)) {
    return evaluation.fail(
        ErrorName::kNumericValueOutOfRange,
        "Out of range for " + to_string(node.type) + ": " + print_decimal(rounded, 0));
  }
  return Value::of_integer(static_cast<std::int64_t>(rounded));
}

enum class Rounding { kHalfUp, kFloor, kCeiling, kDown };
Int128 round_by(Int128 decimal, Int128 divisor, Rounding how) {
  const Int128 rest = decimal % divisor;
  const Int128 whole = decimal / divisor;
  switch (how) {
    case Rounding::kHalfUp:
      return divide_rounding(decimal, divisor);
    case Rounding::kFloor:
      return rest < 0 ? whole - 1 : whole;
    case Rounding::kCeiling:
      return rest > 0 ? whole + 1 : whole;
    case Rounding::kDown:
      break;
  }
  return whole;
}
template <Rounding how>
Value whole_decimal(Evaluation&, const Bound& node, Arguments a) {
  return Value::of_decimal(
      round_by(a[0].decimal(), power_of_ten(node.children[0]->type->scale), how));
}
/// round(d, n) and truncate(d, n): the scale stays.
template <Rounding how>
Value decimal_digits(Evaluation& evaluation, const Bound& node, Arguments a) {
  const TypePointer type = node.children[0]->type;
  const std::int64_t digits = a[1].integer();
  if (digits >= type->scale) return a[0];
  const std::int64_t dropped = type->scale - digits;
  const auto overflow = [&] {
    return evaluation.fail(ErrorName::kNumericValueOutOfRange,
                           "decimal overflow: " + print_decimal(a[0].decimal(), 0));
  };
  if (dropped > kMaxDecimalPrecision) {
    // Trino cannot move a decimal of more than 64 bits by so many places; it rounds only those.
    const bool is_long = type->precision > kShortDecimalPrecision;
    return how == Rounding::kHalfUp && is_long ? overflow() : Value::of_decimal(0);
  }
  const auto places = static_cast<std::int32_t>(dropped);
  const auto result = rescaled({round_by(a[0].decimal(), power_of_ten(places), how), 0}, places,
                               node.type->precision);
  return result ? Value::of_decimal(*result) : overflow();
}
/// ceiling, floor and round of a decimal: one digit more for a carry, no scale.
Result<TypePointer> type_of_whole(const Bound& node) {
  const TypePointer type = node.children[0]->type;
  const std::int32_t precision = type->precision - type->scale + std::min(type->scale, 1);
  return decimal_type(std::clamp(precision, 1, kMaxDecimalPrecision), 0);
}
Result<TypePointer> type_of_truncated(const Bound& node) {
  const TypePointer type = node.children[0]->type;
  return decimal_type(std::max(1, type->precision - type->scale), 0);
}
Result<TypePointer> type_of_rounded(const Bound& node) {
  const TypePointer type = node.children[0]->type;
  return decimal_type(std::min(kMaxDecimalPrecision, type->precision + 1), type->scale);
}
template <double (*function)(double)>
Value of_real(Evaluation&, const Bound&, Arguments a) {
  return Value::of_real(static_cast<float>(function(a[0].real())));
}

Value power(Evaluation&, const Bound&, Arguments a) {
  return Value::of_real(std::pow(a[0].real(), a[1].real()));
}
Value atan2_of(Evaluation&, const Bound&, Arguments a) {
  return Value::of_real(std::atan2(a[0].real(), a[1].real()));
}
Value log_base(Evaluation&, const Bound&, Arguments a) {
  return Value::of_real(std::log(a[1].real()) / std::log(a[0].real()));
}
Value sign_integer(Evaluation&, const Bound&, Arguments a) {
  return Value::of_integer(a[0].integer() > 0 ? 1 : a[0].integer() < 0 ? -1 : 0);
}
Value sign_decimal(Evaluation&, const Bound&, Arguments a) {
  return Value::of_decimal(a[0].decimal() > 0 ? 1 : a[0].decimal() < 0 ? -1 : 0);
}
Value sign_real(Evaluation&, const Bound&, Arguments a) {
  if (std::isnan(a[0].real())) return a[0];
  return Value::of_real(a[0].real() > 0 ? 1 : a[0].real() < 0 ? -1 : a[0].real());
}
Value pi(Evaluation&, const Bound&, Arguments) { return Value::of_real(3.141592653589793); }
Value e(Evaluation&, const Bound&, Arguments) { return Value::of_real(2.718281828459045); }
Value nan(Evaluation&, const Bound&, Arguments) {
  return Value::of_real(std::numeric_limits<double>::quiet_NaN());
}
Value infinity(Evaluation&, const Bound&, Arguments) {
  return Value::of_real(std::numeric_limits<double>::infinity());
}
Value is_nan(Evaluation&, const Bound&, Arguments a) {
  return Value::of_boolean(std::isnan(a[0].real()));
}
Value is_finite(Evaluation&, const Bound&, Arguments a) {
  return Value::of_boolean(std::isfinite(a[0].real()));
}
Value is_infinite(Evaluation&, const Bound&, Arguments a) {
  return Value::of_boolean(std::isinf(a[0].real()));
}
std::mt19937_64& random_engine() {
  thread_local std::mt19937_64 engine{std::random_device{}()};
  return engine;
}
Value random_real(Evaluation&, const Bound&, Arguments) {
  return Value::of_real(std::uniform_real_distribution<double>(0, 1)(random_engine()));
}
/// random(bound) and random(start, stop): the stop is never drawn.
Value random_integer(Evaluation& evaluation, const Bound&, Arguments a) {
  const std::int64_t start = a.size() > 1 ? a[0].integer() : 0;
  const std::int64_t stop = a.back().integer();
  if (start >= stop) {
    return evaluation.fail(
        ErrorName::kInvalidFunctionArgument,
        a.size() > 1 ? "start value must be less than stop value" : "bound must be positive");
  }
  return Value::of_integer(
      std::uniform_int_distribution<std::int64_t>(start, stop - 1)(random_engine()));
}

double to_degrees(double radians) { return radians * (180.0 / std::numbers::pi); }
double to_radians(double degrees) { return degrees * (std::numbers::pi / 180.0); }

Value extreme(Evaluation& evaluation, const Bound& node, Arguments a, int sign) {
  const Value* best = &a[0];
  for (const Value& value : a.subspan(1)) {
    if (beats(evaluation, node.type, value, *best, sign)) best = &value;
  }
  return *best;
}
Value greatest(Evaluation& e, const Bound& node, Arguments a) { return extreme(e, node, a, 1); }
Value least(Evaluation& e, const Bound& node, Arguments a) { return extreme(e, node, a, -1); }

#define TRAILPOND_INTEGER_TYPES(name, behind, function, traits, doc, example) \
  {name, "tinyint" behind, "tinyint", function, traits, doc, ""},             \
      {name, "smallint" behind, "smallint", function, traits, doc, ""},       \
      {name, "integer" behind, "integer", function, traits, doc, example}, {  \
    name, "bigint" behind, "bigint", function, traits, doc, ""                \
  }

const Function kRows[] = {
    TRAILPOND_INTEGER_TYPES("abs", "", abs_integer, kMayFail, "The absolute value.", "abs(-3) = 3"),
    {"abs", "decimal(p,s)", "decimal(p,s)", abs_decimal, 0, "The absolute value.",
     "abs(-1.5) = 1.5"},
    {"abs", "real", "real", of_real<std::fabs>, 0, "The absolute value.", ""},
    {"abs", "double", "double", of_double<std::fabs>, 0, "The absolute value.", "abs(-1e0) = 1e0"},
    TRAILPOND_INTEGER_TYPES("ceil", "", same, 0, "The least whole number above.", "ceil(3) = 3"),
    {"ceil", "decimal(p,s)", "decimal(p,0)", whole_decimal<Rounding::kCeiling>, 0,
     "The least whole number above.", "ceil(1.2) = 2", nullptr, type_of_whole},
    {"ceil", "real", "real", of_real<std::ceil>, 0, "The least whole number above.", ""},
    {"ceil", "double", "double", of_double<std::ceil>, 0, "The least whole number above.",
     "ceil(1.2e0) = 2e0"},
    TRAILPOND_INTEGER_TYPES("ceiling", "", same, 0, "The least whole number above.",
                            "ceiling(3) = 3"),
    {"ceiling", "decimal(p,s)", "decimal(p,0)", whole_decimal<Rounding::kCeiling>, 0,
     "The least whole number above.", "ceiling(1.2) = 2", nullptr, type_of_whole},
    {"ceiling", "real", "real", of_real<std::ceil>, 0, "The least whole number above.", ""},
    {"ceiling", "double", "double", of_double<std::ceil>, 0, "The least whole number above.",
     "ceiling(1.2e0) = 2e0"},
    TRAILPOND_INTEGER_TYPES("floor", "", same, 0, "The greatest whole number below.",
                            "floor(3) = 3"),
    {"floor", "decimal(p,s)", "decimal(p,0)", whole_decimal<Rounding::kFloor>, 0,
     "The greatest whole number below.", "floor(-1.2) = -2", nullptr, type_of_whole},
    {"floor", "real", "real", of_real<std::floor>, 0, "The greatest whole number below.", ""},
    {"floor", "double", "double", of_double<std::floor>, 0, "The greatest whole number below.",
     "floor(-1.2e0) = -2e0"},
    TRAILPOND_INTEGER_TYPES("round", "", same, 0, "The nearest whole number.", "round(3) = 3"),
    {"round", "decimal(p,s)", "decimal(p,0)", whole_decimal<Rounding::kHalfUp>, 0,
     "The nearest whole number.", "round(2.5) = 3", nullptr, type_of_whole},
    {"round", "real", "real", of_real<round_half_up>, 0, "The nearest whole number.", ""},
    {"round", "double", "double", of_double<round_half_up>, 0, "The nearest whole number.",
     "round(-2.5e0) = -3e0"},
    TRAILPOND_INTEGER_TYPES("round", ", integer", round_integer_digits, kMayFail,
                            "Rounds to tens and more.", "round(155, -1) = 160"),
    {"round", "decimal(p,s), integer", "decimal(p,s)", decimal_digits<Rounding::kHalfUp>, kMayFail,
     "Rounds to decimals.", "round(1.256, 2) = 1.26", nullptr, type_of_rounded},
    {"round", "real, integer", "real", round_real_digits, 0, "Rounds to decimals.", ""},
    {"round", "double, integer", "double", round_digits, 0, "Rounds to decimals.",
     "round(1.256e0, 2) = 1.26e0"},
    {"truncate", "decimal(p,s)", "decimal(p,0)", whole_decimal<Rounding::kDown>, 0,
     "Cuts the decimals.", "truncate(1.9) = 1", nullptr, type_of_truncated},
    {"truncate", "real", "real", of_real<std::trunc>, 0, "Cuts the decimals.", ""},
    {"truncate", "double", "double", of_double<std::trunc>, 0, "Cuts the decimals.",
     "truncate(-1.9e0) = -1e0"},
    {"truncate", "decimal(p,s), integer", "decimal(p,s)", decimal_digits<Rounding::kDown>, kMayFail,
     "Cuts decimals behind a place.", "truncate(1.987, 2) = 1.98"},
    {"truncate", "double, integer", "double", truncate_digits, 0, "Cuts decimals behind a place.",
     ""},
    TRAILPOND_INTEGER_TYPES("sign", "", sign_integer, 0, "-1, 0 or 1.", "sign(-9) = -1"),
    {"sign", "decimal(p,s)", "decimal(1,0)", sign_decimal, 0, "-1, 0 or 1.", "sign(-2.5) = -1"},
    {"sign", "real", "real", sign_real, 0, "-1, 0 or 1.", ""},
    {"sign", "double", "double", sign_real, 0, "-1, 0 or 1.", "sign(-9e0) = -1e0"},
    {"sqrt", "double", "double", of_double<std::sqrt>, 0, "The square root.", "sqrt(9) = 3e0"},
    {"cbrt", "double", "double", of_double<std::cbrt>, 0, "The cube root.", "cbrt(8) = 2e0"},
    {"exp", "double", "double", of_double<std::exp>, 0, "e to a power.", "exp(0) = 1e0"},
    {"ln", "double", "double", of_double<std::log>, 0, "The natural logarithm.", "ln(1) = 0e0"},
    {"log2", "double", "double", of_double<std::log2>, 0, "The logarithm to base 2.",
     "log2(8) = 3e0"},
    {"log10", "double", "double", of_double<std::log10>, 0, "The logarithm to base 10.",
     "log10(100) = 2e0"},
    {"log", "double, double", "double", log_base, 0, "The logarithm to a base.", "log(2, 8) = 3e0"},
    {"power", "double, double", "double", power, 0, "A power.", "power(2, 3) = 8e0"},
    {"pow", "double, double", "double", power, 0, "A power.", "pow(2, 3) = 8e0"},
    {"pi", "", "double", pi, 0, "The number pi.", "round(pi(), 2) = 3.14e0"},
    {"e", "", "double", e, 0, "Euler's number.", "round(e(), 2) = 2.72e0"},
    {"nan", "", "double", nan, 0, "Not a number.", "is_nan(nan())"},
    {"infinity", "", "double", infinity, 0, "Positive infinity.", "is_infinite(infinity())"},
    {"is_nan", "double", "boolean", is_nan, 0, "Whether it is not a number.", "NOT is_nan(1)"},
    {"is_nan", "real", "boolean", is_nan, 0, "Whether it is not a number.", ""},
    {"is_finite", "double", "boolean", is_finite, 0, "Whether it is finite.", "is_finite(1)"},
    {"is_infinite", "double", "boolean", is_infinite, 0, "Whether it is infinite.",
     "NOT is_infinite(1)"},
    {"degrees", "double", "double", of_double<to_degrees>, 0, "Radians in degrees.",
     "round(degrees(pi()), 9) = 180e0"},
    {"radians", "double", "double", of_double<to_radians>, 0, "Degrees in radians.",
     "radians(180) = pi()"},
    {"sin", "double", "double", of_double<std::sin>, 0, "The sine.", "sin(0) = 0e0"},
    {"cos", "double", "double", of_double<std::cos>, 0, "The cosine.", "cos(0) = 1e0"},
    {"tan", "double", "double", of_double<std::tan>, 0, "The tangent.", "tan(0) = 0e0"},
    {"asin", "double", "double", of_double<std::asin>, 0, "The arc sine.", "asin(0) = 0e0"},
    {"acos", "double", "double", of_double<std::acos>, 0, "The arc cosine.", "acos(1) = 0e0"},
    {"atan", "double", "double", of_double<std::atan>, 0, "The arc tangent.", "atan(0) = 0e0"},
    {"atan2", "double, double", "double", atan2_of, 0, "The angle of a point.",
     "atan2(0, 1) = 0e0"},
    {"sinh", "double", "double", of_double<std::sinh>, 0, "The hyperbolic sine.", "sinh(0) = 0e0"},
    {"cosh", "double", "double", of_double<std::cosh>, 0, "The hyperbolic cosine.",
     "cosh(0) = 1e0"},
    {"tanh", "double", "double", of_double<std::tanh>, 0, "The hyperbolic tangent.",
     "tanh(0) = 0e0"},
    {"random", "", "double", random_real, kNondeterministic, "A number in [0, 1).", "random() < 1"},
    TRAILPOND_INTEGER_TYPES("random", "", random_integer, kNondeterministic | kMayFail,
                            "A number below a bound.", "random(1) = 0"),
    {"random", "tinyint, tinyint", "tinyint", random_integer, kNondeterministic | kMayFail,
     "A number of a range.", ""},
    {"random", "smallint, smallint", "smallint", random_integer, kNondeterministic | kMayFail,
     "A number of a range.", ""},
    {"random", "integer, integer", "integer", random_integer, kNondeterministic | kMayFail,
     "A number of a range.", "random(4, 5) = 4"},
    {"random", "bigint, bigint", "bigint", random_integer, kNondeterministic | kMayFail,
     "A number of a range.", ""},
    {"rand", "", "double", random_real, kNondeterministic, "A number in [0, 1).", "rand() < 1"},
    TRAILPOND_INTEGER_TYPES("rand", "", random_integer, kNondeterministic | kMayFail,
                            "A number below a bound.", "rand(1) = 0"),
    {"greatest", "E:orderable, E...", "E", greatest, kFailsOnNested,
     "The greatest; NULL when one is.", "greatest(1, 3, 2) = 3"},
    {"least", "E:orderable, E...", "E", least, kFailsOnNested, "The least; NULL when one is.",
     "least('b', 'a') = 'a'"},
};

#undef TRAILPOND_INTEGER_TYPES

}  // namespace

std::span<const Function> math_functions() { return kRows; }

}  // namespace trailpond::sql
