#include "sql/evaluation/ordering.hpp"

#include <cmath>

#include "sql/values/comparing.hpp"
#include "sql/values/storage.hpp"

namespace trailpond::sql {
namespace {

int order_of_lists(Evaluation& evaluation, TypePointer type, const Value& left, const Value& right,
                   NanOrder nan) {
  const auto a = left.items();
  const auto b = right.items();
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (a[i].is_null() || b[i].is_null()) {
      evaluation.fail(ErrorName::kNotSupported,
                      type->kind == TypeKind::kArray
                          ? "ARRAY comparison not supported for arrays with null elements"
                          : "ROW comparison not supported for fields with null elements");
      return 0;
    }
    const int order = order_of(evaluation, item_type(type, i), a[i], b[i], nan);
    if (order != 0 || evaluation.failed()) return order;
  }
  return a.size() < b.size() ? -1 : a.size() > b.size() ? 1 : 0;
}

}  // namespace

int order_of(Evaluation& evaluation, TypePointer type, const Value& left, const Value& right,
             NanOrder nan) {
  switch (type->kind) {
    case TypeKind::kArray:
    case TypeKind::kRow:
      return order_of_lists(evaluation, type, left, right, nan);
    case TypeKind::kReal:
    case TypeKind::kDouble: {
      // As everywhere else NaN is the greatest; on the other side when it shall be the least.
      const bool only_one = std::isnan(left.real()) != std::isnan(right.real());
      const int order = compare_values(type, left, right);
      return only_one && nan == NanOrder::kLeast ? -order : order;
    }
    default:
      return compare_values(type, left, right);
  }
}

bool beats(Evaluation& evaluation, TypePointer type, const Value& value, const Value& best,
           int sign) {
  const NanOrder nan = sign > 0 ? NanOrder::kLeast : NanOrder::kGreatest;
  return order_of(evaluation, type, value, best, nan) * sign > 0;
}

}  // namespace trailpond::sql
