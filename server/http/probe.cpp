#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <charconv>

#include "server/http/server.hpp"

namespace trailpond::http {
namespace {

/// Connects to the first address that answers; -1 when none does.
int connect_to(const std::string& host, std::uint16_t port, std::chrono::milliseconds time) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0) {
    return -1;
  }
  int connected = -1;
  for (const addrinfo* address = found; address != nullptr && connected < 0;
       address = address->ai_next) {
    const int handle = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval limit = {time.count() / 1000, (time.count() % 1000) * 1000};
    setsockopt(handle, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (handle >= 0 && connect(handle, address->ai_addr, address->ai_addrlen) == 0) {
      connected = handle;
    } else if (handle >= 0) {
      close(handle);
    }
  }
  freeaddrinfo(found);
  return connected;
}

}  // namespace

Fetched fetch(const std::string& host, std::uint16_t port, const std::string& path,
              const std::string& token, std::chrono::milliseconds time) {
  const int handle = connect_to(host, port, time);
  if (handle < 0) {
    return {};
  }
  const std::string request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" +
                              (token.empty() ? "" : "Authorization: Bearer " + token + "\r\n") +
                              "Connection: close\r\n\r\n";
  std::string answer;
  if (send(handle, request.data(), request.size(), MSG_NOSIGNAL) ==
      static_cast<ssize_t>(request.size())) {
    char piece[1 << 16];
    ssize_t count = 0;
    while ((count = recv(handle, piece, sizeof piece, 0)) > 0) {
      answer.append(piece, static_cast<std::size_t>(count));
    }
  }
  close(handle);
  constexpr std::size_t kStatusAt = 9;  // after "HTTP/1.1 "
  constexpr std::string_view kEnd = "\r\n\r\n";
  Fetched fetched;
  if (answer.starts_with("HTTP/1.1 ") && answer.size() >= kStatusAt + 3) {
    std::from_chars(answer.data() + kStatusAt, answer.data() + kStatusAt + 3, fetched.status);
  }
  const auto end = answer.find(kEnd);
  fetched.body = end == std::string::npos ? std::string() : answer.substr(end + kEnd.size());
  return fetched;
}

unsigned probe(const std::string& host, std::uint16_t port, const std::string& path,
               std::chrono::milliseconds time) {
  return fetch(host, port, path, {}, time).status;
}

}  // namespace trailpond::http
