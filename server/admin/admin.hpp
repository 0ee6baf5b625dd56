#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.hpp"
#include "fixtures/scenario.hpp"
#include "server/http/message.hpp"

/// Our own API below /_trailpond/: what AWS has no operation for. JSON in and out.
namespace trailpond::admin {

constexpr std::string_view kPrefix = "/_trailpond/";

/// Bytes of a body. Ours; events are read as they come, but kept in memory.
constexpr std::uint64_t kMaxEventsBytes = std::uint64_t{16} << 30;
constexpr std::size_t kMaxScenarioBytes = std::size_t{64} << 20;
constexpr std::size_t kMaxCommandBytes = std::size_t{64} << 10;

/// What a handler works with. `parameter` is the part of the path that is a name.
struct Context {
  engine::Engine& engine;
  const http::Request& request;
  const fixtures::FilesOf& files;  // that a scenario may name
  std::string parameter = {};
};

using Handler = void (*)(Context& context, http::Response& response);
/// Makes what reads a body as it comes. The context's request is gone after that.
using OpenReader = std::unique_ptr<http::BodyReader> (*)(const Context& context,
                                                         std::optional<std::uint64_t> body_bytes);

/// One command. A `*` in the path stands for one part of it.
struct Route {
  std::string_view method;
  std::string_view path;  // after the prefix
  Handler handler;        // null where a reader answers
  std::uint64_t max_body_bytes;
  http::Pool pool;
  std::string_view help;
  OpenReader open_reader = nullptr;
};

/// What a request asks for: a route, or why there is none.
struct Match {
  const Route* route = nullptr;
  std::string parameter = {};
  std::string allowed_methods = {};  // where the path is known, but not with this method
};
Match find_route(std::string_view method, std::string_view path);

void reset(Context& context, http::Response& response);
void post_scenario(Context& context, http::Response& response);
std::unique_ptr<http::BodyReader> open_events_reader(const Context& context,
                                                     std::optional<std::uint64_t> body_bytes);
std::unique_ptr<http::BodyReader> open_happenings_reader(const Context& context,
                                                         std::optional<std::uint64_t> body_bytes);
void get_event_data_stores(Context& context, http::Response& response);
void get_clock(Context& context, http::Response& response);
void post_clock(Context& context, http::Response& response);
void get_queries(Context& context, http::Response& response);
void explain_query(Context& context, http::Response& response);
void release_query(Context& context, http::Response& response);
void get_delivery(Context& context, http::Response& response);
void get_operations(Context& context, http::Response& response);

/// Writes a refusal of the engine: 404 for what is not there, 409 for what is in the wrong state.
void write_error(http::Response& response, const engine::Error& error);

/// Parses a length of time of one or more units, "1h30m"; microseconds.
std::optional<state::Micros> parse_length(std::string_view text);

}  // namespace trailpond::admin
