#pragma once
#include <chrono>
#include <functional>
#include <memory>

namespace trailpond::outbound {

/// The thread on which answers of other servers are waited for; it is there from the first work on.
/// Its destructor ends it: what has not run by then never will.
class Loop {
 public:
  using Work = std::function<void()>;

  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Does work on the thread, in the order of the calls; from any thread.
  void post(Work work);
  /// Does work on the thread after a time; from any thread.
  void post_after(std::chrono::milliseconds time, Work work);
  /// Ends the thread and waits for it; not from the thread itself.
  void stop();

  struct Parts;
  Parts& parts() { return *parts_; }

 private:
  std::unique_ptr<Parts> parts_;
};

}  // namespace trailpond::outbound
