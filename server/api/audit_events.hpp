#pragma once
#include <string_view>

#include "engine/engine.hpp"
#include "server/http/message.hpp"

/// The one operation of cloudtrail-data, which speaks REST-JSON: POST /PutAuditEvents.
namespace trailpond::api {

constexpr std::string_view kAuditEventsPath = "/PutAuditEvents";
/// The service that a signature's scope must name for it.
constexpr std::string_view kDataServiceName = "cloudtrail-data";

/// Answers a call of the operation.
void put_audit_events(engine::Engine& engine, const engine::Caller& caller,
                      const http::Request& request, http::Response& response);

}  // namespace trailpond::api
