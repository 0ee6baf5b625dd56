#include "base/base64.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace trailpond {
namespace {

void exchange(std::string& text, char from, char to) { std::ranges::replace(text, from, to); }

}  // namespace

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // and the NUL that OpenSSL adds
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::string base64_url(std::string_view bytes) {
  std::string text = base64(bytes);
  exchange(text, '+', '-');
  exchange(text, '/', '_');
  return text;
}

std::optional<std::string> from_base64(std::string_view digits) {
  // OpenSSL passes over blanks around the digits and takes padding: neither is a digit.
  const auto is_digit = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
  };
  if (digits.size() % 4 == 1 || !std::ranges::all_of(digits, is_digit)) return std::nullopt;
  std::string padded(digits);
  padded.resize((digits.size() + 3) / 4 * 4, '=');
  std::string bytes(padded.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(padded.data()),
                                   static_cast<int>(padded.size()));
  if (size < 0) return std::nullopt;
  bytes.resize(digits.size() * 3 / 4);
  return bytes;
}

std::optional<std::string> from_base64_url(std::string_view digits) {
  if (digits.find_first_of("+/") != std::string_view::npos) return std::nullopt;
  std::string text(digits);
  exchange(text, '-', '+');
  exchange(text, '_', '/');
  return from_base64(text);
}

}  // namespace trailpond
