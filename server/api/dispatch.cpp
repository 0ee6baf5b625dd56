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

/// Whether a fault keeps the operation from being done, without an error of its own.
bool stops(const std::optional<engine::FaultOutcome>& fault) {
  return fault && !fault->after && fault->harm == engine::Harm::kReset;
}

#ifdef TRAILPOND_CHECK_ANSWERS
/// Makes a wrong answer fail its test instead of passing unseen.
void check_response(const Operation& operation, const std::optional<engine::Error>& refusal,
                    http::Response& response) {
  json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  boost::system::error_code error;
  const json::value body = json::parse(response.body, error, {}, options);
  if (error) {
    write_error(response, ErrorKind::kInternal, "The answer is not JSON: " + error.message());
  } else if (!refusal) {
    if (const auto misfit = check_answer(*operation.answer, body)) {
      write_error(response, ErrorKind::kInternal, "The answer: " + misfit->message);
    }
  } else if (refusal->kind != ErrorKind::kInternal && !operation.errors.contains(refusal->kind)) {
    write_error(response, ErrorKind::kInternal,
                std::string(operation.name) + " does not declare " +
                    std::string(name_of(refusal->kind)) + ": " + refusal->message);
  }
}
#else
void check_response(const Operation&, const std::optional<engine::Error>&, http::Response&) {}
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

void Dispatch::handle(const http::Request& request, http::Response& response) const {
  const std::string_view target = request.find("X-Amz-Target");
  const Operation* operation = find_target(target);
  if (operation == nullptr) {
    write_error(response, ErrorKind::kUnknownOperation,
                target.empty() ? "The X-Amz-Target header is missing."
                               : "There is no operation " + std::string(target) + ".");
    return;
  }
  if (options_.verify_signatures) {
    if (const auto problem = check_signature(request, kServiceName)) {
      write_error(response, error_of(problem->fault), problem->message);
      return;
    }
  }
  run(*operation, request, response);
}

void Dispatch::handle_audit_events(const http::Request& request, http::Response& response) const {
  if (options_.verify_signatures) {
    if (const auto problem = check_signature(request, kDataServiceName)) {
      write_rest_error(response, error_of(problem->fault), problem->message);
      return;
    }
  }
  const auto caller = caller_of(request);
  if (!caller) {
    write_rest_error(response, ErrorKind::kIncompleteSignature, kNoRegion);
    return;
  }
  put_audit_events(engine_, *caller, request, response);
}

/// Runs the operation and writes its answer, or its refusal.
std::optional<engine::Error> Dispatch::answer(const Operation& operation,
                                              const engine::Caller& caller,
                                              const json::object& body,
                                              http::Response& response) const {
  response.content_type = kJsonContentType;
  JsonWriter json(response.body);
  const auto wait =
      thread_of(operation) == Thread::kIo ? engine::Wait::kMustNot : engine::Wait::kMay;
  json.open_object();
  auto refusal = operation.handler({engine_, caller, wait}, body, json);
  json.close_object();
  if (refusal) {
    write_error(response, refusal->kind, refusal->message);
  }
  check_response(operation, refusal, response);
  return refusal;
}

Thread Dispatch::thread_of(const Operation& operation) const {
  return engine_.counts_polls() ? Thread::kPool : operation.thread;
}

void Dispatch::run(const Operation& operation, const http::Request& request,
                   http::Response& response) const {
  std::array<unsigned char, 2048> space;  // a usual request needs no more
  json::monotonic_resource memory(space.data(), space.size());
  json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  boost::system::error_code error;
  const std::string_view text = request.body.empty() ? "{}" : request.body;
  const json::value body = json::parse({text.data(), text.size()}, error, &memory, options);
  if (error) {
    write_error(response, ErrorKind::kSerialization,
                "The body of the request is not valid JSON: " + error.message() + ".");
    return;
  }
  if (const auto misfit = check_shape(*operation.request, body)) {
    write_error(response, error_of(operation, *misfit), misfit->message);
    return;
  }
  const auto caller = caller_of(request);
  if (!caller) {
    write_error(response, ErrorKind::kIncompleteSignature, kNoRegion);
    return;
  }
  const auto fault = engine_.take_fault(
      operation.name, *caller,
      [&](std::string_view path) { return find_member(body.get_object(), path); });
  auto refusal = fault && !fault->after ? fault->error : std::nullopt;
  if (refusal) {
    write_error(response, refusal->kind, refusal->message);
  } else if (!stops(fault)) {
    refusal = answer(operation, *caller, body.get_object(), response);
  }
  if (fault) {
    do_harm(*fault, response);
  }
  if (!engine_.takes_call(operation.name)) {
    return;
  }
  engine::Call call = describe_call(operation.name, *caller, request);
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
