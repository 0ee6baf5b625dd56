#pragma once
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "outbound/message.hpp"
#include "outbound/url.hpp"

namespace trailpond::outbound {

/// Sends requests to one server and waits for their answers, over connections that it keeps open
/// (HTTP/1.1, TLS for https: the server's certificate is checked). Safe from any thread.
class HttpClient {
 public:
  /// `certificates`: a PEM file of the authorities that are trusted; empty: the system's.
  HttpClient(Url url, const std::string& certificates);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Sends one request and gives its answer; the bytes of a success go to `on_bytes` where that is
  /// given. Throws HttpTrouble.
  HttpAnswer send(const HttpRequest& request, const std::stop_token& stop,
                  const OnBytes& on_bytes = {});
  const Url& url() const { return url_; }

 private:
  struct Line;
  struct Secrets;
  std::unique_ptr<Line> take_idle();
  HttpAnswer exchange(std::unique_ptr<Line>& line, const HttpRequest& request,
                      const std::stop_token& stop, const OnBytes& on_bytes);

  Url url_;
  std::unique_ptr<Secrets> secrets_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Line>> idle_;
};

}  // namespace trailpond::outbound
