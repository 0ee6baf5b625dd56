#pragma once
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "engine/engine.hpp"
#include "fixtures/scenario.hpp"
#include "server/api/dispatch.hpp"
#include "server/http/message.hpp"
#include "server/watch/watch.hpp"

namespace trailpond {

/// Sends a request where it belongs: the CloudTrail API at POST /, our own API below /_trailpond/.
/// Listens before there is anything to ask: until open(), all but /_trailpond/health is 503.
struct RouterOptions {
  std::vector<std::string> allowed_hosts = {};
  std::string admin_token = {};  // empty: none is asked for
  bool verify_signatures = false;
  fixtures::FilesOf files = {};  // that a posted scenario may name
  watch::WatchOptions watch = {};
};

class Router final : public http::Handler {
 public:
  explicit Router(RouterOptions options)
      : options_(std::move(options)), watch_(std::make_shared<watch::Watch>(options_.watch)) {}

  /// What sees the requests.
  watch::Watch& watch() { return *watch_; }
  /// Lets requests in: what is to be there is there. The engine must outlive the router's use.
  void open(engine::Engine& engine, api::DispatchOptions options);

  http::Admission admit(const http::Request& head,
                        std::optional<std::uint64_t> body_bytes) override;
  void handle(const http::Request& request, http::Response& response) override;
  void refuse(const http::Request& head, http::Response& response, unsigned status,
              std::string_view message) override;

 private:
  struct Service {
    engine::Engine& engine;
    api::Dispatch dispatch;
  };
  void handle_call(const Service& service, const http::Request& request, http::Response& response);
  void log_own(const http::Request& request, const http::Response& response) const;
  void handle_own(const Service* service, const http::Request& request, http::Response& response);
  void handle_console(const http::Request& request, http::Response& response) const;
  void handle_health(const http::Request& request, bool ready, http::Response& response) const;

  bool may_use_own_api(const Service* service, const http::Request& request,
                       http::Response& response) const;

  RouterOptions options_;
  std::shared_ptr<watch::Watch> watch_;
  std::unique_ptr<Service> service_ = {};
  std::atomic<const Service*> ready_ = nullptr;
};

}  // namespace trailpond
