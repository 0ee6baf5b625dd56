#pragma once
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/service.hpp"
#include "events/store.hpp"

/// PutAuditEvents of cloudtrail-data: events of applications, through a channel. Sources: AWS API
/// reference of CloudTrail Data Service; AWS user guide, "CloudTrail Lake integrations event
/// schema"; shared/spec 8.
namespace trailpond::engine {

struct AuditEvent {
  std::string id = {};
  std::string data = {};  // JSON text
  std::optional<std::string> checksum = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("id", self.id);
    visit("eventData", self.data);
    visit("eventDataChecksum", self.checksum);
  }
};
struct PutAuditEventsRequest {
  std::string channel = {};  // ARN, or the id suffix of one
  std::optional<std::string> external_id = {};
  std::vector<AuditEvent> events = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("auditEvents", self.events);
  }
};

struct AuditSuccess {
  std::string event_id = {};  // a new one
  std::string id = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("eventID", self.event_id);
    visit("id", self.id);
  }
};
struct AuditFailure {
  std::string code = {};
  std::string message = {};
  std::string id = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("errorCode", self.code);
    visit("errorMessage", self.message);
    visit("id", self.id);
  }
};
struct PutAuditEventsAnswer {
  std::vector<AuditFailure> failed = {};
  std::vector<AuditSuccess> successful = {};

  template <class Self, class Visit>
  static void visit_members(Self& self, Visit&& visit) {
    visit("failed", self.failed);
    visit("successful", self.successful);
  }
};

/// Events that are right, and where they are to go.
struct AuditIntake {
  PutAuditEventsAnswer answer = {};
  std::string text = {};  // NDJSON
  std::vector<std::shared_ptr<events::EventStore>> stores = {};
};

/// Checks events and finds the stores that a channel fills. What is wrong with one event is in the
/// answer. Fails with kUnsupportedOperation, kInvalidChannelArn, kNoSuchChannel,
/// kChannelInsufficientPermission, kDuplicatedAuditEventId.
Result<AuditIntake> take_audit_events(Context& context, const PutAuditEventsRequest& request);

}  // namespace trailpond::engine
