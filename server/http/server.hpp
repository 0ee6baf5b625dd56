#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "server/http/limits.hpp"
#include "server/http/message.hpp"

namespace trailpond::http {

struct ServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any that is free
  unsigned threads = 1;    // for I/O
  std::string id_field = "X-Request-Id";
  Timeouts timeouts = {};
  std::size_t max_connections = kMaxConnections;
};

/// An HTTP/1.1 server: keep-alive, pipelining, chunked bodies, Expect: 100-continue.
class Server {
 public:
  /// Takes the port; clients can connect, but are answered after start(). The error is a sentence
  /// for the user.
  static Result<std::unique_ptr<Server>, std::string> listen(ServerOptions options,
                                                             Handler& handler);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  void start();
  /// Ends gracefully: what is in flight is answered, up to a deadline. From any thread.
  void stop();
  /// Waits until stopped, by stop() or by SIGTERM or SIGINT.
  void wait();

 private:
  class Body;
  explicit Server(std::unique_ptr<Body> body);
  std::unique_ptr<Body> body_;
};

/// What a server answered; status 0: nothing, in time.
struct Fetched {
  unsigned status = 0;
  std::string body = {};
};
/// Gets a path of a server, with a bearer token where one is given.
Fetched fetch(const std::string& host, std::uint16_t port, const std::string& path,
              const std::string& token, std::chrono::milliseconds time);

/// Asks a server of this machine for a path; the status, or 0 when it does not answer in time.
unsigned probe(const std::string& host, std::uint16_t port, const std::string& path,
               std::chrono::milliseconds time);

}  // namespace trailpond::http
