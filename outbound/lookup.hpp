#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

/// Internal to outbound/.
namespace trailpond::outbound {

using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

/// Finds the addresses of a name; waits. Empty, with an error, where there are none.
using AddressFinder = std::function<Endpoints(const std::string& host, std::uint16_t port,
                                              boost::system::error_code&)>;

/// Looks up the addresses of a host, within a time. The system's own lookup cannot be ended: it has
/// a thread to itself, which is left alone when the time is over. Of one thread.
class Lookup {
 public:
  /// `finder`: in place of the system's, for tests.
  explicit Lookup(boost::asio::io_context& io, AddressFinder finder = {});
  ~Lookup();
  Lookup(const Lookup&) = delete;
  Lookup& operator=(const Lookup&) = delete;

  /// Gives the addresses; sets `error` where there are none, to timed_out after the time.
  boost::asio::awaitable<Endpoints> find(std::string host, std::uint16_t port,
                                         std::chrono::milliseconds limit,
                                         boost::system::error_code& error);
  /// Ends what is under way: nothing is found.
  void cancel();

 private:
  struct Shared;
  boost::asio::io_context& io_;
  AddressFinder finder_;
  std::shared_ptr<Shared> shared_ = {};
};

}  // namespace trailpond::outbound
