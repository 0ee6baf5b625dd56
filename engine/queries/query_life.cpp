#include "engine/queries/query_life.hpp"

#include <algorithm>

#include "base/broken.hpp"
#include "base/text.hpp"
#include "engine/queries/queries.hpp"

namespace trailpond::engine {
namespace {

using state::kNever;
using state::Micros;
using state::PlannedEnd;
using state::Query;
using state::QueryEvent;
using state::QueryStatus;

Micros add(Micros instant, Micros length) {
  return instant == kNever || length == kNever ? kNever : instant + length;
}

void end(Query& query, QueryEvent event, Micros at, std::string_view message) {
  if (!state::apply(query, event)) {
    return;
  }
  query.ended_at = at;
  query.cancelled_at = kNever;
  if (event != QueryEvent::kFinish) {
    query.error_message = fit_error_message(message);
  }
  if (event == QueryEvent::kFail || event == QueryEvent::kCancel) {
    query.rows = 0;
  }
  if (query.delivery_status == "PENDING" && event != QueryEvent::kFinish) {
    query.delivery_status = "CANCELLED";  // only what finished is delivered (AWS user guide)
  }
}

std::string_view message_or(const Query& query, std::string_view otherwise) {
  return query.planned_message.empty() ? otherwise : std::string_view(query.planned_message);
}

void time_out(Query& query, Micros at, std::int64_t rows_stored) {
  if (!query.executed) {
    query.rows = rows_stored;
  }
  if (query.partial_rows > 0) {
    query.rows = std::min(query.rows, query.partial_rows);
  }
  end(query, QueryEvent::kTimeOut, at, message_or(query, kTimedOutMessage));
}

void end_as_planned(Query& query, Micros at, std::int64_t rows_stored) {
  switch (query.planned_end) {
    case PlannedEnd::kByExecution:
      if (query.execution_error.empty()) {
        end(query, QueryEvent::kFinish, at, {});
      } else {
        end(query, QueryEvent::kFail, at, query.execution_error);
      }
      return;
    case PlannedEnd::kFinish:
      end(query, QueryEvent::kFinish, at, {});
      return;
    case PlannedEnd::kFail:
      end(query, QueryEvent::kFail, at, message_or(query, kExhaustedMessage));
      return;
    case PlannedEnd::kCancel:
      end(query, QueryEvent::kCancel, at, message_or(query, kCancelledMessage));
      return;
    case PlannedEnd::kTimeOut:
      time_out(query, at, rows_stored);
      return;
  }
}

void take_step(Query& query, const state::Due& due, std::int64_t rows_stored) {
  switch (due.step) {
    case state::DueStep::kStart:
      start(query, due.at);
      return;
    case state::DueStep::kEnd:
      end_as_planned(query, due.at, rows_stored);
      return;
    case state::DueStep::kCancelDone:
      cancel(query, due.at);
      return;
    case state::DueStep::kTimeOut:
      time_out(query, due.at, rows_stored);
      return;
    case state::DueStep::kNone:
    case state::DueStep::kExpire:
      return;
  }
}

/// Ends a query whose lifecycle lacks the step that is due, so that nothing waits for it for ever.
void break_off(Query& query, Micros at) {
  query.status = QueryStatus::kFailed;
  query.ended_at = at;
  query.cancelled_at = kNever;
  query.rows = 0;
  query.error_message = "The query reached a state that the server cannot leave.";
}

}  // namespace

Progress advance(Query& query, Micros now, std::int64_t rows_stored) {
  Progress progress;
  const bool was_active = !state::is_terminal(query.status);
  state::Due due = state::next_due(query);
  while (due.at <= now && due.step != state::DueStep::kNone) {
    progress.changed = true;
    if (due.step == state::DueStep::kExpire) {
      progress.expired = true;
      break;
    }
    take_step(query, due, rows_stored);
    progress.started = progress.started ||
                       (due.step == state::DueStep::kStart && query.executes && !query.executed);
    const state::Due next = state::next_due(query);
    if (next.at == due.at && next.step == due.step) {
      report_broken("query " + query.key.id + " in status " + std::string(name_of(query.status)) +
                    " is due for a step that it cannot take");
      break_off(query, due.at);
      break;
    }
    due = next;
  }
  progress.ended = was_active && state::is_terminal(query.status);
  progress.started = progress.started && !progress.ended;
  return progress;
}

bool start(Query& query, Micros at) {
  if (!state::apply(query, QueryEvent::kStart)) {
    return false;
  }
  query.started_at = at;
  query.held_until = add(at, query.hold_micros);
  return true;
}

void take_outcome(Query& query, Micros at, std::string error) {
  query.executed = true;
  query.execution_error = std::move(error);
  query.held_until = std::max(query.held_until, at);
  advance(query, at, query.rows);
}

std::string over_budget(const Query& query) {
  const auto over = [](std::int64_t value, std::int64_t limit) {
    return limit >= 0 && value > limit;
  };
  const bool exceeds = over(query.bytes_scanned, query.budget.bytes_scanned) ||
                       over(query.events_scanned, query.budget.events_scanned) ||
                       over(query.rows, query.budget.rows);
  return exceeds ? std::string(message_or(query, kExhaustedMessage)) : std::string();
}

bool count_poll(Query& query, Micros now) {
  if (query.status == QueryStatus::kQueued && query.queued_polls > 0) {
    query.starts_at = --query.queued_polls == 0 ? now : query.starts_at;
    return true;
  }
  if (query.status == QueryStatus::kRunning && query.running_polls > 0) {
    query.held_until = --query.running_polls == 0 ? now : query.held_until;
    return true;
  }
  return false;
}

void cancel(Query& query, Micros at) {
  end(query, QueryEvent::kCancel, at, message_or(query, kCancelledMessage));
}

void fail(Query& query, Micros at, std::string_view message) {
  end(query, QueryEvent::kFail, at, message);
}

std::string fit_error_message(std::string_view message) {
  std::string text(message.substr(0, byte_of(message, kMaxErrorMessageLength)));
  if (count_code_points(text) < kMinErrorMessageLength) {
    text.insert(0, "Error: ");
  }
  return text;
}

bool is_to_run(const Query& query) {
  const bool has_turn = query.status == QueryStatus::kRunning ||
                        (query.status == QueryStatus::kQueued && !query.scripted);
  return has_turn && query.executes && !query.executed && query.cancelled_at == kNever;
}

bool counts_polls(const Query& query) {
  return !state::is_terminal(query.status) && (query.queued_polls > 0 || query.running_polls > 0);
}

bool reads_store(const Query& query, std::string_view arn) {
  return std::find(query.store_arns.begin(), query.store_arns.end(), arn) != query.store_arns.end();
}

std::int64_t readable_rows(const Query& query) {
  switch (query.status) {
    case QueryStatus::kFinished:
    case QueryStatus::kTimedOut:
      return query.rows;
    case QueryStatus::kRunning:
      return std::min(query.rows, query.partial_rows);
    case QueryStatus::kQueued:
    case QueryStatus::kFailed:
    case QueryStatus::kCancelled:
      return 0;
  }
  return 0;
}

}  // namespace trailpond::engine
