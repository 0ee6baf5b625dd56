#include <bit>

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

/// An encoding of RFC 4648: each character stands for `bits` bits, `unit` of them make whole bytes.
struct Alphabet {
  std::string_view characters;
  int bits;
  std::size_t unit;
};
constexpr Alphabet kBase64{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 6,
                           4};
constexpr Alphabet kBase64Url{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 6,
                              4};
constexpr Alphabet kBase32{"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5, 8};

template <const Alphabet& alphabet>
Value encode(Evaluation& evaluation, const Bound&, Arguments a) {
  std::string out;
  out.reserve(a[0].text().size() * 8 / alphabet.bits + alphabet.unit);
  std::uint32_t held = 0;
  int held_bits = 0;
  for (const char c : a[0].text()) {
    held = held << 8 | static_cast<unsigned char>(c);
    for (held_bits += 8; held_bits >= alphabet.bits; held_bits -= alphabet.bits) {
      out += alphabet.characters[held >> (held_bits - alphabet.bits) & ((1U << alphabet.bits) - 1)];
    }
    held &= (1U << held_bits) - 1;
  }
  if (held_bits > 0) out += alphabet.characters[held << (alphabet.bits - held_bits)];
  while (out.size() % alphabet.unit != 0) out += '=';
  return evaluation.text(out);
}

/// Appends the bytes of characters without padding; false at a character that is not in the
/// alphabet, whose place is left in `at`.
bool decode(const Alphabet& alphabet, std::string_view text, std::string& out, std::size_t& at) {
  std::uint32_t held = 0;
  int held_bits = 0;
  for (at = 0; at < text.size(); ++at) {
    const std::size_t value = alphabet.characters.find(text[at]);
    if (value == std::string_view::npos) return false;
    held = held << alphabet.bits | static_cast<std::uint32_t>(value);
    held_bits += alphabet.bits;
    if (held_bits < 8) continue;
    held_bits -= 8;
    out += static_cast<char>(held >> held_bits);
    held &= (1U << held_bits) - 1;
  }
  return true;
}

/// As java.util.Base64: padding may be missing, but not wrong.
template <const Alphabet& alphabet>
Value from_base64(Evaluation& evaluation, const Bound&, Arguments a) {
  const std::string_view text = a[0].text();
  std::string out;
  std::size_t at = 0;
  const std::string_view characters = text.substr(0, std::min(text.find('='), text.size()));
  if (!decode(alphabet, characters, out, at)) {
    const std::string digits = ascii_lower(hexadecimal(text.substr(at, 1)));
    return refuse(evaluation,
                  "Illegal base64 character " + (digits[0] == '0' ? digits.substr(1) : digits));
  }
  const std::size_t rest = characters.size() % alphabet.unit;
  const std::size_t padding = text.size() - characters.size();
  if (padding == 0) {
    if (rest != 1) return evaluation.text(out);
    return refuse(evaluation, characters.size() == 1
                                  ? "Input byte[] should at least have 2 bytes for base64 bytes"
                                  : "Last unit does not have enough valid bits");
  }
  if (rest == 1) return refuse(evaluation, "Last unit does not have enough valid bits");
  if (rest == 0 || (rest == 2 && !text.substr(characters.size()).starts_with("==")))
    return refuse(evaluation, "Input byte array has wrong 4-byte ending unit");
  const std::size_t end = characters.size() + (alphabet.unit - rest);
  if (end < text.size()) {
    return refuse(evaluation,
                  "Input byte array has incorrect ending byte at " + std::to_string(end));
  }
  return evaluation.text(out);
}

Value from_base32(Evaluation& evaluation, const Bound&, Arguments a) {
  std::string_view text = a[0].text();
  while (text.ends_with('=')) text.remove_suffix(1);
  const std::size_t rest = text.size() % kBase32.unit;
  if (rest == 1 || rest == 3 || rest == 6)
    return refuse(evaluation, "Invalid input length " + std::to_string(text.size()));
  std::string out;
  std::size_t at = 0;
  if (!decode(kBase32, text, out, at))
    return refuse(evaluation, std::string("Unrecognized character: ") + text[at]);
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
    {"to_base64", "varbinary", "varchar", encode<kBase64>, 0, "Base 64.",
     "to_base64(to_utf8('ab')) = 'YWI='"},
    {"from_base64", "varchar(x)", "varbinary", from_base64<kBase64>, kMayFail, "Bytes of base 64.",
     "from_utf8(from_base64('YWI=')) = 'ab'"},
    {"to_base64url", "varbinary", "varchar", encode<kBase64Url>, 0, "Base 64 for URLs.",
     "to_base64url(X'fbff') = '-_8='"},
    {"from_base64url", "varchar(x)", "varbinary", from_base64<kBase64Url>, kMayFail,
     "Bytes of base 64 for URLs.", "from_base64url('-_8=') = X'fbff'"},
    {"to_base32", "varbinary", "varchar", encode<kBase32>, 0, "Base 32.",
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
