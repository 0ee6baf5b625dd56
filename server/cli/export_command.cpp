#include "server/cli/export_command.hpp"

#include <algorithm>
#include <filesystem>
#include <ostream>

#include "engine/backends.hpp"
#include "engine/engine.hpp"
#include "engine/lake_files.hpp"

namespace trailpond::cli {
namespace {

constexpr int kGood = 0;
constexpr int kFailed = 1;
constexpr int kMistake = 2;

using StorePointer = state::EventDataStores::Pointer;

std::vector<StorePointer> find_stores(engine::Engine& engine, const ExportOptions& options,
                                      std::ostream& error) {
  const auto all = engine.all_event_data_stores();
  if (options.stores.empty()) {
    return all;
  }
  std::vector<StorePointer> found;
  for (const std::string& name : options.stores) {
    const auto store = std::ranges::find_if(all, [&](const StorePointer& each) {
      return each->id == name || each->arn == name || each->name == name;
    });
    if (store == all.end()) {
      error << "trailpond: there is no event data store " << name << '\n';
      return {};
    }
    found.push_back(*store);
  }
  return found;
}

int export_store(engine::Engine& engine, const state::EventDataStore& store,
                 const engine::ExportTarget& target, std::ostream& out, std::ostream& error) {
  const auto kind = events::find_kind(store.kind);
  const auto report = engine::export_events(*kind, engine.events_of(store), target);
  if (!report) {
    error << "trailpond: " << report.error() << '\n';
    return kFailed;
  }
  out << store.name << " " << store.id << ": " << report->events << " events of " << report->days
      << " days in " << target.directory << '/' << target.table;
  if (report->days_left > 0) {
    out << " (" << report->days_left << " days were there)";
  }
  out << '\n';
  return kGood;
}

}  // namespace

int run_export(const ExportOptions& options, std::optional<fixtures::Scenario> scenario,
               const std::optional<std::string>& data_directory, std::ostream& out,
               std::ostream& error) {
  engine::EngineOptions engine_options;
  engine_options.workers = 1;
  engine_options.executor = engine::make_sql_executor();
  engine_options.data_directory = data_directory;
  auto engine = engine::Engine::open(std::move(engine_options));
  if (!engine) {
    error << "trailpond: " << engine.error() << '\n';
    return kFailed;
  }
  if (scenario) {
    const auto applied = fixtures::apply(*scenario, **engine);
    for (const events::BadEvent& bad : applied.events.bad) {
      error << "trailpond: " << bad.source << ':' << bad.line << ": " << bad.reason << '\n';
    }
  }
  const auto stores = find_stores(**engine, options, error);
  if (stores.empty()) {
    return kMistake;
  }
  for (const StorePointer& store : stores) {
    engine::ExportTarget target = {options.directory, engine::table_name_of(*store),
                                   options.catalog, options.schema, options.location};
    if (target.location.empty()) {
      target.location = "file://" + std::filesystem::absolute(options.directory).string();
    }
    if (const int status = export_store(**engine, *store, target, out, error); status != kGood) {
      return status;
    }
  }
  return kGood;
}

}  // namespace trailpond::cli
