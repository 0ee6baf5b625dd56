#include "sql/values/sqlite_bridge.hpp"

#include <sqlite3.h>

#include <charconv>

#include "base/text.hpp"
#include "sql/values/arena.hpp"
#include "sql/values/encoding.hpp"
#include "sql/values/storage.hpp"

namespace trailpond::sql {

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
      const std::string data = to_bytes(type, normalised ? normal_form(type, value) : value);
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
  return quoted(text, '\'');
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
