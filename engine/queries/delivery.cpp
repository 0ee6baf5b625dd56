#include "engine/queries/delivery.hpp"

#include <algorithm>
#include <string>

namespace trailpond::engine {
namespace {

constexpr std::string_view kScheme = "s3://";

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

/// Source: AWS API reference, the pattern of DeliveryS3Uri.
bool is_bucket_name(std::string_view name) {
  return name.size() >= 3 && name.size() <= 63 && is_alphanumeric(name.front()) &&
         is_alphanumeric(name.back()) && std::all_of(name.begin(), name.end(), [](char c) {
           return is_alphanumeric(c) || c == '.' || c == '-';
         });
}

bool is_prefix(std::string_view prefix) {
  return prefix.find("//") == std::string_view::npos &&
         std::all_of(prefix.begin(), prefix.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
}

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
  if (uri.size() > kMaxDeliveryUriLength || !is_prefix(rest.substr(bucket.size()))) {
    return Error{ErrorKind::kInvalidS3Prefix, "The S3 prefix is not valid: " + std::string(uri)};
  }
  if (!world.buckets) {
    return std::nullopt;
  }
  const auto found = world.buckets->find(bucket);
  if (found == world.buckets->end()) {
    return Error{ErrorKind::kS3BucketDoesNotExist, "S3 bucket does not exist!"};
  }
  if (!found->second.policy_allows) {
    return Error{ErrorKind::kInsufficientS3BucketPolicy,
                 "Incorrect S3 bucket policy is detected for bucket: " + bucket};
  }
  if (!found->second.encryption_allows) {
    return Error{ErrorKind::kInsufficientEncryptionPolicy,
                 "Insufficient permissions to access S3 bucket " + bucket + " or its KMS key."};
  }
  return std::nullopt;
}

}  // namespace trailpond::engine
