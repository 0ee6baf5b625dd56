#include "engine/delivery/log_files.hpp"

#include <algorithm>
#include <cctype>

#include "base/text.hpp"
#include "engine/rules.hpp"
#include "engine/s3_folder.hpp"
#include "events/gzip.hpp"

namespace trailpond::engine {
namespace {

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
  const std::size_t begin = text.size();
  for_each_line(events, [&](std::string_view event) {
    text += text.size() == begin ? "" : ",";
    text += event;
  });
  return text + "]}";
}

}  // namespace

std::string print_log_key(const Trail& trail, const LogFile& file, state::Micros at,
                          std::string_view unique) {
  const std::string time = state::print_second(at);  // 2024-05-01T12:34:56Z
  const std::string kind = file.insights ? "CloudTrail-Insight" : "CloudTrail";
  const std::string stamp = time.substr(0, 4) + time.substr(5, 2) + time.substr(8, 2) + "T" +
                            time.substr(11, 2) + time.substr(14, 2) + "Z";
  const std::string prefix = trail.prefix.empty() ? "" : trail.prefix + "/";
  const std::string organization = trail.organization ? std::string(kOrganizationId) + "/" : "";
  return prefix + "AWSLogs/" + organization + file.account + "/" + kind + "/" + file.region + "/" +
         print_key_day(at) + "/" + file.account + "_" + kind + "_" + file.region + "_" + stamp +
         "_" + std::string(unique) + ".json.gz";
}

std::string write_log_file(Service& service, const Trail& trail, const LogFile& file) {
  if (const auto problem = check_bucket(*service.world.get(), trail.bucket)) {
    return problem->kind == ErrorKind::kS3BucketDoesNotExist ? "NoSuchBucket" : "AccessDenied";
  }
  if (!service.export_directory) {
    return {};
  }
  const auto path = find_object_file(
      *service.export_directory,
      {trail.bucket, print_log_key(trail, file, service.clock.now(), make_unique_part(service))});
  if (!path) {
    return "AccessDenied";
  }
  try {
    write_whole_file(*path, events::deflate_gzip(print_records(file.events)));
    return {};
  } catch (const FileTrouble& trouble) {
    return trouble.denied ? "AccessDenied" : "InternalError";
  }
}

}  // namespace trailpond::engine
