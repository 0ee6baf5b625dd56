#include "engine/error.hpp"

namespace trailpond::engine {

std::optional<ErrorKind> find_error_kind(std::string_view name) {
  constexpr std::string_view kEnding = "Exception";
  for (const ErrorRow& row : kErrors) {
    std::string_view stem = row.name;
    if (stem.ends_with(kEnding)) {
      stem.remove_suffix(kEnding.size());
    }
    if (name == row.name || name == stem) {
      return row.kind;
    }
  }
  return std::nullopt;
}

Error invalid_parameter(std::string message) {
  return {ErrorKind::kInvalidParameter, std::move(message)};
}

Error invalid_token() { return {ErrorKind::kInvalidNextToken, "The NextToken is not valid."}; }

}  // namespace trailpond::engine
