#include "state/records.hpp"

namespace trailpond::state {
namespace {

Due earlier(Due one, Due other) { return other.at < one.at ? other : one; }

/// A sum of instants that stays kNever.
Micros add(Micros instant, Micros length) {
  return instant == kNever || length == kNever ? kNever : instant + length;
}

Due running_due(const Query& query) {
  Due due = {add(query.started_at, kQueryTimeOut), DueStep::kTimeOut};
  if (query.planned_end == PlannedEnd::kTimeOut && query.held_until != kNever) {
    due = {query.held_until, DueStep::kEnd};  // scripted: its hour is as short as the script says
  } else if (query.executed || !query.executes) {
    due = earlier(due, {query.held_until, DueStep::kEnd});
  }
  return earlier(due, {query.cancelled_at, DueStep::kCancelDone});
}

template <class Record, class Event>
bool step(Record& record, Event event) {
  const auto next = next_status(record.status, event);
  if (next) {
    record.status = *next;
  }
  return next.has_value();
}

}  // namespace

bool apply(Query& query, QueryEvent event) { return step(query, event); }
bool apply(EventDataStore& store, StoreEvent event) { return step(store, event); }

Due next_due(const Query& query) {
  switch (query.status) {
    case QueryStatus::kQueued:
      return earlier({query.scripted ? query.starts_at : kNever, DueStep::kStart},
                     {query.cancelled_at, DueStep::kCancelDone});
    case QueryStatus::kRunning:
      return running_due(query);
    case QueryStatus::kFinished:
    case QueryStatus::kFailed:
    case QueryStatus::kCancelled:
    case QueryStatus::kTimedOut:
      return {add(query.ended_at, kResultsKept), DueStep::kExpire};
  }
  return {};
}

}  // namespace trailpond::state
