#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "events/row_filter.hpp"

namespace trailpond::events {

/// One term of an order that SQLite asked for.
struct OrderTerm {
  int column = 0;
  bool descending = false;
};

/// What SQLite wants of the rows.
struct OrderWish {
  std::vector<OrderTerm> terms = {};
  bool sorted = true;                   // false: equal rows need only be neighbours
  bool distinct = false;                // one row of each combination is enough
  std::size_t limit = ~std::size_t{0};  // how many rows will be read
};

/// Brings rows (numbers through the snapshot, rising) into order: NULL first, numbers, texts by
/// their bytes. Answers the error of a computation, null where there was none.
const std::string* order_rows(const Snapshot& snapshot, ScanSources& sources, const OrderWish& wish,
                              std::vector<std::uint32_t>& rows);

}  // namespace trailpond::events
