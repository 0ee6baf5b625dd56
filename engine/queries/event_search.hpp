#pragma once
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/service.hpp"

/// Looks for events in the event history and in all event data stores of the caller's account and
/// Region that hold one kind, for operations that know no store. It asks by SQL, as StartQuery
/// does.
namespace trailpond::engine {

/// How long events can be looked up. Source: AWS API reference, LookupEvents.
/// Selects management events; those before version 1.07 do not say their category.
constexpr std::string_view kIsManagement =
    "(eventCategory = 'Management' OR eventCategory IS NULL AND coalesce(managementEvent, true))";

constexpr state::Micros kHistory = 90 * state::kMicrosPerDay;

struct EventResource {
  std::string type = {};
  std::string name = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("ResourceType", self.type);
    visit("ResourceName", self.name);
  }
};

/// An event as the operations show it.
struct FoundEvent {
  std::string id = {};
  std::string name = {};
  std::string read_only = {};  // "true", "false"; empty: the event does not say
  std::string access_key_id = {};
  state::Micros time = 0;
  std::string source = {};
  std::string user_name = {};
  std::vector<EventResource> resources = {};
  std::string json = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("EventId", self.id);
    visit("EventName", self.name);
    visit.unless_empty("ReadOnly", self.read_only);
    visit.unless_empty("AccessKeyId", self.access_key_id);
    visit.instant("EventTime", self.time);
    visit("EventSource", self.source);
    visit.unless_empty("Username", self.user_name);
    visit("Resources", self.resources);
    visit("CloudTrailEvent", self.json);
  }
};

struct EventSearch {
  bool insights = false;  // Insights events instead of management events
  state::Micros from = 0;
  state::Micros until = 0;  // inclusive
  /// What an event must have: EventId, EventName, ReadOnly, Username, ResourceType, ResourceName,
  /// EventSource or AccessKeyId, with its value.
  std::vector<std::pair<std::string, std::string>> attributes = {};
  std::string scope = {};  // of the tokens
  std::optional<std::string> next_token = {};
  std::size_t limit = 0;
};
struct FoundEvents {
  std::vector<FoundEvent> events = {};
  std::optional<std::string> next_token = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("Events", self.events);
    visit("NextToken", self.next_token);
  }
};

/// Finds a page of events, the newest first; those that several stores hold are shown once. Fails
/// with kInvalidNextToken.
Result<FoundEvents> search_events(const Context& context, const EventSearch& search);

/// Runs a statement of ours over events; any table in it is them. Takes the printed cells of each
/// row. Throws state::StorageError.
void ask_snapshot(const Service& service, std::shared_ptr<const events::Snapshot> snapshot,
                  const std::string& statement,
                  const std::function<bool(std::span<const std::string_view>)>& take);

/// Does so over the caller's event history and over each of the stores of a kind that can be asked.
void ask_events(const Context& context, events::StoreKind kind, const std::string& statement,
                const std::function<bool(std::span<const std::string_view>)>& take);

/// Quotes a text for SQL: 'it''s'.
std::string quote_text(std::string_view text);
/// Writes an instant as SQL does: timestamp '2024-05-01 00:00:00', with milliseconds where it has
/// some.
std::string print_timestamp(state::Micros at);

}  // namespace trailpond::engine
