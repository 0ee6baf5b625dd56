#pragma once
#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/event_selectors.hpp"
#include "engine/resources/event_logging.hpp"

/// Which events a trail or an event data store takes. Sources: AWS user guide, "Logging management
/// events", "Logging data events", "How CloudTrail evaluates multiple conditions for a field"; AWS
/// API reference, AdvancedFieldSelector and EventSelector.
namespace trailpond::engine {

/// What selectors ask of an event, read from it once for all of them.
struct EventFacts {
  std::string id = {};
  std::string time = {};
  std::string category = {};  // Management, Data, NetworkActivity, Insight …
  std::string region = {};    // empty: it says none
  std::string account = {};   // recipientAccountId; empty: it says none
  std::string source = {};
  std::string name = {};
  std::string error_code = {};
  bool reads = false;
  /// By the selectors' names of fields; a field that the event lacks is not there.
  std::vector<std::pair<std::string_view, std::string>> fields = {};
  struct Resource {
    std::string type = {};
    std::string arn = {};
  };
  std::vector<Resource> resources = {};
};
EventFacts read_facts(const boost::json::object& event);

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
