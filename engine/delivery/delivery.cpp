#include "engine/delivery/delivery.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <set>
#include <tuple>

#include "base/json_reading.hpp"
#include "base/members.hpp"
#include "base/text.hpp"
#include "engine/delivery/context.hpp"
#include "engine/delivery/selection.hpp"
#include "engine/delivery/trail_delivery.hpp"
#include "engine/resources/arn.hpp"
#include "engine/resources/trails.hpp"
#include "engine/rules.hpp"

namespace trailpond::engine {
namespace {

namespace json = boost::json;

/// A store or a trail takes events of an account in a Region.
template <class Record>
bool covers(const Record& record, const World& world, const std::string& account,
            const std::string& region) {
  return (record.account == account ||
          (record.organization && is_member(world.organization, account))) &&
         (record.region == region || record.multi_region);
}

/// Whether something that began (and perhaps ended) at times was there when a call was made. Events
/// have whole seconds.
bool was_there(const EventFacts& call, state::Micros began, state::Micros ended) {
  const auto at = state::parse_instant(call.time);
  return !at || (*at + state::kMicrosPerSecond > began && *at <= ended);
}

/// Services whose events are no Region's, which a trail may leave out. Source: AWS user guide,
/// "Global service events".
bool is_global(std::string_view source) {
  return source == "iam.amazonaws.com" || source == "sts.amazonaws.com" ||
         source == "cloudfront.amazonaws.com";
}

/// A store, and the events for it.
struct StoreIntake {
  std::shared_ptr<const state::EventDataStore> store;
  std::vector<AdvancedEventSelector> selectors;
  std::vector<ContextKeySelector> context_keys;
  InsightsLogger insights;
  std::string lines = {};
  std::int64_t count = 0;
};

struct TrailIntake {
  std::shared_ptr<const Trail> trail;
  TrailSelectors selectors;
  InsightsLogger insights;
  /// By account, Region, and whether they are Insights events.
  std::map<std::tuple<std::string, std::string, bool>, LogFile> files = {};
  std::int64_t count = 0;
};

template <class Record>
InsightsLogger logger_of(const Record& record) {
  InsightsLogger logger = {record.arn, record.account};
  for (const auto& selector : parse_items<InsightSelector>(record.insight_selectors)) {
    logger.types.push_back(selector.type);
  }
  return logger;
}

constexpr state::Micros kNow = 0;

/// Writes down what S3 said to a trail, where it was asked.
void note_taken(Service& service, const Trail& trail, const std::optional<std::string>& said) {
  if (said) {
    state::Writing writing(*service.state);
    note_delivery(service, writing, trail.arn, *said);
    writing.commit();
  }
}

class Delivery {
 public:
  Delivery(Service& service, Origin origin);
  void take(const AccountEvents& events);
  DeliveryReport finish();

 private:
  void take(const std::string& account, const std::string& region, std::string_view line);
  bool complete(json::object& event, const std::string& region, EventFacts& facts);
  state::Micros due_of(const LogFile& file) const;
  void deliver_to_trails();

  bool takes(const state::EventDataStore& store, const EventFacts& event) const {
    return origin_ == Origin::kPosted || was_there(event, store.created_at, state::kNever);
  }
  bool takes(const Trail& trail, const EventFacts& event) const {
    if (!trail.global_service_events && is_global(event.source)) {
      return false;
    }
    return origin_ == Origin::kPosted ||
           was_there(event, trail.logging_started_at,
                     trail.is_logging ? state::kNever : trail.logging_stopped_at);
  }

