#include "sql/values/storage.hpp"

#include <cmath>
#include <limits>

namespace trailpond::sql {
namespace {

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

}  // namespace

Value normal_form(TypePointer type, const Value& value) {
  switch (type->kind) {
    case TypeKind::kReal:
    case TypeKind::kDouble:
      if (std::isnan(value.real())) return Value::of_real(std::numeric_limits<double>::quiet_NaN());
      return Value::of_real(value.real() == 0 ? 0 : value.real());
    case TypeKind::kTimeWithTimeZone:
    case TypeKind::kTimestampWithTimeZone: {
      Moment moment = value.moment();
      moment.zone = {};
      return Value::of_moment(moment);
    }
    default:
      return value;
  }
}

std::string to_bytes(TypePointer type, const Value& value) {
  if (type->kind == TypeKind::kDecimal) {
    std::string out;
    const Int128 decimal = value.decimal();
    append_sortable(out, static_cast<std::uint64_t>(decimal >> 64), 8, true);
    append_sortable(out, static_cast<std::uint64_t>(decimal), 8, false);
    return out;
  }
  if (is_moment(type->kind)) {
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
  if (is_moment(type->kind) && data.size() >= 12) {
    Moment moment;
    moment.micros = static_cast<std::int64_t>(read_sortable(data, 0, 8, true));
    moment.picos = static_cast<std::int32_t>(read_sortable(data, 8, 4, false));
    if (data.size() >= 14) moment.zone = static_cast<ZoneKey>(read_sortable(data, 12, 2, false));
    return Value::of_moment(moment);
  }
  return Value::of_text(data);
}

}  // namespace trailpond::sql
