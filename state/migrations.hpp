#pragma once
#include <span>

namespace trailpond::state {

/// Makes the tables that are no repository's; repositories make their own from their columns.
extern const char* const kNewSchema;

/// Lists the steps that bring an older database up to date, in order: step N brings a database of
/// user_version N + 1 to N + 2. A step that was released never changes. A column that a record has
/// gained needs no step: its repository adds it.
std::span<const char* const> schema_migrations();

}  // namespace trailpond::state
