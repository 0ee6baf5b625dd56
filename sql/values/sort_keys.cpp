#include "sql/values/sort_keys.hpp"

#include <bit>
#include <cmath>

#include "sql/types/kinds.hpp"

namespace trailpond::sql {
namespace {

constexpr char kEndOfList = 0;
constexpr char kItem = 1;
constexpr char kNullItem = 2;

void append_unsigned(std::uint64_t value, int bytes, std::string& out) {
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (i * 8));
}

void append_signed(std::int64_t value, std::string& out) {
  append_unsigned(static_cast<std::uint64_t>(value) ^ (std::uint64_t{1} << 63), 8, out);
}

/// NaN is the largest; both zeros are equal.
void append_real(double value, std::string& out) {
  if (std::isnan(value)) return append_unsigned(~std::uint64_t{0}, 8, out);
  auto bits = std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);
  bits = (bits >> 63) != 0 ? ~bits : bits | (std::uint64_t{1} << 63);
  append_unsigned(bits, 8, out);
}

/// Zero bytes are doubled up, so that a text ends before whatever it begins.
void append_text(std::string_view text, std::string& out) {
  for (const char c : text) {
    out += c;
    if (c == 0) out += '\xFF';
  }
  out += '\0';
  out += '\0';
}

}  // namespace

void append_sort_key(TypePointer type, const Value& value, std::string& out) {
  if (keeps_text(type->kind)) return append_text(value.text(), out);
  switch (type->kind) {
    case TypeKind::kReal:
    case TypeKind::kDouble:
      return append_real(value.real(), out);
    case TypeKind::kDecimal: {
      const Int128 decimal = value.decimal();
      append_signed(static_cast<std::int64_t>(decimal >> 64), out);
      return append_unsigned(static_cast<std::uint64_t>(decimal), 8, out);
    }
    case TypeKind::kTime:
    case TypeKind::kTimeWithTimeZone:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampWithTimeZone:
      append_signed(value.moment().micros, out);
      return append_unsigned(static_cast<std::uint32_t>(value.moment().picos), 4, out);
    case TypeKind::kArray:
    case TypeKind::kRow:
    case TypeKind::kMap: {
      const auto items = value.items();
      for (std::size_t i = 0; i < items.size(); ++i) {
        const bool is_row = type->kind == TypeKind::kRow;
        const TypePointer item =
            type->children[is_row ? i : (type->kind == TypeKind::kMap ? i % 2 : 0)];
        out += items[i].is_null() ? kNullItem : kItem;
        if (!items[i].is_null()) append_sort_key(item, items[i], out);
      }
      out += kEndOfList;
      return;
    }
    default:
      return append_signed(value.integer(), out);
  }
}

bool needs_sort_key(TypePointer type) {
  switch (type->kind) {
    case TypeKind::kArray:
    case TypeKind::kRow:
    case TypeKind::kTimeWithTimeZone:
    case TypeKind::kTimestampWithTimeZone:
      return true;
    default:
      return false;
  }
}

}  // namespace trailpond::sql
