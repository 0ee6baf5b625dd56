#include "server/api/dispatch.hpp"

#include <algorithm>
#include <array>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <chrono>

#include "server/api/errors.hpp"
#include "server/http/sigv4.hpp"

namespace trailpond::api {
namespace {

namespace json = boost::json;

/// Members whose constraints have an exception of their own, where the operation declares it.
/// Source: shared/spec 11, "plain constraint violations".
struct OwnError {
  std::string_view member;
  std::string_view exception;
};
constexpr OwnError kOwnErrors[] = {
    {"AdvancedEventSelectors", "InvalidEventSelectorsException"},
    {"EventDataStore", "EventDataStoreARNInvalidException"},
    {"KmsKeyId", "InvalidKmsKeyIdException"},
    {"MaxQueryResults", "InvalidMaxResultsException"},
    {"MaxResults", "InvalidMaxResultsException"},
    {"NextToken", "InvalidNextTokenException"},
    {"QueryStatement", "InvalidQueryStatementException"},
    {"QueryStatus", "InvalidQueryStatusException"},
    {"TagsList", "InvalidTagParameterException"},
};

std::string_view exception_of(const Operation& operation, const Misfit& misfit) {
  switch (misfit.kind) {
    case MisfitKind::kType:
      return "SerializationException";
    case MisfitKind::kMissing:
      return "InvalidParameterException";
    case MisfitKind::kConstraint:
      for (const OwnError& own : kOwnErrors) {
        if (own.member == misfit.member && operation.declares(own.exception)) {
          return own.exception;
        }
      }
      return "InvalidParameterException";
  }
  return "InvalidParameterException";
}

std::string_view exception_of(http::SignatureFault fault) {
  switch (fault) {
    case http::SignatureFault::kMissing:
      return "MissingAuthenticationTokenException";
    case http::SignatureFault::kIncomplete:
      return "IncompleteSignatureException";
    case http::SignatureFault::kUnknownKey:
      return "UnrecognizedClientException";
    case http::SignatureFault::kExpired:
    case http::SignatureFault::kMismatch:
      return "InvalidSignatureException";
  }
  return "InvalidSignatureException";
}

#ifdef TRAILPOND_CHECK_ANSWERS
/// Makes a wrong answer fail its test instead of passing unseen.
void check_response(const Operation& operation, http::Response& response) {
  json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  boost::system::error_code error;
  const json::value body = json::parse(response.body, error, {}, options);
  if (error) {
    write_error(response, "InternalFailure", "The answer is not JSON: " + error.message());
  } else if (response.status == 200) {
    if (const auto misfit = check_answer(*operation.answer, body)) {
      write_error(response, "InternalFailure", "The answer: " + misfit->message);
    }
  } else if (response.status == 400) {
    const std::string type = body.at("__type").as_string().c_str();
    if (!operation.declares(type)) {
      write_error(response, "InternalFailure",
                  std::string(operation.name) + " does not declare " + type + ": " +
                      body.at("message").as_string().c_str());
    }
  }
}
#else
void check_response(const Operation&, http::Response&) {}
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

engine::Caller Dispatch::caller_of(const http::Request& request) const {
  engine::Caller caller = {std::string(kDefaultAccount), std::string(kDefaultRegion)};
  const auto scope = http::find_credential_scope(request);
  if (!scope) {
    return caller;
  }
  if (!scope->region.empty()) {
    caller.region = scope->region;
  }
  constexpr std::size_t kAccountDigits = 12;
  const std::string_view id = scope->access_key_id;
  if (id.size() == kAccountDigits &&
      std::all_of(id.begin(), id.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    caller.account = id;
  } else if (const auto key = find_key(id); key && !key->account.empty()) {
    caller.account = key->account;
  }
  return caller;
}

bool Dispatch::check_signature(const http::Request& request, http::Response& response) const {
  const auto secret_of = [this](std::string_view id) -> std::optional<std::string> {
    const auto key = find_key(id);
    return key ? std::optional(key->secret) : std::nullopt;
  };
  const auto problem = http::verify_signature(request, secret_of, std::chrono::system_clock::now());
  if (problem) {
    write_error(response, exception_of(problem->fault), problem->message);
  }
  return !problem;
}

void Dispatch::handle(const http::Request& request, http::Response& response) const {
  const std::string_view target = request.find("X-Amz-Target");
  const Operation* operation = find_target(target);
  if (operation == nullptr) {
    write_error(response, "UnknownOperationException",
                target.empty() ? "The X-Amz-Target header is missing."
                               : "There is no operation " + std::string(target) + ".");
    return;
  }
  if (options_.verify_signatures && !check_signature(request, response)) {
    return;
  }
  if (operation->handler == nullptr) {
    write_error(response, "UnsupportedOperationException",
                std::string(operation->name) +
                    " is an operation of CloudTrail that trailpond does not have yet; "
                    "COMPATIBILITY.md lists those it has.");
    return;
  }
  run(*operation, request, response);
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
    write_error(response, "SerializationException",
                "The body of the request is not valid JSON: " + error.message() + ".");
    return;
  }
  if (const auto misfit = check_shape(*operation.request, body)) {
    write_error(response, exception_of(operation, *misfit), misfit->message);
    return;
  }
  response.content_type = kJsonContentType;
  http::JsonWriter answer(response.body);
  Context context = {engine_, caller_of(request)};
  answer.open_object();
  const auto refusal = operation.handler(context, body.get_object(), answer);
  answer.close_object();
  if (refusal) {
    write_error(response, api::exception_of(refusal->kind), refusal->message);
  }
  check_response(operation, response);
}

}  // namespace trailpond::api
