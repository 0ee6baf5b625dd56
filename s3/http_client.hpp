#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trailpond::s3 {

/// The parts of http[s]://HOST[:PORT][/PATH].
struct Url {
  bool secure = false;
  std::string host = {};  // an IPv6 address without its brackets
  std::uint16_t port = 0;
  std::string path = {};       // without a slash at its end
  std::string authority = {};  // as the Host field has it: the port only where it is not the usual
};
std::optional<Url> parse_url(std::string_view text);

using Fields = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method = {};
  std::string target = {};  // path and query
  Fields fields = {};       // without Host and Content-Length
  std::string_view body = {};
};
struct HttpAnswer {
  unsigned status = 0;
  Fields fields = {};
  std::string body = {};

  bool is_success() const { return status >= 200 && status < 300; }
  /// The value of a field, whatever the case of its name; empty where it is missing.
  std::string_view find(std::string_view name) const;
};

/// Why there is no answer: no connection, a broken one, or one that is silent for too long. Thrown.
struct HttpTrouble {
  std::string message = {};
  bool stopped = false;  // by the stop token
};

/// Sends requests to one server, over connections that it keeps open (HTTP/1.1, TLS for https: the
/// server's certificate is checked). Safe from any thread.
class HttpClient {
 public:
  using OnBytes = std::function<void(std::string_view bytes)>;

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
  struct Connection;
  struct Secrets;
  std::unique_ptr<Connection> take_idle();
  HttpAnswer exchange(std::unique_ptr<Connection>& connection, const HttpRequest& request,
                      const std::stop_token& stop, const OnBytes& on_bytes);

  Url url_;
  std::unique_ptr<Secrets> secrets_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace trailpond::s3
