#include "events/store.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "events/gzip.hpp"
#include "events/intake.hpp"

namespace trailpond::events {
namespace {

/// The JSON that a segment holds at most: offsets stay within 32 bits.
constexpr std::size_t kSegmentJsonBytes = std::size_t{64} << 20;
/// The JSON of segments that are joined: more is not worth the copying.
constexpr std::size_t kMergedJsonBytes = std::size_t{16} << 20;

/// The rests of texts from which on those of a segment are packed.
constexpr std::size_t kPackedBytes = std::size_t{1} << 20;

/// What is read of a file before it is loaded.
constexpr std::size_t kFilePartBytes = std::size_t{32} << 20;

/// Joins the last segments while they are not much smaller together than the one before them, so
/// that a store of n events has some log2(n) segments however they came.
void merge_small(const Layout& layout, Snapshot::Segments& segments) {
  std::size_t first = segments.size() - 1;
  std::size_t rows = segments[first]->row_count();
  std::size_t bytes = segments[first]->json_bytes();
  while (first > 0 && segments[first - 1]->row_count() <= 2 * rows &&
         segments[first - 1]->json_bytes() + bytes <= kMergedJsonBytes) {
    --first;
    rows += segments[first]->row_count();
    bytes += segments[first]->json_bytes();
  }
  if (first + 1 == segments.size()) return;
  const auto from = segments.begin() + static_cast<std::ptrdiff_t>(first);
  auto merged = merge_segments(layout, {from, segments.end()});
  segments.erase(from, segments.end());
  segments.push_back(std::move(merged));
}

}  // namespace

EventStore::EventStore(StoreKind kind, Forward forward) : EventStore(kind) {
  forward_ = std::move(forward);
}

EventStore::EventStore(StoreKind kind, bool is_brief)
    : kind_(kind), is_brief_(is_brief), dictionaries_(std::make_shared<DictionarySet>(kind)) {
  publish(Snapshot::Segments{});
}

Result<std::shared_ptr<EventStore>, std::string> EventStore::open(StoreKind kind,
                                                                  std::string directory) {
  auto store = std::make_shared<EventStore>(kind);
  Snapshot::Segments segments;
  std::string failure;
  auto log = EventLog::open(kind, directory, [&](std::string_view lines, LogRange range) {
    SegmentBuilder builder(store->dictionaries_);
    LoadReport report;
    Loader(builder, directory, report, [] {}).read(lines);
    if (report.accepted != static_cast<std::int64_t>(range.last - range.first)) {
      failure = directory + ": a batch does not hold the events that it says";
    }
    segments.push_back(builder.seal({range}));
    merge_small(store->dictionaries_->layout(), segments);
  });
  if (!log) return log.error();
  if (!failure.empty()) return failure;
  store->log_ = std::move(*log);
  store->damages_ = store->log_->damages();
  store->publish(std::move(segments));
  return store;
}

void EventStore::publish(std::shared_ptr<const Snapshot> snapshot) {
  // The old list is let go outside the lock: freeing its segments may take long.
  const std::lock_guard exchange(exchange_);
  snapshot_.swap(snapshot);
}

void EventStore::publish(Snapshot::Segments segments) {
  for (const auto& segment : segments) {
    if (is_brief_ || segment->rest_bytes() < kPackedBytes) continue;
    if (segment->claim_packing()) packer_.add(segment);
  }
  publish(std::make_shared<const Snapshot>(dictionaries_, std::move(segments)));
}

LoadReport EventStore::append(std::string_view text, std::string_view source, const Part& part) {
  if (!is_gzip(text)) return append_plain(text, source, part);
  std::optional<std::string> error;
  LoadReport report = append_plain(inflate_gzip(text, error), source, {});
  if (error) reject(report, source, 0, *error);
  return report;
}

LoadReport EventStore::append_plain(std::string_view text, std::string_view source,
                                    const Part& part) {
  if (forward_) return hand_on(text, source, part);
  const std::lock_guard turn(writer_);
  LoadReport report;
  Snapshot::Segments added;
  SegmentBuilder builder(dictionaries_);
  std::string lines;
  if (log_) builder.write_lines(lines);
  const auto keep_rows = [&] {
    keep(builder, lines, added, report, source);
    lines.clear();
  };
  Loader(builder, source, report, [&] {
    if (builder.json_bytes() >= kSegmentJsonBytes) keep_rows();
  }).read(text, part);
  keep_rows();
  if (added.empty()) return report;
  Snapshot::Segments segments = snapshot()->segments();
  for (auto& segment : added) {
    segments.push_back(std::move(segment));
    merge_small(dictionaries_->layout(), segments);
  }
  publish(std::move(segments));
  return report;
}

/// Reads a text in a store of its own, so that nothing of it stays here.
LoadReport EventStore::hand_on(std::string_view text, std::string_view source,
                               const Part& part) const {
  EventStore read(kind_, true);
  LoadReport report = read.append_plain(text, source, part);
  if (report.accepted == 0) return report;
  if (const auto refusal = forward_(read.snapshot())) {
    report.rejected += report.accepted - 1;
    report.accepted = 0;
    reject(report, source, 0, "not written: " + *refusal);
  }
  return report;
}

void EventStore::keep(SegmentBuilder& builder, std::string_view lines, Snapshot::Segments& added,
                      LoadReport& report, std::string_view source) {
  const std::size_t rows = builder.row_count();
  if (rows == 0) return;
  std::vector<LogRange> ranges;
  if (log_) {
    const auto range = log_->append(lines, rows);
    if (!range) {
      report.accepted -= static_cast<std::int64_t>(rows);
      report.rejected += static_cast<std::int64_t>(rows) - 1;
      reject(report, source, 0, std::string("not written to the disk: ") + std::strerror(errno));
      builder.seal({});
      return;
    }
    ranges.push_back(*range);
  }
  added.push_back(builder.seal(std::move(ranges)));
}

LoadReport EventStore::append_file(const std::string& path) {
  constexpr std::size_t kPieceBytes = std::size_t{1} << 20;
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) {
    LoadReport report;
    reject(report, path, 0, std::string("cannot be read: ") + std::strerror(errno));
    return report;
  }
  const std::streamoff size = std::max<std::streamoff>(0, file.tellg());
  file.seekg(0);
  Intake intake(path, [&](std::string text, const Part& part) { return append(text, path, part); },
                {.part_bytes = kFilePartBytes});
  intake.expect(static_cast<std::uint64_t>(size));
  std::string piece(std::min(kPieceBytes, static_cast<std::size_t>(size) + 1), '\0');
  while (file && !intake.is_lost()) {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    intake.feed(std::string_view(piece).substr(0, static_cast<std::size_t>(file.gcount())));
  }
  LoadReport report = intake.finish();
  if (file.bad()) reject(report, path, 0, std::string("cannot be read: ") + std::strerror(errno));
  return report;
}

bool EventStore::keep_only(const std::shared_ptr<const Snapshot>& earlier) {
  if (earlier->dictionaries() != dictionaries_) return false;
  if (!log_) return true;
  const std::lock_guard turn(writer_);
  std::vector<LogRange> ranges;
  for (const auto& segment : earlier->segments()) {
    ranges.insert(ranges.end(), segment->log_ranges().begin(), segment->log_ranges().end());
  }
  return log_->keep_only(ranges);
}

void EventStore::compact() {
  if (!log_) return;
  const std::lock_guard turn(writer_);
  log_->compact();
}

void EventStore::copy(const Snapshot& other) {
  const std::lock_guard turn(writer_);
  Snapshot::Segments segments = snapshot()->segments();
  for (const auto& segment : other.segments()) {
    LoadReport report;
    SegmentBuilder builder(dictionaries_);
    const std::string lines = segment->json_lines();
    Loader(builder, "snapshot", report, [] {}).read(lines);
    keep(builder, lines, segments, report, "snapshot");
  }
  publish(std::move(segments));
}

}  // namespace trailpond::events
