#include "engine/resources/kinds.hpp"

#include <string>

namespace trailpond::engine {

Error resource_not_found(ResourceKind kind, std::string_view name) {
  return {row_of(kind).not_found, "The specified " + std::string(row_of(kind).noun) +
                                      " was not found: " + std::string(name)};
}

Error resource_arn_invalid(ResourceKind kind, std::string_view name) {
  const std::string noun(row_of(kind).noun);
  return {row_of(kind).arn_invalid, "The " + noun + " ARN is not valid or does not map to " +
                                        (kind == ResourceKind::kEventDataStore ? "an " : "a ") +
                                        noun + " in your account: " + std::string(name)};
}

Error resource_limit_exceeded(ResourceKind kind, std::string_view region) {
  return {row_of(kind).limit_exceeded,
          "The account has reached the maximum number of " + std::to_string(row_of(kind).limit) +
              " " + std::string(row_of(kind).noun) + "s in Region " + std::string(region) + "."};
}

Error resource_already_exists(ResourceKind kind, std::string_view name) {
  return {row_of(kind).already_exists, (kind == ResourceKind::kEventDataStore ? "An " : "A ") +
                                           std::string(row_of(kind).noun) + " with the name " +
                                           std::string(name) + " already exists."};
}

}  // namespace trailpond::engine
