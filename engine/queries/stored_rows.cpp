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

void store_only_page(state::Writing& writing, state::Query& query, state::ResultPage page) {
  constexpr std::size_t kSmallBytes = 1'024;  // about what a query takes without its rows
  if (page.body.size() <= kSmallBytes && !writing.keeps_records()) {
    query.few_rows = std::make_shared<const std::string>(std::move(page.body));
  } else {
    state::ResultPages::append(writing, query.key, page);
  }
}

void drop_rows(state::Writing& writing, state::Query& query) {
  // There may be pages beside few rows: of a run before.
  state::ResultPages::erase(writing, query.key);
  query.few_rows = nullptr;
  query.result_bytes = 0;
}

void read_few_rows(const state::Query& query, std::int64_t first, std::int64_t count,
                   ResultRows& rows) {
  rows.take(query.few_rows, first, count, kMaxPageTextBytes);
}

void read_rows(state::Writing& writing, const state::Query& query, std::int64_t first,
               std::int64_t count, ResultRows& rows) {
  if (query.few_rows) {
    return read_few_rows(query, first, count, rows);
  }
  const std::int64_t end = first + count;
  while (first < end && rows.text_bytes() < kMaxPageTextBytes) {
    auto page = state::ResultPages::find(writing, query.key, first);
    if (!page) {
      return;
    }
    const std::int64_t skip = first - page->first_row;
    const std::int64_t wanted = std::min(end - first, page->row_count - skip);
    auto body = std::make_shared<const std::string>(std::move(page->body));
    first += rows.take(std::move(body), skip, wanted, kMaxPageTextBytes);
  }
}

}  // namespace trailpond::engine
