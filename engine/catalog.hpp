#pragma once
#include <memory>
#include <string>
#include <string_view>

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

/// Makes a table of a snapshot of events, for a catalog of one's own.
std::shared_ptr<const sql::Table> make_table(events::StoreKind kind,
                                             std::shared_ptr<const events::Snapshot> snapshot);

/// Gives the columns of a kind of store with their SQL types; built once.
const std::vector<sql::Column>& columns_of(events::StoreKind kind);

}  // namespace trailpond::engine
