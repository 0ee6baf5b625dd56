#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "outbound/message.hpp"
#include "outbound/url.hpp"

/// Internal to outbound/.
namespace trailpond::outbound {

namespace asio = boost::asio;

/// Which authorities are trusted to name a server.
class Trust {
 public:
  /// `certificates`: a PEM file; empty: the system's. Throws HttpTrouble where it cannot be read.
  Trust(const Url& url, const std::string& certificates);
  ~Trust();
  Trust(const Trust&) = delete;
  Trust& operator=(const Trust&) = delete;

 private:
  friend class Connection;
  struct Context;
  std::unique_ptr<Context> context_;
};

/// One connection to a server (HTTP/1.1, TLS for https: the server's certificate is checked). Of
/// one thread. Everything throws HttpTrouble.
class Connection {
 public:
  Connection(asio::io_context& io, const Url& url, Trust& trust, Patience patience);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  asio::awaitable<void> open();
  /// Sends one request and gives its answer; the bytes of a success go to `on_bytes` where that is
  /// given.
  asio::awaitable<HttpAnswer> exchange(const HttpRequest& request, const OnBytes& on_bytes);
  /// Ends what is under way with a trouble that says `stopped`.
  void cancel();
  /// Whether the header of the last answer has come, and whether the next request may follow.
  bool answered() const;
  bool stays_open() const;

 private:
  struct Body;
  std::unique_ptr<Body> body_;
};

}  // namespace trailpond::outbound
