#include <bit>
#include <charconv>

#include "sql/evaluation/tables.hpp"

/// Bits of integers and their digits to a base.
/// Sources: https://trino.io/docs/current/functions/bitwise.html, math.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

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

/// Shifts see the bits of the type only; a shift by its width or more, or by less than 0, leaves
/// nothing (arithmetic: the sign).
template <class Integer>
Value shift_left(Evaluation&, const Bound&, Arguments a) {
  constexpr int kWidth = sizeof(Integer) * 8;
  const std::int64_t count = a[1].integer();
  if (count < 0 || count >= kWidth) return Value::of_integer(0);
  const auto shifted = static_cast<std::uint64_t>(a[0].integer()) << count;
  return Value::of_integer(static_cast<Integer>(shifted));
}
template <class Integer>
Value shift_right(Evaluation&, const Bound&, Arguments a) {
  constexpr int kWidth = sizeof(Integer) * 8;
  const std::int64_t count = a[1].integer();
  if (count < 0 || count >= kWidth) return Value::of_integer(0);
  const auto bits = static_cast<std::make_unsigned_t<Integer>>(a[0].integer());
  return Value::of_integer(static_cast<Integer>(bits >> count));
}
template <class Integer>
Value shift_right_arithmetic(Evaluation&, const Bound&, Arguments a) {
  constexpr int kWidth = sizeof(Integer) * 8;
  const std::int64_t count = a[1].integer();
  if (count < 0 || count >= kWidth) return Value::of_integer(a[0].integer() < 0 ? -1 : 0);
  return Value::of_integer(a[0].integer() >> count);
}

Value bit_count(Evaluation& evaluation, const Bound&, Arguments a) {
  const std::int64_t number = a[0].integer();
  const std::int64_t bits = a[1].integer();
  if (bits < 2 || bits > 64) {
    return evaluation.fail(
        ErrorName::kInvalidFunctionArgument,
        "Bits specified in bit_count must be between 2 and 64, got " + std::to_string(bits));
  }
  const std::int64_t sign_and_above = number >> (bits - 1);
  if (sign_and_above != 0 && sign_and_above != -1) {
    return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                           "Number must be representable with the bits specified. " +
                               std::to_string(number) + " cannot be represented with " +
                               std::to_string(bits) + " bits");
  }
  const std::uint64_t mask = bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
  return Value::of_integer(std::popcount(static_cast<std::uint64_t>(number) & mask));
}

bool check_radix(Evaluation& evaluation, std::int64_t base) {
  if (base >= 2 && base <= 36) return true;
  evaluation.fail(ErrorName::kInvalidFunctionArgument, "Radix must be between 2 and 36");
  return false;
}
Value to_base(Evaluation& evaluation, const Bound&, Arguments a) {
  if (!check_radix(evaluation, a[1].integer())) return {};
  char digits[66];
  const auto end = std::to_chars(digits, digits + sizeof digits, a[0].integer(),
                                 static_cast<int>(a[1].integer()));
  return evaluation.text({digits, static_cast<std::size_t>(end.ptr - digits)});
}
Value from_base(Evaluation& evaluation, const Bound&, Arguments a) {
  if (!check_radix(evaluation, a[1].integer())) return {};
  std::string_view text = a[0].text();
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  std::int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value,
                                      static_cast<int>(a[1].integer()));
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
    return evaluation.fail(ErrorName::kInvalidFunctionArgument,
                           "Not a valid base-" + std::to_string(a[1].integer()) +
                               " number: " + std::string(a[0].text()));
  }
  return Value::of_integer(value);
}

#define TRAILPOND_SHIFT(name, function, doc, example)                                  \
  {name, "tinyint, bigint", "tinyint", function<std::int8_t>, 0, doc, ""},             \
      {name, "smallint, bigint", "smallint", function<std::int16_t>, 0, doc, ""},      \
      {name, "integer, bigint", "integer", function<std::int32_t>, 0, doc, example}, { \
    name, "bigint, bigint", "bigint", function<std::int64_t>, 0, doc, ""               \
  }

const Function kRows[] = {
    {"bitwise_and", "bigint, bigint", "bigint", bitwise_and, 0, "Bits set in both.",
     "bitwise_and(6, 3) = 2"},
    {"bitwise_or", "bigint, bigint", "bigint", bitwise_or, 0, "Bits set in one.",
     "bitwise_or(6, 3) = 7"},
    {"bitwise_xor", "bigint, bigint", "bigint", bitwise_xor, 0, "Bits that differ.",
     "bitwise_xor(6, 3) = 5"},
    {"bitwise_not", "bigint", "bigint", bitwise_not, 0, "All bits turned.", "bitwise_not(0) = -1"},
    TRAILPOND_SHIFT("bitwise_left_shift", shift_left, "Shifts to the left.",
                    "bitwise_left_shift(1, 3) = 8"),
    TRAILPOND_SHIFT("bitwise_right_shift", shift_right, "Shifts to the right, filling with 0.",
                    "bitwise_right_shift(-8, 2) = 1073741822"),
    TRAILPOND_SHIFT("bitwise_right_shift_arithmetic", shift_right_arithmetic,
                    "Shifts to the right, filling with the sign.",
                    "bitwise_right_shift_arithmetic(-8, 2) = -2"),
    {"bit_count", "bigint, bigint", "bigint", bit_count, kMayFail,
     "Counts the bits set in a number of so many bits.", "bit_count(7, 64) = 3"},
    {"to_base", "bigint, bigint", "varchar(64)", to_base, kMayFail, "Prints to a base.",
     "to_base(255, 16) = 'ff'"},
    {"from_base", "varchar(x), bigint", "bigint", from_base, kMayFail, "Reads to a base.",
     "from_base('ff', 16) = 255"},
};

#undef TRAILPOND_SHIFT

}  // namespace

std::span<const Function> bit_functions() { return kRows; }

}  // namespace trailpond::sql
