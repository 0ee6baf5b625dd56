#include "server/http/origin.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cctype>

namespace trailpond::http {
namespace {

bool is_address(const std::string& host) {
  in_addr four = {};
  in6_addr six = {};
  return inet_pton(AF_INET, host.c_str(), &four) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &six) == 1;
}

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    return end == std::string_view::npos ? host : host.substr(1, end - 1);
  }
  return host.substr(0, host.find(':'));
}

}  // namespace

bool is_own_host(std::string_view host, std::span<const std::string> allowed) {
  const std::string name(without_port(host));
  if (name.empty()) {
    return false;
  }
  constexpr std::string_view kLocal = ".localhost";
  const bool is_name = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_';
  });
  return is_address(name) || is_name ||
         (name.size() > kLocal.size() &&
          same_name(std::string_view(name).substr(name.size() - kLocal.size()), kLocal)) ||
         same_name(name, "host.docker.internal") ||
         std::any_of(allowed.begin(), allowed.end(),
                     [&](const std::string& other) { return same_name(name, other); });
}

bool comes_from_own_origin(const Request& request, std::span<const std::string> allowed) {
  const std::string_view origin = request.find("Origin");
  if (origin.empty()) {
    return true;
  }
  const auto scheme = origin.find("://");
  return scheme != std::string_view::npos && is_own_host(origin.substr(scheme + 3), allowed);
}

bool comes_from_own_host(const Request& request, std::span<const std::string> allowed) {
  return is_own_host(request.find("Host"), allowed) && comes_from_own_origin(request, allowed);
}

}  // namespace trailpond::http
