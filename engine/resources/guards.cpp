#include "engine/resources/guards.hpp"

#include "engine/resources/channels.hpp"
#include "engine/resources/federation.hpp"
#include "engine/resources/imports.hpp"

namespace trailpond::engine {
namespace {

/// What may point at a resource: `find` answers the ARN or name of something that does, or "".
struct Guard {
  ResourceKind target;
  ErrorKind error;
  std::string_view noun;
  std::string (*find)(const Context& context, std::string_view arn);
};

/// Source: AWS API reference, errors of DeleteEventDataStore; shared/spec 5.2.
constexpr Guard kGuards[] = {
    {ResourceKind::kEventDataStore, ErrorKind::kChannelExistsForEds, "channel",
     find_channel_to_store},
    {ResourceKind::kEventDataStore, ErrorKind::kEventDataStoreFederationEnabled, "federation",
     find_federation},
    {ResourceKind::kEventDataStore, ErrorKind::kEventDataStoreHasOngoingImport, "import",
     find_import_into},
};

}  // namespace

std::optional<Error> check_unreferenced(const Context& context, ResourceKind kind,
                                        std::string_view arn) {
  for (const Guard& guard : kGuards) {
    if (guard.target != kind) {
      continue;
    }
    const std::string found = guard.find(context, arn);
    if (!found.empty()) {
      return Error{guard.error, "The " + std::string(row_of(kind).noun) +
                                    " cannot be deleted while " + std::string(guard.noun) + " " +
                                    found + " points at it."};
    }
  }
  return std::nullopt;
}

}  // namespace trailpond::engine
