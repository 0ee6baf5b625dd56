#pragma once
#include <cstdint>
#include <string>

#include "sql/values/value.hpp"

/// Numbers as text.
namespace trailpond::sql {

/// The digits by which Java prints a finite double that is not 0: d.ddd times 10 to the exponent.
struct JavaDigits {
  bool negative = false;
  std::string digits;
  int exponent = 0;
};
JavaDigits java_digits(double value);
JavaDigits java_digits(float value);

/// Prints a double or real as Java's Double.toString and Float.toString do.
std::string print_double(double value);
std::string print_real(float value);
/// Prints a decimal with exactly `scale` decimals.
std::string print_decimal(Int128 value, std::int32_t scale);
/// Prints a decimal as Java's BigDecimal.toString does: with an exponent from 1E-7 on.
std::string print_big_decimal(Int128 value, std::int32_t scale);

}  // namespace trailpond::sql
