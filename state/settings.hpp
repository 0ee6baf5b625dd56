#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "state/writing.hpp"

namespace trailpond::state {

/// Named values of the installation, such as the secret of its tokens and the clock. Kept on the
/// disk alone; throws StorageError.
class Settings {
 public:
  explicit Settings(State& state) : state_(state) {}
  std::optional<std::string> find(const std::string& name) const;
  void put(Writing& writing, const std::string& name, std::string_view value);
  void erase(Writing& writing, const std::string& name);

 private:
  State& state_;
};

}  // namespace trailpond::state
