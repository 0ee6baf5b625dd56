#include "engine/delivery/insights.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/json_reading.hpp"
#include "base/json_writer.hpp"

namespace trailpond::engine {
namespace {

namespace json = boost::json;

constexpr state::Micros kMinute = 60 * state::kMicrosPerSecond;
constexpr std::int64_t kBaselineMinutes = 7 * 24 * 60;
constexpr std::int64_t kLeastCalls = 10;
constexpr double kTimesTheBaseline = 3;
constexpr std::size_t kShownValues = 5;
constexpr std::array<std::string_view, 3> kAttributeNames = {"userIdentityArn", "userAgent",
                                                             "errorCode"};
constexpr std::string_view kErrorRate = "ApiErrorRateInsight";

double average_of(std::int64_t calls, std::int64_t minutes) {
  return static_cast<double>(calls) / static_cast<double>(minutes);
}

void write_double(JsonWriter& json, std::string_view name, double value) {
  json.key(name);
  json.json(json::serialize(json::value(value)));
}

/// The values of an attribute that came most often, each with its average a minute.
void write_values(JsonWriter& json, std::string_view name,
                  const std::map<std::string, std::int64_t>& values, std::int64_t minutes) {
  std::vector<std::pair<std::int64_t, std::string>> sorted;
  for (const auto& [value, count] : values) {
    sorted.emplace_back(-count, value);
  }
  std::sort(sorted.begin(), sorted.end());
  sorted.resize(std::min(sorted.size(), kShownValues));
  json.key(name);
  json.open_list();
  for (const auto& [count, value] : sorted) {
    json.open_object();
    json.member("value", value);
    write_double(json, "average", average_of(-count, minutes));
    json.close_object();
  }
  json.close_list();
}

void write_average(JsonWriter& json, std::string_view name, std::int64_t calls,
                   std::int64_t minutes) {
  json.key(name);
  json.open_object();
  write_double(json, "average", average_of(calls, minutes));
  json.close_object();
}

std::string find_user(const EventFacts& event) {
  for (const auto& [name, value] : event.fields) {
    if (name == "userIdentity.arn") {
      return value;
    }
  }
  return "null";
}

bool is_unusual(std::int64_t calls, std::int64_t baseline_calls, std::int64_t baseline_minutes) {
  return calls >= kLeastCalls &&
         static_cast<double>(calls) >=
             kTimesTheBaseline * average_of(baseline_calls, baseline_minutes);
}

std::string or_null(const std::string& text) { return text.empty() ? "null" : text; }

}  // namespace

void InsightsWatch::Counts::add(const Counts& more) {
  calls += more.calls;
  for (std::size_t i = 0; i < kAttributes; ++i) {
    for (const auto& [value, count] : more.by_value[i]) {
      by_value[i][value] += count;
    }
  }
}

void InsightsWatch::Counts::subtract(const Counts& less) {
  calls -= less.calls;
  for (std::size_t i = 0; i < kAttributes; ++i) {
    for (const auto& [value, count] : less.by_value[i]) {
      const auto found = by_value[i].find(value);
      found->second -= count;
      if (found->second == 0) {
        by_value[i].erase(found);
      }
    }
  }
}

void InsightsWatch::observe(const InsightsLogger& logger, const std::string& region,
                            const EventFacts& event) {
  const auto at = state::parse_instant(event.time);
  if (!at || event.category != "Management") {
    return;
  }
  const Minute minute = *at / kMinute;
  const std::lock_guard lock(mutex_);
  for (const std::string& type : logger.types) {
    const bool errors = type == kErrorRate;
    if (errors ? event.error_code.empty() : event.reads) {
      continue;
    }
    Series& series = series_[{logger.arn, type, region, event.source, event.name,
                              errors ? event.error_code : std::string()}];
    series.account = logger.account;
    Counts& counts = series.open[minute];
    ++counts.calls;
    ++counts.by_value[0][find_user(event)];
    ++counts.by_value[1][or_null(event.user_agent)];
    ++counts.by_value[2][or_null(event.error_code)];
  }
  const auto [since, first] = since_.try_emplace(logger.arn, minute);
  since->second = std::min(since->second, minute);
  next_minute_.store(std::min(next_minute_.load(), minute), std::memory_order_release);
}

void InsightsWatch::note_due() {
  Minute next = state::kNever;
  for (const auto& [key, series] : series_) {
    if (!series.open.empty()) {
      next = std::min(next, series.open.begin()->first);
    }
    if (series.unusual) {
      next = std::min(next, series.past.rbegin()->first + 1);
    }
  }
  next_minute_.store(next, std::memory_order_release);
}

state::Micros InsightsWatch::earliest_due(state::Micros delay) const {
  const Minute next = next_minute_.load(std::memory_order_acquire);
  return next == state::kNever ? state::kNever : (next + 1) * kMinute + delay;
}

std::vector<MadeInsight> InsightsWatch::end_minutes(state::Micros now, state::IdSource& ids) {
  const Minute current = now / kMinute;
  std::vector<MadeInsight> made;
  const std::lock_guard lock(mutex_);
  for (auto& [key, series] : series_) {
    while (true) {
      const Minute opened = series.open.empty() ? current : series.open.begin()->first;
      // While something is unusual, a minute without any call counts, too.
      const Minute minute =
          series.unusual ? std::min(opened, series.past.rbegin()->first + 1) : opened;
      if (minute >= current) {
        break;
      }
      auto taken = series.open.extract(minute);
      end_minute(key, series, minute, taken.empty() ? Counts() : taken.mapped(), ids, made);
    }
  }
  std::erase_if(series_, [&](const auto& each) {
    return each.second.open.empty() && each.second.past.empty();
  });
  note_due();
  return made;
}

void InsightsWatch::end_minute(const Key& key, Series& series, Minute minute, const Counts& counts,
                               state::IdSource& ids, std::vector<MadeInsight>& made) {
  while (!series.past.empty() && series.past.begin()->first < minute - kBaselineMinutes) {
    series.past_total.subtract(series.past.begin()->second);
    series.past.erase(series.past.begin());
  }
  if (!series.unusual) {
    const Counts& baseline = series.past_total;
    const Minute known = minute - since_.at(std::get<0>(key));
    const Minute minutes = std::clamp<Minute>(known, 1, kBaselineMinutes);
    if (is_unusual(counts.calls, baseline.calls, minutes)) {
      series.unusual = Unusual{ids.next("insight"), minute, baseline, minutes, counts};
      made.push_back(make(key, series, "Start", minute, 1, ids));
    }
  } else {
    const Unusual& unusual = *series.unusual;
    if (is_unusual(counts.calls, unusual.baseline.calls, unusual.baseline_minutes)) {
      series.unusual->seen.add(counts);
    } else {
      made.push_back(make(key, series, "End", minute, minute - unusual.began, ids));
      series.unusual.reset();
    }
  }
  series.past[minute].add(counts);
  series.past_total.add(counts);
}

MadeInsight InsightsWatch::make(const Key& key, const Series& series, std::string_view state,
                                Minute at, std::int64_t minutes, state::IdSource& ids) const {
  const auto& [logger, type, region, source, name, error] = key;
  const Unusual& unusual = *series.unusual;
  MadeInsight made = {logger, series.account, region};
  JsonWriter json(made.event);
  json.open_object();
  json.member("eventVersion", "1.10");
  json.member("eventTime", state::print_second(at * kMinute));
  json.member("awsRegion", region);
  json.member("eventID", ids.next("insight event"));
  json.member("eventType", "AwsCloudTrailInsight");
  json.member("recipientAccountId", series.account);
  json.member("sharedEventID", unusual.shared_id);
  json.key("insightDetails");
  json.open_object();
  json.member("state", state);
  json.member("eventSource", source);
  json.member("eventName", name);
  json.member("insightType", type);
  if (!error.empty()) {
    json.member("errorCode", error);
  }
  json.key("insightContext");
  json.open_object();
  json.key("statistics");
  json.open_object();
  write_average(json, "baseline", unusual.baseline.calls, unusual.baseline_minutes);
  write_average(json, "insight", unusual.seen.calls, minutes);
  json.member("insightDuration", minutes);
  json.member("baselineDuration", unusual.baseline_minutes);
  json.close_object();
  json.key("attributions");
  json.open_list();
  for (std::size_t i = 0; i < kAttributes; ++i) {
    json.open_object();
    json.member("attribute", kAttributeNames[i]);
    write_values(json, "insight", unusual.seen.by_value[i], minutes);
    write_values(json, "baseline", unusual.baseline.by_value[i], unusual.baseline_minutes);
    json.close_object();
  }
  json.close_list();
  json.close_object();
  json.close_object();
  json.member("eventCategory", "Insight");
  json.close_object();
  made.event += '\n';
  return made;
}

void InsightsWatch::clear() {
  const std::lock_guard lock(mutex_);
  series_.clear();
  since_.clear();
  note_due();
}

namespace {

/// Members of insightDetails, and the columns that hold them in a store. Source: AWS user guide,
/// "CloudTrail Insights event fields for event data stores".
using Names = std::pair<std::string_view, std::string_view>;
constexpr std::array kDetailColumns = {
    Names{"state", "insightState"}, Names{"eventSource", "insightEventSource"},
    Names{"eventName", "insightEventName"}, Names{"errorCode", "insightErrorCode"},
    Names{"insightType", "insightType"}};

void copy(const json::value* from, std::string_view name, json::object& to,
          std::string_view new_name) {
  if (const json::value* value = find_member(from, name)) {
    to[json::string_view(new_name.data(), new_name.size())] = *value;
  }
}

/// The first of a list of values, in members of its own: stores have both.
void copy_first(const json::object& from, std::string_view list, json::object& to,
                std::string_view value_name, std::string_view average_name) {
  const json::value* values = from.if_contains({list.data(), list.size()});
  if (values != nullptr && values->is_array() && !values->get_array().empty()) {
    copy(&values->get_array().front(), "value", to, value_name);
    copy(&values->get_array().front(), "average", to, average_name);
  }
}

json::array flatten_attributions(const json::value* attributions) {
  json::array flat;
  if (attributions == nullptr || !attributions->is_array()) {
    return flat;
  }
  for (const json::value& each : attributions->get_array()) {
    if (const json::object* attribution = each.if_object()) {
      json::object copied = *attribution;
      copy_first(*attribution, "insight", copied, "insightValue", "insightAverage");
      copy_first(*attribution, "baseline", copied, "baselineValue", "baselineAverage");
      flat.push_back(std::move(copied));
    }
  }
  return flat;
}

}  // namespace

std::string flatten_insight(const json::object& event, std::string_view source_arn,
                            bool keeps_details) {
  const json::value* details = event.if_contains("insightDetails");
  if (details == nullptr) {
    return json::serialize(event);
  }
  json::object flat;
  for (const auto& member : event) {
    if (keeps_details || member.key() != "insightDetails") {
      flat[member.key()] = member.value();
    }
  }
  if (!source_arn.empty()) {
    flat["insightSource"] = json::string_view(source_arn.data(), source_arn.size());
  }
  for (const auto& [name, column] : kDetailColumns) {
    copy(details, name, flat, column);
  }
  const json::value* context = find_member(details, "insightContext");
  const json::value* statistics = find_member(context, "statistics");
  json::object flat_context;
  copy(find_member(statistics, "baseline"), "average", flat_context, "baselineAverage");
  copy(find_member(statistics, "insight"), "average", flat_context, "insightAverage");
  copy(statistics, "baselineDuration", flat_context, "baselineDuration");
  copy(statistics, "insightDuration", flat_context, "insightDuration");
  flat_context["attributions"] = flatten_attributions(find_member(context, "attributions"));
  flat["insightContext"] = std::move(flat_context);
  return json::serialize(flat);
}

std::string unflatten_insight(std::string text) {
  boost::system::error_code error;
  json::value event = json::parse(text, error);
  if (error || !event.is_object() || !event.get_object().contains("insightDetails")) {
    return text;
  }
  json::object& members = event.get_object();
  for (const auto& [name, column] : kDetailColumns) {
    members.stable_erase({column.data(), column.size()});
  }
  members.stable_erase("insightSource");
  members.stable_erase("insightContext");
  return json::serialize(event);
}

}  // namespace trailpond::engine
