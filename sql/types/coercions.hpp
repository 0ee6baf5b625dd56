#pragma once
#include "sql/types/types.hpp"

/// Which type can stand for which.
namespace trailpond::sql {

/// The longest length that char(n) may have. It stands for varchar without a length beside char, so
/// values of this type are kept without the blanks at their end.
constexpr std::int32_t kMaxCharLength = 65'536;

/// Answers whether Trino turns `from` into `to` without a CAST.
bool can_coerce(TypePointer from, TypePointer to);
/// The least type that both turn into; null when there is none.
TypePointer common_type(TypePointer left, TypePointer right);

bool is_orderable(TypePointer type);
bool is_comparable(TypePointer type);

/// The ladder of numbers: each turns into all behind it. 0: no number. Decimals stand between
/// bigint and real.
int number_rank(TypePointer type);
/// The decimal that holds every value of an integer type.
TypePointer decimal_of(TypePointer type);
/// The longer of two lengths of texts.
std::int32_t longer(std::int32_t left, std::int32_t right);

}  // namespace trailpond::sql
