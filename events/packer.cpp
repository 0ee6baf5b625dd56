#include "events/packer.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <exception>
#include <system_error>

#include "base/allocation.hpp"

namespace trailpond::events {
namespace {

constexpr int kNiceness = 10;

}  // namespace

Packer::~Packer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

void Packer::add(const std::shared_ptr<const Segment>& segment) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back(segment);
  if (running_) return;
  if (thread_.joinable()) thread_.join();  // it let go of the lock for good
  try {
    thread_ = std::thread([this] { run(); });
    running_ = true;
  } catch (const std::system_error&) {
    // No thread to be had: the texts stay as they are until the next time.
  }
}

void Packer::finish() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return !running_; });
}

void Packer::run() {
  // On Linux the priority is the thread's own.
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNiceness);
  std::unique_lock lock(mutex_);
  while (!waiting_.empty() && !stopping_) {
    auto segment = waiting_.front().lock();
    waiting_.pop_front();
    const bool last = waiting_.empty();
    lock.unlock();
    try {
      if (segment) segment->pack_rests();
    } catch (const std::exception&) {
      // They stay as they are.
    }
    segment.reset();  // it may be the last to hold it, which then takes its time
    if (last) give_back_memory();
    lock.lock();
  }
  running_ = false;
  idle_.notify_all();
}

}  // namespace trailpond::events
