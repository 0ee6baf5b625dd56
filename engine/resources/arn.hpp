#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "engine/resources/kinds.hpp"

namespace trailpond::engine {

/// The parts of arn:PARTITION:cloudtrail:REGION:ACCOUNT:KIND/ID, the name of a resource of
/// CloudTrail. `id` is all after the first slash: a UUID in lower case where the kind has UUIDs.
/// Source: AWS, Service authorization reference, "Resource types defined by AWS CloudTrail".
struct Arn {
  ResourceKind kind = ResourceKind::kEventDataStore;
  std::string region = {};
  std::string account = {};
  std::string id = {};

  /// Prints the ARN, in the partition of the Region (aws, aws-cn, aws-us-gov).
  std::string print() const;
  friend bool operator==(const Arn&, const Arn&) = default;
};

/// Reads an ARN of a resource of CloudTrail; empty when it is malformed or of an unknown kind.
std::optional<Arn> parse_arn(std::string_view text);

/// Reads the id out of "ID" or "KIND/ID" (the suffix of an ARN). Empty when it has not the form of
/// the kind's ids.
std::optional<std::string> parse_resource_id(ResourceKind kind, std::string_view text);

/// Tells whether a name is meant as an ARN.
bool looks_like_arn(std::string_view text);

/// Tells whether a text is meant as the ARN of a role of IAM.
bool looks_like_role_arn(std::string_view text);

/// Tells whether a text is an account: 12 digits. Source: AWS API reference.
bool is_account(std::string_view text);
/// Tells whether a text can be a Region: 1 to 32 lower-case letters, digits and dashes, a letter
/// first. Made-up ones (eu-west-9, local) count, but nothing that could be a path or a key.
bool is_region(std::string_view text);

/// Prints the ARN of an event data store.
std::string print_store_arn(std::string_view account, std::string_view region, std::string_view id);

}  // namespace trailpond::engine
