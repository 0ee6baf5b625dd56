#pragma once
#include <chrono>
#include <cstddef>

/// What the server puts up with. All are ours, but for the source named.
namespace trailpond::http {

/// Request line and header fields, bytes. AWS accepts about as much (API Gateway quotas: 10,240).
constexpr std::size_t kMaxHeaderBytes = std::size_t{16} << 10;
constexpr std::size_t kMaxHeaderFields = 100;
/// What one connection reads at a time; a whole header must fit.
constexpr std::size_t kReadBytes = kMaxHeaderBytes + (std::size_t{4} << 10);
/// A streamed body is handed on in pieces of about so much.
constexpr std::size_t kBodyPieceBytes = std::size_t{1} << 20;
/// An answer's buffer that is larger is given back after it was sent.
constexpr std::size_t kKeptBufferBytes = std::size_t{64} << 10;
/// Connections at a time; more are told 503 and closed.
constexpr std::size_t kMaxConnections = 1024;
/// Threads for handlers that may wait, of each pool.
constexpr std::size_t kPoolThreads = 2;

/// How long a client may keep the server waiting.
struct Timeouts {
  std::chrono::milliseconds idle = std::chrono::seconds(120);   // between two requests
  std::chrono::milliseconds header = std::chrono::seconds(10);  // first to last byte of a header
  std::chrono::milliseconds body = std::chrono::seconds(20);    // between two pieces of a body
  std::chrono::milliseconds write = std::chrono::seconds(60);   // to take an answer
  std::chrono::milliseconds drain = std::chrono::seconds(2);    // to end after a refusal
  std::chrono::milliseconds stop = std::chrono::seconds(5);     // for what is in flight at the end
};

}  // namespace trailpond::http
