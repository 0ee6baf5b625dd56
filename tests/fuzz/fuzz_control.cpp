// Requests to our own API: none may crash, and every answer is one of its forms.
// The input is a line "METHOD /path?query" and then the body.
#include <algorithm>
#include <boost/json/parse.hpp>
#include <cstdlib>

#include "engine/queries/executor.hpp"
#include "fixtures/scenario.hpp"
#include "server/router.hpp"

namespace {

using namespace trailpond;

constexpr std::string_view kScenario = R"(
clock: {frozen: "2024-05-01T00:00:00Z"}
event_data_stores:
  - {name: events, id: aaaaaaaa-0000-4000-8000-000000000001, events: [{inline: [{eventName: A}]}]}
queries:
  - {id: cccccccc-0000-4000-8000-000000000001, store: events, status: FINISHED,
     statement: "SELECT 1", columns: [a], rows: [["1"]]}
)";

struct Served {
  std::unique_ptr<engine::Engine> engine;
  Router router{RouterOptions()};

  Served() {
    engine::EngineOptions options;
    options.executor = engine::make_sql_executor();
    options.workers = 1;
    engine = std::move(*engine::Engine::open(std::move(options)));
    fixtures::install(*fixtures::parse(std::string(kScenario), "seed", {}), *engine, {});
    router.open(*engine, {});
  }
};

void check(const http::Response& response) {
  if (response.status == 200 || response.status == 308 || response.later) {
    return;
  }
  boost::system::error_code error;
  const auto body = boost::json::parse(response.body, error);
  const bool has_code =
      !error && body.is_object() &&
      (body.get_object().contains("code") || body.get_object().contains("__type"));
  if (!has_code || response.status == 500) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Served served;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto line = text.substr(0, text.find('\n'));
  const auto body = line.size() == text.size() ? std::string_view() : text.substr(line.size() + 1);
  const auto method = line.substr(0, line.find(' '));
  const std::string path =
      "/_trailpond/v1" +
      std::string(line.size() == method.size() ? "" : line.substr(method.size() + 1));
  const http::Header headers[] = {{"Host", "localhost"}};
  const http::Request request = {method, path, headers, body, "id", "127.0.0.1"};
  http::Response response;
  const auto admission = served.router.admit(request, body.size());
  if (admission.reader) {
    admission.reader->take(body);
    admission.reader->answer(response);
  } else {
    served.router.handle(request, response);
  }
  if (response.later) {
    response.later->listen([] {});
    response.later->go_on(response);
  }
  check(response);
  return 0;
}
