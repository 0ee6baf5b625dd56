#include "events/event_log.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

namespace trailpond::events {
namespace {

namespace fs = std::filesystem;

/// What is dead is only worth removing beyond so many bytes.
constexpr std::uint64_t kLeastDeadBytes = std::uint64_t{16} << 20;

std::string system_error(const std::string& what) { return what + ": " + std::strerror(errno); }

bool write_all(int file, std::string_view data, std::uint64_t offset) {
  while (!data.empty()) {
    const ssize_t written = pwrite(file, data.data(), data.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    offset += static_cast<std::uint64_t>(written);
    data.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// Brings a file, or the names in a directory, onto the disk.
bool sync(const std::string& path) {
  const int handle = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (handle < 0) return false;
  const bool synced = fsync(handle) == 0;
  ::close(handle);
  return synced;
}

std::string_view bytes_of(const std::vector<LogRange>& ranges) {
  return {reinterpret_cast<const char*>(ranges.data()), ranges.size() * sizeof(LogRange)};
}

/// Answers whether a file that is open is still the one with the name.
bool is_named(int file, const std::string& path) {
  struct stat own = {};
  struct stat named = {};
  return fstat(file, &own) == 0 && stat(path.c_str(), &named) == 0 && own.st_ino == named.st_ino &&
         own.st_dev == named.st_dev;
}

/// Gives a file a second name: PATH.damaged-1, or the next number that is free. Where it has one
/// already, as a crash came between this and the repair, that one stays.
std::optional<std::string> keep_damaged(int file, const std::string& path) {
  for (int number = 1;; ++number) {
    const std::string name = path + ".damaged-" + std::to_string(number);
    if (is_named(file, name)) return name;
    std::error_code failure;
    if (fs::exists(name, failure)) continue;
    fs::create_hard_link(path, name, failure);
    // Not every file system has links.
    if (failure && !fs::copy_file(path, name, failure)) return std::nullopt;
    return name;
  }
}

/// A file's content mapped for reading.
class Mapping {
 public:
  Mapping(int file, std::uint64_t size) : size_(size) {
    if (size_ > 0) data_ = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
  }
  ~Mapping() {
    if (size_ > 0 && data_ != MAP_FAILED) munmap(data_, size_);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  bool failed() const { return data_ == MAP_FAILED; }
  std::string_view content() const { return {static_cast<const char*>(data_), size_}; }

 private:
  void* data_ = nullptr;
  std::size_t size_;
};

}  // namespace

EventLog::~EventLog() { ::close(file_); }

Result<std::unique_ptr<EventLog>, std::string> EventLog::open(StoreKind kind,
                                                              const std::string& directory,
                                                              const OnBatch& on_batch) {
  std::error_code failure;
  fs::create_directories(directory, failure);
  const std::string path = directory + "/events.log";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return system_error(path);
  std::unique_ptr<EventLog> log(new EventLog(file, kind, directory));
  // Who had it open may have put another file in its place meanwhile.
  if (flock(file, LOCK_EX | LOCK_NB) != 0 || !is_named(file, path)) {
    return path + ": in use by another process";
  }
  ::unlink(log->new_path().c_str());  // a crash may have left it
  if (auto error = log->read(on_batch)) return path + ": " + *error;
  return log;
}

std::optional<std::string> EventLog::read(const OnBatch& on_batch) {
  struct stat status = {};
  if (fstat(file_, &status) != 0) return system_error("cannot be read");
  const auto bytes = static_cast<std::uint64_t>(status.st_size);
  const Mapping mapping(file_, bytes);
  if (mapping.failed()) return system_error("cannot be read");
  auto found = read_log(kind_, mapping.content());
  if (!found) {
    // A crash may leave less than a head, in which nothing was ever answered.
    return bytes < kLogHeadBytes ? begin() : found.error();
  }
  batches_ = std::move(found->batches);
  alive_ = std::move(found->alive);
  next_ = found->next;
  size_ = found->size;
  damages_.places = std::move(found->damages);
  for (const LogBatch& batch : batches_within(batches_, alive_)) {
    on_batch(mapping.content().substr(batch.offset, batch.bytes), batch.range);
  }
  const bool damaged = !damages_.places.empty();
  const bool rewritten = damaged ? repair(mapping.content())
                                 : (found->outdated || is_wasteful()) && rewrite(mapping.content());
  if (rewritten || size_ == bytes) return std::nullopt;
  if (ftruncate(file_, static_cast<off_t>(size_)) != 0 || fsync(file_) != 0) {
    return system_error("cannot be truncated");
  }
  return std::nullopt;
}

std::optional<std::string> EventLog::begin() {
  if (!write_all(file_, make_log_head(kind_), 0) || fsync(file_) != 0 || !sync(directory_)) {
    return system_error("cannot be written");
  }
  size_ = kLogHeadBytes;
  return std::nullopt;
}

std::optional<LogRange> EventLog::append(std::string_view lines, std::uint64_t count) {
  const LogRange range{next_, next_ + count};
  const std::uint64_t checksum = checksum_of_body(lines);
  if (!write_frame(FrameType::kBatch, count, lines, checksum)) return std::nullopt;
  batches_.push_back({range, size_ - lines.size(), lines.size(), checksum});
  add_range(alive_, range);
  next_ = range.last;
  return range;
}

bool EventLog::keep_only(const std::vector<LogRange>& ranges) {
  std::uint64_t there = 0;
  for (const LogBatch& batch : batches_within(batches_, ranges)) {
    there += batch.range.last - batch.range.first;
  }
  if (there != count_events(ranges)) return false;
  const std::string_view body = bytes_of(ranges);
  if (!write_frame(FrameType::kKeepOnly, ranges.size(), body, checksum_of_body(body))) return false;
  alive_ = ranges;
  return true;
}

bool EventLog::write_frame(FrameType type, std::uint64_t count, std::string_view body,
                           std::uint64_t checksum) {
  const std::uint64_t before = size_;
  name_is_synced_ = name_is_synced_ || sync(directory_);
  if (name_is_synced_ && put_frame(type, count, body, checksum) && fdatasync(file_) == 0) {
    return true;
  }
  // Left as it is when even this fails, the torn end is dropped by the next open.
  size_ = before;
  const int ignored = ftruncate(file_, static_cast<off_t>(size_));
  static_cast<void>(ignored);
  return false;
}

bool EventLog::put_frame(FrameType type, std::uint64_t count, std::string_view body,
                         std::uint64_t checksum) {
  const std::string head = make_frame_head(type, next_, count, body.size(), checksum);
  if (!write_all(file_, head, size_) || !write_all(file_, body, size_ + head.size())) return false;
  size_ += head.size() + body.size();
  return true;
}

bool EventLog::is_wasteful() const {
  std::uint64_t alive = 0;
  for (const LogBatch& batch : batches_within(batches_, alive_)) alive += batch.bytes;
  const std::uint64_t dead = size_ - alive;
  return dead >= kLeastDeadBytes && dead > alive;
}

void EventLog::compact() {
  if (!is_wasteful()) return;
  const Mapping mapping(file_, size_);
  if (!mapping.failed()) rewrite(mapping.content());
}

bool EventLog::repair(std::string_view content) {
  const auto kept = keep_damaged(file_, path());
  if (!kept || !sync(*kept) || !sync(directory_) || !rewrite(content)) return false;
  damages_.kept_as = *kept;
  return true;
}

bool EventLog::rewrite(std::string_view content) {
  const int file = ::open(new_path().c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return false;
  EventLog fresh(file, kind_, directory_);
  const bool written = flock(file, LOCK_EX | LOCK_NB) == 0 && fresh.copy_alive(*this, content) &&
                       fsync(file) == 0 && std::rename(new_path().c_str(), path().c_str()) == 0;
  if (!written) {
    ::unlink(new_path().c_str());
    return false;
  }
  // Until the name is on the disk, too, a crash brings the old file back: see write_frame().
  name_is_synced_ = sync(directory_);
  std::swap(file_, fresh.file_);
  size_ = fresh.size_;
  batches_ = std::move(fresh.batches_);
  alive_ = std::move(fresh.alive_);
  return true;
}

/// Writes what is alive of another log into this one, which is empty. Numbers stay: what is gone
/// is named.
bool EventLog::copy_alive(const EventLog& from, std::string_view content) {
  if (!write_all(file_, make_log_head(kind_), 0)) return false;
  size_ = kLogHeadBytes;
  auto batches = batches_within(from.batches_, from.alive_);
  std::ranges::sort(batches, {}, [](const LogBatch& batch) { return batch.range.first; });
  for (LogBatch batch : batches) {
    const std::string_view lines = content.substr(batch.offset, batch.bytes);
    const std::uint64_t count = batch.range.last - batch.range.first;
    if (!skip_to(batch.range.first) ||
        !put_frame(FrameType::kBatch, count, lines, batch.checksum)) {
      return false;
    }
    batch.offset = size_ - batch.bytes;
    batches_.push_back(batch);
    next_ = batch.range.last;
  }
  for (const LogRange& range : from.alive_) add_range(alive_, range);
  const std::string_view body = bytes_of(alive_);
  return skip_to(from.next_) &&
         put_frame(FrameType::kKeepOnly, alive_.size(), body, checksum_of_body(body));
}

/// Says in the file that the events up to a number are gone.
bool EventLog::skip_to(std::uint64_t number) {
  if (number == next_) return true;
  if (!put_frame(FrameType::kGone, number - next_, {}, checksum_of_body({}))) return false;
  next_ = number;
  return true;
}

}  // namespace trailpond::events
