#pragma once
#include <sqlite3.h>

#include <string_view>
#include <vector>

#include "events/row_order.hpp"

namespace trailpond::events {

/// What xBestIndex promised, as it travels to xFilter in the text of the plan.
struct ScanPlan {
  struct Term {
    int column = 0;
    Operator op = Operator::kEqual;
  };
  std::vector<Term> terms = {};  // in the order of xFilter's values
  OrderWish order = {};
  bool limited = false;  // one more value: the LIMIT
  bool offset = false;   // one more value: the OFFSET
};

/// Answers xBestIndex: takes every condition that the scan decides exactly, and the order.
int choose_plan(const Snapshot& snapshot, const ScanSources& sources, sqlite3_index_info* info);

/// Reads a plan that choose_plan wrote.
ScanPlan parse_plan(std::string_view text);

/// Joins a plan with xFilter's values; a LIMIT goes into the wish.
std::vector<Condition> bind_conditions(const ScanPlan& plan, int count, sqlite3_value** values,
                                       OrderWish& wish);

}  // namespace trailpond::events
