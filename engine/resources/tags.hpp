#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/service.hpp"
#include "state/repository.hpp"

/// Tags of resources: rows by ARN, whatever the kind. Sources: AWS API reference, AddTags,
/// ListTags, RemoveTags, Tag; shared/spec 5.10.
namespace trailpond::engine {

using Tag = state::TextPair;  // key and value

/// Tags per resource, and the characters of one. Source: AWS API reference, AddTags and Tag.
constexpr std::size_t kMaxTags = 50;
constexpr std::int64_t kMaxTagKeyLength = 128;
constexpr std::int64_t kMaxTagValueLength = 256;

/// The tags of one resource; none is kept for a resource without tags.
struct TagSet {
  static constexpr const char* kTable = "tags";
  std::string arn = {};
  std::string account = {};
  std::string region = {};
  std::vector<Tag> tags = {};

  const std::string& record_key() const { return arn; }
  std::string_view owner() const { return account; }
  std::string_view region_name() const { return region; }
  state::Place place() const { return {0, arn}; }
  state::Micros due() const { return state::kNever; }
  template <class Self, class Visit>
  static void visit_columns(Self& self, Visit&& visit) {
    visit("arn", self.arn);
    visit("account", self.account);
    visit("region", self.region);
    visit("tags", self.tags);
  }
};
using TagSets = state::Repository<TagSet>;

/// Checks tags that a request brings: kInvalidTagParameter for a key that is empty, too long,
/// reserved (aws:) or twice there, or a value that is too long; `too_many` for more than 50.
std::optional<Error> check_tags(const std::vector<Tag>& tags, ErrorKind too_many);
/// Gives the tags of a resource.
std::vector<Tag> tags_of(const state::State& state, std::string_view arn);
/// Keeps the tags of a new resource.
void put_tags(const Context& context, state::Writing& writing, const std::string& arn,
              std::vector<Tag> tags);

struct AddTagsRequest {
  std::string resource_id = {};
  std::vector<Tag> tags = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("ResourceId", self.resource_id);
    visit("TagsList", self.tags);
  }
};
/// Adds tags; a key that is there gets the new value. Fails with what find_taggable() does,
/// kInvalidTagParameter and kTagsLimitExceeded.
Result<void> add_tags(Context& context, const AddTagsRequest& request);

struct RemoveTagsRequest {
  std::string resource_id = {};
  std::vector<Tag> tags = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("ResourceId", self.resource_id);
    visit("TagsList", self.tags);
  }
};
/// Removes the tags with the keys that are named; values are not compared, and keys that are not
/// there are passed over. Fails with what find_taggable() does and kInvalidTagParameter.
Result<void> remove_tags(Context& context, const RemoveTagsRequest& request);

struct ListTagsRequest {
  std::vector<std::string> resource_ids = {};  // 20 at most (the shape says so)
  std::optional<std::string> next_token = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("ResourceIdList", self.resource_ids);
    visit("NextToken", self.next_token);
  }
};
struct ResourceTags {
  std::string resource_id = {};
  std::vector<Tag> tags = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("ResourceId", self.resource_id);
    visit("TagsList", self.tags);
  }
};
struct ListTagsAnswer {
  std::vector<ResourceTags> resources = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("ResourceTagList", self.resources);
  }
};
/// Lists the tags of each resource that is named. NextToken is reserved for future use: one that is
/// given was never answered, so it is kInvalidToken. Fails with what find_taggable() does.
Result<ListTagsAnswer> list_tags(Context& context, const ListTagsRequest& request);

}  // namespace trailpond::engine
