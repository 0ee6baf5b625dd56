#include <charconv>

#include "base/text.hpp"
#include "sql/evaluation/printing.hpp"
#include "sql/evaluation/tables.hpp"
#include "sql/times/datetime.hpp"
#include "sql/times/datetime_patterns.hpp"
#include "sql/values/decimals.hpp"
#include "sql/values/numbers.hpp"

/// format() in the language of java.util.Formatter, and numbers and sizes in words. Sources:
/// https://trino.io/docs/current/functions/conversion.html#formatting,
/// https://docs.oracle.com/en/java/javase/24/docs/api/java.base/java/util/Formatter.html
namespace trailpond::sql {
namespace {

using Arguments = std::span<const Value>;

/// %[index$][flags][width][.precision]conversion
struct Specifier {
  std::string_view text;
  int index = 0;  // 0: the next argument, -1: the last one again
  std::string flags;
  int width = -1;
  int precision = -1;
  char date = 0;  // t or T before a date's conversion
  char conversion = 0;
  bool has(char flag) const { return flags.find(flag) != std::string::npos; }
  bool upper() const { return date != 0 ? date == 'T' : conversion >= 'A' && conversion <= 'Z'; }
};

/// The mistakes of a format string, named as Java's exceptions.
struct FormatMistake {
  std::string text;
};

/// Reads one specifier from the sign % on; moves `at` behind it.
Specifier read_specifier(std::string_view format, std::size_t& at) {
  const std::size_t start = at++;
  Specifier specifier;
  const auto peek = [&] { return at < format.size() ? format[at] : '\0'; };
  const auto number = [&](int absent) {
    const std::size_t from = at;
    while (peek() >= '0' && peek() <= '9') ++at;
    int value = absent;
    const auto parsed = std::from_chars(format.data() + from, format.data() + at, value);
    if (at > from && parsed.ec != std::errc())
      throw FormatMistake{"IllegalFormatWidth: -2147483648"};
    return value;
  };
  if (peek() >= '1' && peek() <= '9') {
    const std::size_t from = at;
    const int value = number(0);
    if (peek() == '$') {
      ++at;
      specifier.index = value;
    } else {
      at = from;
    }
  } else if (peek() == '<') {
    ++at;
    specifier.index = -1;
  }
  while (peek() != '\0' && std::string_view("-#+ 0,(").find(peek()) != std::string_view::npos) {
    if (specifier.has(peek()))
      throw FormatMistake{std::string("DuplicateFormatFlags: Flags = '") + peek() + "'"};
    specifier.flags += format[at++];
  }
  if (peek() >= '1' && peek() <= '9') specifier.width = number(-1);
  if (peek() == '.') {
    ++at;
    specifier.precision = number(-1);
    if (specifier.precision < 0) throw FormatMistake{"UnknownFormatConversion: Conversion = '.'"};
  }
  if (peek() == 't' || peek() == 'T') specifier.date = format[at++];
  if (at >= format.size()) throw FormatMistake{"UnknownFormatConversion: Conversion = '%'"};
  std::string_view rest = format.substr(at);
  const std::string_view letter = take_code_point(rest);
  specifier.conversion = letter[0];
  at += letter.size();
  specifier.text = format.substr(start, at - start);
  constexpr std::string_view kConversions = "bBhHsScCdoxXeEfgGaA%n";
  if (specifier.date == 0 &&
      (letter.size() > 1 || kConversions.find(letter[0]) == std::string_view::npos)) {
    throw FormatMistake{"UnknownFormatConversion: Conversion = '" + std::string(letter) + "'"};
  }
  constexpr int kWidest = 1'000'000;  // what a row may reasonably print
  if (specifier.width > kWidest || specifier.precision > kWidest)
    throw FormatMistake{"IllegalFormatWidth: " + std::to_string(specifier.width)};
  return specifier;
}

/// Java's class of an argument.
std::string_view class_of(TypeKind kind) {
  switch (kind) {
    case TypeKind::kBoolean:
      return "java.lang.Boolean";
    case TypeKind::kTinyint:
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
      return "java.lang.Long";
    case TypeKind::kReal:
      return "java.lang.Float";
    case TypeKind::kDouble:
      return "java.lang.Double";
    case TypeKind::kDecimal:
      return "java.math.BigDecimal";
    case TypeKind::kDate:
      return "java.time.LocalDate";
    case TypeKind::kTime:
      return "java.time.LocalTime";
    case TypeKind::kTimestamp:
      return "java.time.LocalDateTime";
    case TypeKind::kTimestampWithTimeZone:
      return "java.time.ZonedDateTime";
    default:
      return "java.lang.String";
  }
}

[[noreturn]] void wrong_conversion(const Specifier& specifier, TypePointer type) {
  throw FormatMistake{std::string("IllegalFormatConversion: ") + specifier.conversion +
                      " != " + std::string(class_of(type->kind))};
}

/// A number's decimal digits: 0.d1d2d3… times ten to the exponent.
struct Digits {
  bool negative = false;
  std::string digits;
  int exponent = 0;
};
Digits digits_of(TypePointer type, const Value& value) {
  Digits result;
  if (type->kind == TypeKind::kDecimal) {
    result.negative = value.decimal() < 0;
    result.digits = print_decimal(result.negative ? -value.decimal() : value.decimal(), 0);
    result.exponent = static_cast<int>(result.digits.size()) - type->scale;
  } else {
    const double number = value.real();
    result.negative = std::signbit(number);
    if (number == 0) {
      result.digits = "0";
      result.exponent = 1;
    } else {
      const JavaDigits shortest = type->kind == TypeKind::kReal
                                      ? java_digits(static_cast<float>(number))
                                      : java_digits(number);
      result.digits = shortest.digits;
      result.exponent = shortest.exponent + 1;
    }
  }
  const std::size_t zeros = std::min(result.digits.find_first_not_of('0'), result.digits.size());
  if (zeros < result.digits.size()) {
    result.digits.erase(0, zeros);
    result.exponent -= static_cast<int>(zeros);
  }
  return result;
}
bool is_zero(const Digits& number) {
  return number.digits.find_first_not_of('0') == std::string::npos;
}

/// Rounds half up so that `kept` digits stay (at least 0).
void round_digits(Digits& number, int kept) {
  const auto size = static_cast<int>(number.digits.size());
  if (kept >= size) return;
  if (kept < 0) {
    number.digits = "0";
    number.exponent = 1;
    return;
  }
  const bool up = number.digits[static_cast<std::size_t>(kept)] >= '5';
  number.digits.resize(static_cast<std::size_t>(kept));
  if (!up) {
    if (number.digits.empty()) number = {number.negative, "0", 1};
    return;
  }
  auto at = number.digits.size();
  while (at > 0 && number.digits[at - 1] == '9') number.digits[--at] = '0';
  if (at > 0) {
    ++number.digits[at - 1];
  } else {
    number.digits.insert(0, 1, '1');
    ++number.exponent;
  }
}

/// Digits with exactly `precision` of them behind the point.
std::string fixed_text(Digits number, int precision) {
  round_digits(number, number.exponent + precision);
  std::string whole;
  std::string fraction;
  const int point = is_zero(number) ? 0 : number.exponent;
  for (int i = std::min(0, point); i < point + precision; ++i) {
    const bool known = i >= 0 && i < static_cast<int>(number.digits.size()) && !is_zero(number);
    const char digit = known ? number.digits[static_cast<std::size_t>(i)] : '0';
    if (i < point)
      whole += digit;
    else if (i - point < precision)
      fraction += digit;
  }
  fraction.resize(static_cast<std::size_t>(precision), '0');
  if (whole.empty()) whole = "0";
  return precision > 0 ? whole + "." + fraction : whole;
}

/// d.ddde±xx
std::string exponent_text(Digits number, int precision) {
  const bool zero = is_zero(number);
  if (!zero) round_digits(number, precision + 1);
  std::string digits = zero ? "0" : number.digits;
  digits.resize(static_cast<std::size_t>(precision) + 1, '0');
  const int exponent = zero ? 0 : number.exponent - 1;
  std::string text = digits.substr(0, 1);
  if (precision > 0) text += "." + digits.substr(1);
  const std::string shown = std::to_string(std::abs(exponent));
  return text + "e" + (exponent < 0 ? "-" : "+") + (shown.size() < 2 ? "0" : "") + shown;
}

std::string general_text(const Digits& number, int precision) {
  precision = precision == 0 ? 1 : precision;
  if (is_zero(number)) return fixed_text(number, precision - 1);
  Digits rounded = number;
  round_digits(rounded, precision);
  // From 10^-4 to 10^precision in plain digits.
  if (rounded.exponent > -4 && rounded.exponent <= precision)
    return fixed_text(number, precision - rounded.exponent);
  return exponent_text(number, precision - 1);
}

class Formatter {
 public:
  Formatter(Evaluation& evaluation, std::span<const TypePointer> types, Arguments values)
      : evaluation_(evaluation), types_(types), values_(values) {}

