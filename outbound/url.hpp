#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace trailpond::outbound {

/// The parts of http[s]://HOST[:PORT][/PATH].
struct Url {
  bool secure = false;
  std::string host = {};  // an IPv6 address without its brackets
  std::uint16_t port = 0;
  std::string path = {};       // without a slash at its end
  std::string authority = {};  // as the Host field has it: the port only where it is not the usual
};
std::optional<Url> parse_url(std::string_view text);

}  // namespace trailpond::outbound
