#pragma once
#include <algorithm>
#include <atomic>
#include <thread>

namespace trailpond {

/// How many this machine has, at least 1.
inline unsigned count_processors() { return std::max(1U, std::thread::hardware_concurrency()); }

/// The processors that statements share: how many more threads one of them may have now.
class Processors {
 public:
  explicit Processors(unsigned count) : free_(static_cast<int>(count)) {}

  /// Threads that were taken; given back when it ends.
  class Share {
   public:
    Share(Processors* from, unsigned count) : from_(from), count_(count) {}
    ~Share() {
      if (from_) from_->free_.fetch_add(static_cast<int>(count_), std::memory_order_relaxed);
    }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;
    unsigned count() const { return count_; }

   private:
    Processors* from_;
    unsigned count_;
  };

  /// One for a statement, also where none is free.
  Share take_one() {
    free_.fetch_sub(1, std::memory_order_relaxed);
    return Share(this, 1);
  }
  /// As many as are free, up to `wanted`. `from` null: all.
  static Share take_free(Processors* from, unsigned wanted) {
    if (!from) return Share(nullptr, wanted);
    int free = from->free_.load(std::memory_order_relaxed);
    int taken = 0;
    do {
      taken = std::clamp(free, 0, static_cast<int>(wanted));
    } while (!from->free_.compare_exchange_weak(free, free - taken, std::memory_order_relaxed));
    return Share(from, static_cast<unsigned>(taken));
  }

 private:
  std::atomic<int> free_;
};

}  // namespace trailpond
