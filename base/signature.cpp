#include "base/signature.hpp"

#include <openssl/evp.h>

#include "base/hashing.hpp"
#include "base/text.hpp"

namespace trailpond {
namespace {

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

}  // namespace

std::string print_signature_scope(const SignatureScope& scope) {
  std::string text;
  for (const std::string_view part : {scope.date, scope.region, scope.service}) {
    text += part;
    text += '/';
  }
  text += kSignatureTerminator;
  return text;
}

std::string sign_canonical_request(std::string_view secret, const SignatureScope& scope,
                                   std::string_view time, std::string_view canonical) {
  Hash key = hmac(EVP_sha256(), "AWS4" + std::string(secret), scope.date);
  for (const std::string_view step : {scope.region, scope.service, kSignatureTerminator}) {
    key = hmac(EVP_sha256(), key.bytes(), step);
  }
  std::string text(kSignatureAlgorithm);
  text += '\n';
  text += time;
  text += '\n' + print_signature_scope(scope) + '\n' + print_sha256(canonical);
  return hexadecimal(hmac(EVP_sha256(), key.bytes(), text).bytes(), kLowerHexDigits);
}

void append_percent_encoded(std::string& out, std::string_view text, bool keep_slash) {
  for (const char c : text) {
    if (is_unreserved(c) || (keep_slash && c == '/')) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kUpperHexDigits[byte >> 4];
      out += kUpperHexDigits[byte & 15];
    }
  }
}

std::string print_sha256(std::string_view text) {
  return hexadecimal(hash(EVP_sha256(), text).bytes(), kLowerHexDigits);
}

}  // namespace trailpond
