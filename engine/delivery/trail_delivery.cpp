#include "engine/delivery/trail_delivery.hpp"

#include <algorithm>
#include <chrono>

#include "engine/delivery/digests.hpp"
#include "engine/settle.hpp"

namespace trailpond::engine {
namespace {

using Pointer = std::shared_ptr<const WaitingLog>;

void settle_log(Settling& settling, const WaitingLog& record) {
  WaitingLog log = record;
  log.due_at = 0;
  settling.service.state->get<WaitingLogs>().put(settling.writing, std::move(log));
  settling.then.deliver_logs = true;
}

const DueRule<WaitingLogs> kLogRule(settle_log);

bool belong_together(const WaitingLog& a, const WaitingLog& b) {
  return a.trail_arn == b.trail_arn && a.file.account == b.file.account &&
         a.file.region == b.file.region && a.file.insights == b.file.insights;
}

/// Lists the first log that is due, and all that go into the same file.
std::vector<Pointer> list_ready(const WaitingLogs& logs) {
  std::vector<Pointer> ready;
  for (const auto& log : logs.list_all()) {
    if (log->due_at == 0 && (ready.empty() || belong_together(*ready.front(), *log))) {
      ready.push_back(log);
    }
  }
  return ready;
}

/// Drops the oldest logs where too much waits.
void drop_oldest(WaitingLogs& logs, state::Writing& writing) {
  const auto all = logs.list_all();
  std::size_t bytes = 0;
  for (auto log = all.rbegin(); log != all.rend(); ++log) {
    bytes += (*log)->file.events.size();
    if (bytes > kMostWaitingBytes && log != all.rbegin()) {
      logs.erase(writing, (*log)->id);
    }
  }
}

}  // namespace

void note_delivery(Service& service, state::Writing& writing, const std::string& trail_arn,
                   const std::string& error) {
  auto& trails = service.state->get<Trails>();
  if (const auto current = trails.find(trail_arn)) {
    const state::Micros now = service.clock.now();
    Trail trail = *current;
    trail.delivery_attempted_at = now;
    trail.delivered_at = error.empty() ? now : trail.delivered_at;
    trail.delivery_error = error;
    trails.put(writing, std::move(trail));
  }
}

bool TrailDelivery::is_remote() const { return service_.objects && service_.objects->is_remote(); }

std::optional<std::string> TrailDelivery::take(const Trail& trail, LogFile file,
                                               state::Micros due_at) {
  const state::Micros now = service_.clock.now();
  WaitingLog log;
  log.trail_arn = trail.arn;
  log.file = std::move(file);
  log.since = now;
  log.due_at = due_at <= now ? 0 : due_at;
  std::optional<std::string> error;
  const bool others_are_due = expects_.load(std::memory_order_acquire);  // perhaps for this file
  if (log.due_at == 0 && !is_remote() && !others_are_due) {
    error = deliver(trail, log.file, {});
    if (error->empty()) {
      return error;
    }
    log.due_at = now + kRedeliveryTime;
  }
  keep(std::move(log));
  work();
  return error;
}

/// An id that stands behind all before it, whatever the server's clock says.
std::string TrailDelivery::next_id() {
  const auto now =
      std::chrono::system_clock::now().time_since_epoch() / std::chrono::microseconds(1);
  const std::lock_guard lock(counting_);
  last_number_ = std::max<std::int64_t>(last_number_ + 1, now);
  const std::string number = std::to_string(last_number_);
  constexpr std::size_t kDigits = 19;
  return std::string(kDigits - std::min(kDigits, number.size()), '0') + number + " " +
         service_.ids.next("waiting log");
}

void TrailDelivery::keep(WaitingLog log) {
  log.id = next_id();
  const bool due = log.due_at == 0;
  auto& logs = service_.state->get<WaitingLogs>();
  state::Writing writing(*service_.state);
  drop_oldest(logs, writing);
  logs.put(writing, std::move(log));
  writing.commit();
  if (due) {
    expect();
  }
}

/// Writes a log file and its line in the next digest; answers what S3 said.
std::string TrailDelivery::deliver(const Trail& trail, const LogFile& file,
                                   const std::stop_token& stop) {
  try {
    const WrittenLog written = write_log_file(service_, trail, file, stop);
    if (trail.validates_log_files) {
      state::Writing writing(*service_.state);
      add_to_digest(service_, writing, trail, file, written);
      writing.commit();
    }
    return {};
  } catch (const s3::Trouble& trouble) {
    return trouble.code;
  }
}

void TrailDelivery::work() {
  if (!expects_.exchange(false, std::memory_order_acq_rel)) {
    return;
  }
  if (is_remote()) {
    if (background_) {
      background_->poke();
    }
    return;
  }
  while (step({})) {
  }
}

void TrailDelivery::resume() {
  expect();
  work();
}

bool TrailDelivery::step(const std::stop_token& stop) {
  const std::lock_guard lock(working_);
  // Digests first: what is delivered now belongs to the time that they do not cover.
  return write_next_digest(service_, stop) || (!stop.stop_requested() && deliver_waiting(stop));
}

/// Delivers what is due of one trail, account and Region as one file; false where nothing is.
bool TrailDelivery::deliver_waiting(const std::stop_token& stop) {
  auto& logs = service_.state->get<WaitingLogs>();
  const auto ready = list_ready(logs);
  if (ready.empty()) {
    return false;
  }
  const std::string& arn = ready.front()->trail_arn;
  const auto trail = service_.state->get<Trails>().find(arn);
  std::string error;
  if (trail) {
    LogFile file = ready.front()->file;
    for (auto more = ready.begin() + 1; more != ready.end(); ++more) {
      file.add((*more)->file);
    }
    error = deliver(*trail, file, stop);
  }
  if (!error.empty() && stop.stop_requested()) {
    return false;
  }
  const state::Micros now = service_.clock.now();
  state::Writing writing(*service_.state);
  for (const Pointer& log : ready) {
    if (!logs.contains(log->id)) {
      continue;  // a reset came in between
    }
    if (error.empty() || log->since + kMostRedeliveryTime < now) {
      logs.erase(writing, log->id);
    } else {
      WaitingLog again = *log;
      again.due_at = now + kRedeliveryTime;
      logs.put(writing, std::move(again));
    }
  }
  note_delivery(service_, writing, arn, error);
  writing.commit();
  return true;
}

}  // namespace trailpond::engine
