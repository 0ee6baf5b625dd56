#include "sql/values/numbers.hpp"

#include <charconv>

namespace trailpond::sql {
namespace {

/// Java prints at least two digits: where one is the shortest, the two that are nearest.
template <class Real>
JavaDigits digits_of(Real value) {
  char buffer[64];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  std::string_view text(buffer, static_cast<std::size_t>(end.ptr - buffer));
  if (text.find('.') == std::string_view::npos) {
    char two[64];
    const auto two_end = std::to_chars(two, two + sizeof two, static_cast<double>(value),
                                       std::chars_format::scientific, 1);
    Real read = 0;
    std::from_chars(two, two_end.ptr, read);
    if (read == value) {
      std::copy(two, two_end.ptr, buffer);
      text = {buffer, static_cast<std::size_t>(two_end.ptr - two)};
    }
  }
  JavaDigits result;
  result.negative = text[0] == '-';
  const std::size_t e = text.find('e');
  for (const char c : text.substr(0, e)) {
    if (c >= '0' && c <= '9') result.digits += c;
  }
  while (result.digits.size() > 1 && result.digits.back() == '0') result.digits.pop_back();
  std::from_chars(text.data() + e + (text[e + 1] == '+' ? 2 : 1), text.data() + text.size(),
                  result.exponent);
  return result;
}

/// Java's Double.toString and Float.toString: plain between 1e-3 and 1e7, else d.dddE±x.
template <class Real>
std::string print_java(Real value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  if (value == 0) return std::signbit(value) ? "-0.0" : "0.0";
  auto [negative, digits, exponent] = digits_of(value);
  std::string out = negative ? "-" : "";
  if (exponent >= -3 && exponent < 7) {
    if (exponent < 0) {
      out += "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
    } else {
      const auto whole = static_cast<std::size_t>(exponent) + 1;
      if (digits.size() < whole) digits.append(whole - digits.size(), '0');
      const std::string fraction = digits.substr(whole);
      out += digits.substr(0, whole) + "." + (fraction.empty() ? "0" : fraction);
    }
    return out;
  }
  const std::string fraction = digits.substr(1);
  return out + digits[0] + "." + (fraction.empty() ? "0" : fraction) + "E" +
         std::to_string(exponent);
}

}  // namespace

JavaDigits java_digits(double value) { return digits_of(value); }
JavaDigits java_digits(float value) { return digits_of(value); }

std::string print_double(double value) { return print_java(value); }
std::string print_real(float value) { return print_java(value); }

std::string print_decimal(Int128 value, std::int32_t scale) {
  const bool negative = value < 0;
  std::string digits;
  for (Int128 rest = value; rest != 0; rest /= 10) {
    const int digit = static_cast<int>(rest % 10);
    digits += static_cast<char>('0' + (digit < 0 ? -digit : digit));
  }
  while (static_cast<std::int32_t>(digits.size()) <= scale) digits += '0';
  std::ranges::reverse(digits);
  if (scale > 0) digits.insert(digits.size() - static_cast<std::size_t>(scale), ".");
  return (negative ? "-" : "") + digits;
}

std::string print_big_decimal(Int128 value, std::int32_t scale) {
  const std::string digits = print_decimal(value < 0 ? -value : value, 0);
  const int exponent = static_cast<int>(digits.size()) - 1 - scale;
  if (exponent >= -6) return print_decimal(value, scale);
  const std::string fraction = digits.size() > 1 ? "." + digits.substr(1) : "";
  return (value < 0 ? "-" : "") + digits.substr(0, 1) + fraction + "E" + std::to_string(exponent);
}

}  // namespace trailpond::sql
