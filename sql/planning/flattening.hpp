#pragma once
#include "sql/bound/bound.hpp"

namespace trailpond::sql {

/// Puts queries in FROM that only choose rows and columns into the query around them: WITH a AS
/// (SELECT … FROM store WHERE …) SELECT … FROM a becomes one SELECT over the store.
BoundQueryPointer flatten(const BoundQueryPointer& query);

}  // namespace trailpond::sql
