#include "server/fault_check.hpp"

#include <algorithm>
#include <string>

#include "fixtures/fields.hpp"
#include "server/api/operations.hpp"

namespace trailpond {
namespace {

/// Errors that any operation of AWS may answer, though few declare them.
/// Source: AWS API reference, "Common Errors".
constexpr engine::ErrorKind kCommonErrors[] = {
    engine::ErrorKind::kAccessDenied, engine::ErrorKind::kThrottling,
    engine::ErrorKind::kServiceUnavailable, engine::ErrorKind::kInternal};

/// What PutAuditEvents of cloudtrail-data declares, and what is common.
/// Source: the service model of cloudtrail-data.
constexpr engine::ErrorKind kAuditEventErrors[] = {
    engine::ErrorKind::kChannelInsufficientPermission,
    engine::ErrorKind::kNoSuchChannel,
    engine::ErrorKind::kInvalidChannelArn,
    engine::ErrorKind::kChannelUnsupportedSchema,
    engine::ErrorKind::kDuplicatedAuditEventId,
    engine::ErrorKind::kUnsupportedOperation};

template <std::size_t kCount>
bool contains(const engine::ErrorKind (&kinds)[kCount], engine::ErrorKind kind) {
  return std::find(std::begin(kinds), std::end(kinds), kind) != std::end(kinds);
}

bool is_of_audit_events(engine::ErrorKind error) {
  return contains(kAuditEventErrors, error) || contains(kCommonErrors, error);
}

bool can_answer(const api::Operation& operation, engine::ErrorKind error) {
  return operation.errors.contains(error) || contains(kCommonErrors, error);
}

std::string refuse_operation(std::string_view name) {
  std::vector<std::string_view> names;
  for (const api::Operation& operation : api::all_operations()) {
    names.push_back(operation.name);
  }
  const auto near = fixtures::nearest(name, names);
  return "operation: there is no operation \"" + std::string(name) + "\"" +
         (near ? "; did you mean \"" + std::string(*near) + "\"?" : "");
}

/// Says what is wrong with a fault; empty: nothing.
std::string find_mistake(const engine::Fault& fault) {
  const auto operations = api::all_operations();
  const std::string error(engine::name_of(fault.error));
  if (!fault.operation) {
    const bool answered = std::any_of(
        operations.begin(), operations.end(),
        [&](const api::Operation& operation) { return can_answer(operation, fault.error); });
    return answered ? "" : "error: no operation answers " + error;
  }
  if (*fault.operation == "PutAuditEvents") {
    return is_of_audit_events(fault.error) ? "" : "error: PutAuditEvents does not declare " + error;
  }
  const api::Operation* operation = api::find_operation(*fault.operation);
  if (operation == nullptr) {
    return refuse_operation(*fault.operation);
  }
  return can_answer(*operation, fault.error)
             ? ""
             : "error: " + *fault.operation + " does not declare " + error;
}

std::vector<fixtures::Problem> check_faults(const fixtures::Scenario& scenario) {
  std::vector<fixtures::Problem> problems;
  for (std::size_t i = 0; i < scenario.world.faults.size(); ++i) {
    std::string mistake = find_mistake(scenario.world.faults[i]);
    if (!mistake.empty()) {
      problems.push_back(scenario.fault_places[i]);
      problems.back().message = std::move(mistake);
    }
  }
  return problems;
}

}  // namespace

fixtures::Result<fixtures::Scenario> with_checked_faults(
    fixtures::Result<fixtures::Scenario> scenario) {
  if (scenario) {
    if (auto problems = check_faults(*scenario); !problems.empty()) {
      return problems;
    }
  }
  return scenario;
}

}  // namespace trailpond
