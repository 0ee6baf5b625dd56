#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace trailpond::engine {

/// The parts of arn:PARTITION:cloudtrail:REGION:ACCOUNT:eventdatastore/ID.
/// Source: AWS API reference, EventDataStoreArn.
struct StoreArn {
  std::string region = {};
  std::string account = {};
  std::string id = {};
};

/// Reads an ARN of an event data store; empty when it is malformed.
std::optional<StoreArn> parse_store_arn(std::string_view text);

/// Prints an ARN, in the partition of the Region (aws, aws-cn, aws-us-gov).
std::string print_store_arn(std::string_view account, std::string_view region, std::string_view id);

/// Reads the id out of "ID" or "eventdatastore/ID" (the suffix of an ARN), in lower case. Empty
/// when it is no UUID.
std::optional<std::string> parse_store_id(std::string_view text);

/// Tells whether a name is meant as an ARN.
bool looks_like_arn(std::string_view text);

}  // namespace trailpond::engine
