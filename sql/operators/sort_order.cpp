#include "sql/operators/sort_order.hpp"

#include <limits>

namespace trailpond::sql {

void number_keys(std::span<const Word> words, const OperatorSort& order, std::int64_t* keys) {
  const std::int64_t null = order.nulls_first ? std::numeric_limits<std::int64_t>::min()
                                              : std::numeric_limits<std::int64_t>::max();
  for (const Word word : words) {
    // Turned and moved such that no number takes the place of NULL; none is the least bigint.
    const Word ascending = order.nulls_first ? word : word - 1;
    const Word descending = order.nulls_first ? 0 - word : ~word;
    *keys++ = word == kNullWord
                  ? null
                  : static_cast<std::int64_t>(order.descending ? descending : ascending);
  }
}

}  // namespace trailpond::sql
