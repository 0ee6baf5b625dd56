#include <algorithm>

#include "base/text.hpp"
#include "engine/backends.hpp"
#include "engine/catalog.hpp"
#include "engine/queries/delivery.hpp"
#include "engine/queries/find_query.hpp"
#include "engine/queries/queries.hpp"
#include "engine/queries/query_life.hpp"
#include "engine/queries/runner.hpp"
#include "engine/queries/sample_queries.hpp"
#include "engine/queries/stored_rows.hpp"
#include "engine/resources/resolver.hpp"
#include "engine/result_delivery.hpp"
#include "engine/rules.hpp"

namespace trailpond::engine {
namespace {

using state::kNever;
using state::PlannedEnd;
using state::Query;
using StorePointer = state::EventDataStores::Pointer;
using StatementPointer = std::shared_ptr<const sql::Statement>;

std::optional<Error> check_parameters(const StartQueryRequest& request) {
  if (!request.statement && !request.alias) {
    return invalid_parameter("Either QueryStatement or QueryAlias must be given.");
  }
  if (request.parameters.size() > kMaxQueryParameters) {
    return invalid_parameter("QueryParameters has at most 10 items.");
  }
  for (const std::string& parameter : request.parameters) {
    if (parameter.empty() || count_code_points(parameter) > kMaxQueryParameterLength) {
      return invalid_parameter("An item of QueryParameters must have 1 to 1024 characters.");
    }
  }
  return std::nullopt;
}

/// Lays a script upon a query that is about to start.
void plan(Query& query, const QueryScript& script) {
  query.scripted = true;
  query.script = script.name;
  query.starts_at = script.queued_for == kNever ? kNever : query.created_at + script.queued_for;
  query.hold_micros = script.running_for;
  query.queued_polls = script.queued_polls;
  query.running_polls = script.running_polls;
  if (script.queued_polls > 0) {
    query.starts_at = kNever;
  }
  if (script.running_polls > 0) {
    query.hold_micros = kNever;
  }
  query.cancel_error = script.cancel_error ? std::string(name_of(*script.cancel_error)) : "";
  query.planned_delivery = query.delivery_uri.empty() ? "" : script.delivery_status;
  query.budget = script.budget;
  query.said = script.statistics;
  query.cancel_takes = script.cancel_takes;
  query.planned_end = script.end;
  query.planned_message = script.error_message;
  query.partial_rows = script.partial_rows;
  // A time-out leaves rows, so its statement runs; a failure or a cancel needs none.
  query.executes =
      !script.canned && (script.end == PlannedEnd::kByExecution ||
                         script.end == PlannedEnd::kTimeOut || script.end == PlannedEnd::kFinish);
  if (script.canned) {
    query.columns = script.canned->columns;
    query.rows = static_cast<std::int64_t>(script.canned->rows.size());
    query.executed = true;
  }
}

std::vector<std::string> names_of(const std::vector<state::EventDataStores::Pointer>& stores) {
  std::vector<std::string> names;
  for (const auto& store : stores) {
    names.push_back(store->name);
    names.push_back(store->id);
    names.push_back(store->arn);
  }
  return names;
}

/// Finds the text that is to be run, and notes the prompt that it was generated for.
Result<std::string> find_statement(const Context& context, const std::string& account,
                                   const StartQueryRequest& request, Query& query) {
  std::string statement;
  std::shared_ptr<const GeneratedQuery> generated;
  if (request.alias) {
    const GeneratedQuery wanted = {*request.alias, account, context.caller.region};
    generated = context.state().get<GeneratedQueries>().find(wanted.record_key());
  }
  if (generated) {
    query.prompt = generated->prompt;
  }
  if (request.statement) {
    statement = *request.statement;
  } else if (generated) {
    statement = generated->statement;
  } else {
    const auto world = context.world();
    const auto known = world->query_templates.find(*request.alias);
    const auto last =
        context.state().queries().find_by_alias(account, context.caller.region, *request.alias);
    if (known == world->query_templates.end() && !last) {
      return invalid_parameter("QueryAlias does not identify a query template: " + *request.alias);
    }
    statement = known != world->query_templates.end() ? known->second : last->statement;
  }
  if (request.parameters.empty()) {
    return statement;
  }
  const auto filled =
      context.service.executor->substitute_parameters(statement, request.parameters);
  if (!filled) {
    return invalid_parameter("QueryParameters: " + filled.error().text());
  }
  return *filled;
}

std::optional<Error> check_named_store(const Context& context, const StartQueryRequest& request,
                                       std::string_view name) {
  const bool foreign = request.owner_account && *request.owner_account != context.caller.account;
  if (!looks_like_arn(name) &&
      !(foreign && parse_resource_id(ResourceKind::kEventDataStore, name))) {
    return std::nullopt;  // an unknown table: the analysis says so, with its place
  }
  const auto found =
      find_event_data_store(context, name, Access{"StartQuery"}, request.owner_account);
  return found ? std::nullopt : std::optional(found.error());
}

Result<std::vector<StorePointer>> find_stores(const Context& context,
                                              const StartQueryRequest& request,
                                              const std::string& statement,
                                              const StoreCatalog& catalog) {
  const auto world = context.world();
  std::vector<StorePointer> stores;
  for (const std::string& name : context.service.executor->list_table_names(statement)) {
    const auto store = catalog.find_store(name);
    if (!store) {
      if (auto error = check_named_store(context, request, name)) {
        return *error;
      }
      continue;
    }
    for (const auto& error : {check_service_linked_role(*world, *store), check_queryable(*store),
                              check_encryption(*world, *store)}) {
      if (error) {
        return *error;
      }
    }
    if (std::find(stores.begin(), stores.end(), store) == stores.end()) {
      stores.push_back(store);
    }
  }
  return stores;
}

/// Analyses the statement and notes its columns.
Result<StatementPointer> prepare(const Context& context, Query& query,
                                 const StoreCatalog& catalog) {
  const auto prepared =
      context.service.executor->prepare(query.statement, catalog, {.now_micros = query.created_at});
  if (!prepared) {
    const auto& error = prepared.error();
    const bool ours = error.name == sql::ErrorName::kInternal;
    return Error{ours ? ErrorKind::kInternal : ErrorKind::kInvalidQueryStatement, error.text()};
  }
  for (const sql::OutputColumn& column : (*prepared)->columns()) {
    query.columns.push_back(column.name);
  }
  return *prepared;
}

std::optional<Error> check_start(const Context& context, const StartQueryRequest& request) {
  const auto world = context.world();
  for (const auto& error : {check_region(*world, context.caller), check_parameters(request)}) {
    if (error) {
      return error;
    }
  }
  if (request.delivery_s3_uri) {
    if (auto error = check_delivery(*world, *request.delivery_s3_uri)) {
      return error;
    }
  }
  return check_owner(context, request.owner_account, "StartQuery");
}

std::string next_id(const Context& context, const state::QueryKey& key) {
  const std::string stream = "query " + key.account + " " + key.region;
  state::QueryKey next = key;
  do {
    // A seed makes the same ids again after a restart over kept state.
    next.id = context.service.ids.next(stream);
  } while (context.state().queries().find(next));
  return next.id;
}

/// Makes room for a result: the oldest query of an account that has too many goes, and those that
/// ended first where all results together are too large.
void forget_oldest(const Context& context, state::Writing& writing, const Query& next) {
  auto& queries = context.state().queries();
  const auto& [account, region, id] = next.key;
  if (const auto oldest = queries.find_oldest_ended(account, region, kMaxKeptQueries)) {
    queries.erase(writing, oldest->record_key());
  }
  for (const auto& query : queries.list_to_forget(kMaxResultBytes)) {
    queries.erase(writing, query->record_key());
  }
}

/// A query that is ready to enter the state.
struct NewQuery {
  Query query = {};
  std::vector<StorePointer> stores = {};
  ScriptMatch script = {};
  StatementPointer statement = {};                     // null: rows are given
  std::shared_ptr<const RemoteStatement> remote = {};  // null: the statement runs here
};

Result<state::QueryKey> enter(Context& context, NewQuery entering) {
  auto& [query, stores, script, statement, remote] = entering;
  auto& queries = context.state().queries();
  state::Writing writing(context.reading);
  for (const StorePointer& store : stores) {
    // It may have been deleted while the statement was analysed.
    const auto current = context.state().event_data_stores().find(store->arn);
    if (auto error = check_queryable(current ? *current : *store)) {
      return *error;
    }
    query.store_arns.push_back(store->arn);
  }
  if (queries.count_active(query.key.account, query.key.region) >= kMaxConcurrentQueries) {
    return Error{ErrorKind::kMaxConcurrentQueries,
                 "You are already running the maximum number of concurrent queries. The maximum "
                 "number of concurrent queries is 10."};
  }
  if (!context.service.world.count(script)) {
    throw state::BeginAgain();  // another query has taken the script's turn
  }
  forget_oldest(context, writing, query);
  query.key.id = next_id(context, query.key);
  if (script.script && script.script->canned) {
    query.result_bytes = store_rows(writing, query.key, script.script->canned->rows);
  }
  const auto progress =
      query.executes && !query.scripted ? Progress{} : advance(query, query.created_at, 0);
  const bool submits = query.executes && (!query.scripted || progress.started);
  const state::QueryKey key = query.key;
  const bool delivers = !query.delivery_uri.empty();
  Runner& runner = *context.service.runner;
  if (query.queued_polls > 0 || query.running_polls > 0) {
    context.service.counts_polls = true;
  }
  if (query.executes) {
    // Before the record can be seen: a query that is due elsewhere must find its statement.
    runner.add(key, std::move(statement), std::move(remote));
  }
  try {
    queries.put(writing, std::move(query));
    writing.commit();
  } catch (const state::StorageError&) {
    runner.forget(key);
    throw;
  }
  if (delivers) {
    context.service.deliveries->expect();
  }
  if (submits) {
    runner.submit(key);
  }
  return key;
}

/// Makes a query of a request: everything that can be wrong with it is told.
Result<NewQuery> make_query(const Context& context, const StartQueryRequest& request) {
  if (auto error = check_start(context, request)) {
    return *error;
  }
  NewQuery entering;
  Query& query = entering.query;
  const auto& [account, region] = context.caller;
  query.key = {request.owner_account.value_or(account), region, {}};
  query.caller_account = account;
  query.alias = request.alias.value_or("");
  query.refresh_id = request.refresh_id;
  query.delivery_uri = request.delivery_s3_uri.value_or("");
  query.delivery_status = query.delivery_uri.empty() ? "" : "PENDING";
  query.created_at = context.service.clock.now();
  auto statement = find_statement(context, query.key.account, request, query);
  if (!statement) {
    return statement.error();
  }
  query.statement = std::move(*statement);
  constexpr std::size_t kBriefStatement = 1'000;  // to be analysed, in bytes
  if (query.statement.size() > kBriefStatement) {
    context.take_time();
  }
  const StoreCatalog catalog(context.service, query.created_at, query.key.account, region, account);
  auto stores = find_stores(context, request, query.statement, catalog);
  if (!stores) {
    return stores.error();
  }
  entering.stores = std::move(*stores);
  entering.script = context.service.world.find_script(
      query, names_of(entering.stores),
      [&](std::string_view text) { return context.service.executor->normalize(text); });
  const auto& script = entering.script.script;
  if (script) {
    plan(query, *script);
  }
  // Rows that are given need no SQL: not even SQL that is understood.
  if (!script || !script->canned) {
    auto prepared = prepare(context, query, catalog);
    if (!prepared) {
      return prepared.error();
    }
    entering.statement = std::move(*prepared);
    auto remote = context.service.backends->prepare(entering.stores, query.statement, catalog,
                                                    {.now_micros = query.created_at});
    if (!remote) {
      return remote.error();
    }
    entering.remote = std::move(*remote);
  }
  return entering;
}

}  // namespace

std::optional<Error> check_query(const Context& context, const StartQueryRequest& request) {
  const auto made = make_query(context, request);
  return made ? std::nullopt : std::optional(made.error());
}

Result<StartQueryAnswer> start_query(Context& context, const StartQueryRequest& request) {
  auto entering = make_query(context, request);
  if (!entering) {
    return entering.error();
  }
  const auto key = enter(context, std::move(*entering));
  if (!key) {
    return key.error();
  }
  return StartQueryAnswer{key->id, request.owner_account};
}

}  // namespace trailpond::engine
