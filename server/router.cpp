#include "server/router.hpp"

#include "server/admin/admin.hpp"
#include "server/api/audit_events.hpp"
#include "server/http/origin.hpp"

namespace trailpond {
namespace {

constexpr std::string_view kHealth = "/_trailpond/health";
constexpr std::string_view kReady = "/_trailpond/ready";

constexpr std::string_view kForeign =
    "This server answers to localhost, IP addresses and names without a dot; --allowed-host adds "
    "others.";

bool is_own(std::string_view path) { return path.starts_with(admin::kPrefix); }

void refuse_method(http::Response& response, std::string_view allowed) {
  http::refuse(response, 405, "This path takes only " + std::string(allowed) + ".");
  response.fields = "Allow: " + std::string(allowed) + "\r\n";
}

}  // namespace

void Router::open(engine::Engine& engine, api::DispatchOptions options) {
  service_ = std::make_unique<Service>(Service{engine, {engine, std::move(options)}});
  ready_.store(service_.get(), std::memory_order_release);
}

http::Admission Router::admit(const http::Request& head, std::optional<std::uint64_t> body_bytes) {
  const std::string_view path = head.path();
  if (path == api::kAuditEventsPath) {
    return {api::kMaxRequestBytes, http::Pool::kShort};
  }
  if (!is_own(path)) {
    const auto* operation = api::find_target(head.find("X-Amz-Target"));
    const auto* ready = ready_.load(std::memory_order_acquire);
    const bool may_wait = operation != nullptr && ready != nullptr &&
                          ready->dispatch.thread_of(*operation) == api::Thread::kPool;
    return {api::kMaxRequestBytes, may_wait ? http::Pool::kShort : http::Pool::kNone};
  }
  const auto match = admin::find_route(head.method, path);
  const auto* service = ready_.load(std::memory_order_acquire);
  http::Response refusal;
  if (match.route == nullptr || !http::comes_from_own_host(head, options_.allowed_hosts) ||
      !may_use_own_api(service, head, refusal)) {
    return {admin::kMaxCommandBytes};  // a body from elsewhere is not worth reading
  }
  http::Admission admission = {match.route->max_body_bytes, match.route->pool};
  if (match.route->open_reader != nullptr) {
    if (service == nullptr) {
      admission.max_body_bytes = admin::kMaxCommandBytes;
    } else {
      admission.reader = match.route->open_reader(
          {service->engine, head, options_.files, match.parameter}, body_bytes);
    }
  }
  return admission;
}

void Router::handle(const http::Request& request, http::Response& response) {
  const auto* service = ready_.load(std::memory_order_acquire);
  const std::string_view path = request.path();
  if (path == "/" || path == api::kAuditEventsPath) {
    if (request.method != "POST") {
      refuse_method(response, "POST");
    } else if (!http::comes_from_own_origin(request, options_.allowed_hosts)) {
      http::refuse(response, 403, kForeign);  // a page of somebody else's, in a browser
    } else if (service == nullptr) {
      http::refuse(response, 503, "trailpond is starting: its seed is not there yet.");
      response.fields = "Retry-After: 1\r\n";
    } else if (path == "/") {
      service->dispatch.handle(request, response);
    } else {
      service->dispatch.handle_audit_events(request, response);
    }
    return;
  }
  if (!is_own(path)) {
    http::refuse(response, 404,
                 "There is nothing here: the CloudTrail API is at POST /, our own API below "
                 "/_trailpond/.");
    return;
  }
  handle_own(service, request, response);
}

void Router::handle_own(const Service* service, const http::Request& request,
                        http::Response& response) {
  if (!http::comes_from_own_host(request, options_.allowed_hosts)) {
    http::refuse(response, 403, kForeign);
    return;
  }
  const std::string_view path = request.path();
  if (path == kHealth || path == kReady) {
    handle_health(request, service != nullptr, response);
    return;
  }
  if (!may_use_own_api(service, request, response)) {
    return;
  }
  const auto match = admin::find_route(request.method, path);
  if (match.route == nullptr && match.allowed_methods.empty()) {
    http::refuse(response, 404, "There is nothing here: " + std::string(path));
  } else if (match.route == nullptr) {
    refuse_method(response, match.allowed_methods);
  } else if (service == nullptr || match.route->handler == nullptr) {
    // The latter: the service came while the body was on its way, and nothing read that.
    http::refuse(response, 503, "trailpond is starting: its seed is not there yet.");
    response.fields = "Retry-After: 1\r\n";
  } else {
    admin::Context context = {service->engine, request, options_.files, match.parameter};
    match.route->handler(context, response);
  }
}

/// With a token, or where signatures are verified, our own API is for those who can show theirs.
bool Router::may_use_own_api(const Service* service, const http::Request& request,
                             http::Response& response) const {
  constexpr std::string_view kBearer = "Bearer ";
  const std::string_view given = request.find("Authorization");
  if (!options_.admin_token.empty() && given.starts_with(kBearer) &&
      http::same_secret(given.substr(kBearer.size()), options_.admin_token)) {
    return true;
  }
  if (options_.admin_token.empty() && !options_.verify_signatures) {
    return true;
  }
  if (options_.verify_signatures && service != nullptr && service->dispatch.is_signed(request)) {
    return true;
  }
  http::refuse(response, 401,
               options_.admin_token.empty()
                   ? "With --verify-signatures this API asks for a signed request, or start the "
                     "server with --admin-token."
                   : "This API asks for the server's --admin-token: Authorization: Bearer TOKEN.");
  response.fields = "WWW-Authenticate: Bearer\r\n";
  return false;
}

void Router::handle_health(const http::Request& request, bool ready,
                           http::Response& response) const {
  if (request.method != "GET" && request.method != "HEAD") {
    refuse_method(response, "GET, HEAD");
    return;
  }
  response.status = ready || request.path() == kHealth ? 200 : 503;
  response.body = ready ? R"({"status":"ready"})" : R"({"status":"starting"})";
}

}  // namespace trailpond
