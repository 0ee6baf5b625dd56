#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <sstream>
#include <thread>

#include "fixtures/scenario.hpp"
#include "server/cli/sql_command.hpp"
#include "server/fault_check.hpp"
#include "server/http/server.hpp"
#include "server/options.hpp"
#include "server/router.hpp"
#include "state/database.hpp"

namespace trailpond {
namespace {

/// Exit statuses: as shells know them, 2 is a mistake in what was asked.
constexpr int kFailed = 1;
constexpr int kMistake = 2;

/// Scenarios that a container mounts, taken when no other is named.
constexpr const char* kMountedScenarios = "/etc/trailpond/scenarios.d";
constexpr std::chrono::milliseconds kHealthcheckTime{2000};

using Stores = std::vector<std::shared_ptr<const state::EventDataStore>>;

fixtures::Result<fixtures::Scenario> find_scenario(const std::string& name) {
  std::error_code ignored;
  if (name.empty() && std::filesystem::is_directory(kMountedScenarios, ignored)) {
    return fixtures::load(kMountedScenarios, rule_check());
  }
  // A file of the name of a ready-made scenario is meant when it is written as a path.
  if (auto ready = fixtures::find_ready_made(name.empty() ? fixtures::kDefaultScenario : name)) {
    return std::move(*ready);
  }
  return fixtures::load(name, rule_check());
}

/// Which event files a scenario that comes by HTTP may name: those below the folder of the scenario
/// that the server was started with, and below the folders of --files.
fixtures::FilesOf files_of(const Options& options) {
  fixtures::FilesOf files;
  files.rules = rule_check();
  std::vector<std::string> folders = options.files;
  std::error_code ignored;
  const bool mounted =
      options.scenario.empty() && std::filesystem::is_directory(kMountedScenarios, ignored);
  const std::filesystem::path named = mounted ? kMountedScenarios : options.scenario;
  if (std::filesystem::is_directory(named, ignored)) {
    files.base_directory = named.string();
    folders.push_back(files.base_directory);
  } else if (std::filesystem::is_regular_file(named, ignored)) {
    files.base_directory = named.has_parent_path() ? named.parent_path().string() : ".";
    folders.push_back(files.base_directory);
  } else if (!options.files.empty()) {
    files.base_directory = options.files.front();
  }
  files.only_below = std::move(folders);
  return files;
}

std::string url_of(const Options& options, std::uint16_t port) {
  const bool everywhere = options.host == "0.0.0.0" || options.host == "::";
  const std::string host = everywhere ? "127.0.0.1" : options.host;
  const bool bracketed = host.find(':') != std::string::npos;
  return "http://" + (bracketed ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

/// Lists the stores with the number of their events, which by that are read from disk.
std::string list_stores(engine::Engine& engine, const Stores& stores) {
  constexpr std::size_t kStoresShown = 8;
  std::string text;
  for (std::size_t i = 0; i < stores.size(); ++i) {
    const std::int64_t events = engine.count_events(*stores[i]);
    if (i < kStoresShown) {
      text += (i == 0 ? "" : ", ") + stores[i]->name + " " + stores[i]->id + " (" +
              std::to_string(events) + (events == 1 ? " event)" : " events)");
    }
  }
  if (stores.size() > kStoresShown) {
    text += " and " + std::to_string(stores.size() - kStoresShown) + " more";
  }
  return stores.empty() ? "no event data stores" : text;
}

/// Says in three lines where the server is, what is in it, and what to ask.
void print_welcome(const std::string& url, const std::string& there, const Stores& stores) {
  std::printf("trailpond %s listens on %s and is ready\n", kVersion, url.c_str());
  std::printf("there: %s\n", there.c_str());
  if (!stores.empty()) {
    const auto& store = *stores.front();
    std::printf(
        "try: AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=any aws --endpoint-url %s --region %s "
        "cloudtrail start-query --query-statement \"SELECT eventName, count(*) AS n FROM %s "
        "GROUP BY eventName ORDER BY n DESC\"\n",
        store.account.c_str(), url.c_str(), store.region.c_str(), store.id.c_str());
  } else {
    std::printf("try: aws --endpoint-url %s --no-sign-request cloudtrail list-event-data-stores\n",
                url.c_str());
  }
  std::fflush(stdout);
}

void log_bad_events(const watch::Log& log, const fixtures::Applied& applied) {
  using watch::LogLevel;
  for (const auto& bad : applied.events.bad) {
    log.write(LogLevel::kWarn, bad.source + ":" + std::to_string(bad.line) + ": " + bad.reason);
  }
  if (applied.events.rejected > 0) {
    log.write(LogLevel::kWarn, std::to_string(applied.events.rejected) + " events were refused, " +
                                   std::to_string(applied.events.accepted) + " loaded");
  }
}

/// Seeding from files, or reading kept events, may take long: then "not ready" is answered
/// meanwhile. Otherwise whoever connects waits the few milliseconds, which is sooner than asking
/// again.
bool takes_long(const fixtures::Scenario& scenario) {
  for (const auto& store : scenario.event_data_stores) {
    for (const auto& source : store.events) {
      if (!source.path.empty()) {
        return true;
      }
    }
  }
  return false;
}

/// Shows on a terminal how far a load has come, once it takes more than a second.
class ProgressLine {
 public:
  explicit ProgressLine(const fixtures::Progress& progress)
      : thread_([&progress](const std::stop_token& stop) { show(progress, stop); }) {}

 private:
  static void show(const fixtures::Progress& progress, const std::stop_token& stop) {
    constexpr std::chrono::milliseconds kFirst{1000};
    constexpr std::chrono::milliseconds kNext{200};
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    bool shown = false;
    while (!stopped.wait_for(lock, stop, shown ? kNext : kFirst,
                             [&] { return stop.stop_requested(); })) {
      std::fprintf(stderr, "\rtrailpond: %lld events, %lld of %lld sources are loaded",
                   static_cast<long long>(progress.events),
                   static_cast<long long>(progress.sources_done),
                   static_cast<long long>(progress.sources));
      shown = true;
    }
    if (shown) {
      std::fprintf(stderr, "\r\033[K");
    }
  }
  std::jthread thread_;
};

fixtures::Applied seed(fixtures::Scenario scenario, engine::Engine& engine,
                       const fixtures::FilesOf& files) {
  fixtures::Progress progress;
  std::optional<ProgressLine> line;
  if (isatty(STDERR_FILENO) != 0) {
    line.emplace(progress);
  }
  return fixtures::install(std::move(scenario), engine, files, &progress);
}

/// Loads the scenario, or says what is wrong with it.
std::optional<fixtures::Scenario> load_scenario(const Options& options, const char* consequence) {
  auto scenario = find_scenario(options.scenario);
  if (scenario) {
    return std::move(*scenario);
  }
  for (const auto& problem : scenario.error()) {
    std::fprintf(stderr, "%s\n", problem.text().c_str());
  }
  std::fprintf(stderr, "trailpond: the scenario has mistakes, so %s.\n", consequence);
  return std::nullopt;
}

int answer_sql(const Options& options) {
  if (options.sql.action == cli::SqlAction::kBatch) {
    return cli::run_sql_batch(std::cin, std::cout);
  }
  auto scenario = load_scenario(options, "nothing was asked");
  if (!scenario) {
    return kMistake;
  }
  std::ios::sync_with_stdio(false);
  return cli::run_sql(options.sql, std::move(*scenario), {std::cin, std::cout, std::cerr});
}

int export_stores(const Options& options) {
  std::optional<fixtures::Scenario> scenario;
  if (!options.data_directory) {
    scenario = load_scenario(options, "nothing was exported");
    if (!scenario) {
      return kMistake;
    }
  }
  return cli::run_export(options.export_command, std::move(scenario), options.data_directory,
                         std::cout, std::cerr);
}

int look_at_trino(const Options& options) {
  const auto scenario = load_scenario(options, "nothing was checked");
  if (!scenario) {
    return kMistake;
  }
  return cli::check_trino(options.trino_command, *scenario, options.trino, std::cout, std::cerr);
}

/// Reads a file of the options; nullopt where it cannot be read.
std::optional<std::string> read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return file ? std::optional(text.str()) : std::nullopt;
}

/// What the engine is told of the options; nullopt, with a message, where a file is missing.
std::optional<engine::EngineOptions> engine_options_of(const Options& options) {
  engine::EngineOptions engine_options;
  engine_options.data_directory = options.data_directory;
  engine_options.export_directory = options.export_directory;
  engine_options.s3_endpoint = options.s3_endpoint;
  engine_options.trino = options.trino;
  engine_options.records_calls = options.records_calls;
  engine_options.delivery_file_bytes = options.delivery_file_bytes;
  engine_options.workers = options.workers;
  engine_options.threads_per_query = options.threads_per_query;
  engine_options.executor = engine::make_sql_executor();
  if (!options.signing_key_file.empty()) {
    const auto key = read_text(options.signing_key_file);
    if (!key || key->empty()) {
      std::fprintf(stderr, "trailpond: the signing key cannot be read: %s\n",
                   options.signing_key_file.c_str());
      return std::nullopt;
    }
    engine_options.signing_key = *key;
  }
  return engine_options;
}

int serve(const Options& options) {
  auto engine_options = engine_options_of(options);
  if (!engine_options) {
    return kMistake;
  }
  auto scenario = load_scenario(options, "nothing was started");
  if (!scenario) {
    return kMistake;
  }
  RouterOptions router_options;
  router_options.allowed_hosts = options.allowed_hosts;
  router_options.admin_token = options.admin_token;
  router_options.verify_signatures = options.verify_signatures;
  router_options.files = files_of(options);
  router_options.watch = options.watch;
  Router router(router_options);
  http::ServerOptions server_options;
  server_options.host = options.host;
  server_options.port = options.port;
  server_options.threads = options.threads;
  server_options.id_field = "x-amzn-RequestId";
  auto server = http::Server::listen(server_options, router);
  if (!server) {
    std::fprintf(stderr, "trailpond: %s\n", server.error().c_str());
    return kFailed;
  }
  const bool answers_meanwhile = options.data_directory || takes_long(*scenario);
  if (answers_meanwhile) {
    (*server)->start();
  }
  auto engine = engine::Engine::open(std::move(*engine_options));
  if (!engine) {
    std::fprintf(stderr, "trailpond: %s\n", engine.error().c_str());
    return kFailed;
  }
  const auto applied = seed(std::move(*scenario), **engine, router_options.files);
  const auto stores = (*engine)->all_event_data_stores();
  const std::string there = list_stores(**engine, stores);
  router.open(**engine, {options.verify_signatures, options.access_keys});
  if (!answers_meanwhile) {
    (*server)->start();
  }
  const watch::Log& log = router.watch().log;
  const std::string url = url_of(options, (*server)->port());
  log_bad_events(log, applied);
  if (options.watch.log.format == watch::LogFormat::kJson) {
    log.write(watch::LogLevel::kInfo, "ready", {{"url", url}, {"version", kVersion}});
  }
  if (log.takes(watch::LogLevel::kInfo)) {
    print_welcome(url, there, stores);
  }
  (*server)->wait();
  return 0;
}

int check_health(const Options& options) {
  const bool everywhere = options.host == "0.0.0.0" || options.host == "::";
  const std::string host = everywhere ? "127.0.0.1" : options.host;
  return http::probe(host, options.port, "/_trailpond/ready", kHealthcheckTime) == 200 ? 0
                                                                                       : kFailed;
}

int run(const Options& options) {
  switch (options.command) {
    case Command::kServe:
      return serve(options);
    case Command::kHealthcheck:
      return check_health(options);
    case Command::kSql:
      return answer_sql(options);
    case Command::kScenario:
      return cli::run_scenario(options.scenario_command, find_scenario, std::cout, std::cerr);
    case Command::kExport:
      return export_stores(options);
    case Command::kTrino:
      return look_at_trino(options);
  }
  return kFailed;
}

}  // namespace
}  // namespace trailpond

int main(int count, char** arguments) {
  const auto options = trailpond::parse_options(count, arguments);
  if (!options) {
    const auto& early = options.error();
    (early.status == 0 ? std::cout : std::cerr) << early.text;
    return early.status;
  }
  try {
    trailpond::state::configure_sqlite();
    return trailpond::run(*options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "trailpond: %s\n", error.what());
    return trailpond::kFailed;
  }
}
