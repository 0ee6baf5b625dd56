#pragma once
#include <string>

#include "sql/types/types.hpp"
#include "sql/values/arena.hpp"

struct sqlite3_context;
struct sqlite3_value;

/// Values on their way through SQLite.
namespace trailpond::sql {

/// Reads an SQLite value as delivered by a scan or by result_value. Texts are borrowed.
Value read_value(TypePointer type, sqlite3_value* value, Arena& arena);

/// Gives a value to SQLite as the result of a function.
void result_value(sqlite3_context* context, TypePointer type, const Value& value, bool normalised);

/// Writes a scalar as a literal of SQLite's dialect; nested types as a BLOB literal.
std::string sqlite_literal(TypePointer type, const Value& value);

/// Answers whether SQLite compares two encoded values of this type as Trino does.
bool is_natively_comparable(TypePointer type);

}  // namespace trailpond::sql
