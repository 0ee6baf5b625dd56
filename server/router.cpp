#include "server/router.hpp"

#include <chrono>

#include "server/admin/admin.hpp"
#include "server/api/audit_events.hpp"
#include "server/console/files.hpp"
#include "server/http/origin.hpp"

namespace trailpond {
namespace {

constexpr std::string_view kHealth = "/_trailpond/health";
constexpr std::string_view kPrefixAlone = "/_trailpond";
constexpr std::string_view kReady = "/_trailpond/ready";

constexpr std::string_view kForeign =
    "This server answers to localhost, IP addresses and names without a dot; --allowed-host adds "
    "others.";

constexpr std::string_view kStarting = "trailpond is starting: its seed is not there yet.";

bool is_own(std::string_view path) {
  return path.starts_with(admin::kPrefix) || path == kPrefixAlone;
}

void refuse_method(http::Response& response, std::string_view allowed) {
  http::refuse(response, 405, "This path takes only " + std::string(allowed) + ".");
  response.fields = "Allow: " + std::string(allowed) + "\r\n";
}

}  // namespace

void Router::open(engine::Engine& engine, api::DispatchOptions options) {
  watch_->follow(engine);
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
  auto match = admin::find_route(head.method, path);
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
      admin::Context context = {service->engine, *watch_, head, options_.files};
      admission.reader = admin::open_reader(match, context, body_bytes);
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
      http::refuse(response, 503, kStarting);
      response.fields = "Retry-After: 1\r\n";
    } else {
      handle_call(*service, request, response);
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
  log_own(request, response);
}

void Router::log_own(const http::Request& request, const http::Response& response) const {
  const bool is_fault = response.status == 500;
  const auto level = is_fault ? watch::LogLevel::kError : watch::LogLevel::kDebug;
  if (watch_->log.takes(level)) {
    watch_->log.write(level, "answered",
                      {{"method", request.method},
                       {"path", request.path()},
                       {"status", std::int64_t{response.status}},
                       {"request_id", request.id}});
  }
}

/// Answers a call of an operation, and puts it down.
void Router::handle_call(const Service& service, const http::Request& request,
                         http::Response& response) {
  using Clock = std::chrono::steady_clock;
  const auto began = Clock::now();
  const api::Note note = request.path() == "/"
                             ? service.dispatch.handle(request, response)
                             : service.dispatch.handle_audit_events(request, response);
  if (response.is_elsewhere) {
    return;
  }
  const auto took = Clock::now() - began;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  watch::Call call;
  call.operation = note.operation;
  call.account = note.caller.account;
  call.region = note.caller.region;
  call.request_id = request.id;
  call.request = request.body;
  call.answer = response.body;
  call.error = note.error;
  call.fault = note.fault;
  call.status = response.status;
  call.time = std::chrono::duration_cast<std::chrono::microseconds>(now).count();
  call.duration = std::chrono::duration_cast<std::chrono::nanoseconds>(took).count();
  watch_->record(call);
}

void Router::refuse(const http::Request& head, http::Response& response, unsigned status,
                    std::string_view message) {
  if (admin::is_old(head.path())) {
    http::refuse(response, status, message);
    return;
  }
  for (const admin::Code* code :
       {&admin::kTooSlow, &admin::kBodyTooLarge, &admin::kInternal, &admin::kStopping}) {
    if (code->status == status) {
      admin::refuse(response, {code, std::string(message)}, false);
      return;
    }
  }
  admin::refuse(response, {&admin::kMalformedRequest, std::string(message)}, false);
  response.status = status;
}

void Router::handle_own(const Service* service, const http::Request& request,
                        http::Response& response) {
  const std::string_view path = request.path();
  const bool old = admin::is_old(path);
  if (!http::comes_from_own_host(request, options_.allowed_hosts)) {
    admin::refuse(response, {&admin::kForeignHost, std::string(kForeign)}, old);
    return;
  }
  if (path == kHealth || path == kReady) {
    handle_health(request, service != nullptr, response);
    return;
  }
  if (path == kPrefixAlone) {
    http::refuse(response, 308, "The console is at /_trailpond/.");
    response.fields = "Location: /_trailpond/\r\n";
    return;
  }
  if (console::is_own(path)) {
    handle_console(request, response);
    return;
  }
  if (!may_use_own_api(service, request, response)) {
    return;
  }
  const auto match = admin::find_route(request.method, path);
  if (match.route == nullptr && match.allowed_methods.empty()) {
    admin::refuse(response, {&admin::kNotFound, "There is nothing here: " + std::string(path)},
                  old);
  } else if (match.route == nullptr) {
    admin::refuse(
        response,
        {&admin::kMethodNotAllowed, "This path takes only " + match.allowed_methods + "."}, old);
    response.fields = "Allow: " + match.allowed_methods + "\r\n";
  } else if (service == nullptr || match.route->handler == nullptr) {
    // The latter: the service came while the body was on its way, and nothing read that.
    admin::refuse(response, {&admin::kStarting, std::string(kStarting)}, old);
    response.fields = "Retry-After: 1\r\n";
  } else {
    admin::Context context = {service->engine, *watch_, request, options_.files};
    admin::answer(match, context, response);
  }
}

/// The page and its files hold nothing secret: what they ask for is refused where that is so.
void Router::handle_console(const http::Request& request, http::Response& response) const {
  if (request.method != "GET" && request.method != "HEAD") {
    refuse_method(response, "GET, HEAD");
  } else if (!console::answer(request.path(), response)) {
    http::refuse(response, 404, "There is nothing here: " + std::string(request.path()));
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
  admin::refuse(
      response,
      {&admin::kUnauthorized,
       options_.admin_token.empty()
           ? "With --verify-signatures this API asks for a signed request, or start the "
             "server with --admin-token."
           : "This API asks for the server's --admin-token: Authorization: Bearer TOKEN."},
      admin::is_old(request.path()));
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
