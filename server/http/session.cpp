#include "server/http/session.hpp"

#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <charconv>

namespace trailpond::http {

namespace beast_http = boost::beast::http;
using boost::beast::error_code;

namespace {

constexpr unsigned kOk = 200;
constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

}  // namespace

void Bell::ring() {
  if (!rung_.exchange(true)) {
    asio::post(timer_.get_executor(), [bell = shared_from_this()] { bell->timer_.cancel(); });
  }
}

asio::awaitable<void> Bell::sleep(std::chrono::milliseconds time) {
  if (!rung_.exchange(false)) {
    timer_.expires_after(time);
    co_await timer_.async_wait(kAsTuple);
    rung_ = false;
  }
}

Session::Session(Tcp::socket socket, Worker& worker, Shared& shared)
    : socket_(std::move(socket)),
      worker_(worker),
      shared_(shared),
      buffer_(std::make_unique_for_overwrite<char[]>(kReadBytes)) {
  error_code gone;
  const auto client = socket_.remote_endpoint(gone);
  address_ = gone ? std::string() : client.address().to_string();
  worker_.enter(*this);
}

Session::~Session() { worker_.leave(*this); }

asio::awaitable<void> Session::run() {
  bool open = true;
  while (open) {
    response_.clear();
    bool complete = co_await read_head();
    if (complete) {
      std::optional<std::uint64_t> length;
      if (const auto said = parser_->content_length()) {
        length = *said;
      }
      const Admission admission = shared_.handler.admit(request_, length);
      complete = co_await read_body(admission);
      if (complete) {
        co_await handle(admission);
      }
    }
    if (!complete && !refused_) {
      break;  // the client has gone, or was silent
    }
    if (response_.later && response_.later->is_stream()) {
      co_await stream();
      break;
    }
    if (response_.later && !co_await wait_for_answer()) {
      break;
    }
    open = co_await write();
  }
  co_await close();
}

void Session::interrupt() {
  interrupted_ = true;
  error_code ignored;
  socket_.cancel(ignored);
  if (bell_) {
    bell_->wake();
  }
}

void Session::wait_for(std::chrono::milliseconds time) {
  interrupted_ = false;
  deadline_ = std::chrono::steady_clock::now() + time;
}

/// Takes what the buffer holds; true once the parser has gone a step.
bool Session::parse(error_code& error) {
  if (begin_ == end_) {
    error = beast_http::error::need_more;
    return false;
  }
  begin_ += parser_->put(asio::const_buffer(buffer_.get() + begin_, end_ - begin_), error);
  if (begin_ == end_) {
    begin_ = end_ = 0;
  }
  return !error;
}

asio::awaitable<bool> Session::fill() {
  if (begin_ > 0) {
    std::copy(buffer_.get() + begin_, buffer_.get() + end_, buffer_.get());
    end_ -= begin_;
    begin_ = 0;
  }
  const auto space = asio::buffer(buffer_.get() + end_, kReadBytes - end_);
  const auto [error, count] = co_await socket_.async_read_some(space, kAsTuple);
  end_ += count;
  co_return !error && count > 0;
}

asio::awaitable<bool> Session::read_head() {
  has_head_ = false;
  parser_.emplace(storage_);
  idle_ = begin_ == end_;
  wait_for(idle_ ? shared_.timeouts.idle : shared_.timeouts.header);
  error_code error;
  while (!parse(error) || !parser_->is_header_done()) {
    if (error && error != beast_http::error::need_more) {
      co_return refuse_malformed(error);
    }
    if (idle_ && shared_.stopping.load(std::memory_order_relaxed)) {
      co_return false;
    }
    if (!co_await fill()) {
      if (interrupted_ && !idle_) {
        refuse_and_close(408, "The header was not complete in time.");
      }
      co_return false;
    }
    if (idle_) {
      idle_ = false;
      wait_for(shared_.timeouts.header);
    }
  }
  idle_ = false;
  id_ = worker_.make_request_id();
  request_ = parser_->request();
  request_.id = {id_.data(), id_.size()};
  request_.address = address_;
  has_head_ = true;
  co_return true;
}

asio::awaitable<bool> Session::read_body(const Admission& admission) {
  if (parser_->expects_unknown()) {
    refuse_and_close(417, "The only expectation that can be met is 100-continue.");
    co_return false;
  }
  if (parser_->version() >= 11 && !parser_->has_host()) {
    refuse_and_close(400, "A request of HTTP/1.1 needs a Host field.");
    co_return false;
  }
  const auto length = parser_->content_length();
  if (length && *length > admission.max_body_bytes) {
    co_return refuse_malformed(beast_http::error::body_limit);
  }
  parser_->body_limit(admission.max_body_bytes);
  if (parser_->expects_continue() && begin_ == end_ && !parser_->is_done()) {
    if (!co_await send_continue()) {
      co_return false;
    }
  }
  error_code error;
  while (!parser_->is_done()) {
    if (admission.reader && storage_.body.size() >= kBodyPieceBytes &&
        !co_await hand_on(admission.pool, *admission.reader)) {
      refused_ = true;  // answered now; the rest is not read
      break;
    }
    if (parse(error)) {
      continue;
    }
    if (error != beast_http::error::need_more || end_ - begin_ == kReadBytes) {
      co_return refuse_malformed(error);
    }
    wait_for(shared_.timeouts.body);
    if (!co_await fill()) {
      if (interrupted_) {
        refuse_and_close(408, "The body was not complete in time.");
      }
      co_return false;
    }
  }
  request_.body = storage_.body;
  co_return true;
}

asio::awaitable<bool> Session::send_continue() {
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  wait_for(shared_.timeouts.write);
  const auto buffer = asio::buffer(kContinue);
  const auto [error, count] = co_await asio::async_write(socket_, buffer, kAsTuple);
  co_return !error;
}

/// Refuses in the form that the path's clients expect, where the path is known.
void Session::refuse_this(unsigned status, std::string_view message) {
  if (has_head_) {
    shared_.handler.refuse(request_, response_, status, message);
  } else {
    refuse(response_, status, message);
  }
}

void Session::refuse_and_close(unsigned status, std::string_view message) {
  refuse_this(status, message);
  response_.close = true;
  refused_ = true;
  id_ = worker_.make_request_id();
}

bool Session::refuse_malformed(const error_code& error) {
  if (error == beast_http::error::header_limit) {
    refuse_and_close(431, "The header of a request may have at most " +
                              std::to_string(kMaxHeaderBytes) + " bytes and " +
                              std::to_string(kMaxHeaderFields) + " fields.");
  } else if (error == beast_http::error::body_limit) {
    refuse_and_close(413, "The body of the request is too large.");
  } else {
    refuse_and_close(400, "The request is not well-formed HTTP/1.1: " + error.message() + ".");
  }
  return false;
}

/// Runs work that may wait on a thread made for that.
template <class Work>
asio::awaitable<void> Session::run_in(Pool pool, Work work) {
  deadline_ = SteadyTime::max();
  auto& threads = (pool == Pool::kLong ? shared_.long_pool : shared_.short_pool).get();
  const auto begin = [this, &work, &threads](auto handler) {
    // The I/O thread is woken once, when the work is done: a coroutine on the pool would first
    // wake another of its threads.
    asio::post(threads, [this, &work, guarded = asio::make_work_guard(handler),
                         handler = std::move(handler)]() mutable {
      guard(work);
      asio::post(guarded.get_executor(), std::move(handler));
    });
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(begin, asio::use_awaitable);
}

/// Hands on what has come of a body; false when no more of it is wanted.
asio::awaitable<bool> Session::hand_on(Pool pool, BodyReader& reader) {
  bool wanted = false;
  co_await run_in(pool, [&] { wanted = reader.take(storage_.body); });
  storage_.body.clear();
  co_return wanted;
}

asio::awaitable<void> Session::handle(const Admission& admission) {
  if (BodyReader* reader = admission.reader.get()) {
    if (response_.status == kOk && !storage_.body.empty()) {
      co_await hand_on(admission.pool, *reader);
    }
    if (response_.status == kOk) {
      co_await run_in(admission.pool, [this, reader] { reader->answer(response_); });
    }
  } else if (admission.pool != Pool::kNone) {
    co_await run_in(admission.pool, [this] { shared_.handler.handle(request_, response_); });
  } else {
    deadline_ = SteadyTime::max();
    request_.may_wait = false;
    guard([this] { shared_.handler.handle(request_, response_); });
    if (response_.is_elsewhere) {
      response_.clear();
      request_.may_wait = true;
      co_await run_in(Pool::kShort, [this] { shared_.handler.handle(request_, response_); });
    }
  }
}

template <class Work>
void Session::guard(Work work) noexcept {
  try {
    work();
  } catch (const std::exception& error) {
    response_.clear();
    refuse_this(500, std::string("An internal error: ") + error.what());
  }
}

/// Tells whether the client has closed its side: nobody is there to be answered.
bool Session::is_client_gone() {
  char byte = 0;
  return begin_ == end_ &&
         recv(socket_.native_handle(), &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/// Waits for an answer that is not there yet; false when nobody is there to be answered.
asio::awaitable<bool> Session::wait_for_answer() {
  constexpr std::chrono::milliseconds kLookEvery{1000};
  const auto later = std::exchange(response_.later, nullptr);
  const auto bell = bell_ = std::make_shared<Bell>(worker_.context());
  deadline_ = SteadyTime::max();
  interrupted_ = false;
  later->listen([weak = std::weak_ptr(bell)] {
    if (const auto here = weak.lock()) {
      here->ring();
    }
  });
  auto step = Later::Step::kDone;
  do {
    guard([&] { step = later->go_on(response_); });
    if (step == Later::Step::kDone) {
      break;
    }
    co_await bell->sleep(std::min(later->patience(), kLookEvery));
    if (interrupted_) {
      refuse_this(503, "The server stops.");
      break;
    }
  } while (!is_client_gone());
  bell_.reset();
  co_return step == Later::Step::kDone || interrupted_;
}

/// Sends what a stream has, until it ends, the client goes or takes too long, or the server stops.
asio::awaitable<void> Session::stream() {
  constexpr std::chrono::milliseconds kLookEvery{1000};
  const auto later = std::exchange(response_.later, nullptr);
  const auto bell = std::make_shared<Bell>(worker_.context());
  later->listen([weak = std::weak_ptr(bell)] {
    if (const auto here = weak.lock()) {
      here->ring();
    }
  });
  response_.close = true;
  print_head(true);
  auto step = Later::Step::kWait;
  bool open = co_await send(head_);
  while (open && step == Later::Step::kWait && !shared_.stopping.load(std::memory_order_relaxed)) {
    response_.body.clear();
    step = Later::Step::kDone;
    guard([&] { step = later->go_on(response_); });
    if (!response_.body.empty()) {
      open = co_await send(response_.body);
      continue;
    }
    bell_ = bell;
    deadline_ = SteadyTime::max();
    co_await bell->sleep(std::min(later->patience(), kLookEvery));
    bell_.reset();
    open = !is_client_gone();
  }
}

asio::awaitable<bool> Session::send(std::string_view text) {
  wait_for(shared_.timeouts.write);
  const auto buffer = asio::buffer(text);
  const auto [error, count] = co_await asio::async_write(socket_, buffer, kAsTuple);
  co_return !error;
}

void Session::print_head(bool endless) {
  const auto number = [this](std::uint64_t value) {
    std::array<char, 24> digits;
    head_.append(digits.data(), std::to_chars(digits.begin(), digits.end(), value).ptr);
  };
  head_ = "HTTP/1.1 ";
  number(response_.status);
  head_ += ' ';
  head_ += reason_of(response_.status);
  head_ += "\r\nContent-Type: ";
  head_ += response_.content_type;
  if (endless) {
    head_ += "\r\nCache-Control: no-store\r\n";
  } else {
    head_ += "\r\nContent-Length: ";
    number(response_.body.size());
    head_ += "\r\n";
  }
  head_ += shared_.id_field;
  head_.append(id_.data(), id_.size());
  head_ += "\r\nDate: ";
  worker_.append_date(head_);
  head_ += "\r\n";
  head_ += response_.fields;
  if (response_.close) {
    head_ += "Connection: close\r\n";
  } else if (parser_->version() < 11) {
    head_ += "Connection: keep-alive\r\n";
  }
  head_ += "\r\n";
}

/// Sends the answer; true when another request may follow.
asio::awaitable<bool> Session::write() {
  const bool complete = !refused_;
  if (response_.held_back.count() > 0) {
    deadline_ = SteadyTime::max();
    asio::steady_timer timer(socket_.get_executor(), response_.held_back);
    co_await timer.async_wait(kAsTuple);
  }
  if (response_.sending == Sending::kReset) {
    error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    socket_.close(ignored);
    co_return false;
  }
  const bool truncated = response_.sending == Sending::kTruncate;
  response_.close = truncated || response_.close || !complete || !parser_->keep_alive() ||
                    shared_.stopping.load(std::memory_order_relaxed);
  print_head();
  const bool bodiless = complete && request_.method == "HEAD";
  wait_for(shared_.timeouts.write);
  const std::array<asio::const_buffer, 2> buffers = {
      asio::buffer(head_),
      asio::const_buffer(response_.body.data(), bodiless    ? 0
                                                : truncated ? response_.body.size() / 2
                                                            : response_.body.size())};
  const auto [error, count] = co_await asio::async_write(socket_, buffers, kAsTuple);
  co_return !error && !response_.close;
}

/// Ends the connection. What the client still sends is read for a while: closing at once would
/// reset the connection, and the client might lose the answer that says why.
asio::awaitable<void> Session::close() {
  error_code error;
  socket_.shutdown(Tcp::socket::shutdown_send, error);
  if (!error && refused_) {
    wait_for(shared_.timeouts.drain);
    const auto space = asio::buffer(buffer_.get(), kReadBytes);
    while (!error && !interrupted_) {
      const auto [failed, count] = co_await socket_.async_read_some(space, kAsTuple);
      error = failed;
    }
  }
  socket_.close(error);
}

}  // namespace trailpond::http
