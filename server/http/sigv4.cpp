#include "server/http/sigv4.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

#include "base/signature.hpp"
#include "base/text.hpp"

namespace trailpond::http {
namespace {

constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";

std::vector<std::string_view> split(std::string_view text, char mark) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(mark);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) {
      return parts;
    }
    text.remove_prefix(end + 1);
  }
}

/// The parts of "AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…".
struct Authorization {
  std::string_view algorithm = {};
  std::string_view credential = {};
  std::string_view signed_headers = {};
  std::string_view signature = {};
};

Authorization parse_authorization(std::string_view header) {
  Authorization parts;
  header = trimmed(header, " \t");
  const auto blank = header.find(' ');
  parts.algorithm = header.substr(0, blank);
  if (blank == std::string_view::npos) {
    return parts;
  }
  std::string_view rest = header.substr(blank + 1);
  while (!rest.empty()) {
    const auto end = rest.find(',');
    const std::string_view part = trimmed(rest.substr(0, end), " \t");
    const auto equals = part.find('=');
    const std::string_view name = part.substr(0, equals);
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1);
    if (name == "Credential") {
      parts.credential = value;
    } else if (name == "SignedHeaders") {
      parts.signed_headers = value;
    } else if (name == "Signature") {
      parts.signature = value;
    }
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  return parts;
}

std::optional<CredentialScope> parse_scope(std::string_view credential) {
  // From the right: an access key id may hold a slash, the other parts may not.
  std::array<std::string_view, 4> tail;
  for (std::size_t i = tail.size(); i-- > 0;) {
    const auto slash = credential.rfind('/');
    if (slash == std::string_view::npos) {
      return std::nullopt;
    }
    tail[i] = credential.substr(slash + 1);
    credential = credential.substr(0, slash);
  }
  if (tail[3] != kSignatureTerminator || credential.empty()) {
    return std::nullopt;
  }
  return CredentialScope{credential, tail[0], tail[1], tail[2]};
}

std::string canonical_query(std::string_view query) {
  std::vector<std::string> pairs;
  for (const std::string_view pair : split(query, '&')) {
    if (pair.empty()) {
      continue;
    }
    const auto equals = std::min(pair.find('='), pair.size());
    std::string text;
    append_percent_encoded(text, decode_percent(pair.substr(0, equals), false), false);
    text += '=';
    if (equals < pair.size()) {
      append_percent_encoded(text, decode_percent(pair.substr(equals + 1), false), false);
    }
    pairs.push_back(std::move(text));
  }
  std::sort(pairs.begin(), pairs.end());
  std::string out;
  for (const std::string& pair : pairs) {
    out += (out.empty() ? "" : "&") + pair;
  }
  return out;
}

/// Appends "name:value\n": values of fields of one name joined, blanks within squeezed.
bool append_header(std::string& out, const Request& request, std::string_view name) {
  bool found = false;
  for (const Header& header : request.headers) {
    if (!same_name(header.name, name)) {
      continue;
    }
    if (!found) {
      out += name;
    }
    out += found ? ',' : ':';
    found = true;
    bool blank = false;
    for (const char c : trimmed(header.value, " \t")) {
      if (!(blank && c == ' ')) {
        out += c;
      }
      blank = c == ' ';
    }
  }
  out += '\n';
  return found;
}

/// The request in the form that is signed. Empty when a header that it names is not there.
std::optional<std::string> canonical_request(const Request& request, const Authorization& parts,
                                             const std::string& body_hash) {
  std::string text(request.method);
  text += '\n';
  // All services but S3 encode each part of the path twice: once as sent, once here.
  append_percent_encoded(text, request.path(), true);
  text += '\n';
  text += canonical_query(request.query());
  text += '\n';
  for (const std::string_view name : split(parts.signed_headers, ';')) {
    if (!append_header(text, request, name)) {
      return std::nullopt;
    }
  }
  text += '\n';
  text += parts.signed_headers;
  text += '\n';
  text += body_hash;
  return text;
}

/// Parses "20150830T123600Z".
std::optional<std::chrono::system_clock::time_point> parse_time(std::string_view text) {
  constexpr std::string_view kForm = "00000000T000000Z";
  if (text.size() != kForm.size()) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != kForm[i]) {
      return std::nullopt;
    }
  }
  const auto number = [&](std::size_t at, std::size_t count) {
    return std::atoi(std::string(text.substr(at, count)).c_str());
  };
  const std::chrono::year_month_day date(std::chrono::year(number(0, 4)),
                                         std::chrono::month(static_cast<unsigned>(number(4, 2))),
                                         std::chrono::day(static_cast<unsigned>(number(6, 2))));
  if (!date.ok()) {
    return std::nullopt;
  }
  return std::chrono::sys_days(date) + std::chrono::hours(number(9, 2)) +
         std::chrono::minutes(number(11, 2)) + std::chrono::seconds(number(13, 2));
}

