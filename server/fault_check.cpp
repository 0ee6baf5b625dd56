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
  const bool is_audit = fault.operation == "PutAuditEvents";
  const api::Operation* operation =
      fault.operation ? api::find_operation(*fault.operation) : nullptr;
  if (fault.operation && operation == nullptr && !is_audit) {
    return refuse_operation(*fault.operation);
  }
  if (!fault.error) {
    return {};
  }
  const engine::ErrorKind error = *fault.error;
  const std::string name(engine::name_of(error));
  if (!fault.operation) {
    const auto operations = api::all_operations();
    const bool answered =
        std::any_of(operations.begin(), operations.end(),
                    [&](const api::Operation& each) { return can_answer(each, error); });
    return answered ? "" : "error: no operation answers " + name;
  }
  const bool can = is_audit ? is_of_audit_events(error) : can_answer(*operation, error);
  return can ? "" : "error: " + *fault.operation + " does not declare " + name;
}

std::string find_mistake(const engine::QueryScript& script) {
  const api::Operation* operation = api::find_operation("CancelQuery");
  return !script.cancel_error || can_answer(*operation, *script.cancel_error)
             ? ""
             : "cancel_error: CancelQuery does not declare " +
                   std::string(engine::name_of(*script.cancel_error));
}

}  // namespace

fixtures::RuleCheck rule_check() { return {find_mistake, find_mistake}; }

}  // namespace trailpond
