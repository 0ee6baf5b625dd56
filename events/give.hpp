#pragma once
#include <string>

#include "events/scan_column.hpp"

struct sqlite3_context;

namespace trailpond::events {

/// Answers the value of a column in a row of a segment to SQLite; a result that is not set is NULL.
/// Texts are lent: the snapshot must live as long as the statement. `scratch` is for nested values.
void give_cell(sqlite3_context* context, ScanSource& source, std::size_t segment, std::size_t row,
               std::string& scratch);

}  // namespace trailpond::events
