#include "sql/values/comparing.hpp"

#include "sql/values/encoding.hpp"
#include "sql/values/storage.hpp"

namespace trailpond::sql {
namespace {

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

bool has_many_forms(TypePointer type) {
  switch (type->kind) {
    case TypeKind::kMap:
    case TypeKind::kTimeWithTimeZone:
    case TypeKind::kTimestampWithTimeZone:
      return true;
    default:
      return std::ranges::any_of(type->children, [](TypePointer child) {
        return shape_of(child) == Shape::kReal || has_many_forms(child);
      });
  }
}

}  // namespace trailpond::sql
