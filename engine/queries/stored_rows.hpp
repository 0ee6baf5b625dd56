#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "engine/queries/result_rows.hpp"
#include "state/state.hpp"

namespace trailpond::engine {

/// Stores given rows as the result of a query, in pages as a statement's would be. Answers the
/// bytes that they take.
std::int64_t store_rows(state::Writing& writing, const state::QueryKey& key,
                        const std::vector<std::vector<std::string>>& rows);

/// Reads rows `first` to `first + count - 1` of a query's result, as many as kMaxPageTextBytes
/// allow.
void read_rows(state::Writing& writing, const state::QueryKey& key, std::int64_t first,
               std::int64_t count, ResultRows& rows);

}  // namespace trailpond::engine
