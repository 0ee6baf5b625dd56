#include "state/records.hpp"

namespace trailpond::state {
namespace {

Due earlier(Due one, Due other) { return other.at < one.at ? other : one; }

/// A sum of instants that stays kNever.
Micros add(Micros instant, Micros length) {
  return instant == kNever || length == kNever ? kNever : instant + length;
}

Due running_due(const Query& query) {
  // A query that is held until it is released is held for longer than an hour, too.
  const bool until_released = query.hold_micros == kNever;
  Due due = {until_released ? kNever : add(query.started_at, kQueryTimeOut), DueStep::kTimeOut};
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

std::string print_key(const QueryKey& key) {
  std::string text;
  text.reserve(key.account.size() + key.region.size() + key.id.size() + 2);
  text.append(key.account).append("/").append(key.region).append("/").append(key.id);
  return text;
}

std::string_view name_of(BillingMode mode) {
  switch (mode) {
    case BillingMode::kExtendableRetention:
      return "EXTENDABLE_RETENTION_PRICING";
    case BillingMode::kFixedRetention:
      return "FIXED_RETENTION_PRICING";
  }
  return "";
}

std::string_view name_of(PlannedEnd end) {
  switch (end) {
    case PlannedEnd::kByExecution:
      return "BY_EXECUTION";
    case PlannedEnd::kFinish:
      return "FINISH";
    case PlannedEnd::kFail:
      return "FAIL";
    case PlannedEnd::kCancel:
      return "CANCEL";
    case PlannedEnd::kTimeOut:
      return "TIME_OUT";
  }
  return "";
}

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
