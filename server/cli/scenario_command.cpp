#include "server/cli/scenario_command.hpp"

#include <ostream>

#include "fixtures/format.hpp"
#include "outbound/http_client.hpp"
#include "server/http/server.hpp"

namespace trailpond::cli {
namespace {

constexpr int kGood = 0;
constexpr int kFailed = 1;
constexpr int kMistake = 2;

std::string count(std::size_t number, const std::string& of) {
  return std::to_string(number) + " " + of + (number == 1 ? "" : "s");
}

int check_files(const ScenarioOptions& options, const FindScenario& find_scenario,
                std::ostream& out, std::ostream& error) {
  int status = kGood;
  for (const std::string& name : options.files) {
    const auto scenario = find_scenario(name);
    if (!scenario) {
      for (const auto& problem : scenario.error()) {
        error << problem.text() << '\n';
      }
      status = kMistake;
      continue;
    }
    out << name << ": " << count(scenario->event_data_stores.size(), "event data store") << ", "
        << count(scenario->trails.size(), "trail") << ", "
        << count(scenario->channels.size(), "channel") << ", "
        << count(scenario->dashboards.size(), "dashboard") << ", "
        << count(scenario->imports.size(), "import") << ", "
        << (scenario->queries.size() == 1 ? "1 query"
                                          : std::to_string(scenario->queries.size()) + " queries")
        << ", " << count(scenario->world.scripts.size(), "script") << ", "
        << count(scenario->world.faults.size(), "fault") << '\n';
  }
  return status;
}

int export_running(const ScenarioOptions& options, std::ostream& out, std::ostream& error) {
  constexpr std::chrono::minutes kTime{2};
  const auto url = outbound::parse_url(options.url);
  if (!url || url->secure) {
    error << "trailpond: --url must be such as http://127.0.0.1:4585\n";
    return kMistake;
  }
  std::string path = "/_trailpond/v1/scenario";
  path += options.as_json ? "" : ".yaml";
  path += options.without_events ? "?events=false" : "?events=true";
  path += options.account.empty() ? "" : "&account=" + options.account;
  const auto answer = http::fetch(url->host, url->port, path, options.token, kTime);
  if (answer.status == 0) {
    error << "trailpond: there is no server at " << options.url << '\n';
    return kFailed;
  }
  constexpr unsigned kOk = 200;
  (answer.status == kOk ? out : error) << answer.body;
  return answer.status == kOk ? kGood : kFailed;
}

}  // namespace

int run_scenario(const ScenarioOptions& options, const FindScenario& find_scenario,
                 std::ostream& out, std::ostream& error) {
  switch (options.action) {
    case ScenarioAction::kCheck:
      return check_files(options, find_scenario, out, error);
    case ScenarioAction::kExport:
      return export_running(options, out, error);
    case ScenarioAction::kSchema:
      out << fixtures::print_schema();
      return kGood;
    case ScenarioAction::kReference:
      out << fixtures::print_reference();
      return kGood;
    case ScenarioAction::kShapes:
      out << fixtures::print_shapes();
      return kGood;
  }
  return kFailed;
}

}  // namespace trailpond::cli
