#pragma once
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What is said to another server, and what it says.
namespace trailpond::outbound {

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
  bool sent = false;     // the server may have got the request, or some of it
};

/// Takes bytes of the body of a success, as they come.
using OnBytes = std::function<void(std::string_view bytes)>;

/// How long a connection may be silent, and be made.
struct Patience {
  std::chrono::milliseconds silence{15'000};
  std::chrono::milliseconds connecting{5'000};
};

}  // namespace trailpond::outbound
