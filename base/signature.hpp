#pragma once
#include <string>
#include <string_view>

/// AWS Signature Version 4: what those who sign and those who check share. Source: AWS IAM user
/// guide, "Create a signed AWS API request".
namespace trailpond {

inline constexpr std::string_view kSignatureAlgorithm = "AWS4-HMAC-SHA256";
inline constexpr std::string_view kSignatureTerminator = "aws4_request";

/// For what a signature holds: DATE/REGION/SERVICE/aws4_request.
struct SignatureScope {
  std::string_view date = {};  // 20150830
  std::string_view region = {};
  std::string_view service = {};
};

/// Prints DATE/REGION/SERVICE/aws4_request.
std::string print_signature_scope(const SignatureScope& scope);

/// Signs a canonical request; 64 hexadecimal digits. `time` is that of the request,
/// 20150830T123600Z.
std::string sign_canonical_request(std::string_view secret, const SignatureScope& scope,
                                   std::string_view time, std::string_view canonical);

/// Appends a text as a URI holds it in its canonical form: everything but letters, digits and -._~
/// as %XX, a slash as it is where that is wanted.
void append_percent_encoded(std::string& out, std::string_view text, bool keep_slash);

/// The SHA-256 of a text, 64 hexadecimal digits.
std::string print_sha256(std::string_view text);

}  // namespace trailpond
