#pragma once
#include <array>

#include "sql/values/value.hpp"

/// Decimals as 128-bit unscaled numbers of at most 38 digits.
/// Source: https://trino.io/docs/current/functions/decimal.html
namespace trailpond::sql {

inline constexpr std::int32_t kMaxDecimalPrecision = 38;

/// 10 to the power of 0 … 38.
inline Int128 power_of_ten(std::int32_t exponent) {
  static constexpr auto kPowers = [] {
    std::array<Int128, kMaxDecimalPrecision + 1> powers{};
    powers[0] = 1;
    for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
    return powers;
  }();
  return kPowers[static_cast<std::size_t>(exponent)];
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

}  // namespace trailpond::sql
