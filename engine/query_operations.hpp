#pragma once
#include <optional>
#include <string>
#include <vector>

#include "engine/catalog.hpp"
#include "engine/context.hpp"
#include "engine/queries.hpp"
#include "engine/runner.hpp"

namespace trailpond::engine {

/// The operations on queries; engine.hpp says what each does. The state is settled before they are
/// called.
class QueryOperations {
 public:
  QueryOperations(Context& context, Runner& runner) : context_(context), runner_(runner) {}

  Result<StartQueryAnswer> start(const Caller& caller, const StartQueryRequest& request);
  Result<QueryDescription> describe(const Caller& caller, const DescribeQueryRequest& request);
  Result<QueryResultsPage> get_results(const Caller& caller, const GetQueryResultsRequest& request);
  Result<CancelQueryAnswer> cancel(const Caller& caller, const CancelQueryRequest& request);
  Result<QueryList> list(const Caller& caller, const ListQueriesRequest& request);
  Result<std::shared_ptr<const state::Query>> release(std::string_view query_id);

 private:
  using Pointer = state::Queries::Pointer;
  using StorePointer = state::EventDataStores::Pointer;

  /// What a request says of the query it means.
  struct Wanted {
    std::optional<std::string> event_data_store;
    std::optional<std::string> owner_account;
  };
  Result<std::string> find_statement(const Caller& caller, const std::string& account,
                                     const StartQueryRequest& request) const;
  Result<std::vector<StorePointer>> find_stores(const Caller& caller,
                                                const StartQueryRequest& request,
                                                const std::string& statement,
                                                const StoreCatalog& catalog) const;
  std::optional<Error> check_named_store(const Caller& caller, const StartQueryRequest& request,
                                         std::string_view name) const;
  std::optional<Error> check_start(const Caller& caller, const StartQueryRequest& request) const;
  /// Analyses the statement and notes its columns.
  Result<std::shared_ptr<const sql::Statement>> prepare(state::Query& query,
                                                        const StoreCatalog& catalog) const;
  Result<StartQueryAnswer> enter(const StartQueryRequest& request, state::Query query,
                                 const std::vector<StorePointer>& stores,
                                 const std::optional<QueryScript>& script,
                                 std::shared_ptr<const sql::Statement> prepared);
  std::string next_id(const state::QueryKey& key);
  /// Checks that the caller may see a query, and that its stores can be asked.
  std::optional<Error> check_stores_of(const Caller& caller, const state::Query& query) const;
  Result<Pointer> find_query(const Caller& caller, const std::string& query_id,
                             const Wanted& wanted) const;
  Result<Pointer> find_by_alias(const Caller& caller, const DescribeQueryRequest& request,
                                const Wanted& wanted) const;
  Result<Pointer> check_found(const Caller& caller, Pointer query, const Wanted& wanted,
                              std::string_view name) const;
  /// kOperationNotPermitted when the account named as the owner lets the caller into no store.
  std::optional<Error> check_owner(const Caller& caller,
                                   const std::optional<std::string>& owner) const;
  Context& context_;
  Runner& runner_;
};

}  // namespace trailpond::engine
