#include "server/router.hpp"

#include "server/admin/admin.hpp"
#include "server/http/origin.hpp"

namespace trailpond {
namespace {

constexpr std::string_view kHealth = "/_trailpond/health";
constexpr std::string_view kReady = "/_trailpond/ready";

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
  if (!is_own(path)) {
    const auto* operation = api::find_target(head.find("X-Amz-Target"));
    return {api::kMaxRequestBytes, operation != nullptr && operation->thread == api::Thread::kPool};
  }
  const auto match = admin::find_route(head.method, path);
  if (match.route == nullptr || !http::comes_from_own_host(head, allowed_hosts_)) {
    return {admin::kMaxCommandBytes, false};  // a body from elsewhere is not worth reading
  }
  http::Admission admission = {match.route->max_body_bytes, match.route->blocks};
  const auto* service = ready_.load(std::memory_order_acquire);
  if (match.route->open_reader != nullptr) {
    if (service == nullptr) {
      admission.max_body_bytes = admin::kMaxCommandBytes;
    } else {
      admission.reader =
          match.route->open_reader({service->engine, head, match.parameter}, body_bytes);
    }
  }
  return admission;
}

void Router::handle(const http::Request& request, http::Response& response) {
  const auto* service = ready_.load(std::memory_order_acquire);
  const std::string_view path = request.path();
  if (path == "/") {
    if (request.method != "POST") {
      refuse_method(response, "POST");
    } else if (service == nullptr) {
      http::refuse(response, 503, "trailpond is starting: its seed is not there yet.");
      response.fields = "Retry-After: 1\r\n";
    } else {
      service->dispatch.handle(request, response);
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
  if (!http::comes_from_own_host(request, allowed_hosts_)) {
    http::refuse(response, 403,
                 "This API is for localhost, IP addresses and names without a dot; --allowed-host "
                 "lets in others.");
    return;
  }
  const std::string_view path = request.path();
  if (path == kHealth || path == kReady) {
    handle_health(request, service != nullptr, response);
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
    admin::Context context = {service->engine, request, match.parameter};
    match.route->handler(context, response);
  }
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
