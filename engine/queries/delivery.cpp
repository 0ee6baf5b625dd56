#include "engine/queries/delivery.hpp"

#include <string>

#include "engine/rules.hpp"

namespace trailpond::engine {
namespace {

constexpr std::string_view kScheme = "s3://";

}  // namespace

std::optional<Error> check_delivery(const World& world, std::string_view uri) {
  const bool has_scheme = uri.starts_with(kScheme);
  const std::string_view rest = has_scheme ? uri.substr(kScheme.size()) : std::string_view();
  const std::string bucket(rest.substr(0, rest.find('/')));
  if (!is_bucket_name(bucket)) {
    return Error{ErrorKind::kInvalidS3BucketName,
                 "DeliveryS3Uri must have the form s3://bucket/prefix with a valid bucket name: " +
                     std::string(uri)};
  }
  if (uri.size() > kMaxDeliveryUriLength || !is_key_prefix(rest.substr(bucket.size()))) {
    return Error{ErrorKind::kInvalidS3Prefix, "The S3 prefix is not valid: " + std::string(uri)};
  }
  return check_bucket(world, bucket);
}

}  // namespace trailpond::engine
