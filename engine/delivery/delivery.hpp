#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/service.hpp"
#include "events/loader.hpp"

/// Events that happen in an account, on their way to whoever takes them: the event history, the
/// event data stores whose selectors select them, and the trails. Source: AWS user guide, "How
/// CloudTrail works".
namespace trailpond::engine {

/// Where events come from.
enum class Origin : std::uint8_t {
  kCalls,   // of this server: only stores that take calls get them (EventDataStore::takes_calls)
  kPosted,  // by whoever runs it
};

/// Events of one account, NDJSON of compact objects. An event that says its Region
/// (`awsRegion`) belongs to that one instead.
struct AccountEvents {
  std::string account = {};
  std::string region = {};
  std::string lines = {};
};

/// How many events went where.
struct DeliveryReport {
  std::int64_t history = 0;
  std::map<std::string, std::int64_t> stores = {};  // by ARN
  std::map<std::string, std::int64_t> trails = {};  // by ARN
};

/// Delivers events. Who calls holds the right to load events. Throws state::StorageError.
DeliveryReport deliver(Service& service, Origin origin, const std::vector<AccountEvents>& events);

/// Delivers the calls that are due. The same holds.
void deliver_calls(Service& service, state::Micros now);

/// Delivers what Insights find in the minutes up to a time: of a trail to the event history, of an
/// event data store to its destination. The same holds.
void deliver_insights(Service& service, state::Micros until);

}  // namespace trailpond::engine
