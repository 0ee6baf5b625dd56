#pragma once
#include <boost/json/fwd.hpp>
#include <optional>
#include <span>
#include <string_view>

#include "base/json_writer.hpp"
#include "engine/engine.hpp"
#include "server/api/declared.hpp"

namespace trailpond::api {

/// One request of an operation: the service, who asks, and whether it may wait.
struct Call {
  engine::Engine& engine;
  const engine::Caller& caller;
  engine::Wait wait = engine::Wait::kMay;
};

/// Does an operation: reads a request that fits its shape, writes the members of the answer.
using Handler = std::optional<engine::Error> (*)(const Call& call,
                                                 const boost::json::object& request,
                                                 JsonWriter& answer);

/// Where a handler runs: those that write, analyse a statement or move many rows are kept off the
/// threads that all connections share. kIoIfBrief: it begins there, and goes elsewhere when it
/// would wait or take long.
enum class Thread : std::uint8_t { kIo, kIoIfBrief, kPool };

/// One operation of the CloudTrail API: what the service model says of it, and what does it.
struct Operation : DeclaredOperation {
  Handler handler = nullptr;
  Thread thread = Thread::kIo;
};

/// THE table: all operations of the service, by name. Dispatch, the check of requests and answers,
/// GET /_trailpond/operations, the reference in COMPATIBILITY.md and "is it tested" come from it.
std::span<const Operation> all_operations();

const Operation* find_operation(std::string_view name);

/// Finds the operation that an X-Amz-Target header names. SDKs send
/// "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.<Op>" or "CloudTrail_20131101.<Op>".
const Operation* find_target(std::string_view target);

}  // namespace trailpond::api
