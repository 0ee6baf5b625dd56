#include "server/http/server.hpp"

#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <thread>
#include <vector>

#include "base/uuid.hpp"
#include "server/http/session.hpp"

namespace trailpond::http {
namespace {

using boost::system::error_code;

/// How often deadlines are looked at: cheaper than a timer for each connection.
constexpr auto kSweepEvery = std::chrono::milliseconds(100);

asio::awaitable<void> serve(Tcp::socket socket, Worker& worker, Shared& shared) {
  Session session(std::move(socket), worker, shared);
  co_await session.run();
}

/// What a connection too many is told.
std::string print_full() {
  Response response;
  refuse(response, 503, "There are too many connections at once.");
  return "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(response.body.size()) + "\r\nConnection: close\r\n\r\n" + response.body;
}

/// Raises the process' limit of open files, which is 1,024 by habit, as far as connections ask.
void allow_connections(std::size_t connections) {
  constexpr rlim_t kOtherFiles = 256;
  rlimit files = {};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < connections + kOtherFiles) {
    files.rlim_cur = std::min<rlim_t>(files.rlim_max, connections + kOtherFiles);
    setrlimit(RLIMIT_NOFILE, &files);
  }
}

}  // namespace

// One I/O thread

Worker::Worker(Shared& shared)
    : until_stopped_(context_.get_executor()),
      shared_(shared),
      sweeper_(context_),
      random_(std::random_device{}()) {}

void Worker::adopt(Tcp::socket socket) {
  asio::co_spawn(context_, serve(std::move(socket), *this, shared_), asio::detached);
}

void Worker::enter(Session& session) {
  sessions_.insert(&session);
  if (!sweeping_) {
    sweeping_ = true;
    sweep();
  }
}

void Worker::leave(Session& session) {
  sessions_.erase(&session);
  --shared_.connections;
  if (sessions_.empty()) {
    sweeper_.cancel();  // nothing is left to wait for: an idle server sleeps, a stopped one ends
  }
}

void Worker::sweep() {
  const SteadyTime now = std::chrono::steady_clock::now();
  const bool over = stop_by_ && now >= *stop_by_;
  for (Session* session : sessions_) {
    if (over || session->deadline() <= now) {
      session->interrupt();
    }
  }
  if (sessions_.empty()) {
    sweeping_ = false;
    return;
  }
  sweeper_.expires_after(kSweepEvery);
  sweeper_.async_wait([this](const error_code&) { sweep(); });
}

void Worker::stop() {
  asio::post(context_, [this] {
    until_stopped_.reset();
    stop_by_ = std::chrono::steady_clock::now() + shared_.timeouts.stop;
    for (Session* session : sessions_) {
      if (session->is_idle()) {
        session->interrupt();
      }
    }
  });
}

void Worker::append_date(std::string& out) {
  const std::time_t now = std::time(nullptr);
  if (now != date_second_) {
    date_second_ = now;
    std::tm parts = {};
    gmtime_r(&now, &parts);
    char text[32] = {};
    date_.assign(text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts));
  }
  out += date_;
}

UuidText Worker::make_request_id() { return print_uuid(version_4({random_(), random_()})); }

// The server

class Server::Body {
 public:
  Body(ServerOptions options, Handler& handler)
      : options_(std::move(options)),
        shared_{handler, options_.timeouts, options_.id_field + ": "},
        acceptor_(first().context()),
        pause_(first().context()),
        signals_(first().context()) {
    for (unsigned i = 1; i < options_.threads; ++i) {
      workers_.push_back(std::make_unique<Worker>(shared_));
    }
  }

  ~Body() {
    stop();
    wait();
  }

  std::optional<std::string> listen();
  std::uint16_t port() const { return port_; }

  void start() {
    allow_connections(options_.max_connections);
    signals_.add(SIGTERM);
    signals_.add(SIGINT);
    signals_.async_wait([this](const error_code& error, int) {
      if (!error) {
        stop();
      }
    });
    accept();
    for (const auto& worker : workers_) {
      threads_.emplace_back([&context = worker->context()] { context.run(); });
    }
  }