  Service& service_;
  Origin origin_;
  std::shared_ptr<const World> world_;
  std::vector<StoreIntake> stores_ = {};
  std::vector<TrailIntake> trails_ = {};
  std::set<std::string> refused_ = {};  // ARNs of trails whose bucket took nothing
  struct History {
    std::string lines = {};
    std::int64_t count = 0;
  };
  std::map<std::tuple<events::StoreKind, std::string, std::string>, History> history_ = {};
};

Delivery::Delivery(Service& service, Origin origin)
    : service_(service), origin_(origin), world_(service.world.get()) {
  for (const auto& store : service.state->event_data_stores().list_all()) {
    const bool ingests = store->status == state::StoreStatus::kEnabled;
    if (ingests && (origin == Origin::kPosted || store->takes_calls)) {
      stores_.push_back({store, parse_items<AdvancedEventSelector>(store->selectors),
                         parse_items<ContextKeySelector>(store->context_keys), logger_of(*store)});
    }
  }
  for (const auto& trail : service.state->get<Trails>().list_all()) {
    const bool logged = trail->is_logging || origin == Origin::kCalls;
    if (logged && trail->logging_started_at != 0) {
      trails_.push_back({trail, selectors_of(*trail), logger_of(*trail)});
    }
  }
}

/// Gives an event what every event of AWS has, an id and a Region; true where it lacked any.
bool Delivery::complete(json::object& event, const std::string& region, EventFacts& facts) {
  const bool has_region = is_region(facts.region);
  const bool has_id = !facts.id.empty();
  if (!has_region) {
    facts.region = region;
    event["awsRegion"] = region;
  }
  if (!has_id) {
    facts.id = service_.ids.next("posted event");
    event["eventID"] = facts.id;
  }
  return !has_region || !has_id;
}

void Delivery::take(const AccountEvents& events) {
  for_each_line(events.lines,
                [&](std::string_view line) { take(events.account, events.region, line); });
}

void Delivery::take(const std::string& account, const std::string& region, std::string_view line) {
  boost::system::error_code error;
  json::value event = json::parse({line.data(), line.size()}, error);
  if (error || !event.is_object()) {
    return;
  }
  EventFacts facts = read_facts(event.get_object());
  std::string completed;
  if (complete(event.get_object(), region, facts)) {
    completed = json::serialize(event);
    line = completed;
  }
  const std::string& where = facts.region;
  const bool is_insight = facts.category == "Insight";
  if (is_insight || facts.category == "Management") {
    const auto kind = is_insight ? events::StoreKind::kInsights : events::StoreKind::kCloudTrail;
    History& history = history_[{kind, account, where}];
    if (is_insight) {
      history.lines += flatten_insight(event.get_object(), {}, true);
    } else {
      history.lines += line;
    }
    history.lines.push_back('\n');
    ++history.count;
  }
  for (StoreIntake& intake : stores_) {
    if (covers(*intake.store, *world_, account, where) && takes(*intake.store, facts) &&
        selects_any(intake.selectors, facts)) {
      if (is_insight) {
        intake.lines += flatten_insight(event.get_object(), {}, false);
      } else if (intake.context_keys.empty()) {
        intake.lines += line;
      } else {
        intake.lines += with_context(*service_.state, intake.context_keys, event.get_object());
      }
      intake.lines.push_back('\n');
      ++intake.count;
      service_.insights.observe(intake.insights, where, facts);
    }
  }
  for (TrailIntake& intake : trails_) {
    const bool wanted =
        is_insight ? !intake.insights.types.empty() : selects(intake.selectors, facts);
    if (wanted && covers(*intake.trail, *world_, account, where) && takes(*intake.trail, facts)) {
      LogFile& file = intake.files[{account, where, is_insight}];
      file.account = account;
      file.region = where;
      file.insights = is_insight;
      file.add(line, facts.time);
      ++intake.count;
      service_.insights.observe(intake.insights, where, facts);
    }
  }
}

/// When the log file of some events is due: of recorded calls, at the end of the five minutes in
/// which they are delivered.
state::Micros Delivery::due_of(const LogFile& file) const {
  const state::Micros delay = world_->call_delay.value_or(kCallDelay);
  const auto first = state::parse_instant(file.oldest);
  if (origin_ == Origin::kPosted || delay == 0 || !first) {
    return kNow;
  }
  return (*first + delay + kLogFileTime - 1) / kLogFileTime * kLogFileTime;
}

/// Gives the trails what they took, and writes down what S3 said.
void Delivery::deliver_to_trails() {
  for (TrailIntake& intake : trails_) {
    std::optional<std::string> outcome;
    for (auto& [place, file] : intake.files) {
      const state::Micros due = due_of(file);
      const auto said = service_.trail_deliveries->take(*intake.trail, std::move(file), due);
      outcome = said && (!outcome || outcome->empty()) ? said : outcome;
    }
    note_taken(service_, *intake.trail, outcome);
    if (outcome && !outcome->empty()) {
      refused_.insert(intake.trail->arn);
    }
  }
}

DeliveryReport Delivery::finish() {
  DeliveryReport report;
  for (const auto& [place, history] : history_) {
    const auto& [kind, account, region] = place;
    service_.history.append(kind, account, region, history.lines);
    report.history += history.count;
  }
  for (const StoreIntake& intake : stores_) {
    if (intake.count > 0) {
      service_.events.get(*intake.store)->append(intake.lines, "delivery");
      report.stores[intake.store->arn] = intake.count;
    }
  }
  deliver_to_trails();
  for (const TrailIntake& intake : trails_) {
    if (intake.count > 0 && !refused_.contains(intake.trail->arn)) {
      report.trails[intake.trail->arn] = intake.count;
    }
  }
  return report;
}

}  // namespace

DeliveryReport deliver(Service& service, Origin origin, const std::vector<AccountEvents>& events) {
  Delivery delivery(service, origin);
  for (const AccountEvents& each : events) {
    delivery.take(each);
  }
  return delivery.finish();
}

void deliver_insights(Service& service, state::Micros until) {
  const auto& stores = service.state->event_data_stores();
  for (const MadeInsight& made : service.insights.end_minutes(until, service.ids)) {
    const json::value event = json::parse(made.event);
    const auto source = stores.find(made.logger_arn);
    if (!source) {
      service.history.append(events::StoreKind::kInsights, made.account, made.region,
                             flatten_insight(event.get_object(), made.logger_arn, true));
      if (const auto trail = service.state->get<Trails>().find(made.logger_arn)) {
        LogFile file = {made.account, made.region, true};
        file.add(made.event, text_of(find_member(&event, "eventTime")));
        note_taken(service, *trail, service.trail_deliveries->take(*trail, std::move(file), kNow));
      }
      continue;
    }
    const auto destination = stores.find(source->insights_destination);
    if (destination && destination->status == state::StoreStatus::kEnabled) {
      service.events.get(*destination)
          ->append(flatten_insight(event.get_object(), source->arn, false), "Insights");
    }
  }
}

void deliver_calls(Service& service, state::Micros now) {
  std::vector<AccountEvents> events;
  for (const RecordedCall& call : service.calls.take(now)) {
    const auto& [account, region] = call.caller();
    if (events.empty() || events.back().account != account || events.back().region != region) {
      events.push_back({account, region});
    }
    events.back().lines += call.print(service.ids.next("call"));
  }
  if (!events.empty()) {
    deliver(service, Origin::kCalls, events);
  }
}

}  // namespace trailpond::engine