  std::string format(std::string_view format) {
    std::string out;
    std::size_t next = 0;
    std::size_t last = std::string::npos;
    for (std::size_t at = 0; at < format.size();) {
      const std::size_t sign = std::min(format.find('%', at), format.size());
      out += format.substr(at, sign - at);
      at = sign;
      if (at == format.size()) break;
      const Specifier specifier = read_specifier(format, at);
      if (specifier.date == 0 && specifier.conversion == 'n') {
        out += '\n';
        continue;
      }
      check_flags(specifier);
      if (specifier.date == 0 && specifier.conversion == '%') {
        out += pad(specifier, "%");
        continue;
      }
      const std::size_t place = specifier.index > 0 ? static_cast<std::size_t>(specifier.index) - 1
                                : specifier.index < 0 ? last
                                                      : next++;
      if (place >= values_.size()) {
        throw FormatMistake{"MissingFormatArgument: Format specifier '" +
                            std::string(specifier.text) + "'"};
      }
      last = place;
      out += one(specifier, types_[place], values_[place]);
      evaluation_.arena().reserve(out.size());
    }
    return out;
  }

 private:
  static void check_flags(const Specifier& specifier) {
    const bool zero = specifier.has('0');
    if ((specifier.has('-') || zero) && specifier.width < 0)
      throw FormatMistake{"MissingFormatWidth: " + std::string(specifier.text)};
    if ((specifier.has('-') && zero) || (specifier.has('+') && specifier.has(' ')))
      throw FormatMistake{"IllegalFormatFlags: Flags = '" + specifier.flags + "'"};
    const bool is_integer =
        specifier.date == 0 &&
        std::string_view("doxXcC").find(specifier.conversion) != std::string_view::npos;
    if (specifier.precision >= 0 && (is_integer || specifier.date != 0))
      throw FormatMistake{"IllegalFormatPrecision: " + std::to_string(specifier.precision)};
  }

