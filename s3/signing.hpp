#pragma once
#include <chrono>
#include <string>

#include "outbound/message.hpp"

namespace trailpond::s3 {

using outbound::Fields;
using outbound::HttpRequest;

/// Who signs.
struct Credentials {
  std::string access_key_id = {};
  std::string secret = {};
  std::string session_token = {};  // empty: none
};

/// Adds the fields of AWS Signature Version 4 to a request whose target is encoded and whose query
/// is sorted: x-amz-date, x-amz-content-sha256, x-amz-security-token, Authorization. All fields are
/// signed. Source: Amazon S3 API reference, "Authenticating Requests: Using the Authorization
/// Header".
void sign_request(HttpRequest& request, std::string_view authority, const Credentials& credentials,
                  std::string_view region, std::chrono::system_clock::time_point now);

}  // namespace trailpond::s3
