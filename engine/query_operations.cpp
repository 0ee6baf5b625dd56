#include "engine/query_operations.hpp"

#include <algorithm>
#include <charconv>

#include "engine/delivery.hpp"
#include "engine/query_life.hpp"
#include "engine/store_names.hpp"
#include "engine/stored_rows.hpp"

namespace trailpond::engine {
namespace {

using state::kNever;
using state::PlannedEnd;
using state::Query;
using state::QueryStatus;

Error not_found(std::string_view query) {
  return {ErrorKind::kQueryIdNotFound,
          "The query ID does not exist or does not map to a query: " + std::string(query)};
}

std::int64_t execution_time_ms(const Query& query, state::Micros now) {
  if (query.status == QueryStatus::kQueued || query.started_at == 0) {
    return 0;
  }
  const state::Micros end = state::is_terminal(query.status) ? query.ended_at : now;
  return std::max<std::int64_t>(0, (end - query.started_at + 999) / 1000);
}

}  // namespace

// Finding a query

std::optional<Error> QueryOperations::check_stores_of(const Caller& caller,
                                                      const Query& query) const {
  const auto world = context_.world.get();
  for (const std::string& arn : query.store_arns) {
    const auto store = context_.state->event_data_stores().find(arn);
    if (!store) {
      return Error{ErrorKind::kEventDataStoreNotFound,
                   "The specified event data store was not found: " + arn};
    }
    if (!may_read(*store, caller.account)) {
      return Error{ErrorKind::kOperationNotPermitted,
                   "The requested operation is not permitted on event data store " + arn + "."};
    }
    for (const auto& error : {check_service_linked_role(*world, *store), check_queryable(*store)}) {
      if (error) {
        return error;
      }
    }
  }
  return std::nullopt;
}

Result<QueryOperations::Pointer> QueryOperations::find_query(const Caller& caller,
                                                             const std::string& query_id,
                                                             const Wanted& wanted) const {
  for (const auto& error :
       {check_region(*context_.world.get(), caller), check_owner(caller, wanted.owner_account)}) {
    if (error) {
      return *error;
    }
  }
  if (!state::is_uuid(query_id)) {
    return invalid_parameter("QueryId is not valid: " + query_id);
  }
  auto query = context_.state->queries().find(
      {wanted.owner_account.value_or(caller.account), caller.region, query_id});
  return check_found(caller, std::move(query), wanted, query_id);
}

Result<QueryOperations::Pointer> QueryOperations::check_found(const Caller& caller, Pointer query,
                                                              const Wanted& wanted,
                                                              std::string_view name) const {
  if (wanted.event_data_store) {
    const auto store = find_event_data_store(context_, caller, *wanted.event_data_store,
                                             Access::kGranted, wanted.owner_account);
    if (!store) {
      return store.error();
    }
    if (auto error = check_queryable(**store)) {
      return *error;
    }
    if (query && !reads_store(*query, (*store)->arn)) {
      query = nullptr;
    }
  }
  if (!query) {
    return not_found(name);
  }
  if (auto error = check_stores_of(caller, *query)) {
    return *error;
  }
  return query;
}

// DescribeQuery

Result<QueryDescription> QueryOperations::describe(const Caller& caller,
                                                   const DescribeQueryRequest& request) {
  const Wanted wanted = {request.event_data_store, request.owner_account};
  if (request.query_id.has_value() == request.alias.has_value()) {
    return invalid_parameter("Either QueryId or QueryAlias must be given.");
  }
  if (request.refresh_id && !request.alias) {
    return invalid_parameter("RefreshId can be given only with QueryAlias.");
  }
  const auto found = request.alias ? find_by_alias(caller, request, wanted)
                                   : find_query(caller, *request.query_id, wanted);
  if (!found) {
    return found.error();
  }
  const Query& query = **found;
  QueryDescription answer;
  answer.query = *found;
  answer.events_matched = readable_rows(query);
  answer.events_scanned = query.events_scanned;
  answer.bytes_scanned = query.bytes_scanned;
  answer.execution_time_ms = execution_time_ms(query, context_.clock.now());
  answer.owner_account = request.owner_account;
  return answer;
}

Result<QueryOperations::Pointer> QueryOperations::find_by_alias(const Caller& caller,
                                                                const DescribeQueryRequest& request,
                                                                const Wanted& wanted) const {
  for (const auto& error :
       {check_region(*context_.world.get(), caller), check_owner(caller, request.owner_account)}) {
    if (error) {
      return *error;
    }
  }
  auto query = context_.state->queries().find_by_alias(
      request.owner_account.value_or(caller.account), caller.region, *request.alias);
  if (request.refresh_id) {
    query = nullptr;  // no dashboard has been refreshed: there are none yet
  }
  return check_found(caller, std::move(query), wanted, *request.alias);
}

// GetQueryResults

Result<QueryResultsPage> QueryOperations::get_results(const Caller& caller,
                                                      const GetQueryResultsRequest& request) {
  const auto found =
      find_query(caller, request.query_id, {request.event_data_store, request.owner_account});
  if (!found) {
    return found.error();
  }
  const Query& query = **found;
  const auto world = context_.world.get();
  for (const std::string& arn : query.store_arns) {
    const auto store = context_.state->event_data_stores().find(arn);
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
    const auto place = context_.tokens.open(scope, *request.next_token);
    const auto number = place ? parse_place_number(*place) : std::nullopt;
    if (!number) {
      return invalid_token();
    }
    first = *number;
  }
  QueryResultsPage answer;
  answer.query = *found;
  answer.rows = ResultRows(query.columns);
  answer.total_rows = readable_rows(query);
  answer.bytes_scanned = query.bytes_scanned;
  const std::int64_t count = std::min(*limit, answer.total_rows - first);
  if (count > 0) {
    read_rows(*context_.state, query.key, first, count, answer.rows);
  }
  const std::int64_t next = first + static_cast<std::int64_t>(answer.rows.size());
  if (!state::is_terminal(query.status) || next < answer.total_rows) {
    answer.next_token = context_.tokens.make(scope, std::to_string(next));
  }
  return answer;
}

// CancelQuery

Result<CancelQueryAnswer> QueryOperations::cancel(const Caller& caller,
                                                  const CancelQueryRequest& request) {
  state::Writing writing(*context_.state);
  const auto found =
      find_query(caller, request.query_id, {request.event_data_store, request.owner_account});
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
  const state::Micros now = context_.clock.now();
  if (query.cancel_takes > 0) {
    query.cancelled_at = now + query.cancel_takes;
  } else {
    engine::cancel(query, now);
    context_.state->result_pages().erase(writing, query.key);
  }
  const auto changed = context_.state->queries().put(writing, std::move(query));
  writing.commit();
  runner_.stop(changed->key);
  // A cancel that takes time is reported as RUNNING: the model's "typically RUNNING or CANCELLED".
  return CancelQueryAnswer{
      changed->key.id,
      changed->status == QueryStatus::kCancelled ? QueryStatus::kCancelled : QueryStatus::kRunning,
      request.owner_account};
}

// Release

Result<std::shared_ptr<const Query>> QueryOperations::release(std::string_view query_id) {
  state::Writing writing(*context_.state);
  const state::Micros now = context_.clock.now();
  Pointer known;
  for (const Pointer& candidate : context_.state->queries().list_all()) {
    if (candidate->key.id != query_id) {
      continue;
    }
    known = candidate;
    Query query = *candidate;
    if (query.cancelled_at != kNever && query.cancelled_at > now) {
      query.cancelled_at = now;
    } else if (query.status == QueryStatus::kQueued && query.scripted && query.starts_at > now) {
      query.starts_at = now;
    } else if (query.status == QueryStatus::kRunning && query.held_until > now) {
      query.held_until = now;
    } else {
      continue;
    }
    const auto progress = advance(query, now, runner_.rows_stored(query.key));
    const auto released = context_.state->queries().put(writing, std::move(query));
    writing.commit();
    if (progress.started) {
      runner_.submit(released->key);
    } else if (progress.ended) {
      runner_.stop(released->key);
    }
    return released;
  }
  if (!known) {
    return not_found(query_id);
  }
  return Error{ErrorKind::kInactiveQuery,
               "The query is not held: it is " + std::string(state::name_of(known->status)) + "."};
}

}  // namespace trailpond::engine
