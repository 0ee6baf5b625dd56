#include "engine/resources/tags.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "engine/resources/event_data_stores.hpp"
#include "engine/resources/resolver.hpp"
#include "engine/resources/trails.hpp"
#include "engine/rules.hpp"

namespace trailpond::engine {
namespace {

Error invalid_tag(std::string message) {
  return {ErrorKind::kInvalidTagParameter, std::move(message)};
}

Error too_many_tags(ErrorKind kind) { return {kind, "A resource has at most 50 tags."}; }

/// Why a text is no ARN of a resource that can be tagged.
Error refuse_arn(std::string_view text) {
  std::string_view rest = text;
  for (int i = 0; i < 5; ++i) {
    const auto colon = rest.find(':');
    if (colon == std::string_view::npos) {
      return {ErrorKind::kCloudTrailArnInvalid, "The ARN is not valid: " + std::string(text)};
    }
    rest.remove_prefix(colon + 1);
  }
  const auto kind = find_resource_kind(rest.substr(0, rest.find('/')));
  if (!kind) {
    return {ErrorKind::kResourceTypeNotSupported,
            "The type of the resource is not supported: " + std::string(text)};
  }
  const auto arn_invalid = row_of(*kind).arn_invalid;
  const bool own = arn_invalid != ErrorKind::kInvalidParameter;
  return {own ? arn_invalid : ErrorKind::kCloudTrailArnInvalid,
          "The ARN is not valid: " + std::string(text)};
}

/// Whether a caller may look at or change the tags of a store.
std::optional<Error> check_store(const Context& context, const Arn& arn, bool changes) {
  const auto store = find_event_data_store(context, arn.print(), kOwner);
  if (!store) {
    return store.error();
  }
  if (changes && (*store)->organization) {
    if (auto error = check_organization(context, OrganizationUse::kSettings)) {
      return error;
    }
  }
  return changes ? check_changeable(**store) : check_queryable(**store);
}

/// Finds the resource whose tags a request means. Fails with kCloudTrailArnInvalid,
/// kEventDataStoreArnInvalid, kChannelArnInvalid, kResourceTypeNotSupported, kInvalidTrailName,
/// kResourceNotFound, kEventDataStoreNotFound and, in a change, kChannelNotFound; and for stores
/// kInactiveEventDataStore, kConflict, kOperationNotPermitted and those of organizations.
Result<Arn> find_taggable(const Context& context, const std::string& text, bool changes) {
  auto arn = parse_arn(text);
  const bool of_trail = arn && arn->kind == ResourceKind::kTrail;  // which is no part of Lake
  if (auto error = check_region(*context.world(), context.caller); error && !of_trail) {
    return *error;
  }
  if (!arn || !row_of(arn->kind).is_taggable) {
    return refuse_arn(text);
  }
  if (arn->kind == ResourceKind::kTrail) {
    if (auto error = check_trail_name(arn->id)) {
      return *error;
    }
  }
  if (arn->kind == ResourceKind::kEventDataStore) {
    if (auto error = check_store(context, *arn, changes)) {
      return *error;
    }
    return std::move(*arn);
  }
  if (arn->account != context.caller.account || arn->region != context.caller.region) {
    return refuse_arn(text);
  }
  if (!exists(context.state(), *arn)) {
    const bool own = changes && arn->kind == ResourceKind::kChannel;
    return Error{own ? ErrorKind::kChannelNotFound : ErrorKind::kResourceNotFound,
                 resource_not_found(arn->kind, text).message};
  }
  return std::move(*arn);
}

void put(const Context& context, state::Writing& writing, const Arn& arn, std::vector<Tag> tags) {
  auto& sets = context.state().get<TagSets>();
  if (tags.empty()) {
    sets.erase(writing, arn.print());
  } else {
    sets.put(writing, {arn.print(), arn.account, arn.region, std::move(tags)});
  }
}

}  // namespace

std::optional<Error> check_tags(const std::vector<Tag>& tags, ErrorKind too_many) {
  if (tags.size() > kMaxTags) {
    return too_many_tags(too_many);
  }
  std::set<std::string_view> keys;
  for (const auto& [key, value] : tags) {
    if (key.empty() || count_code_points(key) > kMaxTagKeyLength ||
        count_code_points(value) > kMaxTagValueLength || key.starts_with("aws:")) {
      return invalid_tag("The tag with key '" + key + "' is not valid.");
    }
    if (!keys.insert(key).second) {
      return invalid_tag("The tag key '" + key + "' appears twice.");
    }
  }
  return std::nullopt;
}

std::vector<Tag> tags_of(const state::State& state, std::string_view arn) {
  const auto set = state.get<TagSets>().find(arn);
  return set ? set->tags : std::vector<Tag>();
}

void put_tags(const Context& context, state::Writing& writing, const std::string& arn,
              std::vector<Tag> tags) {
  if (!tags.empty()) {
    context.state().get<TagSets>().put(
        writing, {arn, context.caller.account, context.caller.region, std::move(tags)});
  }
}

Result<void> add_tags(Context& context, const AddTagsRequest& request) {
  state::Writing writing(context.reading);
  const auto arn = find_taggable(context, request.resource_id, true);
  if (!arn) {
    return arn.error();
  }
  if (auto error = check_tags(request.tags, ErrorKind::kTagsLimitExceeded)) {
    return *error;
  }
  std::vector<Tag> tags = tags_of(context.state(), arn->print());
  for (const Tag& added : request.tags) {
    const auto there = std::find_if(tags.begin(), tags.end(),
                                    [&](const Tag& tag) { return tag.first == added.first; });
    if (there == tags.end()) {
      tags.push_back(added);
    } else {
      there->second = added.second;
    }
  }
  if (tags.size() > kMaxTags) {
    return too_many_tags(ErrorKind::kTagsLimitExceeded);
  }
  put(context, writing, *arn, std::move(tags));
  writing.commit();
  return {};
}

Result<void> remove_tags(Context& context, const RemoveTagsRequest& request) {
  state::Writing writing(context.reading);
  const auto arn = find_taggable(context, request.resource_id, true);
  if (!arn) {
    return arn.error();
  }
  if (auto error = check_tags(request.tags, ErrorKind::kInvalidTagParameter)) {
    return *error;
  }
  std::vector<Tag> tags = tags_of(context.state(), arn->print());
  std::erase_if(tags, [&](const Tag& tag) {
    return std::any_of(request.tags.begin(), request.tags.end(),
                       [&](const Tag& removed) { return removed.first == tag.first; });
  });
  put(context, writing, *arn, std::move(tags));
  writing.commit();
  return {};
}

Result<ListTagsAnswer> list_tags(Context& context, const ListTagsRequest& request) {
  if (request.next_token) {
    return Error{ErrorKind::kInvalidToken, "The NextToken is reserved for future use."};
  }
  ListTagsAnswer answer;
  for (const std::string& id : request.resource_ids) {
    const auto arn = find_taggable(context, id, false);
    if (!arn) {
      return arn.error();
    }
    answer.resources.push_back({id, tags_of(context.state(), arn->print())});
  }
  return answer;
}

}  // namespace trailpond::engine
