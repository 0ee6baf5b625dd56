#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "outbound/loop.hpp"
#include "outbound/message.hpp"
#include "outbound/url.hpp"

namespace trailpond::outbound {

/// What came of a request: an answer, or why there is none.
struct Outcome {
  std::optional<HttpAnswer> answer = {};
  HttpTrouble trouble = {};
};

/// A request that is under way.
class Sending {
 public:
  virtual ~Sending() = default;
  /// Ends it soon, with a trouble that says `stopped`. On the loop's thread.
  virtual void cancel() = 0;
};

/// Sends requests to one server without a thread that waits for each: what comes is told on the
/// thread of a loop. Connections are kept open for the next request. Of the loop's thread, but for
/// its making; the loop must have stopped, or everything have ended, before it goes.
class AsyncClient {
 public:
  using OnEnd = std::function<void(Outcome)>;

  /// `certificates`: a PEM file of the authorities that are trusted; empty: the system's. Throws
  /// HttpTrouble where it cannot be read.
  AsyncClient(Loop& loop, Url url, const std::string& certificates, Patience patience);
  ~AsyncClient();
  AsyncClient(const AsyncClient&) = delete;
  AsyncClient& operator=(const AsyncClient&) = delete;

  /// Sends a request with a body. `on_bytes` may be empty; `on_end` is called once, later.
  std::shared_ptr<Sending> send(HttpRequest request, std::string body, OnBytes on_bytes,
                                OnEnd on_end);
  const Url& url() const;

  struct Body;

 private:
  std::shared_ptr<Body> body_;
};

}  // namespace trailpond::outbound
