#include "server/cli/trino_command.hpp"

#include <algorithm>
#include <ostream>

#include "engine/backends.hpp"
#include "engine/catalog.hpp"
#include "outbound/message.hpp"
#include "trino/check.hpp"

namespace trailpond::cli {
namespace {

constexpr int kGood = 0;
constexpr int kFailed = 1;
constexpr int kMistake = 2;

bool is_wanted(const TrinoOptions& options, const state::EventDataStore& store) {
  return options.stores.empty() ||
         std::ranges::any_of(options.stores, [&](const std::string& name) {
           return store.id == name || store.arn == name || store.name == name;
         });
}

/// Checks the table of one store. Throws outbound::HttpTrouble.
int check_store(engine::Backends& backends, const state::EventDataStore& store,
                const engine::Backend& backend, std::ostream& out) {
  const auto& columns =
      engine::columns_of(events::find_kind(store.kind).value_or(events::StoreKind::kCloudTrail));
  const auto problems =
      trino::check_table(*backends.client(backend.server), backend.table, columns);
  out << store.name << " in " << trino::print_name(backend.table) << ": "
      << (problems.empty()
              ? "all " + std::to_string(columns.size()) + " columns are there"
              : std::to_string(problems.size()) + " of " + std::to_string(columns.size()) +
                    " columns are not as they should be")
      << '\n';
  for (const auto& problem : problems) {
    out << "  " << (problem.column.empty() ? "the table" : problem.column) << ": "
        << problem.message << '\n';
  }
  return problems.empty() ? kGood : kFailed;
}

}  // namespace

int check_trino(const TrinoOptions& options, const fixtures::Scenario& scenario,
                const std::optional<trino::Server>& for_all, std::ostream& out,
                std::ostream& error) {
  engine::Backends backends(for_all);
  int status = kMistake;
  for (const fixtures::ScenarioStore& each : scenario.event_data_stores) {
    const state::EventDataStore& store = each.store;
    if (!is_wanted(options, store)) {
      continue;
    }
    const auto backend = backends.find(store);
    if (!backend) {
      error << "trailpond: " << backend.error().message << '\n';
      return kFailed;
    }
    if (!*backend) {
      continue;
    }
    try {
      const int found = check_store(backends, store, **backend, out);
      status = status == kMistake ? found : std::max(status, found);
    } catch (const outbound::HttpTrouble& trouble) {
      error << "trailpond: " << trouble.message << '\n';
      return kFailed;
    }
  }
  if (status == kMistake) {
    error << "trailpond: no event data store of the scenario is in Trino\n";
  }
  return status;
}

}  // namespace trailpond::cli
