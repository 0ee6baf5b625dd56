#include "sql/evaluation/printing.hpp"

#include "base/text.hpp"
#include "sql/times/datetime.hpp"
#include "sql/values/addresses.hpp"
#include "sql/values/numbers.hpp"

namespace trailpond::sql {
namespace {

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

}  // namespace trailpond::sql
