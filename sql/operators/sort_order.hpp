#pragma once
#include <span>

#include "sql/operators/tuples.hpp"

namespace trailpond::sql {

/// Numbers that ascend as an order wants the words of a column of numbers. No word gets the key of
/// NULL.
void number_keys(std::span<const Word> words, const OperatorSort& order, std::int64_t* keys);

}  // namespace trailpond::sql
