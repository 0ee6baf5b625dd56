#include "events/log_frames.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstring>

namespace trailpond::events {
namespace {

constexpr char kFileMagic[8] = {'t', 'p', 'e', 'v', 'e', 'n', 't', '2'};
constexpr char kEarlierFileMagic[8] = {'t', 'p', 'e', 'v', 'e', 'n', 't', '1'};
constexpr std::uint32_t kFrameMagic = 0x324d5246;         // "FRM2"
constexpr std::uint32_t kEarlierFrameMagic = 0x4652414d;  // "MARF"

/// The first bytes of the file. Numbers are little endian, as on every machine we build for.
struct FileHead {
  char magic[8];
  std::uint64_t kind;
  std::uint64_t checksum;  // of what stands before it
};
static_assert(sizeof(FileHead) == kLogHeadBytes);
constexpr std::size_t kEarlierLogHeadBytes = 16;  // without the checksum

struct FrameHead {
  std::uint32_t magic;
  std::uint32_t type;
  std::uint64_t first;  // the number of its first event, or of the next
  std::uint64_t count;  // events, or ranges
  std::uint64_t bytes;  // of the body
  std::uint64_t body_checksum;
  std::uint64_t head_checksum;  // of what stands before it
};

/// The same without the number, which counts on from the frames before.
struct EarlierFrameHead {
  std::uint32_t magic;
  std::uint32_t type;
  std::uint64_t count;
  std::uint64_t bytes;
  std::uint64_t body_checksum;
  std::uint64_t head_checksum;
};

template <class Head, std::uint64_t Head::*checksum>
std::uint64_t checksum_of(const Head& head) {
  return XXH3_64bits(&head, sizeof head - sizeof(head.*checksum));
}

template <class Head, std::uint64_t Head::*checksum>
std::optional<Head> find_head(std::string_view content, std::uint64_t offset) {
  Head head;
  if (content.size() - offset < sizeof head) return std::nullopt;
  std::memcpy(&head, content.data() + offset, sizeof head);
  if (head.*checksum != checksum_of<Head, checksum>(head)) return std::nullopt;
  return head;
}

/// A frame whose head is whole.
struct Frame {
  FrameType type;
  std::optional<std::uint64_t> first;  // an earlier version does not say
  std::uint64_t count;
  std::uint64_t body;  // where it begins
  std::uint64_t bytes;
  std::uint64_t checksum;

  bool fits(std::string_view content) const { return bytes <= content.size() - body; }
  std::uint64_t events() const { return type == FrameType::kKeepOnly ? 0 : count; }
};

class LogReader {
 public:
  explicit LogReader(std::string_view content) : content_(content) {}

  std::optional<std::string> read(StoreKind kind) {
    if (auto error = read_file_head(kind)) return error;
    while (at_ < content_.size()) {
      const auto frame = frame_at(at_);
      if (frame && take(*frame)) continue;
      const auto next = find_frame(at_ + 1);
      if (!next) break;
      if (!frame && read_.outdated) {
        return "damaged at byte " + std::to_string(at_) + ", in a log of an earlier version";
      }
      pass_over(frame, *next);
    }
    read_.size = at_;
    count_losses();
    return std::nullopt;
  }
  LogContent release() { return std::move(read_); }

 private:
  std::optional<std::string> read_file_head(StoreKind kind) {
    const bool earlier = content_.starts_with(std::string_view(kEarlierFileMagic, 8));
    const auto head = find_head<FileHead, &FileHead::checksum>(content_, 0);
    if (earlier) {
      std::uint64_t its_kind = 0;
      std::memcpy(&its_kind, content_.data() + sizeof kEarlierFileMagic, sizeof its_kind);
      if (its_kind != static_cast<std::uint64_t>(kind)) return "events of another kind of store";
      read_.outdated = true;
      at_ = kEarlierLogHeadBytes;
    } else if (head && std::memcmp(head->magic, kFileMagic, sizeof kFileMagic) == 0) {
      if (head->kind != static_cast<std::uint64_t>(kind)) return "events of another kind of store";
      at_ = sizeof(FileHead);
    } else {
      const auto first = find_frame(0);
      if (!first) return "not an event log";
      damage_ = note_damage(0, *first);
      at_ = *first;
    }
    return std::nullopt;
  }

