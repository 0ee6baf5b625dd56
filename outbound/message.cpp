#include "outbound/message.hpp"

#include "base/text.hpp"

namespace trailpond::outbound {

std::string_view HttpAnswer::find(std::string_view name) const {
  for (const auto& [each, value] : fields) {
    if (ascii_lower(each) == ascii_lower(name)) {
      return value;
    }
  }
  return {};
}

}  // namespace trailpond::outbound
