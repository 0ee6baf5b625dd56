#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/error.hpp"
#include "state/records.hpp"

namespace trailpond::engine {

/// Decides how queries that match live and end. Conditions that are absent match everything.
struct QueryScript {
  std::string name = {};  // for messages and the journal
  // When
  std::optional<std::string> statement = {};   // the whole text, white space apart
  std::optional<std::string> normalized = {};  // the whole statement, however it is written
  std::optional<std::string> contains = {};    // a part of the text, in any case of letters
  std::optional<std::string> pattern = {};     // a regular expression that finds something in it
  std::optional<std::string> alias = {};
  std::optional<std::string> store = {};    // name or id of a store that the statement reads
  std::optional<std::string> account = {};  // the query's
  std::optional<std::string> region = {};
  std::optional<std::int64_t> nth = {};    // only the nth match, from 1
  std::optional<std::int64_t> times = {};  // only so many matches
  // Then
  state::Micros queued_for = 0;    // kNever: until released
  state::Micros running_for = 0;   // kNever: until released
  std::int64_t queued_polls = 0;   // looks at it that see QUEUED; 0: they do not count
  std::int64_t running_polls = 0;  // and RUNNING
  state::Micros cancel_takes = 0;
  std::optional<ErrorKind> cancel_error = {};  // CancelQuery is refused
  state::PlannedEnd end = state::PlannedEnd::kByExecution;
  std::string error_message = {};
  std::int64_t partial_rows = 0;
  std::string delivery_status = {};  // instead of a delivery; empty: it is delivered
  state::QueryBudget budget = {};
  state::SaidStatistics statistics = {};
  struct Canned {
    std::vector<std::string> columns = {};
    std::vector<std::vector<std::string>> rows = {};
  };
  std::optional<Canned> canned = {};  // no SQL is executed
};

}  // namespace trailpond::engine