  static std::string pad(const Specifier& specifier, std::string text) {
    const std::int64_t missing = specifier.width - count_code_points(text);
    if (missing <= 0) return text;
    const std::string blanks(static_cast<std::size_t>(missing), ' ');
    return specifier.has('-') ? text + blanks : blanks + text;
  }
  /// Texts are cut by the precision, padded and mapped to upper case.
  static std::string finish(const Specifier& specifier, std::string text) {
    if (specifier.precision >= 0) text.resize(byte_of(text, specifier.precision));
    return pad(specifier, specifier.upper() ? ascii_upper(text) : std::move(text));
  }

  std::string one(const Specifier& specifier, TypePointer type, const Value& value) {
    if (specifier.date != 0)
      return value.is_null() ? finish(specifier, "null")
                             : finish(specifier, date(specifier, type, value));
    const char conversion =
        static_cast<char>(std::tolower(static_cast<unsigned char>(specifier.conversion)));
    if (conversion == 'b') {
      const bool set = !value.is_null() && (type->kind != TypeKind::kBoolean || value.boolean());
      return finish(specifier, set ? "true" : "false");
    }
    if (value.is_null()) return finish(specifier, "null");
    switch (conversion) {
      case 's':
        return finish(specifier, plain(type, value));
      case 'h':
        return finish(specifier, hash(type, value));
      case 'd':
      case 'o':
      case 'x':
        return integer(specifier, type, value);
      case 'e':
      case 'f':
      case 'g':
        return real(specifier, type, value);
      case 'a':
        throw FormatMistake{"not supported yet: %a"};
      default:
        wrong_conversion(specifier, type);
    }
  }

