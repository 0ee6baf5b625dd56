#pragma once
#include <array>
#include <boost/describe/enum.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>
#include <optional>
#include <string_view>

/// Enumerations whose values can be walked and found by name. They are defined by
/// BOOST_DEFINE_FIXED_ENUM_CLASS, so the compiler makes the list of values and none can be left
/// out. Each has a function name_of() beside it: a switch that the compiler checks.
namespace trailpond {

namespace enums {
template <class Enum, template <class...> class List, class... Descriptors>
constexpr auto make_values(List<Descriptors...>) {
  return std::array<Enum, sizeof...(Descriptors)>{Descriptors::value...};
}
}  // namespace enums

/// All values of an enumeration, in the order of its definition.
template <class Enum>
inline constexpr auto kValuesOf =
    enums::make_values<Enum>(boost::describe::describe_enumerators<Enum>());

/// Finds the value that name_of() gives a name; empty when there is none.
template <class Enum>
constexpr std::optional<Enum> find_named(std::string_view name) {
  for (const Enum value : kValuesOf<Enum>) {
    if (name_of(value) == name) {
      return value;
    }
  }
  return std::nullopt;
}

}  // namespace trailpond
