#include "engine/object_keys.hpp"

namespace trailpond::engine {

std::string print_key_day(state::Micros at) {
  const std::string time = state::print_second(at);  // 2024-05-01T12:34:56Z
  return time.substr(0, 4) + "/" + time.substr(5, 2) + "/" + time.substr(8, 2);
}

std::string print_key_second(state::Micros at) {
  std::string time = state::print_second(at);
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  return time;
}

}  // namespace trailpond::engine
