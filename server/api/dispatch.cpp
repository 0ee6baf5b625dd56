#include "server/api/dispatch.hpp"

#include <algorithm>
#include <array>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <chrono>

#include "engine/resources/arn.hpp"
#include "server/api/audit_events.hpp"
#include "server/api/calls.hpp"
#include "server/api/errors.hpp"
#include "server/api/harm.hpp"
#include "state/writing.hpp"

namespace trailpond::api {
namespace {

namespace json = boost::json;
using engine::ErrorKind;

/// Members whose constraints have an exception of their own, where the operation declares it.
/// Source: shared/spec 11, "plain constraint violations".
struct OwnError {
  std::string_view member;
  engine::ErrorKind error;
};
constexpr OwnError kOwnErrors[] = {
    {"AdvancedEventSelectors", ErrorKind::kInvalidEventSelectors},
    {"Channel", ErrorKind::kChannelArnInvalid},
    {"EventCategory", ErrorKind::kInvalidEventCategory},
    {"EventDataStore", ErrorKind::kEventDataStoreArnInvalid},
    {"EventSelectors", ErrorKind::kInvalidEventSelectors},
    {"Destination", ErrorKind::kEventDataStoreArnInvalid},
    {"Destinations", ErrorKind::kEventDataStoreArnInvalid},
    {"InsightSelectors", ErrorKind::kInvalidInsightSelectors},
    {"KmsKeyId", ErrorKind::kInvalidKmsKeyId},
    {"LookupAttributes", ErrorKind::kInvalidLookupAttributes},
    {"MaxQueryResults", ErrorKind::kInvalidMaxResults},
    {"MaxResults", ErrorKind::kInvalidMaxResults},
    {"NextToken", ErrorKind::kInvalidNextToken},
    {"QueryStatement", ErrorKind::kInvalidQueryStatement},
    {"QueryStatus", ErrorKind::kInvalidQueryStatus},
    {"ResourceArn", ErrorKind::kResourceArnNotValid},
    {"ResourcePolicy", ErrorKind::kResourcePolicyNotValid},
    {"Tags", ErrorKind::kInvalidTagParameter},
    {"TagsList", ErrorKind::kInvalidTagParameter},
};

constexpr std::string_view kNoRegion =
    "The Credential of the Authorization header names no Region such as us-east-1.";

ErrorKind error_of(const Operation& operation, const Misfit& misfit) {
  switch (misfit.kind) {
    case MisfitKind::kType:
      return ErrorKind::kSerialization;
    case MisfitKind::kMissing:
      return ErrorKind::kInvalidParameter;
    case MisfitKind::kConstraint:
    case MisfitKind::kNul:
      for (const OwnError& own : kOwnErrors) {
        if (own.member == misfit.member && operation.errors.contains(own.error)) {
          return own.error;
        }
      }
      return ErrorKind::kInvalidParameter;
  }
  return ErrorKind::kInvalidParameter;
}

ErrorKind error_of(http::SignatureFault fault) {
  switch (fault) {
    case http::SignatureFault::kMissing:
      return ErrorKind::kMissingAuthenticationToken;
    case http::SignatureFault::kIncomplete:
      return ErrorKind::kIncompleteSignature;
    case http::SignatureFault::kUnknownKey:
      return ErrorKind::kUnrecognizedClient;
    case http::SignatureFault::kExpired:
    case http::SignatureFault::kMismatch:
      return ErrorKind::kInvalidSignature;
  }
  return ErrorKind::kInvalidSignature;
}

/// The members of a request that the operation knows: no others are recorded.
std::string print_known(const Operation& operation, const json::object& body) {
  json::object known;
  for (const Member& member : operation.request->members) {
    const json::string_view name(member.name.data(), member.name.size());
    if (const auto* value = body.if_contains(name)) {
      known[name] = *value;
    }
  }
  return json::serialize(known);
}

bool has_unknown(const Operation& operation, const json::object& body) {
  const auto& members = operation.request->members;
  return std::any_of(body.begin(), body.end(), [&](const auto& entry) {
    const std::string_view name(entry.key().data(), entry.key().size());
    return std::none_of(members.begin(), members.end(),
                        [&](const Member& member) { return member.name == name; });
  });
}

#ifdef TRAILPOND_CHECK_ANSWERS
/// Makes a wrong answer, or an error that the operation does not declare, fail its test instead of
/// passing unseen.
std::optional<engine::Error> check_outcome(const Operation& operation,
                                           std::optional<engine::Error> refusal,
                                           const http::Response& response) {
  const auto ours = [](std::string message) {
    return engine::Error{ErrorKind::kInternal, std::move(message)};
  };
  if (refusal) {
    const bool declared =
        refusal->kind == ErrorKind::kInternal || operation.errors.contains(refusal->kind);
    return declared ? std::move(refusal)
                    : ours(std::string(operation.name) + " does not declare " +
                           std::string(name_of(refusal->kind)) + ": " + refusal->message);
  }
  json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  boost::system::error_code error;
  const json::value body = json::parse(response.body, error, {}, options);
  if (error) {
    return ours("The answer is not JSON: " + error.message());
  }
  const auto misfit = check_answer(*operation.answer, body);
  return misfit ? std::optional(ours("The answer: " + misfit->message)) : std::nullopt;
}
#else
std::optional<engine::Error> check_outcome(const Operation&, std::optional<engine::Error> refusal,
                                           const http::Response&) {
  return refusal;
}
#endif

}  // namespace

std::optional<engine::AccessKey> Dispatch::find_key(std::string_view id) const {
  for (const engine::AccessKey& key : options_.access_keys) {
    if (key.id == id) {
      return key;
    }
  }
  return engine_.find_access_key(id);
}

std::optional<engine::Caller> Dispatch::caller_of(const http::Request& request) const {
  engine::Caller caller;
  const auto scope = http::find_credential_scope(request);
  if (!scope) {
    return caller;
  }
  if (!scope->region.empty()) {
    if (!engine::is_region(scope->region)) {
      return std::nullopt;
    }
    caller.region = scope->region;
  }
  const std::string_view id = scope->access_key_id;
  if (engine::is_account(id)) {
    caller.account = id;
  } else if (const auto key = find_key(id); key && !key->account.empty()) {
    caller.account = key->account;
  }
  return caller;
}

std::optional<http::SignatureProblem> Dispatch::check_signature(const http::Request& request,
                                                                std::string_view service) const {
  const auto secret_of = [this](std::string_view id) -> std::optional<std::string> {
    const auto key = find_key(id);
    return key ? std::optional(key->secret) : std::nullopt;
  };
  return http::verify_signature(request, service, secret_of, std::chrono::system_clock::now());
}

bool Dispatch::is_signed(const http::Request& request) const {
  return !check_signature(request, kServiceName);
}

Note Dispatch::handle(const http::Request& request, http::Response& response) const {
  Note note;
  const auto refuse = [&](ErrorKind kind, const std::string& message) {
    note.error = engine::name_of(kind);
    write_error(response, kind, message);
  };
  const std::string_view target = request.find("X-Amz-Target");
  const Operation* operation = find_target(target);
  if (operation == nullptr) {
    note.caller = caller_of(request).value_or(engine::Caller());
    refuse(ErrorKind::kUnknownOperation,
           target.empty() ? "The X-Amz-Target header is missing."
                          : "There is no operation " + std::string(target) + ".");
    return note;
  }
  note.operation = operation->name;
  if (options_.verify_signatures) {
    if (const auto problem = check_signature(request, kServiceName)) {
      refuse(error_of(problem->fault), problem->message);
      return note;
    }
  }
  try {
    run(*operation, request, response, note);
  } catch (const state::WouldWait&) {
    response.is_elsewhere = true;
  }
  return note;
}

Note Dispatch::handle_audit_events(const http::Request& request, http::Response& response) const {
  Note note = {.operation = kPutAuditEvents};
  const auto refuse = [&](ErrorKind kind, std::string_view message) {
    note.error = engine::name_of(kind);
    write_rest_error(response, kind, message);
  };
  if (options_.verify_signatures) {
    if (const auto problem = check_signature(request, kDataServiceName)) {
      refuse(error_of(problem->fault), problem->message);
      return note;
    }
  }
  const auto caller = caller_of(request);
  if (!caller) {
    refuse(ErrorKind::kIncompleteSignature, kNoRegion);
    return note;
  }
  note.caller = *caller;
  put_audit_events(engine_, request, response, note);
  return note;
}

/// Runs the operation and writes its answer, or its refusal.
std::optional<engine::Error> Dispatch::answer(const Operation& operation,
                                              const engine::Caller& caller,
                                              const json::object& body, engine::Wait wait,
                                              http::Response& response) const {
  response.content_type = kJsonContentType;
  JsonWriter json(response.body);
  json.open_object();
  auto refusal = operation.handler({engine_, caller, wait}, body, json);
  json.close_object();
  return check_outcome(operation, std::move(refusal), response);
}

Thread Dispatch::thread_of(const Operation& operation) const {
  const bool is_unsure = operation.thread == Thread::kIoIfBrief;
  const bool waits = is_unsure && (engine_.is_durable() || engine_.counts_calls());
  return waits || engine_.counts_polls() ? Thread::kPool : operation.thread;
}

engine::Wait Dispatch::wait_of(const Operation& operation, const http::Request& request) const {
  if (operation.thread == Thread::kIo && !engine_.counts_polls()) {
    return engine::Wait::kMustNot;
  }
  return request.may_wait ? engine::Wait::kMay : engine::Wait::kNotNow;
}

void Dispatch::run(const Operation& operation, const http::Request& request,
                   http::Response& response, Note& note) const {
  const auto refuse = [&](ErrorKind kind, std::string_view message) {
    note.error = engine::name_of(kind);
    write_error(response, kind, message);
  };
  std::array<unsigned char, 2048> space;  // a usual request needs no more
  json::monotonic_resource memory(space.data(), space.size());
  json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  boost::system::error_code error;
  const std::string_view text = request.body.empty() ? "{}" : request.body;
  const json::value body = json::parse({text.data(), text.size()}, error, &memory, options);
  if (error) {
    refuse(ErrorKind::kSerialization,
           "The body of the request is not valid JSON: " + error.message() + ".");
    return;
  }
  auto caller = caller_of(request);
  if (caller) {
    note.caller = std::move(*caller);
  }
  if (const auto misfit = check_shape(*operation.request, body)) {
    refuse(error_of(operation, *misfit), misfit->message);
    return;
  }
  if (!caller) {
    refuse(ErrorKind::kIncompleteSignature, kNoRegion);
    return;
  }
  const auto fault = engine_.take_fault(operation.name, note.caller, [&](std::string_view path) {
    return find_member(body.get_object(), path);
  });
  auto refusal = fault && !fault->after ? fault->error : std::nullopt;
  if (!refusal && !stops(fault)) {
    refusal =
        answer(operation, note.caller, body.get_object(), wait_of(operation, request), response);
  }
  const auto& told = !refusal && fault ? fault->error : refusal;
  if (told) {
    refuse(told->kind, told->message);
  }
  if (fault) {
    note.fault = fault->name;
    do_harm(*fault, response);
  }
  if (!engine_.takes_call(operation.name)) {
    return;
  }
  engine::Call call = describe_call(operation.name, note.caller, request);
  std::string known;
  if (has_unknown(operation, body.get_object())) {
    known = print_known(operation, body.get_object());
  }
  call.request = known.empty() ? request.body : std::string_view(known);
  call.answer = response.body;
  call.error = refusal ? &*refusal : nullptr;
  engine_.record_call(call);
}

}  // namespace trailpond::api
