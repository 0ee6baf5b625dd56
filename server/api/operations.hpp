#pragma once
#include <algorithm>
#include <array>
#include <boost/json/fwd.hpp>
#include <optional>
#include <span>
#include <string_view>

#include "base/json_writer.hpp"
#include "engine/engine.hpp"
#include "engine/error.hpp"
#include "server/api/shapes.hpp"

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
/// threads that all connections share.
enum class Thread : std::uint8_t { kIo, kPool };

/// The errors that an operation declares, in the order of the service model.
class DeclaredErrors {
 public:
  template <class... Kinds>
  consteval DeclaredErrors(Kinds... kinds) : kinds_{kinds...}, size_(sizeof...(kinds)) {}
  constexpr std::span<const engine::ErrorKind> list() const { return {kinds_.data(), size_}; }
  constexpr bool contains(engine::ErrorKind kind) const {
    return std::find(list().begin(), list().end(), kind) != list().end();
  }

 private:
  std::array<engine::ErrorKind, 40> kinds_;
  std::size_t size_;
};

/// One operation of the CloudTrail API.
struct Operation {
  std::string_view name;
  const Shape* request;
  const Shape* answer;
  DeclaredErrors errors;
  Handler handler;  // null: not yet
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
