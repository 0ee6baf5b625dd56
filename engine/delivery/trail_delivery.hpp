#pragma once
#include <atomic>
#include <mutex>
#include <optional>
#include <string>

#include "engine/background.hpp"
#include "engine/delivery/log_files.hpp"
#include "state/repository.hpp"

namespace trailpond::engine {

/// Recorded calls go into log files so often, by the server's clock. Source: AWS user guide, "How
/// CloudTrail works": about every five minutes.
constexpr state::Micros kLogFileTime = 5 * 60 * state::kMicrosPerSecond;
/// What S3 refused is delivered again after this time (ours), and for so long. Source: AWS user
/// guide, "CloudTrail concepts": 30 days.
constexpr state::Micros kRedeliveryTime = kLogFileTime;
constexpr state::Micros kMostRedeliveryTime = 30 * state::kMicrosPerDay;
/// The most text that waits; then the oldest is dropped. Ours.
constexpr std::size_t kMostWaitingBytes = std::size_t{1} << 30;

/// Events that wait to be delivered by a trail.
struct WaitingLog {
  static constexpr const char* kTable = "waiting_logs";
  std::string id = {};  // in the order in which they came
  std::string trail_arn = {};
  LogFile file = {};
  state::Micros since = 0;
  state::Micros due_at = 0;  // 0: now

  const std::string& record_key() const { return id; }
  std::string_view owner() const { return file.account; }
  std::string_view region_name() const { return file.region; }
  state::Place place() const { return {0, id}; }
  state::Micros due() const { return due_at == 0 ? state::kNever : due_at; }
  template <class Self, class Visit>
  static void visit_columns(Self& self, Visit&& visit) {
    visit("id", self.id);
    visit("trail_arn", self.trail_arn);
    visit("account", self.file.account);
    visit("region", self.file.region);
    visit("insights", self.file.insights);
    visit("events", self.file.events);
    visit("oldest", self.file.oldest);
    visit("newest", self.file.newest);
    visit("since", self.since);
    visit("due_at", self.due_at);
  }
};
using WaitingLogs = state::Repository<WaitingLog>;

/// Delivers the log files of trails and their digests: into a folder at once, on the thread that
/// asks, behind an endpoint in the background. What waits is a record, so that a restart goes on.
class TrailDelivery {
 public:
  explicit TrailDelivery(Service& service) : service_(service) {}

  /// Takes events for a trail, to be delivered at a time. Answers what S3 said (empty: nothing) or
  /// nullopt where it has not been asked yet. Who calls does not write to the state.
  std::optional<std::string> take(const Trail& trail, LogFile file, state::Micros due_at);
  /// Tells that a record is due; it must be there already.
  void expect() { expects_.store(true, std::memory_order_release); }
  /// Does what is due, or has it done; costs nothing where nothing is. The same holds as for
  /// take().
  void work();
  /// Begins where a restart finds something to do.
  void resume();
  /// Ends the work in the background.
  void stop() { background_.reset(); }

 private:
  bool is_remote() const;
  std::string deliver(const Trail& trail, const LogFile& file, const std::stop_token& stop);
  void keep(WaitingLog log);
  std::string next_id();
  bool step(const std::stop_token& stop);
  bool deliver_waiting(const std::stop_token& stop);

  Service& service_;
  std::atomic<bool> expects_ = false;
  std::mutex working_;   // one step at a time
  std::mutex counting_;  // guards:
  std::int64_t last_number_ = 0;
  std::optional<Background> background_{std::in_place,
                                        [this](const std::stop_token& stop) { return step(stop); }};
};

/// Writes down what S3 said to a trail's delivery (empty: nothing) at a time.
void note_delivery(Service& service, state::Writing& writing, const std::string& trail_arn,
                   const std::string& error);

}  // namespace trailpond::engine
