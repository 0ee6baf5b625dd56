#pragma once
#include <stop_token>
#include <string>
#include <string_view>

#include "engine/resources/trails.hpp"
#include "s3/objects.hpp"

namespace trailpond::engine {

/// Events of one account and Region that a trail takes, NDJSON.
struct LogFile {
  std::string account = {};
  std::string region = {};
  bool insights = false;  // they have a folder of their own
  std::string events = {};
  std::string oldest = {};  // eventTime; empty where no event has one
  std::string newest = {};

  /// Adds an event, a line without its end.
  void add(std::string_view event, std::string_view time);
  /// Adds the events of another file.
  void add(const LogFile& more);
};

/// Prints the beginning of the keys of a trail's files:
/// [prefix/]AWSLogs/[ORGANIZATION/]ACCOUNT/KIND/REGION/YYYY/MM/DD/. Source: AWS user guide, "Log
/// file name format".
std::string print_log_folder(const Trail& trail, const std::string& account,
                             const std::string& kind, const std::string& region, state::Micros at);

/// Prints the key of a log file: its folder and
/// ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHmmZ_UNIQUE.json.gz, CloudTrail-Insight in place of
/// CloudTrail for Insights. `unique` has 16 letters and digits. Source: as above.
std::string print_log_key(const Trail& trail, const LogFile& file, state::Micros at,
                          std::string_view unique);

/// A log file that was written.
struct WrittenLog {
  std::string key = {};
  std::string sha256 = {};  // of its text before it was compressed, hexadecimal digits
};
/// Writes a log file: {"Records": […]} in gzip, all of it or nothing. Throws s3::Trouble; what the
/// world says of the bucket is one, too.
WrittenLog write_log_file(Service& service, const Trail& trail, const LogFile& file,
                          const std::stop_token& stop);

/// Throws s3::Trouble where the world says that a bucket is not there, or refuses.
void check_delivery_bucket(const Service& service, const std::string& bucket);

}  // namespace trailpond::engine
