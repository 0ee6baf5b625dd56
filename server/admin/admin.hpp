#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/admin/route.hpp"

/// Our own API below /_trailpond/: what AWS has no operation for. JSON in and out.
namespace trailpond::admin {

constexpr std::string_view kPrefix = "/_trailpond/";
constexpr std::string_view kVersioned = "/_trailpond/v1";

// THE table: each area's rows, in the order of the reference. A new area is one more function here
// and in all_areas() of table.cpp.
std::span<const Route> index_routes();
std::span<const Route> scenario_routes();
std::span<const Route> rule_routes();
std::span<const Route> snapshot_routes();
std::span<const Route> event_routes();
std::span<const Route> store_routes();
std::span<const Route> query_routes();
std::span<const Route> import_routes();
std::span<const Route> delivery_routes();
std::span<const Route> journal_routes();
std::span<const Route> watch_routes();
std::span<const Route> clock_routes();
std::span<const Route> reference_routes();

struct Area {
  std::string_view name;
  std::span<const Route> routes;
};
std::span<const Area> all_areas();
/// The paths from before v1, which keep answering as they did.
std::span<const Route> old_routes();

/// What a request asks for: a route, or why there is none.
struct Match {
  const Route* route = nullptr;
  Arguments names = {};              // in the path
  std::string allowed_methods = {};  // where the path is known, but not with this method
  bool old = false;
};
Match find_route(std::string_view method, std::string_view path);

/// The parameters that a route takes, those of its traits among them.
std::vector<const Field*> parameters_of(const Route& route);
/// The errors that a route may answer, those of all routes among them.
std::vector<const Code*> codes_of(const Route& route);

/// Answers a request by its route. Never throws.
void answer(const Match& match, Context& context, http::Response& response);
/// Opens what reads the body of a route that has a reader: it refuses where the request is wrong.
std::unique_ptr<http::BodyReader> open_reader(const Match& match, Context& context,
                                              std::optional<std::uint64_t> body_bytes);
/// Writes a refusal in the form that the path's clients expect.
void refuse(http::Response& response, const Failure& failure, bool old);
/// Tells whether a path is one from before v1 (or none of ours).
bool is_old(std::string_view path);

}  // namespace trailpond::admin
