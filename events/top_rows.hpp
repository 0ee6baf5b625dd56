#pragma once
#include <cstdint>
#include <vector>

#include "events/row_filter.hpp"

namespace trailpond::events {

/// Finds the first `limit` rows in the order of one column of numbers (NULL is the least) among
/// those that a filter lets through, equal ones by their place. Segments whose bounds rule them out
/// are not read. Look at the filter's error afterwards.
std::vector<std::uint32_t> find_top_rows(const Snapshot& snapshot, ScanSource& source,
                                         RowFilter& filter, bool descending, std::size_t limit);

}  // namespace trailpond::events