  /// What Java's toString gives.
  std::string plain(TypePointer type, const Value& value) const {
    switch (type->kind) {
      case TypeKind::kTimestamp:
      case TypeKind::kTimestampWithTimeZone: {
        Moment moment = value.moment();
        const std::int64_t offset = offset_at(moment.zone, moment.micros);
        moment.micros += offset * kMicrosPerSecond;
        std::string text =
            print_date(floor_divide(moment.micros, kMicrosPerDay)) + "T" + clock(moment);
        if (type->kind == TypeKind::kTimestamp) return text;
        const std::string zone = zone_name(moment.zone);
        const std::string shown =
            offset == 0 ? "Z" : zone_name(zone_of_offset(static_cast<int>(offset / 60)));
        return text + shown + (zone[0] == '+' || zone[0] == '-' ? "" : "[" + zone + "]");
      }
      case TypeKind::kTime:
        return clock(value.moment());
      case TypeKind::kDecimal:
        return print_big_decimal(value.decimal(), type->scale);
      default: {
        std::string text;
        print_cell(type, value, true, text);
        return text;
      }
    }
  }

  /// A time as java.time prints it: no seconds when there are none, decimals by threes.
  static std::string clock(Moment moment) {
    const std::string full = print_time(
        {floor_modulo(moment.micros, kMicrosPerDay), moment.picos, kUtc}, 9);  // HH:mm:ss.nnnnnnnnn
    std::string_view decimals = std::string_view(full).substr(9);
    while (decimals.ends_with("000")) decimals.remove_suffix(3);
    if (!decimals.empty()) return full.substr(0, 9) + std::string(decimals);
    return full.substr(0, full.substr(6, 2) == "00" ? 5 : 8);
  }

  /// Java's hashCode of texts, integers and booleans, in hexadecimal digits.
  static std::string hash(TypePointer type, const Value& value) {
    std::uint32_t code = 0;
    if (class_of(type->kind) == "java.lang.Long") {
      const auto bits = static_cast<std::uint64_t>(value.integer());
      code = static_cast<std::uint32_t>(bits ^ bits >> 32);
    } else if (type->kind == TypeKind::kBoolean) {
      code = value.boolean() ? 1231 : 1237;
    } else if (class_of(type->kind) == "java.lang.String") {
      std::string text;
      print_cell(type, value, true, text);
      for (const char32_t c : code_points_of(text)) {
        if (c < 0x10000) {
          code = code * 31 + c;
          continue;
        }
        code = code * 31 + (0xD800 + ((c - 0x10000) >> 10));
        code = code * 31 + (0xDC00 + ((c - 0x10000) & 0x3FF));
      }
    } else {
      throw FormatMistake{"not supported yet: %h of " + std::string(class_of(type->kind))};
    }
    char digits[16];
    const auto end = std::to_chars(digits, digits + sizeof digits, code, 16);
    return {digits, end.ptr};
  }

