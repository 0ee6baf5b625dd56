#include "s3/signing.hpp"

#include <algorithm>
#include <ctime>

#include "base/signature.hpp"
#include "base/text.hpp"

namespace trailpond::s3 {
namespace {

constexpr std::string_view kService = "s3";

/// 20130524T000000Z
std::string print_time(std::chrono::system_clock::time_point at) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
  std::tm parts = {};
  gmtime_r(&seconds, &parts);
  char text[sizeof "20130524T000000Z"];
  std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &parts);
  return text;
}

}  // namespace

void sign_request(HttpRequest& request, std::string_view authority, const Credentials& credentials,
                  std::string_view region, std::chrono::system_clock::time_point now) {
  const std::string time = print_time(now);
  const std::string body_hash = print_sha256(request.body);
  request.fields.emplace_back("x-amz-content-sha256", body_hash);
  request.fields.emplace_back("x-amz-date", time);
  if (!credentials.session_token.empty()) {
    request.fields.emplace_back("x-amz-security-token", credentials.session_token);
  }
  Fields signed_fields = {{"host", std::string(authority)}};
  for (const auto& [name, value] : request.fields) {
    signed_fields.emplace_back(ascii_lower(name), trimmed(value));
  }
  std::sort(signed_fields.begin(), signed_fields.end());
  std::string names;
  std::string lines;
  for (const auto& [name, value] : signed_fields) {
    names += (names.empty() ? "" : ";") + name;
    lines += name + ":" + value + "\n";
  }
  const std::string_view target = request.target;
  const auto mark = target.find('?');
  std::string canonical = request.method + "\n";
  canonical += target.substr(0, mark);
  canonical += '\n';
  canonical += mark == target.npos ? std::string_view() : target.substr(mark + 1);
  canonical += "\n" + lines + "\n" + names + "\n" + body_hash;
  const SignatureScope scope = {std::string_view(time).substr(0, 8), region, kService};
  request.fields.emplace_back(
      "Authorization",
      std::string(kSignatureAlgorithm) + " Credential=" + credentials.access_key_id + "/" +
          print_signature_scope(scope) + ",SignedHeaders=" + names +
          ",Signature=" + sign_canonical_request(credentials.secret, scope, time, canonical));
}

}  // namespace trailpond::s3
