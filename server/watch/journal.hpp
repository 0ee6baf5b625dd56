#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the server saw: the last requests to the CloudTrail API.
namespace trailpond::watch {

/// One answered call, as views: they live as long as the call.
struct Call {
  std::string_view operation = {};  // of the table of operations; empty: of none that is known
  std::string_view account = {};
  std::string_view region = {};
  std::string_view request_id = {};
  std::string_view request = {};  // JSON, as sent
  std::string_view answer = {};   // JSON, as sent
  std::string_view error = {};    // the name of the error, a literal; empty: none
  std::string_view fault = {};    // the name of what made it fail; empty: nothing did
  unsigned status = 200;
  std::int64_t time = 0;      // microseconds since 1970 by the machine's clock
  std::int64_t duration = 0;  // nanoseconds
};

/// Where a text too long is cut. A statement has 10,000 characters at most.
constexpr std::size_t kKeptRequestBytes = std::size_t{16} << 10;
constexpr std::size_t kKeptAnswerBytes = std::size_t{4} << 10;

/// A call as it is kept. Never changes.
class Entry {
 public:
  Entry(std::uint64_t id, const Call& call);

  std::uint64_t id() const { return id_; }
  std::string_view operation() const { return operation_; }
  std::string_view error() const { return error_; }
  unsigned status() const { return status_; }
  std::int64_t time() const { return time_; }
  std::int64_t duration() const { return duration_; }
  std::string_view account() const { return part(0); }
  std::string_view region() const { return part(1); }
  std::string_view request_id() const { return part(2); }
  std::string_view fault() const { return part(3); }
  std::string_view request() const { return part(4); }
  std::string_view answer() const { return part(5); }
  bool is_request_cut() const { return request_cut_; }
  bool is_answer_cut() const { return answer_cut_; }
  /// Bytes that it takes in memory.
  std::size_t bytes() const { return sizeof(Entry) + text_.capacity(); }

 private:
  std::string_view part(std::size_t i) const {
    const std::uint32_t begin = i == 0 ? 0 : ends_[i - 1];
    return std::string_view(text_).substr(begin, ends_[i] - begin);
  }
  std::uint64_t id_;
  std::int64_t time_;
  std::int64_t duration_;
  std::string_view operation_;
  std::string_view error_;
  unsigned status_;
  bool request_cut_;
  bool answer_cut_;
  std::array<std::uint32_t, 6> ends_ = {};
  std::string text_ = {};
};
using EntryPointer = std::shared_ptr<const Entry>;

struct JournalLimits {
  std::size_t entries = 10'000;  // 0: none is kept
  std::size_t bytes = std::size_t{16} << 20;
};

/// The last calls, oldest first, as many as the limits allow. Safe from any thread; nobody waits
/// for longer than it takes to put an entry in.
class Journal {
 public:
  explicit Journal(JournalLimits limits) : limits_(limits) {}

  /// Keeps a call; null where none is kept.
  EntryPointer add(const Call& call);
  /// Lists the entries with an id above `since`.
  std::vector<EntryPointer> list(std::uint64_t since = 0) const;
  /// Forgets all entries; answers how many. Ids go on.
  std::size_t clear();

  struct Size {
    std::size_t entries = 0;
    std::size_t bytes = 0;
    std::uint64_t dropped = 0;  // that had to make room
    std::uint64_t last_id = 0;
  };
  Size size() const;

 private:
  const JournalLimits limits_;
  mutable std::mutex mutex_;
  std::deque<EntryPointer> entries_ = {};
  Size size_ = {};
};

}  // namespace trailpond::watch
