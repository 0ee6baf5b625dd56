#include "outbound/loop.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdio>
#include <exception>
#include <optional>

#include "outbound/loop_parts.hpp"

namespace trailpond::outbound {
namespace {

namespace asio = boost::asio;

/// Work is expected to keep its troubles to itself; one that does not must not end the others.
void run(asio::io_context& io) {
  while (true) {
    try {
      io.run();
      return;
    } catch (const std::exception& error) {
      std::fprintf(stderr, "trailpond: an answer could not be dealt with: %s\n", error.what());
    }
  }
}

}  // namespace

Loop::Loop() : parts_(std::make_unique<Parts>()) {}
Loop::~Loop() { stop(); }

void Loop::post(Work work) {
  {
    const std::lock_guard lock(parts_->mutex);
    if (parts_->stopped) {
      return;
    }
    if (!parts_->thread.joinable()) {
      parts_->work.emplace(asio::make_work_guard(parts_->io));
      parts_->thread = std::jthread([this] { run(parts_->io); });
    }
  }
  asio::post(parts_->io, std::move(work));
}

void Loop::post_after(std::chrono::milliseconds time, Work work) {
  post([this, time, work = std::move(work)]() mutable {
    auto timer = std::make_shared<asio::steady_timer>(parts_->io, time);
    timer->async_wait([timer, work = std::move(work)](const boost::system::error_code& error) {
      if (!error) {
        work();
      }
    });
  });
}

void Loop::stop() {
  {
    const std::lock_guard lock(parts_->mutex);
    parts_->stopped = true;
  }
  parts_->work.reset();
  parts_->io.stop();
  if (parts_->thread.joinable()) {
    parts_->thread.join();
  }
}

}  // namespace trailpond::outbound
