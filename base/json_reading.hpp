#pragma once
#include <boost/json/fwd.hpp>
#include <string_view>

/// Looks into JSON of which nobody knows what it holds: an event, say.
namespace trailpond {

/// Finds a member; null where the value is null, no object, or has no such member.
const boost::json::value* find_member(const boost::json::value* value, std::string_view name);
const boost::json::value* find_member(const boost::json::object& object, std::string_view name);
/// The text of a value; empty where it is null or no text.
std::string_view text_of(const boost::json::value* value);

}  // namespace trailpond
