#pragma once
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "fixtures/scenario.hpp"

/// `trailpond scenario`: scenarios without a server.
namespace trailpond::cli {

enum class ScenarioAction : std::uint8_t { kCheck, kExport, kSchema, kReference, kShapes };

struct ScenarioOptions {
  ScenarioAction action = ScenarioAction::kCheck;
  std::vector<std::string> files = {};  // kCheck: files, folders or ready-made names
  // kExport:
  std::string url = "http://127.0.0.1:4585";
  std::string account = {};
  std::string token = {};
  bool as_json = false;
  bool without_events = false;
};

/// Reads a scenario by its name, and checks all of it.
using FindScenario = std::function<fixtures::Result<fixtures::Scenario>(const std::string& name)>;

/// Runs the command. Answers the process's exit status: 0, 1 for what failed, 2 for a scenario with
/// mistakes.
int run_scenario(const ScenarioOptions& options, const FindScenario& find_scenario,
                 std::ostream& out, std::ostream& error);

}  // namespace trailpond::cli
