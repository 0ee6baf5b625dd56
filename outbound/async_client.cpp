#include "outbound/async_client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <exception>
#include <vector>

#include "outbound/connection.hpp"
#include "outbound/loop_parts.hpp"

namespace trailpond::outbound {

struct AsyncClient::Body {
  Body(Loop& with, Url server, const std::string& certificates, Patience limits)
      : loop(with), url(std::move(server)), trust(url, certificates), patience(limits) {}

  Loop& loop;
  Url url;
  Trust trust;
  Patience patience;
  std::vector<std::unique_ptr<Connection>> idle = {};
};

namespace {

class Exchange final : public Sending {
 public:
  Exchange(std::shared_ptr<AsyncClient::Body> client, HttpRequest request, std::string body,
           OnBytes on_bytes)
      : client_(std::move(client)),
        request_(std::move(request)),
        body_(std::move(body)),
        on_bytes_(std::move(on_bytes)) {
    request_.body = body_;
  }

  void cancel() override {
    cancelled_ = true;
    if (connection_) {
      connection_->cancel();
    }
  }

  asio::awaitable<Outcome> run() {
    Outcome outcome;
    try {
      outcome.answer = co_await exchange();
    } catch (const HttpTrouble& trouble) {
      outcome.trouble = trouble;
    } catch (const std::exception& error) {
      outcome.trouble.message = error.what();
      outcome.trouble.sent = true;
    }
    connection_.reset();
    co_return outcome;
  }

 private:
  void check() const {
    if (cancelled_) {
      throw HttpTrouble{"stopped", true};
    }
  }

  /// Sends over a connection of before; answers nothing where the server has closed it meanwhile.
  asio::awaitable<std::optional<HttpAnswer>> exchange_over_idle() {
    connection_ = std::move(client_->idle.back());
    client_->idle.pop_back();
    try {
      co_return co_await connection_->exchange(request_, on_bytes_);
    } catch (const HttpTrouble& trouble) {
      if (trouble.stopped || connection_->answered()) {
        throw;
      }
    }
    co_return std::nullopt;
  }

  asio::awaitable<HttpAnswer> exchange() {
    check();
    std::optional<HttpAnswer> answer;
    // What the server may have begun is not begun again.
    if (!client_->idle.empty() && request_.method != "POST") {
      answer = co_await exchange_over_idle();
    }
    if (!answer) {
      check();
      connection_ = std::make_unique<Connection>(client_->loop.parts().io, client_->url,
                                                 client_->trust, client_->patience);
      co_await connection_->open();
      answer = co_await connection_->exchange(request_, on_bytes_);
    }
    constexpr std::size_t kMostIdle = 32;
    if (connection_->stays_open() && client_->idle.size() < kMostIdle) {
      client_->idle.push_back(std::move(connection_));
    }
    co_return std::move(*answer);
  }

  std::shared_ptr<AsyncClient::Body> client_;
  HttpRequest request_;
  std::string body_;
  OnBytes on_bytes_;
  std::unique_ptr<Connection> connection_ = {};
  bool cancelled_ = false;
};

}  // namespace

AsyncClient::AsyncClient(Loop& loop, Url url, const std::string& certificates, Patience patience)
    : body_(std::make_shared<Body>(loop, std::move(url), certificates, patience)) {}
AsyncClient::~AsyncClient() = default;

const Url& AsyncClient::url() const { return body_->url; }

std::shared_ptr<Sending> AsyncClient::send(HttpRequest request, std::string body, OnBytes on_bytes,
                                           OnEnd on_end) {
  auto exchange =
      std::make_shared<Exchange>(body_, std::move(request), std::move(body), std::move(on_bytes));
  asio::co_spawn(
      body_->loop.parts().io, exchange->run(),
      [exchange, on_end = std::move(on_end)](const std::exception_ptr& thrown, Outcome outcome) {
        if (!thrown) {
          on_end(std::move(outcome));
        }
      });
  return exchange;
}

}  // namespace trailpond::outbound
