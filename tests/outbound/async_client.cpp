#include "outbound/async_client.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <list>
#include <thread>

namespace trailpond::outbound {
namespace {

using std::chrono::milliseconds;

/// A server that answers each request by its path: /ok at once, /slow after a time, /cut with half
/// of an answer, /never not at all.
class SmallServer {
 public:
  SmallServer() {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(listener_, plain, size) == 0);
    REQUIRE(::listen(listener_, 64) == 0);
    REQUIRE(::getsockname(listener_, plain, &size) == 0);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept(); });
  }
  ~SmallServer() {
    ended_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (auto& thread : threads_) {
      thread.join();
    }
    ::close(listener_);
  }
  SmallServer(const SmallServer&) = delete;
  SmallServer& operator=(const SmallServer&) = delete;

  Url url() const { return *parse_url("http://127.0.0.1:" + std::to_string(port_)); }
  int connections() const { return connections_; }

 private:
  void accept() {
    for (int socket = 0; (socket = ::accept(listener_, nullptr, nullptr)) >= 0;) {
      ++connections_;
      threads_.emplace_back([this, socket] { serve(socket); });
    }
  }

  void serve(int socket) {
    std::string text;
    char piece[4096];
    const timeval look = {0, 20'000};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &look, sizeof look);
    while (!ended_) {
      const auto got = ::recv(socket, piece, sizeof piece, 0);
      if (got == 0 || (got < 0 && errno != EAGAIN)) {
        break;
      }
      text.append(piece, got > 0 ? static_cast<std::size_t>(got) : 0);
      if (text.find("\r\n\r\n") != std::string::npos && !answer(socket, text)) {
        break;
      }
    }
    ::close(socket);
  }

  bool answer(int socket, std::string& request) {
    const auto end = request.find("\r\n\r\n");
    const bool slow = request.find(" /slow ") < end;
    const bool cut = request.find(" /cut ") < end;
    const bool never = request.find(" /never ") < end;
    request.clear();
    if (never) {
      return true;
    }
    std::this_thread::sleep_for(milliseconds(slow ? 50 : 0));
    const std::string body(cut ? 10 : 100, 'x');
    const std::string text = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + body;
    return ::send(socket, text.data(), text.size(), MSG_NOSIGNAL) > 0 && !cut;
  }

  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> ended_ = false;
  std::atomic<int> connections_ = 0;
  std::list<std::thread> threads_ = {};
  std::thread acceptor_ = {};
};

constexpr Patience kPatience = {milliseconds(10'000), milliseconds(10'000)};

HttpRequest get(std::string path) { return {"GET", std::move(path), {}, ""}; }

/// Sends from the loop's thread, as its users do; waits for the end.
Outcome send(Loop& loop, AsyncClient& client, const std::string& path) {
  std::promise<Outcome> ended;
  loop.post([&] {
    client.send(get(path), {}, {}, [&](Outcome outcome) { ended.set_value(std::move(outcome)); });
  });
  return ended.get_future().get();
}

}  // namespace

TEST_CASE("answers are told, over connections that are kept") {
  SmallServer server;
  Loop loop;
  AsyncClient client(loop, server.url(), "", kPatience);
  for (int i = 0; i < 3; ++i) {
    const Outcome outcome = send(loop, client, "/ok");
    REQUIRE(outcome.answer);
    CHECK(outcome.answer->body == std::string(100, 'x'));
  }
  CHECK(server.connections() == 1);
  const Outcome cut = send(loop, client, "/cut");
  CHECK_FALSE(cut.answer);
  CHECK(cut.trouble.sent);
  loop.stop();
}

TEST_CASE("many at a time, from many threads; some are ended") {
  SmallServer server;
  Loop loop;
  AsyncClient client(loop, server.url(), "", kPatience);
  constexpr int kThreads = 4;
  constexpr int kEach = 25;
  std::atomic<int> answers = 0;
  std::atomic<int> stopped = 0;
  std::promise<void> all;
  const auto end = [&](const Outcome& outcome) {
    ++(outcome.answer ? answers : stopped);
    if (answers + stopped == kThreads * kEach) {
      all.set_value();
    }
  };
  std::list<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) {
        const bool never = i % 5 == 4;
        loop.post([&, never] {
          const auto sending = client.send(get(never ? "/never" : "/slow"), {}, {}, end);
          if (never) {
            loop.post_after(milliseconds(10), [sending] { sending->cancel(); });
          }
        });
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  all.get_future().wait();
  CHECK(answers == kThreads * kEach * 4 / 5);
  CHECK(stopped == kThreads * kEach / 5);
  loop.stop();
}

TEST_CASE("a loop that ends does not wait for answers") {
  SmallServer server;
  std::atomic<int> told = 0;
  {
    Loop loop;
    AsyncClient client(loop, server.url(), "", kPatience);
    for (int i = 0; i < 10; ++i) {
      loop.post([&] { client.send(get("/never"), {}, {}, [&](const Outcome&) { ++told; }); });
    }
    loop.post_after(std::chrono::hours(1), [&] { ++told; });
    std::this_thread::sleep_for(milliseconds(30));
    loop.stop();
  }
  CHECK(told == 0);
}

}  // namespace trailpond::outbound
