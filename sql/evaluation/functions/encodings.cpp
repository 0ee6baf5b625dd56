#include <bit>

#include "base/base64.hpp"
#include "base/text.hpp"
#include "sql/evaluation/tables.hpp"

/// Bytes as text, and numbers as bytes.
/// Source: https://trino.io/docs/current/functions/binary.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

Value to_hex(Evaluation& evaluation, const Bound&, Arguments a) {
  return evaluation.text(hexadecimal(a[0].text()));
}
Value from_hex(Evaluation& evaluation, const Bound&, Arguments a) {
  const std::string_view text = a[0].text();
  if (text.size() % 2 != 0)
    return refuse(evaluation, "invalid input length " + std::to_string(text.size()));
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int digits[2] = {hexadecimal_digit(text[i]), hexadecimal_digit(text[i + 1])};
    for (std::size_t k = 0; k < 2; ++k) {
      if (digits[k] >= 0) continue;
      const char c = text[i + k];
      return refuse(evaluation, std::string("not a hexadecimal digit: \"") + c +
                                    "\" = " + std::to_string(static_cast<unsigned char>(c)));
    }
    out += static_cast<char>(digits[0] << 4 | digits[1]);
  }
  return evaluation.text(out);
}

template <std::string (*encoding)(std::string_view)>
Value encode(Evaluation& evaluation, const Bound&, Arguments a) {
  return evaluation.text(encoding(a[0].text()));
}

/// The first character that is no digit of base 64.
std::size_t first_foreign(std::string_view text, std::string_view marks) {
  const auto is_digit = [&](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           marks.find(c) != std::string_view::npos;
  };
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
}

/// What java.util.Base64 has against the end of a text: padding may be missing, but not wrong.
std::optional<std::string> wrong_ending(std::string_view text, std::string_view digits) {
  constexpr std::size_t kUnit = 4;
  const std::size_t rest = digits.size() % kUnit;
  if (rest == 1) {
    return text.size() == 1 ? "Input byte[] should at least have 2 bytes for base64 bytes"
                            : "Last unit does not have enough valid bits";
  }
  if (text.size() == digits.size()) return std::nullopt;
  if (rest == 0 || (rest == 2 && !text.substr(digits.size()).starts_with("==")))
    return "Input byte array has wrong 4-byte ending unit";
  const std::size_t end = digits.size() + (kUnit - rest);
  if (end == text.size()) return std::nullopt;
  return "Input byte array has incorrect ending byte at " + std::to_string(end);
}

/// As java.util.Base64. `is_url`: the alphabet for URLs.
template <bool is_url>
Value decode(Evaluation& evaluation, const Bound&, Arguments a) {
  const std::string_view text = a[0].text();
  const std::string_view digits = text.substr(0, std::min(text.find('='), text.size()));
  const std::size_t foreign = first_foreign(digits, is_url ? "-_" : "+/");
  if (foreign < digits.size()) {
    const std::string code = hexadecimal(digits.substr(foreign, 1), kLowerHexDigits);
    return refuse(evaluation,
                  "Illegal base64 character " + (code[0] == '0' ? code.substr(1) : code));
  }
  if (const auto wrong = wrong_ending(text, digits)) return refuse(evaluation, *wrong);
  return evaluation.text(*(is_url ? from_base64_url(digits) : from_base64(digits)));
}

// ---- base 32 (RFC 4648): each character stands for 5 bits, 8 of them make whole bytes ----------

constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr int kBase32Bits = 5;
constexpr std::size_t kBase32Unit = 8;

Value to_base32(Evaluation& evaluation, const Bound&, Arguments a) {
  std::string out;
  std::uint32_t held = 0;
  int held_bits = 0;
  for (const char c : a[0].text()) {
    held = held << 8 | static_cast<unsigned char>(c);
    for (held_bits += 8; held_bits >= kBase32Bits; held_bits -= kBase32Bits)
      out += kBase32[held >> (held_bits - kBase32Bits) & 31];
    held &= (1U << held_bits) - 1;
  }
  if (held_bits > 0) out += kBase32[held << (kBase32Bits - held_bits)];
  while (out.size() % kBase32Unit != 0) out += '=';
  return evaluation.text(out);
}