  /// Puts sign, grouping and zeros round the digits of a number.
  static std::string number(const Specifier& specifier, bool negative, std::string digits) {
    if (specifier.has(',')) {
      const std::size_t point = std::min(digits.find_first_of(".e"), digits.size());
      for (std::size_t at = point; at > 3; at -= 3) digits.insert(at - 3, 1, ',');
    }
    const bool in_parentheses = negative && specifier.has('(');
    std::string front = in_parentheses       ? "("
                        : negative           ? "-"
                        : specifier.has('+') ? "+"
                        : specifier.has(' ') ? " "
                                             : "";
    const std::string behind = in_parentheses ? ")" : "";
    if (specifier.has('0')) {
      const auto size = front.size() + digits.size() + behind.size();
      const auto wanted = static_cast<std::size_t>(specifier.width);
      if (size < wanted) front.append(wanted - size, '0');
    }
    const std::string text = front + digits + behind;
    return pad(specifier, specifier.upper() ? ascii_upper(text) : text);
  }

  static std::string integer(const Specifier& specifier, TypePointer type, const Value& value) {
    if (class_of(type->kind) != "java.lang.Long") wrong_conversion(specifier, type);
    char digits[32];
    const std::int64_t given = value.integer();
    const auto size = given < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(given)
                                : static_cast<std::uint64_t>(given);
    if (specifier.conversion == 'd') {
      const auto end = std::to_chars(digits, digits + sizeof digits, size);
      return number(specifier, given < 0, {digits, end.ptr});
    }
    // Octal and hexadecimal digits are those of the 64 bits.
    const bool octal = specifier.conversion == 'o';
    const auto end = std::to_chars(digits, digits + sizeof digits,
                                   static_cast<std::uint64_t>(given), octal ? 8 : 16);
    std::string text(digits, end.ptr);
    const std::string prefix = !specifier.has('#') ? "" : octal ? "0" : "0x";
    const auto wanted = static_cast<std::size_t>(std::max(specifier.width, 0));
    if (specifier.has('0') && prefix.size() + text.size() < wanted)
      text.insert(0, wanted - prefix.size() - text.size(), '0');
    text = prefix + text;
    return pad(specifier, specifier.upper() ? ascii_upper(text) : text);
  }

  static std::string real(const Specifier& specifier, TypePointer type, const Value& value) {
    const bool is_float = type->kind == TypeKind::kDouble || type->kind == TypeKind::kReal;
    if (!is_float && type->kind != TypeKind::kDecimal) wrong_conversion(specifier, type);
    if (is_float && !std::isfinite(value.real())) {
      Specifier blank = specifier;
      std::erase(blank.flags, '0');
      std::erase(blank.flags, ',');
      if (std::isnan(value.real())) return pad(blank, "NaN");
      return number(blank, value.real() < 0, "Infinity");
    }
    const Digits digits = digits_of(type, value);
    const int precision = specifier.precision < 0 ? 6 : specifier.precision;
    const char conversion =
        static_cast<char>(std::tolower(static_cast<unsigned char>(specifier.conversion)));
    return number(specifier, digits.negative,
                  conversion == 'f'   ? fixed_text(digits, precision)
                  : conversion == 'e' ? exponent_text(digits, precision)
                                      : general_text(digits, precision));
  }

  /// Joda-Time's pattern of a date conversion; empty: none.
  static std::string_view pattern_of(char conversion) {
    switch (conversion) {
      case 'Y':
        return "yyyy";
      case 'y':
        return "yy";
      case 'C':
        return "CC";
      case 'm':
        return "MM";
      case 'd':
        return "dd";
      case 'e':
        return "d";
      case 'j':
        return "DDD";
      case 'B':
        return "MMMM";
      case 'b':
      case 'h':
        return "MMM";
      case 'A':
        return "EEEE";
      case 'a':
        return "EEE";
      case 'D':
        return "MM/dd/yy";
      case 'F':
        return "yyyy-MM-dd";
      case 'H':
        return "HH";
      case 'k':
        return "H";
      case 'I':
        return "hh";
      case 'l':
        return "h";
      case 'M':
        return "mm";
      case 'S':
        return "ss";
      case 'L':
        return "SSS";
      case 'p':
        return "a";
      case 'R':
        return "HH:mm";
      case 'T':
        return "HH:mm:ss";
      case 'r':
        return "hh:mm:ss a";
      case 'z':
        return "Z";
      case 'Z':
        return "z";
      case 'c':
        return "EEE MMM dd HH:mm:ss z yyyy";
      default:
        return "";
    }
  }

