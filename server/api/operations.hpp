#pragma once
#include <boost/json/fwd.hpp>
#include <optional>
#include <span>
#include <string_view>

#include "engine/error.hpp"
#include "server/api/context.hpp"
#include "server/api/shapes.hpp"
#include "server/http/json_writer.hpp"

namespace trailpond::api {

/// Does an operation: reads a request that fits its shape, writes the members of the answer.
using Handler = std::optional<engine::Error> (*)(Context& context,
                                                 const boost::json::object& request,
                                                 http::JsonWriter& answer);

/// Where a handler runs: those that analyse a statement or move many rows are kept off the thread
/// that all connections share.
enum class Thread : std::uint8_t { kIo, kPool };

/// One operation of the CloudTrail API.
struct Operation {
  std::string_view name;
  const Shape* request;
  const Shape* answer;
  std::string_view errors;  // declared exceptions without their "Exception", blank between
  Handler handler;          // null: not yet
  Thread thread = Thread::kIo;

  bool declares(std::string_view exception) const;
};

/// THE table: all operations of the service, by name. Dispatch, the check of requests and answers,
/// GET /_trailpond/operations, the reference in COMPATIBILITY.md and "is it tested" come from it.
std::span<const Operation> all_operations();

const Operation* find_operation(std::string_view name);

/// Finds the operation that an X-Amz-Target header names. SDKs send
/// "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.<Op>" or "CloudTrail_20131101.<Op>".
const Operation* find_target(std::string_view target);

}  // namespace trailpond::api
