#include "engine/error.hpp"

namespace trailpond::engine {

Error invalid_parameter(std::string message) {
  return {ErrorKind::kInvalidParameter, std::move(message)};
}

Error invalid_token() { return {ErrorKind::kInvalidNextToken, "The NextToken is not valid."}; }

}  // namespace trailpond::engine
