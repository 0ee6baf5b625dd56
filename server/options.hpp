#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "engine/result_delivery.hpp"
#include "engine/world.hpp"
#include "s3/endpoint.hpp"
#include "server/cli/export_command.hpp"
#include "server/cli/scenario_command.hpp"
#include "server/cli/sql_command.hpp"
#include "server/cli/trino_command.hpp"
#include "server/watch/watch.hpp"
#include "trino/server.hpp"

namespace trailpond {

constexpr const char* kVersion = "0.1.0";
constexpr std::uint16_t kDefaultPort = 4585;

enum class Command : std::uint8_t { kServe, kHealthcheck, kSql, kScenario, kExport, kTrino };

struct Options {
  Command command = Command::kServe;
  std::string host = "127.0.0.1";
  std::uint16_t port = kDefaultPort;
  std::string scenario = {};  // a file, a directory or a ready-made name; empty: the default
  std::optional<std::string> data_directory = {};
  std::optional<std::string> export_directory = {};  // stands for S3
  std::optional<s3::EndpointOptions> s3_endpoint = {};
  std::optional<trino::Server> trino = {};  // where the stores are that say nothing themselves
  std::string signing_key_file = {};        // PEM; empty: keys of our own
  std::int64_t delivery_file_bytes = engine::kDeliveryFileBytes;
  unsigned threads = 1;
  unsigned workers = 0;
  unsigned threads_per_query = 0;
  bool verify_signatures = false;
  std::vector<engine::AccessKey> access_keys = {};
  std::vector<std::string> allowed_hosts = {};
  std::vector<std::string> files = {};  // folders
  std::string admin_token = {};         // empty: none is asked for
  watch::WatchOptions watch = {};
  bool records_calls = true;
  cli::SqlOptions sql = {};
  cli::ScenarioOptions scenario_command = {};
  cli::ExportOptions export_command = {};
  cli::TrinoOptions trino_command = {};
};

/// How the process is to end instead of doing something: --help, --version, or a mistake.
struct EarlyExit {
  int status = 0;
  std::string text = {};
};

/// Reads the command line and the TRAILPOND_* variables; a flag wins over its variable.
Result<Options, EarlyExit> parse_options(int count, const char* const* arguments);

}  // namespace trailpond
