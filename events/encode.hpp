#pragma once
#include <string>

#include "events/segment.hpp"

namespace trailpond::events {

/// Appends the value of a node in one row in the form of base/encoding.hpp: a row as the list of
/// its fields in schema order, a map in the order of its source.
void encode_value(const DictionarySet& dictionaries, const Segment& segment, NodeId node,
                  std::size_t row, std::string& out);

}  // namespace trailpond::events
