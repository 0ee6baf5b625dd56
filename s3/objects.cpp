#include "s3/objects.hpp"

namespace trailpond::s3 {

std::optional<Location> split_uri(std::string_view uri) {
  constexpr std::string_view kScheme = "s3://";
  if (!uri.starts_with(kScheme)) {
    return std::nullopt;
  }
  uri.remove_prefix(kScheme.size());
  const auto slash = uri.find('/');
  return Location{std::string(uri.substr(0, slash)),
                  slash == uri.npos ? std::string() : std::string(uri.substr(slash + 1))};
}

Trouble make_trouble(TroubleKind kind, std::string message) {
  switch (kind) {
    case TroubleKind::kNoSuchBucket:
      return {kind, "NoSuchBucket", std::move(message)};
    case TroubleKind::kNoSuchKey:
      return {kind, "NoSuchKey", std::move(message)};
    case TroubleKind::kAccessDenied:
      return {kind, "AccessDenied", std::move(message)};
    case TroubleKind::kFailed:
    case TroubleKind::kStopped:
      break;
  }
  return {kind, "InternalError", std::move(message)};
}

}  // namespace trailpond::s3
