#include "engine/resources/paging.hpp"

namespace trailpond::engine {

std::string print_place(const state::Place& place) {
  return std::to_string(place.created_at) + " " + place.id;
}

std::optional<state::Place> parse_place(std::string_view text) {
  const std::size_t space = text.find(' ');
  const auto created_at = parse_place_number(text.substr(0, space));
  if (space == std::string_view::npos || !created_at) {
    return std::nullopt;
  }
  return state::Place{*created_at, std::string(text.substr(space + 1))};
}

}  // namespace trailpond::engine
