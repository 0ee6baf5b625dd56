#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event_stores.hpp"
#include "sql/catalog.hpp"
#include "state/state.hpp"

namespace trailpond::engine {

struct Service;

/// The event data stores of one account and Region as tables, and those of other accounts that let
/// `reader` in. A table keeps the events that were there when it was found: a query sees what was
/// there when StartQuery was answered.
class StoreCatalog final : public sql::Catalog {
 public:
  StoreCatalog(Service& service, state::Micros now, std::string account, std::string region,
               std::string reader)
      : service_(service),
        now_(now),
        account_(std::move(account)),
        region_(std::move(region)),
        reader_(std::move(reader)) {}

  std::shared_ptr<const sql::Table> find_table(std::string_view name) const override;
  /// Finds the record behind a name in FROM: an id in any case of letters, or an ARN.
  state::EventDataStores::Pointer find_store(std::string_view name) const;

 private:
  Service& service_;
  state::Micros now_;  // for retention
  std::string account_;
  std::string region_;
  std::string reader_;
};

/// The event data stores that a query named when it was started, as tables, whoever looks: what was
/// allowed then is not asked again. A table keeps the events that are there when it is found.
class QueryCatalog final : public sql::Catalog {
 public:
  QueryCatalog(Service& service, const state::Query& query)
      : service_(service), store_arns_(query.store_arns), now_(query.created_at) {}

  std::shared_ptr<const sql::Table> find_table(std::string_view name) const override;

 private:
  Service& service_;
  std::vector<std::string> store_arns_;
  state::Micros now_;  // for retention
};

/// Makes a table of a snapshot of events, for a catalog of one's own.
std::shared_ptr<const sql::Table> make_table(events::StoreKind kind,
                                             std::shared_ptr<const events::Snapshot> snapshot);

/// Gives the columns of a kind of store with their SQL types; built once.
const std::vector<sql::Column>& columns_of(events::StoreKind kind);

}  // namespace trailpond::engine
