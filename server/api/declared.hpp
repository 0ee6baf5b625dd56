#pragma once
#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "engine/error.hpp"
#include "server/api/shapes.hpp"

namespace trailpond::api {

/// The errors that an operation declares, in the order of the service model.
class DeclaredErrors {
 public:
  template <class... Kinds>
  consteval DeclaredErrors(Kinds... kinds) : kinds_{kinds...}, size_(sizeof...(kinds)) {}
  constexpr std::span<const engine::ErrorKind> list() const { return {kinds_.data(), size_}; }
  constexpr bool contains(engine::ErrorKind kind) const {
    return std::find(list().begin(), list().end(), kind) != list().end();
  }

 private:
  std::array<engine::ErrorKind, 40> kinds_;
  std::size_t size_;
};

/// What the service model says of an operation.
struct DeclaredOperation {
  std::string_view name;
  const Shape* request;
  const Shape* answer;
  DeclaredErrors errors;
};

}  // namespace trailpond::api
