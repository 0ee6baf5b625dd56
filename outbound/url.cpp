#include "outbound/url.hpp"

#include <charconv>

namespace trailpond::outbound {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

/// Reads what follows the host: nothing, or :PORT.
bool parse_port(std::string_view text, Url& url) {
  if (text.empty()) {
    return true;
  }
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data() + 1, end, url.port);
  return text.front() == ':' && error == std::errc() && stopped == end && url.port != 0;
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  Url url;
  url.secure = text.starts_with("https://");
  if (!url.secure && !text.starts_with("http://")) {
    return std::nullopt;
  }
  text.remove_prefix(text.find("//") + 2);
  const std::string_view authority = text.substr(0, text.find('/'));
  text.remove_prefix(authority.size());
  const bool bracketed = authority.starts_with('[');
  const auto host_end = bracketed ? authority.find(']') : authority.find(':');
  if (bracketed && host_end == std::string_view::npos) {
    return std::nullopt;
  }
  url.host = bracketed ? authority.substr(1, host_end - 1) : authority.substr(0, host_end);
  const std::uint16_t usual = url.secure ? kHttpsPort : kHttpPort;
  url.port = usual;
  const std::string_view rest = host_end == std::string_view::npos
                                    ? std::string_view()
                                    : authority.substr(host_end + (bracketed ? 1 : 0));
  if (url.host.empty() || url.host.find_first_of("@ ?#") != std::string::npos ||
      text.find_first_of(" ?#") != std::string_view::npos || !parse_port(rest, url)) {
    return std::nullopt;
  }
  url.authority = (bracketed ? "[" + url.host + "]" : url.host) +
                  (url.port == usual ? "" : ":" + std::to_string(url.port));
  url.path = text.substr(0, text.find_last_not_of('/') + 1);
  return url;
}

}  // namespace trailpond::outbound
