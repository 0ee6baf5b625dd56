#include "engine/queries/stored_rows.hpp"

#include <algorithm>

#include "engine/queries/queries.hpp"

namespace trailpond::engine {

std::int64_t store_rows(state::Writing& writing, const state::QueryKey& key,
                        const std::vector<std::vector<std::string>>& rows) {
  state::ResultPage page;
  std::int64_t bytes = 0;
  const auto flush = [&] {
    if (page.row_count > 0) {
      bytes += static_cast<std::int64_t>(page.body.size());
      state::ResultPages::append(writing, key, page);
      page = {page.first_row + page.row_count, 0, {}};
    }
  };
  for (const auto& row : rows) {
    const std::vector<std::string_view> cells(row.begin(), row.end());
    append_row(page.body, cells);
    ++page.row_count;
    if (page.row_count >= kStoredPageRows || page.body.size() >= kStoredPageBytes) {
      flush();
    }
  }
  flush();
  return bytes;
}

void read_rows(state::Writing& writing, const state::QueryKey& key, std::int64_t first,
               std::int64_t count, ResultRows& rows) {
  const std::int64_t end = first + count;
  while (first < end && rows.text_bytes() < kMaxPageTextBytes) {
    auto page = state::ResultPages::find(writing, key, first);
    if (!page) {
      return;
    }
    const std::int64_t skip = first - page->first_row;
    const std::int64_t wanted = std::min(end - first, page->row_count - skip);
    first += rows.take(std::move(page->body), skip, wanted, kMaxPageTextBytes);
  }
}

}  // namespace trailpond::engine
