#pragma once
#include <vector>

#include "engine/delivery/event_facts.hpp"
#include "engine/event_selectors.hpp"
#include "engine/resources/event_logging.hpp"

/// Which events a trail or an event data store takes. Sources: AWS user guide, "Logging management
/// events", "Logging data events", "How CloudTrail evaluates multiple conditions for a field"; AWS
/// API reference, AdvancedFieldSelector and EventSelector.
namespace trailpond::engine {

/// Of the conditions on one field, one of Equals, StartsWith and EndsWith must hold, where there is
/// any, and all of NotEquals, NotStartsWith and NotEndsWith. All fields must hold.
bool selects(const AdvancedEventSelector& selector, const EventFacts& event);
bool selects(const EventSelector& selector, const EventFacts& event);
/// An event is taken that one selector selects.
template <class Selector>
bool selects_any(const std::vector<Selector>& selectors, const EventFacts& event) {
  for (const Selector& selector : selectors) {
    if (selects(selector, event)) {
      return true;
    }
  }
  return false;
}
/// The same by the selectors of a trail, of whichever kind they are.
bool selects(const TrailSelectors& selectors, const EventFacts& event);

}  // namespace trailpond::engine
