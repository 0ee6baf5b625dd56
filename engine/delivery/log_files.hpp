#pragma once
#include <string>
#include <string_view>

#include "engine/resources/trails.hpp"

namespace trailpond::engine {

/// Events of one account and Region that a trail takes, NDJSON.
struct LogFile {
  std::string account = {};
  std::string region = {};
  std::string events = {};
  bool insights = false;  // they have a folder of their own
};

/// Prints the key of a log file:
/// [prefix/]AWSLogs/[ORGANIZATION/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/
/// ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHmmZ_UNIQUE.json.gz, CloudTrail-Insight in place of
/// CloudTrail for Insights. `unique` has 16 letters and digits. Source: AWS user guide, "Log file
/// name format".
std::string print_log_key(const Trail& trail, const LogFile& file, state::Micros at,
                          std::string_view unique);

/// Writes a log file into the folder that stands for S3: {"Records": […]} in gzip, all of it or
/// nothing. Answers the name of S3's error; empty where there is none, and where there is no
/// folder.
std::string write_log_file(Service& service, const Trail& trail, const LogFile& file);

}  // namespace trailpond::engine
