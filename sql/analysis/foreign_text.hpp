#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "sql/bound/bound.hpp"

/// Plain Trino text for what Lake takes beyond Trino.
namespace trailpond::sql::analysis {

/// What stands before and behind an expression.
using Around = std::pair<std::string, std::string>;

/// Prints a constant of a text or of a time's type.
std::string print_constant(const Bound& literal);

/// Reads a varchar as Lake reads times (see operators::lenient_timestamp): timestamp(3), NULL for a
/// text that is none. Trino's session must be in UTC.
Around around_lenient_moment();

/// Gives the text of a cell with an array, map or row.
Around around_cell_text(TypePointer type);

/// Rewrites a call of json_extract, json_extract_scalar or json_size around its first argument;
/// nothing where Trino takes the path as it is, or where no plain text means the same.
std::optional<Around> around_lenient_path(std::string_view function, std::string_view path,
                                          TypePointer json);

}  // namespace trailpond::sql::analysis