SignatureProblem incomplete(std::string message) {
  return {SignatureFault::kIncomplete, std::move(message)};
}

/// What must stand in the Authorization header, in the order in which AWS complains.
std::optional<SignatureProblem> check_parts(const Authorization& parts, std::string_view time) {
  if (parts.algorithm != kSignatureAlgorithm) {
    return incomplete("Unsupported AWS 'algorithm': '" + std::string(parts.algorithm) + "'.");
  }
  const std::pair<std::string_view, std::string_view> needed[] = {
      {"Credential", parts.credential},
      {"Signature", parts.signature},
      {"SignedHeaders", parts.signed_headers}};
  for (const auto& [name, value] : needed) {
    if (value.empty()) {
      return incomplete("Authorization header requires '" + std::string(name) + "' parameter.");
    }
  }
  if (time.empty()) {
    return incomplete(
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  return std::nullopt;
}

std::optional<SignatureProblem> check_time(std::string_view time, const CredentialScope& scope,
                                           std::chrono::system_clock::time_point now) {
  const auto signed_at = parse_time(time);
  if (!signed_at) {
    return incomplete("Date must be in ISO-8601 'basic format'. Got '" + std::string(time) + "'.");
  }
  if (time.substr(0, 8) != scope.date) {
    return SignatureProblem{SignatureFault::kMismatch,
                            "Date in Credential scope does not match YYYYMMDD from ISO-8601 "
                            "version of date from HTTP: '" +
                                std::string(scope.date) + "' != '" +
                                std::string(time.substr(0, 8)) + "'."};
  }
  if (now - *signed_at > kMaxSignatureSkew) {
    return SignatureProblem{SignatureFault::kExpired,
                            "Signature expired: " + std::string(time) +
                                " is more than 5 minutes before the time of this server."};
  }
  if (*signed_at - now > kMaxSignatureSkew) {
    return SignatureProblem{SignatureFault::kExpired,
                            "Signature not yet current: " + std::string(time) +
                                " is more than 5 minutes after the time of this server."};
  }
  return std::nullopt;
}

bool names(std::string_view signed_headers, std::string_view wanted) {
  const auto parts = split(signed_headers, ';');
  return std::find(parts.begin(), parts.end(), wanted) != parts.end();
}

}  // namespace

std::optional<CredentialScope> find_credential_scope(const Request& request) {
  return parse_scope(parse_authorization(request.find("Authorization")).credential);
}

bool same_secret(std::string_view given, std::string_view expected) {
  return given.size() == expected.size() &&
         CRYPTO_memcmp(given.data(), expected.data(), expected.size()) == 0;
}

std::optional<SignatureProblem> verify_signature(
    const Request& request, std::string_view service,
    const std::function<std::optional<std::string>(std::string_view id)>& secret_of,
    std::chrono::system_clock::time_point now) {
  const std::string_view header = request.find("Authorization");
  if (header.empty()) {
    return SignatureProblem{SignatureFault::kMissing, "Missing Authentication Token"};
  }
  const Authorization parts = parse_authorization(header);
  const std::string_view time = request.find("X-Amz-Date");
  if (auto problem = check_parts(parts, time)) {
    return problem;
  }
  const auto scope = parse_scope(parts.credential);
  if (!scope) {
    return incomplete(
        "Credential must have exactly 5 slash-delimited elements, e.g. "
        "keyid/date/region/service/term, got '" +
        std::string(parts.credential) + "'.");
  }
  const auto secret = secret_of(scope->access_key_id);
  if (!secret) {
    return SignatureProblem{SignatureFault::kUnknownKey,
                            "The security token included in the request is invalid."};
  }
  if (auto problem = check_time(time, *scope, now)) {
    return problem;
  }
  if (scope->service != service) {
    return SignatureProblem{
        SignatureFault::kMismatch,
        "Credential should be scoped to correct service: '" + std::string(service) + "'."};
  }
  const SignatureProblem mismatch = {
      SignatureFault::kMismatch,
      "The request signature we calculated does not match the signature you provided. Check your "
      "AWS Secret Access Key and signing method."};
  const std::string_view claimed = request.find("X-Amz-Content-Sha256");
  const std::string body_hash =
      claimed == kUnsignedPayload ? std::string(kUnsignedPayload) : print_sha256(request.body);
  // What decides who asks and what, and is not signed, could be changed on the way.
  if (!names(parts.signed_headers, "host") ||
      (!request.find("X-Amz-Target").empty() && !names(parts.signed_headers, "x-amz-target"))) {
    return incomplete(
        "'Host' and 'X-Amz-Target' must be 'SignedHeaders' in the AWS Authorization.");
  }
  const auto canonical = canonical_request(request, parts, body_hash);
  if (!canonical) {
    return mismatch;
  }
  const std::string expected = sign_canonical_request(
      *secret, {scope->date, scope->region, scope->service}, time, *canonical);
  return same_secret(parts.signature, expected) ? std::nullopt : std::optional(mismatch);
}

}  // namespace trailpond::http
