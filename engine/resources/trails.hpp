#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/resources/kinds.hpp"
#include "engine/resources/tags.hpp"
#include "engine/service.hpp"
#include "state/repository.hpp"

/// Trails: which events of an account go to a bucket. Sources: AWS API reference, CreateTrail and
/// its neighbours; AWS user guide, "Naming requirements".
namespace trailpond::engine {

struct Trail {
  static constexpr const char* kTable = "trails";
  static constexpr std::string_view kArnWord = "trail";
  static constexpr ResourceKind kKind = ResourceKind::kTrail;
  std::string arn = {};
  std::string account = {};
  std::string region = {};  // the home Region
  std::string name = {};
  std::string bucket = {};
  std::string prefix = {};
  std::string topic = {};  // of SNS, name or ARN as it was given; empty: none, as all that follow
  std::string log_group_arn = {};
  std::string log_role_arn = {};
  std::string kms_key_id = {};
  bool global_service_events = true;
  bool multi_region = false;
  bool validates_log_files = false;
  bool organization = false;
  bool recursive_logging = false;
  bool is_logging = false;
  std::string event_selectors = {};           // JSON text as the API spells it; empty: the default
  std::string advanced_event_selectors = {};  // JSON text; empty: none
  std::string insight_selectors = {};         // JSON text; empty: none
  std::string aggregations = {};              // JSON text; empty: none
  state::Micros created_at = 0;
  state::Micros logging_started_at = 0;  // 0: never
  state::Micros logging_stopped_at = 0;
  state::Micros delivery_attempted_at = 0;
  state::Micros delivered_at = 0;
  std::string delivery_error = {};  // of S3, at the last attempt; empty: none
  state::Micros digest_delivered_at = 0;
  std::string digest_error = {};

  const std::string& record_key() const { return arn; }
  std::string_view owner() const { return account; }
  std::string_view region_name() const { return region; }
  state::Place place() const { return {created_at, name}; }
  state::Micros due() const { return state::kNever; }
  template <class Self, class Visit>
  static void visit_columns(Self& self, Visit&& visit) {
    visit("arn", self.arn);
    visit("account", self.account);
    visit("region", self.region);
    visit("name", self.name);
    visit("bucket", self.bucket);
    visit("prefix", self.prefix);
    visit("topic", self.topic);
    visit("log_group_arn", self.log_group_arn);
    visit("log_role_arn", self.log_role_arn);
    visit("kms_key_id", self.kms_key_id);
    visit("global_service_events", self.global_service_events);
    visit("multi_region", self.multi_region);
    visit("validates_log_files", self.validates_log_files);
    visit("organization", self.organization);
    visit("recursive_logging", self.recursive_logging);
    visit("is_logging", self.is_logging);
    visit("event_selectors", self.event_selectors);
    visit("advanced_event_selectors", self.advanced_event_selectors);
    visit("insight_selectors", self.insight_selectors);
    visit("aggregations", self.aggregations);
    visit("created_at", self.created_at);
    visit("logging_started_at", self.logging_started_at);
    visit("logging_stopped_at", self.logging_stopped_at);
    visit("delivery_attempted_at", self.delivery_attempted_at);
    visit("delivered_at", self.delivered_at);
    visit("delivery_error", self.delivery_error);
    visit("digest_delivered_at", self.digest_delivered_at);
    visit("digest_error", self.digest_error);
  }
};
using Trails = state::Repository<Trail>;

/// kInvalidTrailName for a name of another form. Source: AWS user guide, "Naming requirements".
std::optional<Error> check_trail_name(std::string_view name);

/// Tells what CreateTrail refuses in a trail, whatever there is around it: names of another form,
/// and settings that do not go together.
std::optional<Error> check_form(const Trail& trail);

/// What is to be done with a trail that a request names.
enum class TrailUse : std::uint8_t {
  kRead,  // a trail of all Regions can be read in each, by its ARN
  // In its home Region alone, and a trail of an organization as OrganizationUse says:
  kSettings,
  kChange,
  kSetUp,
};
/// Finds a trail by its name or ARN. Fails with kInvalidTrailName, kCloudTrailArnInvalid,
/// kTrailNotFound, and in a change with kInvalidHomeRegion and, for a trail of an organization,
/// with what check_organization() does.
Result<std::shared_ptr<const Trail>> find_trail(const Context& context, const std::string& name,
                                                TrailUse use);

/// What a client may say of a trail; absent: as it is.
struct TrailSettings {
  std::optional<std::string> bucket = {};
  std::optional<std::string> prefix = {};
  std::optional<std::string> topic = {};  // name or ARN
  std::optional<bool> global_service_events = {};
  std::optional<bool> multi_region = {};
  std::optional<bool> validates_log_files = {};
  std::optional<std::string> log_group_arn = {};
  std::optional<std::string> log_role_arn = {};
  std::optional<std::string> kms_key_id = {};
  std::optional<bool> organization = {};
  std::optional<bool> recursive_logging = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("S3BucketName", self.bucket);
    visit("S3KeyPrefix", self.prefix);
    visit("SnsTopicName", self.topic);
    visit("IncludeGlobalServiceEvents", self.global_service_events);
    visit("IsMultiRegionTrail", self.multi_region);
    visit("EnableLogFileValidation", self.validates_log_files);
    visit("CloudWatchLogsLogGroupArn", self.log_group_arn);
    visit("CloudWatchLogsRoleArn", self.log_role_arn);
    visit("KmsKeyId", self.kms_key_id);
    visit("IsOrganizationTrail", self.organization);
    visit("RecursiveLogging", self.recursive_logging);
  }
};

