#pragma once
#include <optional>
#include <string_view>

#include "engine/error.hpp"
#include "engine/world.hpp"

namespace trailpond::engine {

/// Characters of a DeliveryS3Uri. Source: AWS API reference, StartQuery.
constexpr std::size_t kMaxDeliveryUriLength = 1024;

/// Checks where a query's results are to go: the form s3://BUCKET[/PREFIX], and what the world says
/// of the bucket. Fails with kInvalidS3BucketName, kInvalidS3Prefix, kS3BucketDoesNotExist,
/// kInsufficientS3BucketPolicy, kInsufficientEncryptionPolicy.
std::optional<Error> check_delivery(const World& world, std::string_view uri);

}  // namespace trailpond::engine
