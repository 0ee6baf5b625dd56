#pragma once
#include <boost/json/fwd.hpp>
#include <string>
#include <vector>

#include "engine/resources/event_logging.hpp"
#include "state/state.hpp"

namespace trailpond::engine {

/// Prints an event with the member eventContext that a store asks for by its context keys: of
/// resources of CloudTrail that the event names, the tags with these keys; of the request, those of
/// IAM's global condition keys that the event itself tells (who, from where, how). What the event
/// brings along as eventContext is kept, as far as it is asked for. Source: AWS user guide, "Enrich
/// CloudTrail events by adding resource tag keys and IAM global condition keys".
std::string with_context(const state::State& state, const std::vector<ContextKeySelector>& keys,
                         const boost::json::object& event);

}  // namespace trailpond::engine
