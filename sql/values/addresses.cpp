#include "sql/values/addresses.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "base/text.hpp"

namespace trailpond::sql {
namespace {

constexpr std::string_view kIpv4Prefix("\0\0\0\0\0\0\0\0\0\0\xFF\xFF", 12);
constexpr std::size_t kIpv4Bytes = 4;
constexpr std::size_t kGroups = 8;  // of two bytes, in an IPv6 address

}  // namespace

std::optional<AddressBytes> ip_address_of_bytes(std::string_view bytes) {
  AddressBytes address{};
  if (bytes.size() == kAddressBytes) {
    std::ranges::copy(bytes, address.begin());
  } else if (bytes.size() == kIpv4Bytes) {
    std::ranges::copy(kIpv4Prefix, address.begin());
    std::ranges::copy(bytes, address.begin() + kIpv4Prefix.size());
  } else {
    return std::nullopt;
  }
  return address;
}

std::optional<AddressBytes> parse_ip_address(std::string_view text) {
  const bool is_ipv6 = text.find(':') != std::string_view::npos;
  // Only link-local addresses have a zone.
  if (is_ipv6 && ascii_lower(text.substr(0, 4)) == "fe80") text = text.substr(0, text.find('%'));
  char bytes[kAddressBytes];
  // inet_pton wants a text that ends with NUL; the longest address has 45 characters.
  char buffer[INET6_ADDRSTRLEN + 1];
  if (text.size() >= sizeof buffer || text.find('\0') != std::string_view::npos)
    return std::nullopt;
  std::ranges::copy(text, buffer);
  buffer[text.size()] = '\0';
  if (inet_pton(is_ipv6 ? AF_INET6 : AF_INET, buffer, bytes) != 1) return std::nullopt;
  return ip_address_of_bytes({bytes, is_ipv6 ? kAddressBytes : kIpv4Bytes});
}

bool is_ipv4(std::string_view bytes) { return bytes.starts_with(kIpv4Prefix); }

std::string print_ip_address(std::string_view bytes) {
  if (bytes.size() != kAddressBytes) return hexadecimal(bytes);
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (is_ipv4(bytes)) {
    std::string out;
    for (std::size_t i = kIpv4Prefix.size(); i < kAddressBytes; ++i) {
      if (!out.empty()) out += '.';
      out += std::to_string(byte(i));
    }
    return out;
  }
  // The longest run of two or more groups of zeros, the first of equals, becomes "::".
  std::size_t run_start = kGroups;
  std::size_t run_length = 1;
  for (std::size_t i = 0; i < kGroups; ++i) {
    std::size_t end = i;
    while (end < kGroups && byte(end * 2) == 0 && byte(end * 2 + 1) == 0) ++end;
    if (end - i > run_length) {
      run_start = i;
      run_length = end - i;
    }
    i = std::max(i, end);
  }
  std::string out;
  for (std::size_t i = 0; i < kGroups; ++i) {
    if (i == run_start) {
      out += "::";
      i += run_length - 1;
      continue;
    }
    if (!out.empty() && out.back() != ':') out += ':';
    char digits[5];
    std::snprintf(digits, sizeof digits, "%x", byte(i * 2) << 8 | byte(i * 2 + 1));
    out += digits;
  }
  return out;
}

AddressBytes bytes_of(UuidBits bits) {
  AddressBytes bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(bits[i / 8] >> (56 - 8 * (i % 8)));
  return bytes;
}

std::string print_uuid(std::string_view bytes) {
  if (bytes.size() != kAddressBytes) return hexadecimal(bytes, kLowerHexDigits);
  UuidBits bits{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bits[i / 8] = bits[i / 8] << 8 | static_cast<unsigned char>(bytes[i]);
  return std::string(view(trailpond::print_uuid(bits)));
}

}  // namespace trailpond::sql
