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

/// Does to an answer what a fault says: holds it back, cuts it. harm_answer() leaves its text.
void harm_answer(const engine::FaultOutcome& fault, http::Response& response);
/// The same, and puts the fault's error in the place of an answer that is to be lost.
void do_harm(const engine::FaultOutcome& fault, http::Response& response);

}  // namespace trailpond::api
