#include "server/cli/scenario_command.hpp"

#include <charconv>
#include <ostream>

#include "fixtures/format.hpp"
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

struct Address {
  std::string host = {};
  std::uint16_t port = 80;
};

std::optional<Address> parse_url(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) {
    return std::nullopt;
  }
  url.remove_prefix(kScheme.size());
  url = url.substr(0, url.find('/'));
  Address address;
  const auto colon = url.rfind(':');
  if (colon != std::string_view::npos && url.find(']', colon) == std::string_view::npos) {
    const std::string_view port = url.substr(colon + 1);
    if (std::from_chars(port.data(), port.data() + port.size(), address.port).ec != std::errc()) {
      return std::nullopt;
    }
    url = url.substr(0, colon);
  }
  address.host = url;
  return address.host.empty() ? std::nullopt : std::optional(address);
}

int export_running(const ScenarioOptions& options, std::ostream& out, std::ostream& error) {
  constexpr std::chrono::minutes kTime{2};
  const auto address = parse_url(options.url);
  if (!address) {
    error << "trailpond: --url must be such as http://127.0.0.1:4585\n";
    return kMistake;
  }
  std::string path = "/_trailpond/v1/scenario";
  path += options.as_json ? "" : ".yaml";
  path += options.without_events ? "?events=false" : "?events=true";
  path += options.account.empty() ? "" : "&account=" + options.account;
  const auto answer = http::fetch(address->host, address->port, path, options.token, kTime);
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
