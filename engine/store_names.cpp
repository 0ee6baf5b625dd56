#include "engine/store_names.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.hpp"
#include "state/ids.hpp"

namespace trailpond::engine {
namespace {

constexpr std::string_view kResource = "eventdatastore/";

bool is_account(std::string_view text) {
  return text.size() == 12 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view partition_of(std::string_view region) {
  if (region.starts_with("cn-")) {
    return "aws-cn";
  }
  return region.starts_with("us-gov-") ? "aws-us-gov" : "aws";
}

}  // namespace

bool looks_like_arn(std::string_view text) { return ascii_lower(text.substr(0, 4)) == "arn:"; }

std::optional<std::string> parse_store_id(std::string_view text) {
  if (text.starts_with(kResource)) {
    text.remove_prefix(kResource.size());
  }
  if (!state::is_uuid(text)) {
    return std::nullopt;
  }
  return ascii_lower(text);
}

std::optional<StoreArn> parse_store_arn(std::string_view text) {
  std::array<std::string_view, 6> parts = {};
  for (std::size_t i = 0; i < 5; ++i) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
      return std::nullopt;
    }
    parts[i] = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  parts[5] = text;
  const auto id = parse_store_id(parts[5]);
  if (parts[0] != "arn" || parts[1] != partition_of(parts[3]) || parts[2] != "cloudtrail" ||
      parts[3].empty() || !is_account(parts[4]) || !parts[5].starts_with(kResource) || !id) {
    return std::nullopt;
  }
  return StoreArn{std::string(parts[3]), std::string(parts[4]), *id};
}

std::string print_store_arn(std::string_view account, std::string_view region,
                            std::string_view id) {
  std::string arn;
  arn.reserve(96);
  arn.append("arn:").append(partition_of(region)).append(":cloudtrail:").append(region);
  arn.append(":").append(account).append(":").append(kResource).append(id);
  return arn;
}

}  // namespace trailpond::engine
