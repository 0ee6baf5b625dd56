#include "sql/values/values.hpp"

#include <sqlite3.h>

#include <charconv>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "sql/json/json_text.hpp"
#include "sql/times/datetime.hpp"
#include "sql/values/addresses.hpp"

namespace trailpond::sql {
namespace {

using encoding::Tag;

/// SQLite keeps what this precision holds as one integer of microseconds.
constexpr std::int32_t kMicrosPrecision = 6;
/// Unscaled decimals up to this precision fit 64 bits.
constexpr std::int32_t kShortDecimal = 18;

enum class Shape : std::uint8_t { kInteger, kReal, kText, kBytes, kNested };

/// How values of a type travel (base/encoding.hpp).
Shape shape_of(TypePointer type) {
  switch (type->kind) {
    case TypeKind::kUnknown:
    case TypeKind::kBoolean:
    case TypeKind::kTinyint:
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
    case TypeKind::kDate:
    case TypeKind::kIntervalDayToSecond:
    case TypeKind::kIntervalYearToMonth:
      return Shape::kInteger;
    case TypeKind::kReal:
    case TypeKind::kDouble:
      return Shape::kReal;
    case TypeKind::kDecimal:
      return type->precision <= kShortDecimal ? Shape::kInteger : Shape::kBytes;
    case TypeKind::kTime:
    case TypeKind::kTimestamp:
      return type->precision <= kMicrosPrecision ? Shape::kInteger : Shape::kBytes;
    case TypeKind::kTimeWithTimeZone:
    case TypeKind::kTimestampWithTimeZone:
    case TypeKind::kVarbinary:
    case TypeKind::kUuid:
    case TypeKind::kIpAddress:
      return Shape::kBytes;
    case TypeKind::kVarchar:
    case TypeKind::kChar:
    case TypeKind::kJson:
    case TypeKind::kJsonPath:
      return Shape::kText;
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kRow:
    case TypeKind::kFunction:
      return Shape::kNested;
  }
  return Shape::kInteger;
}

bool is_moment(TypePointer type) {
  return type->kind == TypeKind::kTime || type->kind == TypeKind::kTimestamp ||
         type->kind == TypeKind::kTimeWithTimeZone ||
         type->kind == TypeKind::kTimestampWithTimeZone;
}

/// Big-endian with the sign bit turned, so that bytes sort as numbers do.
void append_sortable(std::string& out, std::uint64_t value, int bytes, bool is_signed) {
  if (is_signed) value ^= std::uint64_t{1} << (bytes * 8 - 1);
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (i * 8));
}

std::uint64_t read_sortable(std::string_view data, std::size_t at, int bytes, bool is_signed) {
  std::uint64_t value = 0;
  for (int i = 0; i < bytes; ++i) {
    value = (value << 8) | static_cast<unsigned char>(data[at + static_cast<std::size_t>(i)]);
  }
  if (is_signed) value ^= std::uint64_t{1} << (bytes * 8 - 1);
  return value;
}

/// The bytes of a value whose shape is kBytes.
std::string to_bytes(TypePointer type, const Value& value) {
  if (type->kind == TypeKind::kDecimal) {
    std::string out;
    const Int128 decimal = value.decimal();
    append_sortable(out, static_cast<std::uint64_t>(decimal >> 64), 8, true);
    append_sortable(out, static_cast<std::uint64_t>(decimal), 8, false);
    return out;
  }
  if (is_moment(type)) {
    std::string out;
    const Moment moment = value.moment();
    append_sortable(out, static_cast<std::uint64_t>(moment.micros), 8, true);
    append_sortable(out, static_cast<std::uint64_t>(moment.picos), 4, false);
    if (type->kind != TypeKind::kTime && type->kind != TypeKind::kTimestamp) {
      append_sortable(out, moment.zone, 2, false);
    }
    return out;
  }
  return std::string(value.text());
}

Value from_bytes(TypePointer type, std::string_view data) {
  if (type->kind == TypeKind::kDecimal && data.size() == 16) {
    const auto high = static_cast<std::int64_t>(read_sortable(data, 0, 8, true));
    const Int128 low = static_cast<Int128>(read_sortable(data, 8, 8, false));
    return Value::of_decimal((static_cast<Int128>(high) << 64) | low);
  }
  if (is_moment(type) && data.size() >= 12) {
    Moment moment;
    moment.micros = static_cast<std::int64_t>(read_sortable(data, 0, 8, true));
    moment.picos = static_cast<std::int32_t>(read_sortable(data, 8, 4, false));
    if (data.size() >= 14) moment.zone = static_cast<ZoneKey>(read_sortable(data, 12, 2, false));
    return Value::of_moment(moment);
  }
  return Value::of_text(data);
}

std::int64_t to_integer(TypePointer type, const Value& value) {
  if (type->kind == TypeKind::kDecimal) return static_cast<std::int64_t>(value.decimal());
  return value.integer();
}

Value from_integer(TypePointer type, std::int64_t value) {
  if (type->kind == TypeKind::kDecimal) return Value::of_decimal(value);
  if (is_moment(type)) return Value::of_moment({value, 0, 0});
  return Value::of_integer(value);
}

template <class T>
T read_raw(std::string_view data, std::size_t at) {
  T value;
  std::memcpy(&value, data.data() + at, sizeof value);
  return value;
}

/// Reads items one after another from an encoded text.
class Reader {
 public:
  Reader(std::string_view data, Arena& arena) : data_(data), arena_(arena) {}

