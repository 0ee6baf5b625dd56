#pragma once
#include <string_view>

#include "engine/error.hpp"
#include "server/http/message.hpp"

namespace trailpond::api {

/// The content type of every answer. Source: AWS JSON 1.1.
constexpr std::string_view kJsonContentType = "application/x-amz-json-1.1";

/// Answers the exception that the CloudTrail API reference documents for a kind of error.
std::string_view exception_of(engine::ErrorKind kind);

/// Writes an exception: HTTP 400, or 500 for InternalFailure; `__type`, `message` and `Message`.
void write_error(http::Response& response, std::string_view exception, std::string_view message);

}  // namespace trailpond::api
