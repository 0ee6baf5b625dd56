#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace trailpond::http {

struct Header {
  std::string_view name = {};
  std::string_view value = {};
};

/// A request as handlers see it; all views live until it is answered.
struct Request {
  std::string_view method = {};
  std::string_view target = {};  // as sent: path and query
  std::span<const Header> headers = {};
  std::string_view body = {};
  std::string_view id = {};       // a UUID of the server's own making
  std::string_view address = {};  // of the client
  bool may_wait = true;           // it is handled on a thread that may

  /// Finds the first field of a name, in any case of letters; empty when absent.
  std::string_view find(std::string_view name) const;
  std::string_view path() const { return target.substr(0, target.find('?')); }
  std::string_view query() const {
    const auto mark = target.find('?');
    return mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
  }
};

/// What becomes of an answer on the wire, where a test wants it to come to harm.
enum class Sending : std::uint8_t {
  kWhole,
  kReset,     // nothing is sent: the connection is reset
  kTruncate,  // half of the body is sent, then the connection ends
};

struct Response;

/// What goes on after handle(): an answer that is not there yet, or one without an end (a stream).
/// All of it happens on the I/O thread of the connection, so none of it may wait.
class Later {
 public:
  enum class Step : std::uint8_t { kWait, kDone };

  virtual ~Later() = default;
  /// Is called first, and once: `ring` says that there is something new. It may be called from any
  /// thread, at any time, and costs little.
  virtual void listen(std::function<void()> ring) = 0;
  /// Goes on, at the beginning, when it was rung for, and when time is over. Without a stream it
  /// fills in the response when it is done; of a stream, what the body holds is sent each time.
  virtual Step go_on(Response& response) = 0;
  /// How long it may be left alone.
  virtual std::chrono::milliseconds patience() const = 0;
  virtual bool is_stream() const { return false; }
};

struct Response {
  unsigned status = 200;
  std::string_view content_type = "application/json";  // a literal
  std::string body = {};
  std::string fields = {};  // further header lines, each with its CRLF
  bool close = false;       // the connection, afterwards
  Sending sending = Sending::kWhole;
  std::chrono::microseconds held_back{0};  // how long it waits before it is sent
  std::shared_ptr<Later> later = {};
  bool is_elsewhere = false;  // it is to be made anew, on a thread that may wait

  void clear();
};

/// What takes a body as it comes, for one request; never called on an I/O thread. The client waits
/// meanwhile: a body of any size needs little memory.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  /// Takes the next piece; false when the rest is not worth sending. Then the request is answered.
  virtual bool take(std::string_view piece) = 0;
  /// Answers, once all is taken. Without this call the body did not come to its end.
  virtual void answer(Response& response) = 0;
};

/// Where handle() runs. On an I/O thread it must never wait. Of the two pools, one is for what
/// takes milliseconds; the other for what may take seconds, so that this holds up nothing else.
enum class Pool : std::uint8_t { kNone, kShort, kLong };

/// What is decided from the header alone.
struct Admission {
  std::uint64_t max_body_bytes = 0;
  Pool pool = Pool::kNone;
  std::unique_ptr<BodyReader> reader = {};  // takes the body and answers instead of handle()
};

/// What answers requests; called from several threads.
class Handler {
 public:
  virtual ~Handler() = default;
  /// `body_bytes` is what the client says that follows, where it does.
  virtual Admission admit(const Request& head, std::optional<std::uint64_t> body_bytes) = 0;
  virtual void handle(const Request& request, Response& response) = 0;
  /// Refuses a request whose header has come: for its body, or for what went wrong with it.
  virtual void refuse(const Request& head, Response& response, unsigned status,
                      std::string_view message);
};

/// Fills in a refusal of HTTP itself: a JSON body with `__type`, `message` and `Message`.
void refuse(Response& response, unsigned status, std::string_view message);

/// Answers the reason phrase of a status, e.g. "Not Found".
std::string_view reason_of(unsigned status);

/// Compares header names: ASCII letters in any case.
bool same_name(std::string_view a, std::string_view b);

/// Undoes %XX and +.
std::string decode_percent(std::string_view text, bool plus_is_blank);

/// Finds a parameter of a query string, decoded; empty when absent.
std::string find_parameter(std::string_view query, std::string_view name);

}  // namespace trailpond::http
