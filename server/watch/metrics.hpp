#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/watch/journal.hpp"

/// Numbers for Prometheus.
namespace trailpond::watch {

/// Upper bounds of the buckets of durations, seconds.
inline constexpr std::array kBuckets = {0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025,
                                        0.005,   0.01,   0.025,   0.05,   0.1,   0.25,
                                        0.5,     1.0,    2.5,     5.0,    10.0};

/// Counts the calls of the CloudTrail API. Safe from any thread.
class Metrics {
 public:
  void count(const Call& call);

  struct Operation {
    std::map<std::string, std::uint64_t> by_code = {};  // OK, or the name of the error
    std::array<std::uint64_t, kBuckets.size() + 1> buckets = {};
    std::uint64_t count = 0;
    std::int64_t nanoseconds = 0;
    std::uint64_t faults = 0;
  };
  std::map<std::string, Operation> operations() const;

 private:
  struct Counted {
    std::string_view name;
    std::vector<std::pair<std::string_view, std::uint64_t>> by_code = {};
    Operation numbers = {};
  };
  mutable std::mutex mutex_;
  std::vector<Counted> counted_ = {};
};

/// Writes Prometheus' text format. Source: Prometheus, "Exposition formats", version 0.0.4.
class MetricsWriter {
 public:
  explicit MetricsWriter(std::string& out) : out_(out) {}
  using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

  /// Begins a family: its samples follow.
  void family(std::string_view name, std::string_view type, std::string_view help);
  void sample(const Labels& labels, double value, std::string_view suffix = {});

 private:
  std::string& out_;
  std::string name_ = {};
};

/// Writes what was counted: requests by operation and code, their durations, faults.
void write_operations(MetricsWriter& writer, const Metrics& metrics);
/// Writes what the system tells of this process: memory, time, files, as Prometheus' clients do.
void write_process(MetricsWriter& writer);

}  // namespace trailpond::watch
