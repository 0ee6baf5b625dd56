#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/faults.hpp"
#include "engine/query_scripts.hpp"

/// What surrounds the service, as a scenario declares it: Regions, the organization, buckets,
/// access keys, and what is to happen to queries. All of it is permissive where nothing is said.
namespace trailpond::engine {

/// The organization of the accounts. Without one declared, every account is the management account
/// of its own, with the service-linked role.
struct Organization {
  bool in_use = true;
  std::string management_account = {};  // empty: any account is
  std::set<std::string> delegated_administrators = {};
  std::optional<std::set<std::string>> accounts = {};  // absent: every account is a member
  bool service_linked_role = true;
  bool all_features = true;
  bool trusted_access = true;  // of CloudTrail, as AWS Organizations grants it
  bool permissions = true;     // of those who ask, for what CloudTrail does in Organizations
};

/// A bucket that queries may be delivered to.
struct Bucket {
  std::string name = {};
  bool policy_allows = true;
  bool encryption_allows = true;
  bool sign_file_allowed = true;  // beside the results
  /// The DeliveryStatus of all that is delivered to it, whatever would come of it: a failure. With
  /// one of the sign file, the results are there; empty: what comes of it.
  std::string delivery_status = {};
};

/// What becomes of events that are sent to a log group of CloudWatch Logs.
enum class LogDelivery : std::uint8_t { kAllowed, kDenied, kUnavailable };

/// An access key for the verification of signatures.
struct AccessKey {
  std::string id = {};
  std::string secret = {};
  std::string account = {};
  std::string user = {};  // the name of the user, in events; empty: the id stands for it
};

/// How long events take on AWS, on average. Source: AWS user guide, "How CloudTrail works".
constexpr state::Micros kCallDelay = 5 * 60 * state::kMicrosPerSecond;

/// To whom CloudTrail Lake is open.
enum class LakeAccess : std::uint8_t {
  kOpen,
  kClosed,  // an account without an event data store cannot make one (AWS, since 2026-05-31)
  kDenied,  // no account may do anything with it
};

struct World {
  std::set<std::string> regions_without_lake = {};
  std::optional<LakeAccess> lake = {};  // absent: kOpen
  Organization organization = {};
  std::optional<std::map<std::string, Bucket>> buckets = {};  // absent: every bucket is there
  std::set<std::string> missing_kms_keys = {};
  std::set<std::string> denied_kms_keys = {};  // their policy keeps CloudTrail out
  std::set<std::string> disabled_kms_keys = {};
  std::optional<std::map<std::string, bool>> topics = {};  // name -> policy allows; absent: all do
  std::optional<std::map<std::string, LogDelivery>> log_groups = {};  // by name; absent: all take
  std::vector<AccessKey> access_keys = {};
  std::map<std::string, std::string> query_templates = {};                  // alias -> statement
  std::vector<std::pair<std::string, std::string>> generated_queries = {};  // prompt, statement
  std::vector<QueryScript> scripts = {};
  std::vector<Fault> faults = {};
  // How long changes of state take; absent: no time.
  std::optional<state::Micros> creation_takes = {};    // CREATED to ENABLED
  std::optional<state::Micros> ingestion_takes = {};   // STARTING_INGESTION, STOPPING_INGESTION
  std::optional<state::Micros> federation_takes = {};  // ENABLING, DISABLING
  std::optional<state::Micros> dashboard_takes = {};   // CREATING, UPDATING, DELETING
  std::optional<state::Micros> import_takes = {};      // INITIALIZING
  std::optional<bool> keeps_rates = {};  // more calls a second than AWS allows are throttled
  /// Whether calls are recorded as events, and after how long these are delivered; absent: they
  /// are, after kCallDelay.
  std::optional<bool> records_calls = {};
  std::optional<state::Micros> call_delay = {};
};

}  // namespace trailpond::engine