/// Prints the ARN of a trail's topic; empty: it has none.
std::string topic_arn_of(const Trail& trail);

/// What Create and Update answer, and a part of what Get and Describe do.
struct TrailDetails {
  std::shared_ptr<const Trail> trail = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    const Trail& trail = *self.trail;
    visit("Name", trail.name);
    visit("S3BucketName", trail.bucket);
    visit.unless_empty("S3KeyPrefix", trail.prefix);
    visit.unless_empty("SnsTopicName", trail.topic);
    visit.unless_empty("SnsTopicARN", topic_arn_of(trail));
    visit("IncludeGlobalServiceEvents", trail.global_service_events);
    visit("IsMultiRegionTrail", trail.multi_region);
    visit("TrailARN", trail.arn);
    visit("LogFileValidationEnabled", trail.validates_log_files);
    visit.unless_empty("CloudWatchLogsLogGroupArn", trail.log_group_arn);
    visit.unless_empty("CloudWatchLogsRoleArn", trail.log_role_arn);
    visit.unless_empty("KmsKeyId", trail.kms_key_id);
    visit("IsOrganizationTrail", trail.organization);
    if (trail.recursive_logging) {
      visit("RecursiveLogging", true);
    }
  }
};

struct CreateTrailRequest {
  std::string name = {};
  TrailSettings settings = {};
  std::vector<Tag> tags = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Name", self.name);
    TrailSettings::visit_members(self.settings, visit);
    visit("TagsList", self.tags);
  }
};
/// Fails with kInvalidTrailName, kInvalidTagParameter, kTagsLimitExceeded, those of settings (see
/// UpdateTrail), kTrailAlreadyExists, kMaximumNumberOfTrailsExceeded.
Result<TrailDetails> create_trail(Context& context, const CreateTrailRequest& request);

struct UpdateTrailRequest {
  std::string name = {};
  TrailSettings settings = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Name", self.name);
    TrailSettings::visit_members(self.settings, visit);
  }
};
/// Fails with what find_trail() does and, for settings: kInvalidS3BucketName, kInvalidS3Prefix,
/// kS3BucketDoesNotExist, kInsufficientS3BucketPolicy, kInsufficientEncryptionPolicy,
/// kInvalidSnsTopicName, kInsufficientSnsTopicPolicy, kInvalidKmsKeyId, kKmsKeyNotFound,
/// kKmsKeyDisabled, kInvalidCloudWatchLogsLogGroupArn, kInvalidCloudWatchLogsRoleArn,
/// kCloudWatchLogsDeliveryUnavailable, kInvalidParameterCombination, and those of organizations.
Result<TrailDetails> update_trail(Context& context, const UpdateTrailRequest& request);

