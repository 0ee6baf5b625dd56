#pragma once
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

/// Tells who listens of what changes.
namespace trailpond::watch {

/// What a change is of. Each has a name in the stream of events.
enum class Topic : std::uint8_t { kQuery, kStore, kImport, kClock, kJournal };
std::string_view name_of(Topic topic);

/// Bytes that wait for one client; one who is further behind is let go.
constexpr std::size_t kMaxBehindBytes = std::size_t{256} << 10;
/// Clients of the stream of events at a time.
constexpr std::size_t kMaxClients = 64;

/// One who listens to the stream of events.
class Subscription {
 public:
  struct Filter {
    std::string type = {};  // the name of a topic; empty: all
    std::string account = {};
    std::string region = {};
  };
  explicit Subscription(Filter filter) : filter_(std::move(filter)) {}

  void listen(std::function<void()> ring);
  /// Appends what has come to a text; false once this one was let go.
  bool take(std::string& out);

 private:
  friend class Hub;
  bool wants(Topic topic, std::string_view account, std::string_view region) const;
  /// Answers false where the client was let go for it.
  bool push(const std::shared_ptr<const std::string>& text);
  const Filter filter_;
  std::mutex mutex_;
  std::function<void()> ring_ = {};
  std::deque<std::shared_ptr<const std::string>> waiting_ = {};
  std::size_t bytes_ = 0;
  bool gone_ = false;
};

/// Whom to tell. Who publishes never waits for who listens, and without a listener it costs the
/// look at one number.
class Hub {
 public:
  /// Null where there are too many already.
  std::shared_ptr<Subscription> subscribe(Subscription::Filter filter);
  /// Rings at each change of one thing (of all things of the topic without an id), for as long as
  /// what is answered lives.
  using Ring = std::function<void()>;
  std::shared_ptr<void> ring_at(Topic topic, std::string id, Ring ring);

  bool is_heard() const { return listeners_.load(std::memory_order_acquire) != 0; }
  /// Tells of a change: `data` is one line of JSON. With an empty id all of the topic's are meant.
  void publish(Topic topic, std::string_view id, std::string_view account, std::string_view region,
               std::string_view data);

  struct Counts {
    std::size_t clients = 0;
    std::uint64_t published = 0;
    std::uint64_t let_go = 0;  // clients that were too slow
  };
  Counts counts() const;

 private:
  struct Waiter {
    Topic topic;
    std::string id;
    Ring ring;
  };
  mutable std::mutex mutex_;
  std::atomic<std::size_t> listeners_ = 0;
  std::vector<std::weak_ptr<Subscription>> clients_ = {};
  std::vector<std::weak_ptr<Waiter>> waiters_ = {};
  Counts counts_ = {};
};

}  // namespace trailpond::watch
