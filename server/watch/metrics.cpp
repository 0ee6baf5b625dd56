#include "server/watch/metrics.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>

namespace trailpond::watch {
namespace {

constexpr std::string_view kOk = "OK";

std::string print_number(double value) {
  if (std::isinf(value)) {
    return value > 0 ? "+Inf" : "-Inf";
  }
  std::array<char, 32> digits;
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr};
}

}  // namespace

void Metrics::count(const Call& call) {
  const std::string_view code = call.error.empty() ? kOk : call.error;
  const double seconds = static_cast<double>(call.duration) / 1e9;
  const auto bucket = static_cast<std::size_t>(
      std::lower_bound(kBuckets.begin(), kBuckets.end(), seconds) - kBuckets.begin());
  const std::lock_guard lock(mutex_);
  // Names are literals of tables: the place of the text tells one from another.
  auto found = std::find_if(counted_.begin(), counted_.end(), [&](const Counted& known) {
    return known.name.data() == call.operation.data();
  });
  if (found == counted_.end()) {
    found = counted_.insert(found, Counted{call.operation});
  }
  auto of_code = std::find_if(found->by_code.begin(), found->by_code.end(),
                              [&](const auto& known) { return known.first == code; });
  if (of_code == found->by_code.end()) {
    of_code = found->by_code.insert(of_code, {code, 0});
  }
  ++of_code->second;
  Operation& numbers = found->numbers;
  ++numbers.buckets[bucket];
  ++numbers.count;
  numbers.nanoseconds += call.duration;
  numbers.faults += call.fault.empty() ? 0 : 1;
}

std::map<std::string, Metrics::Operation> Metrics::operations() const {
  std::map<std::string, Operation> all;
  const std::lock_guard lock(mutex_);
  for (const Counted& counted : counted_) {
    Operation& operation = all[std::string(counted.name)];
    for (const auto& [code, count] : counted.by_code) {
      operation.by_code[std::string(code)] += count;
    }
    for (std::size_t i = 0; i < operation.buckets.size(); ++i) {
      operation.buckets[i] += counted.numbers.buckets[i];
    }
    operation.count += counted.numbers.count;
    operation.nanoseconds += counted.numbers.nanoseconds;
    operation.faults += counted.numbers.faults;
  }
  return all;
}

void MetricsWriter::family(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  out_ += "# HELP " + name_ + " " + std::string(help) + "\n";
  out_ += "# TYPE " + name_ + " " + std::string(type) + "\n";
}

void MetricsWriter::sample(const Labels& labels, double value, std::string_view suffix) {
  out_ += name_;
  out_ += suffix;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    out_ += i == 0 ? '{' : ',';
    out_ += labels[i].first;
    out_ += "=\"";
    for (const char c : labels[i].second) {
      if (c == '\n') {
        out_ += "\\n";
        continue;
      }
      if (c == '"' || c == '\\') {
        out_ += '\\';
      }
      out_ += c;
    }
    out_ += '"';
  }
  out_ += labels.empty() ? " " : "} ";
  out_ += print_number(value) + "\n";
}

void write_operations(MetricsWriter& writer, const Metrics& metrics) {
  const auto operations = metrics.operations();
  writer.family("trailpond_requests_total", "counter",
                "Requests to the CloudTrail API, by the error that they were answered with.");
  for (const auto& [name, operation] : operations) {
    for (const auto& [code, count] : operation.by_code) {
      writer.sample({{"operation", name}, {"code", code}}, static_cast<double>(count));
    }
  }
  writer.family("trailpond_request_duration_seconds", "histogram",
                "How long the requests took, without their way over the network.");
  for (const auto& [name, operation] : operations) {
    std::uint64_t below = 0;
    for (std::size_t i = 0; i <= kBuckets.size(); ++i) {
      below += operation.buckets[i];
      const std::string bound = i < kBuckets.size() ? print_number(kBuckets[i]) : "+Inf";
      writer.sample({{"operation", name}, {"le", bound}}, static_cast<double>(below), "_bucket");
    }
    writer.sample({{"operation", name}}, static_cast<double>(operation.nanoseconds) / 1e9, "_sum");
    writer.sample({{"operation", name}}, static_cast<double>(operation.count), "_count");
  }
  writer.family("trailpond_faults_total", "counter",
                "Requests that a fault or a rate of a scenario has answered.");
  for (const auto& [name, operation] : operations) {
    if (operation.faults > 0) {
      writer.sample({{"operation", name}}, static_cast<double>(operation.faults));
    }
  }
}

void write_process(MetricsWriter& writer) {
  std::ifstream file("/proc/self/statm");
  double pages = 0;
  double resident = 0;
  file >> pages >> resident;
  const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
  writer.family("process_virtual_memory_bytes", "gauge", "Virtual memory size in bytes.");
  writer.sample({}, pages * page);
  writer.family("process_resident_memory_bytes", "gauge", "Resident memory size in bytes.");
  writer.sample({}, resident * page);
  rusage used = {};
  getrusage(RUSAGE_SELF, &used);
  writer.family("process_cpu_seconds_total", "counter",
                "Total user and system CPU time spent in seconds.");
  writer.sample({}, static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                        static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
  std::error_code ignored;
  const auto files = std::distance(std::filesystem::directory_iterator("/proc/self/fd", ignored),
                                   std::filesystem::directory_iterator());
  writer.family("process_open_fds", "gauge", "Number of open file descriptors.");
  writer.sample({}, static_cast<double>(files));
}

}  // namespace trailpond::watch