  Value item(TypePointer type) {
    if (at_ >= data_.size()) return {};
    const Tag tag = static_cast<Tag>(data_[at_++]);
    switch (tag) {
      case Tag::kNull:
        return {};
      case Tag::kFalse:
        return Value::of_boolean(false);
      case Tag::kTrue:
        return Value::of_boolean(true);
      case Tag::kInteger:
        return from_integer(type, take<std::int64_t>());
      case Tag::kDouble:
        return Value::of_real(take<double>());
      case Tag::kText:
        return Value::of_text(sized());
      case Tag::kBytes:
        return from_bytes(type, sized());
      case Tag::kList:
        return list(type);
      case Tag::kMap:
        return map(type);
    }
    return {};
  }

 private:
  template <class T>
  T take() {
    const T value = read_raw<T>(data_, at_);
    at_ += sizeof value;
    return value;
  }
  std::string_view sized() {
    const auto length = take<std::uint32_t>();
    const std::string_view text = data_.substr(at_, length);
    at_ += length;
    return text;
  }
  Value list(TypePointer type) {
    const auto count = take<std::uint32_t>();
    at_ += sizeof(std::uint32_t);
    const auto items = arena_.values(count);
    for (std::size_t i = 0; i < count; ++i) {
      const bool is_row = type->kind == TypeKind::kRow;
      items[i] = item(type->children[is_row ? std::min(i, type->children.size() - 1) : 0]);
    }
    return Value::of_items(items);
  }
  Value map(TypePointer type) {
    const auto count = take<std::uint32_t>();
    at_ += sizeof(std::uint32_t);
    const auto items = arena_.values(std::size_t{count} * 2);
    for (std::size_t i = 0; i < items.size(); ++i) items[i] = item(type->children[i % 2]);
    return Value::of_items(items);
  }

  std::string_view data_;
  std::size_t at_ = 0;
  Arena& arena_;
};

void encode_map(TypePointer type, const Value& value, bool normalised, std::string& out) {
  encoding::Writer writer(out);
  const auto items = value.items();
  const std::size_t mark = writer.open_map(static_cast<std::uint32_t>(items.size() / 2));
  if (!normalised) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      encode_value(type->children[i % 2], items[i], false, out);
    }
  } else {
    std::vector<std::string> entries;
    for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
      std::string entry;
      encode_value(type->children[0], items[i], true, entry);
      encode_value(type->children[1], items[i + 1], true, entry);
      entries.push_back(std::move(entry));
    }
    std::ranges::sort(entries);
    for (const std::string& entry : entries) out += entry;
  }
  writer.close(mark);
}

int sign_of(auto left, auto right) { return left < right ? -1 : right < left ? 1 : 0; }

int compare_reals(double left, double right) {
  const bool left_nan = std::isnan(left);
  const bool right_nan = std::isnan(right);
  if (left_nan || right_nan) return sign_of(left_nan, right_nan);
  return sign_of(left, right);
}

int compare_nullable(TypePointer type, const Value& left, const Value& right) {
  if (left.is_null() || right.is_null()) return sign_of(left.is_null(), right.is_null());
  return compare_values(type, left, right);
}

TypePointer item_type(TypePointer type, std::size_t index) {
  if (type->kind == TypeKind::kArray) return type->children[0];
  return type->children[std::min(index, type->children.size() - 1)];
}

int compare_lists(TypePointer type, const Value& left, const Value& right) {
  const auto a = left.items();
  const auto b = right.items();
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (const int order = compare_nullable(item_type(type, i), a[i], b[i])) return order;
  }
  return sign_of(a.size(), b.size());
}

