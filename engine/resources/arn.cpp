#include "engine/resources/arn.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "state/ids.hpp"

namespace trailpond::engine {
namespace {

std::string_view partition_of(std::string_view region) {
  if (region.starts_with("cn-")) {
    return "aws-cn";
  }
  return region.starts_with("us-gov-") ? "aws-us-gov" : "aws";
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// The form of a name that stands in an ARN: letters, digits, '.', '_', '-'; a channel of a service
/// has slashes, too.
bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '-' || c == '/';
  });
}

}  // namespace

bool looks_like_arn(std::string_view text) { return ascii_lower(text.substr(0, 4)) == "arn:"; }

bool looks_like_role_arn(std::string_view text) {
  return looks_like_arn(text) && text.find(":iam::") != std::string_view::npos &&
         text.find(":role/") != std::string_view::npos;
}

bool is_account(std::string_view text) {
  constexpr std::size_t kDigits = 12;
  return text.size() == kDigits && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_region(std::string_view text) {
  constexpr std::size_t kMaxLength = 32;
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  return !text.empty() && text.size() <= kMaxLength && is_lower(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

std::optional<std::string> parse_resource_id(ResourceKind kind, std::string_view text) {
  const ResourceRow& row = row_of(kind);
  if (text.starts_with(row.word) && text.substr(row.word.size()).starts_with('/')) {
    text.remove_prefix(row.word.size() + 1);
  }
  switch (row.id_form) {
    case IdForm::kUuid:
      return state::is_uuid(text) ? std::optional(ascii_lower(text)) : std::nullopt;
    case IdForm::kName:
      return is_name(text) ? std::optional(std::string(text)) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<Arn> parse_arn(std::string_view text) {
  std::array<std::string_view, 5> parts = {};
  for (std::string_view& part : parts) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
      return std::nullopt;
    }
    part = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  const auto& [scheme, partition, service, region, account] = parts;
  const auto kind = find_resource_kind(text.substr(0, text.find('/')));
  if (!kind || text.find('/') == std::string_view::npos) {
    return std::nullopt;
  }
  const auto id = parse_resource_id(*kind, text);
  if (scheme != "arn" || service != "cloudtrail" || !is_region(region) ||
      partition != partition_of(region) || !is_account(account) || !id) {
    return std::nullopt;
  }
  return Arn{*kind, std::string(region), std::string(account), *id};
}

std::string Arn::print() const {
  std::string arn;
  arn.reserve(96);
  arn.append("arn:").append(partition_of(region)).append(":cloudtrail:").append(region);
  arn.append(":").append(account).append(":").append(row_of(kind).word).append("/").append(id);
  return arn;
}

std::string print_store_arn(std::string_view account, std::string_view region,
                            std::string_view id) {
  return Arn{ResourceKind::kEventDataStore, std::string(region), std::string(account),
             std::string(id)}
      .print();
}

}  // namespace trailpond::engine
