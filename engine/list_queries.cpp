#include <algorithm>

#include "engine/event_data_stores.hpp"
#include "engine/page_tokens.hpp"
#include "engine/query_life.hpp"
#include "engine/query_operations.hpp"

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

  bool takes(const Query& query) const {
    return query.created_at >= from && query.created_at <= until &&
           (!status || query.status == *status) && reads_store(query, store_arn);
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
    filter.status = state::find_query_status(*request.status);
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

std::optional<state::Queries::Place> parse_place(std::string_view text) {
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) {
    return std::nullopt;
  }
  const auto created_at = parse_place_number(text.substr(0, space));
  if (!created_at) {
    return std::nullopt;
  }
  return state::Queries::Place{*created_at, std::string(text.substr(space + 1))};
}

}  // namespace

Result<QueryList> QueryOperations::list(const Caller& caller, const ListQueriesRequest& request) {
  if (auto error = check_region(*context_.world.get(), caller)) {
    return *error;
  }
  const auto store =
      find_event_data_store(context_, caller, request.event_data_store, Access::kGranted);
  if (!store) {
    return store.error();
  }
  if (auto error = check_queryable(**store)) {
    return *error;
  }
  const auto limit = check_max_results(request.max_results, kMaxListResults);
  if (!limit) {
    return limit.error();
  }
  const auto filter = make_filter(request, (*store)->arn, context_.clock.now());
  if (!filter) {
    return filter.error();
  }
  const std::string scope = print_scope(request, (*store)->arn);
  std::optional<state::Queries::Place> after;
  if (request.next_token) {
    const auto place = context_.tokens.open(scope, *request.next_token);
    after = place ? parse_place(*place) : std::nullopt;
    if (!after) {
      return invalid_token();
    }
  }
  QueryList answer;
  context_.state->queries().visit(
      (*store)->account, (*store)->region, after, [&](const Pointer& query) {
        if (query->created_at < filter->from) {
          return false;  // newest first: all that follow are older
        }
        if (!filter->takes(*query)) {
          return true;
        }
        if (answer.queries.size() == static_cast<std::size_t>(*limit)) {
          const Query& last = *answer.queries.back();
          answer.next_token =
              context_.tokens.make(scope, std::to_string(last.created_at) + " " + last.key.id);
          return false;
        }
        answer.queries.push_back(query);
        return true;
      });
  return answer;
}

}  // namespace trailpond::engine
