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

/// Stores the rows of a result that has no others: a small one in the query itself, where nothing
/// is kept on disk.
void store_only_page(state::Writing& writing, state::Query& query, state::ResultPage page);

/// Drops the rows of a query's result.
void drop_rows(state::Writing& writing, state::Query& query);

/// Reads rows `first` to `first + count - 1` of a query's result, as many as kMaxPageTextBytes
/// allow.
void read_rows(state::Writing& writing, const state::Query& query, std::int64_t first,
               std::int64_t count, ResultRows& rows);
/// The same for few_rows, which are read without any right.
void read_few_rows(const state::Query& query, std::int64_t first, std::int64_t count,
                   ResultRows& rows);

}  // namespace trailpond::engine
