#include "server/options.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "engine/resources/arn.hpp"
#include "engine/result_delivery.hpp"
#include "outbound/url.hpp"

namespace trailpond {
namespace {

/// The flags as text, as they come from the command line or the environment.
struct Given {
  std::string host = "127.0.0.1";
  std::uint16_t port = kDefaultPort;
  std::string scenario = {};
  std::string data = {};
  std::string export_directory = {};
  std::string s3_endpoint = {};
  std::string trino = {};
  std::string signing_key_file = {};
  std::int64_t delivery_file_bytes = engine::kDeliveryFileBytes;
  unsigned threads = 1;
  unsigned workers = 0;
  unsigned threads_per_query = 0;
  bool verify_signatures = false;
  std::vector<std::string> access_keys = {};
  std::vector<std::string> allowed_hosts = {};
  std::vector<std::string> files = {};
  std::string admin_token = {};
  std::string log_level = "info";
  std::string log_format = "text";
  std::int64_t journal_entries = static_cast<std::int64_t>(watch::JournalLimits().entries);
  std::int64_t journal_bytes = static_cast<std::int64_t>(watch::JournalLimits().bytes);
  bool no_record_calls = false;
  bool healthcheck = false;
};

/// The flags of `trailpond sql`.
struct GivenSql {
  bool batch = false;
  std::string query = {};
  std::vector<std::string> check = {};
  bool explain = false;
  bool why = false;
  cli::SqlOptions options = {};
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
     "Scenario to start with: a file, a folder, getting-started, query-lifecycle or empty"},
    {"--data", "TRAILPOND_DATA", &Given::data,
     "Folder that keeps everything across restarts; without it nothing is kept"},
    {"--export-dir", "TRAILPOND_EXPORT_DIR", &Given::export_directory,
     "Folder that stands for S3, one folder for each bucket; without it s3/ in the --data folder"},
    {"--s3-endpoint", "TRAILPOND_S3_ENDPOINT", &Given::s3_endpoint,
     "URL of S3, or of a server that speaks as it does, in place of a folder; AWS_ACCESS_KEY_ID, "
     "AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION and AWS_CA_BUNDLE say who asks"},
    {"--trino", "TRAILPOND_TRINO", &Given::trino,
     "URL of a Trino cluster that holds the events of all stores and runs their queries; "
     "TRAILPOND_TRINO_CATALOG, _SCHEMA, _USER, _PASSWORD, _TOKEN, _CA_BUNDLE, "
     "_FILES, _DAY_COLUMN, _TIME_COLUMN and _PATIENCE_SECONDS say the rest"},
    {"--signing-key", "TRAILPOND_SIGNING_KEY", &Given::signing_key_file,
     "PEM file of the private RSA key that signs what is delivered; without it keys of its own"},
    {"--admin-token", "TRAILPOND_ADMIN_TOKEN", &Given::admin_token,
     "Token that requests to /_trailpond/ must send: Authorization: Bearer TOKEN"},
    {"--log-level", "TRAILPOND_LOG_LEVEL", &Given::log_level,
     "Lines on standard error, from the gravest: error, warn, info, debug (each call); or off"},
    {"--log-format", "TRAILPOND_LOG_FORMAT", &Given::log_format, "Form of those lines: text, json"},
};
constexpr Row<std::uint16_t> kPorts[] = {
    {"--port", "TRAILPOND_PORT", &Given::port, "Port to listen on; 0: any free port"},
};
constexpr Row<unsigned> kNumbers[] = {
    {"--threads", "TRAILPOND_THREADS", &Given::threads, "Threads for connections"},
    {"--workers", "TRAILPOND_WORKERS", &Given::workers,
     "Statements that run at once; 0: one per processor"},
    {"--threads-per-query", "TRAILPOND_THREADS_PER_QUERY", &Given::threads_per_query,
     "Threads that one statement uses at most while no other needs them; 0: one per processor"},
};
constexpr Row<std::int64_t> kSizes[] = {
    {"--delivery-file-bytes", "TRAILPOND_DELIVERY_FILE_BYTES", &Given::delivery_file_bytes,
     "About how many bytes a file of delivered query results has before the next begins"},
    {"--journal-entries", "TRAILPOND_JOURNAL_ENTRIES", &Given::journal_entries,
     "How many of the last calls the journal keeps; 0: none"},
    {"--journal-bytes", "TRAILPOND_JOURNAL_BYTES", &Given::journal_bytes,
     "How many bytes of them it keeps"},
};
constexpr Row<bool> kSwitches[] = {
    {"--verify-signatures", "TRAILPOND_VERIFY_SIGNATURES", &Given::verify_signatures,
     "Refuse requests that are not signed by a known access key"},
    {"--no-record-calls", "TRAILPOND_NO_RECORD_CALLS", &Given::no_record_calls,
     "Do not record calls to this server as events of their own"},
    {"--healthcheck", nullptr, &Given::healthcheck,
     "Ask the server on this host and port whether it is ready, and exit with 0 or 1"},
};
constexpr Row<std::vector<std::string>> kLists[] = {
    {"--access-key", "TRAILPOND_ACCESS_KEYS", &Given::access_keys,
     "A known access key, ID:SECRET[:ACCOUNT], in addition to the scenario's"},
    {"--allowed-host", "TRAILPOND_ALLOWED_HOSTS", &Given::allowed_hosts,
     "Another host name that clients may use for the server"},
    {"--files", "TRAILPOND_FILES", &Given::files,
     "Another folder whose event files a posted scenario may name, besides the folder of "
     "--scenario"},
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

/// Reads what is to be seen of the server's work; answers what is wrong with it.
std::optional<std::string> check_watch(const Given& given, watch::WatchOptions& options) {
  constexpr std::int64_t kMostEntries = 10'000'000;
  constexpr std::int64_t kMostBytes = std::int64_t{16} << 30;
  const auto level = watch::find_level(given.log_level);
  if (!level) {
    return "--log-level must be off, error, warn, info or debug.\n";
  }
  if (given.log_format != "text" && given.log_format != "json") {
    return "--log-format must be text or json.\n";
  }
  if (given.journal_entries < 0 || given.journal_entries > kMostEntries ||
      given.journal_bytes < 0 || given.journal_bytes > kMostBytes) {
    return "--journal-entries must be 0 to 10000000, --journal-bytes 0 to 17179869184.\n";
  }
  options.log = {*level,
                 given.log_format == "json" ? watch::LogFormat::kJson : watch::LogFormat::kText};
  options.journal = {static_cast<std::size_t>(given.journal_entries),
                     static_cast<std::size_t>(given.journal_bytes)};
  return std::nullopt;
}

constexpr int kUsage = 2;

std::string find_variable(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? value : otherwise;
}

/// Puts an endpoint of S3 together: who asks is said by the variables that the AWS CLI reads;
/// emulators take anybody.
Result<s3::EndpointOptions, EarlyExit> read_endpoint(const std::string& text) {
  const auto url = outbound::parse_url(text);
  if (!url) {
    return EarlyExit{kUsage, "--s3-endpoint must be http://HOST[:PORT] or https://HOST[:PORT].\n"};
  }
  s3::EndpointOptions endpoint;
  endpoint.url = *url;
  endpoint.credentials = {find_variable("AWS_ACCESS_KEY_ID", "test"),
                          find_variable("AWS_SECRET_ACCESS_KEY", "test"),
                          find_variable("AWS_SESSION_TOKEN", "")};
  const std::string usual = find_variable("AWS_DEFAULT_REGION", "us-east-1");
  endpoint.region = find_variable("AWS_REGION", usual.c_str());
  endpoint.certificates = find_variable("AWS_CA_BUNDLE", "");
  return endpoint;
}

/// Puts a cluster of Trino together: what may be secret is said by variables.
Result<trino::Server, EarlyExit> read_trino(const std::string& text) {
  constexpr int kMostSeconds = 3'600;
  const auto url = outbound::parse_url(text);
  if (!url) {
    return EarlyExit{kUsage, "--trino must be http://HOST[:PORT] or https://HOST[:PORT].\n"};
  }
  trino::Server server;
  server.url = *url;
  server.catalog = find_variable("TRAILPOND_TRINO_CATALOG", "hive");
  server.schema = find_variable("TRAILPOND_TRINO_SCHEMA", "default");
  server.user = find_variable("TRAILPOND_TRINO_USER", server.user.c_str());
  server.password = find_variable("TRAILPOND_TRINO_PASSWORD", "");
  server.token = find_variable("TRAILPOND_TRINO_TOKEN", "");
  server.certificates = find_variable("TRAILPOND_TRINO_CA_BUNDLE", "");
  server.files = find_variable("TRAILPOND_TRINO_FILES", "");
  server.day_column = find_variable("TRAILPOND_TRINO_DAY_COLUMN", "");
  server.time_column = find_variable("TRAILPOND_TRINO_TIME_COLUMN", "");
  const std::string seconds = find_variable("TRAILPOND_TRINO_PATIENCE_SECONDS", "30");
  const int patience = std::atoi(seconds.c_str());
  if (patience < 1 || patience > kMostSeconds) {
    return EarlyExit{kUsage, "TRAILPOND_TRINO_PATIENCE_SECONDS must be 1 to 3600.\n"};
  }
  server.patience = std::chrono::seconds(patience);
  return server;
}

/// Says what S3 is.
std::optional<EarlyExit> find_s3(const Given& given, Options& options) {
  if (!given.export_directory.empty()) {
    options.export_directory = given.export_directory;
  }
  if (given.s3_endpoint.empty()) {
    return std::nullopt;
  }
  if (options.export_directory) {
    return EarlyExit{kUsage, "--export-dir and --s3-endpoint exclude each other.\n"};
  }
  auto endpoint = read_endpoint(given.s3_endpoint);
  if (!endpoint) {
    return endpoint.error();
  }
  options.s3_endpoint = std::move(*endpoint);
  return std::nullopt;
}

Result<Options, EarlyExit> check(Given given, Command command) {
  constexpr unsigned kMostThreads = 64;
  Options options;
  options.command = given.healthcheck ? Command::kHealthcheck : command;
  options.host = given.host;
  options.port = given.port;
  options.scenario = given.scenario;
  if (!given.data.empty()) {
    options.data_directory = given.data;
  }
  if (auto mistake = find_s3(given, options)) {
    return *mistake;
  }
  if (!given.trino.empty()) {
    auto server = read_trino(given.trino);
    if (!server) {
      return server.error();
    }
    options.trino = std::move(*server);
  }
  options.signing_key_file = given.signing_key_file;
  if (given.threads == 0 || given.threads > kMostThreads || given.workers > kMostThreads ||
      given.threads_per_query > kMostThreads) {
    return EarlyExit{kUsage,
                     "--threads must be 1 to 64, --workers and --threads-per-query 0 to 64.\n"};
  }
  if (given.delivery_file_bytes < 1) {
    return EarlyExit{kUsage, "--delivery-file-bytes must be 1 or more.\n"};
  }
  options.delivery_file_bytes = given.delivery_file_bytes;
  options.threads = given.threads;
  options.workers = given.workers;
  options.threads_per_query = given.threads_per_query;
  options.verify_signatures = given.verify_signatures;
  for (const std::string& text : given.access_keys) {
    const auto key = parse_access_key(text);
    if (!key || !(key->account.empty() || engine::is_account(key->account))) {
      return EarlyExit{kUsage,
                       "--access-key must be ID:SECRET or ID:SECRET:ACCOUNT; an account has 12 "
                       "digits.\n"};
    }
    options.access_keys.push_back(*key);
  }
  options.allowed_hosts = given.allowed_hosts;
  options.allowed_hosts.push_back(given.host);
  if (auto mistake = check_watch(given, options.watch)) {
    return EarlyExit{kUsage, std::move(*mistake)};
  }
  options.files = given.files;
  options.records_calls = !given.no_record_calls;
  options.admin_token = given.admin_token;
  return options;
}

CLI::App* add_sql(CLI::App& app, GivenSql& sql, Given& given) {
  CLI::App* command = app.add_subcommand("sql", "Answer statements without a server");
  CLI::Option_group* what = command->add_option_group("what to do");
  what->add_option("--query", sql.query, "Run a statement and print its rows");
  what->add_option("--check", sql.check, "Check the statements in files (-: standard input)");
  what->add_flag("--batch", sql.batch, "JSON lines {\"id\", \"sql\"} in, JSON lines out");
  what->require_option(1);
  CLI::Option* explain = command->add_flag("--explain", sql.explain,
                                           "Print how --query is executed, instead of its rows");
  command
      ->add_flag("--analyze", sql.options.analyze,
                 "With --explain: run it, and print the rows and the time of each step")
      ->needs(explain);
  command->add_flag("--why", sql.why, "Print which conditions lose the rows of --query")
      ->excludes(explain);
  const std::map<std::string, cli::RowFormat> formats = {{"table", cli::RowFormat::kTable},
                                                         {"csv", cli::RowFormat::kCsv},
                                                         {"json", cli::RowFormat::kJson}};
  command->add_option("--format", sql.options.format, "table, csv, or json (one object a line)")
      ->transform(CLI::CheckedTransformer(formats));
  command->add_option("--parameter", sql.options.parameters,
                      "Value of the next ? in the statement");
  command->add_option("--scenario", given.scenario,
                      "Scenario with the events: a file, a folder or a built-in name");
  command->add_option("--account", sql.options.account,
                      "Account that asks; default: the owner of the first store");
  command->add_option("--region", sql.options.region, "The Region of the stores");
  return command;
}

/// The commands below `trailpond scenario`.
CLI::App* add_scenario(CLI::App& app, cli::ScenarioOptions& options) {
  using cli::ScenarioAction;
  CLI::App* scenario = app.add_subcommand("scenario", "Check scenarios, or write one of a server");
  scenario->require_subcommand(1);
  const auto add_action = [&](const char* name, const char* help, ScenarioAction action) {
    CLI::App* command = scenario->add_subcommand(name, help);
    command->callback([&options, action] { options.action = action; });
    return command;
  };
  add_action("check", "Say what is wrong with scenarios, with file:line:column",
             ScenarioAction::kCheck)
      ->add_option("files", options.files, "Files, folders or built-in names")
      ->required();
  CLI::App* exporting = add_action("export", "Write the state of a running server as a scenario",
                                   ScenarioAction::kExport);
  exporting->add_option("--url", options.url, "Where the server is")->capture_default_str();
  exporting->add_option("--account", options.account, "Only what belongs to an account");
  exporting->add_option("--admin-token", options.token, "The server's --admin-token")
      ->envname("TRAILPOND_ADMIN_TOKEN");
  exporting->add_flag("--json", options.as_json, "JSON instead of YAML");
  exporting->add_flag("--no-events", options.without_events, "Without the events of the stores");
  add_action("schema", "Print the JSON Schema of the format, for editors", ScenarioAction::kSchema);
  add_action("reference", "Print the table of all keys", ScenarioAction::kReference);
  add_action("shapes", "Print the catalogue of events that can be generated",
             ScenarioAction::kShapes);
  return scenario;
}

CLI::App* add_export(CLI::App& app, cli::ExportOptions& options, Given& given) {
  CLI::App* command = app.add_subcommand(
      "export", "Write the events of stores as files that a table of Trino reads");
  command->add_option("--store", options.stores, "Id, ARN or name of a store; default: all");
  command->add_option("--to", options.directory, "Folder for the files, one folder for each table")
      ->required();
  command->add_option("--catalog", options.catalog, "Catalog of the tables")->capture_default_str();
  command->add_option("--schema", options.schema, "Schema of the tables")->capture_default_str();
  command->add_option("--location", options.location,
                      "The folder as the cluster sees it, such as s3://BUCKET/PREFIX");
  CLI::Option* scenario =
      command->add_option("--scenario", given.scenario,
                          "Scenario with the events: a file, a folder or a built-in name");
  command->add_option("--data", given.data, "Folder of a server that is not running")
      ->excludes(scenario);
  return command;
}

/// The commands below `trailpond trino`.
CLI::App* add_trino(CLI::App& app, cli::TrinoOptions& options, Given& given) {
  CLI::App* trino = app.add_subcommand("trino", "Look at the tables of stores that are in Trino");
  trino->require_subcommand(1);
  CLI::App* check =
      trino->add_subcommand("check", "Compare the tables with the stores' columns and types");
  check->add_option("--scenario", given.scenario,
                    "Scenario with the stores: a file, a folder or a built-in name");
  check->add_option("--store", options.stores, "Id, ARN or name of a store; default: all");
  check->add_option("--trino", given.trino, "The cluster of stores that name none themselves")
      ->envname("TRAILPOND_TRINO");
  return trino;
}

cli::SqlOptions sql_options_of(GivenSql sql) {
  using cli::SqlAction;
  cli::SqlOptions options = std::move(sql.options);
  options.action = sql.batch            ? SqlAction::kBatch
                   : !sql.check.empty() ? SqlAction::kCheck
                   : sql.explain        ? SqlAction::kExplain
                   : sql.why            ? SqlAction::kWhy
                                        : SqlAction::kRun;
  options.query = std::move(sql.query);
  options.files = std::move(sql.check);
  return options;
}

}  // namespace

Result<Options, EarlyExit> parse_options(int count, const char* const* arguments) {
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
  add_all(kSizes);
  add_all(kSwitches);
  add_all(kLists);
  GivenSql given_sql;
  CLI::App* sql = add_sql(app, given_sql, given);
  cli::ScenarioOptions scenario_command;
  const CLI::App* scenario = add_scenario(app, scenario_command);
  cli::ExportOptions export_command;
  const CLI::App* exporting = add_export(app, export_command, given);
  cli::TrinoOptions trino_command;
  const CLI::App* trino = add_trino(app, trino_command, given);
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    const bool mistake = app.exit(error, out, out) != 0;
    return EarlyExit{mistake ? kUsage : 0, out.str()};
  }
  auto options = check(std::move(given), sql->parsed()         ? Command::kSql
                                         : scenario->parsed()  ? Command::kScenario
                                         : exporting->parsed() ? Command::kExport
                                         : trino->parsed()     ? Command::kTrino
                                                               : Command::kServe);
  if (options) {
    options->scenario_command = std::move(scenario_command);
    options->export_command = std::move(export_command);
    options->trino_command = std::move(trino_command);
  }
  if (options && sql->parsed()) {
    options->sql = sql_options_of(std::move(given_sql));
  }
  return options;
}

}  // namespace trailpond
