#pragma once
#include "engine/context.hpp"
#include "engine/runner.hpp"

namespace trailpond::engine {

/// Applies what is due by time to event data stores and queries: one comparison when nothing is.
/// Then starts and stops the statements that are concerned. Throws state::StorageError.
void settle(Context& context, Runner& runner);

/// Fails the queries that a server left behind when it stopped (their statements are gone), and
/// ends the cancels that were under way.
void end_interrupted_queries(Context& context);

}  // namespace trailpond::engine