  std::string date(const Specifier& specifier, TypePointer type, const Value& value) const {
    constexpr std::string_view kOfDates = "YyCmdejBbhAaDF";
    constexpr std::string_view kOfInstants = "zZcsQ";
    const char conversion = specifier.conversion;
    const bool of_date = kOfDates.find(conversion) != std::string_view::npos;
    const bool of_instant = kOfInstants.find(conversion) != std::string_view::npos;
    Moment moment;
    switch (type->kind) {
      case TypeKind::kDate:
        if (!of_date) wrong_conversion(specifier, type);
        moment.micros = value.integer() * kMicrosPerDay;
        break;
      case TypeKind::kTime:
        if (of_date || of_instant) wrong_conversion(specifier, type);
        moment = value.moment();
        break;
      case TypeKind::kTimestamp:
        if (of_instant) wrong_conversion(specifier, type);
        moment = value.moment();
        break;
      case TypeKind::kTimestampWithTimeZone:
        moment = value.moment();
        break;
      case TypeKind::kTinyint:
      case TypeKind::kSmallint:
      case TypeKind::kInteger:
      case TypeKind::kBigint: {
        // A number is milliseconds since 1970.
        constexpr std::int64_t kMostMillis = 9'000'000'000'000'000;
        moment.micros = std::clamp(value.integer(), -kMostMillis, kMostMillis) * kMicrosPerMilli;
        break;
      }
      default:
        wrong_conversion(specifier, type);
    }
    if (conversion == 's') return std::to_string(floor_divide(moment.micros, kMicrosPerSecond));
    if (conversion == 'Q') return std::to_string(floor_divide(moment.micros, kMicrosPerMilli));
    if (conversion == 'N') {
      const std::int64_t micros = floor_modulo(moment.micros, kMicrosPerSecond);
      std::string digits = std::to_string(micros * 1000 + moment.picos / 1000);
      return digits.insert(0, 9 - digits.size(), '0');
    }
    const std::string_view pattern = pattern_of(conversion);
    if (pattern.empty()) {
      throw FormatMistake{std::string("UnknownFormatConversion: Conversion = 't") + conversion +
                          "'"};
    }
    const auto text = print_by_pattern(*parse_joda_pattern(pattern, 0), moment);
    if (!text) throw FormatMistake{text.error().message};
    return conversion == 'p' ? ascii_lower(*text) : *text;
  }

