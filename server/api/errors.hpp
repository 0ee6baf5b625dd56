#pragma once
#include <string_view>

#include "engine/error.hpp"
#include "server/http/message.hpp"

namespace trailpond::api {

/// The content type of every answer. Source: AWS JSON 1.1.
constexpr std::string_view kJsonContentType = "application/x-amz-json-1.1";

/// Writes an error: HTTP 400, or 500 for what is our fault; `__type`, `message` and `Message`.
void write_error(http::Response& response, engine::ErrorKind kind, std::string_view message);

/// Writes an error as REST-JSON does: the name in a header, the message in the body.
void write_rest_error(http::Response& response, engine::ErrorKind kind, std::string_view message);

}  // namespace trailpond::api
