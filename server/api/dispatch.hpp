#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "engine/engine.hpp"
#include "server/api/operations.hpp"
#include "server/http/message.hpp"
#include "server/http/sigv4.hpp"

namespace trailpond::api {

/// Levels of lists and structures in a request; the deepest that the API knows is five. Ours.
constexpr std::size_t kMaxJsonDepth = 64;
/// Bytes of a request. Ours: a hundred times the longest statement.
constexpr std::size_t kMaxRequestBytes = std::size_t{1} << 20;

/// The service that a signature's scope must name. Source: AWS Service authorization reference.
constexpr std::string_view kServiceName = "cloudtrail";

struct DispatchOptions {
  bool verify_signatures = false;
  std::vector<engine::AccessKey> access_keys = {};  // beside those of the scenario
};

/// What became of a request, for who keeps a journal.
struct Note {
  std::string_view operation = {};  // a literal of the table; empty: there is none
  engine::Caller caller = {};
  std::string_view error = {};  // its name, a literal; empty: there was none
  std::string fault = {};       // what made it fail; empty: nothing did
};

/// The CloudTrail API: from a request on the wire to its answer.
class Dispatch {
 public:
  Dispatch(engine::Engine& engine, DispatchOptions options)
      : engine_(engine), options_(std::move(options)) {}

  Note handle(const http::Request& request, http::Response& response) const;
  /// The same for PutAuditEvents, which has a path of its own.
  Note handle_audit_events(const http::Request& request, http::Response& response) const;
  /// Tells who asks: account and Region from the credential scope of the signature. An access key
  /// id of 12 digits names the account; a key that is known has an account; any other stands for
  /// the default account. Empty where the Region is none.
  std::optional<engine::Caller> caller_of(const http::Request& request) const;
  /// Tells where an operation runs: on a thread that may wait, too, while looks at queries count,
  /// and where it could not begin again or would wait for the disk.
  Thread thread_of(const Operation& operation) const;
  /// Tells whether a request is signed by an access key that is known.
  bool is_signed(const http::Request& request) const;

 private:
  std::optional<engine::Error> answer(const Operation& operation, const engine::Caller& caller,
                                      const boost::json::object& body, engine::Wait wait,
                                      http::Response& response) const;
  /// Whether an operation may wait on the thread that has the request.
  engine::Wait wait_of(const Operation& operation, const http::Request& request) const;
  std::optional<engine::AccessKey> find_key(std::string_view id) const;
  std::optional<http::SignatureProblem> check_signature(const http::Request& request,
                                                        std::string_view service) const;
  void run(const Operation& operation, const http::Request& request, http::Response& response,
           Note& note) const;

  engine::Engine& engine_;
  DispatchOptions options_;
};

}  // namespace trailpond::api
