#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "outbound/loop.hpp"
#include "sql/catalog.hpp"
#include "trino/page_reader.hpp"
#include "trino/server.hpp"

namespace trailpond::trino {

/// What a statement may give and take.
struct Limits {
  std::int64_t rows = 5'000'000;
  std::int64_t bytes = std::int64_t{1} << 30;
  std::chrono::milliseconds time = std::chrono::hours(1);
};

enum class EndKind : std::uint8_t {
  kFinished,
  kTooLarge,  // more rows or bytes than the limits allow
  kTooLong,
  kRefused,  // by Trino: `error`
  kLost,     // Trino cannot be reached or understood: `reason`
  kStopped,  // on_row wanted no more
};

struct Ending {
  EndKind kind = EndKind::kFinished;
  ServerError error = {};
  std::string reason = {};
  std::int64_t rows = 0;
  std::int64_t rows_scanned = 0;
  std::int64_t bytes_scanned = 0;
};

/// Who is told of a statement, on the loop's thread.
struct Observer {
  std::function<void()> on_running = {};  // once, when Trino has begun to compute
  OnRow on_row = {};
  std::function<void(Ending)> on_end = {};  // once, unless the statement is cancelled before
};

/// A statement that Trino runs.
class Run {
 public:
  virtual ~Run() = default;
  /// Ends it there and here; from any thread. Nothing is told once this is seen by the loop.
  virtual void cancel() = 0;
};

/// Speaks Trino's client protocol with one cluster: any number of statements at a time, without a
/// thread for each. Source: https://trino.io/docs/current/develop/client-protocol.html
class Client {
 public:
  /// Throws outbound::HttpTrouble where the certificates cannot be read.
  Client(outbound::Loop& loop, Server server);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Starts a statement; from any thread. `columns`: what its rows are to be.
  std::shared_ptr<Run> start(std::string statement, std::vector<sql::Column> columns,
                             const Limits& limits, Observer observer);
  const Server& server() const;
  /// Waits, a time at most, until Trino has been told of all statements that were cancelled.
  void finish_farewells(std::chrono::milliseconds time) const;

  struct Body;

 private:
  std::shared_ptr<Body> body_;
};

}  // namespace trailpond::trino
