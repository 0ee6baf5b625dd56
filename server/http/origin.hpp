#pragma once
#include <span>
#include <string>
#include <string_view>

#include "server/http/message.hpp"

namespace trailpond::http {

/// Tells whether a host (as in the Host field, with or without a port) can only mean a machine of
/// the user's own network: an IP address, localhost, a name without a dot (containers), or one that
/// is allowed. A web page of somebody else can make its own name resolve to 127.0.0.1 (DNS
/// rebinding), but cannot own such a name.
bool is_own_host(std::string_view host, std::span<const std::string> allowed);

/// Tells whether the Origin of a request, where a browser sends one, is our own. SDKs send none.
bool comes_from_own_origin(const Request& request, std::span<const std::string> allowed);

/// Tells whether a request may change or show what is the user's own: its Host, and its Origin
/// where a browser sends one, are our own.
bool comes_from_own_host(const Request& request, std::span<const std::string> allowed);

}  // namespace trailpond::http
