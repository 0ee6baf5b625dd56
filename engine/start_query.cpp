#include <algorithm>

#include "engine/delivery.hpp"
#include "engine/query_life.hpp"
#include "engine/query_operations.hpp"
#include "engine/store_names.hpp"
#include "engine/stored_rows.hpp"

namespace trailpond::engine {
namespace {

using state::kNever;
using state::PlannedEnd;
using state::Query;

std::optional<Error> check_parameters(const StartQueryRequest& request) {
  if (!request.statement && !request.alias) {
    return invalid_parameter("Either QueryStatement or QueryAlias must be given.");
  }
  if (request.parameters.size() > kMaxQueryParameters) {
    return invalid_parameter("QueryParameters has at most 10 items.");
  }
  for (const std::string& parameter : request.parameters) {
    if (parameter.empty() || parameter.size() > kMaxQueryParameterLength) {
      return invalid_parameter("An item of QueryParameters must have 1 to 1024 characters.");
    }
  }
  return std::nullopt;
}

/// Lays a script upon a query that is about to start.
void plan(Query& query, const QueryScript& script) {
  query.scripted = true;
  query.starts_at = script.queued_for == kNever ? kNever : query.created_at + script.queued_for;
  query.hold_micros = script.running_for;
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
    query.events_scanned = script.canned->events_scanned;
    query.bytes_scanned = script.canned->bytes_scanned;
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

}  // namespace

Result<std::string> QueryOperations::find_statement(const Caller& caller,
                                                    const std::string& account,
                                                    const StartQueryRequest& request) const {
  std::string statement;
  if (request.statement) {
    statement = *request.statement;
  } else {
    const auto world = context_.world.get();
    const auto known = world->query_templates.find(*request.alias);
    const auto last =
        context_.state->queries().find_by_alias(account, caller.region, *request.alias);
    if (known == world->query_templates.end() && !last) {
      return invalid_parameter("QueryAlias does not identify a query template: " + *request.alias);
    }
    statement = known != world->query_templates.end() ? known->second : last->statement;
  }
  if (request.parameters.empty()) {
    return statement;
  }
  const auto filled = context_.executor->substitute_parameters(statement, request.parameters);
  if (!filled) {
    return invalid_parameter("QueryParameters: " + filled.error().text());
  }
  return *filled;
}

std::optional<Error> QueryOperations::check_owner(const Caller& caller,
                                                  const std::optional<std::string>& owner) const {
  if (!owner || *owner == caller.account) {
    return std::nullopt;
  }
  for (const auto& store : context_.state->event_data_stores().list(*owner, caller.region)) {
    if (may_read(*store, caller.account)) {
      return std::nullopt;
    }
  }
  return Error{
      ErrorKind::kOperationNotPermitted,
      "The requested operation is not permitted on event data stores of account " + *owner + "."};
}

std::optional<Error> QueryOperations::check_named_store(const Caller& caller,
                                                        const StartQueryRequest& request,
                                                        std::string_view name) const {
  const bool foreign = request.owner_account && *request.owner_account != caller.account;
  if (!looks_like_arn(name) && !(foreign && parse_store_id(name))) {
    return std::nullopt;  // an unknown table: the analysis says so, with its place
  }
  const auto found =
      find_event_data_store(context_, caller, name, Access::kGranted, request.owner_account);
  return found ? std::nullopt : std::optional(found.error());
}

Result<std::vector<QueryOperations::StorePointer>> QueryOperations::find_stores(
    const Caller& caller, const StartQueryRequest& request, const std::string& statement,
    const StoreCatalog& catalog) const {
  const auto world = context_.world.get();
  std::vector<StorePointer> stores;
  for (const std::string& name : context_.executor->list_table_names(statement)) {
    const auto store = catalog.find_store(name);
    if (!store) {
      if (auto error = check_named_store(caller, request, name)) {
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

Result<std::shared_ptr<const sql::Statement>> QueryOperations::prepare(
    Query& query, const StoreCatalog& catalog) const {
  const auto prepared =
      context_.executor->prepare(query.statement, catalog, {.now_micros = query.created_at});
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

std::optional<Error> QueryOperations::check_start(const Caller& caller,
                                                  const StartQueryRequest& request) const {
  const auto world = context_.world.get();
  for (const auto& error : {check_region(*world, caller), check_parameters(request)}) {
    if (error) {
      return error;
    }
  }
  if (request.delivery_s3_uri) {
    if (auto error = check_delivery(*world, *request.delivery_s3_uri)) {
      return error;
    }
  }
  return check_owner(caller, request.owner_account);
}

Result<StartQueryAnswer> QueryOperations::start(const Caller& caller,
                                                const StartQueryRequest& request) {
  if (auto error = check_start(caller, request)) {
    return *error;
  }
  Query query;
  query.key = {request.owner_account.value_or(caller.account), caller.region, {}};
  query.caller_account = caller.account;
  query.alias = request.alias.value_or("");
  query.delivery_uri = request.delivery_s3_uri.value_or("");
  query.delivery_status = query.delivery_uri.empty() ? "" : "PENDING";
  query.created_at = context_.clock.now();
  auto statement = find_statement(caller, query.key.account, request);
  if (!statement) {
    return statement.error();
  }
  query.statement = std::move(*statement);
  const StoreCatalog catalog(context_.state->event_data_stores(), context_.events,
                             query.key.account, caller.region, caller.account);
  const auto stores = find_stores(caller, request, query.statement, catalog);
  if (!stores) {
    return stores.error();
  }
  const auto script = context_.world.take_script(query, names_of(*stores));
  if (script) {
    plan(query, *script);
  }
  // Rows that are given need no SQL: not even SQL that is understood.
  std::shared_ptr<const sql::Statement> prepared;
  if (!script || !script->canned) {
    auto result = prepare(query, catalog);
    if (!result) {
      return result.error();
    }
    prepared = std::move(*result);
  }
  return enter(request, std::move(query), *stores, script, std::move(prepared));
}

std::string QueryOperations::next_id(const state::QueryKey& key) {
  const std::string stream = "query " + key.account + " " + key.region;
  state::QueryKey next = key;
  do {
    // A seed makes the same ids again after a restart over kept state.
    next.id = context_.ids.next(stream);
  } while (context_.state->queries().find(next));
  return next.id;
}

Result<StartQueryAnswer> QueryOperations::enter(const StartQueryRequest& request, Query query,
                                                const std::vector<StorePointer>& stores,
                                                const std::optional<QueryScript>& script,
                                                std::shared_ptr<const sql::Statement> prepared) {
  auto& queries = context_.state->queries();
  state::Writing writing(*context_.state);
  for (const StorePointer& store : stores) {
    // It may have been deleted while the statement was analysed.
    const auto current = context_.state->event_data_stores().find(store->arn);
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
  if (const auto oldest =
          queries.find_oldest_ended(query.key.account, query.key.region, kMaxKeptQueries)) {
    context_.state->result_pages().erase(writing, oldest->key);
    queries.erase(writing, oldest->key);
  }
  query.key.id = next_id(query.key);
  if (script && script->canned) {
    store_rows(*context_.state, writing, query.key, script->canned->rows);
  }
  const bool executes = query.executes;
  const bool submits = executes && (!query.scripted || advance(query, query.created_at, 0).started);
  if (!executes) {
    advance(query, query.created_at, 0);
  }
  const state::QueryKey key = query.key;
  if (executes) {
    // Before the record can be seen: a query that is due elsewhere must find its statement.
    runner_.add(key, std::move(prepared));
  }
  try {
    queries.put(writing, std::move(query));
    writing.commit();
  } catch (const state::StorageError&) {
    runner_.forget(key);
    throw;
  }
  if (submits) {
    runner_.submit(key);
  }
  return StartQueryAnswer{key.id, request.owner_account};
}

}  // namespace trailpond::engine
