#pragma once
#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trailpond::engine {

/// What selectors ask of an event, read from it once for all of them.
struct EventFacts {
  std::string id = {};
  std::string time = {};
  std::string category = {};  // Management, Data, NetworkActivity, Insight …
  std::string region = {};    // empty: it says none
  std::string source = {};
  std::string name = {};
  std::string error_code = {};
  std::string user_agent = {};
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

}  // namespace trailpond::engine
