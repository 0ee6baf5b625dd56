#pragma once
#include <string>
#include <string_view>

#include "sql/types/types.hpp"
#include "sql/values/arena.hpp"

/// Values as the bytes that stand inside an array, a map or a row (base/encoding.hpp).
namespace trailpond::sql {

/// Appends the encoding of a value inside an array, map or row (base/encoding.hpp). With
/// `normalised`, equal values get equal bytes: the entries of maps are sorted, scalars normal.
void encode_value(TypePointer type, const Value& value, bool normalised, std::string& out);

/// Reads one encoded item; texts are borrowed from `data`, items live in the arena.
Value decode_value(TypePointer type, std::string_view data, Arena& arena);

}  // namespace trailpond::sql
