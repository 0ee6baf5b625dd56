#include <cmath>
#include <random>

#include "sql/functions/registry.hpp"

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
  if (value == std::numeric_limits<std::int64_t>::min()) {
    return evaluation.fail(
        ErrorName::kNumericValueOutOfRange,
        "Value -9223372036854775808 is out of range for abs(" + to_string(node.type) + ")");
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
Value round_digits(Evaluation&, const Bound&, Arguments a) {
  const double value = a[0].real();
  const std::int64_t digits = a[1].integer();
  const double factor = std::pow(10.0, static_cast<double>(digits));
  if (!std::isfinite(value) || !std::isfinite(value * factor)) return a[0];
  return Value::of_real(std::round(value * factor) / factor);
}
Value round_integer_digits(Evaluation&, const Bound&, Arguments a) {
  if (a[1].integer() >= 0) return a[0];
  if (a[1].integer() < -18) return Value::of_integer(0);
  std::int64_t factor = 1;
  for (std::int64_t i = a[1].integer(); i < 0; ++i) factor *= 10;
  const std::int64_t value = a[0].integer();
  const std::int64_t rest = value % factor;
  const std::int64_t cut = value - rest;
  if (std::abs(rest) * 2 >= factor) return Value::of_integer(cut + (value < 0 ? -factor : factor));
  return Value::of_integer(cut);
}

Int128 power_of_ten(std::int32_t exponent) {
  Int128 power = 1;
  for (std::int32_t i = 0; i < exponent; ++i) power *= 10;
  return power;
}
enum class Rounding { kHalfUp, kFloor, kCeiling, kDown };
Value whole_decimal(const Bound& node, const Value& value, Rounding how) {
  const Int128 divisor = power_of_ten(node.children[0]->type->scale);
  const Int128 decimal = value.decimal();
  Int128 whole = decimal / divisor;
  const Int128 rest = decimal % divisor;
  if (how == Rounding::kHalfUp && (rest < 0 ? -rest : rest) * 2 >= divisor && rest != 0)
    whole += decimal < 0 ? -1 : 1;
  if (how == Rounding::kFloor && rest < 0) --whole;
  if (how == Rounding::kCeiling && rest > 0) ++whole;
  return Value::of_decimal(whole);
}
Value round_decimal(Evaluation&, const Bound& node, Arguments a) {
  return whole_decimal(node, a[0], Rounding::kHalfUp);
}
Value floor_decimal(Evaluation&, const Bound& node, Arguments a) {
  return whole_decimal(node, a[0], Rounding::kFloor);
}
Value ceiling_decimal(Evaluation&, const Bound& node, Arguments a) {
  return whole_decimal(node, a[0], Rounding::kCeiling);
}
Value truncate_decimal(Evaluation&, const Bound& node, Arguments a) {
  return whole_decimal(node, a[0], Rounding::kDown);
}
/// The type of a rounded decimal: one digit more for a carry, no scale.
Result<CallState> prepare_whole(const Bound& node) {
  const TypePointer type = node.children[0]->type;
  const std::int32_t precision =
      std::max(1, type->precision - type->scale + std::min(type->scale, 1));
  return CallState(decimal_type(std::min(38, precision), 0), [](const void*) {});
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
Value mod_integer(Evaluation& evaluation, const Bound&, Arguments a) {
  if (a[1].integer() == 0) return evaluation.fail(ErrorName::kDivisionByZero, "Division by zero");
  return Value::of_integer(a[1].integer() == -1 ? 0 : a[0].integer() % a[1].integer());
}
Value mod_real(Evaluation&, const Bound&, Arguments a) {
  return Value::of_real(std::fmod(a[0].real(), a[1].real()));
}
Value sign_integer(Evaluation&, const Bound&, Arguments a) {
  return Value::of_integer(a[0].integer() > 0 ? 1 : a[0].integer() < 0 ? -1 : 0);
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
Value random_real(Evaluation&, const Bound&, Arguments) {
  thread_local std::mt19937_64 engine{std::random_device{}()};
  return Value::of_real(std::uniform_real_distribution<double>(0, 1)(engine));
}
Value bitwise_and(Evaluation&, const Bound&, Arguments a) {
  return Value::of_integer(a[0].integer() & a[1].integer());
}
Value bitwise_or(Evaluation&, const Bound&, Arguments a) {
  return Value::of_integer(a[0].integer() | a[1].integer());
}
Value bitwise_xor(Evaluation&, const Bound&, Arguments a) {
  return Value::of_integer(a[0].integer() ^ a[1].integer());
}
Value bitwise_not(Evaluation&, const Bound&, Arguments a) {
  return Value::of_integer(~a[0].integer());
}
Value truncate(Evaluation&, const Bound&, Arguments a) {
  return Value::of_real(std::trunc(a[0].real()));
}

Value extreme(const Bound& node, Arguments a, int sign) {
  const Value* best = &a[0];
  for (const Value& value : a) {
    if (compare_values(node.type, value, *best) * sign > 0) best = &value;
  }
  return *best;
}
Value greatest(Evaluation&, const Bound& node, Arguments a) { return extreme(node, a, 1); }
Value least(Evaluation&, const Bound& node, Arguments a) { return extreme(node, a, -1); }

Value to_base(Evaluation& evaluation, const Bound&, Arguments a) {
  const std::int64_t base = a[1].integer();
  if (base < 2 || base > 36)
    return evaluation.fail(ErrorName::kInvalidFunctionArgument, "Radix must be between 2 and 36");
  std::string digits;
  const bool negative = a[0].integer() < 0;
  auto rest = static_cast<std::uint64_t>(negative ? -a[0].integer() : a[0].integer());
  do digits += "0123456789abcdefghijklmnopqrstuvwxyz"[rest % static_cast<std::uint64_t>(base)];
  while ((rest /= static_cast<std::uint64_t>(base)) > 0);
  if (negative) digits += '-';
  std::ranges::reverse(digits);
  return evaluation.text(digits);
}
Value from_base(Evaluation& evaluation, const Bound&, Arguments a) {
  const std::string text(a[0].text());
  char* end = nullptr;
  errno = 0;
  const long long value = std::strtoll(text.c_str(), &end, static_cast<int>(a[1].integer()));
  if (text.empty() || *end != '\0' || errno != 0) {
    return evaluation.fail(
        ErrorName::kInvalidFunctionArgument,
        "Not a valid base-" + std::to_string(a[1].integer()) + " number: " + text);
  }
  return Value::of_integer(value);
}
Value width_bucket(Evaluation& evaluation, const Bound&, Arguments a) {
  const double low = a[1].real();
  const double high = a[2].real();
  const std::int64_t count = a[3].integer();
  if (count <= 0 || low == high)
    return evaluation.fail(
        ErrorName::kInvalidFunctionArgument,
        count <= 0 ? "bucketCount must be greater than 0" : "bounds cannot equal each other");
  const double place = (a[0].real() - low) / (high - low) * static_cast<double>(count);
  if (place < 0) return Value::of_integer(0);
  if (place >= static_cast<double>(count)) return Value::of_integer(count + 1);
  return Value::of_integer(static_cast<std::int64_t>(place) + 1);
}

const Function kRows[] = {
    {"abs", "tinyint", "tinyint", abs_integer, kMayFail, "The absolute value.", ""},
    {"abs", "smallint", "smallint", abs_integer, kMayFail, "The absolute value.", ""},
    {"abs", "integer", "integer", abs_integer, kMayFail, "The absolute value.", "abs(-3) = 3"},
    {"abs", "bigint", "bigint", abs_integer, kMayFail, "The absolute value.", ""},
    {"abs", "decimal(p,s)", "decimal(p,s)", abs_decimal, 0, "The absolute value.",
     "abs(-1.5) = 1.5"},
    {"abs", "double", "double", of_double<std::fabs>, 0, "The absolute value.", "abs(-1e0) = 1e0"},
    {"ceil", "bigint", "bigint", same, 0, "The least whole number above.", "ceil(3) = 3"},
    {"ceil", "decimal(p,s)", "decimal(p,0)", ceiling_decimal, 0, "The least whole number above.",
     "ceil(1.2) = 2", prepare_whole},
    {"ceil", "double", "double", of_double<std::ceil>, 0, "The least whole number above.",
     "ceil(1.2e0) = 2e0"},
    {"ceiling", "bigint", "bigint", same, 0, "The least whole number above.", "ceiling(3) = 3"},
    {"ceiling", "decimal(p,s)", "decimal(p,0)", ceiling_decimal, 0, "The least whole number above.",
     "ceiling(1.2) = 2", prepare_whole},
    {"ceiling", "double", "double", of_double<std::ceil>, 0, "The least whole number above.",
     "ceiling(1.2e0) = 2e0"},
    {"floor", "bigint", "bigint", same, 0, "The greatest whole number below.", "floor(3) = 3"},
    {"floor", "decimal(p,s)", "decimal(p,0)", floor_decimal, 0, "The greatest whole number below.",
     "floor(-1.2) = -2", prepare_whole},
    {"floor", "double", "double", of_double<std::floor>, 0, "The greatest whole number below.",
     "floor(1.8e0) = 1e0"},
    {"round", "bigint", "bigint", same, 0, "The nearest whole number.", "round(3) = 3"},
    {"round", "bigint, integer", "bigint", round_integer_digits, 0, "Rounds to tens and more.",
     "round(155, -1) = 160"},
    {"round", "decimal(p,s)", "decimal(p,0)", round_decimal, 0, "The nearest whole number.",
     "round(2.5) = 3", prepare_whole},
    {"round", "double", "double", of_double<round_half_up>, 0, "The nearest whole number.",
     "round(-2.5e0) = -3e0"},
    {"round", "double, integer", "double", round_digits, 0, "Rounds to decimals.",
     "round(1.256e0, 2) = 1.26e0"},
    {"truncate", "double", "double", truncate, 0, "Cuts the decimals.", "truncate(-1.9e0) = -1e0"},
    {"truncate", "decimal(p,s)", "decimal(p,0)", truncate_decimal, 0, "Cuts the decimals.",
     "truncate(1.9) = 1", prepare_whole},
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
    {"mod", "bigint, bigint", "bigint", mod_integer, kMayFail, "The rest of a division.",
     "mod(7, 4) = 3"},
    {"mod", "double, double", "double", mod_real, 0, "The rest of a division.",
     "mod(7e0, 4e0) = 3e0"},
    {"sign", "bigint", "bigint", sign_integer, 0, "-1, 0 or 1.", "sign(-9) = -1"},
    {"sign", "double", "double", sign_real, 0, "-1, 0 or 1.", "sign(-9e0) = -1e0"},
    {"pi", "", "double", pi, 0, "The number pi.", "round(pi(), 2) = 3.14e0"},
    {"e", "", "double", e, 0, "Euler's number.", "round(e(), 2) = 2.72e0"},
    {"nan", "", "double", nan, 0, "Not a number.", "is_nan(nan())"},
    {"infinity", "", "double", infinity, 0, "Positive infinity.", "is_infinite(infinity())"},
    {"is_nan", "double", "boolean", is_nan, 0, "Whether it is not a number.", "NOT is_nan(1)"},
    {"is_finite", "double", "boolean", is_finite, 0, "Whether it is finite.", "is_finite(1)"},
    {"is_infinite", "double", "boolean", is_infinite, 0, "Whether it is infinite.",
     "NOT is_infinite(1)"},
    {"sin", "double", "double", of_double<std::sin>, 0, "The sine.", "sin(0) = 0e0"},
    {"cos", "double", "double", of_double<std::cos>, 0, "The cosine.", "cos(0) = 1e0"},
    {"tan", "double", "double", of_double<std::tan>, 0, "The tangent.", "tan(0) = 0e0"},
    {"asin", "double", "double", of_double<std::asin>, 0, "The arc sine.", "asin(0) = 0e0"},
    {"acos", "double", "double", of_double<std::acos>, 0, "The arc cosine.", "acos(1) = 0e0"},
    {"atan", "double", "double", of_double<std::atan>, 0, "The arc tangent.", "atan(0) = 0e0"},
    {"atan2", "double, double", "double", atan2_of, 0, "The angle of a point.",
     "atan2(0, 1) = 0e0"},
    {"random", "", "double", random_real, kNondeterministic, "A number in [0, 1).", "random() < 1"},
    {"rand", "", "double", random_real, kNondeterministic, "A number in [0, 1).", "rand() < 1"},
    {"bitwise_and", "bigint, bigint", "bigint", bitwise_and, 0, "Bits set in both.",
     "bitwise_and(6, 3) = 2"},
    {"bitwise_or", "bigint, bigint", "bigint", bitwise_or, 0, "Bits set in one.",
     "bitwise_or(6, 3) = 7"},
    {"bitwise_xor", "bigint, bigint", "bigint", bitwise_xor, 0, "Bits that differ.",
     "bitwise_xor(6, 3) = 5"},
    {"bitwise_not", "bigint", "bigint", bitwise_not, 0, "All bits turned.", "bitwise_not(0) = -1"},
    {"greatest", "E:orderable, E...", "E", greatest, 0, "The greatest; NULL when one is.",
     "greatest(1, 3, 2) = 3"},
    {"least", "E:orderable, E...", "E", least, 0, "The least; NULL when one is.",
     "least('b', 'a') = 'a'"},
    {"to_base", "bigint, bigint", "varchar", to_base, kMayFail, "Prints to a base.",
     "to_base(255, 16) = 'ff'"},
    {"from_base", "varchar, bigint", "bigint", from_base, kMayFail, "Reads to a base.",
     "from_base('ff', 16) = 255"},
    {"width_bucket", "double, double, double, bigint", "bigint", width_bucket, kMayFail,
     "The bucket of a value.", "width_bucket(5, 0, 10, 2) = 2"},
};

}  // namespace

std::span<const Function> math_functions() { return kRows; }

}  // namespace trailpond::sql
