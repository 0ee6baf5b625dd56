#pragma once
#include <string_view>

#include "engine/delivery/calls.hpp"
#include "server/http/message.hpp"

namespace trailpond::api {

/// Says of a call what its request tells: who asked, from where, by what. The views live as long as
/// the request.
engine::Call describe_call(std::string_view operation, const engine::Caller& caller,
                           const http::Request& request);

}  // namespace trailpond::api
