#include "engine/delivery/log_files.hpp"

#include <algorithm>
#include <cctype>

#include "base/signature.hpp"
#include "base/text.hpp"
#include "engine/object_keys.hpp"
#include "engine/rules.hpp"
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

void LogFile::add(std::string_view event, std::string_view time) {
  events.append(event).push_back('\n');
  if (!time.empty()) {
    oldest = oldest.empty() || time < oldest ? time : oldest;
    newest = time > newest ? time : newest;
  }
}

void LogFile::add(const LogFile& more) {
  events += more.events;
  if (!more.oldest.empty()) {
    oldest = oldest.empty() ? more.oldest : std::min(oldest, more.oldest);
    newest = std::max(newest, more.newest);
  }
}

std::string print_log_folder(const Trail& trail, const std::string& account,
                             const std::string& kind, const std::string& region, state::Micros at) {
  const std::string prefix = trail.prefix.empty() ? "" : trail.prefix + "/";
  const std::string organization = trail.organization ? std::string(kOrganizationId) + "/" : "";
  return prefix + "AWSLogs/" + organization + account + "/" + kind + "/" + region + "/" +
         print_key_day(at) + "/";
}

std::string print_log_key(const Trail& trail, const LogFile& file, state::Micros at,
                          std::string_view unique) {
  const std::string kind = file.insights ? "CloudTrail-Insight" : "CloudTrail";
  constexpr std::size_t kMinute = std::string_view("20240501T1234").size();
  return print_log_folder(trail, file.account, kind, file.region, at) + file.account + "_" + kind +
         "_" + file.region + "_" + print_key_second(at).substr(0, kMinute) + "Z_" +
         std::string(unique) + ".json.gz";
}

void check_delivery_bucket(const Service& service, const std::string& bucket) {
  if (const auto problem = check_bucket(*service.world.get(), bucket)) {
    const bool missing = problem->kind == ErrorKind::kS3BucketDoesNotExist;
    throw s3::make_trouble(
        missing ? s3::TroubleKind::kNoSuchBucket : s3::TroubleKind::kAccessDenied,
        problem->message);
  }
}

WrittenLog write_log_file(Service& service, const Trail& trail, const LogFile& file,
                          const std::stop_token& stop) {
  check_delivery_bucket(service, trail.bucket);
  if (!service.objects) {
    return {};
  }
  const std::string text = print_records(file.events);
  WrittenLog written = {print_log_key(trail, file, service.clock.now(), make_unique_part(service)),
                        print_sha256(text)};
  service.objects->put({trail.bucket, written.key}, events::deflate_gzip(text), {}, stop);
  return written;
}

}  // namespace trailpond::engine