  std::optional<Frame> frame_at(std::uint64_t at) const {
    std::uint32_t magic = 0;
    if (content_.size() - at < sizeof magic) return std::nullopt;
    std::memcpy(&magic, content_.data() + at, sizeof magic);
    if (magic == kFrameMagic) {
      const auto head = find_head<FrameHead, &FrameHead::head_checksum>(content_, at);
      if (!head || head->first < read_.next) return std::nullopt;
      return Frame{static_cast<FrameType>(head->type),
                   head->first,
                   head->count,
                   at + sizeof *head,
                   head->bytes,
                   head->body_checksum};
    }
    if (magic == kEarlierFrameMagic) {
      const auto head = find_head<EarlierFrameHead, &EarlierFrameHead::head_checksum>(content_, at);
      if (!head) return std::nullopt;
      return Frame{static_cast<FrameType>(head->type),
                   {},
                   head->count,
                   at + sizeof *head,
                   head->bytes,
                   head->body_checksum};
    }
    return std::nullopt;
  }

  /// Finds the next head of a frame. Lines of JSON have none, as there is no NUL in them.
  std::optional<std::uint64_t> find_frame(std::uint64_t from) const {
    const std::uint32_t magic = read_.outdated ? kEarlierFrameMagic : kFrameMagic;
    char bytes[sizeof magic];
    std::memcpy(bytes, &magic, sizeof magic);
    const std::string_view wanted(bytes, sizeof bytes);
    for (auto at = content_.find(wanted, from); at != std::string_view::npos;
         at = content_.find(wanted, at + 1)) {
      if (frame_at(at)) return at;
    }
    return std::nullopt;
  }

  /// Takes a frame that is whole.
  bool take(const Frame& frame) {
    if (!frame.fits(content_)) return false;
    const std::string_view body = content_.substr(frame.body, frame.bytes);
    if (checksum_of_body(body) != frame.checksum) return false;
    begin(frame);
    if (frame.type == FrameType::kBatch) {
      const LogRange range{read_.next, read_.next + frame.count};
      read_.batches.push_back({range, frame.body, frame.bytes, frame.checksum});
      add_range(read_.alive, range);
    } else if (frame.type == FrameType::kKeepOnly) {
      read_.alive.resize(frame.count);
      std::memcpy(read_.alive.data(), body.data(), body.size());
    }
    read_.next += frame.events();
    at_ = frame.body + frame.bytes;
    damage_ = std::nullopt;
    return true;
  }

  /// Notes what is missing in front of a frame, by its number.
  void begin(const Frame& frame) {
    const std::uint64_t first = frame.first.value_or(read_.next);
    if (first > read_.next) {
      lose(damage_ ? *damage_ : note_damage(at_, at_), {read_.next, first});
    } else if (damage_ && !known_) {
      read_.damages[*damage_].reset = read_.damages[*damage_].offset > 0;
    }
    read_.next = first;
  }

  void pass_over(const std::optional<Frame>& frame, std::uint64_t next) {
    if (frame) begin(*frame);
    damage_ = note_damage(at_, next);
    known_ = frame.has_value();
    if (frame && frame->type == FrameType::kKeepOnly) read_.damages[*damage_].reset = true;
    if (frame && frame->events() > 0) {
      lose(*damage_, {read_.next, read_.next + frame->events()});
      read_.next += frame->events();
    }
    at_ = next;
  }

  std::size_t note_damage(std::uint64_t begin, std::uint64_t end) {
    read_.damages.push_back({.offset = begin, .bytes = end - begin});
    known_ = false;
    return read_.damages.size() - 1;
  }

