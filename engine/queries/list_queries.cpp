#include <algorithm>

#include "engine/queries/queries.hpp"
#include "engine/queries/query_life.hpp"
#include "engine/resources/paging.hpp"
#include "engine/resources/resolver.hpp"
#include "engine/rules.hpp"

namespace trailpond::engine {
namespace {

using state::kNever;
using state::Query;
using state::QueryStatus;

/// The part of a ListQueries request that decides what is listed.
struct Filter {
  std::string store_arn = {};
  state::Micros from = 0;
  state::Micros until = kNever;
  std::optional<QueryStatus> status = {};

  Pick pick(const Query& query) const {
    if (query.created_at < from) {
      return Pick::kEnd;  // newest first: all that follow are older
    }
    const bool takes = query.created_at <= until && (!status || query.status == *status) &&
                       reads_store(query, store_arn);
    return takes ? Pick::kTake : Pick::kPass;
  }
};

Result<Filter> make_filter(const ListQueriesRequest& request, std::string store_arn,
                           state::Micros now) {
  Filter filter;
  filter.store_arn = std::move(store_arn);
  filter.from = std::max(request.start_time.value_or(now - kQueriesListed), now - kQueriesListed);
  filter.until = request.end_time.value_or(kNever);
  if (request.start_time && request.end_time && *request.start_time > *request.end_time) {
    return Error{ErrorKind::kInvalidDateRange, "StartTime must not be after EndTime."};
  }
  if (request.status) {
    filter.status = find_named<QueryStatus>(*request.status);
    if (!filter.status) {
      return Error{ErrorKind::kInvalidQueryStatus,
                   "The query status is not valid: " + *request.status};
    }
  }
  return filter;
}

/// Everything that a token is bound to: another request's token does not open.
std::string print_scope(const ListQueriesRequest& request, const std::string& store_arn) {
  const auto print = [](const std::optional<state::Micros>& time) {
    return time ? std::to_string(*time) : std::string("-");
  };
  return "queries " + store_arn + " " + print(request.start_time) + " " + print(request.end_time) +
         " " + request.status.value_or("-");
}

}  // namespace

Result<ListQueriesAnswer> list_queries(Context& context, const ListQueriesRequest& request) {
  if (auto error = check_region(*context.world(), context.caller)) {
    return *error;
  }
  const auto found =
      find_event_data_store(context, request.event_data_store, Access{"ListQueries"});
  if (!found) {
    return found.error();
  }
  const state::EventDataStore& store = **found;
  if (auto error = check_queryable(store)) {
    return *error;
  }
  const auto limit = check_max_results(request.max_results, kMaxListResults);
  if (!limit) {
    return limit.error();
  }
  const auto filter = make_filter(request, store.arn, context.service.clock.now());
  if (!filter) {
    return filter.error();
  }
  const auto page = paginate(
      context, context.state().queries(), store.account, store.region, state::Order::kNewestFirst,
      {print_scope(request, store.arn), request.next_token, static_cast<std::size_t>(*limit)},
      [&](const Query& query) { return filter->pick(query); });
  if (!page) {
    return page.error();
  }
  ListQueriesAnswer answer = {{}, page->next_token};
  for (const auto& query : page->records) {
    answer.queries.push_back({query->key.id, query->status, query->created_at});
  }
  return answer;
}

}  // namespace trailpond::engine
