// The server without an API: limits of time and number, and bodies as streams. Time-outs are
// short here; what is checked is that they end the wait, not how exactly.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <mutex>
#include <thread>

#include "server/http/server.hpp"

using namespace trailpond;
using namespace std::chrono_literals;

namespace {

/// What the readers of bodies have seen.
struct Seen {
  std::mutex guard = {};
  std::vector<std::string> pieces = {};
  std::atomic<std::size_t> bytes = 0;
  std::atomic<int> answered = 0;
  std::atomic<int> ended = 0;
};

class Reader final : public http::BodyReader {
 public:
  Reader(Seen& seen, std::size_t enough) : seen_(seen), enough_(enough) {}
  ~Reader() override { ++seen_.ended; }
  bool take(std::string_view piece) override {
    const std::lock_guard lock(seen_.guard);
    seen_.pieces.emplace_back(piece);
    seen_.bytes += piece.size();
    if (piece.starts_with("throw")) {
      throw std::runtime_error("the reader broke");
    }
    return seen_.bytes < enough_;
  }
  void answer(http::Response& response) override {
    ++seen_.answered;
    response.body = std::to_string(seen_.bytes);
  }

 private:
  Seen& seen_;
  std::size_t enough_;
};

class Echo final : public http::Handler {
 public:
  http::Admission admit(const http::Request& head, std::optional<std::uint64_t> length) override {
    claimed = length.value_or(0);
    http::Admission admission = {std::uint64_t{4} << 30,
                                 head.path() == "/blocks" ? http::Pool::kShort : http::Pool::kNone};
    if (head.path() == "/stream") {
      admission.reader = std::make_unique<Reader>(seen, enough);
    }
    return admission;
  }
  void handle(const http::Request& request, http::Response& response) override {
    if (request.path() == "/blocks") {
      std::this_thread::sleep_for(300ms);
    }
    response.body = std::string(request.body);
  }
  Seen seen = {};
  std::size_t enough = SIZE_MAX;
  std::atomic<std::uint64_t> claimed = 0;
};

struct TestServer {
  explicit TestServer(http::ServerOptions options = {}) {
    auto made = http::Server::listen(std::move(options), echo);
    REQUIRE(made.has_value());
    server = std::move(*made);
    server->start();
  }
  Echo echo = {};
  std::unique_ptr<http::Server> server = {};
};

class Client {
 public:
  explicit Client(const TestServer& server) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.server->port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience = {20, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    REQUIRE(connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }
  ~Client() { leave(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void leave() {
    if (socket_ >= 0) {
      close(std::exchange(socket_, -1));
    }
  }
  /// Answers whether all could be sent.
  bool send(std::string_view text) {
    while (!text.empty()) {
      const auto sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        return false;
      }
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  /// Reads until the server ends the connection, or `until` is seen.
  std::string read(std::string_view until = {}) {
    std::string all;
    char piece[4096];
    while (until.empty() || all.find(until) == std::string::npos) {
      const auto count = recv(socket_, piece, sizeof piece, 0);
      if (count <= 0) {
        break;
      }
      all.append(piece, static_cast<std::size_t>(count));
    }
    return all;
  }

 private:
  int socket_;
};

http::ServerOptions short_timeouts() {
  http::ServerOptions options;
  options.timeouts = {200ms, 200ms, 200ms, 2000ms, 200ms, 500ms};
  return options;
}

template <class Condition>
bool comes_true(Condition condition) {
  for (int tries = 0; tries < 500 && !condition(); ++tries) {
    std::this_thread::sleep_for(10ms);
  }
  return condition();
}

const std::string kMebibyte(std::size_t{1} << 20, 'x');

}  // namespace

TEST_CASE("a silent connection is ended, without an answer when nothing was asked") {
  TestServer server(short_timeouts());
  Client silent(server);
  CHECK(silent.read() == "");
  Client between(server);
  between.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab");
  const std::string answer = between.read();
  CHECK(answer.starts_with("HTTP/1.1 200 "));
  CHECK(answer.ends_with("ab"));
}

TEST_CASE("half a header and half a body are answered 408") {
  TestServer server(short_timeouts());
  Client header(server);
  header.send("POST / HT");
  CHECK(header.read().starts_with("HTTP/1.1 408 "));
  Client body(server);
  body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  CHECK(body.read().starts_with("HTTP/1.1 408 "));
  Client stream(server);
  stream.send("POST /stream HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  CHECK(stream.read().starts_with("HTTP/1.1 408 "));
  CHECK(server.echo.seen.answered == 0);
  CHECK(comes_true([&] { return server.echo.seen.ended == 1; }));
}

TEST_CASE("a slow handler is not timed out") {
  TestServer server(short_timeouts());
  Client client(server);
  client.send("GET /blocks HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  CHECK(client.read().starts_with("HTTP/1.1 200 "));
}

TEST_CASE("one connection too many is told so; the next one fits again") {
  http::ServerOptions options;
  options.max_connections = 3;
  TestServer server(options);
  constexpr std::string_view kAsk = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  {
    Client one(server), two(server), three(server);
    for (Client* client : {&one, &two, &three}) {
      client->send(kAsk);
      CHECK(client->read("\r\n\r\n").starts_with("HTTP/1.1 200 "));
    }
    Client four(server);
    const std::string refusal = four.read();
    CHECK(refusal.starts_with("HTTP/1.1 503 "));
    const auto body = refusal.find("\r\n\r\n") + 4;
    CHECK(refusal.find("Content-Length: " + std::to_string(refusal.size() - body)) !=
          std::string::npos);
  }
  CHECK(comes_true([&] {
    Client again(server);
    again.send(kAsk);
    return again.read("\r\n\r\n").starts_with("HTTP/1.1 200 ");
  }));
}

TEST_CASE("a streamed body is handed on while it comes, and the connection goes on") {
  TestServer server;
  Client client(server);
  constexpr int kPieces = 20;
  client.send("POST /stream HTTP/1.1\r\nHost: a\r\nContent-Length: " +
              std::to_string(kPieces * kMebibyte.size() + 3) + "\r\n\r\n");
  for (int i = 0; i < kPieces / 2; ++i) {
    REQUIRE(client.send(kMebibyte));
  }
  CHECK(comes_true([&] { return server.echo.seen.bytes > kMebibyte.size() * 8; }));
  CHECK(server.echo.seen.answered == 0);
  for (int i = 0; i < kPieces / 2; ++i) {
    REQUIRE(client.send(kMebibyte));
  }
  client.send("endGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const std::string answers = client.read();
  CHECK(answers.find("\r\n\r\n20971523HTTP/1.1 200 ") != std::string::npos);
  CHECK(server.echo.claimed == 0);  // of the second request
  CHECK(server.echo.seen.ended == 1);
  for (const std::string& piece : server.echo.seen.pieces) {
    CHECK(piece.size() < 2 * kMebibyte.size());
  }
}

TEST_CASE("a streamed body in chunks, short or empty") {
  TestServer server;
  Client client(server);
  client.send(
      "POST /stream HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  CHECK(client.read("\r\n\r\n5").ends_with("\r\n\r\n5"));
  client.send("POST /stream HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  CHECK(client.read().starts_with("HTTP/1.1 200 "));
  CHECK(server.echo.seen.answered == 2);
}

TEST_CASE("a reader that has enough answers before the body is complete") {
  TestServer server;
  server.echo.enough = 1;
  Client client(server);
  client.send("POST /stream HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n" + kMebibyte +
              kMebibyte);
  const std::string answer = client.read();
  CHECK(answer.starts_with("HTTP/1.1 200 "));
  CHECK(answer.find("Connection: close") != std::string::npos);
  CHECK(server.echo.seen.answered == 1);
}

TEST_CASE("a reader that throws is an internal error, and its body's end is not read") {
  TestServer server;
  for (const std::size_t length : {5, 100'000'000}) {
    Client client(server);
    client.send("POST /stream HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(length) +
                "\r\nConnection: close\r\n\r\nthrow" +
                (length > 5 ? kMebibyte + kMebibyte : std::string()));
    CHECK(client.read().starts_with("HTTP/1.1 500 "));
  }
  CHECK(server.echo.seen.answered == 0);
}

TEST_CASE("a client that goes away in a stream leaves nothing behind") {
  TestServer server;
  Client client(server);
  client.send("POST /stream HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n" + kMebibyte +
              kMebibyte);
  CHECK(comes_true([&] { return server.echo.seen.bytes > 0; }));
  client.leave();
  CHECK(comes_true([&] { return server.echo.seen.ended == 1; }));
  CHECK(server.echo.seen.answered == 0);
}

TEST_CASE("a stop answers what is in flight, and ends the rest") {
  TestServer server(short_timeouts());
  Client busy(server), idle(server);
  busy.send("GET /blocks HTTP/1.1\r\nHost: a\r\n\r\n");
  std::this_thread::sleep_for(50ms);
  server.server->stop();
  const std::string answer = busy.read();
  CHECK(answer.starts_with("HTTP/1.1 200 "));
  CHECK(answer.find("Connection: close") != std::string::npos);
  CHECK(idle.read() == "");
  server.server->wait();
}