Value from_base32(Evaluation& evaluation, const Bound&, Arguments a) {
  std::string_view text = a[0].text();
  while (text.ends_with('=')) text.remove_suffix(1);
  const std::size_t rest = text.size() % kBase32Unit;
  if (rest == 1 || rest == 3 || rest == 6)
    return refuse(evaluation, "Invalid input length " + std::to_string(text.size()));
  std::string out;
  std::uint32_t held = 0;
  int held_bits = 0;
  for (const char c : text) {
    const std::size_t value = kBase32.find(c);
    if (value == std::string_view::npos)
      return refuse(evaluation, std::string("Unrecognized character: ") + c);
    held = held << kBase32Bits | static_cast<std::uint32_t>(value);
    held_bits += kBase32Bits;
    if (held_bits < 8) continue;
    held_bits -= 8;
    out += static_cast<char>(held >> held_bits);
    held &= (1U << held_bits) - 1;
  }
  return evaluation.text(out);
}

Value same(Evaluation&, const Bound&, Arguments a) { return a[0]; }
Value from_utf8(Evaluation& evaluation, const Bound&, Arguments a) {
  std::string with = "\xEF\xBF\xBD";  // U+FFFD
  if (a.size() > 1) {
    with = a[1].text();
    if (count_code_points(with) > 1)
      return refuse(evaluation, "Replacement character string must empty or a single character");
  }
  return evaluation.text(replace_invalid_utf8(a[0].text(), with));
}
Value from_utf8_code(Evaluation& evaluation, const Bound&, Arguments a) {
  const std::int64_t code = a[1].integer();
  if (code < 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
    return refuse(evaluation, "Invalid replacement character");
  std::string with;
  append_utf8(with, static_cast<std::uint32_t>(code));
  return evaluation.text(replace_invalid_utf8(a[0].text(), with));
}

// ---- numbers as bytes, the highest first ------------------------------------------------------

Value big_endian(Evaluation& evaluation, std::uint64_t number, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(number >> (i * 8));
  return evaluation.text(out);
}
std::uint64_t read_big_endian(std::string_view data) {
  std::uint64_t number = 0;
  for (const char c : data) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}
template <int bytes>
Value to_big_endian(Evaluation& evaluation, const Bound&, Arguments a) {
  return big_endian(evaluation, static_cast<std::uint64_t>(a[0].integer()), bytes);
}
template <class Integer>
Value from_big_endian(Evaluation& evaluation, const Bound&, Arguments a) {
  if (a[0].text().size() != sizeof(Integer)) {
    return refuse(evaluation,
                  "expected " + std::to_string(sizeof(Integer)) +
                      "-byte input, but got instead: " + std::to_string(a[0].text().size()));
  }
  return Value::of_integer(static_cast<Integer>(read_big_endian(a[0].text())));
}
template <class Real, class Bits>
Value to_ieee754(Evaluation& evaluation, const Bound&, Arguments a) {
  const auto bits = std::bit_cast<Bits>(static_cast<Real>(a[0].real()));
  return big_endian(evaluation, bits, sizeof(Bits));
}
template <class Real, class Bits>
Value from_ieee754(Evaluation& evaluation, const Bound&, Arguments a) {
  if (a[0].text().size() != sizeof(Bits)) {
    return refuse(evaluation, "Input floating-point value must be exactly " +
                                  std::to_string(sizeof(Bits)) + " bytes long");
  }
  const auto bits = static_cast<Bits>(read_big_endian(a[0].text()));
  return Value::of_real(static_cast<double>(std::bit_cast<Real>(bits)));
}

const Function kRows[] = {
    {"to_hex", "varbinary", "varchar", to_hex, 0, "Hexadecimal digits.",
     "to_hex(to_utf8('a')) = '61'"},
    {"from_hex", "varchar(x)", "varbinary", from_hex, kMayFail, "Bytes of hexadecimal digits.",
     "from_utf8(from_hex('61')) = 'a'"},
    {"to_base64", "varbinary", "varchar", encode<base64>, 0, "Base 64.",
     "to_base64(to_utf8('ab')) = 'YWI='"},
    {"from_base64", "varchar(x)", "varbinary", decode<false>, kMayFail, "Bytes of base 64.",
     "from_utf8(from_base64('YWI=')) = 'ab'"},
    {"to_base64url", "varbinary", "varchar", encode<base64_url>, 0, "Base 64 for URLs.",
     "to_base64url(X'fbff') = '-_8='"},
    {"from_base64url", "varchar(x)", "varbinary", decode<true>, kMayFail,
     "Bytes of base 64 for URLs.", "from_base64url('-_8=') = X'fbff'"},
    {"to_base32", "varbinary", "varchar", to_base32, 0, "Base 32.",
     "to_base32(to_utf8('hello')) = 'NBSWY3DP'"},
    {"from_base32", "varchar(x)", "varbinary", from_base32, kMayFail, "Bytes of base 32.",
     "from_base32('AD7Q') = X'00ff'"},
    {"to_utf8", "varchar(x)", "varbinary", same, 0, "The bytes of a text.",
     "to_hex(to_utf8('é')) = 'C3A9'"},
    {"to_utf8", "char(x)", "varbinary", same, 0, "The bytes of a text.", ""},
    {"from_utf8", "varbinary", "varchar", from_utf8, 0,
     "The text of bytes; U+FFFD for what is no UTF-8.", "from_utf8(to_utf8('a')) = 'a'"},
    {"from_utf8", "varbinary, varchar(x)", "varchar", from_utf8, kMayFail,
     "The text of bytes; a character for what is no UTF-8.", "from_utf8(X'FF', '?') = '?'"},
    {"from_utf8", "varbinary, bigint", "varchar", from_utf8_code, kMayFail,
     "The text of bytes; a code point for what is no UTF-8.", "from_utf8(X'FF', 63) = '?'"},
    {"to_big_endian_32", "integer", "varbinary", to_big_endian<4>, 0, "Four bytes.",
     "to_big_endian_32(1) = X'00000001'"},
    {"from_big_endian_32", "varbinary", "integer", from_big_endian<std::int32_t>, kMayFail,
     "The number of four bytes.", "from_big_endian_32(X'00000001') = 1"},
    {"to_big_endian_64", "bigint", "varbinary", to_big_endian<8>, 0, "Eight bytes.",
     "to_big_endian_64(1) = X'0000000000000001'"},
    {"from_big_endian_64", "varbinary", "bigint", from_big_endian<std::int64_t>, kMayFail,
     "The number of eight bytes.", "from_big_endian_64(X'00000000000000FF') = 255"},
    {"to_ieee754_32", "real", "varbinary", to_ieee754<float, std::uint32_t>, 0,
     "A real as four bytes.", "to_ieee754_32(REAL '1.5') = X'3FC00000'"},
    {"from_ieee754_32", "varbinary", "real", from_ieee754<float, std::uint32_t>, kMayFail,
     "The real of four bytes.", "from_ieee754_32(X'3FC00000') = REAL '1.5'"},
    {"to_ieee754_64", "double", "varbinary", to_ieee754<double, std::uint64_t>, 0,
     "A double as eight bytes.", "to_ieee754_64(15e-1) = X'3FF8000000000000'"},
    {"from_ieee754_64", "varbinary", "double", from_ieee754<double, std::uint64_t>, kMayFail,
     "The double of eight bytes.", "from_ieee754_64(X'3FF8000000000000') = 15e-1"},
};

}  // namespace

std::span<const Function> encoding_functions() { return kRows; }

}  // namespace trailpond::sql