/// A request that names a trail and nothing else.
struct TrailRequest {
  std::string name = {};  // name or ARN

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Name", self.name);
  }
};
/// Fails with what find_trail() does.
Result<void> delete_trail(Context& context, const TrailRequest& request);
Result<void> start_logging(Context& context, const TrailRequest& request);
Result<void> stop_logging(Context& context, const TrailRequest& request);

struct TrailDescription : TrailDetails {
  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    TrailDetails::visit_members(self, visit);
    visit("HomeRegion", self.trail->region);
    const auto& trail = *self.trail;
    visit("HasCustomEventSelectors",
          !trail.event_selectors.empty() || !trail.advanced_event_selectors.empty());
    visit("HasInsightSelectors", !trail.insight_selectors.empty());
  }
};
struct GetTrailAnswer {
  TrailDescription trail = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Trail", self.trail);
  }
};
Result<GetTrailAnswer> get_trail(Context& context, const TrailRequest& request);

struct DescribeTrailsRequest {
  std::vector<std::string> names = {};  // names or ARNs; none: all
  std::optional<bool> include_shadow_trails = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("trailNameList", self.names);
    visit("includeShadowTrails", self.include_shadow_trails);
  }
};
struct DescribeTrailsAnswer {
  std::vector<TrailDescription> trails = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("trailList", self.trails);
  }
};
/// Describes the trails of the Region, with those of all Regions that have their home elsewhere
/// (shadow trails) unless they are not wanted; or those that are named, without the ones that do
/// not exist. Fails with kInvalidTrailName, kCloudTrailArnInvalid.
Result<DescribeTrailsAnswer> describe_trails(Context& context,
                                             const DescribeTrailsRequest& request);

struct ListTrailsRequest {
  std::optional<std::string> next_token = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("NextToken", self.next_token);
  }
};
struct TrailSummary {
  std::shared_ptr<const Trail> trail = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("TrailARN", self.trail->arn);
    visit("Name", self.trail->name);
    visit("HomeRegion", self.trail->region);
  }
};
struct ListTrailsAnswer {
  std::vector<TrailSummary> trails = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Trails", self.trails);
  }
};
/// Lists the trails of the account in all Regions: they fit on one page, so a token is passed over
/// (the operation declares no error for one).
Result<ListTrailsAnswer> list_trails(Context& context, const ListTrailsRequest& request);

/// Prints an instant as 2024-05-01T00:00:00Z; empty for 0.
std::string print_status_time(state::Micros at);
struct TrailStatus {
  std::shared_ptr<const Trail> trail = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    const Trail& trail = *self.trail;
    visit("IsLogging", trail.is_logging);
    if (trail.logging_started_at != 0) {
      visit.instant("StartLoggingTime", trail.logging_started_at);
    }
    if (trail.logging_stopped_at != 0) {
      visit.instant("StopLoggingTime", trail.logging_stopped_at);
    }
    if (trail.delivered_at != 0) {
      visit.instant("LatestDeliveryTime", trail.delivered_at);
    }
    visit.unless_empty("LatestDeliveryError", trail.delivery_error);
    if (trail.delivered_at != 0 && !trail.topic.empty()) {
      visit.instant("LatestNotificationTime", trail.delivered_at);
    }
    if (trail.delivered_at != 0 && !trail.log_group_arn.empty()) {
      visit.instant("LatestCloudWatchLogsDeliveryTime", trail.delivered_at);
    }
    if (trail.digest_delivered_at != 0) {
      visit.instant("LatestDigestDeliveryTime", trail.digest_delivered_at);
    }
    visit.unless_empty("LatestDigestDeliveryError", trail.digest_error);
    const std::string attempted = print_status_time(trail.delivery_attempted_at);
    const std::string succeeded = print_status_time(trail.delivered_at);
    const bool notifies = !trail.topic.empty();
    visit("LatestDeliveryAttemptTime", attempted);
    visit("LatestNotificationAttemptTime", notifies ? attempted : std::string());
    visit("LatestNotificationAttemptSucceeded", notifies ? succeeded : std::string());
    visit("LatestDeliveryAttemptSucceeded", succeeded);
    visit("TimeLoggingStarted", print_status_time(trail.logging_started_at));
    visit("TimeLoggingStopped", print_status_time(trail.logging_stopped_at));
  }
};
Result<TrailStatus> get_trail_status(Context& context, const TrailRequest& request);

}  // namespace trailpond::engine
