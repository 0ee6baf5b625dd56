#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/uuid.hpp"

/// IP addresses and UUIDs as 16 bytes in network order, as Trino keeps them; an IPv4 address is
/// mapped into IPv6 (::ffff:a.b.c.d), so that all of them sort together.
namespace trailpond::sql {

inline constexpr std::size_t kAddressBytes = 16;
using AddressBytes = std::array<char, kAddressBytes>;

/// Reads an IPv4 or IPv6 address; the zone of a link-local one (behind %) is dropped, octets have
/// no leading zeros.
std::optional<AddressBytes> parse_ip_address(std::string_view text);
/// Makes an address of 4 or 16 bytes.
std::optional<AddressBytes> ip_address_of_bytes(std::string_view bytes);
/// Prints an address: dotted if it is a mapped IPv4, else as RFC 5952 says.
std::string print_ip_address(std::string_view bytes);
bool is_ipv4(std::string_view bytes);

AddressBytes bytes_of(UuidBits bits);
std::string print_uuid(std::string_view bytes);

}  // namespace trailpond::sql
