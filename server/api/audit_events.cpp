#include "server/api/audit_events.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "base/json_writer.hpp"
#include "base/members.hpp"
#include "server/api/calls.hpp"
#include "server/api/errors.hpp"
#include "server/api/harm.hpp"
#include "server/api/shapes.hpp"

namespace trailpond::api {
namespace {

namespace json = boost::json;

// Source: the service model of cloudtrail-data, 2021-08-11.
constexpr Shape kId = text("Uuid", 1, 128, R"(^[-_A-Za-z0-9]+$)");
constexpr Shape kText = text("String", kNoBound, kNoBound);
constexpr Member kAuditEventMembers[] = {
    {"eventData", &kText, kRequired}, {"eventDataChecksum", &kText}, {"id", &kId, kRequired}};
constexpr Shape kAuditEvent = structure("AuditEvent", kAuditEventMembers);
constexpr Shape kAuditEvents = list("AuditEvents", kAuditEvent, 1, 100);
constexpr Shape kChannelArn = text("ChannelArn", kNoBound, kNoBound, R"(^arn:.*$)");
constexpr Shape kExternalId = text("ExternalId", 2, 1224, R"(^[\w+=,.@:\/-]*$)");
constexpr Member kRequestMembers[] = {{"auditEvents", &kAuditEvents, kRequired},
                                      {"channelArn", &kChannelArn, kRequired},
                                      {"externalId", &kExternalId}};
constexpr Shape kRequest = structure("PutAuditEventsRequest", kRequestMembers);

std::optional<engine::Error> take_events(engine::Engine& engine, const engine::Caller& caller,
                                         const engine::PutAuditEventsRequest& wanted,
                                         http::Response& response) {
  const auto answer = engine.put_audit_events(caller, wanted);
  if (!answer) {
    return answer.error();
  }
  JsonWriter json(response.body);
  json.open_object();
  engine::PutAuditEventsAnswer::visit_members(*answer, MemberWriter(json));
  json.close_object();
  return std::nullopt;
}

/// Records a call; the events that it brought are not repeated in its own.
void record(engine::Engine& engine, const engine::Caller& caller, const http::Request& request,
            const engine::PutAuditEventsRequest& wanted,
            const std::optional<engine::Error>& refusal) {
  if (!engine.takes_call(kPutAuditEvents)) {
    return;
  }
  std::string parameters;
  JsonWriter json(parameters);
  json.open_object();
  json.member("channelArn", wanted.channel);
  if (wanted.external_id) {
    json.member("externalId", *wanted.external_id);
  }
  json.close_object();
  engine::Call call = describe_call(kPutAuditEvents, caller, request);
  call.request = parameters;
  call.channel_arn = wanted.channel;
  call.error = refusal ? &*refusal : nullptr;
  engine.record_call(call);
}

}  // namespace

void put_audit_events(engine::Engine& engine, const http::Request& request,
                      http::Response& response, Note& note) {
  const engine::Caller& caller = note.caller;
  const auto refuse = [&](engine::ErrorKind kind, std::string_view message) {
    note.error = engine::name_of(kind);
    write_rest_error(response, kind, message);
  };
  json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  boost::system::error_code error;
  const std::string_view text = request.body.empty() ? "{}" : request.body;
  json::value body = json::parse({text.data(), text.size()}, error, {}, options);
  if (error || !body.is_object()) {
    refuse(engine::ErrorKind::kSerialization, "The body of the request is not a JSON object.");
    return;
  }
  for (const std::string_view name : {"channelArn", "externalId"}) {
    const std::string value = http::find_parameter(request.query(), name);
    if (!value.empty()) {
      body.get_object()[json::string_view(name.data(), name.size())] = value;
    }
  }
  if (const auto misfit = check_shape(kRequest, body)) {
    refuse(misfit->member == "channelArn" ? engine::ErrorKind::kInvalidChannelArn
                                          : engine::ErrorKind::kValidation,
           misfit->message);
    return;
  }
  engine::PutAuditEventsRequest wanted;
  const MemberReader reader(body.get_object());
  reader("channelArn", wanted.channel);
  reader("externalId", wanted.external_id);
  engine::PutAuditEventsRequest::visit_members(wanted, reader);
  const auto fault = engine.take_fault(kPutAuditEvents, caller, [&](std::string_view path) {
    return find_member(body.get_object(), path);
  });
  auto refusal = fault && !fault->after ? fault->error : std::nullopt;
  if (!refusal && !stops(fault)) {
    refusal = take_events(engine, caller, wanted, response);
  }
  const auto& told = !refusal && fault ? fault->error : refusal;
  if (told) {
    refuse(told->kind, told->message);
  }
  if (fault) {
    note.fault = fault->name;
    do_harm(*fault, response);
  }
  record(engine, caller, request, wanted, refusal);
}

}  // namespace trailpond::api
