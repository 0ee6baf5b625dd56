#pragma once
#include <string_view>

#include "server/api/dispatch.hpp"

/// The one operation of cloudtrail-data, which speaks REST-JSON: POST /PutAuditEvents.
namespace trailpond::api {

constexpr std::string_view kAuditEventsPath = "/PutAuditEvents";
/// The service that a signature's scope must name for it.
constexpr std::string_view kDataServiceName = "cloudtrail-data";

constexpr std::string_view kPutAuditEvents = "PutAuditEvents";

/// Answers a call of the operation; the note says who calls, and is told what became of it.
void put_audit_events(engine::Engine& engine, const http::Request& request,
                      http::Response& response, Note& note);

}  // namespace trailpond::api
