#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "sql/values/value.hpp"

/// Decimals as 128-bit unscaled numbers of at most 38 digits. What needs more digits on its way is
/// computed with 256 bits.
/// Source: https://trino.io/docs/current/functions/decimal.html
namespace trailpond::sql {

inline constexpr std::int32_t kMaxDecimalPrecision = 38;
/// Decimals of at most so many digits are kept in 64 bits by Trino.
inline constexpr std::int32_t kShortDecimalPrecision = 18;

/// An unscaled number and how many of its digits are decimals.
struct Decimal {
  Int128 unscaled = 0;
  std::int32_t scale = 0;
};

/// 10 to the power of 0 … 38; another exponent is a mistake of ours and ends the process.
inline Int128 power_of_ten(std::int32_t exponent) noexcept {
  static constexpr auto kPowers = [] {
    std::array<Int128, kMaxDecimalPrecision + 1> powers{};
    powers[0] = 1;
    for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
    return powers;
  }();
  return kPowers.at(static_cast<std::size_t>(exponent));
}

/// Answers whether a number has at most `precision` digits.
inline bool fits_precision(Int128 value, std::int32_t precision) {
  const Int128 limit = power_of_ten(precision);
  return value < limit && value > -limit;
}

/// Divides, rounding half away from zero. The divisor is positive.
inline Int128 divide_rounding(Int128 value, Int128 divisor) {
  const Int128 quotient = value / divisor;
  const Int128 rest = value % divisor;
  const Int128 size = rest < 0 ? -rest : rest;
  return size >= divisor - size ? quotient + (value < 0 ? -1 : 1) : quotient;
}

/// The unscaled number at another scale, rounded half away from zero; nothing when it has more than
/// `precision` digits.
std::optional<Int128> rescaled(Decimal value, std::int32_t scale, std::int32_t precision);

/// The unscaled number at a larger scale, for comparisons alone: what is too large for a decimal
/// of that scale is larger than all of them.
Int128 rescaled_to_compare(Decimal value, std::int32_t scale);

/// The results of operators, unscaled: sum, difference and rest at the larger of the two scales, a
/// product at the sum of the scales, a quotient at the given scale, rounded half away from zero.
/// Nothing where Trino says "Decimal overflow". The divisor is not zero.
std::optional<Int128> sum_of(Decimal left, Decimal right);
std::optional<Int128> difference_of(Decimal left, Decimal right);
std::optional<Int128> product_of(Int128 left, Int128 right);
std::optional<Int128> quotient_of(Decimal left, Decimal right, std::int32_t scale);
std::optional<Int128> rest_of(Decimal left, Decimal right);

/// A number as text: its digits stand for digits × 10^exponent.
struct WrittenDecimal {
  bool negative = false;
  std::string digits;
  std::int64_t exponent = 0;
};
/// Reads digits with an optional sign, point and exponent, as Java's BigDecimal does.
std::optional<WrittenDecimal> read_decimal(std::string_view text);
/// The unscaled number of at most `precision` digits that is nearest, half away from zero.
std::optional<Int128> rounded(const WrittenDecimal& number, std::int32_t scale,
                              std::int32_t precision);

/// Adds up decimals of one scale; what it holds on its way may have more than 38 digits.
class DecimalSum {
 public:
  void add(Int128 value);
  /// Takes back a value that was added.
  void remove(Int128 value);
  bool is_empty() const { return count_ == 0; }
  /// Nothing when the sum has more than 38 digits.
  std::optional<Int128> sum() const;
  /// Rounded half away from zero.
  Int128 mean() const;

 private:
  /// 2^127 is more than any decimal: the high part counts how often the low one went round.
  Int128 low_ = 0;
  std::int64_t high_ = 0;
  std::int64_t count_ = 0;
};

}  // namespace trailpond::sql
