#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "engine/delivery/event_facts.hpp"
#include "state/clock.hpp"
#include "state/ids.hpp"

/// CloudTrail Insights: unusual numbers of calls and of errors, minute by minute. What is unusual
/// is ours, since AWS does not say: ten calls of an operation in a minute or more, and at least
/// three times as many as on average in the seven days before. Sources: AWS user guide, "Working
/// with CloudTrail Insights", "CloudTrail record contents for Insights events for trails".
namespace trailpond::engine {

/// Whose Insights are watched: a trail, or an event data store, by its ARN.
struct InsightsLogger {
  std::string arn = {};
  std::string account = {};
  std::vector<std::string> types = {};  // ApiCallRateInsight, ApiErrorRateInsight
};

/// An Insights event that is to be delivered.
struct MadeInsight {
  std::string logger_arn = {};
  std::string account = {};
  std::string region = {};
  std::string event = {};  // JSON in the form that trails have, one line with a newline
};

/// Counts management events and finds what is unusual in the minutes that are over. It remembers
/// seven days, in memory alone. Safe from any thread.
class InsightsWatch {
 public:
  /// Counts an event that a logger logs.
  void observe(const InsightsLogger& logger, const std::string& region, const EventFacts& event);
  /// When the next minute is over, and `delay` later, as events arrive so late.
  state::Micros earliest_due(state::Micros delay) const;
  /// Ends the minutes that are over at a time, and answers what they show.
  std::vector<MadeInsight> end_minutes(state::Micros now, state::IdSource& ids);
  void clear();

 private:
  using Minute = std::int64_t;
  /// Counts by value, of each attribute that Insights tell of: who, by what, with which error.
  using Values = std::map<std::string, std::int64_t>;
  static constexpr std::size_t kAttributes = 3;
  struct Counts {
    std::int64_t calls = 0;
    std::array<Values, kAttributes> by_value = {};
    void add(const Counts& more);
    void subtract(const Counts& less);
  };
  /// Logger, type, Region, source, name, error of what is counted together.
  using Key =
      std::tuple<std::string, std::string, std::string, std::string, std::string, std::string>;
  struct Unusual {
    std::string shared_id = {};
    Minute began = 0;
    Counts baseline = {};
    std::int64_t baseline_minutes = 0;
    Counts seen = {};
  };
  struct Series {
    std::string account = {};
    std::map<Minute, Counts> open = {};
    std::map<Minute, Counts> past = {};
    Counts past_total = {};
    std::optional<Unusual> unusual = {};
  };
  void end_minute(const Key& key, Series& series, Minute minute, const Counts& counts,
                  state::IdSource& ids, std::vector<MadeInsight>& made);
  MadeInsight make(const Key& key, const Series& series, std::string_view state, Minute at,
                   std::int64_t minutes, state::IdSource& ids) const;
  void note_due();

  mutable std::mutex mutex_;
  std::map<Key, Series> series_ = {};
  std::map<std::string, Minute> since_ = {};         // when each logger's first event was seen
  std::atomic<Minute> next_minute_ = state::kNever;  // that is not over
};

/// Gives an Insights event of a trail the members that an event data store has in place of
/// `insightDetails`; an event that has them already is left as it is.
std::string flatten_insight(const boost::json::object& event, std::string_view source_arn,
                            bool keeps_details);
/// Gives an event that has both its form of a trail back. An event of a store is left as it is.
std::string unflatten_insight(std::string text);

}  // namespace trailpond::engine