const Value* find_entry(TypePointer type, std::span<const Value> entries, const Value& key) {
  for (std::size_t i = 0; i + 1 < entries.size(); i += 2) {
    if (identical_values(type->children[0], entries[i], key)) return &entries[i + 1];
  }
  return nullptr;
}

}  // namespace

int compare_values(TypePointer type, const Value& left, const Value& right) {
  switch (type->kind) {
    case TypeKind::kReal:
    case TypeKind::kDouble:
      return compare_reals(left.real(), right.real());
    case TypeKind::kDecimal:
      return sign_of(left.decimal(), right.decimal());
    case TypeKind::kTime:
    case TypeKind::kTimeWithTimeZone:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampWithTimeZone: {
      const Moment a = left.moment();
      const Moment b = right.moment();
      if (const int order = sign_of(a.micros, b.micros)) return order;
      return sign_of(a.picos, b.picos);
    }
    case TypeKind::kArray:
    case TypeKind::kRow:
      return compare_lists(type, left, right);
    case TypeKind::kMap: {
      std::string a;
      std::string b;
      encode_value(type, left, true, a);
      encode_value(type, right, true, b);
      return a.compare(b);
    }
    case TypeKind::kVarchar:
    case TypeKind::kChar:
    case TypeKind::kVarbinary:
    case TypeKind::kJson:
    case TypeKind::kUuid:
    case TypeKind::kIpAddress:
    case TypeKind::kJsonPath:
      return sign_of(left.text().compare(right.text()), 0);
    case TypeKind::kUnknown:
    case TypeKind::kBoolean:
    case TypeKind::kTinyint:
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
    case TypeKind::kDate:
    case TypeKind::kIntervalDayToSecond:
    case TypeKind::kIntervalYearToMonth:
    case TypeKind::kFunction:
      return sign_of(left.integer(), right.integer());
  }
  return 0;
}

std::optional<bool> equal_values(TypePointer type, const Value& left, const Value& right) {
  if (left.is_null() || right.is_null()) return std::nullopt;
  switch (type->kind) {
    case TypeKind::kReal:
    case TypeKind::kDouble:
      return left.real() == right.real();
    case TypeKind::kArray:
    case TypeKind::kRow: {
      const auto a = left.items();
      const auto b = right.items();
      if (a.size() != b.size()) return false;
      bool unknown = false;
      for (std::size_t i = 0; i < a.size(); ++i) {
        const auto equal = equal_values(item_type(type, i), a[i], b[i]);
        if (!equal)
          unknown = true;
        else if (!*equal)
          return false;
      }
      return unknown ? std::nullopt : std::optional(true);
    }
    case TypeKind::kMap: {
      const auto a = left.items();
      const auto b = right.items();
      if (a.size() != b.size()) return false;
      bool unknown = false;
      for (std::size_t i = 0; i + 1 < a.size(); i += 2) {
        const Value* other = find_entry(type, b, a[i]);
        if (other == nullptr) return false;
        const auto equal = equal_values(type->children[1], a[i + 1], *other);
        if (!equal)
          unknown = true;
        else if (!*equal)
          return false;
      }
      return unknown ? std::nullopt : std::optional(true);
    }
    default:
      return compare_values(type, left, right) == 0;  // the scalars
  }
}

bool identical_values(TypePointer type, const Value& left, const Value& right) {
  if (left.is_null() || right.is_null()) return left.is_null() && right.is_null();
  return compare_values(type, left, right) == 0;
}

void encode_value(TypePointer type, const Value& value, bool normalised, std::string& out) {
  encoding::Writer writer(out);
  if (value.is_null()) return writer.null();
  if (type->kind == TypeKind::kBoolean) return writer.boolean(value.boolean());
  switch (shape_of(type)) {
    case Shape::kInteger:
      return writer.integer(to_integer(type, value));
    case Shape::kReal:
      return writer.real(value.real());
    case Shape::kText:
      return writer.text(value.text());
    case Shape::kBytes:
      return writer.bytes(to_bytes(type, value));
    case Shape::kNested:
      break;
  }
  if (type->kind == TypeKind::kMap) return encode_map(type, value, normalised, out);
  const auto items = value.items();
  const std::size_t mark = writer.open_list(static_cast<std::uint32_t>(items.size()));
  for (std::size_t i = 0; i < items.size(); ++i) {
    encode_value(item_type(type, i), items[i], normalised, out);
  }
  writer.close(mark);
}

