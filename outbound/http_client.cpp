#include "outbound/http_client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <exception>

#include "outbound/connection.hpp"

namespace trailpond::outbound {
namespace {

/// How soon a stop is seen.
constexpr std::chrono::milliseconds kLook{50};

}  // namespace

struct HttpClient::Secrets {
  Trust trust;
};

/// One connection with a loop of its own, run by who waits.
struct HttpClient::Line {
  Line(const Url& url, Trust& trust) : connection(io, url, trust, {}) {}

  /// Runs a step of the connection to its end, or until it is stopped. Throws HttpTrouble.
  void wait(asio::awaitable<void> step, const std::stop_token& stop) {
    bool done = false;
    std::exception_ptr trouble;
    asio::co_spawn(io, std::move(step), [&](const std::exception_ptr& thrown) {
      done = true;
      trouble = thrown;
    });
    bool told = false;
    while (!done) {
      io.restart();
      io.run_for(kLook);
      if (stop.stop_requested() && !done && !told) {
        connection.cancel();
        told = true;
      }
    }
    if (trouble) {
      std::rethrow_exception(trouble);
    }
  }

  asio::io_context io{1};
  Connection connection;
};

HttpClient::HttpClient(Url url, const std::string& certificates)
    : url_(std::move(url)), secrets_(new Secrets{Trust(url_, certificates)}) {}

HttpClient::~HttpClient() = default;

std::unique_ptr<HttpClient::Line> HttpClient::take_idle() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) {
    return nullptr;
  }
  auto line = std::move(idle_.back());
  idle_.pop_back();
  return line;
}

HttpAnswer HttpClient::send(const HttpRequest& request, const std::stop_token& stop,
                            const OnBytes& on_bytes) {
  if (auto idle = take_idle()) {
    try {
      return exchange(idle, request, stop, on_bytes);
    } catch (const HttpTrouble& trouble) {
      if (trouble.stopped || idle->connection.answered()) {
        throw;
      }
      // The server may have closed it meanwhile.
    }
  }
  auto line = std::make_unique<Line>(url_, secrets_->trust);
  line->wait(line->connection.open(), stop);
  return exchange(line, request, stop, on_bytes);
}

namespace {

asio::awaitable<void> keep_answer(Connection& connection, const HttpRequest& request,
                                  const OnBytes& on_bytes, HttpAnswer& answer) {
  answer = co_await connection.exchange(request, on_bytes);
}

}  // namespace

/// Sends a request over a connection, which is kept where the server says so.
HttpAnswer HttpClient::exchange(std::unique_ptr<Line>& line, const HttpRequest& request,
                                const std::stop_token& stop, const OnBytes& on_bytes) {
  HttpAnswer answer;
  line->wait(keep_answer(line->connection, request, on_bytes, answer), stop);
  if (line->connection.stays_open()) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(line));
  }
  return answer;
}

}  // namespace trailpond::outbound