  Evaluation& evaluation_;
  std::span<const TypePointer> types_;
  Arguments values_;
};

/// The arguments come as one row, so that each keeps its type.
Value format(Evaluation& evaluation, const Bound& node, Arguments a) {
  if (a[0].is_null()) return {};
  try {
    Formatter formatter(evaluation, node.children[1]->type->children, a[1].items());
    return evaluation.text(formatter.format(a[0].text()));
  } catch (const FormatMistake& mistake) {
    return refuse(evaluation,
                  "Invalid format string: " + std::string(a[0].text()) + " (" + mistake.text + ")");
  }
}

// ---- numbers in words -----------------------------------------------------------------------

Value format_count(Evaluation& evaluation, std::int64_t count) {
  static constexpr std::array<const char*, 6> kUnits = {"", "K", "M", "B", "T", "Q"};
  auto shown = static_cast<double>(count);
  std::size_t unit = 0;
  while (std::abs(shown) >= 1000 && unit + 1 < kUnits.size()) {
    shown /= 1000;
    ++unit;
  }
  // Three digits: 1.23K, 12.3K, 123K.
  const int decimals = std::abs(shown) < 10 ? 2 : std::abs(shown) < 100 ? 1 : 0;
  char buffer[64];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, shown, std::chars_format::fixed, decimals);
  std::string text(buffer, end.ptr);
  if (decimals > 0) {
    while (text.ends_with('0')) text.pop_back();
    if (text.ends_with('.')) text.pop_back();
  }
  return evaluation.text(text + kUnits[unit]);
}
Value format_integer(Evaluation& evaluation, const Bound&, Arguments a) {
  return format_count(evaluation, a[0].integer());
}
Value format_real(Evaluation& evaluation, const Bound&, Arguments a) {
  const double value = a[0].real();
  constexpr double kEnd = 9223372036854775807.0;
  if (std::isnan(value)) return format_count(evaluation, 0);
  if (value >= kEnd) return format_count(evaluation, std::numeric_limits<std::int64_t>::max());
  if (value <= -kEnd) return format_count(evaluation, std::numeric_limits<std::int64_t>::min());
  return format_count(evaluation, static_cast<std::int64_t>(value));
}

/// parse_data_size('2.5MB'): bytes; each unit is 1,024 of the one before.
Value parse_data_size(Evaluation& evaluation, const Bound&, Arguments a) {
  static constexpr std::array<std::string_view, 9> kUnits = {"B",  "kB", "MB", "GB", "TB",
                                                             "PB", "EB", "ZB", "YB"};
  const std::string_view text = a[0].text();
  const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  const auto unit = std::ranges::find(kUnits, text.substr(end));
  const std::string_view number = text.substr(0, end);
  Int128 value = 0;
  std::int32_t scale = 0;
  const std::size_t point = number.find('.');
  bool good = unit != kUnits.end() && !number.empty() && number[0] != '.' && number.back() != '.' &&
              std::ranges::count(number, '.') <= 1;
  for (std::size_t i = 0; good && i < number.size(); ++i) {
    if (number[i] == '.') continue;
    good = fits_precision(value, kMaxDecimalPrecision - 2);
    value = value * 10 + (number[i] - '0');
    if (point != std::string_view::npos && i > point) ++scale;
  }
  if (!good) return refuse(evaluation, "Invalid data size: '" + std::string(text) + "'");
  for (auto step = kUnits.begin(); step != unit; ++step) {
    if (__builtin_mul_overflow(value, Int128{1024}, &value)) {
      return evaluation.fail(ErrorName::kNumericValueOutOfRange,
                             "Value out of range: '" + std::string(text) + "'");
    }
  }
  value /= power_of_ten(scale);
  if (!fits_precision(value, kMaxDecimalPrecision)) {
    return evaluation.fail(ErrorName::kNumericValueOutOfRange,
                           "Value out of range: '" + std::string(text) + "'");
  }
  return Value::of_decimal(value);
}

const Function kRows[] = {
    {"$format", "varchar, R", "varchar", format, kMayFail,
     "Prints arguments as java.util.Formatter does; the analyser makes one row of them.", ""},
    {"format_number", "bigint", "varchar", format_integer, 0, "A number with its unit.",
     "format_number(12345) = '12.3K'"},
    {"format_number", "double", "varchar", format_real, 0, "A number with its unit.", ""},
    {"parse_data_size", "varchar(x)", "decimal(38,0)", parse_data_size, kMayFail,
     "The bytes of a size.", "parse_data_size('2.5MB') = 2621440"},
    {"parse_presto_data_size", "varchar(x)", "decimal(38,0)", parse_data_size, kMayFail,
     "The bytes of a size.", "parse_presto_data_size('1kB') = 1024"},
};

}  // namespace

std::span<const Function> format_functions() { return kRows; }

}  // namespace trailpond::sql
