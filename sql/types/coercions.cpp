#include "sql/types/coercions.hpp"

namespace trailpond::sql {

int number_rank(TypePointer type) {
  switch (type->kind) {
    case TypeKind::kTinyint:
      return 1;
    case TypeKind::kSmallint:
      return 2;
    case TypeKind::kInteger:
      return 3;
    case TypeKind::kBigint:
      return 4;
    case TypeKind::kDecimal:
      return 5;
    case TypeKind::kReal:
      return 6;
    case TypeKind::kDouble:
      return 7;
    default:
      return 0;
  }
}

TypePointer decimal_of(TypePointer type) {
  switch (type->kind) {
    case TypeKind::kTinyint:
      return decimal_type(3, 0);
    case TypeKind::kSmallint:
      return decimal_type(5, 0);
    case TypeKind::kInteger:
      return decimal_type(10, 0);
    case TypeKind::kBigint:
      return decimal_type(19, 0);
    default:
      return type;
  }
}

std::int32_t longer(std::int32_t left, std::int32_t right) {
  return left == kUnbounded || right == kUnbounded ? kUnbounded : std::max(left, right);
}

namespace {

TypePointer common_decimal(TypePointer left, TypePointer right) {
  const std::int32_t scale = std::max(left->scale, right->scale);
  const std::int32_t whole =
      std::max(left->precision - left->scale, right->precision - right->scale);
  return decimal_type(std::min(38, whole + scale), scale);
}

bool is_text(TypePointer type) {
  return type->kind == TypeKind::kVarchar || type->kind == TypeKind::kChar;
}

/// Dates and times: date → timestamp → timestamp with time zone.
int time_rank(TypePointer type) {
  switch (type->kind) {
    case TypeKind::kDate:
      return 1;
    case TypeKind::kTimestamp:
      return 2;
    case TypeKind::kTimestampWithTimeZone:
      return 3;
    default:
      return 0;
  }
}

TypePointer common_time(TypePointer left, TypePointer right) {
  const TypePointer wider = time_rank(left) >= time_rank(right) ? left : right;
  const TypePointer other = wider == left ? right : left;
  const std::int32_t precision = other->kind == TypeKind::kDate
                                     ? wider->precision
                                     : std::max(wider->precision, other->precision);
  if (wider->kind == TypeKind::kTimestamp) return timestamp_type(precision);
  if (wider->kind == TypeKind::kTimestampWithTimeZone)
    return timestamp_with_time_zone_type(precision);
  return wider;
}

TypePointer common_nested(TypePointer left, TypePointer right) {
  if (left->children.size() != right->children.size()) return nullptr;
  std::vector<TypePointer> children;
  for (std::size_t i = 0; i < left->children.size(); ++i) {
    const TypePointer child = common_type(left->children[i], right->children[i]);
    if (child == nullptr) return nullptr;
    children.push_back(child);
  }
  if (left->kind == TypeKind::kArray) return array_type(children[0]);
  if (left->kind == TypeKind::kMap) return map_type(children[0], children[1]);
  std::vector<std::pair<std::string, TypePointer>> fields;
  for (std::size_t i = 0; i < children.size(); ++i) {
    // A name stays where both sides agree on it.
    const bool same = left->field_names[i] == right->field_names[i];
    fields.emplace_back(same ? left->field_names[i] : std::string(), children[i]);
  }
  return row_type(std::move(fields));
}

}  // namespace

TypePointer common_type(TypePointer left, TypePointer right) {
  if (left == right) return left;
  if (left->kind == TypeKind::kUnknown) return right;
  if (right->kind == TypeKind::kUnknown) return left;
  const int left_rank = number_rank(left);
  const int right_rank = number_rank(right);
  if (left_rank > 0 && right_rank > 0) {
    if (left->kind == TypeKind::kDecimal || right->kind == TypeKind::kDecimal) {
      if (std::max(left_rank, right_rank) > 5) return left_rank > right_rank ? left : right;
      return common_decimal(decimal_of(left), decimal_of(right));
    }
    return left_rank > right_rank ? left : right;
  }
  if (is_text(left) && is_text(right)) {
    if (left->kind == TypeKind::kChar && right->kind == TypeKind::kChar) {
      return char_type(std::max(left->precision, right->precision));
    }
    const std::int32_t length = longer(left->precision, right->precision);
    if (left->kind == right->kind) return varchar_type(length);
    return char_type(length == kUnbounded ? kMaxCharLength : std::min(length, kMaxCharLength));
  }
  if (time_rank(left) > 0 && time_rank(right) > 0) return common_time(left, right);
  const auto is_time = [](TypePointer type) {
    return type->kind == TypeKind::kTime || type->kind == TypeKind::kTimeWithTimeZone;
  };
  if (is_time(left) && is_time(right) && left->kind != right->kind)
    return time_with_time_zone_type(std::max(left->precision, right->precision));
  if (left->kind != right->kind) return nullptr;
  switch (left->kind) {
    case TypeKind::kTime:
      return time_type(std::max(left->precision, right->precision));
    case TypeKind::kTimeWithTimeZone:
      return time_with_time_zone_type(std::max(left->precision, right->precision));
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kRow:
      return common_nested(left, right);
    default:
      return nullptr;
  }
}

bool can_coerce(TypePointer from, TypePointer to) {
  if (from == to || from->kind == TypeKind::kUnknown) return true;
  if (to->kind == TypeKind::kRow && from->kind == TypeKind::kRow &&
      from->children.size() == to->children.size()) {
    for (std::size_t i = 0; i < from->children.size(); ++i) {
      if (!can_coerce(from->children[i], to->children[i])) return false;
    }
    return true;
  }
  return common_type(from, to) == to;
}

bool is_orderable(TypePointer type) {
  if (type->kind == TypeKind::kMap || type->kind == TypeKind::kJson ||
      type->kind == TypeKind::kFunction) {
    return false;
  }
  return std::ranges::all_of(type->children, is_orderable);
}

bool is_comparable(TypePointer type) {
  if (type->kind == TypeKind::kFunction) return false;
  return std::ranges::all_of(type->children, is_comparable);
}

}  // namespace trailpond::sql