Value decode_value(TypePointer type, std::string_view data, Arena& arena) {
  return Reader(data, arena).item(type);
}

Value read_value(TypePointer type, sqlite3_value* value, Arena& arena) {
  // value_blob leaves static text where it is; value_text would copy it to end it with a NUL.
  const auto bytes = [&] {
    const auto* data = static_cast<const char*>(sqlite3_value_blob(value));
    return std::string_view(
        data, data == nullptr ? 0 : static_cast<std::size_t>(sqlite3_value_bytes(value)));
  };
  const int storage = sqlite3_value_type(value);
  if (storage == SQLITE_NULL) return {};
  switch (shape_of(type)) {
    case Shape::kInteger:
      return from_integer(type, sqlite3_value_int64(value));
    case Shape::kReal:
      if (storage == SQLITE_TEXT) return Value::of_real(std::numeric_limits<double>::quiet_NaN());
      return Value::of_real(sqlite3_value_double(value));
    case Shape::kText:
      return Value::of_text(bytes());
    case Shape::kBytes:
      return from_bytes(type, bytes());
    case Shape::kNested:
      return decode_value(type, bytes(), arena);
  }
  return {};
}

void result_value(sqlite3_context* context, TypePointer type, const Value& value, bool normalised) {
  if (value.is_null()) return sqlite3_result_null(context);
  switch (shape_of(type)) {
    case Shape::kInteger:
      return sqlite3_result_int64(context, to_integer(type, value));
    case Shape::kReal:
      if (std::isnan(value.real())) {
        return sqlite3_result_text(context, "NaN", 3, SQLITE_STATIC);
      }
      return sqlite3_result_double(context, value.real());
    case Shape::kText: {
      const auto text = value.text();
      return sqlite3_result_text64(context, text.empty() ? "" : text.data(), text.size(),
                                   SQLITE_TRANSIENT, SQLITE_UTF8);
    }
    case Shape::kBytes: {
      const std::string data = to_bytes(type, value);
      return sqlite3_result_blob64(context, data.data(), data.size(), SQLITE_TRANSIENT);
    }
    case Shape::kNested: {
      std::string data;
      encode_value(type, value, normalised, data);
      return sqlite3_result_blob64(context, data.data(), data.size(), SQLITE_TRANSIENT);
    }
  }
}

namespace {

std::string quoted_literal(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    return "CAST(x'" + hexadecimal(text) + "' AS TEXT)";
  }
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += '\'';
    out += c;
  }
  return out + "'";
}

std::string real_literal(double value) {
  if (std::isnan(value)) return "'NaN'";
  if (std::isinf(value)) return value > 0 ? "9e999" : "-9e999";
  char buffer[40];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  std::string text(buffer, end.ptr);
  // "1e+00" is a REAL for SQLite as it stands.
  return text;
}

}  // namespace

std::string sqlite_literal(TypePointer type, const Value& value) {
  if (value.is_null()) return "NULL";
  switch (shape_of(type)) {
    case Shape::kInteger: {
      const std::int64_t integer = to_integer(type, value);
      // The least integer has no literal: SQLite reads the digits before the sign.
      if (integer == std::numeric_limits<std::int64_t>::min()) return "(-9223372036854775807-1)";
      return std::to_string(integer);
    }
    case Shape::kReal:
      return real_literal(value.real());
    case Shape::kText:
      return quoted_literal(value.text());
    case Shape::kBytes:
      return "x'" + hexadecimal(to_bytes(type, value)) + "'";
    case Shape::kNested: {
      std::string data;
      encode_value(type, value, false, data);
      return "x'" + hexadecimal(data) + "'";
    }
  }
  return "NULL";
}

// ---- printing -------------------------------------------------------------------------------

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

void print_items(TypePointer type, const Value& value, std::string& out) {
  const auto items = value.items();
  if (type->kind == TypeKind::kArray) {
    out += '[';
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out += ", ";
      print_cell(type->children[0], items[i], true, out);
    }
    out += ']';
    return;
  }
  out += '{';
  if (type->kind == TypeKind::kMap) {
    for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
      if (i > 0) out += ", ";
      print_cell(type->children[0], items[i], true, out);
      out += '=';
      print_cell(type->children[1], items[i + 1], true, out);
    }
  } else {
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out += ", ";
      // Trino names an anonymous field by its place, from 0.
      out += type->field_names[i].empty() ? "field" + std::to_string(i) : type->field_names[i];
      out += '=';
      print_cell(type->children[i], items[i], true, out);
    }
  }
  out += '}';
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

