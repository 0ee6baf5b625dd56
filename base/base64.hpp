#pragma once
#include <optional>
#include <string>
#include <string_view>

/// Base 64 (RFC 4648), by OpenSSL.
namespace trailpond {

/// With padding.
std::string base64(std::string_view bytes);
/// The alphabet for URLs, with padding.
std::string base64_url(std::string_view bytes);

/// Reads digits without padding; the bits that are left over are dropped. Nullopt where a character
/// is none of the alphabet, or one digit is left over.
std::optional<std::string> from_base64(std::string_view digits);
std::optional<std::string> from_base64_url(std::string_view digits);

}  // namespace trailpond
