#pragma once
#include <functional>

#include "sql/bound/bound.hpp"

/// Walks over the expressions of a query: those that stand in it and in the relations and queries
/// below it, but not the parts of an expression.
namespace trailpond::sql {

void visit_expressions(const BoundQuery& query,
                       const std::function<void(const BoundPointer&)>& visit);

/// Answers the query with every expression replaced; itself where nothing changes.
BoundQueryPointer with_expressions(const BoundQueryPointer& query,
                                   const std::function<BoundPointer(const BoundPointer&)>& replace);

/// Answers whether computing an expression or a query twice may give different values.
bool varies(const Bound& node);
bool varies(const BoundQuery& query);
bool varies(const BoundBody& body);

/// Answers whether a query reads only what stands in itself: no column of a query around it.
bool is_closed(const BoundQuery& query);
bool is_closed(const BoundBody& body);

}  // namespace trailpond::sql
