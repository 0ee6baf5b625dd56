#include "server/options.hpp"

#include <CLI/CLI.hpp>

namespace trailpond {
namespace {

/// The flags as text, as they come from the command line or the environment.
struct Given {
  std::string host = "127.0.0.1";
  std::uint16_t port = kDefaultPort;
  std::string scenario = {};
  std::string data = {};
  unsigned threads = 1;
  unsigned workers = 0;
  bool verify_signatures = false;
  std::vector<std::string> access_keys = {};
  std::vector<std::string> allowed_hosts = {};
  std::string log_level = "info";
  bool healthcheck = false;
  bool batch = false;
};

/// THE table of options: flag, variable, where its value goes, help. Defaults are those of Given.
template <class T>
struct Row {
  const char* flag;
  const char* variable;
  T Given::*value;
  const char* help;
};
constexpr Row<std::string> kTexts[] = {
    {"--host", "TRAILPOND_HOST", &Given::host, "Address to listen on"},
    {"--scenario", "TRAILPOND_SCENARIO", &Given::scenario,
     "What is there at the start: a file, a folder, or getting-started, query-lifecycle, empty"},
    {"--data", "TRAILPOND_DATA", &Given::data, "Folder that keeps everything across restarts"},
    {"--log-level", "TRAILPOND_LOG_LEVEL", &Given::log_level, "info, or off for no lines at all"},
};
constexpr Row<std::uint16_t> kPorts[] = {
    {"--port", "TRAILPOND_PORT", &Given::port, "Port to listen on; 0: any that is free"},
};
constexpr Row<unsigned> kNumbers[] = {
    {"--threads", "TRAILPOND_THREADS", &Given::threads, "Threads for connections"},
    {"--workers", "TRAILPOND_WORKERS", &Given::workers,
     "Threads that run statements; 0: as many as processors"},
};
constexpr Row<bool> kSwitches[] = {
    {"--verify-signatures", "TRAILPOND_VERIFY_SIGNATURES", &Given::verify_signatures,
     "Refuse requests that are not signed by a known access key"},
    {"--healthcheck", nullptr, &Given::healthcheck,
     "Ask the server of this host and port whether it is ready; status 0 or 1"},
};
constexpr Row<std::vector<std::string>> kLists[] = {
    {"--access-key", "TRAILPOND_ACCESS_KEYS", &Given::access_keys,
     "ID:SECRET[:ACCOUNT] of a known access key, beside those of the scenario"},
    {"--allowed-host", "TRAILPOND_ALLOWED_HOSTS", &Given::allowed_hosts,
     "Further host name by which /_trailpond/ may be asked"},
};

template <class T>
CLI::Option* add(CLI::App& app, const Row<T>& row, Given& given) {
  T& value = given.*row.value;
  CLI::Option* option = nullptr;
  if constexpr (std::is_same_v<T, bool>) {
    option = app.add_flag(row.flag, value, row.help);
  } else {
    option = app.add_option(row.flag, value, row.help);
    if constexpr (std::is_same_v<T, std::vector<std::string>>) {
      option->delimiter(',');
    } else {
      option->capture_default_str();
    }
  }
  if (row.variable != nullptr) {
    option->envname(row.variable);
  }
  return option;
}

std::optional<engine::AccessKey> parse_access_key(const std::string& text) {
  const auto first = text.find(':');
  if (first == std::string::npos || first == 0) {
    return std::nullopt;
  }
  const auto second = text.find(':', first + 1);
  engine::AccessKey key;
  key.id = text.substr(0, first);
  key.secret = text.substr(first + 1, second == std::string::npos ? second : second - first - 1);
  key.account = second == std::string::npos ? "" : text.substr(second + 1);
  return key.secret.empty() ? std::nullopt : std::optional(key);
}

Result<Options, EarlyExit> check(Given given, Command command) {
  constexpr unsigned kMostThreads = 64;
  constexpr int kUsage = 2;
  Options options;
  options.command = given.healthcheck ? Command::kHealthcheck : command;
  options.host = given.host;
  options.port = given.port;
  options.scenario = given.scenario;
  if (!given.data.empty()) {
    options.data_directory = given.data;
  }
  if (given.threads == 0 || given.threads > kMostThreads || given.workers > kMostThreads) {
    return EarlyExit{kUsage, "--threads must be 1 to 64, --workers 0 to 64.\n"};
  }
  options.threads = given.threads;
  options.workers = given.workers;
  options.verify_signatures = given.verify_signatures;
  for (const std::string& text : given.access_keys) {
    const auto key = parse_access_key(text);
    if (!key) {
      return EarlyExit{kUsage, "--access-key must be ID:SECRET or ID:SECRET:ACCOUNT.\n"};
    }
    options.access_keys.push_back(*key);
  }
  options.allowed_hosts = given.allowed_hosts;
  options.allowed_hosts.push_back(given.host);
  if (given.log_level != "info" && given.log_level != "off") {
    return EarlyExit{kUsage, "--log-level must be info or off.\n"};
  }
  options.quiet = given.log_level == "off";
  return options;
}

}  // namespace

Result<Options, EarlyExit> parse_options(int count, const char* const* arguments) {
  constexpr int kUsage = 2;
  Given given;
  CLI::App app("A local CloudTrail Lake: the API of AWS, real SQL over real events.", "trailpond");
  app.set_version_flag("--version", std::string("trailpond ") + kVersion);
  const auto add_all = [&](const auto& rows) {
    for (const auto& row : rows) {
      add(app, row, given);
    }
  };
  add_all(kTexts);
  add_all(kPorts);
  add_all(kNumbers);
  add_all(kSwitches);
  add_all(kLists);
  CLI::App* sql = app.add_subcommand("sql", "Answer statements without a server");
  sql->add_flag("--batch", given.batch, "JSON lines {\"id\", \"sql\"} in, JSON lines out")
      ->required();
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    const bool mistake = app.exit(error, out, out) != 0;
    return EarlyExit{mistake ? kUsage : 0, out.str()};
  }
  return check(std::move(given), sql->parsed() ? Command::kSqlBatch : Command::kServe);
}

}  // namespace trailpond
