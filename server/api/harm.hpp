#pragma once
#include <boost/json/fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "engine/faults.hpp"
#include "server/http/message.hpp"

namespace trailpond::api {

/// Finds a member of a request as a text: "MaxResults", "Frequency.Unit", "Destinations.0".
std::optional<std::string> find_member(const boost::json::object& body, std::string_view path);

/// Whether a fault keeps the operation from being done, without an error of its own.
bool stops(const std::optional<engine::FaultOutcome>& fault);

/// Does to an answer what a fault says, but for its error: holds it back, cuts it.
void do_harm(const engine::FaultOutcome& fault, http::Response& response);

}  // namespace trailpond::api
