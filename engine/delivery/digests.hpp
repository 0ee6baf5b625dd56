#pragma once
#include <stop_token>
#include <string>

#include "engine/delivery/log_files.hpp"
#include "engine/resources/trails.hpp"
#include "state/repository.hpp"

/// Digest files: once an hour, a signed list of the log files that a trail has delivered, each with
/// a reference to the one before. Sources: AWS user guide, "CloudTrail digest file structure";
/// what the AWS CLI's validate-logs checks.
namespace trailpond::engine {

/// How long a digest covers.
constexpr state::Micros kDigestTime = 3600 * state::kMicrosPerSecond;
/// Where the clock has jumped further, the first digest covers what is more. Ours: 31 days.
constexpr state::Micros kMostDigests = 31 * 24;

/// The digests of a trail for an account and Region: the last one, and what the next will list.
struct DigestChain {
  static constexpr const char* kTable = "digest_chains";
  std::string trail_arn = {};
  std::string account = {};
  std::string region = {};
  state::Micros begins_at = 0;  // of the next digest
  state::Micros ends_at = 0;
  state::Micros retry_at = 0;  // S3 refused; 0: it did not
  bool is_ready = false;       // its time is over: the digest is to be written
  std::string files = {};      // members of logFiles, JSON objects with commas between them
  std::string oldest = {};
  std::string newest = {};
  std::string previous_bucket = {};  // empty, with all that follow: there is no digest yet
  std::string previous_key = {};
  std::string previous_sha256 = {};
  std::string previous_signature = {};  // hexadecimal digits

  std::string record_key() const { return trail_arn + " " + account + " " + region; }
  std::string_view owner() const { return account; }
  std::string_view region_name() const { return region; }
  state::Place place() const { return {begins_at, trail_arn}; }
  state::Micros due() const { return is_ready ? state::kNever : std::max(ends_at, retry_at); }
  template <class Self, class Visit>
  static void visit_columns(Self& self, Visit&& visit) {
    visit("trail_arn", self.trail_arn);
    visit("account", self.account);
    visit("region", self.region);
    visit("begins_at", self.begins_at);
    visit("ends_at", self.ends_at);
    visit("retry_at", self.retry_at);
    visit("is_ready", self.is_ready);
    visit("files", self.files);
    visit("oldest", self.oldest);
    visit("newest", self.newest);
    visit("previous_bucket", self.previous_bucket);
    visit("previous_key", self.previous_key);
    visit("previous_sha256", self.previous_sha256);
    visit("previous_signature", self.previous_signature);
  }
};
using DigestChains = state::Repository<DigestChain>;

/// Begins the digests of a trail in an account and Region, where it is to have some and none are
/// begun.
void begin_digests(Service& service, state::Writing& writing, const Trail& trail,
                   const std::string& account, const std::string& region);
/// Ends all digests of a trail that goes.
void erase_digests(state::State& state, state::Writing& writing, const std::string& trail_arn);

/// Puts a log file into the next digest of its account and Region, the first one perhaps, where the
/// trail is to have some.
void add_to_digest(Service& service, state::Writing& writing, const Trail& trail,
                   const LogFile& file, const WrittenLog& written);

/// Writes one digest that is ready; false where none is. The last one of a trail that does not log
/// any more ends its chain.
bool write_next_digest(Service& service, const std::stop_token& stop);

/// Prints the key of a digest: [prefix/]AWSLogs/…/CloudTrail-Digest/REGION/YYYY/MM/DD/
/// ACCOUNT_CloudTrail-Digest_REGION_NAME_HOME_YYYYMMDDTHHmmssZ.json.gz, by its end.
std::string print_digest_key(const Trail& trail, const DigestChain& chain);

}  // namespace trailpond::engine
