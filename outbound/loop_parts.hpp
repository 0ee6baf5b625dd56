#pragma once
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <mutex>
#include <optional>
#include <thread>

#include "outbound/loop.hpp"

/// Internal to outbound/.
namespace trailpond::outbound {

struct Loop::Parts {
  boost::asio::io_context io{1};
  std::mutex mutex = {};
  std::jthread thread = {};
  bool stopped = false;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work = {};
};

}  // namespace trailpond::outbound
