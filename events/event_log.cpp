#include "events/event_log.hpp"

#define XXH_INLINE_ALL
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace trailpond::events {
namespace {

constexpr char kFileMagic[8] = {'t', 'p', 'e', 'v', 'e', 'n', 't', '1'};
constexpr std::uint32_t kFrameMagic = 0x4652414d;
constexpr std::uint32_t kBatchFrame = 1;
constexpr std::uint32_t kKeepOnlyFrame = 2;

/// The first bytes of the file. Numbers are little endian, as on every machine we build for.
struct FileHead {
  char magic[8];
  std::uint64_t kind;
};

struct FrameHead {
  std::uint32_t magic;
  std::uint32_t type;
  std::uint64_t count;  // events, or ranges
  std::uint64_t bytes;  // of the body
  std::uint64_t body_checksum;
  std::uint64_t head_checksum;  // of what stands before it
};

std::uint64_t checksum_of(const FrameHead& head) {
  return XXH3_64bits(&head, offsetof(FrameHead, head_checksum));
}

bool is_frame_head(std::string_view content, std::uint64_t offset, FrameHead& head) {
  if (content.size() - offset < sizeof head) return false;
  std::memcpy(&head, content.data() + offset, sizeof head);
  return head.magic == kFrameMagic && head.head_checksum == checksum_of(head);
}

/// Says whether a whole frame stands anywhere behind `offset`: then what is there is no torn end.
bool frame_follows(std::string_view content, std::uint64_t offset) {
  char magic[sizeof kFrameMagic];
  std::memcpy(magic, &kFrameMagic, sizeof magic);
  const std::string_view wanted(magic, sizeof magic);
  FrameHead head;
  for (auto at = content.find(wanted, offset + 1); at != std::string_view::npos;
       at = content.find(wanted, at + 1)) {
    if (is_frame_head(content, at, head)) return true;
  }
  return false;
}

std::string system_error(const std::string& what) { return what + ": " + std::strerror(errno); }

bool write_all(int file, const void* data, std::size_t size, std::uint64_t offset) {
  const auto* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t written = pwrite(file, at, size, static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    at += written;
    offset += static_cast<std::uint64_t>(written);
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

bool sync_directory(const std::string& directory) {
  const int handle = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return false;
  const bool synced = fsync(handle) == 0;
  ::close(handle);
  return synced;
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
  std::filesystem::create_directories(directory, failure);
  const std::string path = directory + "/events.log";
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return system_error(path);
  std::unique_ptr<EventLog> log(new EventLog(file, directory));
  if (flock(file, LOCK_EX | LOCK_NB) != 0) return path + ": in use by another process";
  struct stat status = {};
  if (fstat(file, &status) != 0) return system_error(path);
  log->size_ = static_cast<std::uint64_t>(status.st_size);
  // A crash may leave less than a head, in which nothing was ever answered.
  if (log->size_ < sizeof(FileHead)) {
    if (auto error = log->begin(kind)) return path + ": " + *error;
    return log;
  }
  const Mapping mapping(file, log->size_);
  if (mapping.failed()) return system_error(path);
  if (auto error = log->read_frames(kind, mapping.content())) return path + ": " + *error;
  log->replay(mapping.content(), on_batch);
  return log;
}

std::optional<std::string> EventLog::begin(StoreKind kind) {
  FileHead head = {};
  std::memcpy(head.magic, kFileMagic, sizeof head.magic);
  head.kind = static_cast<std::uint64_t>(kind);
  if (!write_all(file_, &head, sizeof head, 0) || fsync(file_) != 0 ||
      !sync_directory(directory_)) {
    return system_error("cannot be written");
  }
  size_ = sizeof head;
  return std::nullopt;
}

std::optional<std::string> EventLog::read_frames(StoreKind kind, std::string_view content) {
  FileHead file_head;
  std::memcpy(&file_head, content.data(), sizeof file_head);
  if (std::memcmp(file_head.magic, kFileMagic, sizeof kFileMagic) != 0) return "not an event log";
  if (file_head.kind != static_cast<std::uint64_t>(kind)) return "events of another kind of store";
  std::uint64_t at = sizeof file_head;
  while (at < content.size()) {
    FrameHead head;
    const std::uint64_t body_at = at + sizeof head;
    const bool whole = is_frame_head(content, at, head) && head.bytes <= content.size() - body_at;
    if (!whole || XXH3_64bits(content.data() + body_at, head.bytes) != head.body_checksum) {
      if (frame_follows(content, at)) return "damaged at byte " + std::to_string(at);
      break;
    }
    if (head.type == kBatchFrame) {
      const LogRange range{next_, next_ + head.count};
      batches_.push_back({range, body_at, head.bytes});
      alive_.push_back(range);
      next_ = range.last;
    } else {
      alive_.resize(head.count);
      std::memcpy(alive_.data(), content.data() + body_at, head.bytes);
    }
    at = body_at + head.bytes;
  }
  if (at != size_ && (ftruncate(file_, static_cast<off_t>(at)) != 0 || fsync(file_) != 0)) {
    return system_error("cannot be truncated");
  }
  size_ = at;
  return std::nullopt;
}

std::vector<EventLog::Batch> EventLog::alive_batches() const {
  // Ranges begin and end where batches do: segments are made of whole batches.
  std::vector<Batch> alive;
  for (const LogRange& range : alive_) {
    auto batch = std::lower_bound(
        batches_.begin(), batches_.end(), range.first,
        [](const Batch& left, std::uint64_t first) { return left.range.first < first; });
    for (; batch != batches_.end() && batch->range.last <= range.last; ++batch) {
      alive.push_back(*batch);
    }
  }
  return alive;
}

void EventLog::replay(std::string_view content, const OnBatch& on_batch) const {
  for (const Batch& batch : alive_batches()) {
    on_batch(content.substr(batch.offset, batch.bytes), batch.range);
  }
}

std::optional<LogRange> EventLog::append(std::string_view lines, std::uint64_t count) {
  if (!write_frame(kBatchFrame, lines, count)) return std::nullopt;
  const LogRange range{next_, next_ + count};
  next_ = range.last;
  return range;
}

bool EventLog::keep_only(const std::vector<LogRange>& ranges) {
  const std::string_view body(reinterpret_cast<const char*>(ranges.data()),
                              ranges.size() * sizeof(LogRange));
  return write_frame(kKeepOnlyFrame, body, ranges.size());
}

bool EventLog::write_frame(std::uint32_t type, std::string_view body, std::uint64_t count) {
  FrameHead head = {};
  head.magic = kFrameMagic;
  head.type = type;
  head.count = count;
  head.bytes = body.size();
  head.body_checksum = XXH3_64bits(body.data(), body.size());
  head.head_checksum = checksum_of(head);
  const bool written = write_all(file_, &head, sizeof head, size_) &&
                       write_all(file_, body.data(), body.size(), size_ + sizeof head) &&
                       fdatasync(file_) == 0;
  if (!written) {
    // Left as it is when even this fails, the torn end is dropped by the next open.
    const int ignored = ftruncate(file_, static_cast<off_t>(size_));
    static_cast<void>(ignored);
    return false;
  }
  size_ += sizeof head + body.size();
  return true;
}

}  // namespace trailpond::events