  /// Lost events are taken for alive until the mark of a reset says otherwise.
  void lose(std::size_t damage, LogRange range) {
    losses_.push_back({damage, range});
    add_range(read_.alive, range);
  }

  void count_losses() {
    for (const auto& [damage, lost] : losses_) {
      std::vector<LogRange> left;
      for (const LogRange& range : read_.alive) {
        const LogRange before{range.first, std::min(range.last, lost.first)};
        const LogRange behind{std::max(range.first, lost.last), range.last};
        if (before.first < before.last) left.push_back(before);
        if (behind.first < behind.last) left.push_back(behind);
      }
      read_.damages[damage].events += count_events(read_.alive) - count_events(left);
      read_.alive = std::move(left);
    }
  }

  struct Loss {
    std::size_t damage;
    LogRange range;
  };
  std::string_view content_;
  std::uint64_t at_ = 0;
  LogContent read_ = {};
  std::optional<std::size_t> damage_ = {};  // the one in front of where we are
  bool known_ = false;                      // whether its head was whole
  std::vector<Loss> losses_ = {};
};

}  // namespace

std::string LogDamage::describe() const {
  std::string text = bytes == 0 ? "bytes are missing at byte " + std::to_string(offset)
                                : std::to_string(bytes) + " bytes from byte " +
                                      std::to_string(offset) + " on cannot be read";
  text += events == 0 ? "; no event is lost"
                      : "; " + std::to_string(events) +
                            (events == 1 ? " event is" : " events are") + " lost";
  if (reset) text += ", but events that a reset had removed may be back";
  return text;
}

std::string make_log_head(StoreKind kind) {
  FileHead head = {};
  std::memcpy(head.magic, kFileMagic, sizeof head.magic);
  head.kind = static_cast<std::uint64_t>(kind);
  head.checksum = checksum_of<FileHead, &FileHead::checksum>(head);
  return {reinterpret_cast<const char*>(&head), sizeof head};
}

std::string make_frame_head(FrameType type, std::uint64_t first, std::uint64_t count,
                            std::uint64_t bytes, std::uint64_t checksum) {
  FrameHead head = {};
  head.magic = kFrameMagic;
  head.type = static_cast<std::uint32_t>(type);
  head.first = first;
  head.count = count;
  head.bytes = bytes;
  head.body_checksum = checksum;
  head.head_checksum = checksum_of<FrameHead, &FrameHead::head_checksum>(head);
  return {reinterpret_cast<const char*>(&head), sizeof head};
}

std::uint64_t checksum_of_body(std::string_view body) {
  return XXH3_64bits(body.data(), body.size());
}

Result<LogContent, std::string> read_log(StoreKind kind, std::string_view content) {
  LogReader reader(content);
  if (auto error = reader.read(kind)) return *error;
  return reader.release();
}

std::vector<LogBatch> batches_within(const std::vector<LogBatch>& batches,
                                     const std::vector<LogRange>& ranges) {
  // Ranges begin and end where batches do: segments are made of whole batches.
  std::vector<LogBatch> found;
  for (const LogRange& range : ranges) {
    auto batch = std::lower_bound(
        batches.begin(), batches.end(), range.first,
        [](const LogBatch& left, std::uint64_t first) { return left.range.first < first; });
    for (; batch != batches.end() && batch->range.last <= range.last; ++batch) {
      found.push_back(*batch);
    }
  }
  return found;
}

void add_range(std::vector<LogRange>& ranges, LogRange range) {
  if (!ranges.empty() && ranges.back().last == range.first) {
    ranges.back().last = range.last;
  } else {
    ranges.push_back(range);
  }
}

std::uint64_t count_events(const std::vector<LogRange>& ranges) {
  std::uint64_t count = 0;
  for (const LogRange& range : ranges) count += range.last - range.first;
  return count;
}

}  // namespace trailpond::events