void print_cell(TypePointer type, const Value& value, bool nested, std::string& out) {
  if (value.is_null()) {
    if (nested) out += "null";
    return;
  }
  switch (type->kind) {
    case TypeKind::kUnknown:
    case TypeKind::kFunction:
      return;
    case TypeKind::kBoolean:
      out += value.boolean() ? "true" : "false";
      return;
    case TypeKind::kTinyint:
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
      out += std::to_string(value.integer());
      return;
    case TypeKind::kReal:
      out += print_real(static_cast<float>(value.real()));
      return;
    case TypeKind::kDouble:
      out += print_double(value.real());
      return;
    case TypeKind::kDecimal:
      out += print_decimal(value.decimal(), type->scale);
      return;
    case TypeKind::kVarchar:
    case TypeKind::kChar:
    case TypeKind::kJson:
    case TypeKind::kJsonPath:
      out += value.text();
      return;
    case TypeKind::kUuid:
      out += print_uuid(value.text());
      return;
    case TypeKind::kIpAddress:
      out += print_ip_address(value.text());
      return;
    case TypeKind::kVarbinary:
      out += hexadecimal(value.text());
      return;
    case TypeKind::kDate:
      out += print_date(value.integer());
      return;
    case TypeKind::kTime:
      out += print_time(value.moment(), type->precision);
      return;
    case TypeKind::kTimeWithTimeZone:
      out += print_zoned_time(value.moment(), type->precision);
      return;
    case TypeKind::kTimestamp:
      out += print_timestamp(value.moment(), type->precision);
      return;
    case TypeKind::kTimestampWithTimeZone:
      out += print_zoned_timestamp(value.moment(), type->precision);
      return;
    case TypeKind::kIntervalDayToSecond:
      out += print_day_interval(value.integer());
      return;
    case TypeKind::kIntervalYearToMonth:
      out += print_month_interval(value.integer());
      return;
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kRow:
      print_items(type, value, out);
      return;
  }
}

namespace {

void append_canonical(TypePointer type, const Value& value, std::string& out);

void append_canonical_items(TypePointer type, const Value& value, std::string& out) {
  const auto items = value.items();
  if (type->kind == TypeKind::kMap) {
    out += '{';
    for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
      if (i > 0) out += ',';
      append_json_string(print_canonical(type->children[0], items[i]), out);
      out += ':';
      append_canonical(type->children[1], items[i + 1], out);
    }
    out += '}';
    return;
  }
  out += '[';
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += ',';
    append_canonical(item_type(type, i), items[i], out);
  }
  out += ']';
}

void append_canonical(TypePointer type, const Value& value, std::string& out) {
  if (value.is_null()) {
    out += "null";
    return;
  }
  switch (type->kind) {
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kRow:
      return append_canonical_items(type, value, out);
    case TypeKind::kBoolean:
    case TypeKind::kTinyint:
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
      return print_cell(type, value, true, out);
    case TypeKind::kReal:
    case TypeKind::kDouble:
      if (std::isfinite(value.real())) return print_cell(type, value, true, out);
      break;
    default:
      break;  // everything else is a JSON string
  }
  std::string text;
  print_cell(type, value, true, text);
  append_json_string(text, out);
}

}  // namespace

std::string print_canonical(TypePointer type, const Value& value) {
  std::string out;
  const bool nested = type->kind == TypeKind::kArray || type->kind == TypeKind::kMap ||
                      type->kind == TypeKind::kRow;
  if (nested)
    append_canonical(type, value, out);
  else
    print_cell(type, value, true, out);
  return out;
}

bool holds_map(TypePointer type) {
  return type->kind == TypeKind::kMap || std::ranges::any_of(type->children, holds_map);
}

bool is_natively_comparable(TypePointer type) {
  switch (shape_of(type)) {
    case Shape::kInteger:
    case Shape::kText:
      return true;
    case Shape::kReal:
      return false;  // NaN
    case Shape::kBytes:
      return type->kind == TypeKind::kDecimal || type->kind == TypeKind::kTimestamp ||
             type->kind == TypeKind::kTime || type->kind == TypeKind::kVarbinary ||
             type->kind == TypeKind::kUuid || type->kind == TypeKind::kIpAddress;
    case Shape::kNested:
      return false;  // NULLs inside
  }
  return false;
}

}  // namespace trailpond::sql
