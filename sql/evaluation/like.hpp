#pragma once
#include <string_view>

#include "sql/bound/bound.hpp"
#include "sql/evaluation/evaluation.hpp"

namespace trailpond::sql {

/// Matches LIKE; `escape` is 0 or one character's code point.
bool matches_like(std::string_view text, std::string_view pattern, char32_t escape);

/// Computes a kLike node.
Value evaluate_like(Evaluation& evaluation, const Bound& node);

}  // namespace trailpond::sql
