#include "engine/queries/delivery.hpp"

#include <string>

#include "engine/rules.hpp"
#include "s3/objects.hpp"

namespace trailpond::engine {
std::optional<Error> check_delivery(const World& world, std::string_view uri) {
  const s3::Location location = s3::split_uri(uri).value_or(s3::Location());
  if (!is_bucket_name(location.bucket)) {
    return Error{ErrorKind::kInvalidS3BucketName,
                 "DeliveryS3Uri must have the form s3://bucket/prefix with a valid bucket name: " +
                     std::string(uri)};
  }
  if (uri.size() > kMaxDeliveryUriLength || !is_key_prefix("/" + location.key)) {
    return Error{ErrorKind::kInvalidS3Prefix, "The S3 prefix is not valid: " + std::string(uri)};
  }
  return check_bucket(world, location.bucket);
}

}  // namespace trailpond::engine
