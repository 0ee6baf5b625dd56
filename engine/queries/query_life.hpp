#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "sql/error.hpp"
#include "state/records.hpp"

/// How a query moves on: by time, and by the outcome of its execution. Pure: what to do about it
/// (start a worker, stop one, delete rows) is the caller's.
namespace trailpond::engine {

/// What the errors of queries that did not finish say when nobody said more.
constexpr std::string_view kCancelledMessage = "The query was cancelled.";
constexpr std::string_view kTimedOutMessage = "The query timed out.";
/// Source: AWS user guide, "Optimize CloudTrail Lake queries".
constexpr std::string_view kExhaustedMessage = sql::kExhausted;

struct Progress {
  bool changed = false;
  bool started = false;  // a worker has to run it now
  bool ended = false;
  bool expired = false;
};

/// Applies everything that is due at `now`, each step at its own time. `rows_stored` is how many
/// rows a statement that is running has stored: what a time-out leaves to be read.
Progress advance(state::Query& query, state::Micros now, std::int64_t rows_stored);

/// QUEUED to RUNNING at an instant. False where the query is not QUEUED.
bool start(state::Query& query, state::Micros at);

/// Takes the outcome of an execution: the rows and counters in `query` are final. Its end follows
/// at once, or when its hold is over (see advance).
void take_outcome(state::Query& query, state::Micros at, std::string error);

/// Says why a query that has run costs more than its script allows; empty: it does not.
std::string over_budget(const state::Query& query);

/// Counts a look at a query that waits for a number of them: the last one makes the next step due.
/// False where none are counted.
bool count_poll(state::Query& query, state::Micros now);

/// Ends it by a caller's wish, or because it cannot go on.
void cancel(state::Query& query, state::Micros at);
void fail(state::Query& query, state::Micros at, std::string_view message);

/// Fits a message to the length that ErrorMessage has.
std::string fit_error_message(std::string_view message);

/// Tells whether the statement of a query is to be run at once where nobody runs it: its query came
/// from a data directory, a snapshot or a scenario.
bool is_to_run(const state::Query& query);
/// Tells whether looks at a query count.
bool counts_polls(const state::Query& query);

/// Tells whether a query's statement names a store.
bool reads_store(const state::Query& query, std::string_view arn);

/// Rows that can be read now.
std::int64_t readable_rows(const state::Query& query);

}  // namespace trailpond::engine
