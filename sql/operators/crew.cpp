#include "sql/operators/crew.hpp"

#include <algorithm>
#include <exception>
#include <system_error>
#include <thread>

#include "sql/operators/tuples.hpp"

namespace trailpond::sql {
namespace {

/// How many more threads so many rows are worth.
unsigned worth(const Watch& watch, std::size_t rows) {
  if (watch.threads <= 1) return 0;
  const std::size_t most = std::max<std::size_t>(1, rows / watch.rows_per_thread);
  return static_cast<unsigned>(std::min<std::size_t>(watch.threads, most)) - 1;
}

/// What each of several parts is told to stop by, and how it failed.
class Parts {
 public:
  Parts(const Watch& watch, std::size_t count, MemoryAccount* account)
      : watch_(watch), account_(account), stops_(count), failures_(count) {}

  void run(std::size_t part, const std::function<void(std::size_t, Watch&)>& body) {
    Watch watch;
    watch.stop = stops_[part].get_token();
    watch.deadline = watch_.deadline;
    try {
      body(part, watch);
    } catch (...) {
      failures_[part] = std::current_exception();
      for (std::size_t later = part + 1; later < stops_.size(); ++later)
        stops_[later].request_stop();
    }
  }

  void run_elsewhere(std::size_t part, const std::function<void(std::size_t, Watch&)>& body) {
    const MemoryAccountUser user(account_);
    run(part, body);
  }

  void stop() {
    for (std::stop_source& source : stops_) source.request_stop();
  }

  void rethrow() {
    const auto first =
        std::ranges::find_if(failures_, [](const auto& one) { return one != nullptr; });
    if (first != failures_.end()) std::rethrow_exception(*first);
  }

 private:
  const Watch& watch_;
  MemoryAccount* account_;
  std::vector<std::stop_source> stops_;
  std::vector<std::exception_ptr> failures_;
};

}  // namespace

std::vector<RowRange> cut(RowRange rows, std::size_t parts) {
  const std::size_t batches = (rows.end - rows.begin + kTuples - 1) / kTuples;
  std::vector<RowRange> ranges;
  std::size_t begin = rows.begin;
  for (std::size_t part = 1; part <= parts; ++part) {
    const std::size_t end = std::min(rows.end, rows.begin + batches * part / parts * kTuples);
    ranges.push_back({begin, end});
    begin = end;
  }
  return ranges;
}

Crew::Crew(const Watch& watch, std::size_t rows)
    : share_(Processors::take_free(watch.processors, worth(watch, rows))) {}

void Crew::run(const Watch& watch, std::size_t parts,
               const std::function<void(std::size_t part, Watch& watch)>& body) {
  Parts all(watch, parts, MemoryAccount::current());
  const std::stop_callback on_stop(watch.stop, [&] { all.stop(); });
  {
    std::vector<std::jthread> threads;
    std::size_t started = 1;
    try {
      for (; started < parts; ++started)
        threads.emplace_back([&, part = started] { all.run_elsewhere(part, body); });
    } catch (const std::system_error&) {
      // The system has no thread left: this one does what is left.
    }
    all.run(0, body);
    for (; started < parts; ++started) all.run(started, body);
  }
  all.rethrow();
}

}  // namespace trailpond::sql
