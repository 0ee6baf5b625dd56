#include "engine/resources/trails.hpp"

#include <algorithm>

#include "engine/delivery/digests.hpp"
#include "engine/resources/resolver.hpp"
#include "engine/rules.hpp"

namespace trailpond::engine {
namespace {

using Pointer = std::shared_ptr<const Trail>;

constexpr std::size_t kMinTrailNameLength = 3;  // AWS API reference, CreateTrail
constexpr std::size_t kMaxTrailNameLength = 128;
constexpr std::size_t kMaxPrefixLength = 200;
constexpr std::size_t kMaxTopicLength = 256;

Error invalid_name(std::string message) {
  return {ErrorKind::kInvalidTrailName, std::move(message)};
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool is_joint(char c) { return c == '.' || c == '_' || c == '-'; }

/// Tells whether a name is written like an address: 192.168.5.4.
bool is_ip_address(std::string_view name) {
  return std::count(name.begin(), name.end(), '.') == 3 &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

Error trail_not_found(const Caller& caller, const std::string& arn) {
  return {ErrorKind::kTrailNotFound, "Unknown trail: " + arn + " for the user: " + caller.account};
}

/// Accounts of an organization that has a management account see its trails.
bool may_see(const World& world, const Caller& caller, const Trail& trail) {
  const Organization& organization = world.organization;
  return trail.account == caller.account ||
         (trail.organization && organization.in_use && !organization.management_account.empty() &&
          (is_member(organization, caller.account) ||
           organization.management_account == caller.account));
}

OrganizationUse organization_use_of(TrailUse use) {
  switch (use) {
    case TrailUse::kRead:
    case TrailUse::kSettings:
      return OrganizationUse::kSettings;
    case TrailUse::kChange:
      return OrganizationUse::kChange;
    case TrailUse::kSetUp:
      break;
  }
  return OrganizationUse::kSetUp;
}

std::optional<Error> check_change(const Context& context, const Trail& trail, TrailUse use) {
  if (trail.organization) {
    if (auto error = check_organization(context, organization_use_of(use))) {
      return error;
    }
  }
  if (trail.region != context.caller.region) {
    return Error{ErrorKind::kInvalidHomeRegion, "The trail " + trail.arn +
                                                    " can be changed only in its home Region, " +
                                                    trail.region + "."};
  }
  return std::nullopt;
}

// ---- what a client says of a trail --------------------------------------------------------------

std::optional<Error> set_bucket(const World& world, const TrailSettings& settings, Trail& trail) {
  const bool new_place = settings.bucket || settings.prefix;
  trail.bucket = settings.bucket.value_or(trail.bucket);
  trail.prefix = settings.prefix.value_or(trail.prefix);
  if (!is_bucket_name(trail.bucket)) {
    return Error{ErrorKind::kInvalidS3BucketName,
                 "The S3 bucket name is not valid: '" + trail.bucket + "'"};
  }
  if (trail.prefix.size() > kMaxPrefixLength || !is_key_prefix(trail.prefix)) {
    return Error{ErrorKind::kInvalidS3Prefix, "The S3 prefix is not valid: '" + trail.prefix + "'"};
  }
  return new_place ? check_bucket(world, trail.bucket) : std::nullopt;
}

std::string topic_name(const std::string& topic) {
  return looks_like_arn(topic) ? topic.substr(topic.rfind(':') + 1) : topic;
}

std::optional<Error> set_topic(const World& world, const TrailSettings& settings, Trail& trail) {
  if (!settings.topic) {
    return std::nullopt;
  }
  trail.topic = *settings.topic;
  if (trail.topic.empty()) {
    return std::nullopt;
  }
  const std::string name = topic_name(trail.topic);
  const bool right_service =
      !looks_like_arn(trail.topic) || trail.topic.find(":sns:") != std::string::npos;
  if (!right_service || name.empty() || name.size() > kMaxTopicLength ||
      !std::all_of(name.begin(), name.end(), [](char c) {
        return is_letter_or_digit(c) || c == '_' || c == '-' || c == '.';
      })) {
    return Error{ErrorKind::kInvalidSnsTopicName, "Invalid SNS topic name: " + trail.topic};
  }
  if (world.topics) {
    const auto found = world.topics->find(name);
    if (found == world.topics->end() || !found->second) {
      return Error{ErrorKind::kInsufficientSnsTopicPolicy,
                   "SNS Topic does not exist or the topic policy is incorrect!"};
    }
  }
  return std::nullopt;
}

/// Finds the name in the ARN of a log group, which may end in ":*"; empty: it is none.
std::string log_group_name(const std::string& arn) {
  constexpr std::string_view kWord = ":log-group:";
  const auto at = arn.find(kWord);
  if (!looks_like_arn(arn) || arn.find(":logs:") == std::string::npos || at == std::string::npos) {
    return {};
  }
  const std::string name = arn.substr(at + kWord.size());
  return name.substr(0, name.find(':'));
}

std::optional<Error> set_logs(const World& world, const TrailSettings& settings, Trail& trail) {
  if (!settings.log_group_arn && !settings.log_role_arn) {
    return std::nullopt;
  }
  trail.log_group_arn = settings.log_group_arn.value_or(trail.log_group_arn);
  trail.log_role_arn = settings.log_role_arn.value_or(trail.log_role_arn);
  if (trail.log_group_arn.empty() && trail.log_role_arn.empty()) {
    return std::nullopt;
  }
  const std::string name = log_group_name(trail.log_group_arn);
  if (name.empty()) {
    return Error{
        ErrorKind::kInvalidCloudWatchLogsLogGroupArn,
        "CloudTrail cannot validate the specified log group ARN: '" + trail.log_group_arn + "'"};
  }
  const std::string& role = trail.log_role_arn;
  if (!looks_like_role_arn(role)) {
    return Error{ErrorKind::kInvalidCloudWatchLogsRoleArn,
                 "CloudTrail cannot validate the specified role ARN: '" + role + "'"};
  }
  if (!world.log_groups) {
    return std::nullopt;
  }
  const auto found = world.log_groups->find(name);
  if (found == world.log_groups->end()) {
    return Error{ErrorKind::kInvalidCloudWatchLogsLogGroupArn,
                 "The log group does not exist: " + trail.log_group_arn};
  }
  switch (found->second) {
    case LogDelivery::kAllowed:
      return std::nullopt;
    case LogDelivery::kDenied:
      return Error{ErrorKind::kInvalidCloudWatchLogsRoleArn,
                   "Access denied. Check the permissions for your role."};
    case LogDelivery::kUnavailable:
      return Error{ErrorKind::kCloudWatchLogsDeliveryUnavailable,
                   "CloudWatch Logs delivery is unavailable in this Region."};
  }
  return std::nullopt;
}

/// Brings what a client says into a trail, but for whose it is.
std::optional<Error> set_all(const World& world, const TrailSettings& settings, Trail& trail) {
  if (auto error = set_bucket(world, settings, trail)) {
    return error;
  }
  if (auto error = set_topic(world, settings, trail)) {
    return error;
  }
  if (auto error = set_logs(world, settings, trail)) {
    return error;
  }
  if (settings.kms_key_id) {
    trail.kms_key_id = *settings.kms_key_id;
    if (!trail.kms_key_id.empty()) {
      if (auto error = check_kms_key(world, trail.kms_key_id, ErrorKind::kKmsKeyDisabled)) {
        return error;
      }
    }
  }
  trail.global_service_events =
      settings.global_service_events.value_or(trail.global_service_events);
  trail.multi_region = settings.multi_region.value_or(trail.multi_region);
  trail.validates_log_files = settings.validates_log_files.value_or(trail.validates_log_files);
  trail.recursive_logging = settings.recursive_logging.value_or(trail.recursive_logging);
  if (trail.multi_region && !trail.global_service_events) {
    return Error{ErrorKind::kInvalidParameterCombination,
                 "Multi-Region trail must include global service events."};
  }
  return std::nullopt;
}

/// Brings what a client says into a trail.
std::optional<Error> apply(const Context& context, const TrailSettings& settings, Trail& trail) {
  if (auto error = set_all(*context.world(), settings, trail)) {
    return error;
  }
  const bool becomes_organization = settings.organization.value_or(false) && !trail.organization;
  trail.organization = settings.organization.value_or(trail.organization);
  return becomes_organization ? check_organization(context, OrganizationUse::kSetUp) : std::nullopt;
}

Result<void> set_logging(Context& context, const TrailRequest& request, bool on) {
  state::Writing writing(context.reading);
  const auto found = find_trail(context, request.name, TrailUse::kChange);
  if (!found) {
    return found.error();
  }
  Trail trail = **found;
  if (trail.is_logging != on) {
    trail.is_logging = on;
    (on ? trail.logging_started_at : trail.logging_stopped_at) = context.service.clock.now();
    if (on) {
      begin_digests(context.service, writing, trail, trail.account, trail.region);
    }
    context.state().get<Trails>().put(writing, std::move(trail));
    writing.commit();
  }
  return {};
}

}  // namespace

std::optional<Error> check_trail_name(std::string_view name) {
  if (name.empty()) {
    return invalid_name("Trail name or ARN cannot be blank.");
  }
  if (!std::all_of(name.begin(), name.end(),
                   [](char c) { return is_letter_or_digit(c) || is_joint(c); })) {
    return invalid_name(
        "Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods "
        "(.), hyphens (-), and underscores (_).");
  }
  const std::string length =
      " Specified name length: " + std::to_string(name.size()) + " characters.";
  if (name.size() < kMinTrailNameLength) {
    return invalid_name("Trail name too short. Minimum allowed length: 3 characters." + length);
  }
  if (name.size() > kMaxTrailNameLength) {
    return invalid_name("Trail name too long. Maximum allowed length: 128 characters." + length);
  }
  if (!is_letter_or_digit(name.front())) {
    return invalid_name("Trail name must starts with a letter or number.");
  }
  if (!is_letter_or_digit(name.back())) {
    return invalid_name("Trail name must ends with a letter or number.");
  }
  if (std::adjacent_find(name.begin(), name.end(),
                         [](char a, char b) { return is_joint(a) && is_joint(b); }) != name.end()) {
    return invalid_name("Trail name cannot have adjacent periods, hyphens or underscores.");
  }
  if (is_ip_address(name)) {
    return invalid_name("Trail name cannot be in IP address format.");
  }
  return std::nullopt;
}

std::optional<Error> check_form(const Trail& trail) {
  if (auto error = check_trail_name(trail.name)) {
    return error;
  }
  TrailSettings settings;
  settings.bucket = trail.bucket;
  settings.prefix = trail.prefix;
  settings.topic = trail.topic;
  settings.log_group_arn = trail.log_group_arn;
  settings.log_role_arn = trail.log_role_arn;
  settings.kms_key_id = trail.kms_key_id;
  Trail checked = trail;
  return set_all(World(), settings, checked);
}

Result<Pointer> find_trail(const Context& context, const std::string& name, TrailUse use) {
  const Caller& caller = context.caller;
  Arn arn = {ResourceKind::kTrail, caller.region, caller.account, name};
  if (looks_like_arn(name)) {
    auto parsed = parse_arn(name);
    if (!parsed || parsed->kind != ResourceKind::kTrail || check_trail_name(parsed->id)) {
      return resource_arn_invalid(ResourceKind::kTrail, name);
    }
    arn = std::move(*parsed);
  } else if (auto error = check_trail_name(name)) {
    return *error;
  }
  const std::string text = arn.print();
  auto trail = context.state().get<Trails>().find(text);
  if (!trail || !may_see(*context.world(), caller, *trail)) {
    return trail_not_found(caller, text);
  }
  if (use != TrailUse::kRead) {
    if (auto error = check_change(context, *trail, use)) {
      return *error;
    }
  } else if (trail->region != caller.region && !trail->multi_region) {
    return trail_not_found(caller, text);
  }
  return trail;
}

std::string topic_arn_of(const Trail& trail) {
  if (trail.topic.empty() || looks_like_arn(trail.topic)) {
    return trail.topic;
  }
  const std::string partition = trail.arn.substr(0, trail.arn.find(":cloudtrail:"));
  return partition + ":sns:" + trail.region + ":" + trail.account + ":" + trail.topic;
}

std::string print_status_time(state::Micros at) {
  return at == 0 ? std::string() : state::print_second(at);
}

Result<TrailDetails> create_trail(Context& context, const CreateTrailRequest& request) {
  state::Writing writing(context.reading);
  const std::string& region = context.caller.region;
  const std::string account = owner_of_new(context, request.settings.organization.value_or(false));
  if (auto error = check_trail_name(request.name)) {
    return *error;
  }
  if (auto error = check_tags(request.tags, ErrorKind::kTagsLimitExceeded)) {
    return *error;
  }
  Trail trail;
  trail.account = account;
  trail.region = region;
  trail.name = request.name;
  trail.arn = Arn{Trail::kKind, region, account, request.name}.print();
  if (auto error = apply(context, request.settings, trail)) {
    return *error;
  }
  auto& trails = context.state().get<Trails>();
  if (trails.contains(trail.arn)) {
    return Error{ErrorKind::kTrailAlreadyExists,
                 "Trail " + trail.name + " already exists for customer: " + account};
  }
  const std::size_t limit = row_of(Trail::kKind).limit;
  if (trails.count(account, region) >= limit) {
    return Error{ErrorKind::kMaximumNumberOfTrailsExceeded, "User: " + account + " already has " +
                                                                std::to_string(limit) +
                                                                " trails in " + region + "."};
  }
  trail.created_at = context.service.clock.now();
  const Caller owner = {account, region};
  put_tags({context.service, owner, context.reading}, writing, trail.arn, request.tags);
  auto created = trails.put(writing, std::move(trail));
  writing.commit();
  return TrailDetails{std::move(created)};
}

Result<TrailDetails> update_trail(Context& context, const UpdateTrailRequest& request) {
  state::Writing writing(context.reading);
  const auto found = find_trail(context, request.name, TrailUse::kSetUp);
  if (!found) {
    return found.error();
  }
  Trail trail = **found;
  if (auto error = apply(context, request.settings, trail)) {
    return *error;
  }
  if (trail.is_logging) {
    begin_digests(context.service, writing, trail, trail.account, trail.region);
  }
  auto updated = context.state().get<Trails>().put(writing, std::move(trail));
  writing.commit();
  return TrailDetails{std::move(updated)};
}

Result<void> delete_trail(Context& context, const TrailRequest& request) {
  state::Writing writing(context.reading);
  const auto found = find_trail(context, request.name, TrailUse::kChange);
  if (!found) {
    return found.error();
  }
  const std::string arn = (*found)->arn;
  erase_companions(context.state(), writing, arn);
  erase_digests(context.state(), writing, arn);
  context.state().get<Trails>().erase(writing, arn);
  writing.commit();
  return {};
}

Result<void> start_logging(Context& context, const TrailRequest& request) {
  return set_logging(context, request, true);
}

Result<void> stop_logging(Context& context, const TrailRequest& request) {
  return set_logging(context, request, false);
}

Result<GetTrailAnswer> get_trail(Context& context, const TrailRequest& request) {
  auto trail = find_trail(context, request.name, TrailUse::kRead);
  if (!trail) {
    return trail.error();
  }
  return GetTrailAnswer{{{std::move(*trail)}}};
}

namespace {

/// The caller's trails, and those of the organization that reach into its account.
std::vector<Pointer> list_visible(const Context& context, bool with_organization) {
  const auto& trails = context.state().get<Trails>();
  std::vector<Pointer> visible = trails.list(context.caller.account);
  if (!with_organization) {
    return visible;
  }
  for (const auto& trail : trails.list_all()) {
    if (trail->account != context.caller.account &&
        may_see(*context.world(), context.caller, *trail)) {
      visible.push_back(trail);
    }
  }
  return visible;
}

}  // namespace

Result<DescribeTrailsAnswer> describe_trails(Context& context,
                                             const DescribeTrailsRequest& request) {
  DescribeTrailsAnswer answer;
  const bool shadows = request.include_shadow_trails.value_or(true);
  const auto take = [&](const Pointer& trail) {
    const bool here = trail->region == context.caller.region;
    if (here || (shadows && trail->multi_region)) {
      answer.trails.push_back({{trail}});
    }
  };
  for (const std::string& name : request.names) {
    const auto trail = find_trail(context, name, TrailUse::kRead);
    if (trail) {
      take(*trail);
    } else if (trail.error().kind != ErrorKind::kTrailNotFound) {
      return trail.error();
    }
  }
  if (request.names.empty()) {
    for (const auto& trail : list_visible(context, shadows)) {
      take(trail);
    }
  }
  return answer;
}

Result<ListTrailsAnswer> list_trails(Context& context, const ListTrailsRequest& /*request*/) {
  ListTrailsAnswer answer;
  for (const auto& trail : list_visible(context, true)) {
    answer.trails.push_back({trail});
  }
  return answer;
}

Result<TrailStatus> get_trail_status(Context& context, const TrailRequest& request) {
  auto trail = find_trail(context, request.name, TrailUse::kRead);
  if (!trail) {
    return trail.error();
  }
  return TrailStatus{std::move(*trail)};
}

}  // namespace trailpond::engine
