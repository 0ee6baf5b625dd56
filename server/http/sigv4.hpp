#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "server/http/message.hpp"

/// AWS Signature Version 4. Source: AWS IAM user guide, "Create a signed AWS API request".
namespace trailpond::http {

/// How far a signature's time may be from ours. Source: AWS General Reference.
constexpr std::chrono::minutes kMaxSignatureSkew{5};

/// Who signed, and for where: ID/yyyymmdd/region/service/aws4_request.
struct CredentialScope {
  std::string_view access_key_id = {};
  std::string_view date = {};
  std::string_view region = {};
  std::string_view service = {};
};

/// Finds the scope in the Authorization header, whether the signature is right or not.
std::optional<CredentialScope> find_credential_scope(const Request& request);

/// Compares a secret in a time that does not tell how much of it was right.
bool same_secret(std::string_view given, std::string_view expected);

enum class SignatureFault : std::uint8_t {
  kMissing,
  kIncomplete,
  kUnknownKey,
  kExpired,
  kMismatch
};
struct SignatureProblem {
  SignatureFault fault = SignatureFault::kMissing;
  std::string message = {};
};

/// Checks the signature over what was sent: method, target, the headers it names, the body; and
/// that it is for `service`.
std::optional<SignatureProblem> verify_signature(
    const Request& request, std::string_view service,
    const std::function<std::optional<std::string>(std::string_view id)>& secret_of,
    std::chrono::system_clock::time_point now);

}  // namespace trailpond::http
