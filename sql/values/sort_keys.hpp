#pragma once
#include <string>

#include "sql/types/types.hpp"
#include "sql/values/value.hpp"

/// Keys that SQLite sorts byte by byte as Trino sorts the values: for arrays, rows and all else
/// whose own encoding sorts otherwise.
namespace trailpond::sql {

/// Appends the key of a value that is not NULL. NULLs inside it are the largest.
void append_sort_key(TypePointer type, const Value& value, std::string& out);

/// Answers whether a column of this type must be sorted by such keys.
bool needs_sort_key(TypePointer type);

}  // namespace trailpond::sql
