#pragma once
#include <array>
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <ctime>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <unordered_set>

#include "server/http/limits.hpp"
#include "server/http/message.hpp"
#include "server/http/request_parser.hpp"

/// Internal to server/http.
namespace trailpond::http {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using SteadyTime = std::chrono::steady_clock::time_point;

class Session;

/// Threads for handlers that may wait, made when the first of them comes.
class LatePool {
 public:
  asio::thread_pool& get() {
    std::call_once(made_, [this] { pool_.emplace(kPoolThreads); });
    return *pool_;
  }
  /// To be called when nobody asks for it any more.
  void join() {
    if (pool_) {
      pool_->join();
    }
  }

 private:
  std::once_flag made_ = {};
  std::optional<asio::thread_pool> pool_ = {};
};

/// What all connections share.
struct Shared {
  Handler& handler;
  Timeouts timeouts = {};
  std::string id_field = {};  // the header line's beginning: "x-amzn-RequestId: "
  LatePool short_pool = {};
  LatePool long_pool = {};
  std::atomic<std::size_t> connections = 0;
  std::atomic<bool> stopping = false;
};

/// One I/O thread with its connections: nothing in here is shared, so nothing is locked.
class Worker {
 public:
  explicit Worker(Shared& shared);

  asio::io_context& context() { return context_; }
  /// Serves a connection; from any thread.
  void adopt(Tcp::socket socket);
  /// Ends idle connections now, others after their answer; from any thread.
  void stop();

  /// The rest is for the thread of this worker alone.
  void enter(Session& session);
  void leave(Session& session);
  /// Appends the Date field's value.
  void append_date(std::string& out);
  std::array<char, 36> make_request_id();

 private:
  void sweep();
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> until_stopped_;
  Shared& shared_;
  asio::steady_timer sweeper_;
  bool sweeping_ = false;
  std::optional<SteadyTime> stop_by_ = {};
  std::unordered_set<Session*> sessions_ = {};
  std::time_t date_second_ = 0;
  std::string date_ = {};
  std::mt19937_64 random_;
};

/// Wakes a connection that waits for something of ours. Any thread may ring.
class Bell : public std::enable_shared_from_this<Bell> {
 public:
  explicit Bell(asio::io_context& context) : timer_(context) {}
  void ring();
  /// The rest is for the thread of the connection. Sleeps until it is rung for, or was, or a time
  /// is over.
  asio::awaitable<void> sleep(std::chrono::milliseconds time);
  void wake() { timer_.cancel(); }

 private:
  asio::steady_timer timer_;
  std::atomic<bool> rung_ = false;
};

/// One connection: requests one after another, each answered before the next is read.
class Session {
 public:
  Session(Tcp::socket socket, Worker& worker, Shared& shared);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  asio::awaitable<void> run();

  bool is_idle() const { return idle_ || bell_ != nullptr; }
  SteadyTime deadline() const { return deadline_; }
  /// Ends what the connection is waiting for.
  void interrupt();

 private:
  asio::awaitable<bool> read_head();
  asio::awaitable<bool> read_body(const Admission& admission);
  asio::awaitable<void> handle(const Admission& admission);
  template <class Work>
  asio::awaitable<void> run_in(Pool pool, Work work);
  asio::awaitable<bool> hand_on(Pool pool, BodyReader& reader);
  asio::awaitable<bool> write();
  asio::awaitable<bool> wait_for_answer();
  asio::awaitable<void> stream();
  asio::awaitable<bool> send(std::string_view text);
  bool is_client_gone();
  asio::awaitable<void> close();
  asio::awaitable<bool> fill();
  asio::awaitable<bool> send_continue();

  bool parse(boost::beast::error_code& error);
  bool refuse_malformed(const boost::beast::error_code& error);
  void refuse_this(unsigned status, std::string_view message);
  void refuse_and_close(unsigned status, std::string_view message);
  template <class Work>
  void guard(Work work) noexcept;
  void print_head(bool endless = false);
  void wait_for(std::chrono::milliseconds time);

  Tcp::socket socket_;
  Worker& worker_;
  Shared& shared_;
  SteadyTime deadline_ = {};
  bool idle_ = false;
  bool interrupted_ = false;
  bool has_head_ = false;  // of the request that is read or answered
  bool refused_ = false;   // the rest of the request is not read
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::unique_ptr<char[]> buffer_;
  RequestParser::Storage storage_ = {};
  std::optional<RequestParser> parser_ = {};
  Request request_ = {};
  std::array<char, 36> id_ = {};
  std::string address_ = {};
  Response response_ = {};
  std::string head_ = {};
  std::shared_ptr<Bell> bell_ = {};  // while it waits for something of ours
};

}  // namespace trailpond::http
