#include <algorithm>

#include "engine/queries/find_query.hpp"
#include "engine/queries/queries.hpp"
#include "engine/queries/query_life.hpp"
#include "engine/queries/runner.hpp"
#include "engine/queries/stored_rows.hpp"
#include "engine/rules.hpp"

namespace trailpond::engine {
namespace {

using state::kNever;
using state::Query;
using state::QueryStatus;
using Pointer = state::Queries::Pointer;

std::int64_t said_or(std::int64_t said, std::int64_t real) { return said >= 0 ? said : real; }

/// Counts a look at a query, where a script says how many see its state.
void count_look(Context& context, const Query& looked_at) {
  if (looked_at.queued_polls == 0 && looked_at.running_polls == 0) {
    return;
  }
  state::Writing writing(context.reading);
  const auto current = context.state().queries().find(looked_at.key);
  if (!current) {
    return;
  }
  Query query = *current;
  if (count_poll(query, context.service.clock.now())) {
    context.state().queries().put(writing, std::move(query));
    writing.commit();
  }
}

std::int64_t execution_time_ms(const Query& query, state::Micros now) {
  if (query.said.execution_ms >= 0 && state::is_terminal(query.status)) {
    return query.said.execution_ms;
  }
  if (query.status == QueryStatus::kQueued || query.started_at == 0) {
    return 0;
  }
  const state::Micros end = state::is_terminal(query.status) ? query.ended_at : now;
  return std::max<std::int64_t>(0, (end - query.started_at + 999) / 1000);
}

Result<Pointer> find_by_alias(const Context& context, const DescribeQueryRequest& request,
                              const WantedQuery& wanted) {
  const auto& [account, region] = context.caller;
  if (auto error = check_region(*context.world(), context.caller)) {
    return *error;
  }
  if (auto error = check_owner(context, request.owner_account, "DescribeQuery")) {
    return *error;
  }
  const auto& queries = context.state().queries();
  const std::string owner = request.owner_account.value_or(account);
  auto query = queries.find_by_alias(owner, region, *request.alias);
  if (request.refresh_id && query && query->refresh_id != *request.refresh_id) {
    query = nullptr;
    queries.visit(owner, region, state::Order::kNewestFirst, {}, [&](const Pointer& each) {
      if (each->alias == *request.alias && each->refresh_id == *request.refresh_id) {
        query = each;
      }
      return !query;
    });
  }
  return check_found_query(context, std::move(query), wanted, *request.alias);
}

}  // namespace

Result<DescribeQueryAnswer> describe_query(Context& context, const DescribeQueryRequest& request) {
  const WantedQuery wanted = {request.event_data_store, request.owner_account, "DescribeQuery"};
  if (request.query_id.has_value() == request.alias.has_value()) {
    return invalid_parameter("Either QueryId or QueryAlias must be given.");
  }
  if (request.refresh_id && !request.alias) {
    return invalid_parameter("RefreshId can be given only with QueryAlias.");
  }
  const auto found = request.alias ? find_by_alias(context, request, wanted)
                                   : find_query(context, *request.query_id, wanted);
  if (!found) {
    return found.error();
  }
  const Query& query = **found;
  DescribeQueryAnswer answer;
  answer.query = *found;
  answer.events_matched = said_or(query.said.events_matched, readable_rows(query));
  answer.events_scanned = said_or(query.said.events_scanned, query.events_scanned);
  answer.bytes_scanned = said_or(query.said.bytes_scanned, query.bytes_scanned);
  answer.execution_time_ms = execution_time_ms(query, context.service.clock.now());
  answer.owner_account = request.owner_account;
  count_look(context, query);
  return answer;
}

// GetQueryResults

Result<GetQueryResultsAnswer> get_query_results(Context& context,
                                                const GetQueryResultsRequest& request) {
  const auto found =
      find_query(context, request.query_id,
                 {request.event_data_store, request.owner_account, "GetQueryResults"});
  if (!found) {
    return found.error();
  }
  const Query& query = **found;
  const auto world = context.world();
  for (const std::string& arn : query.store_arns) {
    const auto store = context.state().event_data_stores().find(arn);
    if (auto error = store ? check_encryption(*world, *store) : std::nullopt) {
      return *error;
    }
  }
  const auto limit = check_max_results(request.max_query_results, kMaxQueryResults);
  if (!limit) {
    return limit.error();
  }
  const std::string scope = "results " + state::print_key(query.key);
  std::int64_t first = 0;
  if (request.next_token) {
    const auto place = context.service.tokens.open(scope, *request.next_token);
    const auto number = place ? parse_place_number(*place) : std::nullopt;
    if (!number) {
      return invalid_token();
    }
    first = *number;
  }
  GetQueryResultsAnswer answer;
  answer.query = *found;
  answer.rows = ResultRows(query.columns);
  answer.total_rows = readable_rows(query);
  answer.bytes_scanned = said_or(query.said.bytes_scanned, query.bytes_scanned);
  const std::int64_t count = std::min(*limit, answer.total_rows - first);
  if (count > 0 && query.few_rows) {
    read_few_rows(query, first, count, answer.rows);
  } else if (count > 0) {
    constexpr std::int64_t kBriefBytes = 1 << 16;  // to be read and written as JSON
    if (query.result_bytes > kBriefBytes) {
      context.take_time();
    }
    // Never wait for the connection inside a reading: a change of the world that has it waits for
    // readings to end.
    state::Writing writing(context.reading);
    read_rows(writing, query, first, count, answer.rows);
  }
  const std::int64_t next = first + static_cast<std::int64_t>(answer.rows.size());
  if (!state::is_terminal(query.status) || next < answer.total_rows) {
    answer.next_token = context.service.tokens.make(scope, std::to_string(next));
  }
  count_look(context, query);
  return answer;
}

// CancelQuery

Result<CancelQueryAnswer> cancel_query(Context& context, const CancelQueryRequest& request) {
  state::Writing writing(context.reading);
  const auto found = find_query(context, request.query_id,
                                {request.event_data_store, request.owner_account, "CancelQuery"});
  if (!found) {
    return found.error();
  }
  Query query = **found;
  if (state::is_terminal(query.status)) {
    return Error{ErrorKind::kInactiveQuery,
                 "The specified query cannot be canceled because it is in the " +
                     std::string(state::name_of(query.status)) + " state."};
  }
  if (query.cancelled_at != kNever) {
    return Error{ErrorKind::kConflict,
                 "Another cancellation of the query is in progress: " + query.key.id};
  }
  if (const auto refused = find_error_kind(query.cancel_error)) {
    return Error{*refused, "A script refuses to cancel the query: " + query.key.id};
  }
  const state::Micros now = context.service.clock.now();
  if (query.cancel_takes > 0) {
    query.cancelled_at = now + query.cancel_takes;
  } else {
    cancel(query, now);
    drop_rows(writing, query);
  }
  const auto changed = context.state().queries().put(writing, std::move(query));
  writing.commit();
  context.service.runner->stop(changed->key);
  // A cancel that takes time is reported as RUNNING: the model's "typically RUNNING or CANCELLED".
  return CancelQueryAnswer{
      changed->key.id,
      changed->status == QueryStatus::kCancelled ? QueryStatus::kCancelled : QueryStatus::kRunning,
      request.owner_account};
}

// Release

Result<std::shared_ptr<const Query>> release_query(Context& context,
                                                   const ReleaseQueryRequest& request) {
  state::Writing writing(context.reading);
  const state::Micros now = context.service.clock.now();
  Pointer known;
  // Of several with one id, that of the caller's own account and Region is meant.
  const state::QueryKey own = {context.caller.account, context.caller.region, request.query_id};
  const bool has_own = context.state().queries().find(own) != nullptr;
  for (const Pointer& candidate : context.state().queries().list_all()) {
    if (candidate->key.id != request.query_id || (has_own && candidate->key != own)) {
      continue;
    }
    known = candidate;
    Query query = *candidate;
    query.queued_polls = 0;
    query.running_polls = query.status == QueryStatus::kRunning ? 0 : query.running_polls;
    if (query.cancelled_at != kNever && query.cancelled_at > now) {
      query.cancelled_at = now;
    } else if (query.status == QueryStatus::kQueued && query.scripted && query.starts_at > now) {
      query.starts_at = now;
    } else if (query.status == QueryStatus::kRunning && query.held_until > now) {
      query.held_until = now;
    } else {
      continue;
    }
    const auto progress = advance(query, now, context.service.runner->rows_stored(query.key));
    const auto released = context.state().queries().put(writing, std::move(query));
    writing.commit();
    if (progress.started) {
      context.service.runner->submit(released->key);
    } else if (progress.ended) {
      context.service.runner->stop(released->key);
    }
    return released;
  }
  if (!known) {
    return query_not_found(request.query_id);
  }
  return Error{ErrorKind::kInactiveQuery,
               "The query is not held: it is " + std::string(state::name_of(known->status)) + "."};
}

}  // namespace trailpond::engine
