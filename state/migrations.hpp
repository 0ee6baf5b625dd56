#pragma once
#include <span>

namespace trailpond::state {

/// Lists the steps of the schema in order: step N brings a database of user_version N to N + 1.
/// A step that was released never changes.
std::span<const char* const> schema_migrations();

}  // namespace trailpond::state
