#include "sql/values/decimals.hpp"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <charconv>

namespace trailpond::sql {
namespace {

/// Two decimals multiplied, or one moved by 38 places, have at most 76 digits.
using Wide = boost::multiprecision::checked_int256_t;

std::optional<Int128> narrowed(const Wide& value, std::int32_t precision) {
  if (abs(value) >= Wide(power_of_ten(precision))) return std::nullopt;
  return static_cast<Int128>(value);
}

std::optional<Int128> narrowed(const Wide& value) { return narrowed(value, kMaxDecimalPrecision); }

Wide widened(Decimal value, std::int32_t scale) {
  return Wide(value.unscaled) * Wide(power_of_ten(scale - value.scale));
}

/// The same where 128 bits hold it and one digit more, as they mostly do.
std::optional<Int128> widened_short(Decimal value, std::int32_t scale) {
  constexpr std::int32_t kRoom = kMaxDecimalPrecision - 1;
  const std::int32_t places = scale - value.scale;
  if (places > kRoom || !fits_precision(value.unscaled, kRoom - places)) return std::nullopt;
  return value.unscaled * power_of_ten(places);
}

/// Half away from zero.
Wide divided(const Wide& value, const Wide& divisor) {
  Wide quotient;
  Wide rest;
  divide_qr(value, divisor, quotient, rest);
  if (abs(rest) * 2 >= abs(divisor)) quotient += (value < 0) == (divisor < 0) ? 1 : -1;
  return quotient;
}

}  // namespace

std::optional<Int128> rescaled(Decimal value, std::int32_t scale, std::int32_t precision) {
  if (scale >= value.scale) {
    const auto result = widened_short(value, scale);
    if (!result) return narrowed(widened(value, scale), precision);
    return fits_precision(*result, precision) ? result : std::nullopt;
  }
  const Int128 result = divide_rounding(value.unscaled, power_of_ten(value.scale - scale));
  return fits_precision(result, precision) ? std::optional(result) : std::nullopt;
}

Int128 rescaled_to_compare(Decimal value, std::int32_t scale) {
  const Int128 beyond = power_of_ten(kMaxDecimalPrecision);
  return narrowed(widened(value, scale)).value_or(value.unscaled < 0 ? -beyond : beyond);
}

std::optional<Int128> sum_of(Decimal left, Decimal right) {
  const std::int32_t scale = std::max(left.scale, right.scale);
  const auto a = widened_short(left, scale);
  const auto b = widened_short(right, scale);
  if (a && b) return *a + *b;
  return narrowed(widened(left, scale) + widened(right, scale));
}

std::optional<Int128> difference_of(Decimal left, Decimal right) {
  return sum_of(left, {-right.unscaled, right.scale});
}

std::optional<Int128> product_of(Int128 left, Int128 right) {
  constexpr std::int32_t kHalf = kMaxDecimalPrecision / 2;
  if (fits_precision(left, kHalf) && fits_precision(right, kHalf)) return left * right;
  return narrowed(Wide(left) * Wide(right));
}

std::optional<Int128> quotient_of(Decimal left, Decimal right, std::int32_t scale) {
  // Trino moves the dividend by less than 38 places, whatever the quotient would be.
  const std::int32_t places = scale - left.scale + right.scale;
  if (places >= kMaxDecimalPrecision) return std::nullopt;
  if (const auto dividend = widened_short({left.unscaled, 0}, places)) {
    const bool negative = right.unscaled < 0;
    return divide_rounding(negative ? -*dividend : *dividend,
                           negative ? -right.unscaled : right.unscaled);
  }
  return narrowed(divided(Wide(left.unscaled) * Wide(power_of_ten(places)), Wide(right.unscaled)));
}

std::optional<Int128> rest_of(Decimal left, Decimal right) {
  const std::int32_t scale = std::max(left.scale, right.scale);
  Wide quotient;
  Wide rest;
  divide_qr(widened(left, scale), widened(right, scale), quotient, rest);
  // Trino has 128 bits for the quotient, which nobody asked for.
  constexpr unsigned kQuotientBits = 128;
  if (quotient != 0 && msb(abs(quotient)) >= kQuotientBits) return std::nullopt;
  return narrowed(rest);
}

std::optional<WrittenDecimal> read_decimal(std::string_view text) {
  WrittenDecimal number;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    number.negative = text[0] == '-';
    text.remove_prefix(1);
  }
  bool fraction = false;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    if (text[i] == '.' && !fraction) {
      fraction = true;
      continue;
    }
    if (text[i] < '0' || text[i] > '9') break;
    number.digits += text[i];
    if (fraction) --number.exponent;
  }
  if (number.digits.empty()) return std::nullopt;
  if (i == text.size()) return number;
  if (text[i] != 'e' && text[i] != 'E') return std::nullopt;
  ++i;
  if (i < text.size() && text[i] == '+') ++i;
  std::int32_t exponent = 0;
  const auto parsed = std::from_chars(text.data() + i, text.data() + text.size(), exponent);
  if (parsed.ptr != text.data() + text.size() || parsed.ec != std::errc()) return std::nullopt;
  number.exponent += exponent;
  return number;
}

std::optional<Int128> rounded(const WrittenDecimal& number, std::int32_t scale,
                              std::int32_t precision) {
  std::string_view digits = number.digits;
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) return 0;
  // How many digits the unscaled number has; digits behind them round it.
  const std::int64_t length = static_cast<std::int64_t>(digits.size()) + number.exponent + scale;
  if (length > kMaxDecimalPrecision) return std::nullopt;
  if (length < 0) return 0;
  const auto kept = static_cast<std::size_t>(length);
  Int128 value = 0;
  for (std::size_t i = 0; i < kept; ++i) {
    value = value * 10 + (i < digits.size() ? digits[i] - '0' : 0);
  }
  if (kept < digits.size() && digits[kept] >= '5') ++value;
  if (!fits_precision(value, precision)) return std::nullopt;
  return number.negative ? -value : value;
}

void DecimalSum::add(Int128 value) {
  ++count_;
  if (__builtin_add_overflow(low_, value, &low_)) high_ += value < 0 ? -1 : 1;
}

void DecimalSum::remove(Int128 value) {
  --count_;
  if (__builtin_sub_overflow(low_, value, &low_)) high_ -= value < 0 ? -1 : 1;
}

namespace {

Wide whole_of(std::int64_t high, Int128 low) { return Wide(high) * (Wide(1) << 128) + Wide(low); }

}  // namespace

std::optional<Int128> DecimalSum::sum() const { return narrowed(whole_of(high_, low_)); }

Int128 DecimalSum::mean() const {
  return static_cast<Int128>(divided(whole_of(high_, low_), Wide(count_)));
}

}  // namespace trailpond::sql