  void stop() {
    if (shared_.stopping.exchange(true)) {
      return;
    }
    asio::post(first().context(), [this] {
      error_code ignored;
      acceptor_.close(ignored);
      pause_.cancel();
      signals_.cancel(ignored);
    });
    for (const auto& worker : workers_) {
      worker->stop();
    }
  }

  void wait() {
    threads_.clear();  // joins
    shared_.short_pool.join();
    shared_.long_pool.join();
  }

 private:
  Worker& first() {
    if (workers_.empty()) {
      workers_.push_back(std::make_unique<Worker>(shared_));
    }
    return *workers_.front();
  }
  void accept();

  ServerOptions options_;
  Shared shared_;
  std::vector<std::unique_ptr<Worker>> workers_ = {};
  Tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  asio::signal_set signals_;
  std::string full_ = print_full();
  std::uint16_t port_ = 0;
  std::size_t next_ = 0;
  std::vector<std::jthread> threads_ = {};
};

std::optional<std::string> Server::Body::listen() {
  const std::string where = options_.host + ":" + std::to_string(options_.port);
  error_code error;
  Tcp::resolver resolver(first().context());
  const auto found =
      resolver.resolve(options_.host, std::to_string(options_.port), Tcp::resolver::passive, error);
  if (error || found.empty()) {
    return "Cannot listen on " + where + ": " + error.message() + ".";
  }
  const Tcp::endpoint endpoint = found.begin()->endpoint();
  acceptor_.open(endpoint.protocol(), error);
  if (!error) {
    acceptor_.set_option(Tcp::acceptor::reuse_address(true), error);
  }
  if (!error) {
    acceptor_.bind(endpoint, error);
  }
  if (!error) {
    acceptor_.listen(asio::socket_base::max_listen_connections, error);
  }
  if (error == asio::error::address_in_use) {
    return "Port " + std::to_string(options_.port) + " of " + options_.host +
           " is in use, perhaps by another trailpond. Stop that, or choose another port with "
           "--port (0: any that is free).";
  }
  if (error) {
    return "Cannot listen on " + where + ": " + error.message() + ".";
  }
  port_ = acceptor_.local_endpoint().port();  // now: a signal may close it at any time later
  return std::nullopt;
}

void Server::Body::accept() {
  if (!acceptor_.is_open()) {
    return;
  }
  Worker& worker = *workers_[next_++ % workers_.size()];
  acceptor_.async_accept(worker.context(),
                         [this, &worker](const error_code& error, Tcp::socket socket) {
                           if (!acceptor_.is_open()) {
                             return;
                           }
                           error_code ignored;
                           if (!error && shared_.connections.load() >= options_.max_connections) {
                             // Too short to block: the buffer of a new connection is empty.
                             socket.write_some(asio::buffer(full_), ignored);
                             socket.shutdown(Tcp::socket::shutdown_both, ignored);
                           } else if (!error) {
                             socket.set_option(Tcp::no_delay(true), ignored);
                             ++shared_.connections;
                             worker.adopt(std::move(socket));
                           } else {
                             // No file descriptor is left, as a rule: trying on at once would be a
                             // busy loop.
                             pause_.expires_after(kSweepEvery);
                             pause_.async_wait([this](const error_code&) { accept(); });
                             return;
                           }
                           accept();
                         });
}

Result<std::unique_ptr<Server>, std::string> Server::listen(ServerOptions options,
                                                            Handler& handler) {
  auto body = std::make_unique<Body>(std::move(options), handler);
  if (auto error = body->listen()) {
    return *error;
  }
  return std::unique_ptr<Server>(new Server(std::move(body)));
}

Server::Server(std::unique_ptr<Body> body) : body_(std::move(body)) {}
Server::~Server() = default;
std::uint16_t Server::port() const { return body_->port(); }
void Server::start() { body_->start(); }
void Server::stop() { body_->stop(); }
void Server::wait() { body_->wait(); }

}  // namespace trailpond::http
