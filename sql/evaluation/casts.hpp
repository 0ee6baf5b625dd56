#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sql/evaluation/evaluation.hpp"
#include "sql/types/types.hpp"

/// CAST: casts.cpp (scalars, nested values), json_casts.cpp.
/// Source: https://trino.io/docs/current/functions/conversion.html
namespace trailpond::sql {

/// Converts between types as CAST does; the evaluation fails with INVALID_CAST_ARGUMENT otherwise.
Value cast_value(Evaluation& evaluation, TypePointer from, TypePointer to, const Value& value);
/// Answers whether CAST knows this pair of types.
bool can_cast(TypePointer from, TypePointer to);

/// Reads a number as Java's Double.parseDouble does; blanks around it are dropped.
std::optional<double> parse_real(std::string_view text);

/// CAST(double AS varchar) and CAST(real AS varchar): always with an exponent, 1.0E0.
std::string scientific(double value);
std::string scientific(float value);

/// Answers whether two keys of a map's entries (key and value alternately) are equal.
bool has_equal_keys(TypePointer map, std::span<const Value> entries);

/// One of the two types is json.
bool can_cast_json(TypePointer from, TypePointer to);
Value cast_from_json(Evaluation& evaluation, TypePointer to, std::string_view json);
Value cast_to_json(Evaluation& evaluation, TypePointer from, const Value& value);

}  // namespace trailpond::sql
