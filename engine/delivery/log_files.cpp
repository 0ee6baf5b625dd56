#include "engine/delivery/log_files.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "engine/queries/result_files.hpp"
#include "engine/rules.hpp"
#include "events/gzip.hpp"

namespace trailpond::engine {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kUniqueLength = 16;
/// The id of the one organization that a world has. Ours.
constexpr std::string_view kOrganizationId = "o-trailpond0";

std::string make_unique_part(Service& service) {
  std::string id = service.ids.next("log file");
  std::erase(id, '-');
  std::transform(id.begin(), id.end(), id.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return id.substr(0, kUniqueLength);
}

std::string print_records(std::string_view events) {
  std::string text = R"({"Records":[)";
  text.reserve(events.size() + text.size() + 2);
  for (std::string_view rest = events; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    text += rest.substr(0, end);
    rest.remove_prefix(end + 1);
    text += rest.empty() ? "" : ",";
  }
  return text + "]}";
}

/// A key that would lead out of its bucket's folder cannot be a file there.
bool is_below(const fs::path& key) {
  return key.is_relative() && std::none_of(key.begin(), key.end(), [](const fs::path& part) {
           return part == ".." || part == ".";
         });
}

}  // namespace

std::string print_log_key(const Trail& trail, const LogFile& file, state::Micros at,
                          std::string_view unique) {
  const std::string time = state::print_second(at);  // 2024-05-01T12:34:56Z
  const std::string kind = file.insights ? "CloudTrail-Insight" : "CloudTrail";
  const std::string day = time.substr(0, 4) + "/" + time.substr(5, 2) + "/" + time.substr(8, 2);
  const std::string stamp = time.substr(0, 4) + time.substr(5, 2) + time.substr(8, 2) + "T" +
                            time.substr(11, 2) + time.substr(14, 2) + "Z";
  const std::string prefix = trail.prefix.empty() ? "" : trail.prefix + "/";
  const std::string organization = trail.organization ? std::string(kOrganizationId) + "/" : "";
  return prefix + "AWSLogs/" + organization + file.account + "/" + kind + "/" + file.region + "/" +
         day + "/" + file.account + "_" + kind + "_" + file.region + "_" + stamp + "_" +
         std::string(unique) + ".json.gz";
}

std::string write_log_file(Service& service, const Trail& trail, const LogFile& file) {
  if (const auto problem = check_bucket(*service.world.get(), trail.bucket)) {
    return problem->kind == ErrorKind::kS3BucketDoesNotExist ? "NoSuchBucket" : "AccessDenied";
  }
  if (!service.export_directory) {
    return {};
  }
  const fs::path key = print_log_key(trail, file, service.clock.now(), make_unique_part(service));
  if (!is_below(key)) {
    return "AccessDenied";
  }
  const fs::path path = fs::path(*service.export_directory) / trail.bucket / key;
  std::error_code ignored;  // what it means is met below
  fs::create_directories(path.parent_path(), ignored);
  try {
    write_whole_file(path.string(), events::deflate_gzip(print_records(file.events)));
    return {};
  } catch (const FileTrouble& trouble) {
    return trouble.denied ? "AccessDenied" : "InternalError";
  }
}

}  // namespace trailpond::engine
