#include <string_view>

#include "fixtures/scenario.hpp"

// Any text is a scenario or a list of problems: never a crash.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto scenario = trailpond::fixtures::parse({reinterpret_cast<const char*>(data), size},
                                                   "fuzz", {.base_directory = "/nonexistent"});
  if (!scenario && scenario.error().empty()) __builtin_trap();
  return 0;
}
