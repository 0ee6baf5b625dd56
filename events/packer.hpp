#pragma once
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "events/segment.hpp"

namespace trailpond::events {

/// Packs the rests of segments on a thread of its own, which gives way to all others and is there
/// only while there is something to pack. Safe from any thread.
class Packer {
 public:
  Packer() = default;
  /// Leaves what was not packed as it is.
  ~Packer();
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;

  void add(const std::shared_ptr<const Segment>& segment);
  /// Waits until everything is packed.
  void finish();

 private:
  void run();

  std::mutex mutex_ = {};
  std::condition_variable idle_ = {};
  std::deque<std::weak_ptr<const Segment>> waiting_ = {};  // merged meanwhile, one may be gone
  bool running_ = false;
  bool stopping_ = false;
  std::thread thread_ = {};
};

}  // namespace trailpond::events
